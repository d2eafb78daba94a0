/* SPDX-License-Identifier: MIT */
/* struct roster: the services of one supervisor, and who is owed a word when one of them has ended.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_ROSTER_H
#define SLIPWAY_ENGINE_PROCESS_ROSTER_H

#include "engine/process_unit.h"

struct roster;

/* Called from the loop, never from inside a call to the roster, but for `changed` and `line`. */
struct roster_events {
	void (*changed)(void *arg, struct unit *u);
	void (*line)(void *arg, struct unit *u, int stream, const char *text, size_t len);
	/* The end came that `who` waits for. */
	void (*ended)(void *arg, void *who, int64_t id);
	void (*removed)(void *arg, const char *service);
	/* Nothing runs (any more). */
	void (*idle)(void *arg);
	void *arg;
};

/* Processes are marked with mark and their service's name (see process_family.h); mark is copied.
 */
struct roster *roster_new(struct loop *loop, const char *mark, const struct roster_events *events);
/* Kills what still runs, at once. */
void roster_free(struct roster *r);

size_t roster_count(const struct roster *r);
struct unit *roster_at(const struct roster *r, size_t i);
/* NULL: no such service, or it is being removed. */
struct unit *roster_find(const struct roster *r, const char *service);
/* Makes a service, or gives it another definition (unit_define()). Takes the contents of spec.
 * ERR_LIMIT: there are 4096 already. */
int roster_define(
	struct roster *r, struct process_spec *spec, struct unit **ret, struct error *err);
/* Stops the service; it is forgotten once it has ended, unless it is defined again before. */
void roster_remove(struct roster *r, struct unit *u);
/* Calls `ended` when the service's present run has ended. 1: it does not run, there is nothing to
 * wait for. ERR_LIMIT when 4096 wait already. */
int roster_wait(struct roster *r, struct unit *u, void *who, int64_t id);
/* Who waited has gone. */
void roster_forget(struct roster *r, const void *who);
bool roster_running(const struct roster *r);
/* Stops all; `idle` tells, also when nothing ran. */
void roster_stop(struct roster *r);

#endif
