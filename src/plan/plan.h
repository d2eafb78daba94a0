/* SPDX-License-Identifier: MIT */
/*
 * struct plan: the ordered steps between what is and what is wanted. Made without changing anything;
 * empty when there is nothing to do. What --dry-run, --json, the review page and the tests see is the
 * same plan that the runner executes.
 */
#ifndef SLIPWAY_PLAN_PLAN_H
#define SLIPWAY_PLAN_PLAN_H

#include "base/json.h"
#include "base/strv.h"
#include "plan/workspace.h"

enum plan_scope {
	PLAN_WRITE = 1 << 0,   /* files, directories */
	PLAN_IMAGES = 1 << 1,  /* pull and build what is missing */
	PLAN_DEPLOY = 1 << 2,  /* create, start, gates */
	PLAN_ALL = PLAN_WRITE | PLAN_IMAGES | PLAN_DEPLOY,
};

enum service_change {
	SERVICE_UNCHANGED,
	SERVICE_CREATE,
	SERVICE_RECREATE,
	SERVICE_START,   /* what does not run */
	SERVICE_RESTART, /* what runs, but not well */
	SERVICE_REMOVE,
	SERVICE_AWAIT, /* what starts already: nothing is changed, but it must get there */
};

struct plan_service {
	char *name;
	enum service_change change;
	char *reason; /* "JWT_SECRET_KEY changed", "not created yet", "unhealthy: connection refused" */
};

struct step;
struct step_context; /* run.h */

struct step_ops {
	const char *kind; /* "file", "secret", "directory", "owner", "image", "create", "service" */
	const char *glyph;  /* "~", "+", "↓", "⟳" for the review; ascii below */
	const char *ascii;
	/* Still needed? 0 yes, 1 already as wanted (so that a continued run skips it), negative error. May
	 * block on the host: runs on the pool. NULL: always needed. */
	int (*check)(struct step *step, struct error *err);
	/* Does it. Blocking kinds set `run` (on the pool), others `start`. Both journal through the context. */
	int (*run)(struct step *step, struct step_context *ctx, const atomic_bool *cancelled, struct error *err);
	struct op *(*start)(struct step *step, struct step_context *ctx, op_done_fn *done, void *arg);
	void (*free)(struct step *step);
};

enum step_state { STEP_WAITING, STEP_RUNNING, STEP_DONE, STEP_SKIPPED, STEP_FAILED };

/* First member of every kind's own struct. */
struct step {
	const struct step_ops *ops;
	char *id;     /* unique in its plan, stable between two plans of the same change: "file:.env" */
	char *title;  /* ".env", "./data", "Qwen/…", "webui" */
	char *reason; /* "5 set, 1 added, 30 untouched", "owner 0:0 -> 1000:1000, 3 entries" */
	char *change; /* unified diff or list, secrets masked; NULL: none. What the review shows */
	char *change_revealed; /* the same with secrets; wiped on release; NULL when no secret is in it */
	struct strv after; /* ids that must be done first */
	bool changes; /* false: shown for completeness, nothing to do (an unchanged service) */
	bool copied; /* brings a file that the stack ships: nothing of it was answered */
	bool part; /* how other steps of the plan come about: done, but neither shown nor counted */
	/* While running. */
	enum step_state state;
	int64_t started_ms, ended_ms; /* wall clock */
	char *status; /* "2 of 4 layers, 120 MiB of 1.1 GiB"; NULL */
	double progress; /* 0..1, negative: unknown */
	char *remark;    /* what people must know although it is done; NULL */
	struct error err;
};

struct plan {
	struct workspace *workspace; /* borrowed */
	unsigned scope;
	struct step **steps;
	size_t n;
	size_t changes; /* steps with something to do, parts of others left out: what people count
			 */
	struct plan_service *services;
	size_t n_services;
	struct strv waits; /* the services of SERVICE_AWAIT */
	struct strv notes; /* "secret POSTGRES_PASSWORD kept: volume x holds it" */
	/* Why it cannot be deployed as it is: a port that somebody else has. Code 0: nothing is known. */
	struct error held;
	char *held_service; /* whose port it is; NULL */
	int64_t downtime_ms; /* estimate from earlier runs; 0 unknown */
};

/* Makes a plan from the present answers of the workspace's project; take it with plan_take() once done
 * came with 0. Without an engine only PLAN_WRITE is possible (a note says so). */
struct op *plan_start(struct workspace *w, unsigned scope, op_done_fn *done, void *arg);
struct plan *plan_take(struct op *op);
/* A plan that gives .env this text and the mode that its secrets need, and does nothing else. Blocks on
 * the host. */
int plan_of_dotenv(
	struct workspace *w, const char *text, size_t len, struct plan **ret, struct error *err);
void plan_free(struct plan *p);
DEFINE_AUTO_PTR(plan)
struct step *plan_find(const struct plan *p, const char *id);

/* True when the plan is about services too, and they were looked at; for those of action.h always.
 */
static inline bool plan_saw_services(const struct plan *p)
{
	return !p->scope || (p->scope & PLAN_DEPLOY && p->workspace->engine);
}
/* False: there is nothing to do, nor anything to wait for. */
static inline bool plan_acts(const struct plan *p)
{
	return p->changes || p->waits.n;
}
/* What a plan without changes has to say, as a sentence; caller frees. */
char *plan_nothing(const struct plan *p);

/* {"changes": n, "waits": [names], "services_seen": true, "steps": [{id, kind, title, reason,
 * change, changes, part}], "notes": [...]} */
struct json_object *plan_json(const struct plan *p, bool reveal);

/* How many lines of changes people are shown: Slipway's own notes are one (see step_is_note()). */
size_t plan_lines(const struct plan *p);
/* Their names, in the order of the plan; the step that stands for all of them is the first. */
void plan_notes_of_own(const struct plan *p, struct strv *ret);
const char *plan_notes_title(void);

enum plan_tone {
	PLAN_TOLD,     /* done next without a question */
	PLAN_PROPOSED, /* says that nothing has been done yet */
};
/* Lines for people, fitted to `width` cells (0: not). */
void plan_text(const struct plan *p, enum plan_tone tone, bool reveal, int width, struct str *out);
/* The same, with new files counted rather than printed: those that the stack ships, and where it is
 * done without a question the others, too. */
void plan_text_brief(
	const struct plan *p, enum plan_tone tone, bool reveal, int width, struct str *out);

/* True for a step that is among plan->changes. */
static inline bool step_counts(const struct step *s)
{
	return s->changes && !s->part;
}

/* What Slipway keeps below .slipway/ for itself: the answers, the stack's name and its files as they
 * were. People are told of it in one line. */
bool step_is_note(const struct step *s);

/* For step kinds and tests. Takes ownership of step. */
void plan_add(struct plan *p, struct step *step);
void step_init(struct step *s, const struct step_ops *ops, const char *id, const char *title);
void step_done(struct step *s);

#endif
