/* SPDX-License-Identifier: MIT */
/* struct audience: all connections to the supervisor. Those that watch are told what changes, those
 * that read the log get its lines. */
#ifndef SLIPWAY_ENGINE_PROCESS_AUDIENCE_H
#define SLIPWAY_ENGINE_PROCESS_AUDIENCE_H

#include "engine/process_peer.h"

struct audience {
	struct peer **peers;
	size_t n, cap;
	struct loop *loop;
	const struct logs *logs; /* borrowed */
	struct peer_events events;
	struct timer *pump; /* pending delivery of log lines */
};

void audience_init(struct audience *a, struct loop *loop, const struct logs *logs,
	const struct peer_events *events);
/* A new connection; owns fd, and closes it at once when there are too many. */
void audience_join(struct audience *a, int fd);
/* Frees the peer. */
void audience_leave(struct audience *a, struct peer *p);
/* Tells those who watch; takes ownership of o. */
void audience_tell(struct audience *a, struct json_object *o);
/* There is a new line of the log: delivered in the next turn, with all that come until then. */
void audience_line(struct audience *a);
/* Everybody has been sent all there was. */
bool audience_drained(const struct audience *a);

#endif
