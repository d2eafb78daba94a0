/* SPDX-License-Identifier: MIT */
/* The long form of everything; what is filled in; rules that types cannot express. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

typedef int canon_fn(struct load *l, struct val *v, const struct val_path *p, struct val **ret);

static int wrong(
	struct load *l, const struct val *v, const struct val_path *p, const char *expected)
{
	return load_bad(l, v, _("%s: expected %s, not %s"), val_path_text(&l->tree, p), expected,
		val_kind_name(v));
}

static struct val *single(struct load *l, struct val *v, const char *key)
{
	struct val *map = val_new(&l->tree, VAL_MAP, &v->mark);

	val_set(map, key, v);
	return map;
}

static int string_or_list(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	(void)p;
	*ret = v;
	if (v->kind == VAL_STR) {
		*ret = val_new(&l->tree, VAL_SEQ, &v->mark);
		val_push(&l->tree, *ret, v);
	}
	return 0;
}

static int file_mount(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v->kind == VAL_STR ? single(l, v, "source") : v;
	return v->kind & (VAL_STR | VAL_MAP) ? 0 : wrong(l, v, p, _("a name or a mapping"));
}

static int key_value(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *map;

	*ret = v;
	if (v->kind == VAL_MAP)
		return 0;
	if (v->kind != VAL_SEQ)
		return wrong(l, v, p, _("a mapping"));
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	for (size_t i = 0; i < v->seq.n; i++) {
		const struct val *e = v->seq.items[i];
		const size_t n = val_is(e, VAL_STR) ? strcspn(e->text, "=") : 0;

		if (!val_is(e, VAL_STR) || !e->text[n])
			return wrong(l, e, p, _("name=value"));
		val_set(map, arena_strndup(&l->tree.arena, e->text, n),
			val_str(&l->tree, &e->mark, e->text + n + 1));
	}
	*ret = map;
	return 0;
}

static void fill_dependency(struct load *l, struct val *d)
{
	if (!val_has(d, "condition"))
		val_set(d, "condition", val_str(&l->tree, &d->mark, "service_started"));
	if (!val_has(d, "required"))
		val_set(d, "required", val_bool(&l->tree, &d->mark, true));
}

static int depends_on(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *map = v;

	if (v->kind == VAL_SEQ) {
		map = val_new(&l->tree, VAL_MAP, &v->mark);
		for (size_t i = 0; i < v->seq.n; i++) {
			if (v->seq.items[i]->kind != VAL_STR)
				return wrong(l, v->seq.items[i], p, _("the name of a service"));
			val_set(map, v->seq.items[i]->text,
				val_new(&l->tree, VAL_MAP, &v->seq.items[i]->mark));
		}
	}
	if (map->kind != VAL_MAP)
		return wrong(l, v, p, _("a list or a mapping"));
	for (size_t i = 0; i < map->map.n; i++) {
		struct val *d = map->map.entries[i].value;

		if (d->kind != VAL_MAP)
			return wrong(l, d, p, _("a mapping"));
		fill_dependency(l, d);
	}
	*ret = map;
	return 0;
}

static int env_file(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	int rc = string_or_list(l, v, p, ret);
	struct val *seq = *ret;

	if (!rc && seq->kind != VAL_SEQ)
		return wrong(l, v, p, _("a path or a list"));
	for (size_t i = 0; i < seq->seq.n; i++) {
		struct val *e = seq->seq.items[i];

		if (e->kind == VAL_STR)
			e = single(l, e, "path");
		if (e->kind != VAL_MAP)
			return wrong(l, e, p, _("a path or a mapping"));
		if (!val_has(e, "required"))
			val_set(e, "required", val_bool(&l->tree, &e->mark, true));
		seq->seq.items[i] = e;
	}
	return rc;
}

static int extends(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v->kind == VAL_STR ? single(l, v, "service") : v;
	return v->kind & (VAL_STR | VAL_MAP) ? 0 : wrong(l, v, p, _("a name or a mapping"));
}

static int gpus(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v;
	if (v->kind == VAL_STR) {
		*ret = val_new(&l->tree, VAL_SEQ, &v->mark);
		val_push(&l->tree, *ret, single(l, val_str(&l->tree, &v->mark, "all"), "count"));
		return 0;
	}
	return v->kind == VAL_SEQ ? 0 : wrong(l, v, p, _("\"all\" or a list"));
}

static int networks(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *map;

	*ret = v;
	if (v->kind != VAL_SEQ)
		return 0;
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	for (size_t i = 0; i < v->seq.n; i++) {
		if (v->seq.items[i]->kind != VAL_STR)
			return wrong(l, v->seq.items[i], p, _("the name of a network"));
		val_set(map, v->seq.items[i]->text,
			val_new(&l->tree, VAL_NULL, &v->seq.items[i]->mark));
	}
	*ret = map;
	return 0;
}

static int volume(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v;
	if (v->kind == VAL_STR)
		return load_parse_volume(l, v, ret);
	return v->kind == VAL_MAP ? 0 : wrong(l, v, p, _("a string or a mapping"));
}

static int device(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	AUTO(strv) struct strv parts = STRV_INIT;
	struct val *map;

	*ret = v;
	if (v->kind != VAL_STR)
		return v->kind == VAL_MAP ? 0 : wrong(l, v, p, _("a string or a mapping"));
	strv_split(&parts, v->text, ':');
	*ret = NULL;
	if (parts.n > 3)
		return load_bad(l, v, _("\"%s\" is no device: expected source:target:permissions"),
			v->text);
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	val_set(map, "source", val_str(&l->tree, &v->mark, parts.n ? parts.items[0] : ""));
	val_set(map, "target",
		val_str(&l->tree, &v->mark,
			parts.n > 1 && *parts.items[1] ? parts.items[1]
			: parts.n                      ? parts.items[0]
						       : ""));
	val_set(map, "permissions",
		val_str(&l->tree, &v->mark, parts.n > 2 ? parts.items[2] : "rwm"));
	*ret = map;
	return 0;
}

static int ports(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *out;

	if (v->kind != VAL_SEQ)
		return wrong(l, v, p, _("a list"));
	out = val_new(&l->tree, VAL_SEQ, &v->mark);
	for (size_t i = 0; i < v->seq.n; i++) {
		struct val *e = v->seq.items[i];
		int rc = 0;

		if (e->kind == VAL_MAP)
			val_push(&l->tree, out, e);
		else if (e->kind & (VAL_STR | VAL_INT))
			rc = load_parse_ports(l, e, out);
		else
			rc = wrong(l, e, p, _("a port"));
		if (rc)
			return rc;
	}
	*ret = out;
	return 0;
}

static int build(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v->kind == VAL_STR ? single(l, v, "context") : v;
	return v->kind & (VAL_STR | VAL_MAP) ? 0 : wrong(l, v, p, _("a path or a mapping"));
}

static int ssh(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *map;

	*ret = v;
	if (v->kind != VAL_SEQ)
		return v->kind == VAL_MAP ? 0 : wrong(l, v, p, _("a list or a mapping"));
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	for (size_t i = 0; i < v->seq.n; i++) {
		const struct val *e = v->seq.items[i];
		const size_t n = val_is(e, VAL_STR) ? strcspn(e->text, "=") : 0;

		if (!val_is(e, VAL_STR) || (!e->text[n] && strcmp(e->text, "default")))
			return wrong(l, e, p, _("\"default\" or name=path"));
		val_set(map, arena_strndup(&l->tree.arena, e->text, n),
			e->text[n] ? val_str(&l->tree, &e->mark, e->text + n + 1)
				   : val_new(&l->tree, VAL_NULL, &e->mark));
	}
	*ret = map;
	return 0;
}

static int ulimit(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	*ret = v;
	return v->kind & (VAL_INT | VAL_MAP) ? 0 : wrong(l, v, p, _("a whole number or a mapping"));
}

static int maybe_external(struct load *l, struct val *v, const struct val_path *p, struct val **ret)
{
	struct val *external, *name;

	*ret = v;
	if (v->kind == VAL_NULL)
		return 0;
	if (v->kind != VAL_MAP)
		return wrong(l, v, p, _("a mapping"));
	external = val_get(v, "external");
	if (!val_is(external, VAL_MAP))
		return 0;
	val_set(v, "external", val_bool(&l->tree, &external->mark, true));
	name = val_get(external, "name");
	if (name && val_has(v, "name") && !val_equal(name, val_get(v, "name")))
		return load_fail(l, name, _("%s: name and external.name differ; write name alone"),
			val_path_text(&l->tree, p));
	if (name)
		val_set(v, "name", name);
	return 0;
}

/* Deeper rows come after the shallower ones they build on. */
static const struct {
	struct val_pattern pattern;
	canon_fn *fn;
	bool inside; /* goes on below the result */
} canons[] = {
	{VAL_PATTERN("services.*.build.secrets.*"), file_mount, false},
	{VAL_PATTERN("services.*.build.additional_contexts"), key_value, false},
	{VAL_PATTERN("services.*.depends_on"), depends_on, false},
	{VAL_PATTERN("services.*.env_file"), env_file, false},
	{VAL_PATTERN("services.*.label_file"), string_or_list, false},
	{VAL_PATTERN("services.*.extends"), extends, false},
	{VAL_PATTERN("services.*.gpus"), gpus, false},
	{VAL_PATTERN("services.*.networks"), networks, false},
	{VAL_PATTERN("services.*.volumes.*"), volume, false},
	{VAL_PATTERN("services.*.dns"), string_or_list, false},
	{VAL_PATTERN("services.*.devices.*"), device, false},
	{VAL_PATTERN("services.*.secrets.*"), file_mount, false},
	{VAL_PATTERN("services.*.configs.*"), file_mount, false},
	{VAL_PATTERN("services.*.ports"), ports, false},
	{VAL_PATTERN("services.*.build"), build, true},
	{VAL_PATTERN("services.*.build.ssh"), ssh, false},
	{VAL_PATTERN("services.*.ulimits.*"), ulimit, false},
	{VAL_PATTERN("services.*.build.ulimits.*"), ulimit, false},
	{VAL_PATTERN("volumes.*"), maybe_external, false},
	{VAL_PATTERN("networks.*"), maybe_external, false},
	{VAL_PATTERN("secrets.*"), maybe_external, false},
	{VAL_PATTERN("configs.*"), maybe_external, false},
};

