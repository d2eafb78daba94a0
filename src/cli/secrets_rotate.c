/* SPDX-License-Identifier: MIT */
/* `secrets rotate`: one run forward; when a step of it fails, one back. */
#include "cli/secrets_rotate.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/perform.h"
#include "plan/rotation.h"

#include <string.h>

const char secrets_rotate_about[] =
	N_("A new value is made and given to the service that remembers the old one (PostgreSQL, "
	   "Redis, or what the definition says), then it is written to .env, addresses that hold it "
	   "too, then the running services that use it are made anew or restarted in their order, "
	   "then a login is tried: the new value must be let in, and the old one must not. When a "
	   "step fails the old value is put back everywhere. One that was cut short goes on when "
	   "it is asked for again. Secrets that data was encrypted with are refused.");

const struct option secrets_rotate_options[] = {
	{"back", 0, OPTION_FLAG, NULL, N_("put the old value back, where a rotation was cut short"),
		COMPLETE_NONE},
	{"batch", 0, OPTION_FLAG, NULL, N_("ask nothing: without --yes nothing is done"),
		COMPLETE_NONE},
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would change and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* --- the plan
 * ------------------------------------------------------------------------------------- */

static int make_plan(struct cli *cli, struct rotation *r, struct plan **ret, struct error *err)
{
	struct workspace *w = cli->workspace;
	const struct setting *s = settings_find(&w->project->settings, r->name);
	AUTO(rotation_way) struct rotation_way way = {0};
	AUTO_PTR(plan) struct plan *plan = NULL;
	int code = rotation_way_find(w->project, s, &way, err);

	if (code)
		return code;
	code = rotation_find_services(w, r, &way, err);
	if (!code)
		code = rotation_answer(&w->project->settings, r, err);
	if (code)
		return code;
	w->only = &r->services;
	code = perform_plan(cli, r->services.n ? PLAN_ALL : PLAN_WRITE, &plan, err);
	w->only = NULL;
	if (!code)
		code = rotation_amend(plan, r, &way, err);
	if (!code)
		*ret = take(plan);
	return code;
}

/* --- one run
 * -------------------------------------------------------------------------------------- */

static int run_forward(struct cli *cli, struct rotation *r, bool *began, struct error *err)
{
	autofree char *title = xasprintf(ROTATION_TITLE "%s", r->name);
	autofree char *question = xasprintf(_("Give %s a new value?"), r->name);
	autofree char *done =
		xasprintf(_("Done. %s has a new value, and what uses it works with it."), r->name);
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

	return code ? code : perform(cli, plan, &how, err);
}

/* The way back is asked about only where it is what was asked for. */
static int run_back(
	struct cli *cli, struct rotation *r, bool asked, bool *began, struct error *err)
{
	autofree char *title = xasprintf(ROTATION_TITLE "%s back", r->name);
	autofree char *question = xasprintf(_("Put the old value of %s back?"), r->name);
	autofree char *done = xasprintf(_("The old value of %s is in force again."), r->name);
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

/* --- after a failure
 * ------------------------------------------------------------------------------ */

/* What was written is the project now, whatever was answered before. */
static int read_again(struct cli *cli, struct error *err)
{
	struct project *p = NULL;
	int code = workspace_read_again(cli->workspace, &p, err);

	if (code == 0)
		workspace_take_over(cli->workspace, p);
	return code;
}

static void hint_left(const struct rotation *kept, struct error *err)
{
	if (kept->phase == ROTATION_BACK || str_empty(kept->old))
		error_hint(err, _("Mend it, then \"slipway secrets rotate %s\" goes on."), kept->name);
	else
		error_hint(err,
			_("\"slipway secrets rotate %s\" goes on; with --back it puts the old value "
			  "back."),
			kept->name);
}

/* One document, one end: those of what was asked for. */
static int put_back(struct cli *cli, struct rotation *kept, struct error *failure)
{
	AUTO(error) struct error e = ERROR_INIT;
	bool json = cli->json, quiet = cli->quiet;
	int code;

	kept->phase = ROTATION_BACK;
	if (!cli->json && !cli->events && !cli->quiet)
		fprintf(cli->err, _("%s: a step failed; the old value is put back.\n"), kept->name);
	cli->quiet = cli->quiet || cli->json;
	cli->json = false;
	code = read_again(cli, &e);
	if (!code)
		code = run_back(cli, kept, false, NULL, &e);
	cli->json = json;
	cli->quiet = quiet;
	if (code)
		return error_hint(failure,
			_("Putting the old value back failed, too: %s. Mend it, then \"slipway "
			  "secrets rotate %s\" tries it again."),
			e.message ? e.message : "", kept->name);
	return error_hint(failure, "%s", _("The old value is in force again."));
}

static int after_failure(struct cli *cli, int code, struct error *failure)
{
	enum rotation_event event = code == ERR_CANCELLED ? ROTATION_CUT : ROTATION_FAILED;
	AUTO(rotation) struct rotation kept = {0};
	AUTO(error) struct error e = ERROR_INIT;

	if (rotation_load(&kept, cli->host, cli->workspace->project->dir, &e))
		return code;
	if (rotation_next(kept.phase, event) == ROTATION_TURN && !str_empty(kept.old))
		put_back(cli, &kept, failure);
	else if (kept.phase != ROTATION_NONE)
		hint_left(&kept, failure);
	return code;
}

/* --- the command
 * ---------------------------------------------------------------------------------- */

static int begin(struct cli *cli, const char *name, struct rotation *r, struct error *err)
{
	struct settings *all = &cli->workspace->project->settings;
	struct setting *s = settings_find(all, name);
	AUTO(rotation_way) struct rotation_way way = {0};
	int code = rotation_way_find(cli->workspace->project, s, &way, err);

	if (code == 0)
		code = settings_generate(all, s, err);
	if (code)
		return code;
	*r = (struct rotation){.phase = ROTATION_FORWARD,
		.name = xstrdup(name),
		.old = xstrdup(s->current ? s->current : ""),
		.new = xstrdup(s->value)};
	return 0;
}

static int refuse_other(const struct rotation *kept, struct error *err)
{
	error_set(err, ERR_EXISTS, _("the rotation of %s was cut short"), kept->name);
	return error_hint(err, _("First let it go on: slipway secrets rotate %s"), kept->name);
}

static int refuse_back(const char *name, struct error *err)
{
	error_set(err, ERR_INPUT, _("no rotation of %s was cut short: there is no old value"), name);
	return error_hint(err, "%s", _("Without --back it gets a new one."));
}

static int find_setting(struct cli *cli, const char *name, struct error *err)
{
	if (settings_find(&cli->workspace->project->settings, name))
		return 0;
	error_set(err, ERR_INPUT, _("there is no setting %s"), name);
	return error_hint(err, "%s", _("\"slipway secrets list\" shows the secrets."));
}

static int rotate(struct cli *cli, const char *name, struct error *err)
{
	AUTO(rotation) struct rotation r = {0};
	bool back = cli_option(cli, "back") != NULL, began = false;
	int code = rotation_load(&r, cli->host, cli->workspace->project->dir, err);

	if (code == 0)
		code = find_setting(cli, name, err);
	if (code)
		return code;
	if (r.phase != ROTATION_NONE && !str_eq(r.name, name))
		return refuse_other(&r, err);
	switch (rotation_next(r.phase, back ? ROTATION_ASKED_BACK : ROTATION_ASKED)) {
	case ROTATION_BEGIN:
		code = begin(cli, name, &r, err);
		break;
	case ROTATION_TURN:
		code = str_empty(r.old) ? refuse_back(name, err) : 0;
		r.phase = ROTATION_BACK;
		break;
	case ROTATION_GO_ON:
		break;
	default:
		return refuse_back(name, err);
	}
	if (code)
		return code;
	code = r.phase == ROTATION_BACK ? run_back(cli, &r, true, &began, err)
					: run_forward(cli, &r, &began, err);
	/* Without a run nothing was touched: not confirmed, or somebody else is at work. */
	return code && began ? after_failure(cli, code, err) : code;
}

int secrets_rotate(struct cli *cli, struct error *err)
{
	int code;

	if (cli->args.n != 1) {
		error_set(err, ERR_INPUT, _("\"rotate\" needs the name of one secret"));
		return error_hint(err, "%s", _("\"slipway secrets list\" shows the secrets."));
	}
	if (cli->env_files.n) {
		error_set(err, ERR_INPUT, _("\"rotate\" writes .env, and another file was given"));
		return error_hint(err, "%s", _("Leave out --env-file."));
	}
	code = find_setting(cli, cli->args.items[0], err);
	if (!code)
		code = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);
	return code ? code : rotate(cli, cli->args.items[0], err);
}
