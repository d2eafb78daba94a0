/* SPDX-License-Identifier: MIT */
#include "plan/ledger.h"

#include "base/digest.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/secret.h"
#include "loop/loop.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int make_dir(struct host *h, const char *path, struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_mkdir(h, path, 0700, &e);

	return code == ERR_EXISTS ? 0 : code < 0 ? error_move(err, &e) : 0;
}

/* Others must not look in, whoever made the directory. */
static int make_private(struct host *h, const char *path, struct error *err)
{
	struct host_stat st;
	int code = make_dir(h, path, err);

	if (code < 0 || (code = host_stat(h, path, &st, err)) < 0)
		return code;
	if (st.type != HOST_DIR)
		return error_set(err, ERR_EXISTS, _("%s is in the way: it is no directory"), path);
	return st.mode & 077 ? host_chmod(h, path, 0700, err) : 0;
}

static int take_lock(struct ledger *l, const char *title, struct error *err)
{
	autofree char *path = host_path(l->slipway, "lock");
	autofree char *holder = NULL;
	AUTO(error) struct error e = ERROR_INIT;
	char when[32] = "", machine[65] = "";
	autofree char *text = NULL, *shown = NULL;
	time_t now = (time_t)(loop_wall() / 1000);
	struct tm tm;
	int code;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	gethostname(machine, sizeof(machine) - 1);
	text = xasprintf("%s, pid %ld on %s, since %s\n", title, (long)getpid(), machine, when);
	code = host_lock(l->host, path, text, &l->lock, &holder, &e);
	if (code >= 0)
		return 0;
	l->lock = -1;
	if (code != ERR_LOCKED)
		return error_move(err, &e);
	error_set(err, ERR_LOCKED, _("another run is at work in %s"), l->project);
	if (!str_empty(holder)) {
		holder[strcspn(holder, "\n")] = '\0';
		shown = text_safe_dup(holder);
		error_detail(err, "%s", shown);
	}
	return error_hint(err, "%s", _("Wait until it has ended; \"slipway runs\" shows it."));
}

size_t ledger_sweep(struct host *h, const char *dir)
{
	AUTO(strv) struct strv names = STRV_INIT;
	size_t n = 0;

	if (host_list(h, dir, &names, NULL) < 0)
		return 0;
	for (size_t i = 0; i < names.n; i++) {
		if (str_starts(names.items[i], HOST_TEMP_PREFIX)) {
			autofree char *path = host_path(dir, names.items[i]);

			n += host_remove(h, path, NULL) == 0;
		}
	}
	return n;
}

static void sweep_changes(struct ledger *l, const struct journal *j)
{
	AUTO(strv) struct strv dirs = STRV_INIT;

	for (size_t i = 0; i < j->n; i++) {
		autofree char *path = NULL;
		char *slash;

		if (j->changes[i].kind != CHANGE_FILE)
			continue;
		path = host_path(l->project, j->changes[i].path);
		slash = strrchr(path, '/');
		if (slash)
			*slash = '\0';
		strv_add_once(&dirs, path);
	}
	for (size_t i = 0; i < dirs.n; i++)
		ledger_sweep(l->host, dirs.items[i]);
}

/* Temporary files can only come from runs after the last one that came to its end. */
static void sweep_interrupted(struct ledger *l, const struct strv *ids, const struct strv *backups)
{
	AUTO(journals) struct journals js = {0};
	long since = 0;

	if (journals_unfinished(l->host, l->slipway, &js, NULL) < 0)
		return;
	if (ids->n > js.n)
		since = strtol(ids->items[ids->n - js.n - 1], NULL, 10);
	for (size_t i = 0; i < js.n; i++)
		sweep_changes(l, &js.items[i]);
	for (size_t k = 0; k < backups->n; k++) {
		autofree char *dir = xasprintf("%s/backup/%s", l->slipway, backups->items[k]);

		if (strtol(backups->items[k], NULL, 10) > since)
			ledger_sweep(l->host, dir);
	}
	ledger_sweep(l->host, l->slipway);
}

/* One more than any journal or backup has. */
static int choose_id(struct ledger *l, struct error *err)
{
	AUTO(strv) struct strv ids = STRV_INIT;
	AUTO(strv) struct strv backups = STRV_INIT;
	autofree char *dir = host_path(l->slipway, "backup");
	long last = 0;
	int code = journal_ids(l->host, l->slipway, &ids, err);

	if (code < 0 || (code = host_list(l->host, dir, &backups, err)) < 0)
		return code;
	for (size_t i = 0; i < ids.n; i++)
		last = strtol(ids.items[i], NULL, 10) > last ? strtol(ids.items[i], NULL, 10)
							     : last;
	for (size_t i = backups.n; i-- > 0;) {
		long id = journal_is_id(backups.items[i]) ? strtol(backups.items[i], NULL, 10) : -1;

		if (id < 0)
			strv_remove(&backups, i);
		last = id > last ? id : last;
	}
	sweep_interrupted(l, &ids, &backups);
	l->id = xasprintf("%04ld", last + 1);
	l->backups = xasprintf("%s/%s", dir, l->id);
	return 0;
}

