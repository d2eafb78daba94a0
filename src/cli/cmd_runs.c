/* SPDX-License-Identifier: MIT */
/* runs, undo: what was done, and taking it back. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/services.h"
#include "plan/rotation.h"

#include <string.h>
#include <time.h>

static char *when_text(int64_t ms)
{
	char text[32] = "";
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (ms && localtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return xstrdup(text);
}

static struct json_object *record_json(const struct run_record *r)
{
	struct json_object *o = json_object_new_object(), *changed = json_object_new_array();

	json_put_str(o, "id", r->id);
	json_put_str(o, "title", r->title);
	json_put_int(o, "started", r->started_ms);
	json_put(o, "ended", r->ended_ms ? json_object_new_int64(r->ended_ms) : NULL);
	json_put_str(o, "outcome", r->outcome);
	json_put_str(o, "failure", r->failure);
	json_put_int(o, "steps", (int64_t)r->steps);
	json_put_int(o, "changes", (int64_t)r->changes);
	for (size_t i = 0; i < r->changed.n; i++)
		json_push_str(changed, r->changed.items[i]);
	return json_put(o, "changed", changed);
}

static const struct {
	const char *outcome, *label;
} outcomes[] = {
	{"done", N_("done")},
	{"failed", N_("failed")},
	{"cancelled", N_("cancelled")},
	{"undone", N_("undone")},
	{"interrupted", N_("interrupted")},
	{"running", N_("running")},
};

static const char *outcome_label(const char *outcome)
{
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		if (str_eq(outcomes[i].outcome, outcome))
			return _(outcomes[i].label);
	return outcome ? outcome : "";
}

/* Cells of the columns, by what is in them. */
struct widths {
	int title, outcome;
};

static struct widths measure(const struct run_records *all)
{
	struct widths w = {0};

	for (size_t i = 0; i < all->n; i++) {
		const struct run_record *r = &all->items[i];
		int title = text_width(r->title), outcome = text_width(outcome_label(r->outcome));

		w.title = title > w.title ? title : w.title;
		w.outcome = outcome > w.outcome ? outcome : w.outcome;
	}
	return w;
}

/* What changed, Slipway's own notes last and as one. */
static char *changed_text(const struct run_record *r)
{
	AUTO(strv) struct strv names = STRV_INIT;
	bool own = false;

	for (size_t i = 0; i < r->changed.n; i++) {
		if (str_starts(r->changed.items[i], ".slipway/"))
			own = true;
		else
			strv_push(&names, r->changed.items[i]);
	}
	if (own)
		strv_push(&names, plan_notes_title());
	return strv_join(&names, ", ");
}

static void print_record(struct cli *cli, const struct run_record *r, const struct widths *w)
{
	autofree char *when = when_text(r->started_ms);
	autofree char *took = r->ended_ms ? text_ago(r->ended_ms - r->started_ms) : xstrdup("");
	autofree char *title = text_safe_dup(r->title ? r->title : "");
	autofree char *changed = changed_text(r);
	autofree char *safe = text_safe_dup(changed);
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	str_addf(&line, "%s  %s  ", r->id, when);
	column_add(&line, title, w->title + 2);
	column_add(&line, outcome_label(r->outcome), w->outcome + 2);
	column_add(&line, took, 8);
	column_end(&line, safe, cli_width(cli));
	if (r->failure) {
		autofree char *why = text_safe_dup(r->failure);

		str_pad(&line, ' ', (int)strlen(r->id) + 2);
		column_end(&line, why, cli_width(cli));
	}
	cli_print(cli, "%s", str_text(&line));
}

static void print_interrupted(struct cli *cli, const struct run_record *r)
{
	if (r->title && str_starts(r->title, ROTATION_TITLE))
		cli_print(cli,
			_("Run %s was cut short. \"slipway secrets rotate\" goes on with it.\n"),
			r->id);
	else
		cli_print(cli,
			_("Run %s was cut short. \"slipway plan\" shows what is left to do, "
			  "\"slipway "
			  "up\" does it.\n"),
			r->id);
}

