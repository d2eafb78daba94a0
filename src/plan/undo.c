/* SPDX-License-Identifier: MIT */
#include "plan/undo.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { TOLD_APART = 8 /* owners of one step that are listed each */ };

static void item_done(struct undo_item *i)
{
	free(i->path);
	free(i->backup);
	free(i->was);
	free(i->digest);
	free(i->step);
}

void undo_done(struct undo *u)
{
	for (size_t i = 0; i < u->n; i++)
		item_done(&u->items[i]);
	free(u->items);
	free(u->project);
	free(u->slipway);
	free(u->id);
	free(u->title);
	secret_free(u->salt);
	*u = (struct undo){0};
}

/* --- reading */

static char *backup_path(const struct undo *u, const char *name)
{
	return xasprintf("%s/backup/%s/%s", u->slipway, u->id, name);
}

static int read_salt(struct undo *u, struct error *err)
{
	autofree char *path = backup_path(u, "salt");
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	int code = host_read(u->host, path, STR_LINE, &text, err);

	if (code < 0)
		return code;
	/* With half a salt no bytes are known: everything counts as changed, no backup is checked. */
	u->salt = xstrdup(text.len == LEDGER_SALT ? str_text(&text) : "");
	return 0;
}

/* An index by path would pay only for many items; a tree's worth comes from one chown, in walk
 * order. */
struct item_index {
	struct json_object *at; /* path -> position */
};

static struct undo_item *item_for(
	struct undo *u, struct item_index *index, const struct journal_change *c)
{
	struct json_object *at = json_key(index->at, c->path);
	struct undo_item *i;

	if (at)
		return &u->items[json_object_get_int64(at)];
	VEC_GROW(u->items, u->n, u->cap);
	i = &u->items[u->n];
	*i = (struct undo_item){
		.path = xstrdup(c->path),
		.existed = c->existed,
		.directory = c->directory,
		.mode = c->mode,
		.uid = c->uid,
		.gid = c->gid,
		.new_mode = -1,
		.new_uid = -1,
		.new_gid = -1,
	};
	json_put_int(index->at, c->path, (int64_t)u->n++);
	return i;
}

/* The first change of a path tells what was, the last what is. */
static void add_change(struct undo *u, struct item_index *index, const struct journal_change *c)
{
	struct undo_item *i = item_for(u, index, c);

	if (c->backup && !i->backup) {
		i->backup = backup_path(u, c->backup);
		i->was = xstrdup(c->was);
	}
	i->removed = c->kind == CHANGE_REMOVE;
	if (c->kind == CHANGE_FILE) {
		free(i->digest);
		i->digest = xstrdup(c->digest);
	}
	if (c->kind == CHANGE_OWN) {
		i->new_mode = c->new_mode;
		i->new_uid = c->new_uid;
		i->new_gid = c->new_gid;
		if (!i->step)
			i->step = xstrdup(c->step ? c->step : "undo");
	}
}

static void reverse(struct undo *u)
{
	for (size_t i = 0; i < u->n / 2; i++) {
		struct undo_item other = u->items[i];

		u->items[i] = u->items[u->n - 1 - i];
		u->items[u->n - 1 - i] = other;
	}
}

int undo_init(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err)
{
	AUTO(journal) struct journal j = {0};
	struct item_index index;
	int code;

	*u = (struct undo){.host = h, .project = xstrdup(project), .id = xstrdup(id)};
	u->slipway = host_path(project, ".slipway");
	code = journal_read(h, u->slipway, id, &j, err);
	if (code == 0)
		code = read_salt(u, err);
	if (code < 0) {
		undo_done(u);
		return code;
	}
	u->title = xstrdup(j.title);
	index.at = json_object_new_object();
	for (size_t i = 0; i < j.n; i++) {
		if (!j.changes[i].internal)
			add_change(u, &index, &j.changes[i]);
	}
	json_object_put(index.at);
	reverse(u);
	return 0;
}

