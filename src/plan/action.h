/* SPDX-License-Identifier: MIT */
/* What can be done to one running service without a plan: it changes no file and is seen at once.
 */
#ifndef SLIPWAY_PLAN_ACTION_H
#define SLIPWAY_PLAN_ACTION_H

#include "plan/workspace.h"

struct action {
	const char *name;     /* "restart" */
	const char *question; /* N_(): "restart?"; shown as "web: restart?" */
	const char *doing;    /* N_(): "restarting" */
	const char *did;      /* N_(): "restarted" */
	bool ask;             /* it interrupts something: confirm first */
};

/* Ends with a NULL name. */
extern const struct action actions[];
const struct action *action_find(const char *name);

/* The workspace must be connected. */
struct op *action_start(struct workspace *w, const struct action *a, const char *service,
	op_done_fn *done, void *arg);

#endif
