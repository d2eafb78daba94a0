/* SPDX-License-Identifier: MIT */
/* What is implied: paths, networks, dependencies, names, values passed through. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <ctype.h>
#include <string.h>

/* ---- paths ---- */

static struct val *with_text(struct load *l, const struct val *v, const char *text)
{
	struct val *fresh = val_str(&l->tree, &v->mark, text);

	fresh->uses = v->uses;
	return fresh;
}

static const char *absolute(struct load *l, const char *dir, const char *path)
{
	path = load_expand_home(l, path);
	return !*path || *path == '/' ? path : load_join(l, dir, path);
}

static bool windows_path(const char *p)
{
	return !strncmp(p, "\\\\", 2) ||
	       (isalpha((unsigned char)p[0]) && p[1] == ':' && (p[2] == '\\' || p[2] == '/'));
}

static const char *source_path(struct load *l, const char *dir, const char *path)
{
	path = load_expand_home(l, path);
	return *path == '/' || windows_path(path) ? path : load_join(l, dir, path);
}

static const char *context_path(struct load *l, const char *dir, const char *path)
{
	static const char *const remote[] = {
		"service:", "https://", "http://", "git://", "ssh://", "github.com/", "git@"};

	for (size_t i = 0; i < ARRAY_SIZE(remote); i++)
		if (str_starts(path, remote[i]))
			return path;
	return strstr(path, "://") ? path : absolute(l, dir, path);
}

typedef const char *path_fn(struct load *l, const char *dir, const char *path);

static void resolve_key(
	struct load *l, const char *dir, struct val *map, const char *key, path_fn *fn)
{
	const struct val *v = val_get(map, key);

	if (val_is(v, VAL_STR))
		val_set(map, key, with_text(l, v, fn(l, dir, v->text)));
}

static void resolve_all(struct load *l, const char *dir, struct val *v, path_fn *fn)
{
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		resolve_key(l, dir, v, v->map.entries[i].name, fn);
	for (size_t i = 0; val_is(v, VAL_SEQ) && i < v->seq.n; i++)
		if (val_is(v->seq.items[i], VAL_STR))
			v->seq.items[i] =
				with_text(l, v->seq.items[i], fn(l, dir, v->seq.items[i]->text));
}

static int resolve_mounts(struct load *l, const char *dir, const struct val *mounts)
{
	for (size_t i = 0; val_is(mounts, VAL_SEQ) && i < mounts->seq.n; i++) {
		struct val *mount = mounts->seq.items[i];
		const char *type = val_get_str(mount, "type");

		if (!type || strcmp(type, "bind") != 0)
			continue;
		if (!val_get_str(mount, "source"))
			return load_fail(l, mount, _("a mount of type \"bind\" needs a source"));
		resolve_key(l, dir, mount, "source", source_path);
	}
	return 0;
}

static int resolve_service(struct load *l, const char *dir, struct val *service)
{
	struct val *build = val_get(service, "build"), *list;

	if (val_is(build, VAL_MAP)) {
		resolve_key(l, dir, build, "context", context_path);
		resolve_all(l, dir, val_get(build, "additional_contexts"), context_path);
		resolve_all(l, dir, val_get(build, "ssh"), source_path);
	}
	list = val_get(service, "env_file");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++)
		if (val_is(list->seq.items[i], VAL_MAP))
			resolve_key(l, dir, list->seq.items[i], "path", absolute);
	resolve_all(l, dir, val_get(service, "label_file"), absolute);
	if (val_is(val_get(service, "extends"), VAL_MAP))
		resolve_key(l, dir, val_get(service, "extends"), "file", absolute);
	list = val_get(val_get(service, "develop"), "watch");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++)
		if (val_is(list->seq.items[i], VAL_MAP))
			resolve_key(l, dir, list->seq.items[i], "path", absolute);
	return resolve_mounts(l, dir, val_get(service, "volumes"));
}

static void resolve_volume(struct load *l, const char *dir, const struct val *volume)
{
	struct val *opts = val_get(volume, "driver_opts");
	const char *driver = val_get_str(volume, "driver"), *o = val_get_str(opts, "o");

	if (driver && o && !strcmp(driver, "local") && !strcmp(o, "bind"))
		resolve_key(l, dir, opts, "device", source_path);
}

