/* SPDX-License-Identifier: MIT */
/*
 * struct rollout_entry: one service of a rollout on its way: told to start (or to restart), watched
 * until it is ready, done or cannot become so. Who may begin when is the rollout's business. For
 * rollout*.c only.
 */
#ifndef SLIPWAY_PLAN_ROLLOUT_ENTRY_H
#define SLIPWAY_PLAN_ROLLOUT_ENTRY_H

#include "plan/gate.h"
#include "plan/rollout.h"

/* A crash loop: this many restarts within this time. */
enum { CRASH_RESTARTS = 3, CRASH_WINDOW_MS = 60 * 1000 };

struct rollout_entry {
	struct rollout_service pub;
	struct loop *loop;
	const struct rollout_options *o; /* borrowed */
	const struct compose_service *service;
	const struct compose_depends *depends; /* what it waits for, on this engine */
	size_t n_depends;
	const struct stack_gate *gate_spec; /* NULL: none */
	char *never;                        /* why its health check can never pass: the gate decides
					       alone; NULL */
	bool restart;                       /* what runs is restarted */
	bool along;                         /* others need it; nobody asked for it */
	bool awaited;                       /* somebody waits for its end */
	int height;                         /* longest chain of services that wait for it */
	void (*changed)(void *arg);         /* the rollout looks again */
	void *arg;
	struct op *start;
	struct gate *gate;
	struct timer *deadline;
	int64_t seen_started_ms; /* of the newest instance before we started it: older news does not
				    count */
	int64_t steady_run, steady_since_ms; /* the run that is watched for a while, and since when
						(loop clock) */
	struct timer *steady;
	int restarts_before;
	int64_t restart_times[CRASH_RESTARTS]; /* loop clock of the last restarts */
	int restarts_seen;
};

/* Ready, done, failed or skipped: nothing changes any more. */
bool rollout_entry_settled(const struct rollout_entry *e);
/* State changes only through here: notes and watchers follow. Takes the reason (may be NULL). */
void rollout_entry_set(struct rollout_entry *e, enum rollout_phase phase, char *reason);
/* Tells the engine to start it; what it needs holds. */
void rollout_entry_begin(struct rollout_entry *e);
/* Of a started one: what the live model says of it now. */
void rollout_entry_consider(struct rollout_entry *e);
/* Stops whatever is under way. */
void rollout_entry_halt(struct rollout_entry *e);
/* And releases. */
void rollout_entry_done(struct rollout_entry *e);

#endif
