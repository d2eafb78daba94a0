/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/action.h"
#include "ui/overlay.h"
#include "ui/ui.h"

#include <malloc.h>

enum { STATS_EVERY_MS = 2000, CLOCK_EVERY_MS = 1000, HISTORY_LINES = 1000 };
/* Turns of the clock. */
enum { TRIM_FIRST = 4, TRIM_AGAIN = 60 };

static bool well(const struct live_service *s)
{
	return live_state_info(s->state)->ok;
}

/* A service that waits for another is not the trouble; the other one is. */
static const struct live_service *trouble(const struct live *live)
{
	const struct live_service *waiting = NULL;

	for (size_t i = 0; i < live->n_services; i++) {
		const struct live_service *s = &live->services[i];

		if (well(s))
			continue;
		if (s->state != LIVE_ABSENT && s->state != LIVE_CREATED)
			return s;
		if (!waiting)
			waiting = s;
	}
	return waiting;
}

const struct live_service *panel_concern(const struct panel *p)
{
	const struct live_service *s = panel_selected(p);

	if (!s || (!well(s) && p->user_moved))
		return s;
	return trouble(p->workspace->live);
}

bool panel_deploying(const struct panel *p)
{
	return p->run && !op_finished(run_op(p->run));
}

bool panel_failed(const struct panel *p)
{
	int code = p->run && op_finished(run_op(p->run)) ? run_op(p->run)->err.code : 0;

	return code && code != ERR_CANCELLED;
}

const char *panel_run_id(const struct panel *p)
{
	const char *id = p->run ? run_id(p->run) : NULL;

	return id ? id : "";
}

/* --- lines of the frame */

static void steps_done(const struct plan *plan, size_t *done, size_t *total)
{
	*done = 0;
	*total = 0;
	for (size_t i = 0; plan && i < plan->n; i++) {
		*total += plan->steps[i]->changes;
		*done += plan->steps[i]->changes && plan->steps[i]->state >= STEP_DONE;
	}
}

static int64_t run_started(const struct plan *plan)
{
	int64_t first = 0;

	for (size_t i = 0; plan && i < plan->n; i++)
		if (plan->steps[i]->started_ms && (!first || plan->steps[i]->started_ms < first))
			first = plan->steps[i]->started_ms;
	return first;
}

/* A deployment that went well says nothing of what became of the services since. */
static void add_outcome(const struct panel *p, struct view_line *line)
{
	const struct live *live = p->workspace->live;
	size_t ill = 0;

	str_addf(&line->left, _("   deploy %s %s"), panel_run_id(p),
		run_op(p->run)->err.code ? _("failed") : _("done"));
	for (size_t i = 0; live && i < live->n_services; i++)
		ill += !well(&live->services[i]);
	if (ill && !run_op(p->run)->err.code)
		str_addf(&line->left,
			Q_(" · %zu service not well now", " · %zu services not well now", ill),
			ill);
}

static void panel_title(struct view *v, struct view_line *line)
{
	const struct panel *p = (const struct panel *)v;
	const struct workspace *w = p->workspace;
	int64_t started = p->run ? run_started(run_plan(p->run)) : 0;
	size_t done, total;

	line->left_role = ROLE_TITLE;
	str_add(&line->left, w->project->compose->name);
	if (panel_deploying(p)) {
		steps_done(run_plan(p->run), &done, &total);
		if (done < total)
			str_addf(&line->left, _("   deploy %s · step %zu of %zu"), panel_run_id(p),
				done + 1, total);
		else
			str_addf(&line->left, _("   deploy %s · finishing"), panel_run_id(p));
		if (started && done < total) {
			int64_t s = (loop_wall() - started) / 1000;

			str_addf(&line->left, " · %02d:%02d", (int)(s / 60), (int)(s % 60));
			if (p->last.n && p->last.ms >= 0)
				str_addf(&line->left, _(" (last time %02d:%02d)"),
					(int)(p->last.ms / 60000), (int)(p->last.ms / 1000 % 60));
		}
	} else if (p->run) {
		add_outcome(p, line);
	}
	str_add(&line->right, w->host->label);
	if (w->engine && w->engine->facts.name)
		str_addf(&line->right, " · %s", w->engine->facts.name);
}

/* What the services come to, the worst first. */
static void add_counts(const struct live *live, struct view_line *line)
{
	static const struct {
		const char *word;
		enum live_state states[2];
		bool bad;
	} groups[] = {
		{N_("failed"), {LIVE_FAILED, LIVE_FAILED}, true},
		{N_("unhealthy"), {LIVE_UNHEALTHY, LIVE_UNHEALTHY}, true},
		{N_("restarting"), {LIVE_RESTARTING, LIVE_RESTARTING}, true},
		{N_("starting"), {LIVE_STARTING, LIVE_STARTING}, false},
		{N_("not started"), {LIVE_ABSENT, LIVE_CREATED}, false},
		{N_("stopped"), {LIVE_PAUSED, LIVE_STOPPED}, false},
		{N_("healthy"), {LIVE_HEALTHY, LIVE_HEALTHY}, false},
		{N_("unchecked"), {LIVE_RUNNING, LIVE_RUNNING}, false},
		{N_("done"), {LIVE_DONE, LIVE_DONE}, false},
	};

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		size_t n = 0;

		for (size_t i = 0; i < live->n_services; i++)
			n += live->services[i].state == groups[g].states[0] ||
			     live->services[i].state == groups[g].states[1];
		if (!n)
			continue;
		str_addf(&line->left, "%s%zu %s", line->left.len ? " \u00b7 " : "", n,
			_(groups[g].word));
		if (groups[g].bad)
			line->left_role = ROLE_BAD;
	}
}

