/* SPDX-License-Identifier: MIT */
/*
 * struct deploy: the one rollout of a run, shared by its service steps: begun by the first that
 * joins, it starts every service that the plan changes; each step ends when its own service is
 * ready or cannot become so.
 */
#ifndef SLIPWAY_PLAN_DEPLOY_H
#define SLIPWAY_PLAN_DEPLOY_H

#include "base/json.h"
#include "plan/run.h"

struct deploy;

/* ctx and plan are borrowed and outlive it. */
struct deploy *deploy_new(struct step_context *ctx, const struct plan *plan);
/* NULL is accepted. All that joined must have been freed. */
void deploy_free(struct deploy *d);
/* The service's part of the rollout, which begins with the first that joins. done: 0 once the service is
 * ready, or done where it only has to end; else why it cannot become so. One that joins after the end
 * gets the code of the whole. Cancelling one ends the rollout for all. The caller frees the op. */
struct op *deploy_join(
	struct deploy *d, struct step *s, const char *service, op_done_fn *done, void *arg);
/* Borrowed; NULL before it begins. */
const struct rollout *deploy_rollout(const struct deploy *d);
/* [{service, phase, created_ms, started_ms, ready_ms, critical}], times in wall clock
 * ms; the caller owns it. */
struct json_object *deploy_phases(const struct deploy *d);

#endif
