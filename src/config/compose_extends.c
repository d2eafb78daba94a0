/* SPDX-License-Identifier: MIT */
/* Services that extend others, of the same file or of another one. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

enum { MAX_CHAIN = 64 };

struct chain {
	struct load *l;
	const struct load_scope *scope;
	/* What has been extended on the way, to find circles. */
	struct {
		const char *file, *service;
	} links[MAX_CHAIN];
	int n;
	/* The marks of every document on the way apply to what is taken over. */
	const struct reset_paths *resets[MAX_CHAIN + 2]; /* the first, and one a link */
	int n_resets;
};

static int extend(struct chain *c, const char *name, struct val *services, const char *path,
	const char *dir, struct val **ret);

static int add_link(struct chain *c, const char *file, const char *service, const struct val *at)
{
	for (int i = 0; i < c->n; i++)
		if (!strcmp(c->links[i].file, file) && !strcmp(c->links[i].service, service))
			return load_fail(c->l, at, _("service \"%s\" extends itself"), service);
	if (c->n == MAX_CHAIN)
		return load_fail(
			c->l, at, _("service \"%s\" extends too many others in turn"), service);
	c->links[c->n].file = file;
	c->links[c->n++].service = service;
	return 0;
}

static int from_file(struct chain *c, const char *name, const char *ref, const char *path,
	const struct val *at, struct reset_paths *resets, struct val **services)
{
	struct load *l = c->l;
	struct val *dict = val_new(&l->tree, VAL_MAP, NULL);
	autofree char *dir = xstrdup(path);
	int rc;

	rc = load_file(l, path, c->scope, true, NULL, dict, resets);
	if (rc) {
		load_place(l, at);
		return error_prefix(l->err, _("service \"%s\" extends another file"), name);
	}
	*services = val_get(dict, "services");
	if (!val_is(*services, VAL_MAP))
		return load_fail(l, at, _("cannot extend service \"%s\": %s has no services"), name,
			load_shown(l, path));
	if (!val_has(*services, ref))
		return load_fail(l, at,
			_("cannot extend service \"%s\": there is no service \"%s\" in %s"), name,
			ref, load_shown(l, path));
	*strrchr(dir, '/') = '\0';
	return load_resolve_paths(l, *dir ? dir : "/", dict);
}

static void remember(
	struct load *l, const char *path, const char *ref, const char *in, const char *name)
{
	VEC_GROW(l->extends, l->n_extends, l->extends_cap);
	l->extends[l->n_extends++] =
		(struct load_extends){load_shown(l, path), ref, load_shown(l, in), name};
}

static void apply_resets(const struct chain *c, const char *name, struct val *source)
{
	struct val *services = val_new(&c->l->tree, VAL_MAP, NULL);
	struct val *dict = val_new(&c->l->tree, VAL_MAP, NULL);

	val_set(services, name, source);
	val_set(dict, "services", services);
	for (int i = 0; i < c->n_resets; i++)
		reset_apply(c->resets[i], dict);
}

static int read_reference(struct chain *c, const char *name, const struct val *extends,
	const char **ref, const char **file)
{
	*ref = val_is(extends, VAL_STR) ? extends->text : val_get_str(extends, "service");
	*file = val_get_str(extends, "file");
	if (*ref)
		return 0;
	return load_fail(
		c->l, extends, _("services.%s.extends: expected the name of a service"), name);
}

static int take_base(struct chain *c, const char *name, const char *ref, struct val *services,
	const char *path, const char *dir, const struct val *at, struct val **base)
{
	int rc;

	if (!val_has(services, ref))
		return load_fail(c->l, at,
			_("cannot extend service \"%s\": there is no service \"%s\" in %s"), name,
			ref, load_shown(c->l, path));
	rc = add_link(c, path, name, at);
	if (!rc)
		rc = extend(c, ref, services, path, dir, base);
	return rc;
}

static int extend(struct chain *c, const char *name, struct val *services, const char *path,
	const char *dir, struct val **ret)
{
	struct val *service = val_get(services, name), *extends, *base = NULL, *merged,
		   *from = services;
	struct reset_paths resets = {0};
	const char *ref, *file, *in = path;
	int rc;

	*ret = service;
	if (!service || service->kind == VAL_NULL)
		return 0;
	if (service->kind != VAL_MAP)
		return load_fail(c->l, service, _("services.%s: expected a mapping"), name);
	extends = val_get(service, "extends");
	if (!extends)
		return 0;
	rc = read_reference(c, name, extends, &ref, &file);
	if (rc)
		return rc;
	if (file && load_is_remote(file))
		return load_remote(c->l, extends, file);
	if (file) {
		path = load_join(c->l, dir, load_expand_home(c->l, file));
		rc = from_file(c, name, ref, path, extends, &resets, &from);
		c->resets[c->n_resets++] = &resets;
	}
	remember(c->l, path, ref, in, name);
	if (!rc)
		rc = take_base(c, name, ref, from, path, dir, extends, &base);
	if (!rc)
		rc = load_room(c->l, extends, 1);
	if (!rc && val_is(base, VAL_MAP)) {
		base = val_clone(&c->l->tree, base);
		apply_resets(c, name, base);
		rc = load_merge_service(c->l, base, service, &merged);
		if (!rc) {
			val_remove(merged, "extends");
			val_set(services, name, merged);
			*ret = merged;
		}
	}
	c->n_resets -= file != NULL;
	free(resets.items);
	return rc;
}

int load_extends(struct load *l, const char *path, const struct load_scope *scope, struct val *dict,
	const struct reset_paths *resets)
{
	struct val *services = val_get(dict, "services");

	if (!services)
		return 0;
	if (services->kind != VAL_MAP)
		return load_fail(l, services, _("services: expected a mapping"));
	for (size_t i = 0; i < services->map.n; i++) {
		struct chain c = {.l = l, .scope = scope, .resets = {resets}, .n_resets = 1};
		struct val *done;
		const int rc = extend(
			&c, services->map.entries[i].name, services, path, scope->dir, &done);

		if (rc)
			return rc;
	}
	return 0;
}
