/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_ENGINE_DOCKER_VOLUME_H
#define SLIPWAY_ENGINE_DOCKER_VOLUME_H

#include "engine/docker_api.h"

/*
 * Deletes a volume with everything in it, after stopping and removing the containers of the project
 * that use it. done: 0 also when it is gone already; ERR_EXISTS, before anything is touched, when a
 * container of somebody else uses it.
 */
struct op *docker_volume_wipe(
	struct docker *d, const char *project, const char *volume, op_done_fn *done, void *arg);

#endif
