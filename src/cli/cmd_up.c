/* SPDX-License-Identifier: MIT */
/* up, down, restart, scale. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/addresses.h"
#include "cli/perform.h"
#include "cli/services.h"
#include "cli/setup_answers.h"
#include "cli/status.h"
#include "plan/action.h"
#include "plan/deployed.h"

#include <string.h>

enum { REPLICAS_MAX = 1000 };

/* --- up */

/* A named service that no active profile holds would be left out without a word. */
static int check_active(const struct compose *c, const struct strv *names, struct error *err)
{
	for (size_t i = 0; i < names->n; i++) {
		const struct compose_service *s = compose_find_service(c, names->items[i]);

		if (!s || s->active)
			continue;
		error_set(err, ERR_INPUT, _("the service \"%s\" is in no active profile"), s->name);
		return error_hint(
			err, _("Add --profile %s."), s->profiles.n ? s->profiles.items[0] : "NAME");
	}
	return 0;
}

/* What "slipway why" says of those that failed. */
static void add_first_errors(struct cli *cli, struct error *err)
{
	const struct live *live = cli->workspace->live;
	AUTO(reveal) struct reveal reveal;
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	str_add(&out, err->detail ? err->detail : "");
	for (size_t i = 0; i < live->n_services; i++) {
		const struct live_service *s = &live->services[i];
		bool well = live_state_info(s->state)->ok || !s->n_instances;
		autofree char *line = well ? NULL : status_first_error(cli, s);
		autofree char *shown = line ? reveal_text(&reveal, line) : NULL;
		autofree char *safe = shown ? text_safe_dup(shown) : NULL;

		if (safe) {
			str_addf(&out, "%s%s: ", out.len ? "\n" : "", s->name);
			str_addf(&out, _("first error since start: %s"), safe);
		}
	}
	error_detail(err, "%s", str_text(&out));
}

static int run_up(struct cli *cli, struct error *err)
{
	static const struct perform how = {.title = "deploy"};
	const struct compose *c = cli->workspace->project->compose;
	AUTO(strv) struct strv names = STRV_INIT;
	struct plan *plan = NULL;
	int r = services_check(cli, err);

	if (!r)
		r = cli->args.n ? check_active(c, &cli->args, err) : compose_check_enabled(c, err);
	if (r)
		return r;
	services_chosen(cli, &names);
	services_close(c, &names);
	cli->workspace->only = cli->args.n ? &names : NULL;
	r = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);
	if (!r)
		r = setup_answers_plan(cli, PLAN_ALL, &plan, err);
	if (!r)
		r = perform(cli, plan, &how, err);
	if (!r)
		addresses_print(cli);
	if (r == ERR_UNHEALTHY && err && cli->workspace->live)
		add_first_errors(cli, err);
	cli->workspace->only = NULL;
	return r;
}

/* --- down */

static int run_down(struct cli *cli, struct error *err)
{
	bool volumes = cli_option(cli, "volumes") != NULL;
	struct plan *plan;
	autofree char *question = xasprintf(_("Delete the volumes of %s and everything in them?"),
		cli->workspace->project->compose->name);
	struct perform how = {.title = "down",
		.named = true,
		.ask_always = volumes,
		.question = question,
		.done = volumes ? _("Stopped and removed, volumes too.")
				: _("Stopped and removed; volumes are kept.")};

	/* What cannot be looked at is taken down all the same. */
	(void)cli_need(cli, NEED_PROJECT | NEED_TOLERANT | NEED_LIVE, NULL);
	plan = plan_down(cli->workspace, volumes);
	if (plan->changes || cli->json || cli->events)
		return perform(cli, plan, &how, err);
	plan_free(plan);
	if (!cli->quiet)
		cli_print(cli, "%s\n", _("Nothing to take down: none of its services is there."));
	return deployed_forget(cli->workspace, err);
}

/* --- restart, scale */

static int run_restart(struct cli *cli, struct error *err)
{
	const struct perform how = {.title = "restart", .named = true, .done = _("Restarted.")};
	AUTO(strv) struct strv names = STRV_INIT;
	int r = services_check(cli, err);

	if (r)
		return r;
	services_chosen(cli, &names);
	return perform(cli, plan_restart(cli->workspace, &names, cli->args.n > 0), &how, err);
}

