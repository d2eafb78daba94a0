/* SPDX-License-Identifier: MIT */
/*
 * What is done to running services by name: start, stop, restart, scale, down. Each is a plan of its
 * own that a run carries out, as a deployment is: under the project's lock, with a journal, so that
 * two never act on a service at once and `slipway runs` tells what was done, and what was cut short.
 */
#ifndef SLIPWAY_PLAN_ACTION_H
#define SLIPWAY_PLAN_ACTION_H

#include "plan/plan.h"

struct action {
	const char *name;     /* "restart" */
	const char *question; /* N_(): "restart?"; shown as "web: restart?" */
	const char *doing;    /* N_(): "restarting" */
	const char *did;      /* N_(): "restarted" */
	bool ask;             /* it interrupts something: confirm first */
	const char *loses;    /* N_(): what is gone for good afterwards; NULL: nothing */
};

/* Ends with a NULL name. */
extern const struct action actions[];
const struct action *action_find(const char *name);

/* A run of one action on one service, done when the engine has done it (not when the service is
 * healthy). The workspace must be connected. done: ERR_LOCKED (with the holder) while another run is
 * under way; the engine's error. Freed before its end it leaves an interrupted run in the journal. */
struct op *action_start(struct workspace *w, const struct action *a, const char *service,
	op_done_fn *done, void *arg);

/* Plans for run_start(); the workspace must be connected, for a restart watched. Empty when there is
 * nothing to do. */

/* Restarts these services in the order of their dependencies and waits for each to be ready again;
 * what is `named` but does not run is started, else left alone, as one-shots are. */
struct plan *plan_restart(struct workspace *w, const struct strv *services, bool named);
/* Empty where nothing is there any more, unless the volumes are to go. */
struct plan *plan_down(struct workspace *w, bool volumes);
/* ERR_INPUT when that many instances of a service cannot run side by side, with what stands in the
 * way and what to change: a fixed host port, a container_name, an engine without containers. */
int plan_scale_check(
	const struct workspace *w, const char *service, int replicas, struct error *err);
/* So many instances of services[i]; and waits for those that have any. When the engine fails to
 * make them, those that it made are taken away again. */
struct plan *plan_scale(struct workspace *w, const struct strv *services, const int *replicas);

#endif
