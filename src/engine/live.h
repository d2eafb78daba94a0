/* SPDX-License-Identifier: MIT */
/*
 * struct live: what runs, as last seen. An engine's watch writes it; panels, waiters and `status`
 * read it. A change is applied first and told after, once a turn of the loop however many came.
 */
#ifndef SLIPWAY_ENGINE_LIVE_H
#define SLIPWAY_ENGINE_LIVE_H

#include "base/error.h"
#include "config/compose.h"
#include "loop/loop.h"

#include <stdbool.h>
#include <stdint.h>

enum live_state {
	LIVE_ABSENT,     /* not created */
	LIVE_CREATED,    /* created, never started */
	LIVE_STARTING,   /* running, health check has not answered yet (or only stale) */
	LIVE_RUNNING,    /* running, has no health check: unchecked, never "healthy" */
	LIVE_HEALTHY,
	LIVE_UNHEALTHY,
	LIVE_RESTARTING, /* waiting for its restart policy */
	LIVE_PAUSED,
	LIVE_STOPPED,    /* exited because it was told to */
	LIVE_DONE,       /* one-shot that exited 0 */
	LIVE_FAILED,     /* exited with a status, or cannot be started */
};

struct live_state_info {
	const char *name;  /* "healthy"; for JSON */
	const char *label; /* N_("healthy"); for people */
	const char *glyph, *ascii;
	bool ok;      /* counts as healthy for `status` */
	bool settled; /* will not change by waiting */
};
const struct live_state_info *live_state_info(enum live_state state);
/* Cells of the longest label, in the language that is spoken. */
int live_state_cells(void);

/* One try of a health check. */
struct live_probe {
	int64_t start_ms, end_ms; /* wall clock */
	int exit_code;
	char *output; /* made safe for a terminal */
};

enum { LIVE_PROBES = 5 };

/* A container, or a process of the process engine. */
struct live_instance {
	char *id;   /* engine's */
	char *name; /* "demo-web-1" */
	int number; /* container number of the service, from 1 */
	enum live_state state;
	bool oneoff;
	bool exposes;        /* its image (or its service) names ports that it listens on */
	char *image, *image_id;
	int pid;
	int exit_code;
	bool oom_killed;
	bool stop_asked;     /* somebody asked for its end: seen as an event, or it stays down although its
				policy would have restarted it */
	char *error;         /* what the engine said when it could not start it; NULL */
	int restarts;        /* by the engine, since created */
	int64_t created_ms, started_ms, finished_ms; /* wall clock; 0 unknown */
	bool has_health;
	int failing_streak;
	struct live_probe probes[LIVE_PROBES]; /* oldest first */
	size_t n_probes;
	int64_t health_interval_ms, health_timeout_ms, health_start_period_ms;
	int health_retries;
	char *ports;         /* "127.0.0.1:8080->80/tcp, ..." */
	/* Statistics; negative when not known. */
	double cpu_percent;  /* 100 = one core */
	bool unlimited;      /* nobody limits its memory */
	int64_t memory, memory_limit; /* bytes */
	int64_t cpu_ms;      /* CPU time used until stats_ms */
	int64_t stats_ms;
};

struct live_service {
	char *name;
	enum live_state state; /* worst of its instances */
	int64_t since_ms;      /* wall clock of the last change of state */
	bool oneshot;
	struct live_instance *instances;
	size_t n_instances;
	int wanted;            /* replicas */
	/* Written by whoever deploys: why it is not started yet ("waits for postgres"); NULL. */
	char *note;
};

typedef void live_fn(void *arg);

struct live_watcher;

struct live {
	struct loop *loop;
	char *project;
	struct live_service *services; /* in dependency order */
	size_t n_services;
	bool connected;       /* the engine answers */
	struct error problem; /* why not */
	/* Processes of the project that run while nothing watches or restarts them: their
	 * supervisor was killed. Always 0 with containers. */
	size_t unattended;
	int64_t generation;   /* grows with each change */
	char *focus;          /* the service somebody reads about: its checks are kept fresh; NULL */
	struct live_watcher *watchers;
	struct timer *notify;
	bool telling;
};

struct live *live_new(struct loop *loop, const char *project);
void live_free(struct live *live);
DEFINE_AUTO_PTR(live)
/* Sets the services of the model (names, one-shots, replicas), in dependency order; what was known of
 * those that stay is kept. Services that run but are not in the model are appended by the engine. */
void live_set_services(struct live *live, const struct compose *c);
struct live_service *live_find(const struct live *live, const char *service);
/* The service, appended when it is new. Pointers to services hold until the next one is added. */
struct live_service *live_add(struct live *live, const char *service);
struct live_instance *live_find_instance(const struct live *live, const char *id, struct live_service **ret_service);
/* Instances are owned by their service. */
struct live_instance *live_add_instance(struct live_service *s, const char *id);
/* How many there are, without one-off runs; 0 for NULL. */
size_t live_instances(const struct live_service *s);
void live_remove_instance(struct live_service *s, const char *id);
void live_set_note(struct live *live, const char *service, const char *note);
/* Its instances that were to start did not, and why: known to whoever asked before the engine tells. */
void live_start_failed(struct live *live, const char *service, const char *why);

/* Somebody reads all about this service from now on; NULL: nobody does. */
void live_set_focus(struct live *live, const char *service);

/* For engines: recompute s's state from its instances, remember the time of a change, tell watchers. */
void live_update(struct live *live, struct live_service *s);
/* That so many processes are unattended; tells watchers when that is news. */
void live_set_unattended(struct live *live, size_t n);
/* How many there are and why, without a full stop; NULL when there are none. Caller frees. */
char *live_unattended_text(const struct live *live);
/* Something else changed (statistics): tell watchers. */
void live_touch(struct live *live);
/* The engine answers, or not and why (copied); tells watchers when that is news. */
void live_set_connected(struct live *live, bool connected, const struct error *problem);

/* fn runs from the loop after changes, once a turn. live_unwatch() ends it, in fn too; `live` itself
 * must not be freed in fn. */
struct live_watcher *live_watch(struct live *live, live_fn *fn, void *arg);
void live_unwatch(struct live *live, struct live_watcher *w);

/* The state of one instance by the rules of health: not running: health ignored; `unhealthy` without a
 * probe since it started: stale, thus starting; exit 0 of a one-shot: done; exit by a signal that asks
 * for the end, or stop_asked: stopped. engine_state and health in Docker's words ("running",
 * "unhealthy"); health NULL, "" or "none": no health check. */
enum live_state live_judge(const struct live_instance *i, const char *engine_state, const char *health, bool oneshot);

/* Why a service is not healthy: lines of evidence, the most telling first: last probe's output, exit
 * code in words, restarts, engine error, what it waits for. Nothing when it is fine. `first_error` is the
 * first error line of its log or NULL. */
void live_why(const struct live_service *s, int64_t now_ms, const char *first_error, struct strv *ret);
/* From when on a line of its log is of the run that is to be explained (wall clock): of what
 * restarts again and again, since it was made. */
int64_t live_evidence_since(const struct live_instance *i);
/* What it means that a service runs unchecked (LIVE_RUNNING), and how to have it checked; nothing
 * for the other states. */
void live_explain_unchecked(const struct live_service *s, struct strv *ret);
/* "exited with 137: killed (out of memory)", in words; caller frees. */
char *live_exit_text(int code, bool oom_killed);

#endif
