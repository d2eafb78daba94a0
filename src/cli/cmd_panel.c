/* SPDX-License-Identifier: MIT */
/* panel, and what `slipway` alone does. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "cli/setup_flow.h"
#include "cli/tail.h"

static int run_panel(struct cli *cli, struct error *err)
{
	int r = cli_tail(cli, &cli->workspace->options.log_tail, err);

	return r ? r : cli_front(cli)->panel(cli->workspace, NULL, err);
}

/* Something of the project was deployed already, by Slipway or without it. */
static bool is_set_up(struct cli *cli)
{
	const struct workspace *w = cli->workspace;
	const struct settings *all = &w->project->settings;

	if (w->project->fresh)
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (setting_asked(all, &all->items[i]) && setting_unanswered(&all->items[i]))
			return false;
	if (cli_need(cli, NEED_PROJECT | NEED_LIVE, NULL))
		return false;
	for (size_t i = 0; i < w->live->n_services; i++)
		if (w->live->services[i].n_instances)
			return true;
	return false;
}

static int run_default(struct cli *cli, struct error *err)
{
	return is_set_up(cli) ? run_panel(cli, err) : setup_flow(cli, err);
}

static const struct option options[] = {
	{"tail", 'n', OPTION_VALUE, N_("LINES"),
		N_("begin with this many lines of each service’s log, or all; 1000 without it"),
		COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_panel = {
	.name = "panel",
	.summary = N_("watch the services: state, health, why, logs"),
	.options = options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LIVE | NEED_LOOK,
	.run = run_panel,
};

const struct command cmd_default = {
	.name = "",
	.summary = "",
	.hidden = true,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT,
	.run = run_default,
};
