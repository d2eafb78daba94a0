/* SPDX-License-Identifier: MIT */
/*
 * On which engine a project is deployed: one word in .slipway/engine, the name of the engine or, after
 * `down`, "none". Every later command goes there (workspace_connect()), so that nothing is left behind
 * that runs elsewhere.
 */
#ifndef SLIPWAY_PLAN_DEPLOYED_H
#define SLIPWAY_PLAN_DEPLOYED_H

#include "plan/plan.h"
#include "plan/run.h"

#define DEPLOYED_FILE "engine"

/* NULL: on none, or nobody knows. Of a project that was deployed before this was written down, what
 * was left behind tells. `slipway` is the path of the project's .slipway directory. Caller frees;
 * blocks on the host. */
char *deployed_read(struct host *h, const char *slipway);
/* The project is deployed, but not on the engine in use. */
bool deployed_elsewhere(const struct workspace *w);
/* ERR_EXISTS when the plan would start services beside those that are deployed elsewhere. */
int deployed_check(const struct plan *p, struct error *err);
/* Within a run, blocking: it is deployed on this engine from now on; or, after `down`, no more. */
int deployed_note(struct step_context *ctx, struct step *s, struct error *err);
int deployed_note_none(struct step_context *ctx, struct step *s, struct error *err);
/* From the loop, after these. */
void deployed_set(struct workspace *w, bool here);
/* Without a run: nothing of it is there any more. */
int deployed_forget(struct workspace *w, struct error *err);
/* Why the engine that it is deployed on is needed, before why there is none. */
void deployed_explain(const char *engine, struct error *err);

#endif
