/* SPDX-License-Identifier: MIT */
#include "config/build_source.h"

#include "base/json.h"
#include "base/str.h"

#include <string.h>

/* The directory that the build begins in, where it is on the host. */
static const char *context_of(const struct compose_service *s)
{
	const char *context = s->builds ? json_str(s->json, "build.context", NULL) : NULL;

	return context && *context == '/' ? context : NULL;
}

char *build_dockerfile(const struct compose_service *s)
{
	const char *context = context_of(s);
	const char *name = context ? json_str(s->json, "build.dockerfile", "Dockerfile") : NULL;

	if (!name || json_get(s->json, "build.dockerfile_inline"))
		return NULL;
	return host_path(context, name);
}

char *build_missing(struct host *h, const struct compose_service *s)
{
	const char *context = context_of(s);
	autofree char *dockerfile = build_dockerfile(s);

	if (context && !host_exists(h, context))
		return xstrdup(context);
	return dockerfile && !host_exists(h, dockerfile) ? take(dockerfile) : NULL;
}

void build_gaps(
	struct host *h, const struct compose *c, struct strv *ret_paths, struct strv *ret_services)
{
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		autofree char *path = s->active ? build_missing(h, s) : NULL;
		long at = path ? strv_find(ret_paths, path) : -1;

		if (path && at < 0) {
			strv_push(ret_paths, path);
			strv_push(ret_services, s->name);
		} else if (path) {
			char *more = xasprintf("%s, %s", ret_services->items[at], s->name);

			free(ret_services->items[at]);
			ret_services->items[at] = more;
		}
	}
}

bool build_is_source(const struct compose_service *s, const char *dir)
{
	autofree char *dockerfile = build_dockerfile(s);
	size_t n = strlen(dir);

	return dockerfile && strncmp(dockerfile, dir, n) == 0 && dockerfile[n] == '/';
}
