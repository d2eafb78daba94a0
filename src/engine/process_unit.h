/* SPDX-License-Identifier: MIT */
/*
 * struct unit: one supervised service of the process engine: a process group of its own, restarted
 * by its policy (100 ms, doubling to 60 s; from the beginning after 10 s of running), with its
 * health check.
 *
 * Its end is gentle: the stop signal to all its processes, SIGKILL to those that are left after the
 * grace period; it has ended when none is left. When its leader ends by itself, the rest goes with
 * it at once, as in a container.
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

/* Takes the contents of spec. mark (copied, may be NULL) is how its processes are known: see
 * process_family.h. */
struct unit *unit_new(struct loop *loop, struct process_spec *spec, const char *mark,
	const struct unit_events *events);
/* Kills what still runs, at once. */
void unit_free(struct unit *u);
const struct process_spec *unit_spec(const struct unit *u);
/* Another definition, of the same name; takes the contents of spec. What runs is ended first,
 * gently, and not started again unless somebody asks meanwhile. */
void unit_define(struct unit *u, struct process_spec *spec);
/* False when it runs already (or is to be restarted by its policy). */
bool unit_start(struct unit *u);
/* `changed` tells when it has ended. */
void unit_stop(struct unit *u);
/* Stops, then starts again. */
void unit_restart(struct unit *u);
/* Until the last of its processes has ended. */
bool unit_running(const struct unit *u);
/* How often it has ended; with unit_running(), whether the end that somebody waits for has come. */
uint64_t unit_ends(const struct unit *u);
/* Process group, 0 when none runs. */
int unit_pgid(const struct unit *u);
/* Everything live.h wants to know of an instance; the caller owns the object. */
struct json_object *unit_json(const struct unit *u);

#endif
