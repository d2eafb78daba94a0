/* SPDX-License-Identifier: MIT */
#include "plan/plan_update.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_guess.h"
#include "plan/plan_build.h"

#include <string.h>

void update_take_over(struct workspace *w, struct update *u)
{
	if (!u->staged)
		return;
	u->own = w->project;
	w->project = take(u->staged);
	if (w->engine)
		engine_set_project(w->engine, w->project);
}

/* --- what is added needs an answer */

static bool is_added(const struct env_change *c)
{
	return c->kind == ENV_ADDED && c->decision == ENV_TAKE;
}

const struct setting *update_asked(const struct env_change *c, struct setup *s)
{
	const struct setting *setting =
		is_added(c) ? settings_find(setup_settings(s), c->key) : NULL;

	if (!setting || !setting_asked(setup_settings(s), setting) ||
		setting->answer == ANSWER_GENERATE)
		return NULL;
	return setting->answer == ANSWER_VALUE || setting_unanswered(setting) ? setting : NULL;
}

int update_answer(const struct update *u, struct setup *s, struct strv *missing, struct error *err)
{
	struct settings *all = setup_settings(s);

	for (size_t i = 0; i < u->env.n; i++) {
		const struct setting *setting = settings_find(all, u->env.items[i].key);

		if (!is_added(&u->env.items[i]) || !setting || !settings_wants(all, setting))
			continue;
		/* Who must answer instead is told below. */
		(void)setup_generate(s, setting->name, NULL);
	}
	for (size_t i = 0; i < u->env.n; i++) {
		const struct setting *setting = settings_find(all, u->env.items[i].key);

		if (!is_added(&u->env.items[i]) || !setting)
			continue;
		if (setting->problem.code && setting->answer != ANSWER_NONE)
			return error_copy(err, &setting->problem);
		if (update_asked(&u->env.items[i], s) && setting_unanswered(setting))
			strv_push(missing, setting->name);
	}
	return 0;
}

/* The user's value of the secret that stands in this example's address. */
static char *own_password(const struct update *u, const struct settings *all,
	const struct env_file *f, const char *password, size_t n)
{
	for (size_t i = 0; i < u->theirs->n; i++) {
		const struct env_entry *e = &u->theirs->entries[i];
		const struct setting *s = settings_find(all, e->key);
		autosecret char *value = NULL;

		if (!s || !setting_is_secret(s) || strlen(e->raw) != n ||
			memcmp(e->raw, password, n) != 0)
			continue;
		value = env_file_literal(f, e->key);
		if (value && *value && !strpbrk(value, "@:/?#%"))
			return take(value);
	}
	return NULL;
}

/* An address that is new holds the example's password; the user's service has another one. */
static int follow(const struct update *u, const struct settings *all, struct env_file *f,
	const char *key, struct error *err)
{
	autosecret char *url = env_file_literal(f, key), *own = NULL;
	struct str text = STR_INIT(STR_LINE);
	size_t n = 0;
	const char *password = setting_url_password(url, &n);
	int code;

	if (!password || !(own = own_password(u, all, f, password, n)))
		return 0;
	str_addn(&text, url, (size_t)(password - url));
	str_add(&text, own);
	str_add(&text, password + n);
	code = env_file_set(f, key, str_text(&text), NULL, err);
	str_wipe(&text);
	return code;
}

static int add_answers(
	const struct update *u, const struct settings *all, struct env_file *f, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < u->env.n && code == 0; i++) {
		const struct env_change *c = &u->env.items[i];
		const struct setting *s = settings_find(all, c->key);

		if (!is_added(c) || !env_file_find(f, c->key))
			continue;
		if (s && (s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE))
			code = env_file_set(f, c->key, s->value, NULL, err);
		else
			code = follow(u, all, f, c->key, err);
	}
	return code;
}

/* --- steps */

