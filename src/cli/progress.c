/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"

#include <string.h>

enum { TICK_MS = 1000, SILENCE_MS = 5000, DRAW_MS = 50 };

static bool draws(const struct progress *p)
{
	return p->run && run_plan(p->run)->n_services && region_suits(p->cli);
}

/* --- lines */

static bool said_already(struct progress *p, const char *thing, const char *text)
{
	for (size_t i = 0; i + 1 < p->said.n; i += 2) {
		if (strcmp(p->said.items[i], thing) != 0)
			continue;
		if (!strcmp(p->said.items[i + 1], text))
			return true;
		free(p->said.items[i + 1]);
		p->said.items[i + 1] = xstrdup(text);
		return false;
	}
	strv_push(&p->said, thing);
	strv_push(&p->said, text);
	return false;
}

static void say(struct progress *p, const char *thing, const char *text)
{
	int64_t now = loop_wall(), s = (now - p->start_ms) / 1000;
	autofree char *safe_thing = text_safe_dup(thing);
	autofree char *safe = text_safe_dup(text);

	p->spoke_ms = now;
	if (p->cli->quiet || p->cli->json || p->cli->events)
		return;
	region_clear(&p->region);
	cli_print(p->cli, "%02d:%02d %s %s\n", (int)(s / 60), (int)(s % 60), safe_thing, safe);
	fflush(p->cli->out);
}

static void say_news(struct progress *p, const char *thing, const char *text)
{
	if (!said_already(p, thing, text))
		say(p, thing, text);
}

/* What is to be known of a service now; NULL: nothing. */
static const char *evidence(const struct rollout_service *s)
{
	bool pending = s->phase == ROLLOUT_STARTING || s->phase == ROLLOUT_STARTED;
	const char *text = s->last_try && pending ? s->last_try : s->reason;

	return str_empty(text) || !strcmp(text, rollout_phase_label(s)) ? NULL : text;
}

/* "starting, 12 s: waits for postgres". */
static char *service_text(const struct rollout_service *s)
{
	struct str out = STR_INIT(STR_LINE);
	const char *why = evidence(s);

	str_add(&out, rollout_phase_label(s));
	if (s->started_ms && s->phase != ROLLOUT_WAITING) {
		int64_t until = s->ready_ms ? s->ready_ms : loop_wall();
		autofree char *ago = text_ago(until - s->started_ms);

		if (until - s->started_ms >= 1000)
			str_addf(&out, ", %s", ago);
	}
	if (why)
		str_addf(&out, ": %s", why);
	return str_take(&out);
}

static void say_service(struct progress *p, const struct rollout_service *s)
{
	autofree char *key =
		xasprintf("%s: %s", rollout_phase_name(s->phase), s->reason ? s->reason : "");
	autofree char *text = service_text(s);

	/* What was there before is spoken of only when it stands in the way. */
	if (s->ran_before && s->phase != ROLLOUT_FAILED)
		return;
	/* What it waits for then follows at once, or that it is ready. */
	if (s->phase == ROLLOUT_STARTED && !evidence(s))
		return;
	/* The seconds do not make it news. */
	if (!said_already(p, s->name, key))
		say(p, s->name, text);
}

static void say_step(struct progress *p, const struct step *s)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);

	/* Services tell of themselves. */
	if (!s->changes || s->state == STEP_WAITING || s->state == STEP_SKIPPED ||
		!strcmp(s->ops->kind, "service") ||
		(step_is_note(s) && s->state != STEP_FAILED && !p->cli->verbose))
		return;
	/* Why is said once, at the end. */
	if (s->state == STEP_FAILED)
		str_add(&text, _("failed"));
	else if (s->state == STEP_RUNNING && s->status)
		str_add(&text, s->status);
	else if (s->state == STEP_DONE)
		str_add(&text, _("done"));
	else
		return;
	/* Counters run faster than anybody reads. */
	if (s->state == STEP_RUNNING && loop_wall() - p->spoke_ms < TICK_MS)
		return;
	say_news(p, s->title, str_text(&text));
}

/* --- in place */

/* By enum rollout_phase: the marks of the panel. */
static const struct {
	const char *glyph, *ascii;
	enum region_tint tint;
} marks[] = {
	[ROLLOUT_WAITING] = {"○", "[--]", TINT_DIM},
	[ROLLOUT_STARTING] = {"◐", "[..]", TINT_BUSY},
	[ROLLOUT_STARTED] = {"◐", "[..]", TINT_BUSY},
	[ROLLOUT_READY] = {"●", "[ok]", TINT_GOOD},
	[ROLLOUT_DONE] = {"✓", "[ok]", TINT_GOOD},
	[ROLLOUT_FAILED] = {"✖", "[!!]", TINT_BAD},
	[ROLLOUT_SKIPPED] = {"○", "[--]", TINT_DIM},
};

enum { SINCE_CELLS = 7, BAR_CELLS = 10 };

