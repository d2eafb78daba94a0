/* SPDX-License-Identifier: MIT */
#include "plan/ledger.h"

#include "base/digest.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum {
	LINK_HOPS = 16,
	OWN_BATCH = 4096, /* entries a line of the journal each, written together */
};

char *ledger_relative(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	if (strncmp(path, dir, n) == 0 && path[n] == '/' && path[n + 1] != '\0')
		return xstrdup(path + n + 1);
	return xstrdup(path);
}

char *ledger_resolve(struct host *h, const char *dir, const char *path)
{
	char *at = host_path(dir, str_starts(path, "./") ? path + 2 : path);

	for (int hops = 0; hops < LINK_HOPS; hops++) {
		autofree char *to = NULL;
		struct host_stat st;
		char *slash, *next;

		if (host_stat(h, at, &st, NULL) < 0 || st.type != HOST_LINK ||
			host_readlink(h, at, &to, NULL) < 0)
			break;
		slash = strrchr(at, '/');
		if (slash)
			*slash = '\0';
		next = host_path(slash ? at : "", to);
		free(at);
		at = next;
	}
	return at;
}

/* What every failed change tells people beside the host's own words. */
static int untouched(struct error *err, int code)
{
	if (code < 0 && err && !err->hint)
		error_hint(err, "%s",
			_("The old state was kept. Make room or mend the permissions, then run it "
			  "again."));
	return code;
}

/* Fills c with what is at `path` now: existed, directory, mode, owner. */
static int look(struct ledger *l, const char *path, struct journal_change *c, struct host_stat *st,
	struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_stat(l->host, path, st, &e);

	c->mode = -1;
	c->uid = c->gid = -1;
	if (code == ERR_NOT_FOUND)
		return 0;
	if (code < 0)
		return error_move(err, &e);
	c->existed = true;
	c->directory = st->type == HOST_DIR;
	c->mode = (int)st->mode;
	c->uid = st->uid;
	c->gid = st->gid;
	return 0;
}

static int back_up(
	struct ledger *l, struct journal_change *c, const struct str *old, struct error *err)
{
	autofree char *path = NULL;

	c->backup = xasprintf("%u", ++l->backup);
	path = host_path(l->backups, c->backup);
	return host_write(l->host, path, old->data ? old->data : "", old->len, 0600, err);
}

void ledger_see(struct ledger_seen *seen, struct host *h, const char *project, const char *path,
	const char *text, size_t n)
{
	*seen = (struct ledger_seen){.existed = text != NULL, .len = n};
	seen->real = ledger_resolve(h, project, path);
	if (text)
		digest_sha256(text, n, seen->digest);
}

void ledger_seen_done(struct ledger_seen *seen)
{
	free(seen->real);
	*seen = (struct ledger_seen){0};
}

static int refuse_changed(const char *path, struct error *err)
{
	error_set(err, ERR_EXISTS, _("%s was changed since this was shown"), path);
	return error_hint(err, "%s",
		_("Nothing was written to it. Run it again: it then starts from what is there "
		  "now."));
}

int ledger_unchanged(const struct ledger_seen *seen, const char *path, const char *real,
	const char *text, size_t n, struct error *err)
{
	char digest[65];

	if (!str_eq(seen->real, real)) {
		refuse_changed(path, err);
		return error_detail(err, _("it named %s then, and names %s now"), seen->real, real);
	}
	if (seen->existed != (text != NULL)) {
		refuse_changed(path, err);
		return error_detail(err, "%s",
			text ? _("there was no such file then; now there is one")
			     : _("the file that was there then is gone"));
	}
	if (!text)
		return 0;
	digest_sha256(text, n, digest);
	if (n == seen->len && str_eq(digest, seen->digest))
		return 0;
	refuse_changed(path, err);
	return error_detail(
		err, _("its contents are others: %zu bytes then, %zu bytes now"), seen->len, n);
}

static bool is_text(const struct str *s, const void *data, size_t n)
{
	return s->len == n && (!n || memcmp(s->data, data, n) == 0);
}

static int write_change(struct ledger *l, struct journal_change *c, const char *real,
	struct str *old, const struct ledger_file *f, struct error *err)
{
	char digest[65];
	struct host_stat st;
	int code = look(l, real, c, &st, err);

