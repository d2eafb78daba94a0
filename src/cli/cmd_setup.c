/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/addresses.h"
#include "cli/setup_answers.h"
#include "cli/perform.h"
#include "cli/secrets_move.h"
#include "cli/secrets_rotate.h"
#include "cli/setup_flow.h"
#include "cli/setup_old_secret.h"
#include "plan/run.h"
#include "plan/setup_home.h"

#include <string.h>
#include <unistd.h>

/* What was chosen for a kept secret changes how the run is called, and what is said at its end. */
struct ending {
	char *title;
	bool rotates, began;
};

static void ending_done(struct ending *e)
{
	free(e->title);
}

static void ending_init(struct ending *e, const struct setup *setup, struct perform *how)
{
	AUTO(strv) struct strv names = STRV_INIT;

	setup_rotates(setup, &names);
	*e = (struct ending){.title = setup_run_title(setup, how->title), .rotates = names.n > 0};
	if (!setup_needs_deploy(setup))
		return;
	how->title = e->title;
	how->began = &e->began;
	how->done = _("Done. This run is not undone: what it changed is in the data, too.");
	how->failed = e->rotates ? "" : _("The run did not end well. \"slipway up\" goes on.\n");
	how->unchanged = how->next = NULL;
}

static int end(struct cli *cli, const struct ending *e, int code, struct error *err)
{
	return code && e->began && e->rotates ? secrets_rotate_failed(cli, code, err) : code;
}

static int perform_chosen(struct cli *cli, struct setup *setup, struct plan *plan,
	struct perform *how, struct error *err)
{
	struct ending e;
	int r;

	ending_init(&e, setup, how);
	r = end(cli, &e, perform(cli, plan, how, err), err);
	ending_done(&e);
	return r;
}

static const char *next_text(void)
{
	return _("Next: \"slipway up\" starts the services.");
}

static int setup_batch(struct cli *cli, struct setup *setup, struct error *err)
{
	struct perform how = {.title = "setup",
		.ask_always = true,
		.brief = true,
		.next = next_text(),
		.unchanged = _("The services were not looked at: \"slipway plan\" shows what they "
			       "need, \"slipway up\" does it."),
		.dry_run = cli_option(cli, "dry-run") != NULL};
	AUTO_PTR(plan) struct plan *plan = NULL;
	int r = setup_generate_missing(setup, err);

	if (r < 0)
		return r;
	r = project_check(cli->workspace->project, err);
	if (!r)
		r = setup_answers_missing(setup, err);
	if (!r)
		r = project_check_dotenv(cli->workspace->project, err);
	if (!r)
		r = perform_plan(
			cli, setup_needs_deploy(setup) ? PLAN_ALL : PLAN_WRITE, &plan, err);
	if (!r)
		r = setup_amend(setup, plan, err);
	if (r)
		return r;
	if (plan->changes)
		setup_answers_notes(cli, setup, plan, false);
	return perform_chosen(cli, setup, take(plan), &how, err);
}

/* Keeps the plan for a person to look at, and the answers for when they come back; nothing of the
 * project changes. */
static int save_plan(
	struct cli *cli, struct setup *setup, const struct plan *plan, struct error *err)
{
	autojson struct json_object *o = plan_json(plan, false);
	autofree char *text = json_pretty(o);
	autofree char *path = host_path(cli->workspace->project->dir, "slipway-plan.json");
	int r = host_write(cli->host, path, text, strlen(text), 0600, err);

	if (!r)
		r = setup_save_draft(setup, err);
	if (!r)
		cli_print(cli,
			_("The plan is in %s. Nothing else was written but a draft of the answers; "
			  "the next setup begins with it.\n"),
			path);
	return r;
}

/* What was answered is not lost with a run that could not even begin. */
static int keep_answers(struct cli *cli, struct setup *setup, int code)
{
	if (!setup_save_draft(setup, NULL) && setup_count(setup).changed)
		fprintf(cli->err, "%s\n",
			_("Nothing was written but a draft of the answers; the next setup begins "
			  "with it."));
	return code;
}

/* One round of it: what was chosen, and what came of its run. */
struct attempt {
	enum front_choice choice;
	struct plan *plan;
	bool changes, began;
	char *run; /* NULL: none was begun */
	enum perform_panel left;
};

