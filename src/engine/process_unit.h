/* SPDX-License-Identifier: MIT */
/*
 * struct unit: one supervised service of the process engine: a process group of its own, restarted
 * by its policy (100 ms, doubling to 60 s; reset after 10 s of running), checked as Docker checks
 * health: failures within the start period do not count until the first success; `retries` failures
 * in a row make it unhealthy.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_UNIT_H
#define SLIPWAY_ENGINE_PROCESS_UNIT_H

#include "engine/process_spec.h"
#include "loop/loop.h"

struct unit;

struct unit_events {
	void (*changed)(void *arg, struct unit *u);
	/* One line of output, without newline; stream 1 or 2, 3 for the supervisor's own words. */
	void (*line)(void *arg, struct unit *u, int stream, const char *text, size_t len);
	void *arg;
};

/* Takes the contents of spec. */
struct unit *unit_new(
	struct loop *loop, struct process_spec *spec, const struct unit_events *events);
/* Kills what still runs, at once. */
void unit_free(struct unit *u);
const struct process_spec *unit_spec(const struct unit *u);
/* False when it runs already (or is to be restarted by its policy). */
bool unit_start(struct unit *u);
/* SIGTERM to the group, SIGKILL after 10 s; `changed` tells when it has ended. */
void unit_stop(struct unit *u);
/* Stops, then starts again. */
void unit_restart(struct unit *u);
bool unit_running(const struct unit *u);
/* Process group, 0 when none runs. */
int unit_pgid(const struct unit *u);
/* Everything live.h wants to know of an instance; the caller owns the object. */
struct json_object *unit_json(const struct unit *u);

#endif
