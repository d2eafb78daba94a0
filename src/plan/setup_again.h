/* SPDX-License-Identifier: MIT */
/*
 * A setup that goes on after the run it ended with failed: the answers of before, in memory with their
 * secrets, and why it failed; for a session about what that run has left.
 */
#ifndef SLIPWAY_PLAN_SETUP_AGAIN_H
#define SLIPWAY_PLAN_SETUP_AGAIN_H

#include "plan/setup.h"

struct setup_answered {
	char *name, *value; /* the value is wiped on release */
	enum setting_answer answer;
};

/* Zeroed: nothing has failed yet. */
struct setup_again {
	struct setup_answered *answers;
	size_t n;
	char *focus;      /* the setting somebody was at when they left the questions; NULL */
	char *run;        /* that failed; NULL: it did not even begin */
	struct error err; /* why; code 0: none did */
	bool shown;       /* somebody has seen that already */
	size_t changed;   /* files that it has changed */
	bool undoable;    /* taking them back leaves the project one */
	char *undone;     /* a run that was taken back since; NULL */
};
void setup_again_done(struct setup_again *a);
DEFINE_AUTO(setup_again)

/* The answers, before their plan is run: a run may take what it wrote for the project, which has none. */
void setup_again_keep(struct setup_again *a, struct setup *s);
/* That run failed: its id (NULL: it did not begin) and err are taken. Looks at its journal; blocks on
 * the host. */
void setup_again_failed(struct setup_again *a, struct workspace *w, char *run, struct error *err);
/* Reads the project again, and answers in a new session what it does not have by now; the sessions
 * before it are freed already. Blocks on the host: not under a screen. */
int setup_again_begin(
	struct setup_again *a, struct workspace *w, struct setup **ret, struct error *err);

#endif
