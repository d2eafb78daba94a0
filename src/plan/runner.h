/* SPDX-License-Identifier: MIT */
/*
 * What step kinds get from the run they belong to, beyond run.h. For src/plan only.
 */
#ifndef SLIPWAY_PLAN_RUNNER_H
#define SLIPWAY_PLAN_RUNNER_H

#include "loop/work.h"
#include "plan/ledger.h"
#include "plan/run.h"

/* The books of this run; touched by blocking steps and run_job() only. */
struct ledger *run_ledger(struct run *r);
struct live *run_live(struct run *r);
/*
 * Work on the pool in turn with the blocking steps of this run, never two at once: an asynchronous
 * step writes files this way. Release may be NULL.
 */
struct op *run_job(struct run *r, work_fn *fn, void *data, work_release_fn *release,
	op_done_fn *done, void *arg);
/* The one rollout of this run, which starts all services the plan changes; the operation ends when
 * `service` is ready or cannot become so. */
struct op *run_join_rollout(
	struct run *r, struct step *s, const char *service, op_done_fn *done, void *arg);
/* Hides the project's secrets; whatever a run tells and writes down goes through it. */
const struct mask *run_mask(const struct run *r);
void run_emit(struct run *r, const struct run_event *e);

/* Book-keeping of Slipway itself, through the same journal. `name` is below .slipway/. */
int step_write_own(struct step_context *ctx, struct step *s, const char *name, const void *data,
	size_t n, struct error *err);

#endif
