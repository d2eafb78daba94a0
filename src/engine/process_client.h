/* SPDX-License-Identifier: MIT */
/* The engine's end of the supervisor's socket: requests with replies, and what it tells unasked. */
#ifndef SLIPWAY_ENGINE_PROCESS_CLIENT_H
#define SLIPWAY_ENGINE_PROCESS_CLIENT_H

#include "base/json.h"
#include "host/host.h"
#include "loop/op.h"

struct process_client;

struct process_client_events {
	/* A message that is no reply; borrowed for the call. */
	void (*message)(void *arg, struct json_object *o);
	/* The supervisor is gone; requests that wait have ended with ERR_UNREACHABLE. */
	void (*closed)(void *arg);
	void *arg;
};

/* Connects to the supervisor of the project in dir; when `spawn`, starts one where none runs. done:
 * 0; ERR_NOT_FOUND none runs (and not spawn); ERR_UNREACHABLE. */
struct op *process_client_connect(struct host *h, struct loop *loop, const char *dir, bool spawn,
	op_done_fn *done, void *arg);
/* Hands out the client once that came with 0. */
struct process_client *process_client_take(
	struct op *connect, const struct process_client_events *events);
void process_client_free(struct process_client *c);
/* Sends {op, ...fields} (takes ownership of fields, may be NULL); done with the reply's outcome. */
struct op *process_client_request(struct process_client *c, const char *name,
	struct json_object *fields, op_done_fn *done, void *arg);

#endif
