/* SPDX-License-Identifier: MIT */
/* Whether what is said of services, volumes and directories agrees with the compose files. */
#include "config/stack_lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

/* strchr() finds the end of the text, too. */
static const struct mention *at_path(const struct stack_lint *l, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < l->s->mentions.n; i++) {
		const struct mention *m = &l->s->mentions.items[i];

		if (str_starts(m->path, path) && strchr(".[", m->path[n]))
			return m; /* it, or what is said within */
	}
	return NULL;
}

static void check_kind(struct stack_lint *l, const struct stack_service *s)
{
	const struct compose_service *c = l->c ? compose_find_service(l->c, s->name) : NULL;
	autofree char *path = xasprintf("services.%s", s->name);

	if (c && s->kind == SERVICE_HOST)
		stack_lint_add(l, at_path(l, path),
			xasprintf(_("%s: it runs on the host, and yet the compose files have it"),
				path));
	if (c && s->kind == SERVICE_JOB && c->restart &&
		(str_starts(c->restart, "always") || str_starts(c->restart, "unless-stopped")))
		stack_lint_add(l, at_path(l, path),
			xasprintf(_("%s: it runs once, and yet it is started again (restart: %s)"),
				path, c->restart));
}

/* A source as Compose resolves it. */
static bool is_source(const struct compose_mount *m, enum compose_mount_type type, const char *source)
{
	return m->type == type && m->source && strcmp(m->source, source) == 0;
}

static void check_kept(struct stack_lint *l, const char *path, const struct stack_kept *k,
	enum compose_mount_type type, const char *source)
{
	if (k->critical && k->backup.method && strcmp(k->backup.method, "none") == 0)
		stack_lint_add(l, at_path(l, path),
			xasprintf(_("%s: it is critical, and yet nothing backs it up"), path));
	for (size_t i = 0; k->read_only && l->c && i < l->c->n_services; i++) {
		const struct compose_service *s = &l->c->services[i];

		for (size_t m = 0; m < s->n_mounts; m++)
			if (is_source(&s->mounts[m], type, source) && !s->mounts[m].read_only)
				stack_lint_add(l, at_path(l, path),
					xasprintf(_("%s: it is to be read only, and yet %s mounts it "
						    "for writing"),
						path, s->name));
	}
}

/* Where a directory of the definition is while no variable has a value. */
static char *source_of(const struct stack_lint *l, const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	const char *path;

	if (stack_lint_expand(text, &out, NULL))
		return xstrdup(text);
	path = str_text(&out);
	while (str_starts(path, "./"))
		path += 2;
	return host_path(l->c ? l->c->dir : "", path);
}

static void check_what_is_kept(struct stack_lint *l)
{
	for (size_t i = 0; i < l->s->n_volumes; i++) {
		autofree char *path = xasprintf("volumes.%s", l->s->volumes[i].name);

		check_kept(l, path, &l->s->volumes[i].kept, COMPOSE_VOLUME, l->s->volumes[i].name);
	}
	for (size_t i = 0; i < l->s->n_directories; i++) {
		autofree char *path = xasprintf("directories[%zu]", i);
		autofree char *source = source_of(l, l->s->directories[i].path);

		check_kept(l, path, &l->s->directories[i].kept, COMPOSE_BIND, source);
	}
}

void stack_lint_kept(struct stack_lint *l)
{
	for (size_t i = 0; i < l->s->n_services; i++)
		check_kind(l, &l->s->services[i]);
	check_what_is_kept(l);
}
