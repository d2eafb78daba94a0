/* SPDX-License-Identifier: MIT */
/* `secrets rotate`: one run forward, of all the secrets that were named; when a step of it fails,
 * one back. */
#include "cli/secrets_rotate.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/perform.h"
#include "cli/unlock.h"
#include "plan/rotation.h"

#include <string.h>

#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

const char secrets_rotate_about[] = N_(
	"A new value is made and given to the service that remembers the old one (PostgreSQL, "
	"Redis, or what the definition says), then it is written to where the secret lives (.env, "
	"the encrypted store, the program of a command store that has one for writing, the file of "
	"\"secrets:\" in the compose files), addresses that hold it too, then the running services "
	"that use it are made anew or restarted in their order, then a login is tried: the new "
	"value must be let in, and the old one must not. When a step fails the old value is put "
	"back everywhere. Several secrets are one run: all have new values at its end, or none. "
	"One that was cut short goes on when it is asked for again. Secrets that data was "
	"encrypted with are refused; --all leaves them out and says so.");

const struct option secrets_rotate_options[] = {
	{"all", 0, OPTION_FLAG, NULL, N_("all that can be rotated"), COMPLETE_NONE},
	{"back", 0, OPTION_FLAG, NULL,
		N_("put the old values back, where a rotation was cut short"), COMPLETE_NONE},
	{"batch", 0, OPTION_FLAG, NULL, N_("ask nothing: without --yes nothing is done"),
		COMPLETE_NONE},
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would change and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* --- the plan */

/* What stays as it is, with the reason: of --all. */
static void add_left(struct plan *plan, const struct strv *left)
{
	for (size_t i = 0; i < left->n; i++)
		strv_add_once(&plan->notes, left->items[i]);
}

static int make_plan(struct cli *cli, struct rotation *r, struct plan **ret, struct error *err)
{
	struct workspace *w = cli->workspace;
	AUTO_PTR(plan) struct plan *plan = NULL;
	int code = rotation_find_ways(r, w->project, err);

	if (!code)
		code = rotation_find_services(w, r, err);
	if (!code)
		code = rotation_answer(&w->project->settings, r, err);
	if (code)
		return code;
	w->only = &r->services;
	code = perform_plan(cli, r->services.n ? PLAN_ALL : PLAN_WRITE, &plan, err);
	w->only = NULL;
	if (!code)
		code = rotation_amend(plan, r, err);
	if (!code)
		*ret = take(plan);
	return code;
}

/* --- one run */

static int run_forward(struct cli *cli, struct rotation *r, const struct strv *left, bool *began,
	struct error *err)
{
	autofree char *names = rotation_names(r);
	autofree char *title = xasprintf(ROTATION_TITLE "%s", names);
	autofree char *question =
		xasprintf(Q_("Give %s a new value?", "Give %s new values?", r->n), names);
	autofree char *done = xasprintf(
		Q_("Done. %s has a new value, and what uses it works with it.",
			"Done. %s have new values, and what uses them works with them.", r->n),
		names);
	struct perform how = {.title = title,
		.ask_always = true,
		.question = question,
		.done = done,
		.failed = "",
		.batch = cli_option(cli, "batch") != NULL,
		.began = began,
		.dry_run = cli_option(cli, "dry-run") != NULL};
	struct plan *plan = NULL;
	int code = make_plan(cli, r, &plan, err);

	if (code)
		return code;
	add_left(plan, left);
	return perform(cli, plan, &how, err);
}

/* The way back is asked about only where it is what was asked for. */
static int run_back(
	struct cli *cli, struct rotation *r, bool asked, bool *began, struct error *err)
{
	autofree char *names = rotation_names(r);
	autofree char *title = xasprintf(ROTATION_TITLE "%s back", names);
	autofree char *question = xasprintf(
		Q_("Put the old value of %s back?", "Put the old values of %s back?", r->n), names);
	autofree char *done = xasprintf(Q_("The old value of %s is in force again.",
						"The old values of %s are in force again.", r->n),
		names);
	struct perform how = {.title = title,
		.ask_always = true,
		.question = question,
		.done = done,
		.failed = "",
		.batch = cli_option(cli, "batch") != NULL,
		.began = began,
		.dry_run = asked && cli_option(cli, "dry-run"),
		.shown = !asked};
	struct plan *plan = NULL;
	int code = make_plan(cli, r, &plan, err);

	return code ? code : perform(cli, plan, &how, err);
}

/* --- after a failure */

/* What was written is the project now, whatever was answered before; a program that has the secrets
 * is asked again, since nobody knows how far it came. */
static int read_again(struct cli *cli, struct rotation *kept, struct error *err)
{
	struct project *p = NULL;
	int code = unlock_again(cli, err);

	if (code == 0)
		code = workspace_read_again(cli->workspace, &p, err);
	if (code)
		return code;
	workspace_take_over(cli->workspace, p);
	return rotation_open(kept, cli->workspace, err);
}

static void hint_left(const struct rotation *kept, struct error *err)
{
	autofree char *names = rotation_names(kept);

	if (kept->phase == ROTATION_BACK || (!kept->sealed.n && rotation_is_one_way(kept)))
		error_hint(err, _("Mend it, then \"slipway secrets rotate %s\" goes on."), names);
	else
		error_hint(err,
			_("\"slipway secrets rotate %s\" goes on; with --back it puts the old "
			  "value "
			  "back."),
			names);
}

/* One document, one end: those of what was asked for. */
static int run_back_quietly(struct cli *cli, struct rotation *kept, struct error *err)
{
	bool json = cli->json, quiet = cli->quiet;
	int code;

	kept->phase = ROTATION_BACK;
	if (!cli->json && !cli->events && !cli->quiet)
		fprintf(cli->err, _("%s: a step failed; the old value is put back.\n"),
			kept->items[0].name);
	cli->quiet = cli->quiet || cli->json;
	cli->json = false;
	code = run_back(cli, kept, false, NULL, err);
	cli->json = json;
	cli->quiet = quiet;
	return code;
}

static int put_back(struct cli *cli, struct rotation *kept, struct error *failure)
{
	autofree char *names = rotation_names(kept);
	AUTO(error) struct error e = ERROR_INIT;
	int code = read_again(cli, kept, &e);

	if (!code && rotation_is_one_way(kept)) {
		hint_left(kept, failure);
		return 0;
	}
	if (!code)
		code = run_back_quietly(cli, kept, &e);
	if (code)
		return error_hint(failure,
			_("Putting the old value back failed, too: %s. Mend it, then \"slipway "
			  "secrets rotate %s\" tries it again."),
			e.message ? e.message : "", names);
	return error_hint(failure, "%s", _("The old value is in force again."));
}

int secrets_rotate_failed(struct cli *cli, int code, struct error *failure)
{
	enum rotation_event event = code == ERR_CANCELLED ? ROTATION_CUT : ROTATION_FAILED;
	AUTO(rotation) struct rotation kept = {0};
	AUTO(error) struct error e = ERROR_INIT;

	if (rotation_load(&kept, cli->host, cli->workspace->project->dir, &e))
		return code;
	if (rotation_next(kept.phase, event) == ROTATION_TURN)
		put_back(cli, &kept, failure);
	else if (kept.phase != ROTATION_NONE)
		hint_left(&kept, failure);
	return code;
}

/* --- the command */

/* As long as the one before it, where that was made of letters and digits, too. */
static struct secret_rule rule_like(const char *old)
{
	size_t n = strlen(old);

	if (n < 16 || n > 128 || strspn(old, WORD_LETTERS) != n)
		return secret_rule_default();
	return (struct secret_rule){.format = SECRET_ALNUM, .length = (int)n};
}

static int begin_file(
	struct cli *cli, const char *name, const char *path, struct rotation *r, struct error *err)
{
	AUTO(rotation_way) struct rotation_way way = {0};
	autosecret char *old = NULL, *new = NULL;
	struct secret_rule rule;
	int code = rotation_way_of_file(cli->workspace->project, name, &way, err);

	if (code == 0)
		code = rotation_file_value(cli->host, path, &old, err);
	if (code)
		return code;
	rule = rule_like(old);
	code = secret_generate(&rule, &new, err);
	if (code == 0)
		rotation_add(r, name, old, new)->file = xstrdup(path);
	return code;
}

static int begin_one(struct cli *cli, const char *name, struct rotation *r, struct error *err)
{
	const struct project *p = cli->workspace->project;
	struct settings *all = &cli->workspace->project->settings;
	struct setting *s = settings_find(all, name);
	const char *path = rotation_file(p, name);
	AUTO(rotation_way) struct rotation_way way = {0};
	int code;

	if (path)
		return begin_file(cli, name, path, r, err);
	code = rotation_way_find(p, s, &way, err);
	if (code == 0)
		code = settings_generate(all, s, err);
	if (code == 0)
		rotation_add(r, name, s->current ? s->current : "", s->value);
	return code;
}

/* All that can be, in the order of the settings; why others cannot is said. What is made from
 * another one follows that. */
static void begin_all(struct cli *cli, struct rotation *r, struct strv *left)
{
	struct project *p = cli->workspace->project;
	struct json_object *files = json_key(p->compose->model, "secrets");
	AUTO(strv) struct strv names = STRV_INIT;

	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];

		if (setting_is_secret(s) && !s->service && !s->placeholder &&
			!str_empty(s->current) && !secret_format_info(s->rule.format)->derived)
			strv_push(&names, s->name);
	}
	if (files) {
		json_object_object_foreach(files, name, unused)
		{
			(void)unused;
			if (rotation_file(p, name))
				strv_push(&names, name);
		}
	}
	for (size_t i = 0; i < names.n; i++) {
		AUTO(error) struct error e = ERROR_INIT;

		if (begin_one(cli, names.items[i], r, &e))
			strv_pushf(left, _("left as it is: %s"), e.message);
	}
}