/* "1" is run 0001. Caller frees. */
static char *full_id(const char *id)
{
	size_t n = strspn(id, "0123456789");

	return n && n < 4 && !id[n] ? xasprintf("%.*s%s", (int)(4 - n), "000", id) : xstrdup(id);
}

int undo_find(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err)
{
	autofree char *chosen = full_id(id);
	int code = 0;

	*u = (struct undo){0};
	if (!journal_is_id(chosen))
		code = error_set(err, ERR_INPUT, _("%s is not the number of a run"), id);
	else if ((code = undo_init(u, h, project, chosen, err)) == ERR_NOT_FOUND)
		error_set(err, ERR_NOT_FOUND, _("there is no run %s"), id);
	if (code == ERR_INPUT || code == ERR_NOT_FOUND)
		error_hint(err, "%s", _("\"slipway runs\" lists them."));
	return code;
}

/* --- looking */

struct now {
	bool exists;
	struct host_stat st;
	struct str text; /* of a regular file that matters */
};

static int look(const struct undo *u, const struct undo_item *i, struct now *now, struct error *err)
{
	autofree char *path = host_path(u->project, i->path);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_stat(u->host, path, &now->st, &e);

	if (code == ERR_NOT_FOUND)
		return 0;
	if (code < 0)
		return error_move(err, &e);
	now->exists = true;
	if (now->st.type == HOST_FILE && (i->digest || i->backup || i->removed))
		return host_read(u->host, path, STR_OUTPUT, &now->text, err);
	return 0;
}

int undo_backup(
	const struct undo *u, const struct undo_item *i, struct str *out, struct error *err)
{
	char digest[65];
	int code = i->backup ? host_read(u->host, i->backup, STR_OUTPUT, out, err) : 0;

	if (code == ERR_NOT_FOUND) {
		error_set(err, ERR_FAILED, _("the backup of %s in run %s is not there any more"),
			i->path, u->id);
		return error_hint(err, "%s",
			_("\"slipway secrets move\" removes what holds secrets in plain text when "
			  "they go "
			  "to another store; \"slipway secrets move --to env\" brings them back "
			  "into .env."));
	}
	if (code < 0 || !i->backup || !i->was || !*u->salt)
		return code;
	ledger_digest(u->salt, out->data ? out->data : "", out->len, digest);
	if (str_eq(digest, i->was))
		return 0;
	error_set(err, ERR_FAILED, _("the backup of %s was damaged"), i->path);
	error_detail(err, "%s", i->backup);
	return error_hint(err, "%s",
		_("Nothing was taken back. Look at what that file holds, and copy by hand what is "
		  "right."));
}

int undo_check_backups(const struct undo *u, struct error *err)
{
	int code = 0;

	for (size_t k = 0; k < u->n && code == 0; k++) {
		struct str old = STR_INIT(STR_OUTPUT);

		code = undo_backup(u, &u->items[k], &old, err);
		str_wipe(&old);
	}
	return code;
}