	if (code < 0)
		return code;
	if (c->existed) {
		if (st.type != HOST_FILE) {
			error_set(
				err, ERR_EXISTS, _("cannot write %s: it is no regular file"), real);
			return error_hint(err, "%s",
				_("Move what is there out of the way, then run it again."));
		}
		if ((code = host_read(l->host, real, STR_OUTPUT, old, err)) < 0)
			return code;
		if (is_text(old, f->data, f->n) && (f->mode < 0 || f->mode == c->mode))
			return 0;
	}
	if (f->seen && !(c->existed && is_text(old, f->data, f->n)) &&
		(code = ledger_unchanged(f->seen, f->path, real, c->existed ? str_text(old) : NULL,
			 old->len, err)) < 0)
		return code;
	if (c->existed && !c->internal && (code = back_up(l, c, old, err)) < 0)
		return code;
	ledger_digest(l->salt, f->data, f->n, digest);
	c->digest = xstrdup(digest);
	if ((code = journal_append_changes(&l->journal, c, 1, err)) < 0)
		return code;
	return host_write(l->host, real, f->data, f->n, f->mode, err);
}

int ledger_put(struct ledger *l, const char *step, const struct ledger_file *f, struct error *err)
{
	autofree char *real = ledger_resolve(l->host, l->project, f->path);
	AUTO(error) struct error e = ERROR_INIT;
	struct journal_change c = {
		.kind = CHANGE_FILE,
		.path = ledger_relative(l->project, real),
		.step = xstrdup(step),
		.internal = (f->flags & LEDGER_INTERNAL) != 0,
	};
	struct str old = STR_INIT(STR_OUTPUT);
	int code = write_change(l, &c, real, &old, f, &e);

	str_wipe(&old);
	journal_change_done(&c);
	return code < 0 ? untouched(err, error_move(err, &e)) : 0;
}

int ledger_write(struct ledger *l, const char *step, const char *path, const void *data, size_t n,
	int mode, unsigned flags, struct error *err)
{
	struct ledger_file f = {.path = path, .data = data, .n = n, .mode = mode, .flags = flags};

	return ledger_put(l, step, &f, err);
}

static int mkdir_one(
	struct ledger *l, const char *step, const char *path, int mode, struct error *err)
{
	struct journal_change c = {.kind = CHANGE_MKDIR,
		.mode = -1,
		.uid = -1,
		.gid = -1,
		.directory = true,
		.new_mode = mode};
	AUTO(error) struct error e = ERROR_INIT;
	int code;

	c.path = ledger_relative(l->project, path);
	c.step = xstrdup(step);
	code = journal_append_changes(&l->journal, &c, 1, err);
	journal_change_done(&c);
	if (code < 0)
		return code;
	code = host_mkdir(l->host, path, mode, &e);
	return code < 0 && code != ERR_EXISTS ? error_move(err, &e) : 0;
}

int ledger_mkdir(struct ledger *l, const char *step, const char *path, int mode, struct error *err)
{
	autofree char *real = ledger_resolve(l->host, l->project, path);
	AUTO(error) struct error e = ERROR_INIT;
	struct host_stat st;
	char *slash;
	int code = host_stat(l->host, real, &st, &e);

	if (code == 0 && st.type == HOST_DIR)
		return 0;
	if (code == 0) {
		error_set(err, ERR_EXISTS,
			_("cannot make the directory %s: something else has that name"), real);
		return error_hint(
			err, "%s", _("Move what is there out of the way, then run it again."));
	}
	if (code != ERR_NOT_FOUND)
		return untouched(err, error_move(err, &e));
	slash = strrchr(real, '/');
	if (slash && slash != real) {
		*slash = '\0';
		/* What is missing above is nobody's in particular. */
		code = ledger_mkdir(l, step, real, 0755, err);
		*slash = '/';
		if (code < 0)
			return code;
	}
	return untouched(err, mkdir_one(l, step, real, mode, err));
}

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

/* What ledger_own() is about to change: written down in batches while walking. */
struct own_intent {
	struct ledger *l;
	const char *step, *root;
	const struct host_own *want;
	const atomic_bool *cancelled;
	struct journal_change *batch;
	size_t n, cap, total;
	struct strv known; /* paths in the journal, in the order of the walk */
	struct error *err;
	int code;
};

static void intent_add(
	struct own_intent *o, const struct host_entry *entry, const struct host_stat *wanted)
{
	autofree char *path = *entry->path ? host_path(o->root, entry->path) : xstrdup(o->root);

