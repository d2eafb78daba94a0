/* SPDX-License-Identifier: MIT */
/* Which files a plan writes: those of the stack, .env, the stack's name. On the pool. */
#include "base/i18n.h"
#include "config/env_file.h"
#include "config/update.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/setup_state.h"

#include <string.h>

enum { PRIVATE = 0600 };

/* Reads a file that may be missing: *exists false then. */
static int read_present(struct plan_build *b, const char *path, struct str *out, bool *exists,
	struct host_stat *st, struct error *err)
{
	autofree char *real = ledger_resolve(b->host, b->project->dir, path);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_stat(b->host, real, st, &e);

	*exists = code == 0;
	if (code == ERR_NOT_FOUND)
		return 0;
	if (code == 0)
		code = host_read(b->host, real, STR_OUTPUT, out, &e);
	return code < 0 ? error_move(err, &e) : 0;
}

/* --- files of a stack
 * ----------------------------------------------------------------------------- */

static int add_stack_file(struct plan_build *b, const char *name, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *real = host_path(b->project->dir, name);
	struct file_spec spec = {.path = name, .mask = &b->mask};
	int code;

	/* What is there is the user's. */
	if (host_exists(b->host, real))
		return 0;
	if ((code = stack_read_file(b->host, b->project->stack, name, &text, err)) < 0)
		return code;
	spec.text = text.data ? text.data : "";
	spec.len = text.len;
	spec.mode = str_starts(spec.text, "#!") ? 0755 : 0644;
	plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	return 0;
}

/* Which definition the project was set up from, for the next time. */
static int add_stack_name(struct plan_build *b, struct error *err)
{
	const char *named = b->w->options.project.stack;
	const char *chosen = str_empty(named) ? b->project->recognised : named;
	autofree char *text = NULL, *name = NULL;
	AUTO(str) struct str old = STR_INIT(STR_LINE);
	struct file_spec spec = {.path = ".slipway/stack", .mode = PRIVATE};
	struct host_stat st;
	bool exists;
	int code;

	if (str_empty(chosen))
		return 0;
	name = stack_name_anywhere(chosen);
	text = xasprintf("%s\n", name);
	if ((code = read_present(b, spec.path, &old, &exists, &st, err)) < 0)
		return code;
	if (exists && str_eq(old.data, text))
		return 0;
	spec.old = exists ? (old.data ? old.data : "") : NULL;
	spec.old_len = old.len;
	spec.text = text;
	spec.len = strlen(text);
	plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	return 0;
}

static int add_stack_files(struct plan_build *b, struct error *err)
{
	const struct stack *stack = b->project->stack;
	/* A checkout of the stack's repository has files of its own. */
	bool ours = stack && (b->project->fresh || !stack->recognise.n);
	int code = 0;

	/* The compose files last: until they are there, the project counts as new. */
	for (size_t i = 0; ours && code == 0 && i < stack->copy.n; i++)
		code = add_stack_file(b, stack->copy.items[i], err);
	for (size_t i = 0; ours && code == 0 && i < stack->files.n; i++)
		code = add_stack_file(b, stack->files.items[i], err);
	if (b->project->recognised)
		plan_note(b->plan,
			_("This is a checkout of %s: its definition is used (--stack none goes without)"),
			stack->title);
	return code == 0 ? add_stack_name(b, err) : code;
}

/* --- .env
 * ----------------------------------------------------------------------------------------- */

/* Keys whose values the diff must not show. */
static void secret_keys(const struct settings *settings, struct strv *ret)
{
	for (size_t i = 0; i < settings->n; i++)
		if (setting_is_secret(&settings->items[i]))
			strv_push(ret, settings->items[i].name);
}

/* Key and value of every answer as the new text must hold it. */
static int collect_meant(
	struct plan_build *b, const char *text, size_t n, struct strv *meant, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *env = NULL;
	int code = env_file_parse(".env", text, n, &env, err);

	if (code < 0)
		return code;
	for (size_t i = 0; i < b->project->settings.n; i++) {
		const struct setting *s = &b->project->settings.items[i];
		autosecret char *value = NULL;

		if (str_empty(s->value) ||
			(s->answer != ANSWER_VALUE && s->answer != ANSWER_GENERATE) ||
			!env_file_find(env, s->name))
			continue;
		value = env_file_literal(env, s->name);
		if (!value || !str_eq(value, s->value)) {
			error_set(err, ERR_FAILED,
				_("%s cannot be written to .env as it was meant"), s->name);
			return error_hint(err, "%s",
				_("Nothing was changed. Write the value into .env by hand."));
		}
		strv_push(meant, s->name);
		strv_push(meant, s->value);
	}
	return 0;
}

static int refuse_anew(const struct setting *s, const struct secret_home *home, struct error *err)
{
	autofree char *reason = secret_home_reason(home);

	error_set(err, ERR_EXISTS, _("%s is not generated anew: %s"), s->name, reason);
	return error_hint(err,
		_("Keep or enter the value its data was created with. \"slipway secrets rotate %s\" "
		  "changes it inside the service, too; \"slipway down --volumes\" deletes the data."),
		s->name);
}

