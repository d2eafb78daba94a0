/* SPDX-License-Identifier: MIT */
/*
 * A front end: how a person is asked and shown things. The line front end (plain.c) is always
 * there; main.c hands in the screen one. Commands choose by --plain, TERM, and whether there is a
 * terminal.
 */
#ifndef SLIPWAY_CLI_FRONT_H
#define SLIPWAY_CLI_FRONT_H

#include "plan/plan_update.h"
#include "plan/run.h"
#include "plan/setup_again.h"
#include "plan/workspace.h"

/* What a person decided at the end of the wizard. */
enum front_choice {
	FRONT_LEAVE,  /* keep a draft */
	FRONT_WRITE,  /* apply, write only */
	FRONT_DEPLOY, /* apply and deploy */
	FRONT_SAVE,   /* save the plan to a file, write nothing */
	FRONT_UNDO,   /* take back what the run before has changed, then ask again */
};

struct front {
	const char *name;
	/* Asks the settings, shows the review; the plan that was confirmed comes in *ret (owned by
	 * the caller; NULL for FRONT_LEAVE and FRONT_UNDO). `again`: a run that failed before is told
	 * of, and where the person was is remembered. Runs the loop. */
	int (*setup)(struct setup *s, struct setup_again *again, enum front_choice *ret_choice,
		struct plan **ret, struct error *err);
	/* Asks what is to be decided and answered about an update (plan/plan_update.h), whose staged
	 * project is the workspace's; *ret_go false: leave everything as it is. Runs the loop. */
	int (*update)(struct update *u, struct setup *s, bool *ret_go, struct error *err);
	/* Shows the deployment of `run` (may be NULL: just look), then stays as the panel until the
	 * person leaves. Runs the loop. `run` stays the caller's. ret_back: the person may go back
	 * to the setup that `run` came of when that fails, and it is said here that they did; NULL:
	 * there is none. */
	int (*panel)(struct workspace *w, struct run *run, bool *ret_back, struct error *err);
};

#endif
