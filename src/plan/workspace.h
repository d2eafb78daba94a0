/* SPDX-License-Identifier: MIT */
/*
 * struct workspace: one project being worked on: the loop, the host, the project as read, the engine
 * that runs it and what is known to run. Front ends (lines, screen) get one and act only through it:
 * they answer settings (setup.h), make a plan (plan.h), hand it to the runner (run.h), look at `live`
 * and `logs`.
 */
#ifndef SLIPWAY_PLAN_WORKSPACE_H
#define SLIPWAY_PLAN_WORKSPACE_H

#include "config/project.h"
#include "engine/engine.h"
#include "engine/live.h"
#include "engine/logs.h"
#include "host/host.h"
#include "loop/loop.h"

struct workspace_options {
	struct project_options project;
	const char *engine; /* NULL: auto */
	bool reveal;        /* show values of secrets */
	bool looking;       /* as engine->looking */
	int log_tail;       /* lines of history a panel reads of each service; 0: 1000, -1: all */
};

struct workspace {
	struct loop *loop; /* borrowed */
	struct host *host; /* borrowed */
	struct workspace_options options;
	struct secret_vault vault; /* opens the store of its secrets: filled by who asks for it */
	struct project *project;
	char *deployed; /* the engine it is deployed on (deployed.h), which is then the one to connect
			   to unless another is asked for; NULL */
	struct engine *engine;      /* NULL until workspace_connect() succeeded */
	struct error engine_error;  /* why there is none */
	struct live *live;          /* made with the engine */
	struct logs *logs;
	struct op *watch;           /* keeps live true */
	const struct strv *only;    /* borrowed: the services that plans deploy; NULL: all active ones */
	const struct strv
		*wipe; /* borrowed: volumes that plans of services delete first; NULL: none */
};

int workspace_open(struct loop *loop, struct host *host, const struct workspace_options *options,
	struct workspace **ret, struct error *err);
void workspace_free(struct workspace *w);
DEFINE_AUTO_PTR(workspace)
/* Reads the project again (after a run wrote files). Blocks on the host: for the pool. */
int workspace_read_again(struct workspace *w, struct project **ret, struct error *err);
/* From the loop: what was read is the project from now on; takes p. */
void workspace_take_over(struct workspace *w, struct project *p);
/* Finds the engine; done with its error when there is none (kept in engine_error as well). */
struct op *workspace_connect(struct workspace *w, op_done_fn *done, void *arg);
/* Whether plans delete this volume (its name on the engine) first. */
bool workspace_wipes(const struct workspace *w, const char *volume);
/* Whether the engine is on the workspace's host, so that what services publish is found there. */
bool workspace_is_here(const struct workspace *w);
/* Adds where a service is found (compose_address.h). Nothing while none of it was created, and nothing
 * where the engine is not on this machine. */
void workspace_addresses(const struct workspace *w, const char *service, struct strv *ret);
/* Starts watching (replacing an earlier watch); done when the first full picture is in w->live. The
 * operation belongs to the workspace: borrowed, not to be freed. */
struct op *workspace_watch(struct workspace *w, op_done_fn *done, void *arg);
/* Reads the logs of all services (`tail` lines of history each) into w->logs and follows them until
 * freed; changed runs from the loop after lines came, once a turn. */
struct op *workspace_logs(struct workspace *w, int tail, void (*changed)(void *arg), void *arg);
/* Fetches statistics of these services once, into w->live; done when they are there. */
struct op *workspace_stats(struct workspace *w, const struct strv *services, op_done_fn *done, void *arg);
/* A shell in a service, on the terminal whose descriptors these are (child.h, inherit): in its first
 * container, or in the directory and environment of its process. done when it has ended: ERR_FAILED
 * when there was none to be had (an image without sh), not for what was typed into it. */
struct op *workspace_shell(struct workspace *w, const char *service, const int terminal[3],
	op_done_fn *done, void *arg);
/* Path below .slipway/ of the project; caller frees. */
char *workspace_path(const struct workspace *w, const char *name);

#endif
