/* SPDX-License-Identifier: MIT */
/*
 * Keeps a live model true: one list and an inspect of each container at the start, then the
 * filtered stream of events with an inspect of the container an event is about. Events can be lost,
 * so the list is asked again every 30 s and after each reconnect. Nothing is polled for a container
 * but its health log, once per interval of its check, while it is starting or unhealthy, or while
 * somebody reads about it (live->focus).
 */
#ifndef SLIPWAY_ENGINE_DOCKER_WATCH_H
#define SLIPWAY_ENGINE_DOCKER_WATCH_H

#include "engine/docker_api.h"
#include "engine/live.h"

/* done as engine_ops.watch; the operation goes on until it is freed. */
struct op *docker_watch_start(
	struct docker *d, struct live *live, const char *project, op_done_fn *done, void *arg);

/* Path of the stream of a project's container events; since: "SEC.NANO" or "". Caller frees. */
char *docker_events_path(const char *project, const char *since);
/* Why that stream is over: what its call ended with, or that it ended without an error. */
void docker_events_ended(int code, const struct error *err, struct error *ret);

#endif
