/* SPDX-License-Identifier: MIT */
/* Operations on the containers of one service, and commands in them, through the Engine API. */
#ifndef SLIPWAY_ENGINE_DOCKER_ACTION_H
#define SLIPWAY_ENGINE_DOCKER_ACTION_H

#include "engine/docker_api.h"
#include "loop/child.h"

enum docker_verb { DOCKER_START, DOCKER_STOP, DOCKER_RESTART };

/*
 * Starts those that do not run, stops those that do, or restarts all containers of the service at
 * once (one-off ones left out). done: ERR_NOT_FOUND when there is none; the first failure
 * otherwise, naming its container.
 */
struct op *docker_act(struct docker *d, enum docker_verb verb, const char *project,
	const char *service, op_done_fn *done, void *arg);

/*
 * Runs a program in the first running container of the service, without input or terminal, with env
 * (NAME=value; NULL: nothing) beside the container's environment. done: 0
 * for status 0; ERR_FAILED with the status in the message and the last lines as detail. Cancel ends
 * the program (docker_exec_kill()) and comes with ERR_CANCELLED after that; freeing the operation
 * leaves the program alone.
 */
struct op *docker_exec(struct docker *d, const char *project, const char *service,
	const struct strv *argv, const struct strv *env, child_output_fn *output,
	void *output_arg, op_done_fn *done, void *arg);

/*
 * Ends what an exec runs and all that it started. The Engine has no call for that: the processes are
 * those the Engine's host shows below the exec's, checked to be of this container, killed there or,
 * where that is not permitted, by a `kill` in the container. done: 0 also when there was nothing to
 * end; ERR_FAILED.
 */
struct op *docker_exec_kill(
	struct docker *d, const char *container, const char *exec, op_done_fn *done, void *arg);

#endif