static int begin(struct cli *cli, const struct strv *names, struct rotation *r, struct strv *left,
	struct error *err)
{
	int code = 0;

	r->phase = ROTATION_FORWARD;
	if (!names->n)
		begin_all(cli, r, left);
	for (size_t i = 0; i < names->n && code == 0; i++)
		code = begin_one(cli, names->items[i], r, err);
	if (code == 0 && !r->n) {
		error_set(err, ERR_INPUT, _("there is no secret that can be rotated"));
		code = error_hint(err, "%s", _("\"slipway secrets list\" shows the secrets."));
	}
	return code;
}

static int refuse_back(const struct strv *names, struct error *err)
{
	autofree char *all = strv_join(names, ", ");

	error_set(err, ERR_INPUT, _("no rotation of %s was cut short: there is no old value"),
		names->n ? all : _("secrets"));
	return error_hint(err, "%s", _("Without --back it gets a new one."));
}

static int find_secret(struct cli *cli, const char *name, struct error *err)
{
	const struct project *p = cli->workspace->project;

	return settings_find(&p->settings, name) || rotation_file(p, name)
		       ? 0
		       : settings_unknown(&p->settings, name, err);
}

static int decide(struct cli *cli, const struct strv *names, struct rotation *r, struct strv *left,
	struct error *err)
{
	bool back = cli_option(cli, "back") != NULL;

