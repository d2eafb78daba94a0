/* SPDX-License-Identifier: MIT */
/* plan, apply: the plan of everything, and doing it. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "cli/addresses.h"
#include "cli/perform.h"
#include "cli/setup_answers.h"

enum { EXIT_UNREACHABLE = 6 };

static int make_plan(struct cli *cli, struct plan **ret, struct error *err)
{
	AUTO(error) struct error none = ERROR_INIT;
	unsigned scope = PLAN_ALL;

	/* Without an engine files can still be planned; a note of the plan says so. */
	if (cli_need(cli, NEED_PROJECT | NEED_LIVE, &none)) {
		if (none.code == ERR_CANCELLED)
			return error_move(err, &none);
		scope = PLAN_WRITE;
		fprintf(cli->err, "%s %s\n", _("Without an engine only files are planned:"),
			none.message);
	}
	return setup_answers_plan(cli, scope, ret, err);
}

static int run_plan_command(struct cli *cli, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = NULL;
	int r = make_plan(cli, &plan, err);

	if (r)
		return r;
	if (!cli->quiet)
		perform_show(cli, plan);
	if (plan->changes)
		cli->exit_status = 2;
	else
		cli->exit_status = plan_saw_services(plan) ? 0 : EXIT_UNREACHABLE;
	return 0;
}

static int run_apply(struct cli *cli, struct error *err)
{
	static const struct perform how = {.title = "apply", .ask_always = true};
	struct plan *plan = NULL;
	int r = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);

	if (!r)
		r = setup_answers_plan(cli, PLAN_ALL, &plan, err);
	if (!r)
		r = perform(cli, plan, &how, err);
	if (!r)
		addresses_print(cli);
	return r;
}

const struct command cmd_plan = {
	.name = "plan",
	.summary = N_("show what would change: files, directories, images, services"),
	.about = N_("Changes nothing. Exit status 2 when there is something to do, 0 when there is "
		    "not, 6 when the files are as wanted but no engine could be asked about the "
		    "services."),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS,
	.run = run_plan_command,
};

static const struct option apply_options[] = {
	{"old-secret", 0, OPTION_LIST, N_("NAME=keep"),
		N_("deploy with a secret although its data was made with another one; may be given "
		   "again"),
		COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_apply = {
	.name = "apply",
	.options = apply_options,
	.summary = N_("do what plan shows: write, pull, build, start through the gates"),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS,
	.run = run_apply,
};
