/* SPDX-License-Identifier: MIT */
/*
 * The files of top-level secrets that a plan makes. On the pool.
 *
 * Compose binds such a file with the owner and mode that it has here, whatever uid: and mode: of
 * its long form say. Where one user reads it, known by number, it is 0400 and belongs to that one.
 * A container that starts as root says nothing: most of them become somebody else first. There,
 * where several read it, and where we may not give it away, it is 0444 in a directory that only we
 * can enter: the same to everybody on this machine, and any user of the container can read it.
 */
#include "base/i18n.h"
#include "config/secret_file.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"

#include <string.h>

enum { ALONE = 0400, SHARED = 0444, CLOSED = 0700 };

/* Who reads one file. */
struct readers {
	int64_t uid;         /* -1: nobody knows */
	bool shared;         /* no one owner does */
	const char *unclear; /* service whose user nobody knows, borrowed; NULL */
};

static const struct compose *compose_of(const struct plan_build *b)
{
	return b->compose ? b->compose : b->project->compose;
}

static void add_reader(struct plan_build *b, struct readers *r, const struct compose_service *s)
{
	int64_t uid, gid;

	if (!plan_service_user(b, s, &uid, &gid) || uid == 0) {
		r->unclear = r->unclear ? r->unclear : s->name;
		r->shared = true;
		return;
	}
	r->shared = r->shared || (r->uid >= 0 && r->uid != uid) || (b->uid != 0 && uid != b->uid);
	r->uid = uid;
}

static void readers_find(struct plan_build *b, struct readers *r, const struct secret_file *f)
{
	const struct compose *c = compose_of(b);

	*r = (struct readers){.uid = -1};
	for (size_t i = 0; i < c->n_services; i++)
		if (c->services[i].active && secret_file_mounts(&c->services[i], f->name))
			add_reader(b, r, &c->services[i]);
}

/* --- the directory */

static bool is_mounted(const struct plan_build *b, const char *dir, bool above)
{
	const struct compose *c = compose_of(b);

	for (size_t i = 0; i < c->n_services; i++)
		for (size_t k = 0; k < c->services[i].n_mounts; k++) {
			const struct compose_mount *m = &c->services[i].mounts[k];
			size_t n = m->source ? strlen(m->source) : 0;

			if (m->type != COMPOSE_BIND || !n || strncmp(dir, m->source, n) != 0)
				continue;
			if (!dir[n] || (above && dir[n] == '/'))
				return true;
		}
	return false;
}

/* Whether there is nothing in it but what git keeps a directory by, and secrets. */
static bool holds_secrets_only(
	const struct plan_build *b, const char *dir, const struct secret_files *all)
{
	AUTO(strv) struct strv names = STRV_INIT;

	if (host_list(b->host, dir, &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.n; i++) {
		autofree char *path = host_path(dir, names.items[i]);
		bool known = str_eq(names.items[i], ".gitkeep") ||
			     str_eq(names.items[i], ".gitignore") ||
			     str_starts(names.items[i], HOST_TEMP_PREFIX);

		for (size_t k = 0; k < all->n && !known; k++)
			known = str_eq(all->items[k].path, path);
		if (!known)
			return false;
	}
	return true;
}

static bool is_ours(const struct plan_build *b, const struct host_stat *st)
{
	return b->uid == 0 || st->uid == b->uid;
}

/* Whether the directory may lose the rights of others: nothing else needs them. */
static bool may_close(const struct plan_build *b, const char *dir, const struct secret_files *all)
{
	struct host_stat st;

	return plan_below_project(b, dir) && host_stat(b->host, dir, &st, NULL) == 0 &&
	       st.type == HOST_DIR && is_ours(b, &st) && !is_mounted(b, dir, true) &&
	       holds_secrets_only(b, dir, all);
}

static void add_step(struct plan_build *b, struct step *step)
{
	if (plan_find(b->plan, step->id))
		step->ops->free(step);
	else
		plan_add(b->plan, step);
}

static void close_directory(struct plan_build *b, const char *dir)
{
	autofree char *shown = secret_file_shown(b->project->dir, dir);
	const struct own_spec spec = {.path = shown,
		.want = {.uid = -1, .gid = -1, .dir_mode = CLOSED, .file_mode = -1},
		.entries = 1};

	add_step(b, step_own_new(b->host, b->project->dir, &spec));
}

static void make_directory(struct plan_build *b, const char *dir)
{
	autofree char *shown = secret_file_shown(b->project->dir, dir);
	const struct directory_spec spec = {.path = shown, .mode = CLOSED, .uid = -1, .gid = -1};

	add_step(b, step_directory_new(b->host, b->project->dir, &spec));
}

/* A kill between its making and its mode left one that is not closed. Whether others are kept out
 * of the directory when this plan is done. */
static bool settle_directory(struct plan_build *b, const struct secret_file *f, bool shared,
	const struct secret_files *all)
{
	autofree char *dir = xstrndup(f->path, (size_t)(strrchr(f->path, '/') - f->path));
	bool mounted = is_mounted(b, dir, false);

	if (!host_exists(b->host, dir) && !mounted) {
		make_directory(b, dir);
		return true;
	}
	if (secret_file_is_behind(b->host, b->project->dir, f->path))
		return true;
	if (!shared || !may_close(b, dir, all))
		return false;
	close_directory(b, dir);
	return true;
}

/* --- the file */

/* How it is made, and why it is open to whom. */
static char *reason_of(const struct setting *s, const struct readers *r, int mode)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_add(&out, _("new"));
	if (s->answer == ANSWER_GENERATE && s->note)
		str_addf(&out, ", %s", s->note);
	str_addf(&out, ", %04o", (unsigned)mode);
	if (mode == SHARED && r->unclear)
		str_addf(&out,
			_(" in a directory that is closed to others: which user of %s reads it is "
			  "not known"),
			r->unclear);
	else if (mode == SHARED)
		str_add(&out, _(" in a directory that is closed to others"));
	else if (!r->shared && r->uid > 0)
		str_addf(&out, _(", owner %lld"), (long long)r->uid);
	return str_take(&out);
}

