/* SPDX-License-Identifier: MIT */
/* The ledger's part of owners and modes: many entries, a line of the journal each. */
#include "plan/ledger.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { OWN_BATCH = 4096 /* entries whose lines are written together */ };

bool ledger_differs(
	const struct host_entry *entry, const struct host_own *want, struct host_stat *ret)
{
	struct host_stat st = entry->st;
	int mode = st.type == HOST_DIR    ? want->dir_mode
		   : st.type == HOST_FILE ? want->file_mode
					  : -1;

	if (want->uid >= 0)
		st.uid = (uint32_t)want->uid;
	if (want->gid >= 0)
		st.gid = (uint32_t)want->gid;
	if (mode >= 0)
		st.mode = (uint32_t)mode;
	if (ret)
		*ret = st;
	return st.uid != entry->st.uid || st.gid != entry->st.gid || st.mode != entry->st.mode;
}

/* --- lines that are written together */

struct own_batch {
	struct ledger *l;
	struct journal_change *changes;
	size_t n, cap;
};

static void batch_add(struct own_batch *b, const char *step, const char *path,
	const struct host_stat *now, const struct host_stat *wanted)
{
	VEC_GROW(b->changes, b->n, b->cap);
	b->changes[b->n++] = (struct journal_change){
		.kind = CHANGE_OWN,
		.path = ledger_relative(b->l->project, path),
		.step = xstrdup(step),
		.existed = true,
		.directory = now->type == HOST_DIR,
		.mode = (int)now->mode,
		.uid = now->uid,
		.gid = now->gid,
		.new_mode = (int)wanted->mode,
		.new_uid = wanted->uid,
		.new_gid = wanted->gid,
	};
}

static void batch_clear(struct own_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		journal_change_done(&b->changes[i]);
	b->n = 0;
}

static int batch_flush(struct own_batch *b, struct error *err)
{
	int code = journal_append_changes(&b->l->journal, b->changes, b->n, err);

	batch_clear(b);
	return code;
}

static void batch_done(struct own_batch *b)
{
	batch_clear(b);
	free(b->changes);
}

/* --- a tree */

/* Paths that are in the journal, as numbers: a tree may have millions. Whoever could make two paths
 * meet would have to know the run's salt. */
struct known {
	uint64_t *items;
	size_t n, cap;
	uint64_t seed;
};