static char *elapsed(const struct rollout_service *s)
{
	int64_t until = s->ready_ms ? s->ready_ms : loop_wall();

	if (!s->begun_ms || s->phase == ROLLOUT_WAITING || s->phase == ROLLOUT_SKIPPED)
		return xstrdup("");
	return text_ago(until - s->begun_ms);
}

static const char *mark_of(const struct rollout_service *s)
{
	const struct live_state_info *unchecked = live_state_info(LIVE_RUNNING);

	if (s->phase == ROLLOUT_READY && s->unchecked)
		return i18n_plain_only ? unchecked->ascii : unchecked->glyph;
	return i18n_plain_only ? marks[s->phase].ascii : marks[s->phase].glyph;
}

/* "  ◐ web      starting     12 s  GET http://localhost/ answers 503". */
static void add_service_row(const struct rollout_service *s, int names, struct region_rows *rows)
{
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	autofree char *name = text_safe_dup(s->name);
	autofree char *why = text_safe_dup(evidence(s) ? evidence(s) : "");
	autofree char *since = elapsed(s);

	str_addf(&line, "  %s ", mark_of(s));
	column_add(&line, name, names + 2);
	/* Its words are as long as those of the states. */
	column_add(&line, rollout_phase_label(s), live_state_cells() + 1);
	column_add(&line, since, SINCE_CELLS);
	str_add(&line, why);
	region_add(rows, s->phase == ROLLOUT_READY && s->unchecked ? TINT_NONE : marks[s->phase].tint,
		str_text(&line));
}

/* "####------  40 %  "; nothing where it is not known how far it has come. */
static char *bar_text(double share)
{
	const char *full = i18n_plain_only ? "#" : "█", *rest = i18n_plain_only ? "-" : "░";
	AUTO(str) struct str bar = STR_INIT(STR_LINE);

	if (share < 0)
		return xstrdup("");
	for (int i = 0; i < BAR_CELLS; i++)
		str_add(&bar, i < (int)(share * BAR_CELLS) ? full : rest);
	return xasprintf("%s %3.0f %%  ", str_text(&bar), 100 * share);
}

static void add_step_row(const struct step *s, struct region_rows *rows)
{
	autofree char *title = text_safe_dup(s->title), *bar = NULL, *line = NULL;

	if (s->state != STEP_RUNNING || !strcmp(s->ops->kind, "service"))
		return;
	bar = bar_text(s->progress);
	line = xasprintf("  %s %s: %s%s",
		i18n_plain_only ? marks[ROLLOUT_STARTING].ascii : marks[ROLLOUT_STARTING].glyph,
		title, bar, s->status ? s->status : _("still at it"));
	region_add(rows, TINT_BUSY, line);
}

/* Of a run that has ended, its end: who left a panel later does not hear how long that was open. */
static int64_t last_moment(const struct progress *p)
{
	const struct plan *plan = run_plan(p->run);
	int64_t last = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = plan->steps[i];

		if (step->state == STEP_WAITING || step->state == STEP_RUNNING)
			return loop_wall();
		last = step->ended_ms > last ? step->ended_ms : last;
	}
	return last > p->start_ms ? last : p->start_ms;
}

static void add_heading(const struct progress *p, const struct rollout *r, struct region_rows *rows)
{
	int64_t s = (last_moment(p) - p->start_ms) / 1000;
	size_t ready = 0, all = 0;
	autofree char *line = NULL;

	for (size_t i = 0; r && i < rollout_count(r); i++) {
		const struct rollout_service *service = rollout_at(r, i);

		all += !service->ran_before;
		ready += !service->ran_before &&
			 (service->phase == ROLLOUT_READY || service->phase == ROLLOUT_DONE);
	}
	line = all ? xasprintf(_("%02d:%02d  %zu of %zu ready"), (int)(s / 60), (int)(s % 60), ready,
			     all)
		   : xasprintf("%02d:%02d", (int)(s / 60), (int)(s % 60));
	region_add(rows, TINT_NONE, line);
}

static void draw(struct progress *p)
{
	const struct rollout *r = run_rollout(p->run);
	const struct plan *plan = run_plan(p->run);
	struct region_rows rows = {.lines = STRV_INIT};
	int names = 0;

	for (size_t i = 0; r && i < rollout_count(r); i++) {
		int width = text_width(rollout_at(r, i)->name);

		names = width > names ? width : names;
	}
	add_heading(p, r, &rows);
	for (size_t i = 0; i < plan->n; i++)
		add_step_row(plan->steps[i], &rows);
	for (size_t i = 0; r && i < rollout_count(r); i++)
		if (!rollout_at(r, i)->ran_before || rollout_at(r, i)->phase == ROLLOUT_FAILED)
			add_service_row(rollout_at(r, i), names, &rows);
	/* A clock alone tells nothing. */
	if (rows.lines.n == 1 && !r)
		strv_clear(&rows.lines);
	region_draw(&p->region, &rows);
	region_rows_done(&rows);
}

static void on_soon(void *arg)
{
	struct progress *p = arg;

	timer_free(take(p->soon));
	if (draws(p))
		draw(p);
}