static int walk(struct load *l, struct val *v, struct val_path *p, struct val **ret);

static int walk_children(struct load *l, struct val *v, struct val_path *p)
{
	const size_t n = v->kind == VAL_MAP ? v->map.n : v->kind == VAL_SEQ ? v->seq.n : 0;
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		struct val **slot = v->kind == VAL_SEQ ? &v->seq.items[i] : NULL;
		struct val *child = slot ? *slot : v->map.entries[i].value, *fresh = child;

		p->parts[p->n++] = slot ? "[]" : v->map.entries[i].name;
		rc = walk(l, child, p, &fresh);
		p->n--;
		if (!slot)
			v->map.entries[i].value =
				fresh ? fresh : val_new(&l->tree, VAL_NULL, &child->mark);
		else if (fresh)
			v->seq.items[kept++] = fresh;
	}
	if (v->kind == VAL_SEQ && !rc)
		v->seq.n = kept;
	return rc;
}

static int walk(struct load *l, struct val *v, struct val_path *p, struct val **ret)
{
	const size_t i = p->n > 1 ? VAL_PATH_FIND(p, canons) : ARRAY_SIZE(canons);
	int rc;

	*ret = v;
	if (i == ARRAY_SIZE(canons))
		return walk_children(l, v, p);
	rc = canons[i].fn(l, v, p, ret);
	return rc || !canons[i].inside || !*ret ? rc : walk_children(l, *ret, p);
}