static void attempt_done(struct attempt *a)
{
	plan_free(a->plan);
	free(a->run);
}
DEFINE_AUTO(attempt)

/* Whoever leaves after a run that failed leaves with that. */
static int leave(struct cli *cli, struct setup *setup, struct setup_again *again, int code,
	struct error *err)
{
	AUTO(error) struct error kept = ERROR_INIT;
	bool draft = !setup_save_draft(setup, code ? &kept : err) && setup_count(setup).changed;

	if (!code && draft)
		cli_print(cli, "%s\n",
			again->err.code
				? _("A draft of the answers is kept; the next setup begins with "
				    "it.")
				: _("Nothing was written but a draft of the answers; the next "
				    "setup begins with it."));
	return code || !again->err.code ? code : error_move(err, &again->err);
}

static int carry_out(struct cli *cli, struct setup *setup, struct attempt *a, struct error *err)
{
	struct perform how = {.title = "setup", .shown = true, .began = &a->began, .run = &a->run};
	int r;

	if (a->choice == FRONT_DEPLOY) {
		how.title = "deploy";
		how.panel = true;
		how.left = setup_needs_deploy(setup) ? NULL : &a->left;
	} else {
		how.next = next_text();
	}
	if (cli_option(cli, "dry-run")) {
		how.dry_run = true;
		how.shown = false;
	}
	a->changes = a->plan->changes > 0;
	r = perform_chosen(cli, setup, take(a->plan), &how, err);
	if (!r && how.panel && !how.dry_run)
		addresses_print(cli);
	return r;
}

/* Whether the questions are asked again after a run that failed: on the screen, where the answers are
 * as good as they were, and nobody has asked for the end. */
static bool goes_back(struct cli *cli, const struct setup *setup, const struct attempt *a, int code)
{
	return code && code != ERR_CANCELLED && cli_front(cli) != cli->lines &&
	       a->left != PERFORM_PANEL_LEFT && !setup_needs_deploy(setup) &&
	       !cli_option(cli, "dry-run");
}

/* A session about what is there now, with the answers of before; `setup` is freed. Where there can be
 * none the failure of before is the one to tell. */
static int go_back(
	struct cli *cli, struct setup **setup, struct setup_again *again, struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;

	setup_free(take(*setup));
	if (!setup_again_begin(again, cli->workspace, setup, &e))
		return 0;
	return again->err.code ? error_move(err, &again->err) : error_move(err, &e);
}

/* What cannot be taken back is told where the questions are asked, as the run's failure was. */
static void take_back(struct cli *cli, struct setup_again *again)
{
	AUTO(error) struct error e = ERROR_INIT;

	again->undoable = false;
	if (cli_wait(cli, run_undo(cli->workspace, again->run, false, NULL, NULL), &e)) {
		error_move(&again->err, &e);
		return;
	}
	cli_print(cli, _("Run %s was taken back.\n"), again->run);
	again->undone = take(again->run);
	again->changed = 0;
	error_done(&again->err);
}

static int end_well(
	struct cli *cli, struct setup *setup, const struct attempt *a, struct error *err)
{
	int r = setup_drop_draft(setup, err);

	return !r && a->changes && !cli_option(cli, "dry-run") ? secrets_move_offer(cli, err) : r;
}

/* One round; *ret_again: another one follows. */
static int ask_once(struct cli *cli, struct setup **setup, struct setup_again *again,
	bool *ret_again, struct error *err)
{
	AUTO(attempt) struct attempt a = {.choice = FRONT_LEAVE};
	int r = cli_front(cli)->setup(*setup, again, &a.choice, &a.plan, err);

	*ret_again = !r && a.choice == FRONT_UNDO;
	if (*ret_again) {
		take_back(cli, again);
		return go_back(cli, setup, again, err);
	}
	if (a.choice == FRONT_LEAVE || !a.plan)
		return leave(cli, *setup, again, r, err);
	if (a.choice == FRONT_SAVE)
		return save_plan(cli, *setup, a.plan, err);
	setup_again_keep(again, *setup);
	r = carry_out(cli, *setup, &a, err);
	*ret_again = goes_back(cli, *setup, &a, r);
	if (*ret_again) {
		again->shown = a.left == PERFORM_PANEL_BACK;
		setup_again_failed(again, cli->workspace, take(a.run), err);
		return go_back(cli, setup, again, err);
	}
	if (r && !a.began && !setup_needs_deploy(*setup))
		return keep_answers(cli, *setup, r);
	return r ? r : end_well(cli, *setup, &a, err);
}