static void draw_soon(struct progress *p)
{
	if (!p->soon)
		p->soon = timer_start(p->cli->loop, DRAW_MS, 0, on_soon, p);
}

/* --- now and then */

/* Anything that takes long is spoken of now and then. */
static void on_tick(void *arg)
{
	struct progress *p = arg;
	const struct rollout *r = p->run ? run_rollout(p->run) : NULL;
	const struct plan *plan = p->run ? run_plan(p->run) : NULL;

	if (draws(p)) {
		draw(p);
		return;
	}
	if (loop_wall() - p->spoke_ms < SILENCE_MS)
		return;
	for (size_t i = 0; r && i < rollout_count(r); i++) {
		const struct rollout_service *s = rollout_at(r, i);
		autofree char *text = NULL;

		if (s->ran_before || (s->phase != ROLLOUT_STARTING && s->phase != ROLLOUT_STARTED))
			continue;
		text = service_text(s);
		say(p, s->name, text);
	}
	for (size_t i = 0; !r && plan && i < plan->n; i++)
		if (plan->steps[i]->state == STEP_RUNNING)
			say(p, plan->steps[i]->title,
				plan->steps[i]->status ? plan->steps[i]->status : _("still at it"));
}

/* --- events */

static const char *const step_states[] = {
	[STEP_WAITING] = "waiting",
	[STEP_RUNNING] = "running",
	[STEP_DONE] = "done",
	[STEP_SKIPPED] = "skipped",
	[STEP_FAILED] = "failed",
};

static void put_step(struct json_object *o, const struct step *s)
{
	json_put_str(o, "event", "step");
	json_put_str(o, "step", s->id);
	json_put_str(o, "state", step_states[s->state]);
	json_put_str(o, "status", s->status);
	json_put(o, "progress", s->progress < 0 ? NULL : json_object_new_double(s->progress));
	json_put_str(o, "error", s->state == STEP_FAILED ? s->err.message : NULL);
}

static void put_service(struct json_object *o, const struct rollout_service *s)
{
	json_put_str(o, "event", "service");
	json_put_str(o, "service", s->name);
	json_put_str(o, "phase", rollout_phase_name(s->phase));
	json_put_str(o, "reason", s->last_try ? s->last_try : s->reason);
	json_put_int(o, "tries", s->tries);
}

static void print_event(struct progress *p, const struct run_event *e)
{
	autojson struct json_object *o = json_object_new_object();
	autofree char *line = NULL;

	json_put_int(o, "time", e->at_ms);
	if (e->kind == RUN_SERVICE) {
		put_service(o, e->service);
	} else if (e->kind == RUN_STEP) {
		put_step(o, e->step);
	} else {
		json_put_str(o, "event", "line");
		json_put_str(o, "step", e->step ? e->step->id : NULL);
		json_put_str(o, "text", e->text);
	}
	line = json_text(o);
	fprintf(p->cli->out, "%s\n", line);
	fflush(p->cli->out);
}

void progress_event(void *arg, const struct run_event *e)
{
	struct progress *p = arg;

	if (p->cli->events) {
		print_event(p, e);
		return;
	}
	if (e->kind == RUN_LINE && p->cli->verbose && e->text)
		say(p, e->step ? e->step->title : "", e->text);
	if (draws(p))
		draw_soon(p);
	else if (e->kind == RUN_SERVICE)
		say_service(p, e->service);
	else if (e->kind == RUN_STEP)
		say_step(p, e->step);
}

void progress_plan(struct cli *cli, const struct plan *plan)
{
	autojson struct json_object *o = NULL;
	autofree char *line = NULL;

	if (!cli->events)
		return;
	o = plan_json(plan, cli->reveal);
	json_put_int(o, "time", loop_wall());
	json_put_str(o, "event", "plan");
	line = json_text(o);
	fprintf(cli->out, "%s\n", line);
	fflush(cli->out);
}

void progress_end(struct cli *cli, const char *run, const char *outcome)
{
	autojson struct json_object *o = json_object_new_object();
	autofree char *line = NULL;

	if (!cli->events)
		return;
	json_put_int(o, "time", loop_wall());
	json_put_str(o, "event", "end");
	json_put_str(o, "run", run);
	json_put_str(o, "outcome", outcome);
	line = json_text(o);
	fprintf(cli->out, "%s\n", line);
	fflush(cli->out);
}

void progress_settle(struct progress *p)
{
	if (draws(p))
		draw(p);
	region_leave(&p->region);
	p->run = NULL;
}

void progress_init(struct progress *p, struct cli *cli)
{
	*p = (struct progress){.cli = cli,
		.region = {.cli = cli},
		.start_ms = loop_wall(),
		.spoke_ms = loop_wall()};
	p->tick = timer_start(cli->loop, TICK_MS, TICK_MS, on_tick, p);
}

void progress_done(struct progress *p)
{
	timer_free(p->tick);
	timer_free(p->soon);
	strv_done(&p->said);
}
