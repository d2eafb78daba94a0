/* SPDX-License-Identifier: MIT */
/*
 * struct run: one execution of a plan, journalled below .slipway/ so that it survives kill -9: before
 * a step changes anything its intent and the bytes (mode, owner) it replaces are on disk, after it its
 * outcome is. A run that has no end in its journal was interrupted: it is continued (the plan is made
 * again; what is done is found done) or undone.
 *
 *	.slipway/journal/NNNN.ndjson  one JSON object a line: run, begin, change, end, services, done|failed|cancelled
 *	.slipway/backup/NNNN/         what was replaced
 *	.slipway/lock                 held while running (host_lock)
 *
 * Secrets never enter the journal; backups are 0600 in a 0700 directory.
 */
#ifndef SLIPWAY_PLAN_RUN_H
#define SLIPWAY_PLAN_RUN_H

#include "plan/plan.h"
#include "plan/rollout.h"

struct run;

enum run_event_kind {
	RUN_STEP,     /* a step changed its state, status or progress */
	RUN_SERVICE,  /* a service reached a phase (rollout.h) */
	RUN_LINE,     /* a line of output (build, one-off command) */
};

struct run_event {
	enum run_event_kind kind;
	int64_t at_ms; /* wall clock */
	const struct step *step;            /* RUN_STEP, RUN_LINE */
	const struct rollout_service *service; /* RUN_SERVICE */
	const char *text;
};
typedef void run_event_fn(void *arg, const struct run_event *e);

struct run_options {
	const char *title;  /* "deploy", "setup"; for the journal */
	run_event_fn *event;
	void *arg;
	struct live *live;  /* may be NULL when the plan deploys nothing */
};

/* Takes ownership of the plan. ERR_LOCKED (with the holder) comes through done. */
struct run *run_start(struct plan *plan, const struct run_options *options, op_done_fn *done, void *arg);
struct op *run_op(struct run *r);
const struct plan *run_plan(const struct run *r);
/* "0007"; NULL before it has one. */
const char *run_id(const struct run *r);
/* The rollout in progress, for the timeline; NULL when none. Borrowed. */
const struct rollout *run_rollout(const struct run *r);
/* Change observer of a run started elsewhere (a panel that opens while it runs). */
void run_observe(struct run *r, run_event_fn *fn, void *arg);

/* Past runs, newest first. */
struct run_record {
	char *id, *title;
	int64_t started_ms, ended_ms; /* 0: never ended */
	char *outcome; /* "done", "failed", "cancelled", "undone", "interrupted", "running" */
	char *failure; /* why it failed; NULL */
	size_t steps, changes;
	struct strv changed; /* paths */
	struct json_object *services; /* phases with their times, for the timeline's shadow; NULL */
};
struct run_records {
	struct run_record *items;
	size_t n;
};
int run_list(struct workspace *w, struct run_records *ret, struct error *err);
void run_records_done(struct run_records *r);
DEFINE_AUTO(run_records)

/* The services that were never started get a note (live.h) that says why: what the newest deployment said of
 * them, or why it failed as a whole. Nothing when it did not fail. Blocking on the host. */
void run_note_failure(struct workspace *w);

/* Restores what run `id` changed, byte for byte with mode and owner, newest change first. NULL: the
 * newest run that changed files and is neither undone nor itself an undo. ERR_EXISTS when a file was
 * changed since (the detail names it) unless force. The undo is a run of its own and can be undone.
 * What a root container gave away one brings back (ERR_UNREACHABLE without an Engine), unless we are
 * root. Refusing is no run. */
struct op *run_undo(struct workspace *w, const char *id, bool force, op_done_fn *done, void *arg);
/* What that does, as lines, and to which run (ret_id may be NULL; caller frees): who confirms it
 * hands that id to run_undo(), since another run may have ended meanwhile. Blocking on the host. */
int run_undo_text(struct workspace *w, const char *id, bool force, enum plan_tone tone,
	char **ret_id, struct str *out, struct error *err);

/* Whether undoing it takes the compose files away, without which no service can be stopped any more.
 * Blocking on the host. */
bool run_undo_takes_compose(struct workspace *w, const char *id);

/* Id of the newest run that put a .env with a value of this key into its backup: undoing it brings
 * the value back. NULL: none. Caller frees; ret_value (NULL: not wanted) with secret_free().
 * Blocking on the host. */
char *run_with_value(struct workspace *w, const char *key, char **ret_value);

/*
 * What a step gets while it runs. Changes to files go through these, which back up and journal first.
 */
struct step_context {
	struct run *run;
	struct workspace *workspace;
	struct host *host;
};
int step_make_dir(struct step_context *ctx, struct step *s, const char *path, int mode, struct error *err);
/* Journals owner and mode of everything that differs, then changes it. */
int step_own(struct step_context *ctx, struct step *s, const char *root, const struct host_own *want,
	const atomic_bool *cancelled, struct error *err);
/* From the loop: sets status and progress and tells observers. */
void step_progress(struct step_context *ctx, struct step *s, double progress, const char *fmt, ...) ATTR_PRINTF(4, 5);
void step_line(struct step_context *ctx, struct step *s, const char *text);

#endif
