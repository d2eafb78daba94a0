/* SPDX-License-Identifier: MIT */
/*
 * What a run does: on a terminal one line a service, drawn again in place; else told in lines
 *("00:42 webui starting, 12 s: GET ... answers 503") or, with
 *--events, as one JSON object a line:
 *
 *	{"time": ms, "event": "plan", "changes": n, "steps": [...], "notes": [...]}
 *	{"time": ms, "event": "step", "step", "state", "status", "progress", "error"}
 *	{"time": ms, "event": "service", "service", "phase", "reason", "tries"}
 *	{"time": ms, "event": "line", "step", "text"}
 *	{"time": ms, "event": "end", "run", "outcome"}
 */
#ifndef SLIPWAY_CLI_PROGRESS_H
#define SLIPWAY_CLI_PROGRESS_H

#include "cli/command.h"
#include "cli/region.h"

struct progress {
	struct cli *cli;
	const struct run *run; /* for lines about what takes long; may be NULL */
	int64_t start_ms;      /* wall clock */
	int64_t spoke_ms;
	struct strv said; /* thing and what was said last of it, in turn */
	struct timer *tick;
	struct region region; /* on a terminal, where a run has services */
	struct timer *soon;   /* pending drawing */
};

void progress_init(struct progress *p, struct cli *cli);
void progress_done(struct progress *p);
DEFINE_AUTO(progress)
/* A run_event_fn; arg is a struct progress. */
void progress_event(void *arg, const struct run_event *e);
/* The run has ended: what it came to is drawn for the last time, and stays. It is not asked again.
 */
void progress_settle(struct progress *p);
/* The first event: what is going to be done, before it is. */
void progress_plan(struct cli *cli, const struct plan *plan);
/* The last event: outcome is "done", "failed", "interrupted" or "unchanged"; run may be NULL. */
void progress_end(struct cli *cli, const char *run, const char *outcome);

#endif
