/* SPDX-License-Identifier: MIT */
/* What the keys of the panel do. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/action.h"
#include "ui/overlay.h"

/* Preconditions, as bits of a row's flags. */
enum {
	NEED_SERVICE = KEY_NEEDS << 0, /* one is selected */
	NEED_RUNS = KEY_NEEDS << 1,    /* and runs */
	NEED_STOPPED = KEY_NEEDS << 2, /* and does not */
	NEED_IDLE = KEY_NEEDS << 3,    /* no action is under way */
	NEED_RUN = KEY_NEEDS << 4,     /* a deployment is or was shown */
	NEED_ENGINE = KEY_NEEDS << 6,  /* there is one to look at */
	IN_MENU = KEY_NEEDS << 5,      /* no condition: a row of the menu of actions */
	NEED_BACK = KEY_NEEDS << 7,    /* a setup whose run failed */
};

enum { MENU_MOST = 16 };

static struct panel *of(struct view *v)
{
	return (struct panel *)v;
}

static bool runs(const struct live_service *s)
{
	for (size_t i = 0; i < s->n_instances; i++)
		if (s->instances[i].pid || s->state == LIVE_RESTARTING)
			return true;
	return s->state >= LIVE_STARTING && s->state <= LIVE_PAUSED;
}

const char *panel_cannot(const struct view *v, unsigned needs)
{
	const struct panel *p = (const struct panel *)v;
	const struct live_service *s = panel_selected(p);

	if (needs & NEED_ENGINE && !p->workspace->live)
		return _("there is no engine");
	if (needs & NEED_SERVICE && !s)
		return _("no service is selected");
	if (needs & NEED_RUNS && s && !runs(s))
		return _("it does not run");
	if (needs & NEED_STOPPED && s && runs(s))
		return _("it runs already");
	if (needs & NEED_IDLE && p->action_op)
		return _("something is under way; wait for its end");
	if (needs & NEED_RUN && !p->run)
		return _("no deployment is shown");
	if (needs & NEED_BACK && !p->back)
		return _("this is not the end of a setup");
	if (needs & NEED_BACK && !panel_failed(p))
		return _("nothing failed");
	return NULL;
}

/* --- moving */

static void moved(struct panel *p)
{
	panel_choose(p);
	p->user_moved = true;
	screen_dirty(p->view.screen);
}

static void up(struct view *v)
{
	list_move(&of(v)->list, -1);
	moved(of(v));
}

static void down(struct view *v)
{
	list_move(&of(v)->list, 1);
	moved(of(v));
}

static void first(struct view *v)
{
	list_select(&of(v)->list, 0);
	moved(of(v));
}

static void last(struct view *v)
{
	list_select(&of(v)->list, of(v)->list.n ? of(v)->list.n - 1 : 0);
	moved(of(v));
}

/* Esc: back to watching everything. */
static void everything(struct view *v)
{
	panel_filter_clear(of(v));
	of(v)->user_moved = false;
	log_pane_last(&of(v)->logs);
	screen_dirty(v->screen);
}

static void logs_up(struct view *v)
{
	log_pane_page(&of(v)->logs, -1);
	screen_dirty(v->screen);
}

static void logs_down(struct view *v)
{
	log_pane_page(&of(v)->logs, 1);
	screen_dirty(v->screen);
}

/* --- actions */

static void action_done(void *arg, int code, const struct error *err)
{
	struct panel *p = arg;

	if (code == ERR_CANCELLED && !p->giving_up)
		return;
	op_free(take(p->action_op));
	if (p->giving_up)
		screen_stop(p->view.screen);
	else if (code)
		overlay_error(p->view.screen, err);
	else
		screen_note(
			p->view.screen, ROLE_OK, "%s: %s", p->action_service, _(p->action->did));
	screen_dirty(p->view.screen);
}

static void answered(void *arg, int answer)
{
	struct panel *p = arg;

	if (answer != (p->action->loses ? 1 : 0))
		return;
	p->action_op = action_start(p->workspace, p->action, p->action_service, action_done, p);
	screen_dirty(p->view.screen);
}

/* What the service needs before it starts and does not have now, as a sentence; NULL. */
static char *unmet(const struct panel *p, const char *service)
{
	const struct engine_needs needs =
		engine_needs(p->workspace->engine, p->workspace->project, service);

	for (size_t i = 0; i < needs.n; i++) {
		const struct compose_depends *d = &needs.items[i];
		const struct live_service *s = live_find(p->workspace->live, d->service);
		bool met = !s || (d->condition == COMPOSE_HEALTHY ? s->state == LIVE_HEALTHY
					 : d->condition == COMPOSE_COMPLETED
						 ? s->state == LIVE_DONE
						 : runs(s) || s->state == LIVE_DONE);

		if (d->required && !met)
			return xasprintf(_("It needs %s, which is: %s."), d->service,
				_(live_state_info(s->state)->label));
	}
	return NULL;
}