/* FNV-1a, begun with the seed. */
static uint64_t hash(uint64_t seed, const char *text)
{
	uint64_t h = seed ^ 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void known_add(struct known *k, const char *path)
{
	VEC_GROW(k->items, k->n, k->cap);
	k->items[k->n++] = hash(k->seed, path);
}

static bool known_has(const struct known *k, const char *path)
{
	uint64_t h = hash(k->seed, path);

	return k->n && bsearch(&h, k->items, k->n, sizeof(h), by_number);
}

/* What is about to change below root, written down while walking. */
struct own_intent {
	struct own_batch batch;
	const char *step, *root;
	const struct host_own *want;
	const atomic_bool *cancelled;
	struct known known;
	ledger_own_fn *each;
	void *arg;
	struct error *err;
	int code;
};

static void intent_init(struct own_intent *o, struct ledger *l, const char *step, const char *root,
	const struct host_own *want, struct error *err)
{
	*o = (struct own_intent){
		.batch = {.l = l}, .step = step, .root = root, .want = want, .err = err};
	o->known.seed = hash(0, l->salt);
}

static void intent_done(struct own_intent *o)
{
	batch_done(&o->batch);
	free(o->known.items);
}

static void intent_add(
	struct own_intent *o, const struct host_entry *entry, const struct host_stat *wanted)
{
	autofree char *path = *entry->path ? host_path(o->root, entry->path) : xstrdup(o->root);

	batch_add(&o->batch, o->step, path, &entry->st, wanted);
	if (o->each)
		o->each(o->arg, entry, wanted);
}

static int intent_entry(void *arg, const struct host_entry *entry)
{
	struct own_intent *o = arg;
	struct host_stat wanted;

	if (o->cancelled && atomic_load(o->cancelled))
		return o->code = error_set(o->err, ERR_CANCELLED, "%s", _("cancelled"));
	if (ledger_differs(entry, o->want, &wanted)) {
		intent_add(o, entry, &wanted);
		known_add(&o->known, entry->path);
	}
	if (o->batch.n >= OWN_BATCH && (o->code = batch_flush(&o->batch, o->err)) < 0)
		return o->code;
	return o->want->recursive ? 0 : 1;
}

static int intent_collect(struct own_intent *o)
{
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_walk(o->batch.l->host, o->root, intent_entry, o, &e);

	if (code < 0)
		return o->code < 0 ? o->code : error_move(o->err, &e);
	return batch_flush(&o->batch, o->err);
}

/* Something that appeared since the first walk still gets its line before it changes. */
static int intent_late(void *arg, const struct host_entry *before)
{
	struct own_intent *o = arg;
	struct host_stat wanted;

	if (known_has(&o->known, before->path) || !ledger_differs(before, o->want, &wanted))
		return 0;
	intent_add(o, before, &wanted);
	return batch_flush(&o->batch, o->err);
}

int ledger_own_intent(struct ledger *l, const char *step, const char *root,
	const struct host_own *want, ledger_own_fn *each, void *arg, struct error *err)
{
	autofree char *real = host_path(l->project, root);
	struct own_intent o;
	int code;

	intent_init(&o, l, step, real, want, err);
	o.each = each;
	o.arg = arg;
	code = intent_collect(&o);
	intent_done(&o);
	return code;
}

static int hint_unfinished(int code, struct error *err)
{
	if (code < 0 && err && !err->hint)
		error_hint(err, "%s",
			_("What has changed so far is in the journal: run it again to go on, or "
			  "take it back with \"slipway undo\"."));
	return code;
}

int ledger_own(struct ledger *l, const char *step, const char *root, const struct host_own *want,
	const atomic_bool *cancelled, struct error *err)
{
	autofree char *real = host_path(l->project, root);
	struct own_intent o;
	int code;

	intent_init(&o, l, step, real, want, err);
	o.cancelled = cancelled;
	code = intent_collect(&o);
	if (code == 0 && o.known.n) {
		qsort(o.known.items, o.known.n, sizeof(o.known.items[0]), by_number);
		code = host_own(l->host, real, want, intent_late, &o, cancelled, err);
	}
	intent_done(&o);
	return hint_unfinished(code, err);
}

/* --- single entries */

/* 1 where a link stands between. Neighbours mostly have their directory in common: *seen is the
 * last one that was found good. */
static int through_link(
	struct ledger *l, const char *below, const char *path, char **seen, struct error *err)
{
	size_t n = below ? strlen(below) : 0;
	const char *last = strrchr(path, '/');

	if (!below || !last || strncmp(path, below, n) != 0 || path[n] != '/' ||
		(*seen && strlen(*seen) == (size_t)(last - path) &&
			strncmp(*seen, path, (size_t)(last - path)) == 0))
		return 0;
	for (const char *slash = strchr(path + n + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		autofree char *dir = xstrndup(path, (size_t)(slash - path));
		struct host_stat st;

		if (host_stat(l->host, dir, &st, NULL) == 0 && st.type == HOST_LINK) {
			error_set(err, ERR_EXISTS, _("%s leads through a link now"), path);
			error_detail(err, _("%s was a directory"), dir);
			return error_hint(err, "%s",
				_("Nobody knows what it names by now, so it stays as it is. Look "
				  "at "
				  "the link, and remove it if it does not belong there."));
		}
	}
	free(*seen);
	*seen = xstrndup(path, (size_t)(last - path));
	return 0;
}

static struct host_own as_own(const struct ledger_wish *w)
{
	return (struct host_own){
		.uid = w->uid, .gid = w->gid, .dir_mode = w->mode, .file_mode = w->mode};
}

/* Looks at one; *differs false: nothing to do, or gone. */
static int look_at(struct own_batch *b, const struct ledger_wish *w, char **seen, bool *differs,
	struct error *err)
{
	autofree char *path = host_path(b->l->project, w->path);
	struct host_entry entry = {.path = path};
	struct host_own want = as_own(w);
	AUTO(error) struct error e = ERROR_INIT;
	struct host_stat wanted;
	int code = through_link(b->l, w->below, path, seen, err);

	*differs = false;
	if (code < 0)
		return code;
	code = host_stat(b->l->host, path, &entry.st, &e);
	if (code < 0)
		return code == ERR_NOT_FOUND ? 0 : error_move(err, &e);
	*differs = ledger_differs(&entry, &want, &wanted);
	if (*differs)
		batch_add(b, w->step, path, &entry.st, &wanted);
	return 0;
}

static int change_one(struct ledger *l, const struct ledger_wish *w, const atomic_bool *cancelled,
	struct error *err)
{
	autofree char *path = host_path(l->project, w->path);
	struct host_own want = as_own(w);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_own(l->host, path, &want, NULL, NULL, cancelled, &e);

	return code < 0 && code != ERR_NOT_FOUND ? error_move(err, &e) : 0;
}

static int own_some(struct own_batch *b, const struct ledger_wish *wishes, size_t n, bool change,
	const atomic_bool *cancelled, struct error *err)
{
	autofree bool *differs = xcalloc(n, sizeof(*differs));
	autofree char *seen = NULL;
	int code = 0;

	for (size_t i = 0; i < n && code == 0; i++)
		code = look_at(b, &wishes[i], &seen, &differs[i], err);
	if (code == 0)
		code = batch_flush(b, err);
	for (size_t i = 0; i < n && code == 0 && change; i++) {
		if (differs[i])
			code = change_one(b->l, &wishes[i], cancelled, err);
	}
	return code;
}

int ledger_own_list(struct ledger *l, const struct ledger_wish *wishes, size_t n, bool change,
	const atomic_bool *cancelled, struct error *err)
{
	struct own_batch b = {.l = l};
	int code = 0;

	for (size_t at = 0; at < n && code == 0; at += OWN_BATCH)
		code = own_some(&b, wishes + at, n - at < OWN_BATCH ? n - at : OWN_BATCH, change,
			cancelled, err);
	batch_done(&b);
	return hint_unfinished(code, err);
}
