/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a secret that data remembers: the old one stays, is taken from a backup, is
 * changed inside the service as well, or goes together with the data. The choice is an answer as
 * others are: undone and done again, and without effect once another value is typed. The last two
 * need a plan of services (PLAN_ALL), to which setup_amend() adds what is missing.
 */
#ifndef SLIPWAY_PLAN_SETUP_HOME_H
#define SLIPWAY_PLAN_SETUP_HOME_H

#include "plan/setup.h"

enum home_way {
	HOME_KEEP,    /* takes any other choice back */
	HOME_RESTORE, /* the value that the backup of an earlier run has */
	HOME_CHANGE,  /* a rotation (rotation.h), as part of the plan */
	HOME_WIPE,    /* the volume is deleted, and a new value made */
};
enum { HOME_WAYS = HOME_WIPE + 1 };

struct home_way_info {
	const char *name; /* "keep", as options have it */
	int letter;       /* of the questions as lines */
};
extern const struct home_way_info home_ways[HOME_WAYS];

/* Whether data remembers the secret, or did until a choice of this session. */
bool setup_home_known(const struct setup *s, const char *name);
/* What is chosen and in force. */
enum home_way setup_home_way(const struct setup *s, const char *name);
/* Whether it can be chosen: 0, or why not. */
int setup_home_can(const struct setup *s, const char *name, enum home_way way, struct error *err);
/* What it does, as a line for people; caller frees. Only of what can be chosen. */
char *setup_home_text(const struct setup *s, const char *name, enum home_way way);
/* The volume that HOME_WIPE deletes; NULL: none. Borrowed. */
const char *setup_home_volume(const struct setup *s, const char *name);
/* Chooses. volume: for HOME_WIPE its name as a person has typed it; ERR_INPUT when it is another.
 */
int setup_home_choose(struct setup *s, const char *name, enum home_way way, const char *volume,
	struct error *err);

/* Whether a choice in force needs a plan of services. */
bool setup_needs_deploy(const struct setup *s);
/* Adds the secrets that are changed inside their services, in the order of the settings: one
 * rotation of all of them. */
void setup_rotates(const struct setup *s, struct strv *ret);
/* What the run is called: `otherwise`, where nothing is chosen that keeps it from being undone.
 * Caller frees. */
char *setup_run_title(const struct setup *s, const char *otherwise);
/* Makes a plan that was made from these answers do what was chosen. ERR_INPUT where it cannot. */
int setup_amend(struct setup *s, struct plan *plan, struct error *err);

/* --- setup_kept.c: values that their data does not know */

/* The ways out as commands, for people; caller frees. */
char *setup_kept_ways(const struct setup *s, const char *name);
/* Whether services that the plan makes or starts take a secret that data could remember. */
bool setup_kept_matters(struct setup *s, const struct plan *plan);
/* After setup_try(): notes of the plan for the secrets that were refused and that its services take;
 * they hold it (plan->held), but for those that are allowed. */
void setup_kept_hold(struct setup *s, struct plan *plan, const struct strv *allowed);

#endif
