/* SPDX-License-Identifier: MIT */
/*
 * struct wire: JSON documents, one a line, over a connected stream socket; both ends of the process
 * engine use it. A line may hold 16 MiB; what waits to be sent is bounded by the sender, who looks
 * at wire_pending() and goes on in `drained`.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_WIRE_H
#define SLIPWAY_ENGINE_PROCESS_WIRE_H

#include "base/json.h"
#include "loop/loop.h"

struct wire;

struct wire_events {
	/* One document; borrowed for the call. wire_free() is allowed inside. */
	void (*message)(void *arg, struct json_object *o);
	/* The other end is gone, or sent what is no JSON; called once, from the loop. wire_free()
	 * is allowed inside. */
	void (*closed)(void *arg);
	/* Everything was sent; may be NULL. */
	void (*drained)(void *arg);
	void *arg;
};

/* Takes ownership of fd, a connected non-blocking socket. */
struct wire *wire_new(struct loop *loop, int fd, const struct wire_events *events);
void wire_free(struct wire *w);
/* Takes ownership of o. */
void wire_send(struct wire *w, struct json_object *o);
size_t wire_pending(const struct wire *w);

#endif