static int run_runs(struct cli *cli, struct error *err)
{
	AUTO(run_records) struct run_records records = {0};
	struct json_object *array;
	struct widths widths;
	int r = run_list(cli->workspace, &records, err);

	if (r)
		return r;
	if (cli->json) {
		array = json_object_new_array();
		for (size_t i = 0; i < records.n; i++)
			json_push(array, record_json(&records.items[i]));
		cli_print_json(cli, json_put(json_object_new_object(), "runs", array));
		return 0;
	}
	widths = measure(&records);
	for (size_t i = 0; i < records.n; i++)
		print_record(cli, &records.items[i], &widths);
	if (records.n && str_eq(records.items[0].outcome, "interrupted") && !cli->quiet)
		print_interrupted(cli, &records.items[0]);
	if (!records.n)
		cli_print(cli, "%s\n", _("No run yet."));
	return 0;
}

/* Services without a compose file could be neither seen nor stopped any more. Without an engine
 * nothing is known of them. */
static int refuse_orphans(struct cli *cli, const char *id, struct error *err)
{
	if (cli_option(cli, "force") || !run_undo_takes_compose(cli->workspace, id) ||
		cli_need(cli, NEED_PROJECT | NEED_TOLERANT | NEED_LIVE | NEED_LOOK, NULL) ||
		services_none_deployed(cli))
		return 0;
	error_set(err, ERR_EXISTS,
		_("run %s brought the compose file, and its services are still there"), id);
	return error_hint(err,
		_("\"slipway down\" takes them down first; --force leaves them running without a "
		  "project."));
}

/* *shown: the run that was shown. */
static int confirm_undo(struct cli *cli, const char *id, char **shown, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	int r = run_undo_text(cli->workspace, id, cli_option(cli, "force") != NULL,
		cli->yes ? PLAN_TOLD : PLAN_PROPOSED, shown, &text, err);

	if (r)
		return r;
	r = refuse_orphans(cli, *shown, err);
	if (r)
		return r;
	if (!cli->json && !cli->events && !cli->quiet)
		fputs(str_text(&text), cli->out);
	if (cli->yes)
		return 0;
	if (!cli_can_ask(cli)) {
		error_set(
			err, ERR_INPUT, _("nothing was done: taking a run back was not confirmed"));
		return error_hint(err, _("Add --yes to do it without being asked."));
	}
	return cli_confirm(cli, _("Take it back?"))
		       ? 0
		       : error_set(err, ERR_CANCELLED, _("nothing was done"));
}

/* The undo is the newest run by now. */
static int say_undone(struct cli *cli, struct error *err)
{
	AUTO(run_records) struct run_records records = {0};
	int r = run_list(cli->workspace, &records, err);

	if (r)
		return r;
	if (records.n)
		cli_print(cli, _("Taken back. \"slipway undo %s\" takes that back in turn.\n"),
			records.items[0].id);
	cli_print(cli, "%s\n",
		_("Services keep running with what they were started with; \"slipway plan\" shows "
		  "what differs now."));
	return 0;
}

static int run_undo_command(struct cli *cli, struct error *err)
{
	const char *id = cli->args.n ? cli->args.items[0] : NULL;
	autofree char *shown = NULL;
	int r;

	if (cli->args.n > 1)
		return error_set(err, ERR_INPUT, _("\"undo\" takes back one run at a time"));
	r = confirm_undo(cli, id, &shown, err);
	if (!r)
		r = cli_wait(cli,
			run_undo(cli->workspace, shown, cli_option(cli, "force") != NULL, NULL,
				NULL),
			err);
	if (r)
		return r;
	if (cli->json)
		cli_print_json(cli, json_put_str(json_object_new_object(), "outcome", "done"));
	else if (!cli->quiet)
		return say_undone(cli, err);
	return 0;
}

static const struct option undo_options[] = {
	{"force", 0, OPTION_FLAG, NULL, N_("even where a file was changed since"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_undo = {
	.name = "undo",
	.args = N_("[RUN]"),
	.summary = N_("take back what a run changed, byte for byte; the last one, or RUN"),
	.about = N_("Restores files with their mode and owner from the run's backup. The undo is a "
		    "run of its own and can be "
		    "undone as well."),
	.options = undo_options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_RECORDS,
	.run = run_undo_command,
};

const struct command cmd_runs = {
	.name = "runs",
	.summary = N_("list past runs, newest first"),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_RECORDS,
	.run = run_runs,
};