int load_resolve_paths(struct load *l, const char *dir, struct val *dict)
{
	static const char *const with_file[] = {"configs", "secrets"};
	const struct val *all = val_get(dict, "services");

	for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
		struct val *service = all->map.entries[i].value;
		const int rc = val_is(service, VAL_MAP) ? resolve_service(l, dir, service) : 0;

		if (rc)
			return rc;
	}
	all = val_get(dict, "volumes");
	for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++)
		resolve_volume(l, dir, all->map.entries[i].value);
	for (size_t k = 0; k < ARRAY_SIZE(with_file); k++) {
		all = val_get(dict, with_file[k]);
		for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++)
			if (val_is(all->map.entries[i].value, VAL_MAP))
				resolve_key(l, dir, all->map.entries[i].value, "file", source_path);
	}
	return 0;
}

/* ---- environment ---- */

/* "NAME" without '=' in a list, or NAME: null in a mapping, takes the value it has outside. */
static struct val *pass_through(
	struct load *l, const struct env_values *env, struct val *v, bool keep)
{
	struct val *out = v;

	if (val_is(v, VAL_SEQ)) {
		out = val_new(&l->tree, VAL_SEQ, &v->mark);
		for (size_t i = 0; i < v->seq.n; i++) {
			struct val *e = v->seq.items[i];
			const char *value = val_is(e, VAL_STR) && !strchr(e->text, '=')
						    ? env_values_get(env, e->text)
						    : NULL;

			if (value)
				e = val_str(&l->tree, &e->mark,
					arena_printf(&l->tree.arena, "%s=%s", e->text, value));
			if (val_is(e, VAL_STR) && (keep || strchr(e->text, '=')))
				val_push(&l->tree, out, e);
		}
	} else if (val_is(v, VAL_MAP)) {
		out = val_new(&l->tree, VAL_MAP, &v->mark);
		for (size_t i = 0; i < v->map.n; i++) {
			const struct strmap_entry *e = &v->map.entries[i];
			const struct val *old = e->value;
			const char *value =
				old->kind == VAL_NULL ? env_values_get(env, e->name) : NULL;

			if (value)
				val_set(out, e->name, val_str(&l->tree, &old->mark, value));
			else if (keep || old->kind != VAL_NULL)
				val_set(out, e->name, e->value);
		}
	}
	return out;
}

void load_resolve_environment(struct load *l, const struct load_scope *scope, struct val *dict)
{
	const struct val *services = val_get(dict, "services");

	for (size_t i = 0; val_is(services, VAL_MAP) && i < services->map.n; i++) {
		struct val *service = services->map.entries[i].value,
			   *env = val_get(service, "environment");

		if (val_is(env, VAL_SEQ))
			val_set(service, "environment", pass_through(l, scope->env, env, true));
	}
}

/* ---- normal form ---- */

static void imply_networks(struct load *l, struct val *dict)
{
	const struct val *services = val_get(dict, "services");
	struct val *networks = val_get(dict, "networks");
	bool uses_default = false;

	if (!val_is(networks, VAL_MAP))
		networks = val_new(&l->tree, VAL_MAP, &dict->mark);
	for (size_t i = 0; val_is(services, VAL_MAP) && i < services->map.n; i++) {
		struct val *service = services->map.entries[i].value,
			   *own = val_get(service, "networks");

		if (!val_is(service, VAL_MAP) || val_has(service, "network_mode"))
			continue;
		if (!val_is(own, VAL_MAP) || !own->map.n) {
			own = val_new(&l->tree, VAL_MAP, &service->mark);
			val_set(own, "default", val_new(&l->tree, VAL_NULL, &service->mark));
			val_set(service, "networks", own);
		}
		uses_default = uses_default || val_has(own, "default");
	}
	if (uses_default && !val_has(networks, "default"))
		val_set(networks, "default", val_new(&l->tree, VAL_NULL, &dict->mark));
	if (networks->map.n)
		val_set(dict, "networks", networks);
}

static void imply(struct load *l, struct val *depends, const struct val *at, const char *service,
	bool restart)
{
	struct val *d;

	if (val_has(depends, service))
		return;
	d = val_new(&l->tree, VAL_MAP, &at->mark);
	val_set(d, "condition", val_str(&l->tree, &at->mark, "service_started"));
	val_set(d, "restart", val_bool(&l->tree, &at->mark, restart));
	val_set(d, "required", val_bool(&l->tree, &at->mark, true));
	val_set(depends, arena_strdup(&l->tree.arena, service), d);
}

