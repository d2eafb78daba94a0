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

enum process_spawn {
	PROCESS_SPAWN_NEVER,
	PROCESS_SPAWN_LEFT, /* a supervisor, where one was killed and may have left something behind
			     */
	PROCESS_SPAWN,      /* ... where none runs */
};

/* Connects to the supervisor of the project in dir, one started with the program file `self` when
 * that must be (else NULL). done: 0; ERR_NOT_FOUND: none runs, none was to be started;
 * ERR_UNREACHABLE. */
struct op *process_client_connect(struct host *h, struct loop *loop, const char *dir,
	enum process_spawn spawn, const char *self, op_done_fn *done, void *arg);
/* Hands out the client once that came with 0. */
struct process_client *process_client_take(
	struct op *connect, const struct process_client_events *events);
void process_client_free(struct process_client *c);
/* Sends {op, ...fields} (takes ownership of fields, may be NULL); done with the reply's outcome:
 * ERR_LOCKED: the supervisor is about to end; ERR_NOT_FOUND: it does not know the service;
 * ERR_FAILED. */
struct op *process_client_request(struct process_client *c, const char *name,
	struct json_object *fields, op_done_fn *done, void *arg);

#endif
