/* SPDX-License-Identifier: MIT */
/* Images that nothing is there to build from. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/build_source.h"

#include <string.h>

void lint_build(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;
	AUTO(strv) struct strv paths = STRV_INIT, services = STRV_INIT;
	size_t n = strlen(l->dir);

	/* The compose files of a definition come before what they are built from. */
	if (!c || l->project->fresh)
		return;
	build_gaps(l->host, c, &paths, &services);
	for (size_t i = 0; i < paths.n; i++) {
		const char *path = paths.items[i], *names = services.items[i];
		autofree char *first = xstrndup(names, strcspn(names, ","));

		lint_add_node(l, rule, lint_service_node(l, first, "build"),
			_("%s: built from %s, which is not there"), names,
			strncmp(path, l->dir, n) == 0 && path[n] == '/' ? path + n + 1 : path);
	}
}
