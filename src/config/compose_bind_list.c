/* SPDX-License-Identifier: MIT */
/* Lists and maps of scalars, in the shape that Compose prints. */
#include "config/compose_bind.h"

#include "base/i18n.h"

#include <string.h>

static struct json_object *strings(struct load *l, const struct val *v)
{
	struct json_object *list = json_object_new_array();

	if (v->kind == VAL_STR)
		json_push_str(list, v->text);
	for (size_t i = 0; v->kind == VAL_SEQ && i < v->seq.n; i++)
		json_push_str(list, val_print(&l->tree, v->seq.items[i]));
	return list;
}

/* Empty lists and maps are left out. */
int bind_filled(struct json_object *o, const char *name, struct json_object *value)
{
	const size_t n = json_object_is_type(value, json_type_array)
				 ? json_object_array_length(value)
				 : (size_t)json_object_object_length(value);

	if (n)
		json_put(o, name, value);
	else
		json_object_put(value);
	return 0;
}

int bind_strings(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	return bind_filled(o, bind_name(f), strings(l, v));
}

/* absent: what an entry without value is; NULL is JSON null. */
static struct json_object *pairs(struct load *l, const struct val *v, const char *absent)
{
	struct json_object *map = json_object_new_object();

	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n; i++) {
		const struct val *e = v->map.entries[i].value;

		json_put_str(map, v->map.entries[i].name,
			e->kind == VAL_NULL ? absent : val_print(&l->tree, e));
	}
	for (size_t i = 0; v->kind == VAL_SEQ && i < v->seq.n; i++) {
		const char *text = val_print(&l->tree, v->seq.items[i]);
		const size_t n = strcspn(text, "=");

		json_put_str(map, arena_strndup(&l->tree.arena, text, n),
			text[n] ? text + n + 1 : absent);
	}
	return map;
}

int bind_pairs(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	return bind_filled(o, bind_name(f), pairs(l, v, NULL));
}

int bind_labels(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	return bind_filled(o, bind_name(f), pairs(l, v, ""));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_host(struct strv *out, const char *host, size_t n, const char *ip)
{
	const size_t k = strlen(ip);

	if (k > 2 && ip[0] == '[' && ip[k - 1] == ']')
		strv_pushf(out, "%.*s=%.*s", (int)n, host, (int)k - 2, ip + 1);
	else
		strv_pushf(out, "%.*s=%s", (int)n, host, ip);
}

static int host_entry(struct load *l, const struct val *v, struct strv *out)
{
	const char *text = val_print(&l->tree, v), *at = strchr(text, '=');
	AUTO(strv) struct strv ips = STRV_INIT;

	if (!at)
		at = strchr(text, ':');
	if (!at || at == text)
		return load_bad(l, v, _("\"%s\" is no host: expected name=address"), text);
	strv_split(&ips, at + 1, ',');
	if (!ips.n)
		strv_push(&ips, "");
	for (size_t i = 0; i < ips.n; i++)
		add_host(out, text, (size_t)(at - text), ips.items[i]);
	return 0;
}

int bind_hosts(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	AUTO(strv) struct strv hosts = STRV_INIT;
	struct json_object *list = json_object_new_array();
	int rc = 0;

	for (size_t i = 0; v->kind == VAL_SEQ && i < v->seq.n && !rc; i++)
		rc = host_entry(l, v->seq.items[i], &hosts);
	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n; i++) {
		const struct val *e = v->map.entries[i].value;
		const char *name = v->map.entries[i].name;

		for (size_t k = 0; e->kind == VAL_SEQ && k < e->seq.n; k++)
			add_host(&hosts, name, strlen(name), val_print(&l->tree, e->seq.items[k]));
		if (e->kind != VAL_SEQ)
			add_host(&hosts, name, strlen(name), val_print(&l->tree, e));
	}
	if (hosts.n)
		qsort(hosts.items, hosts.n, sizeof(*hosts.items), by_text);
	for (size_t i = 0; i < hosts.n; i++)
		json_push_str(list, hosts.items[i]);
	bind_filled(o, bind_name(f), list);
	return rc;
}

/* Never left out: null is the image's own, [] is none. */
int bind_command(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct val *words = NULL;
	int rc = 0;

	if (v->kind == VAL_STR)
		rc = load_split_command(l, v, &words);
	if (v->kind == VAL_NULL)
		json_put(o, bind_name(f), NULL);
	else
		json_put(o, bind_name(f), strings(l, words ? words : v));
	return rc;
}

int bind_test(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *list = v->kind == VAL_STR ? json_object_new_array() : strings(l, v);

	if (v->kind == VAL_STR) {
		json_push_str(list, "CMD-SHELL");
		json_push_str(list, v->text);
	}
	return bind_filled(o, bind_name(f), list);
}

int bind_count(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	if (v->kind == VAL_STR && !strcasecmp(v->text, "all")) {
		json_put_int(o, bind_name(f), -1);
		return 0;
	}
	return bind_int(l, f, v, o);
}

static int ulimit_part(
	struct load *l, const struct val *map, const char *key, struct json_object *o)
{
	const struct val *v = val_get(map, key);
	int64_t value = 0;
	const int rc = v ? bind_whole_number(l, v, &value) : 0;

	if (value)
		json_put_int(o, key, value);
	return rc;
}

int bind_ulimits(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *map = json_object_new_object();
	int rc = 0;

	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n && !rc; i++) {
		const struct val *e = v->map.entries[i].value;
		int64_t value = 0;

		if (e->kind != VAL_MAP)
			rc = bind_whole_number(l, e, &value);
		if (value) {
			json_put_int(map, v->map.entries[i].name, value);
			continue;
		}
		struct json_object *both = json_object_new_object();

		json_put(map, v->map.entries[i].name, both);
		if (!rc)
			rc = ulimit_part(l, e, "soft", both);
		if (!rc)
			rc = ulimit_part(l, e, "hard", both);
	}
	bind_filled(o, bind_name(f), map);
	return rc;
}

int bind_ssh(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n; i++) {
		const char *path = val_print(&l->tree, v->map.entries[i].value);

		json_push_str(list,
			*path ? arena_printf(&l->tree.arena, "%s=%s", v->map.entries[i].name, path)
			      : v->map.entries[i].name);
	}
	return bind_filled(o, bind_name(f), list);
}
