/* SPDX-License-Identifier: MIT */
/*
 * What a run does, told in lines ("00:42 webui starting, 12 s: GET ... answers 503") or, with
 *--events, as one JSON object a line:
 *
 *	{"time": ms, "event": "step", "step", "state", "status", "progress", "error"}
 *	{"time": ms, "event": "service", "service", "phase", "reason", "tries"}
 *	{"time": ms, "event": "line", "step", "text"}
 *	{"time": ms, "event": "end", "run", "outcome"}
 */
#ifndef SLIPWAY_CLI_PROGRESS_H
#define SLIPWAY_CLI_PROGRESS_H

#include "cli/command.h"

struct progress {
	struct cli *cli;
	const struct run *run; /* for lines about what takes long; may be NULL */
	int64_t start_ms;      /* wall clock */
	int64_t spoke_ms;
	struct strv said; /* thing and what was said last of it, in turn */
	struct timer *tick;
};

void progress_init(struct progress *p, struct cli *cli);
void progress_done(struct progress *p);
DEFINE_AUTO(progress)
/* A run_event_fn; arg is a struct progress. */
void progress_event(void *arg, const struct run_event *e);
/* The last event: outcome is "done", "failed", "interrupted" or "unchanged"; run may be NULL. */
void progress_end(struct cli *cli, const char *run, const char *outcome);
/* An engine_progress_fn, for what is done without a run (down, scale). */
void progress_engine(void *arg, const struct engine_progress *e);
/* One line of our own about a thing, unless it was said last. */
void progress_say(struct progress *p, const char *thing, const char *text);

#endif