/* "web=2" into its two parts. */
static int read_scale(
	struct cli *cli, const char *assignment, struct strv *names, int *ret, struct error *err)
{
	const struct compose *c = cli->workspace->project->compose;
	const char *equals = strchr(assignment, '=');
	autofree char *name = equals ? xstrndup(assignment, (size_t)(equals - assignment)) : NULL;
	int64_t replicas;

	if (!equals || text_to_int(equals + 1, 0, REPLICAS_MAX, &replicas, NULL)) {
		error_set(err, ERR_INPUT, _("\"scale\" was given \"%s\""), assignment);
		return error_hint(err, _("Write SERVICE=NUMBER, for example web=2."));
	}
	if (!compose_find_service(c, name)) {
		error_set(err, ERR_INPUT, _("there is no service \"%s\""), name);
		return error_hint(err, _("\"slipway inspect\" lists the services."));
	}
	if (strv_has(names, name)) {
		error_set(err, ERR_INPUT, _("\"scale\" was given \"%s\" twice"), name);
		return error_hint(err, _("Write each service once."));
	}
	strv_push(names, name);
	*ret = (int)replicas;
	return plan_scale_check(cli->workspace, name, *ret, err);
}

static int run_scale(struct cli *cli, struct error *err)
{
	const struct perform how = {.title = "scale", .named = true, .done = _("Scaled.")};
	AUTO(strv) struct strv names = STRV_INIT;
	autofree int *replicas = xcalloc(cli->args.n + 1, sizeof(*replicas));
	int r = 0;

	if (!cli->args.n) {
		error_set(err, ERR_INPUT,
			_("\"scale\" needs to know which service, and to how many"));
		return error_hint(err, _("Write SERVICE=NUMBER, for example web=2."));
	}
	for (size_t i = 0; i < cli->args.n && !r; i++)
		r = read_scale(cli, cli->args.items[i], &names, &replicas[i], err);
	return r ? r : perform(cli, plan_scale(cli->workspace, &names, replicas), &how, err);
}

static const struct option down_options[] = {
	{"volumes", 0, OPTION_FLAG, NULL,
		N_("delete the project's volumes too, with everything in them"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static const struct option up_options[] = {
	{"old-secret", 0, OPTION_LIST, N_("NAME=keep"),
		N_("deploy with a secret although its data was made with another one; may be given "
		   "again"),
		COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_up = {
	.name = "up",
	.args = N_("[SERVICE...]"),
	.summary = N_(
		"deploy: pull, build, create and start, each service when what it needs is ready"),
	.about = N_("Waits until every service is healthy (or done, for a one-shot); fails at "
		    "once, with the reason, when one "
		    "cannot become so. Named services bring what they depend on. What is not there "
		    "is created and started; files that are to be written, and services that run "
		    "and would be recreated, restarted or removed, are asked about first: without "
		    "a terminal that needs --yes, else nothing is done and the exit status is 3."),
	.options = up_options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS,
	.complete = COMPLETE_SERVICE,
	.run = run_up,
};

const struct command cmd_down = {
	.name = "down",
	.summary = N_("stop and remove the project's services and networks; volumes are kept"),
	.about = N_("Deleting volumes is asked about; without a terminal it needs --yes."),
	.options = down_options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_ENGINE,
	.run = run_down,
};

const struct command cmd_restart = {
	.name = "restart",
	.args = N_("[SERVICE...]"),
	.summary = N_("restart services and wait until they are healthy"),
	.needs = NEED_PROJECT | NEED_LIVE | NEED_SECRETS,
	.complete = COMPLETE_SERVICE,
	.run = run_restart,
};

const struct command cmd_scale = {
	.name = "scale",
	.args = N_("SERVICE=NUMBER..."),
	.summary = N_("run this many instances of a service"),
	.needs = NEED_PROJECT | NEED_LIVE | NEED_SECRETS,
	.complete = COMPLETE_SERVICE,
	.run = run_scale,
};
