/* SPDX-License-Identifier: MIT */
/*
 * struct rollout: starts services in the order of their dependencies, each the moment its own
 * conditions hold (never wave by wave), and waits until each is healthy, done, or cannot become so.
 *
 * Fails at once, with the reason: a service that restarts 3 times within 60 s or exits with a status
 * (restart policy no), a dependency that failed, a one-shot that failed, an engine error on start, a
 * health check that the container declares unhealthy (after its start period and retries), a dependency
 * cycle. A one-shot that exits 0 is done. A gate of the stack definition is tried until it holds or its
 * time is up.
 *
 * Of services that may start at the same time those begin first that the longest chain of others
 * waits for.
 */
#ifndef SLIPWAY_PLAN_ROLLOUT_H
#define SLIPWAY_PLAN_ROLLOUT_H

#include "config/mask.h"
#include "config/project.h"
#include "engine/engine.h"
#include "engine/live.h"
#include "loop/op.h"

enum rollout_phase {
	ROLLOUT_WAITING, /* its dependencies do not hold yet */
	ROLLOUT_STARTING,
	ROLLOUT_STARTED, /* runs; health check or gate pending */
	ROLLOUT_READY,   /* healthy, running without a check, or gate passed */
	ROLLOUT_DONE,    /* one-shot that exited 0 */
	ROLLOUT_FAILED,
	ROLLOUT_SKIPPED, /* something it needs failed */
};
const char *rollout_phase_name(enum rollout_phase phase); /* for JSON */

struct rollout_service {
	const char *name;
	enum rollout_phase phase;
	char *reason; /* "waits for postgres (healthy)"; the evidence when failed; NULL */
	/* Wall clock ms; 0: not reached. */
	int64_t created_ms, begun_ms, started_ms, ready_ms;
	int tries;       /* of the gate */
	char *last_try;  /* what the gate said last; NULL */
	int64_t next_try_ms, deadline_ms;
	bool unchecked;  /* counts as ready because nothing could tell: no health check, no gate */
	bool critical;   /* on the critical path (computed at the end) */
	bool ran_before; /* nobody asked for it, others need it, and it ran already: left alone */
};

/* The phase for people: "ready", and "unchecked" where nothing told that it is. */
const char *rollout_phase_label(const struct rollout_service *s);

struct rollout; /* begins with a struct op */

typedef void rollout_event_fn(void *arg, const struct rollout_service *s);

struct rollout_options {
	struct engine *engine;
	struct live *live; /* watched already */
	const struct project *project; /* model and gates */
	const struct strv *services;   /* NULL: all active; dependencies of the named ones come along */
	/* Of these, what runs is restarted rather than left as it is, and only news from after that
	 * counts; NULL: none. */
	const struct strv *restart;
	int64_t timeout_ms; /* of one service, 0: from its health check, at least 2 min */
	/* What has no check must run on for this long before it counts as ready: what ends at once
	 * is not; 0: no time. */
	int64_t steady_ms;
	/* What may be a one-shot but runs on this long is taken for a service; 0: 15 s. */
	int64_t oneshot_ms;
	const struct mask *mask; /* hides the secrets in what reasons and tries quote; may be NULL */
	rollout_event_fn *event;
	void *arg;
};

/* done: 0 all ready; ERR_UNHEALTHY with the first failure's reason as detail; ERR_CANCELLED. */
struct rollout *rollout_start(struct loop *loop, const struct rollout_options *o, op_done_fn *done, void *arg);
struct op *rollout_op(struct rollout *r);
size_t rollout_count(const struct rollout *r);
const struct rollout_service *rollout_at(const struct rollout *r, size_t i);
const struct rollout_service *rollout_find(const struct rollout *r, const char *service);

#endif