static bool bytes_equal(const struct str *a, const struct str *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

/* Whether the bytes are those the run wrote or those it found. */
static int bytes_known(const struct undo *u, const struct undo_item *i, const struct now *now,
	bool *ret, struct error *err)
{
	struct str old = STR_INIT(STR_OUTPUT);
	char digest[65] = "";
	int code;

	*ret = true;
	if (now->st.type != HOST_FILE || (!i->digest && !i->removed))
		return 0;
	ledger_digest(u->salt, now->text.data ? now->text.data : "", now->text.len, digest);
	if (i->digest && str_eq(digest, i->digest))
		return 0;
	code = undo_backup(u, i, &old, err);
	*ret = i->backup && code == 0 && bytes_equal(&old, &now->text);
	str_wipe(&old);
	return code;
}

/* A change of owner takes set-id bits away, wanted or not (chown(2)). */
static bool mode_known(const struct undo_item *i, uint32_t mode)
{
	return (int)mode == i->mode || (int)mode == i->new_mode ||
	       (!i->directory && (mode == ((uint32_t)i->new_mode & 01777) ||
					 mode == ((uint32_t)i->new_mode & 03777)));
}

/* Between owner and mode a crash may have left one of each. */
static bool owner_known(const struct undo_item *i, const struct host_stat *st)
{
	return i->new_mode < 0 ||
	       ((st->uid == i->uid || st->uid == i->new_uid) &&
		       (st->gid == i->gid || st->gid == i->new_gid) && mode_known(i, st->mode));
}

static int item_conflicts(
	const struct undo *u, const struct undo_item *i, bool *ret, struct error *err)
{
	struct now now = {.text = STR_INIT(STR_OUTPUT)};
	bool known = true;
	int code = look(u, i, &now, err);

	if (code == 0 && now.exists)
		code = bytes_known(u, i, &now, &known, err);
	if (now.exists && i->directory != (now.st.type == HOST_DIR))
		known = false;
	if (now.exists && known)
		known = owner_known(i, &now.st);
	/* What the run left is gone: a new thing may stay gone, a replaced one may not. */
	if (!now.exists)
		known = !i->existed || i->removed;
	*ret = !known;
	str_wipe(&now.text);
	return code;
}

int undo_conflicts(const struct undo *u, struct strv *ret, struct error *err)
{
	for (size_t k = 0; k < u->n; k++) {
		bool conflict = false;
		int code = item_conflicts(u, &u->items[k], &conflict, err);

		if (code < 0)
			return code;
		if (conflict)
			strv_push(ret, u->items[k].path);
	}
	return 0;
}

/* --- restoring */

/* A directory that holds something by now stays. */
static int drop(
	const struct undo_item *i, const struct now *now, struct ledger *l, struct error *err)
{
	autofree char *path = host_path(l->project, i->path);
	AUTO(strv) struct strv names = STRV_INIT;

	if (!now->exists)
		return 0;
	if (now->st.type == HOST_DIR) {
		int code = host_list(l->host, path, &names, err);

		if (code < 0 || names.n)
			return code;
	}
	return ledger_remove(l, "undo", i->path, err);
}

static int restore_owner(const struct undo_item *i, struct ledger *l, const atomic_bool *cancelled,
	struct error *err)
{
	struct host_own want = {
		.uid = i->uid,
		.gid = i->gid,
		.dir_mode = i->directory ? i->mode : -1,
		.file_mode = i->directory ? -1 : i->mode,
	};

	if (i->mode < 0)
		return 0;
	return ledger_own(l, "undo", i->path, &want, cancelled, err);
}

static int restore_bytes(
	const struct undo *u, const struct undo_item *i, struct ledger *l, struct error *err)
{
	struct str old = STR_INIT(STR_OUTPUT);
	int code = undo_backup(u, i, &old, err);

	if (code == 0)
		code = ledger_write(
			l, "undo", i->path, old.data ? old.data : "", old.len, i->mode, 0, err);
	str_wipe(&old);
	return code;
}

static int restore(const struct undo *u, const struct undo_item *i, struct ledger *l,
	const atomic_bool *cancelled, struct error *err)
{
	struct now now = {.text = STR_INIT(STR_OUTPUT)};
	int code = look(u, i, &now, err);

	str_wipe(&now.text);
	if (code < 0)
		return code;
	if (!i->existed)
		return drop(i, &now, l, err);
	if (i->backup)
		code = restore_bytes(u, i, l, err);
	else if (i->directory && !now.exists)
		code = ledger_mkdir(l, "undo", i->path, i->mode < 0 ? 0755 : i->mode, err);
	return code < 0 ? code : restore_owner(i, l, cancelled, err);
}

bool undo_owner_only(const struct undo_item *i)
{
	return i->existed && i->step && i->mode >= 0 && !i->backup && !i->digest && !i->removed;
}

char *undo_tree(const struct undo *u, const struct undo_item *i)
{
	return str_starts(i->step, "owner:")
		       ? ledger_resolve(u->host, u->project, i->step + strlen("owner:"))
		       : NULL;
}

/* Owners that changed one after another are restored together: a tree has many. */
struct owners {
	struct ledger_wish *items;
	size_t n, cap;
	char *step, *tree; /* of the last one */
};

static void owners_add(struct owners *o, const struct undo *u, const struct undo_item *i)
{
	if (!str_eq(o->step, i->step)) {
		free(o->step);
		o->step = xstrdup(i->step);
		free(o->tree);
		o->tree = undo_tree(u, i);
	}
	VEC_GROW(o->items, o->n, o->cap);
	o->items[o->n++] = (struct ledger_wish){
		.path = i->path, .step = i->step, .uid = i->uid, .gid = i->gid, .mode = i->mode};
}

/* The tree of wishes is set only now: all are of one step. */
static int owners_flush(
	struct owners *o, struct ledger *l, const atomic_bool *cancelled, struct error *err)
{
	int code;

	for (size_t k = 0; k < o->n; k++)
		o->items[k].below = o->tree;
	code = ledger_own_list(l, o->items, o->n, true, cancelled, err);
	o->n = 0;
	return code;
}

static bool belongs(const struct owners *o, const struct undo_item *i)
{
	return !o->n || str_eq(o->step, i->step);
}

static int restore_next(const struct undo *u, const struct undo_item *i, struct owners *o,
	struct ledger *l, const atomic_bool *cancelled, struct error *err)
{
	bool owner = undo_owner_only(i);
	int code = 0;

	if (atomic_load(cancelled))
		return error_set(err, ERR_CANCELLED, "%s", _("the undo was cancelled"));
	if (!owner || !belongs(o, i))
		code = owners_flush(o, l, cancelled, err);
	if (code == 0 && owner)
		owners_add(o, u, i);
	else if (code == 0)
		code = restore(u, i, l, cancelled, err);
	return code;
}

int undo_apply(
	const struct undo *u, struct ledger *l, const atomic_bool *cancelled, struct error *err)
{
	struct owners o = {0};
	int code = 0;

	for (size_t k = 0; k < u->n && code == 0; k++)
		code = restore_next(u, &u->items[k], &o, l, cancelled, err);
	if (code == 0)
		code = owners_flush(&o, l, cancelled, err);
	free(o.items);
	free(o.step);
	free(o.tree);
	return code;
}

/* How many items from k on are owners that one step changed. */
static size_t count_owners(const struct undo *u, size_t k)
{
	size_t n = 0;

	while (k + n < u->n && undo_owner_only(&u->items[k + n]) &&
		str_eq(u->items[k + n].step, u->items[k].step))
		n++;
	return n;
}

/* True: said in one line. */
static bool tree_text(const struct undo *u, size_t k, size_t n, struct str *out)
{
	autofree char *tree = n > TOLD_APART ? undo_tree(u, &u->items[k]) : NULL;
	autofree char *shown = tree ? ledger_relative(u->project, tree) : NULL;
	autofree char *safe = shown ? text_safe_dup(shown) : NULL;

	if (safe)
		str_addf(out, _("restore owner and mode of %zu entries in %s\n"), n, safe);
	return safe != NULL;
}

void undo_text(const struct undo *u, struct str *out)
{
	for (size_t k = 0; k < u->n; k++) {
		const struct undo_item *i = &u->items[k];
		autofree char *path = text_safe_dup(i->path);
		size_t owners = count_owners(u, k);

		if (owners && tree_text(u, k, owners, out)) {
			k += owners - 1;
			continue;
		}
		if (!i->existed)
			str_addf(out,
				i->directory ? _("remove the directory %s (when empty)\n")
					     : _("remove %s\n"),
				path);
		else if (i->backup || i->removed)
			str_addf(out, _("restore %s\n"), path);
		else
			str_addf(out, _("restore owner %lld:%lld and mode %04o of %s\n"),
				(long long)i->uid, (long long)i->gid, (unsigned)i->mode, path);
	}
}
