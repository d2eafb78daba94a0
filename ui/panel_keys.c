/* SPDX-License-Identifier: MIT */
/* What the keys of the panel do. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "plan/action.h"
#include "ui/overlay.h"

/* Preconditions, as bits of a row's flags. */
enum {
	NEED_SERVICE = KEY_NEEDS << 0, /* one is selected */
	NEED_RUNS = KEY_NEEDS << 1,    /* and runs */
	NEED_STOPPED = KEY_NEEDS << 2, /* and does not */
	NEED_IDLE = KEY_NEEDS << 3,    /* no action is under way */
	NEED_RUN = KEY_NEEDS << 4,     /* a deployment is or was shown */
};

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
	return NULL;
}

/* --- moving -------------------------------------------------------------------------------------
 */

static void moved(struct panel *p)
{
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

/* --- actions ------------------------------------------------------------------------------------
 */

static void action_done(void *arg, int code, const struct error *err)
{
	struct panel *p = arg;

	if (code == ERR_CANCELLED)
		return;
	op_free(take(p->action_op));
	if (code)
		overlay_error(p->view.screen, err);
	else
		screen_note(
			p->view.screen, ROLE_OK, "%s: %s", p->action_service, _(p->action->did));
	screen_dirty(p->view.screen);
}

static void answered(void *arg, int answer)
{
	struct panel *p = arg;

	if (answer != 0)
		return;
	p->action_op = action_start(p->workspace, p->action, p->action_service, action_done, p);
	screen_dirty(p->view.screen);
}

static void act(struct panel *p, const char *name)
{
	static const struct answer answers[] = {{'y', N_("yes")}, {'n', N_("no")}, {0, NULL}};
	autofree char *title = NULL;

	free(p->action_service);
	p->action_service = xstrdup(panel_selected(p)->name);
	p->action = action_find(name);
	if (!p->action->ask) {
		answered(p, 0);
		return;
	}
	title = xasprintf("%s: %s", p->action_service, _(p->action->question));
	overlay_ask(p->view.screen,
		&(struct question){.title = title, .answers = answers, .done = answered, .arg = p});
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

/* --- other views --------------------------------------------------------------------------------
 */

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

/* --- leaving ------------------------------------------------------------------------------------
 */

static void leave_answered(void *arg, int answer)
{
	struct panel *p = arg;

	p->leaving_asked = false;
	if (answer != 1)
		return;
	op_cancel(run_op(p->run));
	screen_stop(p->view.screen);
}

void panel_leave(struct view *v)
{
	static const struct answer answers[] = {{'s', N_("stay")}, {'l', N_("leave")}, {0, NULL}};
	struct panel *p = of(v);

	if (!panel_deploying(p)) {
		screen_stop(v->screen);
		return;
	}
	if (p->leaving_asked)
		return;
	p->leaving_asked = true;
	overlay_ask(v->screen, &(struct question){.title = _("The deployment is not finished."),
				       .text = _("Leaving stops it where it is. What runs keeps "
						 "running; \"slipway up\" goes on."),
				       .answers = answers,
				       .done = leave_answered,
				       .arg = p});
}

const struct key panel_keys[] = {
	{{K_ENTER}, N_("details"), N_("Everything about the selected service"), open_service,
		KEY_BAR | NEED_SERVICE},
	{{'l'}, N_("logs"), N_("Logs over the whole window: search, filter, levels"), open_logs,
		KEY_BAR},
	{{'t'}, N_("timeline"), N_("When each service was created, started, ready"), open_timeline,
		KEY_BAR | NEED_RUN},
	{{'g'}, N_("graph"), N_("Who waits for whom, and what of it holds"), open_graph,
		KEY_BAR | NEED_SERVICE},
	{{'p'}, N_("steps"), N_("The steps of the deployment"), open_steps, KEY_BAR | NEED_RUN},
	{{'r'}, N_("restart"), N_("Restart the selected service"), act_restart,
		KEY_BAR | NEED_SERVICE | NEED_IDLE},
	{{'s'}, N_("stop"), N_("Stop the selected service"), act_stop,
		KEY_BAR | NEED_SERVICE | NEED_RUNS | NEED_IDLE},
	{{'S'}, N_("start"), N_("Start the selected service"), act_start,
		KEY_BAR | NEED_SERVICE | NEED_STOPPED | NEED_IDLE},
	{{'e'}, N_("shell"), N_("A shell in the selected service; its end comes back here"), shell,
		KEY_BAR | NEED_SERVICE | NEED_RUNS | NEED_IDLE},
	{{K_UP, 'k'}, N_("up"), N_("Select the service above; its logs alone are shown"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("Select the service below"), down, 0},
	{{K_HOME}, N_("first"), N_("Select the first service"), first, 0},
	{{K_END, 'G'}, N_("last"), N_("Select the last service"), last, 0},
	{{K_PAGE_UP}, N_("older logs"), N_("Scroll the logs back"), logs_up, 0},
	{{K_PAGE_DOWN}, N_("newer logs"), N_("Scroll the logs towards the newest line"), logs_down,
		0},
	{{K_ESC}, N_("all"), N_("Back to all services: newest logs, and whatever is in trouble"),
		everything, 0},
	{{'q'}, N_("leave"), N_("Leave the panel; the services keep running"), panel_leave,
		KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};
