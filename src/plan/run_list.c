/* SPDX-License-Identifier: MIT */
#include "plan/run.h"

#include "base/strmap.h"
#include "config/env_file.h"
#include "plan/journal.h"
#include "plan/undo.h"

#include <string.h>

static void record_done(struct run_record *r)
{
	free(r->id);
	free(r->title);
	free(r->outcome);
	free(r->failure);
	strv_done(&r->changed);
	json_object_put(r->services);
}

void run_records_done(struct run_records *r)
{
	for (size_t i = 0; i < r->n; i++)
		record_done(&r->items[i]);
	free(r->items);
	*r = (struct run_records){0};
}

/* Whether somebody holds the lock now. Asked only when a journal has no end. */
static bool locked(struct workspace *w)
{
	autofree char *path = workspace_path(w, "lock");
	int lock = -1;

	if (host_lock(w->host, path, "", &lock, NULL, NULL) == ERR_LOCKED)
		return true;
	if (lock >= 0)
		host_unlock(w->host, lock);
	return false;
}

/* Of the owners in a tree: the tree. */
static const char *changed_path(const struct journal_change *c)
{
	const char *tree = c->kind == CHANGE_OWN && str_starts(c->step, "owner:")
				   ? c->step + strlen("owner:")
				   : NULL;

	if (!tree)
		return c->path;
	return str_starts(tree, "./") ? tree + 2 : tree;
}

static void record_from(struct run_record *r, struct journal *j)
{
	AUTO(strmap) struct strmap seen = STRMAP_INIT;

	r->id = xstrdup(j->id);
	r->title = xstrdup(j->title);
	r->started_ms = j->started_ms;
	r->ended_ms = j->ended_ms;
	r->outcome = xstrdup(j->outcome ? j->outcome : "interrupted");
	r->failure = take(j->failure);
	r->steps = j->steps;
	r->services = take(j->services);
	for (size_t i = 0; i < j->n; i++) {
		const struct journal_change *c = &j->changes[i];
		const char *path = changed_path(c);

		if (c->internal || strmap_find(&seen, path))
			continue;
		strmap_put(&seen, path, r);
		strv_push(&r->changed, path);
	}
	r->changes = r->changed.n;
}

/* A run is undone when a run that took it back came to its end and was not itself taken back. */
static void mark_undone(struct run_records *all, const struct strv *undoes)
{
	for (size_t i = 0; i < all->n; i++) {
		if (str_empty(undoes->items[i]) || !str_eq(all->items[i].outcome, "done"))
			continue;
		for (size_t k = i + 1; k < all->n; k++) {
			if (str_eq(all->items[k].id, undoes->items[i])) {
				free(all->items[k].outcome);
				all->items[k].outcome = xstrdup("undone");
			}
		}
	}
}

int run_list(struct workspace *w, struct run_records *ret, struct error *err)
{
	autofree char *slipway = workspace_path(w, "");
	AUTO(strv) struct strv ids = STRV_INIT;
	AUTO(strv) struct strv undoes = STRV_INIT;
	AUTO(journals) struct journals js = {0};
	struct run_records all = {0};
	int code = journal_ids(w->host, slipway, &ids, err);

	if (code == 0)
		code = journals_read(w->host, slipway, &ids, &js, err);
	if (code < 0)
		return code;
	all.items = xcalloc(js.n ? js.n : 1, sizeof(all.items[0]));
	for (size_t i = js.n; i-- > 0;) {
		strv_push(&undoes, js.items[i].undoes ? js.items[i].undoes : "");
		record_from(&all.items[all.n++], &js.items[i]);
	}
	/* Only the newest can be at work. */
	if (all.n && str_eq(all.items[0].outcome, "interrupted") && locked(w)) {
		free(all.items[0].outcome);
		all.items[0].outcome = xstrdup("running");
	}
	mark_undone(&all, &undoes);
	*ret = all;
	return 0;
}

/* The value that the file has of it; NULL: none. The caller releases it with secret_free(). */
static char *value_in_file(struct host *host, const char *path, const char *key)
{
	struct str text = STR_INIT(STR_FILE);
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autosecret char *value = NULL;

	if (host_read(host, path, STR_FILE, &text, NULL) == 0 &&
		env_file_parse(".env", str_text(&text), text.len, &f, NULL) == 0)
		value = env_file_literal(f, key);
	str_wipe(&text);
	return str_empty(value) ? NULL : take(value);
}

char *run_with_value(struct workspace *w, const char *key, char **ret_value)
{
	autofree char *slipway = workspace_path(w, "");
	AUTO(strv) struct strv ids = STRV_INIT;

	if (journal_ids(w->host, slipway, &ids, NULL))
		return NULL;
	for (size_t i = ids.n; i-- > 0;) {
		AUTO(undo) struct undo u = {0};

		if (undo_init(&u, w->host, w->project->dir, ids.items[i], NULL))
			continue;
		for (size_t k = 0; k < u.n; k++) {
			autosecret char *value =
				str_eq(u.items[k].path, ".env") && u.items[k].backup
					? value_in_file(w->host, u.items[k].backup, key)
					: NULL;

			if (!value)
				continue;
			if (ret_value)
				*ret_value = take(value);
			return xstrdup(ids.items[i]);
		}
	}
	return NULL;
}
