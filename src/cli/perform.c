/* SPDX-License-Identifier: MIT */
#include "cli/perform.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/progress.h"
#include "cli/unlock.h"

#include <string.h>

int perform_plan(struct cli *cli, unsigned scope, struct plan **ret, struct error *err)
{
	struct op *op;
	int r = unlock_project(cli, err);

	if (r)
		return r;
	op = plan_start(cli->workspace, scope, NULL, NULL);
	r = cli_wait_keep(cli, op, err);
	if (!r)
		*ret = plan_take(op);
	else if (r == ERR_CANCELLED)
		error_set(err, r, _("interrupted while the plan was made; nothing was changed"));
	op_free(op);
	return r;
}

void perform_filter(struct plan *plan, bool (*keep)(const struct step *s, void *arg), void *arg)
{
	size_t n = 0;

	plan->changes = 0;
	for (size_t i = 0; i < plan->n; i++) {
		struct step *s = plan->steps[i];

		if (keep(s, arg)) {
			plan->changes += step_counts(s);
			plan->steps[n++] = s;
			continue;
		}
		for (size_t k = 0; k < plan->n; k++) {
			long at = k < n || k > i ? strv_find(&plan->steps[k]->after, s->id) : -1;

			if (at >= 0)
				strv_remove(&plan->steps[k]->after, (size_t)at);
		}
		s->ops->free(s);
	}
	plan->n = n;
}

static void show(struct cli *cli, const struct plan *plan, enum plan_tone tone, bool brief)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	if (cli->json) {
		cli_print_json(cli, plan_json(plan, cli->reveal));
		return;
	}
	if (brief && !cli->verbose)
		plan_text_brief(plan, tone, cli->reveal, cli_width(cli), &text);
	else
		plan_text(plan, tone, cli->reveal, cli_width(cli), &text);
	fputs(str_text(&text), cli->out);
	str_wipe(&text);
}

void perform_show(struct cli *cli, const struct plan *plan)
{
	show(cli, plan, PLAN_PROPOSED, false);
}

/* What cannot be taken back by starting or stopping again. */
static bool writes(const struct plan *plan)
{
	static const char *const harmless[] = {
		"image", "create", "service", "start", "stop", "restart", "scale", "down"};

	for (size_t i = 0; i < plan->n; i++) {
		bool found = !plan->steps[i]->changes;

		for (size_t k = 0; k < ARRAY_SIZE(harmless) && !found; k++)
			found = !strcmp(plan->steps[i]->ops->kind, harmless[k]);
		if (!found)
			return true;
	}
	return false;
}

/* What runs now does not run on all the while. */
static bool interrupts(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_services; i++) {
		enum service_change change = plan->services[i].change;

		if (change == SERVICE_RECREATE || change == SERVICE_RESTART ||
			change == SERVICE_REMOVE)
			return true;
	}
	return false;
}

/* True when it is done only after somebody said yes. */
static bool asks(const struct cli *cli, const struct plan *plan, const struct perform *how)
{
	return !cli->yes && !how->shown &&
	       (how->ask_always || writes(plan) || (!how->named && interrupts(plan)));
}

static int confirm(
	struct cli *cli, const struct plan *plan, const struct perform *how, struct error *err)
{
	if (!asks(cli, plan, how))
		return 0;
	/* Nobody is asked about what was not shown. */
	if (cli->json || cli->events || cli->quiet) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);

		plan_text(plan, PLAN_PROPOSED, false, 0, &text);
		fputs(str_text(&text), cli->err);
	}
	if (how->batch || !cli_can_ask(cli)) {
		error_set(err, ERR_INPUT, _("nothing was done: these changes were not confirmed"));
		return error_hint(err, _("Add --yes to do it without being asked."));
	}
	if (cli_confirm(cli, how->question ? how->question : _("Do it?")))
		return 0;
	return error_set(err, ERR_CANCELLED, _("nothing was done"));
}

static void tell_remarks(struct cli *cli, const struct plan *plan, struct json_object *doc)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; plan && i < plan->n; i++) {
		const char *remark = plan->steps[i]->remark;

		if (!remark)
			continue;
		json_push_str(list, remark);
		if (!cli->quiet && !cli->json && !cli->events)
			fprintf(cli->err, "%s\n", remark);
	}
	if (json_len(list))
		json_put(doc, "remarks", list);
	else
		json_object_put(list);
}

