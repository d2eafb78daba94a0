/* SPDX-License-Identifier: MIT */
/* panel, and what `slipway` alone does. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "cli/setup_flow.h"
#include "cli/tail.h"

static int run_panel(struct cli *cli, struct error *err)
{
	int r = cli_tail(cli, &cli->workspace->options.log_tail, err);

	if (r)
		return r;
	run_note_failure(cli->workspace);
	return cli_front(cli)->panel(cli->workspace, NULL, NULL, err);
}

static bool is_answered(const struct project *p)
{
	const struct settings *all = &p->settings;

	if (p->fresh)
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (setting_asked(all, &all->items[i]) && setting_unanswered(&all->items[i]))
			return false;
	return true;
}

/* Slipway has set something up here, whatever runs of it now. */
static bool has_runs(struct workspace *w)
{
	AUTO(run_records) struct run_records records = {0};

	return run_list(w, &records, NULL) == 0 && records.n > 0;
}

static bool has_instances(const struct live *live)
{
	for (size_t i = 0; i < live->n_services; i++)
		if (live->services[i].n_instances)
			return true;
	return false;
}

static int start_setup(struct cli *cli, struct error *err)
{
	int r = cli_need(cli, NEED_PROJECT | NEED_SECRETS, err);

	return r ? r : setup_flow(cli, err);
}

/* Deployed already, by Slipway or without it: the panel. Where that cannot be seen because the
 * engine does not answer, a project that Slipway has set up is not asked all over again. */
static int run_default(struct cli *cli, struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!is_answered(cli->workspace->project))
		return start_setup(cli, err);
	if (cli_need(cli, NEED_PROJECT | NEED_LIVE, &e))
		return e.code == ERR_CANCELLED || has_runs(cli->workspace)
			       ? error_move(err, &e)
			       : start_setup(cli, err);
	return has_instances(cli->workspace->live) ? run_panel(cli, err) : start_setup(cli, err);
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