static int setup_ask(struct cli *cli, struct setup **setup, struct error *err)
{
	AUTO(setup_again) struct setup_again again = {0};
	bool more = true;
	int r = 0;

	while (more && !r)
		r = ask_once(cli, setup, &again, &more, err);
	return r;
}

/* The end of an input that nobody is at would be taken for somebody who leaves. Lines may come from
 * a program that was told to write them. */
static int need_somebody(const struct cli *cli, struct error *err)
{
	if (cli->plain || isatty(STDIN_FILENO))
		return 0;
	error_set(err, ERR_INPUT, _("setup asks questions, and standard input is no terminal"));
	return error_hint(err,
		_("\"slipway setup --batch\" asks none and names what has no answer; \"slipway "
		  "setup --plain\" reads the answers as lines; \"slipway status\" tells what "
		  "runs."));
}

int setup_flow(struct cli *cli, struct error *err)
{
	/* Questions would stand in the middle of a document. */
	bool batch = cli_option(cli, "batch") || cli->json || cli->events;
	int r = batch ? 0 : need_somebody(cli, err);
	AUTO_PTR(setup) struct setup *setup = NULL;

	if (r)
		return r;
	setup = setup_new(cli->workspace);
	/* What a script sets up does not hang on what somebody left half answered on the screen. */
	if (batch)
		setup_forget(setup);
	/* Opened without them; else they are in force for this once. */
	if (!cli->workspace->project->profiles.n)
		r = setup_answers_profiles(cli, setup, err);
	if (!r)
		r = setup_answers_apply(cli, setup, err);

	/* The wizard probes by itself while it is looked at. */
	if (!r && (cli_front(cli) == cli->lines || setup_old_secret_given(cli)))
		r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);
	if (!r)
		r = setup_old_secret_apply(cli, setup, err);
	if (!r && cli_front(cli) == cli->lines)
		r = cli_wait(cli, setup_try(setup, NULL, NULL, NULL), err);
	if (r)
		return r;
	if (!batch)
		return setup_ask(cli, &setup, err);
	r = setup_batch(cli, setup, err);
	if (!r && !cli_option(cli, "dry-run"))
		r = setup_drop_draft(setup, err);
	return r;
}

static const struct option options[] = {
	{"answers", 0, OPTION_LIST, N_("FILE"),
		N_("answers from a YAML file: a mapping of setting to value"), COMPLETE_FILE},
	{"set", 0, OPTION_LIST, N_("NAME=VALUE"), N_("answer one setting; may be given again"),
		COMPLETE_SETTING},
	{"old-secret", 0, OPTION_LIST, N_("NAME=WAY"),
		N_("what becomes of a secret that a volume remembers: keep (without this), restore "
		   "(from the backup of a run), change (inside its service, too), or wipe:VOLUME "
		   "(deletes that volume)"),
		COMPLETE_SETTING},
	{"batch", 0, OPTION_FLAG, NULL,
		N_("ask nothing: missing secrets are made, other missing answers named"),
		COMPLETE_NONE},
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would change and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_setup = {
	.name = "setup",
	.summary = N_("guided setup: ask, show what changes, write it, deploy"),
	.about = N_("Every setting may also be answered by --set, by a file, or by "
		    "SLIPWAY_SET_NAME in the environment. Nothing "
		    "is written before it was shown and confirmed (or --yes was given). Secrets "
		    "are generated unless a volume "
		    "still holds the old one: that is tried, and kept, unless --old-secret or "
		    "the wizard (F4) says otherwise; and so are files of \"secrets:\" that are "
		    "missing (secrets.NAME). A volume is deleted only where its own name "
		    "was typed, never by --yes alone. Run twice, the second run changes nothing. "
		    "Services "
		    "are adjusted by override.SERVICE.NAME=VALUE: ports, bind, limits.memory, "
		    "gpu, user, restart and more; the manual page lists them. Profiles of the "
		    "compose files are chosen by profile.NAME=true or --profile NAME, and stand in "
		    "COMPOSE_PROFILES then."),
	.options = options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT | NEED_SECRETS | NEED_PROFILES,
	.run = setup_flow,
};
