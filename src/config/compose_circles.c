/* SPDX-License-Identifier: MIT */
/* Services that depend on each other in a circle. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

enum { UNSEEN, OPEN, DONE };

struct circles {
	struct load *l;
	const struct strmap *active;
	struct strmap state; /* of each service: one of the above */
};

/* "a -> b -> a"; of a long one its beginning. */
static char *circle_text(struct strv *path)
{
	enum { SHOWN = 12 };

	if (path->n <= SHOWN)
		return strv_join(path, " -> ");
	while (path->n > SHOWN)
		strv_remove(path, path->n - 1);
	strv_push(path, "...");
	return strv_join(path, " -> ");
}

static int visit(struct circles *c, const char *name, struct strv *path)
{
	const struct val *service = strmap_get(c->active, name),
			 *depends = val_get(service, "depends_on");
	int rc = 0;

	strmap_put(&c->state, name, (void *)OPEN);
	strv_push(path, name);
	for (size_t i = 0; val_is(depends, VAL_MAP) && i < depends->map.n && !rc; i++) {
		const char *next = depends->map.entries[i].name;

		if (!strmap_find(c->active, next) || (size_t)strmap_get(&c->state, next) == DONE)
			continue;
		if ((size_t)strmap_get(&c->state, next) == OPEN) {
			autofree char *circle = NULL;

			while (strcmp(path->items[0], next) != 0)
				strv_remove(path, 0);
			strv_push(path, next);
			circle = circle_text(path);
			return load_fail(c->l, depends->map.entries[i].value,
				_("services depend on each other in a circle: %s"), circle);
		}
		if (path->n > 10000)
			return load_fail(c->l, depends, _("the chain of dependencies is too long"));
		rc = visit(c, next, path);
	}
	if (!rc) {
		strv_remove(path, path->n - 1);
		strmap_put(&c->state, name, (void *)DONE);
	}
	return rc;
}

int load_check_circles(struct load *l, const struct strmap *active)
{
	struct circles c = {.l = l, .active = active, .state = STRMAP_INIT};
	int rc = 0;

	for (size_t i = 0; i < active->n && !rc; i++) {
		AUTO(strv) struct strv path = STRV_INIT;

		if ((size_t)strmap_get(&c.state, active->entries[i].name) == UNSEEN)
			rc = visit(&c, active->entries[i].name, &path);
	}
	strmap_done(&c.state);
	return rc;
}