static void act(struct panel *p, const char *name)
{
	static const struct answer answers[] = {{'y', N_("yes")}, {'n', N_("no")}, {0, NULL}};
	/* Where something is lost, Enter alone loses nothing. */
	static const struct answer careful[] = {{'n', N_("no")}, {'y', N_("yes")}, {0, NULL}};
	autofree char *title = NULL, *needs = NULL, *text = NULL;

	free(p->action_service);
	p->action_service = xstrdup(panel_selected(p)->name);
	p->action = action_find(name);
	needs = str_eq(name, "stop") ? NULL : unmet(p, p->action_service);
	if (!p->action->ask && !needs) {
		answered(p, p->action->loses ? 1 : 0);
		return;
	}
	title = xasprintf("%s: %s", p->action_service, _(p->action->question));
	if (p->action->loses && needs)
		text = xasprintf("%s %s", needs, _(p->action->loses));
	else
		text = xstrdup(p->action->loses ? _(p->action->loses) : needs);
	overlay_ask(p->view.screen, &(struct question){.title = title,
					    .text = text,
					    .answers = p->action->loses ? careful : answers,
					    .done = answered,
					    .arg = p});
}

static void act_restart(struct view *v)
{
	act(of(v), "restart");
}

static void act_stop(struct view *v)
{
	act(of(v), "stop");
}

static void act_start(struct view *v)
{
	act(of(v), "start");
}

static void shell(struct view *v)
{
	panel_shell(of(v), panel_selected(of(v))->name);
}

static void act_recreate(struct view *v)
{
	act(of(v), "recreate");
}

/* The rows of the table that do something to the service and can now. */
static size_t menu_rows(struct view *v, const struct key *ret[MENU_MOST])
{
	size_t n = 0;

	for (const struct key *row = panel_keys; row->fn && n < MENU_MOST; row++)
		if (row->flags & IN_MENU && view_can(v, row))
			ret[n++] = row;
	return n;
}

static void menu_chosen(void *arg, long item)
{
	struct panel *p = arg;
	const struct key *rows[MENU_MOST];

	/* The services may have changed under the menu. */
	if (item >= 0 && (size_t)item < p->menu.n) {
		size_t n = menu_rows(&p->view, rows);

		for (size_t i = 0; i < n; i++)
			if (str_eq(p->menu.items[item], rows[i]->name))
				view_do(&p->view, rows[i]);
	}
}

static void menu(struct view *v)
{
	struct panel *p = of(v);
	const struct key *rows[MENU_MOST];
	size_t n = menu_rows(v, rows);
	AUTO(strv) struct strv items = STRV_INIT;
	int keys[MENU_MOST];

	strv_clear(&p->menu);
	for (size_t i = 0; i < n; i++) {
		AUTO(str) struct str label = STR_INIT(STR_LINE);

		keys[i] = rows[i]->codes[0];
		key_label(rows[i]->codes[0], &label);
		strv_push(&p->menu, rows[i]->name);
		str_pad(&label, ' ',
			text_width(str_text(&label)) < 6
				? (size_t)(6 - text_width(str_text(&label)))
				: 0);
		strv_pushf(&items, "%s %s", str_text(&label), _(rows[i]->help));
	}
	overlay_choose(v->screen, &(struct choice){.title = panel_selected(p)->name,
					  .items = &items,
					  .keys = keys,
					  .done = menu_chosen,
					  .arg = p});
}

static void filter(struct view *v)
{
	panel_filter_begin(of(v));
}

static void next_sort(struct view *v)
{
	panel_next_sort(of(v));
	screen_note(v->screen, ROLE_DIM, "%s", panel_sort_name(of(v)));
}

/* --- other views */

static void open_service(struct view *v)
{
	view_service_open(of(v), panel_selected(of(v))->name);
}

static void open_logs(struct view *v)
{
	const struct live_service *s = panel_selected(of(v));

	view_logs_open(of(v), of(v)->user_moved && s ? s->name : NULL);
}

static void open_timeline(struct view *v)
{
	view_timeline_open(of(v));
}

static void open_graph(struct view *v)
{
	const struct live_service *s = panel_selected(of(v));

	view_graph_open(of(v), s ? s->name : NULL);
}

static void open_steps(struct view *v)
{
	view_steps_open(of(v));
}

/* --- leaving */

static void back(struct view *v)
{
	*of(v)->back = true;
	screen_stop(v->screen);
}

static void leave_answered(void *arg, int answer)
{
	struct panel *p = arg;

	p->leaving_asked = false;
	if (answer != 1)
		return;
	op_cancel(run_op(p->run));
	screen_stop(p->view.screen);
}

static const struct answer leave_answers[] = {{'s', N_("stay")}, {'l', N_("leave")}, {0, NULL}};

/* The run of the action ends in order, as one that was cancelled. */
static void give_up_answered(void *arg, int answer)
{
	struct panel *p = arg;

	p->leaving_asked = false;
	if (answer != 1)
		return;
	if (!p->action_op) {
		screen_stop(p->view.screen);
		return;
	}
	p->giving_up = true;
	op_cancel(p->action_op);
}