	switch (rotation_next(r->phase, back ? ROTATION_ASKED_BACK : ROTATION_ASKED)) {
	case ROTATION_BEGIN:
		return begin(cli, names, r, left, err);
	case ROTATION_TURN:
		r->phase = ROTATION_BACK;
		return rotation_is_one_way(r) ? refuse_back(names, err) : 0;
	case ROTATION_GO_ON:
		return 0;
	default:
		return refuse_back(names, err);
	}
}

/* No names: all. */
static int rotate(struct cli *cli, const struct strv *names, struct error *err)
{
	AUTO(rotation) struct rotation r = {0};
	AUTO(strv) struct strv left = STRV_INIT;
	bool began = false;
	int code = unlock_project(cli, err);

	if (code == 0)
		code = rotation_load(&r, cli->host, cli->workspace->project->dir, err);
	if (code == 0 && r.phase != ROTATION_NONE && names->n && !rotation_is_of(&r, names))
		return rotation_refuse_others(&r, err);
	if (code == 0)
		code = rotation_open(&r, cli->workspace, err);
	if (code == 0)
		code = decide(cli, names, &r, &left, err);
	if (code)
		return code;
	code = r.phase == ROTATION_BACK ? run_back(cli, &r, true, &began, err)
					: run_forward(cli, &r, &left, &began, err);
	/* Without a run nothing was touched: not confirmed, or somebody else is at work. */
	return code && began ? secrets_rotate_failed(cli, code, err) : code;
}

int secrets_rotate(struct cli *cli, struct error *err)
{
	bool all = cli_option(cli, "all") != NULL;
	AUTO(strv) struct strv names = STRV_INIT;
	int code = 0;

	if (all == (cli->args.n > 0)) {
		error_set(err, ERR_INPUT, _("\"rotate\" needs the names of secrets, or --all"));
		return error_hint(err, "%s", _("\"slipway secrets list\" shows the secrets."));
	}
	if (cli->env_files.n) {
		error_set(err, ERR_INPUT, _("\"rotate\" writes .env, and another file was given"));
		return error_hint(err, "%s", _("Leave out --env-file."));
	}
	for (size_t i = 0; i < cli->args.n && code == 0; i++) {
		strv_add_once(&names, cli->args.items[i]);
		code = find_secret(cli, cli->args.items[i], err);
	}
	if (!code)
		code = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);
	return code ? code : rotate(cli, &names, err);
}
