/* SPDX-License-Identifier: MIT */
/* The finished tree as JSON, in the shape of `docker compose config --format json`. */
#include "config/compose_bind.h"
#include "config/compose_units.h"

#include "base/i18n.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static int bind_fields(struct load *l, const struct schema_type *type, const struct val *map,
	struct json_object *o);

const char *bind_name(const struct schema_field *f)
{
	return f->print_as ? f->print_as : f->key;
}

static struct json_object *number(double value, int bits)
{
	char text[40];

	val_format_float(value, bits, text);
	return json_object_new_double_s(value, text);
}

struct json_object *load_bind_any(const struct val *v)
{
	struct json_object *o = NULL;

	switch (v->kind) {
	case VAL_NULL:
		return NULL;
	case VAL_BOOL:
		return json_object_new_boolean(v->boolean);
	case VAL_INT:
		return json_object_new_int64(v->integer);
	case VAL_FLOAT:
		return number(v->number, 64);
	case VAL_STR:
		return json_new_str(v->text);
	case VAL_SEQ:
		o = json_object_new_array();
		for (size_t i = 0; i < v->seq.n; i++)
			json_object_array_add(o, load_bind_any(v->seq.items[i]));
		return o;
	case VAL_MAP:
		o = json_object_new_object();
		for (size_t i = 0; i < v->map.n; i++)
			json_object_object_add(
				o, v->map.entries[i].name, load_bind_any(v->map.entries[i].value));
	}
	return o;
}

/* ---- scalars ---- */

static int bind_str(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	const char *text = val_print(&l->tree, v);

	if (v->kind == VAL_STR && v->written)
		return load_fail(
			l, v, _("%s: expected a string, not a date: put it in quotes"), f->key);
	if (*text || f->print_as)
		json_put_str(o, bind_name(f), text);
	return 0;
}

static int truth(struct load *l, const struct val *v, bool *ret)
{
	static const char *const yes[] = {"true", "y", "yes", "on"}, *const no[] = {"false", "n",
									     "no", "off"};

	*ret = val_is(v, VAL_BOOL) && v->boolean;
	if (!val_is(v, VAL_STR))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (!strcasecmp(v->text, yes[i])) {
			*ret = true;
			return 0;
		}
		if (!strcasecmp(v->text, no[i]))
			return 0;
	}
	return load_bad(l, v, _("expected true or false, not \"%s\""), v->text);
}

static int bind_bool(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	bool value;
	const int rc = truth(l, v, &value);

	if (!rc && value)
		json_put_bool(o, bind_name(f), true);
	return rc;
}

static int bind_bool_set(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	bool value;
	const int rc = truth(l, v, &value);

	if (!rc && v->kind != VAL_NULL)
		json_put_bool(o, bind_name(f), value);
	return rc;
}

int bind_whole_number(struct load *l, const struct val *v, int64_t *ret)
{
	char *end;

	*ret = 0;
	if (v->kind == VAL_INT)
		*ret = v->integer;
	else if (v->kind == VAL_FLOAT && fabs(v->number) < 9e18)
		*ret = (int64_t)v->number;
	if (v->kind != VAL_STR)
		return 0;
	errno = 0;
	*ret = strtoll(v->text, &end, 10);
	if (*v->text && !*end && !errno)
		return 0;
	*ret = 0;
	return load_bad(l, v, _("expected a whole number, not \"%s\""), v->text);
}

int bind_int(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	int64_t value;
	const int rc = bind_whole_number(l, v, &value);

	if (!rc && (value || f->print_as))
		json_put_int(o, bind_name(f), value);
	return rc;
}

static int bind_int_set(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	int64_t value;
	const int rc = bind_whole_number(l, v, &value);

	if (!rc && v->kind != VAL_NULL)
		json_put_int(o, bind_name(f), value);
	return rc;
}

static int bind_float(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	double value = v->kind == VAL_INT     ? (double)v->integer
		       : v->kind == VAL_FLOAT ? v->number
					      : 0;
	char *end;

	if (v->kind == VAL_STR) {
		value = strtod(v->text, &end);
		if (!*v->text || *end)
			return load_bad(l, v, _("expected a number, not \"%s\""), v->text);
	}
	if (value != 0)
		json_put(o, bind_name(f), number(value, 32));
	return 0;
}

static int bind_bytes(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	int64_t value = v->kind == VAL_INT ? v->integer : 0;
	autofree char *text = NULL;

	if (v->kind == VAL_STR && !compose_read_bytes(v->text, &value))
		return load_bad(l, v, _("%s: expected a size such as 512m or 2g, not \"%s\""),
			f->key, v->text);
	text = xasprintf("%lld", (long long)value);
	if (value || f->print_as)
		json_put_str(o, bind_name(f), text);
	return 0;
}

static int put_duration(struct load *l, const struct schema_field *f, const struct val *v,
	bool zero, struct json_object *o)
{
	const char *written = val_print(&l->tree, v);
	char text[48];
	int64_t ns;

	if (v->kind == VAL_NULL)
		return 0;
	if (!compose_read_duration(written, &ns))
		return load_bad(l, v, _("%s: expected a duration such as 30s or 1m30s, not \"%s\""),
			f->key, written);
	compose_print_duration(ns, text);
	if (ns || zero)
		json_put_str(o, bind_name(f), text);
	return 0;
}

