/* SPDX-License-Identifier: MIT */
/*
 * The panel: services in dependency order, why the one that matters is not healthy, and the newest
 * log lines; while a run deploys, its steps. Reads the workspace's live model and logs; acts
 * through plan/action.h only.
 *
 * Shared by panel*.c; ui_panel() (ui.h) is the way in.
 */
#ifndef SLIPWAY_UI_PANEL_H
#define SLIPWAY_UI_PANEL_H

#include "config/mask.h"
#include "plan/last_run.h"
#include "plan/run.h"
#include "plan/workspace.h"
#include "ui/list.h"
#include "ui/log_pane.h"
#include "ui/view.h"

struct panel {
	struct view view;
	struct workspace *workspace;
	struct run *run; /* NULL: nobody deploys */
	struct list list; /* rows of the table: services[order[row]] */
	size_t *order;
	size_t n_order, cap_order;
	size_t sort;
	char *chosen; /* name of the selected service; NULL: none */
	char filter[LOG_PANE_TEXT];
	struct input filter_input;
	bool filtering; /* the filter is being typed */
	struct log_pane logs;
	struct live_watcher *watcher;
	struct op *log_op, *stats_op, *action_op, *shell_op, *last_op;
	struct last_run last; /* the deployment before `run`; empty when there is none */
	const struct action *action; /* in progress, or asked about */
	char *action_service;
	struct timer *stats_timer, *clock;
	unsigned ticks; /* of the clock */
	bool user_moved; /* the selection is the user's; else it follows trouble */
	int table_rows;  /* of the body, for clicks */
	bool failure_told; /* why the deployment failed is on the screen */
	bool *back;        /* set when somebody goes back to the setup; NULL: there is none */
	bool leaving_asked;
	bool giving_up; /* left while an action was under way: that is being cancelled */
	struct strv menu; /* names of the rows that the open menu offers */
	struct mask mask; /* of the project's secrets */
};

/* panel_order.c. The selected service; NULL when there is none. */
const struct live_service *panel_selected(const struct panel *p);
/* Makes the rows true: filter, order, the selection's row. */
void panel_order(struct panel *p);
/* The service in the list's row is the selected one from now on. */
void panel_choose(struct panel *p);
void panel_next_sort(struct panel *p);
/* "by memory" */
const char *panel_sort_name(const struct panel *p);
/* panel_filter.c: the line below the table, 0 or 1 rows; the rest is for the view's table. */
int panel_draw_filter(struct panel *panel, const struct pane *p, int y);
void panel_filter_begin(struct panel *p);
void panel_filter_clear(struct panel *p);
struct input *panel_input(struct view *v);
void panel_edited(struct view *v);
/* The service whose evidence is shown: the selected one if it is not well, else the first that is
 * not. */
const struct live_service *panel_concern(const struct panel *p);
/* A run deploys at this moment. */
bool panel_deploying(const struct panel *p);
/* It has come to an end, and not a good one. */
bool panel_failed(const struct panel *p);
/* "0007"; "" when there is no run or it has no number yet. */
const char *panel_run_id(const struct panel *p);
/* How a state looks. */
enum role panel_state_role(enum live_state state);

/* panel_table.c: the heading and rows into p; returns rows used. */
int panel_draw_table(struct panel *panel, const struct pane *p);
/* Text of others without the project's secrets, unless they are to be seen; caller frees. */
char *panel_masked(const struct panel *p, const char *text);
/* panel_why.c: at most `rows` rows of evidence from y on; returns rows used, 0 when all is well. */
int panel_draw_why(struct panel *panel, const struct pane *p, int y, int rows);
/* The newest log lines of a service that are errors, newest first, each with how long ago; at most
 * `most`, of the last some ten thousand lines. */
void panel_last_errors(
	const struct panel *panel, const char *service, size_t most, struct strv *lines);
/* panel_steps.c: the steps of the run; returns rows used. */
int panel_draw_steps(struct panel *panel, const struct pane *p, int y, int rows);
/* What the run failed of, once it did; returns rows used. */
int panel_draw_failure(struct panel *panel, const struct pane *p, int y, int rows);
void panel_draw_step(const struct step *s, const struct pane *p, int y);
/* panel_shell.c: a shell in a service, on this terminal. */
void panel_shell(struct panel *p, const char *service);
/* panel_keys.c */
extern const struct key panel_keys[];
const char *panel_cannot(const struct view *v, unsigned needs);
void panel_leave(struct view *v);

/* Views over the panel. */
void view_logs_open(struct panel *panel, const char *service);
void view_service_open(struct panel *panel, const char *service);
/* service: selected there; NULL: the first. */
void view_graph_open(struct panel *panel, const char *service);
void view_timeline_open(struct panel *panel);
void view_steps_open(struct panel *panel);

#endif