static void tell_end(
	struct cli *cli, const struct perform *how, const char *id, int code, bool undoable)
{
	if (code && how->failed)
		fputs(how->failed, cli->err);
	else if (code && undoable)
		fprintf(cli->err,
			_("Run %s did not end well. \"slipway undo\" takes back what it changed.\n"),
			id);
	if (code)
		return;
	if (how->done || !undoable)
		cli_print(cli, "%s\n", how->done ? how->done : _("Done."));
	else
		cli_print(cli, _("Done. \"slipway undo\" takes run %s back.\n"), id);
	if (how->next)
		cli_print(cli, "%s\n", how->next);
}

/* Shows the run until somebody leaves. */
static int watch(struct cli *cli, struct run *run, const struct perform *how, struct error *err)
{
	bool back = false;
	int r = cli_front(cli)->panel(cli->workspace, run, how->left ? &back : NULL, err);

	if (!r && how->left)
		*how->left = back ? PERFORM_PANEL_BACK : PERFORM_PANEL_LEFT;
	return r;
}

static int execute(struct cli *cli, struct plan *plan, const struct perform *how,
	struct json_object *doc, struct error *err)
{
	AUTO(progress) struct progress progress;
	struct run_options o = {.title = how->title,
		.event = progress_event,
		.arg = &progress,
		.live = cli->workspace->live};
	bool panel = how->panel && cli_front(cli) != cli->lines;
	AUTO(error) struct error panel_err = ERROR_INIT;
	bool undoable = writes(plan);
	const char *outcome;
	struct run *run;
	int r;

	progress_init(&progress, cli);
	if (panel)
		o.event = NULL;
	run = run_start(plan, &o, NULL, NULL);
	/* Lines would tear the panel's picture. */
	progress.run = panel ? NULL : run;
	if (panel && watch(cli, run, how, &panel_err)) {
		op_free(run_op(run));
		return error_move(err, &panel_err);
	}
	/* A panel that was left while its run goes on leaves the run to us. */
	progress.run = run;
	r = cli_wait_keep(cli, run_op(run), err);
	progress_settle(&progress);
	json_put_str(doc, "run", run_id(run));
	if (how->began)
		*how->began = run_id(run) != NULL;
	if (how->run)
		*how->run = xstrdup(run_id(run));
	outcome = r == ERR_CANCELLED ? "interrupted" : r ? "failed" : "done";
	json_put_str(doc, "outcome", outcome);
	progress_end(cli, run_id(run), outcome);
	tell_remarks(cli, run_plan(run), doc);
	if (!cli->quiet && !cli->json && !cli->events && run_id(run))
		tell_end(cli, how, run_id(run), r, undoable);
	op_free(run_op(run));
	return r;
}

static int nothing_to_do(struct cli *cli, const struct plan *plan, const struct perform *how,
	struct json_object *doc)
{
	autofree char *nothing = plan_nothing(plan);

	json_put_str(doc, "outcome", "unchanged");
	progress_end(cli, NULL, "unchanged");
	if (cli->json || cli->events || cli->quiet)
		return 0;
	for (size_t i = 0; i < plan->notes.n; i++)
		cli_print(cli, "%s\n", plan->notes.items[i]);
	cli_print(cli, "%s\n", nothing);
	if (how->unchanged)
		cli_print(cli, "%s\n", how->unchanged);
	return 0;
}

int perform(struct cli *cli, struct plan *owned, const struct perform *how, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = owned;
	struct json_object *doc = plan_json(plan, cli->reveal);
	int r = 0;

	if (how->more)
		json_put(doc, how->more_name, how->more);

	if (!plan_acts(plan)) {
		r = nothing_to_do(cli, plan, how, doc);
	} else {
		if (!how->shown && !cli->json && !cli->events && !cli->quiet)
			show(cli, plan,
				how->dry_run || asks(cli, plan, how) ? PLAN_PROPOSED : PLAN_TOLD,
				how->brief);
		progress_plan(cli, plan);
		if (how->dry_run)
			json_put_str(doc, "outcome", "planned");
		else if (plan->held.code)
			r = error_copy(err, &plan->held);
		else
			r = confirm(cli, plan, how, err);
		if (!r && !how->dry_run && (plan->scope & PLAN_DEPLOY))
			r = cli_need(cli, NEED_PROJECT | NEED_LIVE, err);
		if (!r && !how->dry_run)
			r = execute(cli, take(plan), how, doc, err);
	}
	if (cli->json && !r)
		cli_print_json(cli, doc);
	else
		json_object_put(doc);
	return r;
}
