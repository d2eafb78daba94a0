/* SPDX-License-Identifier: MIT */
/* The model has their values in the environment, and not their names any more: the texts are read.
 */
#include "config/compose_env_files.h"

#include "base/str.h"
#include "base/strv.h"
#include "base/yaml.h"

#include <string.h>

/* Whether a path leaves the directory that it is written for: "../x", "a/../../x", "/etc/x". */
static bool leaves(const char *dir, const char *path)
{
	AUTO(strv) struct strv parts = STRV_INIT;
	size_t n = strlen(dir);
	int depth = 0;

	if (*path == '/') {
		if (strncmp(path, dir, n) != 0 || path[n] != '/')
			return true;
		path += n + 1;
	}
	strv_split(&parts, path, '/');
	for (size_t i = 0; i < parts.n && depth >= 0; i++) {
		if (str_eq(parts.items[i], ".."))
			depth--;
		else if (*parts.items[i] && !str_eq(parts.items[i], "."))
			depth++;
	}
	return depth < 0;
}

/* A path, or a mapping with `path` and `required`. */
static void add(struct compose_env_files *ret, const struct compose *c, const char *service,
	const struct yaml_node *item)
{
	const char *path = yaml_text(item, yaml_get_text(item, "path", ""));

	if (!*path || strchr(path, '$'))
		return;
	VEC_GROW(ret->items, ret->n, ret->cap);
	ret->items[ret->n++] = (struct compose_env_file){
		.service = xstrdup(service),
		.path = host_path(c->dir, path),
		.required = item->kind != YAML_MAP ||
			    !str_eq(yaml_get_text(item, "required", NULL), "false"),
		.outside = leaves(c->dir, path),
	};
}

static void add_file(
	struct compose_env_files *ret, const struct compose *c, const struct compose_file *file)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	const struct yaml_node *services;

	if (yaml_parse(file->path, file->text, file->len, &doc, NULL))
		return;
	services = yaml_get(yaml_root(doc), "services");
	for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
		const char *service = services->pairs[i].key->text;
		const struct yaml_node *files = yaml_get(services->pairs[i].value, "env_file");

		if (files && files->kind != YAML_SEQ)
			add(ret, c, service, files);
		for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++)
			add(ret, c, service, files->items[k]);
	}
}

void compose_env_files_find(struct compose_env_files *ret, const struct compose *c)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (c->files[i].role == COMPOSE_FILE_COMPOSE)
			add_file(ret, c, &c->files[i]);
}

void compose_env_files_missing(struct compose_env_files *ret, const struct compose *c)
{
	for (size_t i = 0; i < c->n_missing; i++) {
		const struct compose_missing *m = &c->missing[i];

		VEC_GROW(ret->items, ret->n, ret->cap);
		ret->items[ret->n++] = (struct compose_env_file){
			.service = xstrdup(m->service),
			.path = xstrdup(m->path),
			.required = true,
			.outside = leaves(c->dir, m->path),
		};
	}
}

void compose_env_files_done(struct compose_env_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->items[i].service);
		free(f->items[i].path);
	}
	free(f->items);
	*f = (struct compose_env_files){NULL, 0, 0};
}
