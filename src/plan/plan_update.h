/* SPDX-License-Identifier: MIT */
/* The plan of `slipway config update`. */
#ifndef SLIPWAY_PLAN_PLAN_UPDATE_H
#define SLIPWAY_PLAN_PLAN_UPDATE_H

#include "config/update.h"
#include "plan/plan.h"
#include "plan/setup.h"

/* The workspace's project is from now on the one that the update leads to; the update keeps the one
 * that is. */
void update_take_over(struct workspace *w, struct update *u);
/*
 * Secrets among the added keys are made, unless a volume holds the old one, and the passwords in added
 * addresses follow the user's own; what is left unanswered is appended to missing (names). For a
 * workspace whose project is the update's staged one.
 */
int update_answer(const struct update *u, struct setup *s, struct strv *missing, struct error *err);
/* The setting that a new key needs an answer for, whether it has one by now or not; NULL: it needs none.
 * Secrets are made. */
const struct setting *update_asked(const struct env_change *c, struct setup *s);
/* .env, the files, what could not be merged beside them, and last the copies of what was seen, with
 * the answers of the workspace's project to what was added. Without changes there is no copy either.
 * Blocks on the host. */
int plan_of_update(
	struct workspace *w, const struct update *u, struct plan **ret, struct error *err);

#endif
