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

/* --- files of a stack */

static int add_stack_file(struct plan_build *b, const char *name, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *real = host_path(b->project->dir, name);
	struct file_spec spec = {.path = name, .mask = &b->mask};
	struct step *step;
	int code;

	/* What is there is the user's. */
	if (host_exists(b->host, real))
		return 0;
	if ((code = stack_read_file(b->host, b->project->stack, name, &text, err)) < 0)
		return code;
	spec.text = text.data ? text.data : "";
	spec.len = text.len;
	spec.mode = str_starts(spec.text, "#!") ? 0755 : 0644;
	step = step_file_new(b->host, b->project->dir, &spec);
	step->copied = true;
	plan_add(b->plan, step);
	return 0;
}

/* Which definition the project was set up from, for the next time. */
static int add_stack_name(struct plan_build *b, struct error *err)
{
	const char *named = b->w->options.project.stack;
	const char *found = b->project->drafted ? b->project->drafted : b->project->recognised;
	const char *chosen = str_empty(named) ? found : named;
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
			_("This is a checkout of %s: its definition is used (--stack none goes "
			  "without)"),
			stack->title);
	return code == 0 ? add_stack_name(b, err) : code;
}

/* --- .env */

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
	if (s->file)
		return secret_home_file_hint(s, err);
	return error_hint(err,
		_("Keep or enter the value its data was created with. \"slipway secrets rotate "
		  "%s\" "
		  "changes it inside the service, too; \"slipway down --volumes\" deletes the "
		  "data."),
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
			home->exists = b->w->engine &&
				       engine_find_volume(b->w->engine, home->volume) &&
				       !(b->plan->scope & PLAN_DEPLOY &&
					       workspace_wipes(b->w, home->volume));
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
		const struct setting *s = &settings->items[i];

		if (setting_is_secret(s) && !s->kept && !str_empty(s->dotenv))
			return true;
	}
	return false;
}

/* The answers began from .env as it was read; whatever came into it since would be lost. */
static int refuse_stale(
	const struct plan_build *b, bool exists, const struct str *now, struct error *err)
{
	const struct project *p = b->project;
	struct str shown = STR_INIT(STR_OUTPUT);
	int code = exists || p->secrets.n
			   ? secret_store_show(&p->secrets, str_text(now), now->len, &shown, err)
			   : 0;
	bool same = exists || p->secrets.n
			    ? p->dotenv_text && shown.len == p->dotenv_len &&
				      memcmp(str_text(&shown), p->dotenv_text, shown.len) == 0
			    : !p->dotenv_text;

	str_wipe(&shown);
	/* With --env-file it was another file that was read. */
	if (code || same || p->env_files.n)
		return code;
	error_set(err, ERR_EXISTS, _("%s was changed since this was shown"), ".env");
	error_detail(err, "%s",
		!exists          ? _("the file that was there then is gone")
		: p->dotenv_text ? _("it was read when this began, and is not the same any more")
				 : _("there was no such file then; now there is one"));
	return error_hint(err, "%s",
		_("Nothing was written to it. Run it again: it then starts from what is there "
		  "now."));
}

/* .env as it is, and what it becomes. */
struct dotenv_change {
	struct str old, text;  /* on disk; wiped */
	struct strv meant;     /* key and value in turn that .env will hold; wiped */
	struct strv secrets;   /* keys whose values are masked */
	struct strv elsewhere; /* keys that another store holds */
	struct host_stat st;
	bool exists;
};

static void dotenv_change_done(struct dotenv_change *c)
{
	strv_wipe(&c->meant);
	strv_done(&c->secrets);
	strv_done(&c->elsewhere);
	str_wipe(&c->old);
	str_wipe(&c->text);
}

/* Each key once; its value is looked for in the store. */
static void forget_elsewhere(struct dotenv_change *c)
{
	for (size_t i = 0; i + 1 < c->meant.n;) {
		if (!strv_has(&c->elsewhere, c->meant.items[i])) {
			i += 2;
			continue;
		}
		mem_wipe(c->meant.items[i + 1], strlen(c->meant.items[i + 1]));
		strv_remove(&c->meant, i);
		strv_remove(&c->meant, i);
	}
}

