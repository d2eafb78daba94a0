/* SPDX-License-Identifier: MIT */
/* up, down, restart, scale. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/perform.h"
#include "cli/progress.h"
#include "cli/services.h"

#include <string.h>

enum { REPLICAS_MAX = 1000 };

/* --- up ------------------------------------------------------------------------------------------
 */

struct wanted {
	const struct compose *compose;
	struct strv services;
};

static bool wants(const struct step *s, void *arg)
{
	const struct wanted *w = arg;
	const char *name = strchr(s->id, ':');

	if (!name)
		return true;
	name++;
	if (!strcmp(s->ops->kind, "service"))
		return strv_has(&w->services, name);
	if (strcmp(s->ops->kind, "image") != 0)
		return true;
	/* An image step is named after its image, or after the service it is built for. */
	if (strv_has(&w->services, name))
		return true;
	for (size_t i = 0; i < w->services.n; i++) {
		const struct compose_service *service =
			compose_find_service(w->compose, w->services.items[i]);

		if (service && str_eq(service->image, name))
			return true;
	}
	return false;
}

static void keep_named(struct cli *cli, struct plan *plan)
{
	struct wanted w = {cli->workspace->project->compose, STRV_INIT};

	services_chosen(cli, &w.services);
	services_close(w.compose, &w.services);
	for (size_t i = 0; i < plan->n_services; i++)
		if (!strv_has(&w.services, plan->services[i].name))
			plan->services[i].change = SERVICE_UNCHANGED;
	perform_filter(plan, wants, &w);
	strv_done(&w.services);
}

static int run_up(struct cli *cli, struct error *err)
{
	static const struct perform how = {.title = "deploy"};
	struct plan *plan = NULL;
	int r = services_check(cli, err);

	if (!r)
		r = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);
	if (!r)
		r = perform_plan(cli, PLAN_ALL, &plan, err);
	if (r)
		return r;
	if (cli->args.n)
		keep_named(cli, plan);
	return perform(cli, plan, &how, err);
}

/* --- down ----------------------------------------------------------------------------------------
 */

static int confirm_volumes(struct cli *cli, struct error *err)
{
	autofree char *question = NULL;

	if (cli->yes)
		return 0;
	if (!cli_can_ask(cli)) {
		error_set(
			err, ERR_INPUT, _("nothing was done: deleting volumes was not confirmed"));
		return error_hint(err,
			_("Add --yes to delete the volumes of %s and everything in them."),
			cli->workspace->project->compose->name);
	}
	question = xasprintf(_("Delete the volumes of %s and everything in them?"),
		cli->workspace->project->compose->name);
	return cli_confirm(cli, question) ? 0
					  : error_set(err, ERR_CANCELLED, _("nothing was done"));
}

static int finish(struct cli *cli, int r, const char *text)
{
	if (r)
		return r;
	if (cli->json)
		cli_print_json(cli, json_put_str(json_object_new_object(), "outcome", "done"));
	else if (!cli->quiet && !cli->events)
		cli_print(cli, "%s\n", text);
	return 0;
}

static int run_down(struct cli *cli, struct error *err)
{
	bool volumes = cli_option(cli, "volumes") != NULL;
	struct engine *e = cli->workspace->engine;
	AUTO(progress) struct progress progress;
	int r = volumes ? confirm_volumes(cli, err) : 0;

	progress_init(&progress, cli);
	if (!r)
		r = cli_wait(cli, e->ops->down(e, volumes, progress_engine, NULL, &progress), err);
	return finish(cli, r,
		volumes ? _("Stopped and removed, volumes too.")
			: _("Stopped and removed; volumes are kept."));
}

/* --- restart, scale ------------------------------------------------------------------------------
 */

static int run_restart(struct cli *cli, struct error *err)
{
	struct engine *e = cli->workspace->engine;
	AUTO(strv) struct strv names = STRV_INIT;
	int r = services_check(cli, err);

	services_chosen(cli, &names);
	for (size_t i = 0; i < names.n && !r; i++) {
		const struct live_service *s = live_find(cli->workspace->live, names.items[i]);

		/* What was done once is not done again, and what is not there is not begun. */
		if (s && s->n_instances && !(s->oneshot && !cli->args.n))
			r = cli_wait(cli, e->ops->restart(e, names.items[i], NULL, NULL), err);
	}
	if (!r)
		r = services_await(cli, &names, err);
	return finish(cli, r, _("Restarted."));
}

static int scale_one(struct cli *cli, const char *assignment, struct strv *names, struct error *err)
{
	const struct compose *c = cli->workspace->project->compose;
	struct engine *e = cli->workspace->engine;
	const char *equals = strchr(assignment, '=');
	autofree char *name = equals ? xstrndup(assignment, (size_t)(equals - assignment)) : NULL;
	int64_t replicas;
	int r;

	if (!equals || text_to_int(equals + 1, 0, REPLICAS_MAX, &replicas, NULL)) {
		error_set(err, ERR_INPUT, _("“scale” was given “%s”"), assignment);
		return error_hint(err, _("Write SERVICE=NUMBER, for example web=2."));
	}
	if (!compose_find_service(c, name)) {
		error_set(err, ERR_INPUT, _("there is no service “%s”"), name);
		return error_hint(err, _("“slipway inspect” lists the services."));
	}
	r = cli_wait(cli, e->ops->scale(e, name, (int)replicas, NULL, NULL), err);
	if (!r && replicas)
		strv_add_once(names, name);
	return r;
}

static int run_scale(struct cli *cli, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	int r = 0;

	if (!cli->args.n) {
		error_set(
			err, ERR_INPUT, _("“scale” needs to know which service, and to how many"));
		return error_hint(err, _("Write SERVICE=NUMBER, for example web=2."));
	}
	for (size_t i = 0; i < cli->args.n && !r; i++)
		r = scale_one(cli, cli->args.items[i], &names, err);
	if (!r && names.n)
		r = services_await(cli, &names, err);
	return finish(cli, r, _("Scaled."));
}

static const struct option down_options[] = {
	{"volumes", 0, OPTION_FLAG, NULL,
		N_("delete the project's volumes too, with everything in them"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_up = {
	.name = "up",
	.args = N_("[SERVICE...]"),
	.summary = N_(
		"deploy: pull, build, create and start, each service when what it needs is ready"),
	.about = N_("Waits until every service is healthy (or done, for a one-shot); fails at "
		    "once, with the reason, when one "
		    "cannot become so. Named services bring what they depend on. Files are written "
		    "only when that was "
		    "confirmed."),
	.needs = NEED_PROJECT,
	.complete = COMPLETE_SERVICE,
	.run = run_up,
};

const struct command cmd_down = {
	.name = "down",
	.summary = N_("stop and remove the project's services and networks; volumes are kept"),
	.options = down_options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_ENGINE,
	.run = run_down,
};

const struct command cmd_restart = {
	.name = "restart",
	.args = N_("[SERVICE...]"),
	.summary = N_("restart services and wait until they are healthy"),
	.needs = NEED_PROJECT | NEED_LIVE,
	.complete = COMPLETE_SERVICE,
	.run = run_restart,
};

const struct command cmd_scale = {
	.name = "scale",
	.args = N_("SERVICE=NUMBER..."),
	.summary = N_("run this many instances of a service"),
	.needs = NEED_PROJECT | NEED_LIVE,
	.complete = COMPLETE_SERVICE,
	.run = run_scale,
};
