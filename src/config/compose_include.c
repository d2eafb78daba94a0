/* SPDX-License-Identifier: MIT */
/* Projects that a compose file includes. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

static int bad_include(struct load *l, const struct val *v)
{
	return load_fail(
		l, v, _("include: expected a list of paths, or of mappings with \"path\""));
}

/* A string or a list of strings, each made absolute. */
static int paths_of(struct load *l, const struct val *v, const char *dir, struct strv *out)
{
	const struct val *const *items = (const struct val *const *)&v;
	size_t n = 1;

	if (val_is(v, VAL_SEQ)) {
		items = (const struct val *const *)v->seq.items;
		n = v->seq.n;
	}
	for (size_t i = 0; i < n; i++) {
		if (!val_is(items[i], VAL_STR))
			return bad_include(l, items[i]);
		if (load_is_remote(items[i]->text))
			return load_remote(l, items[i], items[i]->text);
		strv_push(out, load_join(l, dir, items[i]->text));
	}
	return 0;
}

static const char *directory_of(struct load *l, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? "/" : arena_strndup(&l->tree.arena, path, (size_t)(slash - path));
}

static const char *lookup(void *arg, const char *name)
{
	return env_values_get(arg, name);
}

/* The variables in force inside: those outside, then the env files of the include. */
static int environment(struct load *l, const struct val *entry, const struct load_scope *scope,
	const char *dir, struct env_values *env)
{
	AUTO(strv) struct strv files = STRV_INIT;
	AUTO(env_values) struct env_values own = {0};
	const struct interp in = {.lookup = lookup,
		.lookup_arg = (void *)scope->env,
		.tolerant = l->options->tolerant};
	const struct val *listed = val_get(entry, "env_file");
	int rc = 0;

	if (listed && !(val_is(listed, VAL_SEQ) && !listed->seq.n))
		rc = paths_of(l, listed, scope->dir, &files);
	else if (host_exists(l->host, load_join(l, dir, ".env")))
		strv_push(&files, load_join(l, dir, ".env"));
	for (size_t i = 0; i < files.n && !rc; i++)
		rc = load_env_file(l, files.items[i], COMPOSE_FILE_ENV, true, &in, &own);
	if (!own.n)
		return rc;
	for (size_t i = 0; i < scope->env->n; i++)
		env_values_set(env, scope->env->items[i].key, scope->env->items[i].value, NULL, 0);
	for (size_t i = 0; i < own.n; i++)
		if (!env_values_find(env, own.items[i].key))
			env_values_set(env, own.items[i].key, own.items[i].value, NULL, 0);
	return rc;
}

static int import(struct load *l, const char *kind, const struct val *from, struct val *into)
{
	const struct val *source = val_get(from, kind);
	struct val *target = val_get(into, kind);

	if (!val_is(source, VAL_MAP))
		return 0;
	if (!target) {
		target = val_new(&l->tree, VAL_MAP, &source->mark);
		val_set(into, kind, target);
	}
	if (target->kind != VAL_MAP)
		return load_fail(l, target, _("%s: expected a mapping"), kind);
	for (size_t i = 0; i < source->map.n; i++) {
		const struct strmap_entry *e = &source->map.entries[i];
		const struct val *there = val_get(target, e->name);

		if (!there)
			val_set(target, e->name, e->value);
		else if (!val_equal(there, e->value))
			return load_fail(l, there,
				_("%s.%s conflicts with the one that is included"), kind, e->name);
	}
	return 0;
}

static int include_one(struct load *l, const struct val *entry, const struct load_scope *scope,
	struct strv *included, struct val *dict)
{
	static const char *const kinds[] = {
		"services", "volumes", "networks", "secrets", "configs"};
	const struct val *path = val_is(entry, VAL_STR) ? entry : val_get(entry, "path");
	const char *dir = val_get_str(entry, "project_directory");
	AUTO(strv) struct strv paths = STRV_INIT;
	AUTO(env_values) struct env_values env = {0};
	struct load_scope inner = {.env = &env};
	struct val *imported;
	int rc;

	if (!val_is(path, VAL_STR | VAL_SEQ) || (val_is(path, VAL_SEQ) && !path->seq.n))
		return bad_include(l, entry);
	rc = paths_of(l, path, scope->dir, &paths);
	if (rc)
		return rc;
	if (strv_has(included, paths.items[0]))
		return load_fail(l, entry, _("%s includes itself"), load_shown(l, paths.items[0]));
	inner.dir = dir && *dir ? load_join(l, scope->dir, dir) : directory_of(l, paths.items[0]);
	rc = environment(l, entry, scope, inner.dir, &env);
	if (!env.n)
		inner.env = scope->env;
	if (!rc)
		rc = load_set(l, &paths, &inner, included, &imported);
	if (rc)
		return load_place(l, entry);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !rc; i++)
		rc = import(l, kinds[i], imported, dict);
	return rc;
}

int load_includes(
	struct load *l, const struct load_scope *scope, struct strv *included, struct val *dict)
{
	const struct val *list = val_get(dict, "include");

	if (!list)
		return 0;
	if (list->kind != VAL_SEQ)
		return list->kind == VAL_NULL ? 0 : bad_include(l, list);
	for (size_t i = 0; i < list->seq.n; i++) {
		const int rc = include_one(l, list->seq.items[i], scope, included, dict);

		if (rc)
			return rc;
	}
	val_remove(dict, "include");
	return 0;
}
