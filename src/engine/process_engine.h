/* SPDX-License-Identifier: MIT */
/*
 * The process engine: services as child processes of a supervisor (process_super.h) that outlives
 * us. This end keeps one connection for requests and its news, and one for each reading of logs.
 * Its row of the engine table: see engine.h.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_ENGINE_H
#define SLIPWAY_ENGINE_PROCESS_ENGINE_H

#include "engine/engine.h"

struct process_client;
struct process_watch;

struct process_engine {
	struct engine base;
	struct process_client *client; /* NULL: not connected (no supervisor, nothing runs) */
	struct process_watch *watch;   /* NULL: nobody watches */
	/* Of the host, known after connect. */
	struct strv environ;
	char *self; /* this program's file */
};

extern const struct engine_ops process_engine_ops;

int process_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err);
/* True when the definition says a command for every active service. */
bool process_engine_suits(const struct project *p);

/* Takes over a connection that process_client_connect() made. */
void process_engine_adopt(struct process_engine *e, struct op *connect);

/* process_logs.c */
struct op *process_logs(struct engine *e, const struct engine_logs *l, op_done_fn *done, void *arg);

#endif