/* A deployment that failed is no good news, whatever runs. */
static void add_verdict(const struct panel *p, struct view_line *line)
{
	AUTO(error) struct error nothing = ERROR_INIT;

	if (panel_failed(p)) {
		str_addf(&line->left, _("%sdeploy %s failed"), line->left.len ? " \u00b7 " : "",
			panel_run_id(p));
		line->left_role = ROLE_BAD;
	} else if (compose_check_enabled(p->workspace->project->compose, &nothing)) {
		str_addf(&line->left, "%s%s", line->left.len ? " \u00b7 " : "", nothing.message);
		line->left_role = ROLE_WARN;
	} else if (!line->left.len) {
		str_add(&line->left, _("no services"));
	} else if (line->left_role != ROLE_BAD) {
		str_add(&line->left, _(" · nothing failed"));
	}
}

static void panel_state(struct view *v, struct view_line *line)
{
	const struct panel *p = (const struct panel *)v;
	const struct live *live = p->workspace->live;
	autofree char *unattended = NULL;

	if (!live)
		return;
	if (!live->connected && live->problem.code) {
		line->left_role = ROLE_BAD;
		str_addf(
			&line->left, _("connection lost, trying again: %s"), live->problem.message);
		return;
	}
	unattended = live_unattended_text(live);
	if (unattended && !p->action_op) {
		line->left_role = ROLE_WARN;
		str_add(&line->left, unattended);
		return;
	}
	if (p->action_op) {
		str_addf(&line->left, "%s: %s", p->action_service, _(p->action->doing));
		return;
	}
	add_counts(live, line);
	add_verdict(p, line);
	if (p->sort)
		str_add(&line->right, panel_sort_name(p));
}

/* --- body */

static void draw_logs(struct panel *panel, const struct pane *p, int y)
{
	const struct live_service *s = panel_selected(panel);
	AUTO(str) struct str summary = STR_INIT(STR_LINE);
	struct pane sub;

	if (p->h - y < 3)
		return;
	log_pane_only(&panel->logs, panel->user_moved && s ? s->name : NULL);
	draw_hline(p, y, 1, p->w - 2);
	if (panel->logs.only[0])
		draw_textf(p, y + 1, 1, -1, ROLE_TITLE, _("logs: %s"), panel->logs.only);
	else
		draw_text(p, y + 1, 1, -1, ROLE_TITLE, _("logs: all services"));
	log_pane_summary(&panel->logs, p->w - p->w / 2 - 1, &summary);
	if (p->w > 60)
		draw_right(p, y + 1, p->w / 2, p->w - p->w / 2 - 1, ROLE_DIM, str_text(&summary));
	sub = pane_sub(p, y + 2, 0, -1, -1);
	log_pane_draw(&panel->logs, &sub);
}

static void draw_no_engine(const struct panel *panel, const struct pane *p)
{
	const struct error *err = &panel->workspace->engine_error;
	int y = 1;

	y += draw_wrap(
		p, y, 2, 3, p->w - 4, ROLE_BAD, err->message ? err->message : _("no engine"));
	if (err->detail)
		y += draw_wrap(p, y, 2, 4, p->w - 4, ROLE_TEXT, err->detail);
	if (err->hint)
		draw_wrap(p, y + 1, 2, 4, p->w - 4, ROLE_TEXT, err->hint);
}

/* The rows the table may take: all services when they fit into half of the body. */
static int table_height(const struct panel *panel, int h)
{
	int wanted =
		(int)(panel->filter[0] ? panel->n_order : panel->workspace->live->n_services) + 1;
	int most = panel_deploying(panel) ? h / 3 : h / 2;

	return wanted < most ? wanted : most;
}

static void panel_draw(struct view *v, const struct pane *p)
{
	struct panel *panel = (struct panel *)v;
	struct pane table;
	int y, failure = 0;

	if (!panel->workspace->live) {
		draw_no_engine(panel, p);
		return;
	}
	table = pane_sub(p, 0, 0, table_height(panel, p->h), -1);
	panel_order(panel);
	y = panel_draw_table(panel, &table);
	panel->table_rows = table.h;
	if (y > table.h)
		y = table.h;
	y += panel_draw_filter(panel, p, y);
	if (panel_deploying(panel))
		y += panel_draw_steps(panel, p, y, (p->h - y) / 3);
	else if (panel_failed(panel))
		failure = panel_draw_failure(panel, p, y, (p->h - y) / 2);
	panel->failure_told = failure > 0;
	y += failure;
	y += panel_draw_why(panel, p, y, (p->h - y) / 2);
	draw_logs(panel, p, y);
}

