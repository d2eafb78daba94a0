/* SPDX-License-Identifier: MIT */
/*
 * Statistics of the instances that somebody looks at, one sample each: the Engine's collector is
 * one loop over all containers that are asked for, so nothing else is. Shares of processor time are
 * taken against the sample before, which is kept here.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_STATS_H
#define SLIPWAY_ENGINE_DOCKER_STATS_H

#include "engine/docker_api.h"
#include "engine/docker_container.h"
#include "engine/live.h"

struct docker_samples {
	struct docker_known_sample *items;
	size_t n, cap;
};

void docker_samples_done(struct docker_samples *s);

/* One sample of each running instance of these services, into live. */
struct op *docker_stats_start(struct docker *d, struct docker_samples *samples, struct live *live,
	const struct strv *services, op_done_fn *done, void *arg);

#endif