/* A generated secret must not replace one that data was encrypted or created with. */
static int guard_secrets(struct plan_build *b, struct error *err)
{
	struct secret_homes homes = {0};
	int code = 0;

	secret_homes_find(&homes, b->project);
	for (size_t i = 0; i < homes.n && code == 0; i++) {
		struct secret_home *home = &homes.items[i];
		const struct setting *s = settings_find(&b->project->settings, home->setting);

		if (!s || s->answer != ANSWER_GENERATE)
			continue;
		if (home->volume)
			home->exists =
				b->w->engine && engine_find_volume(b->w->engine, home->volume);
		else if (home->path)
			secret_home_look(home, b->host);
		if (home->exists)
			code = refuse_anew(s, home, err);
	}
	secret_homes_done(&homes);
	return code;
}

static bool holds_secret(const struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++) {
		if (setting_is_secret(&settings->items[i]) && !str_empty(settings->items[i].dotenv))
			return true;
	}
	return false;
}

/* The answers began from .env as it was read; whatever came into it since would be lost. */
static int refuse_stale(
	const struct plan_build *b, bool exists, const struct str *now, struct error *err)
{
	const struct project *p = b->project;
	bool same = exists ? p->dotenv_text && now->len == p->dotenv_len &&
				     memcmp(str_text(now), p->dotenv_text, now->len) == 0
			   : !p->dotenv_text;

	/* With --env-file it was another file that was read. */
	if (same || p->env_files.n)
		return 0;
	error_set(err, ERR_EXISTS, _("%s was changed since this was shown"), ".env");
	error_detail(err, "%s",
		!exists          ? _("the file that was there then is gone")
		: p->dotenv_text ? _("it was read when this began, and is not the same any more")
				 : _("there was no such file then; now there is one"));
	return error_hint(err, "%s",
		_("Nothing was written to it. Run it again: it then starts from what is there "
		  "now."));
}

int plan_build_dotenv(struct plan_build *b, const char *text, size_t len, struct error *err)
{
	struct str old = STR_INIT(STR_OUTPUT);
	AUTO(strv) struct strv secrets = STRV_INIT;
	struct strv meant = STRV_INIT;
	struct host_stat st = {0};
	bool exists = false, same;
	int code = read_present(b, ".env", &old, &exists, &st, err);
	struct file_spec spec = {.path = ".env",
		.text = text,
		.len = len,
		.secrets = &secrets,
		.mask = &b->mask,
		.meant = &meant};

	if (code == 0)
		code = refuse_stale(b, exists, &old, err);
	if (code == 0)
		code = collect_meant(b, text, len, &meant, err);
	/* Tighter than 0600 stays as it is. */
	spec.mode = exists ? (int)(st.mode & PRIVATE) : PRIVATE;
	spec.old = exists ? (old.data ? old.data : "") : NULL;
	spec.old_len = old.len;
	same = exists ? old.len == len && memcmp(spec.old, text, len) == 0 : len == 0;
	secret_keys(&b->project->settings, &secrets);
	if (code == 0 &&
		(!same || (exists && (st.mode & 077) && holds_secret(&b->project->settings))))
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	for (size_t i = 0; i < meant.n; i++)
		mem_wipe(meant.items[i], strlen(meant.items[i]));
	strv_done(&meant);
	str_wipe(&old);
	return code;
}

static int add_dotenv(struct plan_build *b, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *env = NULL;
	char *text = NULL;
	size_t len = 0;
	int code = guard_secrets(b, err);

	if (code == 0)
		code = project_dotenv(b->project, &text, &len, err);
	if (code == 0)
		code = env_file_parse(".env", text, len, &env, err);
	if (code == 0)
		code = plan_build_override(b, env, err);
	/* Before it: once .env is as it is meant to be, nothing asks for the answers any more. */
	if (code == 0)
		code = plan_build_answers(b, env, err);
	if (code == 0)
		code = plan_build_dotenv(b, env->text, env->len, err);
	if (code == 0)
		plan_build_override_end(b);
	secret_free(text);
	return code;
}

static void note_kept(struct plan_build *b)
{
	for (size_t i = 0; i < b->project->settings.n; i++) {
		const struct setting *s = &b->project->settings.items[i];

		if (s->answer == ANSWER_KEEP && !str_empty(s->note))
			plan_note(b->plan, "%s: %s", s->name, s->note);
	}
}

/* Why there is a new value for what seemed to have one. */
static void note_published(struct plan_build *b)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *list = NULL;

	for (size_t i = 0; i < b->project->settings.n; i++) {
		const struct setting *s = &b->project->settings.items[i];

		if (s->answer == ANSWER_GENERATE && s->published)
			strv_push(&names, s->name);
	}
	if (!names.n)
		return;
	list = strv_join(&names, ", ");
	plan_note(b->plan,
		Q_("%s is made anew: everybody can read its default in the files of the stack",
			"%s are made anew: everybody can read their defaults in the files of the "
			"stack",
			names.n),
		list);
}

/* Only told: what is new in the stack is brought in by a command of its own. */
static void note_update(struct plan_build *b)
{
	autofree char *note = update_note(b->project);

	if (note)
		plan_note(b->plan, "%s. %s", note, _(UPDATE_HINT));
}

int plan_build_files(struct plan_build *b, struct error *err)
{
	int code = add_stack_files(b, err);

	if (code == 0)
		code = add_dotenv(b, err);
	if (code == 0)
		code = plan_build_seen(b, err);
	note_kept(b);
	note_published(b);
	note_update(b);
	return code;
}