static void panel_mouse(struct view *v, int y, int x, int wheel)
{
	struct panel *panel = (struct panel *)v;

	(void)x;
	if (y < panel->table_rows) {
		panel->user_moved = true;
		if (wheel)
			list_scroll(&panel->list, wheel);
		else
			list_click(&panel->list, y - 1);
		panel_choose(panel);
	} else if (wheel) {
		log_pane_scroll(&panel->logs, 3 * wheel);
	}
	screen_dirty(v->screen);
}

/* --- what keeps it true */

static void changed(void *arg)
{
	struct panel *p = arg;

	screen_dirty(p->view.screen);
}

static void run_event(void *arg, const struct run_event *e)
{
	(void)e;
	changed(arg);
}

static void last_found(void *arg, int code, const struct error *err)
{
	(void)err;
	if (code == 0)
		changed(arg);
}

static void stats_done(void *arg, int code, const struct error *err)
{
	struct panel *p = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	op_free(take(p->stats_op));
}

/* Only what is in view is asked for: statistics cost the engine more than anything else here. */
static void fetch_stats(void *arg)
{
	struct panel *p = arg;
	const struct live *live = p->workspace->live;
	AUTO(strv) struct strv services = STRV_INIT;

	if (p->stats_op || !live || !live->connected)
		return;
	for (int row = 0; row < p->list.rows; row++) {
		size_t i = p->list.top + (size_t)row;

		if (i < p->n_order && p->order[i] < live->n_services &&
			live->services[p->order[i]].n_instances)
			strv_push(&services, live->services[p->order[i]].name);
	}
	if (services.n)
		p->stats_op = workspace_stats(p->workspace, &services, stats_done, p);
}

/* Relative times move: once a second while something is young, else with the next event. */
static void tick(void *arg)
{
	struct panel *p = arg;
	const struct live *live = p->workspace->live;
	int64_t now = loop_wall();
	bool young = panel_deploying(p);

	/* What the first pictures and the history of the logs took is free again by then. */
	p->ticks++;
	if (p->ticks == TRIM_FIRST || p->ticks == TRIM_AGAIN)
		malloc_trim(0);

	for (size_t i = 0; live && !young && i < live->n_services; i++)
		young = now - live->services[i].since_ms < 60 * 1000 || !well(&live->services[i]);
	if (young)
		screen_dirty(p->view.screen);
}

static void panel_free(struct view *v)
{
	struct panel *p = (struct panel *)v;

	if (p->watcher)
		live_unwatch(p->workspace->live, p->watcher);
	if (p->run)
		run_observe(p->run, NULL, NULL);
	op_free(p->log_op);
	op_free(p->stats_op);
	op_free(p->action_op);
	op_free(p->shell_op);
	op_free(p->last_op);
	last_run_done(&p->last);
	timer_free(p->stats_timer);
	timer_free(p->clock);
	free(p->action_service);
	input_done(&p->filter_input);
	strv_done(&p->menu);
	mask_done(&p->mask);
	free(p->chosen);
	free(p->order);
	free(p);
}

static const struct view_ops panel_ops = {
	.name = N_("Panel"),
	.keys = panel_keys,
	.draw = panel_draw,
	.title = panel_title,
	.state = panel_state,
	.input = panel_input,
	.edited = panel_edited,
	.mouse = panel_mouse,
	.cannot = panel_cannot,
	.leave = panel_leave,
	.free = panel_free,
};

static struct panel *panel_new(
	struct workspace *w, struct run *run, bool *back, struct screen *screen)
{
	struct panel *p = xcalloc(1, sizeof(*p));

	p->view.ops = &panel_ops;
	p->workspace = w;
	p->run = run;
	p->back = back;
	mask_init(&p->mask);
	mask_add_settings(&p->mask, &w->project->settings);
	input_init(&p->filter_input, "", sizeof(p->filter) - 1);
	screen_push(screen, &p->view);
	if (!w->live)
		return p;
	log_pane_init(&p->logs, w->logs);
	if (!w->options.reveal)
		p->logs.mask = &p->mask;
	p->watcher = live_watch(w->live, changed, p);
	if (!w->watch)
		workspace_watch(w, NULL, NULL);
	p->log_op = workspace_logs(
		w, w->options.log_tail ? w->options.log_tail : HISTORY_LINES, changed, p);
	p->stats_timer = timer_start(w->loop, 0, STATS_EVERY_MS, fetch_stats, p);
	p->clock = timer_start(w->loop, CLOCK_EVERY_MS, CLOCK_EVERY_MS, tick, p);
	if (run) {
		run_observe(run, run_event, p);
		p->last_op = last_run_find(w, &p->last, last_found, p);
	}
	return p;
}

int ui_panel(struct workspace *w, struct run *run, bool *ret_back, struct error *err)
{
	struct screen *screen;
	int r = screen_open(w->loop, &screen, err);

	if (r < 0)
		return r;
	panel_new(w, run, ret_back, screen);
	r = screen_run(screen, err);
	screen_close(screen);
	return r;
}