static int add_dotenv(struct plan_build *b, const struct update *u, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	struct project as_read = *b->project;
	int code = update_dotenv(u, &f, err);

	if (code || !f)
		return code;
	code = add_answers(u, &b->w->project->settings, f, err);
	/* What is there is compared with what was read, not with what it is going to be. */
	as_read.dotenv_text = u->project->dotenv_text;
	as_read.dotenv_len = u->project->dotenv_len;
	b->project = &as_read;
	if (code == 0 && (f->len != u->ours->len || memcmp(f->text, u->ours->text, f->len) != 0))
		code = plan_build_dotenv(b, f->text, f->len, err);
	b->project = b->w->project;
	return code;
}

static void add_file(struct plan_build *b, const char *path, const char *old, size_t old_len,
	const struct str *text)
{
	struct file_spec spec = {.path = path,
		.old = old,
		.old_len = old_len,
		.text = str_text(text),
		.len = text->len,
		.mode = FILE_KEEP_MODE,
		.mask = &b->mask};

	if (!old)
		spec.mode = str_starts(spec.text, "#!") ? 0755 : 0644;
	if (!old || old_len != text->len || memcmp(old, spec.text, text->len) != 0)
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
}

/* The user's file stays; the new one lies beside it until somebody decides. */
static void add_beside(struct plan_build *b, const struct update_file *f)
{
	autofree char *path = xasprintf("%s/%s", UPDATE_NEW, f->name);
	autofree char *full = host_path(b->project->dir, path);
	AUTO(str) struct str there = STR_INIT(STR_FILE);
	bool exists = host_read(b->host, full, STR_FILE, &there, NULL) == 0;

	add_file(b, path, exists ? str_text(&there) : NULL, there.len, &f->theirs);
	if (f->why)
		plan_note(b->plan, _("%s stays as it is (%s); the stack's new one is %s"), f->name,
			f->why, path);
	else
		plan_note(b->plan,
			_("%s:%zu: this was changed here, and in the stack as well; the file stays "
			  "as it is, the stack's new one is %s"),
			f->name, f->line, path);
}

static void add_files(struct plan_build *b, const struct update *u)
{
	for (size_t i = 0; i < u->files.n; i++) {
		const struct update_file *f = &u->files.items[i];
		const struct str *text = update_file_text(f);

		if (text)
			add_file(b, f->name,
				f->kind == UPDATE_FILE_ADDED ? NULL : str_text(&f->ours),
				f->ours.len, text);
		else if (f->decision == ENV_OPEN)
			add_beside(b, f);
	}
}

static int tell_seen(void *arg, const char *name, const char *text, size_t n, struct error *err)
{
	(void)err;
	step_seen_add(arg, name, text, n);
	return 0;
}

/* Whether a decision leaves .env and the files as they are, and is to be remembered. */
static bool is_decided(const struct update *u)
{
	for (size_t i = 0; i < u->env.n; i++)
		if (u->env.items[i].decision == ENV_KEEP)
			return true;
	for (size_t i = 0; i < u->files.n; i++)
		if (u->files.items[i].decision == ENV_KEEP)
			return true;
	return false;
}

/* Last: a run that was cut off before is made again from the same base. */
static int add_seen(struct plan_build *b, const struct update *u, struct error *err)
{
	struct step *step;
	int code;

	if (!update_changes(u) && !is_decided(u))
		return 0;
	step = step_seen_new(b->host, b->project->dir);
	code = update_seen(u, tell_seen, step, err);
	if (code || !step->changes) {
		step->ops->free(step);
		return code;
	}
	plan_after_all(b->plan, step, NULL);
	plan_add(b->plan, step);
	return 0;
}

int plan_of_update(
	struct workspace *w, const struct update *u, struct plan **ret, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = xcalloc(1, sizeof(*plan));
	struct plan_build b = {.w = w, .project = w->project, .host = w->host, .plan = plan};
	int code;

	plan->workspace = w;
	plan->scope = PLAN_WRITE;
	mask_init(&b.mask);
	mask_add_settings(&b.mask, &w->project->settings);
	add_files(&b, u);
	code = add_dotenv(&b, u, err);
	if (code == 0)
		code = add_seen(&b, u, err);
	mask_done(&b.mask);
	if (code == 0)
		*ret = take(plan);
	return code;
}