	VEC_GROW(o->batch, o->n, o->cap);
	o->batch[o->n++] = (struct journal_change){
		.kind = CHANGE_OWN,
		.path = ledger_relative(o->l->project, path),
		.step = xstrdup(o->step),
		.existed = true,
		.directory = entry->st.type == HOST_DIR,
		.mode = (int)entry->st.mode,
		.uid = entry->st.uid,
		.gid = entry->st.gid,
		.new_mode = (int)wanted->mode,
		.new_uid = wanted->uid,
		.new_gid = wanted->gid,
	};
	strv_push(&o->known, entry->path);
	o->total++;
}

static int intent_flush(struct own_intent *o)
{
	int code = journal_append_changes(&o->l->journal, o->batch, o->n, o->err);

	for (size_t i = 0; i < o->n; i++)
		journal_change_done(&o->batch[i]);
	o->n = 0;
	return code;
}

static int intent_entry(void *arg, const struct host_entry *entry)
{
	struct own_intent *o = arg;
	struct host_stat wanted;

	if (o->cancelled && atomic_load(o->cancelled))
		return o->code = error_set(o->err, ERR_CANCELLED, "%s", _("cancelled"));
	if (ledger_differs(entry, o->want, &wanted))
		intent_add(o, entry, &wanted);
	if (o->n >= OWN_BATCH && (o->code = intent_flush(o)) < 0)
		return o->code;
	return o->want->recursive ? 0 : 1;
}

static int intent_collect(struct own_intent *o)
{
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_walk(o->l->host, o->root, intent_entry, o, &e);

	if (code < 0)
		return o->code < 0 ? o->code : error_move(o->err, &e);
	return intent_flush(o);
}

static void intent_done(struct own_intent *o)
{
	for (size_t i = 0; i < o->n; i++)
		journal_change_done(&o->batch[i]);
	free(o->batch);
	strv_done(&o->known);
}

/* Something that appeared since the first walk still gets its line before it changes. */
static int intent_late(void *arg, const struct host_entry *before)
{
	struct own_intent *o = arg;
	struct host_stat wanted;
	size_t low = 0, high = o->known.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(o->known.items[mid], before->path);

		if (order == 0)
			return 0;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (!ledger_differs(before, o->want, &wanted))
		return 0;
	intent_add(o, before, &wanted);
	return intent_flush(o);
}

int ledger_own_intent(struct ledger *l, const char *step, const char *root,
	const struct host_own *want, size_t *ret, struct error *err)
{
	autofree char *real = host_path(l->project, root);
	struct own_intent o = {.l = l, .step = step, .root = real, .want = want, .err = err};
	int code = intent_collect(&o);

	if (code == 0 && ret)
		*ret = o.total;
	intent_done(&o);
	return code;
}

int ledger_own(struct ledger *l, const char *step, const char *root, const struct host_own *want,
	const atomic_bool *cancelled, struct error *err)
{
	autofree char *real = host_path(l->project, root);
	struct own_intent o = {.l = l,
		.step = step,
		.root = real,
		.want = want,
		.cancelled = cancelled,
		.err = err};
	int code = intent_collect(&o);

	strv_sort(&o.known);
	if (code == 0 && o.total > 0)
		code = host_own(l->host, real, want, intent_late, &o, cancelled, err);
	intent_done(&o);
	if (code < 0 && err && !err->hint)
		error_hint(err, "%s",
			_("What has changed so far is in the journal: run it again to go on, or "
			  "take "
			  "it back with `slipway undo`."));
	return code;
}

static int remove_change(struct ledger *l, struct journal_change *c, const char *path,
	struct str *old, struct error *err)
{
	struct host_stat st;
	int code = look(l, path, c, &st, err);

	if (code < 0 || !c->existed)
		return code;
	if (st.type == HOST_FILE && ((code = host_read(l->host, path, STR_OUTPUT, old, err)) < 0 ||
					    (code = back_up(l, c, old, err)) < 0))
		return code;
	if ((code = journal_append_changes(&l->journal, c, 1, err)) < 0)
		return code;
	return host_remove(l->host, path, err);
}

int ledger_remove(struct ledger *l, const char *step, const char *path, struct error *err)
{
	autofree char *full = host_path(l->project, path);
	struct journal_change c = {.kind = CHANGE_REMOVE,
		.path = ledger_relative(l->project, full),
		.step = xstrdup(step)};
	struct str old = STR_INIT(STR_OUTPUT);
	int code = remove_change(l, &c, full, &old, err);

	str_wipe(&old);
	journal_change_done(&c);
	return untouched(err, code);
}
