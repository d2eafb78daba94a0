/* SPDX-License-Identifier: MIT */
/* Questions a rollout asks of a live service; every function accepts NULL. */
#ifndef SLIPWAY_PLAN_ROLLOUT_JUDGE_H
#define SLIPWAY_PLAN_ROLLOUT_JUDGE_H

#include "config/compose.h"
#include "engine/live.h"

/* Wall clock ms of the newest and oldest start and the newest creation among its instances; 0:
 * never. */
int64_t rollout_newest_start(const struct live_service *s);
int64_t rollout_oldest_start(const struct live_service *s);
int64_t rollout_created(const struct live_service *s);
/* Restarts by the engine, all instances together. */
int rollout_restarts(const struct live_service *s);
/* Whether it is there to be talked to: its image names ports, and the service runs what the image
 * runs by itself (the same image with a command may be a job: "migrate"). */
bool rollout_serves(const struct compose_service *service, const struct live_service *s);
/* Every instance ended with status 0. */
bool rollout_exited_well(const struct live_service *s);
/* How long it may take to become healthy: twice what its health check needs to give up, at least
 * `least`; milliseconds. */
int64_t rollout_patience(const struct live_service *s, int64_t least);
/* The most telling line about what is wrong, last_try if nothing better; NULL when nothing is
 * known. Caller frees. */
char *rollout_evidence(const struct live_service *s, const char *last_try);
/* Why the health check of a service can never pass, by its compose file or by what the check itself
 * said: then it tells nothing, and a gate of the definition decides alone. NULL: it may. Caller
 * frees. */
char *rollout_never_healthy(const struct compose *c, const struct compose_service *service,
	const struct live_service *s);

#endif