static int make_salt(struct ledger *l, struct error *err)
{
	autofree char *path = host_path(l->backups, "salt");
	struct secret_rule rule = {.format = SECRET_HEX, .bytes = LEDGER_SALT / 2};
	int code = secret_generate(&rule, &l->salt, err);

	if (code < 0)
		return code;
	return host_write(l->host, path, l->salt, strlen(l->salt), 0600, err);
}

static int write_head(
	struct ledger *l, const char *title, size_t steps, const char *undoes, struct error *err)
{
	struct json_object *o = journal_record("run");

	json_put_str(o, "id", l->id);
	json_put_str(o, "title", title);
	json_put_int(o, "steps", (int64_t)steps);
	if (undoes)
		json_put_str(o, "undoes", undoes);
	journal_writer_init(&l->journal, l->host, l->slipway, l->id);
	return journal_append(&l->journal, o, err);
}

static int open_books(
	struct ledger *l, const char *title, size_t steps, const char *undoes, struct error *err)
{
	autofree char *journals = host_path(l->slipway, "journal");
	autofree char *backups = host_path(l->slipway, "backup");
	int code;

	/* A new directory must be new: nobody else's, and no link. */
	if ((code = make_private(l->host, journals, err)) < 0 ||
		(code = make_private(l->host, backups, err)) < 0 ||
		(code = choose_id(l, err)) < 0 ||
		(code = host_mkdir(l->host, l->backups, 0700, err)) < 0 ||
		(code = make_salt(l, err)) < 0)
		return code;
	return write_head(l, title, steps, undoes, err);
}

static int give_up(struct ledger *l, int code, struct error *err)
{
	if (err && !err->hint)
		error_hint(err, "%s",
			_("Nothing was changed. Make room or mend the permissions, then "
			  "run it again."));
	ledger_done(l);
	return code;
}

int ledger_lock(
	struct ledger *l, struct host *h, const char *project, const char *title, struct error *err)
{
	int code;

	*l = (struct ledger){.host = h, .project = xstrdup(project), .lock = -1};
	l->slipway = host_path(project, ".slipway");
	code = make_private(h, l->slipway, err);
	if (code == 0)
		code = take_lock(l, title, err);
	return code < 0 ? give_up(l, code, err) : 0;
}

int ledger_books(
	struct ledger *l, const char *title, size_t steps, const char *undoes, struct error *err)
{
	int code = open_books(l, title, steps, undoes, err);

	if (code < 0)
		return give_up(l, code, err);
	l->open = true;
	return 0;
}

int ledger_open(struct ledger *l, struct host *h, const char *project, const char *title,
	size_t steps, const char *undoes, struct error *err)
{
	int code = ledger_lock(l, h, project, title, err);

	return code < 0 ? code : ledger_books(l, title, steps, undoes, err);
}

/* It may hold a name that is no text; a line that is no UTF-8 would not be read again. */
static void put_message(struct json_object *o, const struct error *cause)
{
	autofree char *safe = cause->message ? text_safe_dup(cause->message) : NULL;

	json_put_str(o, "message", safe);
}

int ledger_close(
	struct ledger *l, const char *outcome, const struct error *cause, struct error *err)
{
	struct json_object *o = journal_record(outcome);
	int code;

	if (cause && cause->code)
		put_message(o, cause);
	code = journal_append(&l->journal, o, err);
	if (l->lock >= 0)
		host_unlock(l->host, take_fd(l->lock));
	l->open = false;
	return code;
}

void ledger_done(struct ledger *l)
{
	if (l->host && l->lock >= 0)
		host_unlock(l->host, l->lock);
	journal_writer_done(&l->journal);
	free(l->project);
	free(l->slipway);
	free(l->id);
	free(l->backups);
	secret_free(l->salt);
	*l = (struct ledger){.lock = -1};
}

int ledger_begin(struct ledger *l, const char *step, struct error *err)
{
	return journal_append(
		&l->journal, json_put_str(journal_record("begin"), "step", step), err);
}

int ledger_end(
	struct ledger *l, const char *step, int code, const struct error *cause, struct error *err)
{
	struct json_object *o = json_put_str(journal_record("end"), "step", step);

	json_put_int(o, "code", code);
	if (cause && cause->message)
		put_message(o, cause);
	return journal_append(&l->journal, o, err);
}

void ledger_digest(const char *salt, const void *data, size_t n, char ret[65])
{
	AUTO(str) struct str s = STR_INIT(STR_OUTPUT);

	str_add(&s, salt);
	str_addn(&s, data, n);
	digest_sha256(s.data ? s.data : "", s.len, ret);
	str_wipe(&s);
}