static int bind_duration(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	return put_duration(l, f, v, false, o);
}

static int bind_duration_set(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	return put_duration(l, f, v, true, o);
}

/* ---- structures ---- */

static int bind_nothing(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	(void)l;
	(void)f;
	(void)v;
	(void)o;
	return 0;
}

static int bind_struct(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *inner;

	if (v->kind != VAL_MAP)
		return 0;
	inner = json_object_new_object();
	json_put(o, bind_name(f), inner);
	return bind_fields(l, f->type, v, inner);
}

static int bind_struct_set(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	static const struct val empty = {.kind = VAL_MAP, .map = STRMAP_INIT};

	return bind_struct(l, f, v->kind == VAL_MAP ? v : &empty, o);
}

static int bind_list(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *list = json_object_new_array();
	int rc = 0;

	for (size_t i = 0; v->kind == VAL_SEQ && i < v->seq.n && !rc; i++) {
		struct json_object *inner = json_object_new_object();

		json_push(list, inner);
		rc = bind_fields(l, f->type->item, v->seq.items[i], inner);
	}
	bind_filled(o, bind_name(f), list);
	return rc;
}

static int bind_map(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *map = json_object_new_object();
	int rc = 0;

	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n && !rc; i++) {
		const struct val *e = v->map.entries[i].value;
		struct json_object *inner = e->kind == VAL_MAP ? json_object_new_object() : NULL;

		json_put(map, v->map.entries[i].name, inner);
		if (inner)
			rc = bind_fields(l, f->type->item, e, inner);
	}
	bind_filled(o, bind_name(f), map);
	return rc;
}

static bind_fn *const binders[] = {
	[MODEL_STR] = bind_str,
	[MODEL_BOOL] = bind_bool,
	[MODEL_BOOL_SET] = bind_bool_set,
	[MODEL_INT] = bind_int,
	[MODEL_INT_SET] = bind_int_set,
	[MODEL_FLOAT] = bind_float,
	[MODEL_BYTES] = bind_bytes,
	[MODEL_DURATION] = bind_duration,
	[MODEL_DURATION_SET] = bind_duration_set,
	[MODEL_STRINGS] = bind_strings,
	[MODEL_PAIRS] = bind_pairs,
	[MODEL_LABELS] = bind_labels,
	[MODEL_OPTIONS] = bind_labels,
	[MODEL_HOSTS] = bind_hosts,
	[MODEL_COMMAND] = bind_command,
	[MODEL_TEST] = bind_test,
	[MODEL_COUNT] = bind_count,
	[MODEL_ULIMITS] = bind_ulimits,
	[MODEL_SSH] = bind_ssh,
	[MODEL_ENV_FILES] = bind_nothing,
	[MODEL_STRUCT] = bind_struct,
	[MODEL_STRUCT_SET] = bind_struct_set,
	[MODEL_LIST] = bind_list,
	[MODEL_MAP] = bind_map,
	[MODEL_HIDDEN] = bind_nothing,
};

/* Printed even when it is not given. */
static bool always(const struct schema_field *f)
{
	return f->print_as || f->type->model == MODEL_COMMAND || f->type->model == MODEL_STRUCT_SET;
}

static int bind_fields(struct load *l, const struct schema_type *type, const struct val *map,
	struct json_object *o)
{
	static const struct val nothing = {.kind = VAL_NULL};
	int rc = 0;

	for (const struct schema_field *f = type->fields; f && f->key && !rc; f++) {
		const struct val *v = val_get(map, f->key);

		if (v || always(f))
			rc = binders[f->type->model](l, f, v ? v : &nothing, o);
	}
	return rc;
}

static int bind_whole(struct load *l, const struct schema_type *type, const struct val *v,
	struct json_object **ret)
{
	struct json_object *o = json_object_new_object();
	const int rc = bind_fields(l, type, v, o);

	if (rc)
		json_object_put(o);
	else
		*ret = o;
	return rc;
}

int load_bind_service(
	struct load *l, const char *name, const struct val *service, struct json_object **ret)
{
	const int rc = bind_whole(l, &schema_service, service, ret);

	if (rc) {
		error_prefix(l->err, _("service \"%s\""), name);
		return rc;
	}
	json_object_object_del(*ret, "label_file");
	return 0;
}

static const struct {
	const char *kind;
	const struct schema_type *type;
} tops[] = {
	{"networks", &schema_network},
	{"volumes", &schema_volume},
	{"secrets", &schema_secret},
	{"configs", &schema_config},
};

int load_bind_top(struct load *l, const char *kind, const struct val *v, struct json_object **ret)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tops) && !rc; i++)
		if (!strcmp(kind, tops[i].kind))
			rc = bind_whole(l, tops[i].type, v, ret);
	if (!rc && json_key(*ret, "environment"))
		json_object_object_del(*ret, "content");
	return rc;
}