static void imply_dependencies(struct load *l, struct val *service)
{
	static const char *const spaces[] = {"network_mode", "ipc", "pid", "uts", "cgroup"};
	struct val *depends = val_get(service, "depends_on");
	const struct val *list = val_get(service, "links");

	if (!val_is(depends, VAL_MAP))
		depends = val_new(&l->tree, VAL_MAP, &service->mark);
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++) {
		const struct val *link = list->seq.items[i];
		const char *colon = strchr(link->text, ':');
		const bool pair = colon && !strchr(colon + 1, ':');

		imply(l, depends, link,
			pair ? arena_strndup(
				       &l->tree.arena, link->text, (size_t)(colon - link->text))
			     : link->text,
			true);
	}
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		const char *mode = val_get_str(service, spaces[i]);

		if (str_starts(mode, "service:"))
			imply(l, depends, val_get(service, spaces[i]), mode + strlen("service:"),
				true);
	}
	list = val_get(service, "volumes_from");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++) {
		const char *from = list->seq.items[i]->text;

		if (!str_starts(from, "container:"))
			imply(l, depends, list->seq.items[i],
				arena_strndup(&l->tree.arena, from, strcspn(from, ":")), false);
	}
	if (depends->map.n)
		val_set(service, "depends_on", depends);
}

static void normalize_build(struct load *l, struct val *build)
{
	if (!val_is(build, VAL_MAP))
		return;
	if (!val_has(build, "context"))
		val_set(build, "context", val_str(&l->tree, &build->mark, "."));
	if (!val_has(build, "dockerfile") && !val_has(build, "dockerfile_inline"))
		val_set(build, "dockerfile", val_str(&l->tree, &build->mark, "Dockerfile"));
	if (val_has(build, "args"))
		val_set(build, "args", pass_through(l, &l->env, val_get(build, "args"), false));
}

static void normalize_service(struct load *l, struct val *service)
{
	const char *policy = val_get_str(service, "pull_policy");
	const struct val *list;

	if (policy && !strcmp(policy, "if_not_present"))
		val_set(service, "pull_policy", val_str(&l->tree, &service->mark, "missing"));
	normalize_build(l, val_get(service, "build"));
	if (val_has(service, "environment"))
		val_set(service, "environment",
			pass_through(l, &l->env, val_get(service, "environment"), true));
	imply_dependencies(l, service);
	list = val_get(service, "volumes");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++) {
		struct val *mount = list->seq.items[i];
		const char *target = val_get_str(mount, "target");

		if (target)
			val_set(mount, "target",
				val_str(&l->tree, &mount->mark, load_clean(l, target)));
	}
}

static void name_resources(struct load *l, struct val *all)
{
	for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
		const char *key = all->map.entries[i].name;
		struct val *v = all->map.entries[i].value;
		const struct val *external;

		if (v->kind != VAL_MAP)
			v = val_new(&l->tree, VAL_MAP, &v->mark);
		all->map.entries[i].value = v;
		external = val_get(v, "external");
		if (val_has(v, "name") && !val_is(val_get(v, "name"), VAL_NULL))
			continue;
		val_set(v, "name",
			val_str(&l->tree, &v->mark,
				val_is(external, VAL_BOOL) && external->boolean
					? key
					: arena_printf(
						  &l->tree.arena, "%s_%s", l->out->name, key)));
	}
}

int load_normalize(struct load *l, struct val *dict)
{
	static const char *const kinds[] = {"networks", "volumes", "configs", "secrets"};
	const struct val *services = val_get(dict, "services");

	imply_networks(l, dict);
	for (size_t i = 0; val_is(services, VAL_MAP) && i < services->map.n; i++) {
		if (!val_is(services->map.entries[i].value, VAL_MAP))
			return load_fail(l, services->map.entries[i].value,
				_("services.%s: expected a mapping"),
				services->map.entries[i].name);
		normalize_service(l, services->map.entries[i].value);
	}
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		name_resources(l, val_get(dict, kinds[k]));
	return 0;
}
