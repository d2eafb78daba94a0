/* SPDX-License-Identifier: MIT */
#include "plan/run_diff.h"

#include "base/str.h"
#include "config/mask.h"
#include "plan/undo.h"

#include <string.h>

/* What of the files may be shown. */
struct looker {
	struct host *host;
	const struct settings *all;
	struct mask mask;
	struct strv secrets; /* their names, as .env files have them */
	bool reveal;
};

static void looker_init(struct looker *l, const struct workspace *w, bool reveal)
{
	const struct settings *all = &w->project->settings;

	*l = (struct looker){.host = w->host, .all = all, .reveal = reveal};
	mask_init(&l->mask);
	mask_add_settings(&l->mask, all);
	for (size_t i = 0; i < all->n; i++)
		if (setting_is_secret(&all->items[i]))
			strv_push(&l->secrets, all->items[i].name);
}

static void looker_done(struct looker *l)
{
	mask_done(&l->mask);
	strv_done(&l->secrets);
}
DEFINE_AUTO(looker)

static bool is_dotenv(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return str_starts(name, ".env") || str_ends(name, ".env");
}

/* Of a .env every secret is known by its name, also one that nobody has any more. */
static char *shown(const struct looker *l, const char *path, const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_OUTPUT);
	autofree char *first = NULL;

	if (l->reveal)
		return xstrdup(text);
	first = is_dotenv(path) ? mask_dotenv(text, strlen(text), &l->secrets) : xstrdup(text);
	mask_text(&l->mask, first, MASK_DOTS, &out);
	return str_take(&out);
}

static void add(struct run_diff *d, const struct looker *l, const struct undo_item *i,
	const struct str *old, const struct str *now)
{
	autosecret char *before = shown(l, i->path, str_text(old));
	autosecret char *after = shown(l, i->path, str_text(now));
	char *change = mask_diff(
		i->path, str_text(old), old->len, before, str_text(now), now->len, after);

	if (!change)
		return;
	VEC_GROW(d->items, d->n, d->cap);
	d->items[d->n++] = (struct run_diff_file){xstrdup(i->path), change};
}

static int look(struct run_diff *d, const struct looker *l, const struct undo *u,
	const struct undo_item *i, struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;
	autofree char *path = host_path(u->project, i->path);
	struct str old = STR_INIT(STR_OUTPUT), now = STR_INIT(STR_OUTPUT);
	int code = 0;

	if (i->existed)
		code = undo_backup(u, i, &old, err);
	if (!code && host_read(l->host, path, STR_OUTPUT, &now, &e) && e.code != ERR_NOT_FOUND)
		code = error_move(err, &e);
	if (!code)
		add(d, l, i, &old, &now);
	str_wipe(&old);
	str_wipe(&now);
	return code;
}

/* Whether its bytes were written, and are no record of Slipway's own. */
static bool is_asked_for(const struct undo_item *i)
{
	return !i->directory && (i->existed ? i->backup != NULL : i->digest != NULL) &&
	       !str_starts(i->path, ".slipway/");
}

int run_diff_init(
	struct run_diff *d, struct workspace *w, const char *id, bool reveal, struct error *err)
{
	AUTO(looker) struct looker l = {0};
	AUTO(undo) struct undo u = {0};
	int code;

	*d = (struct run_diff){0};
	code = undo_find(&u, w->host, w->project->dir, id, err);
	if (code)
		return code;
	d->id = xstrdup(u.id);
	looker_init(&l, w, reveal);
	/* Undoing begins with the newest. */
	for (size_t i = u.n; i-- > 0 && code == 0;)
		if (is_asked_for(&u.items[i]))
			code = look(d, &l, &u, &u.items[i], err);
	if (code)
		run_diff_done(d);
	return code;
}

void run_diff_done(struct run_diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->items[i].path);
		secret_free(d->items[i].change);
	}
	free(d->items);
	free(d->id);
	*d = (struct run_diff){0};
}