static bool same_dotenv(const struct dotenv_change *c)
{
	const struct str *a = &c->old, *b = &c->text;
	size_t n = a->len < b->len ? a->len : b->len;

	if (!c->exists)
		return b->len == 0;
	if (n && memcmp(a->data, b->data, n) != 0)
		return false;
	/* A line end that the secrets behind it asked for. */
	return a->len == b->len ||
	       (c->elsewhere.n && b->len == a->len + 1 && b->data[a->len] == '\n');
}

static void add_dotenv_step(struct plan_build *b, const struct dotenv_change *c)
{
	struct file_spec spec = {.path = ".env",
		.old = c->exists ? str_text(&c->old) : NULL,
		.old_len = c->old.len,
		.text = str_text(&c->text),
		.len = c->text.len,
		/* Tighter than 0600 stays as it is. */
		.mode = c->exists ? (int)(c->st.mode & PRIVATE) : PRIVATE,
		.secrets = &c->secrets,
		.mask = &b->mask,
		.meant = &c->meant};
	struct step *step = step_file_new(b->host, b->project->dir, &spec);

	/* What goes out of it is in its store before. */
	if (c->elsewhere.n && plan_find(b->plan, "file:" STORE_FILE))
		strv_push(&step->after, "file:" STORE_FILE);
	if (c->elsewhere.n && plan_find(b->plan, "file:" STORE_SEALED))
		strv_push(&step->after, "file:" STORE_SEALED);
	plan_add(b->plan, step);
	if (b->dotenv) {
		str_addn(&b->dotenv->text, str_text(&c->text), c->text.len);
		strv_extend(&b->dotenv->meant, &c->meant);
	}
}

int plan_build_dotenv(struct plan_build *b, const char *text, size_t len, struct error *err)
{
	struct dotenv_change c = {.old = STR_INIT(STR_OUTPUT), .text = STR_INIT(STR_OUTPUT)};
	int code = read_present(b, ".env", &c.old, &c.exists, &c.st, err);

	if (code == 0)
		code = refuse_stale(b, c.exists, &c.old, err);
	if (code == 0)
		code = collect_meant(b, text, len, &c.meant, err);
	if (code == 0)
		code = plan_build_store(b, text, len, &c.text, &c.elsewhere, err);
	forget_elsewhere(&c);
	secret_keys(&b->project->settings, &c.secrets);
	if (code == 0 && (!same_dotenv(&c) || (c.exists && (c.st.mode & 077) &&
						      holds_secret(&b->project->settings))))
		add_dotenv_step(b, &c);
	dotenv_change_done(&c);
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

/* What the definition would ask for, and why it does not. */
static void note_unread(struct plan_build *b)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *list = NULL;

	for (size_t i = 0; i < b->project->settings.n; i++)
		if (b->project->settings.items[i].unread)
			strv_push(&names, b->project->settings.items[i].name);
	if (!names.n || !b->plan->changes)
		return;
	list = strv_join(&names, ", ");
	plan_note(b->plan,
		Q_("%s has no effect on the services: the compose files do not read it",
			"%s have no effect on the services: the compose files do not read them",
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

/* Where its author would keep the secrets: said when some are about to be written. */
static void note_store(struct plan_build *b)
{
	const struct stack *stack = b->project->stack;

	if (stack && stack->store == STORE_ENCRYPTED && b->project->store.kind == STORE_DOTENV &&
		plan_find(b->plan, "file:.env"))
		plan_note(b->plan, "%s",
			_("This stack suggests that its secrets are encrypted. Afterwards: slipway "
			  "secrets "
			  "move --to encrypted"));
}

int plan_build_files(struct plan_build *b, struct error *err)
{
	int code = add_stack_files(b, err);

	if (code == 0)
		code = add_dotenv(b, err);
	if (code == 0)
		plan_build_env_files(b);
	if (code == 0)
		code = plan_build_sources(b, err);
	if (code == 0)
		code = plan_build_secret_files(b, err);
	if (code == 0)
		code = plan_build_seen(b, err);
	note_kept(b);
	note_published(b);
	note_unread(b);
	note_update(b);
	note_store(b);
	return code;
}
