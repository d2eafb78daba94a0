/* SPDX-License-Identifier: MIT */
/* struct last_run: how long the deployment before this one took, as a whole and service by service:
 * what a timeline is compared with. */
#ifndef SLIPWAY_PLAN_LAST_RUN_H
#define SLIPWAY_PLAN_LAST_RUN_H

#include "plan/workspace.h"

struct last_service {
	char *name;
	int64_t ms; /* from its start to readiness, >= 0 */
};

struct last_run {
	char *id;
	int64_t ms;                    /* of the whole run; -1: it failed */
	struct last_service *services; /* those that became ready */
	size_t n;
};
void last_run_done(struct last_run *l);
DEFINE_AUTO(last_run)
/* Time of one service; -1: it was not part of it. */
int64_t last_run_service(const struct last_run *l, const char *service);

/* Reads the newest deployment that came to an end, done or failed, of the project, in the pool.
 * `ret`, filled before done runs, must live until then or until the operation is freed. done:
 * ERR_NOT_FOUND when there is none. */
struct op *last_run_find(struct workspace *w, struct last_run *ret, op_done_fn *done, void *arg);

#endif