static void ask_give_up(struct panel *p)
{
	autofree char *title =
		xasprintf(_("%s: %s is not finished."), p->action_service, _(p->action->doing));

	p->leaving_asked = true;
	overlay_ask(p->view.screen,
		&(struct question){.title = title,
			.text = _("Whoever leaves does not learn how it ends: the engine may go "
				  "on with it. \"slipway status\" shows what became of it."),
			.answers = leave_answers,
			.done = give_up_answered,
			.arg = p});
}

static void idle_answered(void *arg, int answer)
{
	struct panel *p = arg;

	p->leaving_asked = false;
	if (answer == 0)
		screen_stop(p->view.screen);
}

static const struct answer idle_answers[] = {{'l', N_("leave")}, {'s', N_("stay")}, {0, NULL}};

/* Its own key leaves at once; the one that ends programs, and may be meant for a shell, asks. */
static void leave_idle(struct panel *p)
{
	if (screen_key(p->view.screen) != K_CTRL('c')) {
		screen_stop(p->view.screen);
		return;
	}
	p->leaving_asked = true;
	overlay_ask(p->view.screen, &(struct question){.title = _("Leave Slipway?"),
					    .text = _("The services keep running."),
					    .answers = idle_answers,
					    .done = idle_answered,
					    .arg = p});
}

void panel_leave(struct view *v)
{
	struct panel *p = of(v);
	bool idle = !p->action_op && !panel_deploying(p);

	/* Asked a second time: yes, where nothing is lost by it. */
	if (p->leaving_asked && idle) {
		screen_stop(v->screen);
		return;
	}
	if (p->leaving_asked || p->giving_up)
		return;
	if (p->action_op && !panel_deploying(p)) {
		ask_give_up(p);
		return;
	}
	if (idle) {
		leave_idle(p);
		return;
	}
	p->leaving_asked = true;
	overlay_ask(v->screen, &(struct question){.title = _("The deployment is not finished."),
				       .text = _("Leaving stops it where it is. What runs keeps "
						 "running; \"slipway up\" goes on."),
				       .answers = leave_answers,
				       .done = leave_answered,
				       .arg = p});
}

const struct key panel_keys[] = {
	{{'b'}, N_("back to the setup"),
		N_("Back to the setup, with the answers as they were: change one, try again"), back,
		KEY_BAR | NEED_BACK | NEED_IDLE},
	{{K_ENTER}, N_("details"), N_("Everything about the selected service"), open_service,
		KEY_BAR | NEED_SERVICE | IN_MENU},
	{{'l'}, N_("logs"), N_("Logs over the whole window: search, filter, levels"), open_logs,
		KEY_BAR | NEED_ENGINE | IN_MENU},
	{{'t'}, N_("timeline"), N_("When each service was created, started, ready"), open_timeline,
		KEY_BAR | NEED_RUN},
	{{'p'}, N_("steps"), N_("The steps of the deployment"), open_steps, KEY_BAR | NEED_RUN},
	{{'g'}, N_("graph"), N_("Who waits for whom, and what of it holds"), open_graph,
		KEY_BAR | NEED_SERVICE},
	{{'a'}, N_("actions"), N_("What can be done to the selected service"), menu,
		KEY_BAR | NEED_SERVICE},
	{{'/'}, N_("filter"), N_("Only services with a text in their name or state"), filter,
		KEY_BAR | NEED_ENGINE},
	{{'q'}, N_("leave"), N_("Leave the panel; the services keep running"), panel_leave,
		KEY_BAR},
	{{'r'}, N_("restart"), N_("Restart the selected service"), act_restart,
		KEY_BAR | NEED_SERVICE | NEED_IDLE | IN_MENU},
	{{'s'}, N_("stop"), N_("Stop the selected service"), act_stop,
		KEY_BAR | NEED_SERVICE | NEED_RUNS | NEED_IDLE | IN_MENU},
	{{'S'}, N_("start"), N_("Start the selected service"), act_start,
		KEY_BAR | NEED_SERVICE | NEED_STOPPED | NEED_IDLE | IN_MENU},
	{{'e'}, N_("shell"), N_("A shell in the selected service; its end comes back here"), shell,
		KEY_BAR | NEED_SERVICE | NEED_RUNS | NEED_IDLE | IN_MENU},
	{{'R'}, N_("recreate"), N_("Make the selected service anew; only its volumes stay"),
		act_recreate, NEED_SERVICE | NEED_IDLE | IN_MENU},
	{{'o'}, N_("order"), N_("Next order of the services: dependency, name, state, CPU, memory"),
		next_sort, NEED_ENGINE},
	{{K_UP, 'k'}, N_("up"), N_("Select the service above; its logs alone are shown"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("Select the service below"), down, 0},
	{{K_HOME}, N_("first"), N_("Select the first service"), first, 0},
	{{K_END, 'G'}, N_("last"), N_("Select the last service"), last, 0},
	{{K_PAGE_UP}, N_("older logs"), N_("Scroll the logs back"), logs_up, NEED_ENGINE},
	{{K_PAGE_DOWN}, N_("newer logs"), N_("Scroll the logs towards the newest line"), logs_down,
		NEED_ENGINE},
	{{K_ESC}, N_("all"), N_("Back to all services: newest logs, and whatever is in trouble"),
		everything, 0},
	{{0}, NULL, NULL, NULL, 0},
};
