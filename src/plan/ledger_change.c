/* SPDX-License-Identifier: MIT */
#include "plan/ledger.h"

#include "base/digest.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { LINK_HOPS = 16 };

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
	char was[65];

	c->backup = xasprintf("%u", ++l->backup);
	ledger_digest(l->salt, old->data ? old->data : "", old->len, was);
	c->was = xstrdup(was);
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
