/* SPDX-License-Identifier: MIT */
/*
 * Reads the logs of a project's containers into a struct logs: first the history of all, merged by
 * time (each container's answer waits for the others, so that memory stays small), then what
 * follows. Containers that start later join; a stream that ends is taken up where it ended.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_LOGS_H
#define SLIPWAY_ENGINE_DOCKER_LOGS_H

#include "engine/docker_api.h"
#include "engine/engine.h"

struct op *docker_logs_start(struct docker *d, const char *project, const struct engine_logs *l,
	op_done_fn *done, void *arg);

#endif