/* The step's place among others: after its directory. */
static void add_file_step(
	struct plan_build *b, const struct secret_file *f, const struct file_spec *spec)
{
	autofree char *dir = xstrndup(f->path, (size_t)(strrchr(f->path, '/') - f->path));
	autofree char *shown = secret_file_shown(b->project->dir, dir);
	struct step *step = step_file_new(b->host, b->project->dir, spec);

	strv_push_take(&step->after, xasprintf("directory:%s", shown));
	strv_push_take(&step->after, xasprintf("owner:%s", shown));
	add_step(b, step);
}

static void add_new(struct plan_build *b, const struct secret_file *f, const struct setting *s,
	const struct secret_files *all)
{
	autofree char *path = ledger_relative(b->project->dir, f->path), *reason = NULL;
	AUTO(strv) struct strv renewed = STRV_INIT;
	struct readers r;
	struct host_own own = {.uid = -1, .gid = -1, .dir_mode = -1, .file_mode = -1};
	bool closed;
	int mode;

	readers_find(b, &r, f);
	closed = settle_directory(b, f, r.shared, all);
	mode = r.shared && closed ? SHARED : ALONE;
	if (!r.shared && r.uid > 0 && r.uid != b->uid)
		own.uid = r.uid;
	reason = reason_of(s, &r, mode);
	strv_push(&renewed, s->name);
	strv_push(&renewed, s->value);
	add_file_step(b, f,
		&(struct file_spec){.path = path,
			.text = s->value,
			.len = strlen(s->value),
			.mode = mode,
			.own = own.uid >= 0 ? &own : NULL,
			.secret = true,
			.reason = reason,
			.change = "",
			.renewed = &renewed});
	if (r.shared && mode != SHARED)
		plan_note(b->plan,
			_("%s can be read by its owner alone, and not every service that needs it "
			  "may run as that one. A directory of its own with mode 0700 would let it "
			  "be 0444."),
			s->file);
	strv_wipe(&renewed);
}

static int add_changed(struct plan_build *b, const struct secret_file *f, const struct setting *s,
	struct error *err)
{
	autofree char *path = ledger_relative(b->project->dir, f->path);
	AUTO(strv) struct strv renewed = STRV_INIT;
	struct str old = STR_INIT(STR_OUTPUT);
	int code = host_read(b->host, f->path, STR_OUTPUT, &old, err);

	strv_push(&renewed, s->name);
	strv_push(&renewed, s->value);
	if (code == 0)
		add_file_step(b, f,
			&(struct file_spec){.path = path,
				.old = str_text(&old),
				.old_len = old.len,
				.text = s->value,
				.len = strlen(s->value),
				.mode = FILE_KEEP_MODE,
				.secret = true,
				.reason = _("changed; owner and mode stay"),
				.change = "",
				.renewed = &renewed});
	str_wipe(&old);
	strv_wipe(&renewed);
	return code;
}

