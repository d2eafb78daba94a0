/* SPDX-License-Identifier: MIT */
/* perms: the part of the plan that is about directories and their owners. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "cli/perform.h"

#include <string.h>

static bool is_permission(const struct step *s, void *arg)
{
	(void)arg;
	return !strcmp(s->ops->kind, "owner") || !strcmp(s->ops->kind, "directory");
}

static int make_plan(struct cli *cli, struct plan **ret, struct error *err)
{
	AUTO(error) struct error none = ERROR_INIT;
	int r = cli_need(cli, NEED_PROJECT | NEED_ENGINE, &none);

	/* Without an engine the owners that images ask for stay unknown; the rest is checked. */
	if (r == ERR_CANCELLED)
		return error_move(err, &none);
	r = perform_plan(cli, PLAN_WRITE, ret, err);
	if (!r)
		perform_filter(*ret, is_permission, NULL);
	return r;
}

static int run_perms_check(struct cli *cli, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = NULL;
	int r = make_plan(cli, &plan, err);

	if (r)
		return r;
	if (plan->changes || cli->json)
		perform_show(cli, plan);
	else if (!cli->quiet)
		cli_print(cli, "%s\n", _("Directories are as the services need them."));
	cli->exit_status = plan->changes ? 2 : 0;
	return 0;
}

static int run_perms_fix(struct cli *cli, struct error *err)
{
	static const struct perform how = {.title = "perms fix", .ask_always = true};
	struct plan *plan = NULL;
	int r = make_plan(cli, &plan, err);

	return r ? r : perform(cli, plan, &how, err);
}

static const struct command subs[] = {
	{.name = "check",
		.summary = N_("compare owners and modes with what the services need; exit status 2 "
			      "when they differ"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_perms_check},
	{.name = "fix",
		.summary = N_("make directories and their owners as the services need them"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_perms_fix},
	{.name = NULL},
};

const struct command cmd_perms = {
	.name = "perms",
	.summary = N_("check or mend the owners and modes of the project's directories"),
	.sub = subs,
};