int load_canonical(struct load *l, struct val *dict)
{
	struct val_path p = {.n = 0};
	struct val *same;

	return walk(l, dict, &p, &same);
}

/* ---- defaults ---- */

static void default_str(struct load *l, struct val *map, const char *key, const char *text)
{
	if (val_is(map, VAL_MAP) && !val_has(map, key))
		val_set(map, key, val_str(&l->tree, &map->mark, text));
}

static void device_defaults(struct load *l, const struct val *list)
{
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++)
		if (!val_has(list->seq.items[i], "device_ids"))
			default_str(l, list->seq.items[i], "count", "all");
}

static void service_defaults(struct load *l, const struct val *service)
{
	const struct val *list = val_get(service, "secrets");

	default_str(l, val_get(service, "build"), "context", ".");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++) {
		struct val *secret = list->seq.items[i];
		const char *source = val_get_str(secret, "source");

		default_str(l, secret, "target",
			arena_printf(&l->tree.arena, "/run/secrets/%s", source ? source : ""));
	}
	list = val_get(service, "ports");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++) {
		default_str(l, list->seq.items[i], "protocol", "tcp");
		default_str(l, list->seq.items[i], "mode", "ingress");
	}
	device_defaults(l, val_get(service, "gpus"));
	list = val_get(val_get(val_get(service, "deploy"), "resources"), "reservations");
	device_defaults(l, val_get(list, "devices"));
}