/* --- one that is there */

/* To the one who reads it; where that is not one, open to all behind a closed directory. False
 * where we may not, or nobody is kept out. What lies outside the project has other users. */
static bool give_away(struct plan_build *b, const char *shown, const char *real,
	const struct host_stat *st, const struct readers *r)
{
	autofree char *from = xasprintf("%u", st->uid);
	struct own_spec spec = {.path = shown,
		.want = {.uid = r->shared ? -1 : r->uid, .gid = -1, .dir_mode = -1},
		.entries = 1,
		.from = from};

	spec.want.file_mode = (int)st->mode | (r->shared ? SHARED : ALONE);
	if (!plan_below_project(b, real) || (b->uid != 0 && (!r->shared || st->uid != b->uid)) ||
		(r->shared && !secret_file_is_behind(b->host, b->project->dir, real)))
		return false;
	add_step(b, step_own_new(b->host, b->project->dir, &spec));
	return true;
}

/* That the services can read it: one that was killed before it was given away, or made by hand. */
static int check_there(struct plan_build *b, const struct secret_file *f, struct error *err)
{
	autofree char *shown = secret_file_shown(b->project->dir, f->path), *real = NULL;
	const struct compose *c = compose_of(b);
	struct readers r;
	struct host_stat st;
	int64_t uid, gid;

	if (host_realpath(b->host, f->path, &real, NULL) || host_stat(b->host, real, &st, NULL))
		return 0;
	if (st.type == HOST_DIR)
		return plan_refuse(b, err, _("Remove the directory and put the file there."),
			_("the secret %s is in %s, which is a directory"), f->name, shown);
	readers_find(b, &r, f);
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		if (!s->active || !secret_file_mounts(s, f->name) ||
			!plan_service_user(b, s, &uid, &gid) ||
			secret_file_can_read(&st, uid, gid) || give_away(b, shown, real, &st, &r))
			continue;
		plan_note(b->plan,
			_("%s: %s runs as the user %lld and cannot read it; as root: chown %lld "
			  "%s"),
			shown, s->name, (long long)uid, (long long)uid, real);
	}
	return 0;
}

static int refuse_missing(struct plan_build *b, const struct secret_file *f,
	const struct setting *s, struct error *err)
{
	enum secret_file_kind kind = secret_file_kind(f, NULL);
	autofree char *shown = secret_file_shown(b->project->dir, f->path);
	autofree char *name = secret_file_setting(f->name);
	autofree char *hint = NULL;

	if (kind == SECRET_FILE_MADE && (!s || setting_can_generate(s)))
		hint = xstrdup(_("\"slipway setup\" makes it."));
	else
		hint = xasprintf(
			_("It has to be brought (%s): put the file there, or enter it as %s "
			  "in \"slipway setup\"."),
			secret_file_kind_text(
				kind == SECRET_FILE_MADE ? SECRET_FILE_FOREIGN : kind),
			name);
	return plan_refuse(
		b, err, hint, _("the secret %s is in %s, which is not there"), f->name, shown);
}

static int build_one(struct plan_build *b, const struct secret_file *f,
	const struct secret_files *all, struct error *err)
{
	autofree char *name = secret_file_setting(f->name), *real = NULL;
	const struct setting *s = settings_find(&b->project->settings, name);
	bool answered = s && !str_empty(s->value) &&
			(s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE);
	int code = host_realpath(b->host, f->path, &real, NULL);

	if (code == ERR_NOT_FOUND && answered) {
		add_new(b, f, s, all);
		return 0;
	}
	if (code == ERR_NOT_FOUND)
		return refuse_missing(b, f, s, err);
	if (code == 0 && answered && setting_changes(s))
		return add_changed(b, f, s, err);
	return check_there(b, f, err);
}

int plan_build_secret_files(struct plan_build *b, struct error *err)
{
	AUTO(secret_files) struct secret_files files;
	int code = 0;

	/* Without containers nobody mounts them. */
	secret_files_find(&files, compose_of(b));
	if (b->w->engine && str_eq(b->w->engine->ops->name, "process"))
		return 0;
	for (size_t i = 0; i < files.n && code == 0; i++)
		code = build_one(b, &files.items[i], &files, err);
	return code;
}
