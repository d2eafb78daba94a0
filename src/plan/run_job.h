/* SPDX-License-Identifier: MIT */
/*
 * struct job_queue: work for the pool, one at a time, in the order it was asked for. What touches a
 * run's files goes through one queue, so that the journal's order is the order of the changes.
 */
#ifndef SLIPWAY_PLAN_RUN_JOB_H
#define SLIPWAY_PLAN_RUN_JOB_H

#include "loop/work.h"

struct job;

struct job_queue {
	struct loop *loop;
	struct job *head;
	bool closing; /* its owner is releasing the jobs: start none */
};

/* release (may be NULL) is called once for data. Free a job to take it back. */
struct op *job_queue_add(struct job_queue *q, work_fn *fn, void *data, work_release_fn *release,
	op_done_fn *done, void *arg);

#endif