int load_defaults(struct load *l, struct val *dict)
{
	const struct val *services = val_get(dict, "services");

	for (size_t i = 0; val_is(services, VAL_MAP) && i < services->map.n; i++)
		service_defaults(l, services->map.entries[i].value);
	return 0;
}

/* ---- rules ---- */

static int check_external(struct load *l, const char *kind, const char *name, const struct val *v)
{
	const struct val *external = val_get(v, "external");

	if (!val_is(external, VAL_BOOL) || !external->boolean)
		return 0;
	for (size_t i = 0; i < v->map.n; i++) {
		const char *key = v->map.entries[i].name;

		if (strcmp(key, "name") && strcmp(key, "external") && strncmp(key, "x-", 2))
			return load_fail(l, v->map.entries[i].value,
				_("%s.%s is external: it may not have \"%s\""), kind, name, key);
	}
	return 0;
}

static int check_file_object(
	struct load *l, const char *kind, const char *name, const struct val *v)
{
	const int n = val_has(v, "file") + val_has(v, "environment") +
		      (!strcmp(kind, "configs") && val_has(v, "content"));

	if (n > 1)
		return load_fail(l, v,
			_("%s.%s has more than one of file, environment and content"), kind, name);
	if (!n && !val_has(v, "driver") && !val_has(v, "external"))
		return load_fail(
			l, v, _("%s.%s needs one of file, environment and content"), kind, name);
	return 0;
}

static int check_devices(struct load *l, const char *name, const struct val *list)
{
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++)
		if (val_has(list->seq.items[i], "count") &&
			val_has(list->seq.items[i], "device_ids"))
			return load_fail(l, list->seq.items[i],
				_("service \"%s\": a device has either count or device_ids"), name);
	return 0;
}

static int check_service(struct load *l, const char *kind, const char *name, const struct val *v)
{
	const struct val *watch = val_get(val_get(v, "develop"), "watch");
	const struct val *reserved =
		val_get(val_get(val_get(v, "deploy"), "resources"), "reservations");
	int rc = check_devices(l, name, val_get(v, "gpus"));

	(void)kind;
	for (size_t i = 0; val_is(watch, VAL_SEQ) && i < watch->seq.n; i++) {
		const char *path = val_get_str(watch->seq.items[i], "path");

		if (path && !*path)
			return load_fail(l, watch->seq.items[i],
				_("service \"%s\": a path to watch is empty"), name);
	}
	return rc ? rc : check_devices(l, name, val_get(reserved, "devices"));
}

static const struct {
	const char *kind;
	int (*check)(struct load *l, const char *kind, const char *name, const struct val *v);
} checks[] = {
	{"volumes", check_external},
	{"configs", check_file_object},
	{"secrets", check_file_object},
	{"services", check_service},
};

int load_check(struct load *l, struct val *dict)
{
	for (size_t k = 0; k < ARRAY_SIZE(checks); k++) {
		const struct val *all = val_get(dict, checks[k].kind);

		for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
			const struct strmap_entry *e = &all->map.entries[i];
			const int rc =
				val_is(e->value, VAL_MAP)
					? checks[k].check(l, checks[k].kind, e->name, e->value)
					: 0;

			if (rc)
				return rc;
		}
	}
	return 0;
}
