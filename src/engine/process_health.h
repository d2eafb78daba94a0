/* SPDX-License-Identifier: MIT */
/*
 * struct health: the health check of one service, judged as Docker does: failures within the start
 * period do not count until the first success; `retries` failures in a row make it unhealthy. A
 * check that takes longer than its timeout is ended (SIGTERM, 3 s later SIGKILL, its whole group)
 * and counts as failed.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_HEALTH_H
#define SLIPWAY_ENGINE_PROCESS_HEALTH_H

#include "engine/process_spec.h"
#include "loop/loop.h"

struct health;

/* changed is called after each check. The checks run under a mark of their own, below that of the
 * service (NULL: none): they are no part of it, yet of its project. */
struct health *health_new(
	struct loop *loop, const char *mark, void (*changed)(void *arg), void *arg);
void health_free(struct health *h);
/* The service has started: nothing is known, the first check comes after one interval. The
 * specification is borrowed until health_end(); without a check in it there is nothing to do. A success
 * within probation_ms proves nothing yet: what ended by itself has to outlive that first, since another
 * program may answer for it. */
void health_begin(struct health *h, const struct process_spec *spec, int64_t probation_ms);
/* The service ends or has ended. What the checks said stays to be read until the next beginning. */
void health_end(struct health *h);
/* Puts health, has_health, streak, probes and the check's numbers of spec into o. */
void health_put(const struct health *h, const struct process_spec *spec, struct json_object *o);

#endif
