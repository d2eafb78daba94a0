/* SPDX-License-Identifier: MIT */
/* struct peer: one connection to the supervisor: what it asks, what it is told, the log lines it
 * reads. */
#ifndef SLIPWAY_ENGINE_PROCESS_PEER_H
#define SLIPWAY_ENGINE_PROCESS_PEER_H

#include "base/json.h"
#include "engine/logs.h"
#include "loop/loop.h"

struct peer;

struct peer_events {
	/* One request; o is borrowed. peer_free() is allowed inside. */
	void (*request)(void *arg, struct peer *p, int64_t id, struct json_object *o);
	/* It has gone, or broke the rules: to be freed. */
	void (*gone)(void *arg, struct peer *p);
	/* It has been sent all there was. */
	void (*drained)(void *arg, struct peer *p);
	void *arg;
};

/* Takes ownership of fd. */
struct peer *peer_new(
	struct loop *loop, int fd, const struct logs *logs, const struct peer_events *events);
void peer_free(struct peer *p);
/* problem NULL: ok. code, for programs: NULL, "ending" (the supervisor is about to end: ask the
 * next one), "unknown" (no such service). */
void peer_reply(struct peer *p, int64_t id, const char *code, const char *problem);
/* Takes ownership of o. */
void peer_send(struct peer *p, struct json_object *o);
bool peer_drained(const struct peer *p);
/* Whether it wants to be told of changes. */
bool peer_watches(const struct peer *p);
void peer_watch(struct peer *p);
/* Sends the last `tail` lines (negative: all) of a source (negative: of each), then answers id;
 * with follow it is sent what comes, too, and never answered. Replaces what it read before. */
void peer_read(struct peer *p, int64_t id, int source, int64_t tail, bool follow);
/* There may be lines it has not been sent. What it does not read waits in the ring, not here. */
void peer_pump(struct peer *p);

#endif
