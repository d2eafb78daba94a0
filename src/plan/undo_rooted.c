/* SPDX-License-Identifier: MIT */
/* Owners that an undo needs root for: a root container gave the files away, only one brings them
 * back. */
#include "plan/undo.h"

#include <string.h>

void undo_rooted_done(struct undo_rooted *r)
{
	for (size_t i = 0; i < r->n; i++)
		rooted_done(&r->items[i]);
	free(r->items);
	*r = (struct undo_rooted){0};
}

/* Nobody but root gives a file away, and only its owner changes the rest. */
static bool needs_root(const struct undo_item *i, const struct host_stat *st, uint32_t uid)
{
	if (st->uid != (uint32_t)i->uid)
		return true;
	return st->uid != uid && (st->gid != (uint32_t)i->gid || (int)st->mode != i->mode);
}

static struct rooted *rooted_for(struct undo_rooted *r, const char *directory)
{
	for (size_t k = r->n; k-- > 0;) {
		if (str_eq(r->items[k].directory, directory))
			return &r->items[k];
	}
	VEC_GROW(r->items, r->n, r->cap);
	r->items[r->n] = (struct rooted){.directory = xstrdup(directory)};
	return &r->items[r->n++];
}

/* What the container sees: the tree of the step where the entry is in it, else as little as can be.
 */
static char *directory_for(const struct undo *u, const struct undo_item *i, const char *path)
{
	autofree char *tree = undo_tree(u, i);
	size_t n = tree ? strlen(tree) : 0;
	const char *slash = strrchr(path, '/');

	if (tree && strncmp(path, tree, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		return take(tree);
	return i->directory ? xstrdup(path) : xstrndup(path, (size_t)(slash - path));
}

static void add_item(struct undo_rooted *r, const struct undo *u, const struct undo_item *i,
	const char *path, const struct host_stat *st)
{
	autofree char *directory = directory_for(u, i, path);
	size_t n = strlen(directory);
	bool mode = st->type == HOST_DIR || st->type == HOST_FILE;

	rooted_add(rooted_for(r, directory), path[n] == '/' ? path + n + 1 : "", i->uid, i->gid,
		mode && ((int)st->mode != i->mode || (i->mode & 06000)) ? i->mode : -1);
}

int undo_rooted_find(const struct undo *u, uint32_t uid, struct undo_rooted *ret, struct error *err)
{
	for (size_t k = 0; k < u->n && uid != 0; k++) {
		const struct undo_item *i = &u->items[k];
		autofree char *path = host_path(u->project, i->path);
		AUTO(error) struct error e = ERROR_INIT;
		struct host_stat st;
		int code;

		if (!i->existed || !i->step || i->mode < 0)
			continue;
		code = host_stat(u->host, path, &st, &e);
		if (code < 0 && code != ERR_NOT_FOUND)
			return error_move(err, &e);
		if (code == 0 && needs_root(i, &st, uid))
			add_item(ret, u, i, path, &st);
	}
	for (size_t k = 0; k < ret->n; k++)
		rooted_sort(&ret->items[k]);
	return 0;
}

int undo_rooted_intent(const struct undo_rooted *r, struct ledger *l, struct error *err)
{
	int code = 0;

	for (size_t k = 0; k < r->n && code == 0; k++) {
		const struct rooted *g = &r->items[k];
		autofree char *shown = ledger_relative(l->project, g->directory);
		autofree char *step = xasprintf("owner:%s", shown);
		struct ledger_wish *wishes = xcalloc(g->n, sizeof(*wishes));

		for (size_t i = 0; i < g->n; i++) {
			const struct rooted_entry *e = &g->entries[i];

			wishes[i] = (struct ledger_wish){
				.path = *e->path ? host_path(g->directory, e->path)
						 : xstrdup(g->directory),
				.step = step,
				.below = g->directory,
				.uid = e->uid,
				.gid = e->gid,
				.mode = e->mode};
		}
		code = ledger_own_list(l, wishes, g->n, false, NULL, err);
		for (size_t i = 0; i < g->n; i++)
			free((char *)wishes[i].path);
		free(wishes);
	}
	return code;
}
