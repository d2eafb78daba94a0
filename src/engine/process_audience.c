/* SPDX-License-Identifier: MIT */
#include "engine/process_audience.h"

#include <unistd.h>

enum { PEERS_MOST = 256 };

void audience_init(struct audience *a, struct loop *loop, const struct logs *logs,
	const struct peer_events *events)
{
	*a = (struct audience){.loop = loop, .logs = logs, .events = *events};
}

void audience_join(struct audience *a, int fd)
{
	if (a->n == PEERS_MOST) {
		close(fd);
		return;
	}
	VEC_GROW(a->peers, a->n, a->cap);
	a->peers[a->n++] = peer_new(a->loop, fd, a->logs, &a->events);
}

void audience_leave(struct audience *a, struct peer *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->n; i++)
		if (a->peers[i] != p)
			a->peers[kept++] = a->peers[i];
	a->n = kept;
	peer_free(p);
}

void audience_tell(struct audience *a, struct json_object *o)
{
	autojson struct json_object *owned = o;

	for (size_t i = 0; i < a->n; i++)
		if (peer_watches(a->peers[i]))
			peer_send(a->peers[i], json_object_get(owned));
}

static void pump(void *arg)
{
	struct audience *a = arg;

	timer_free(take(a->pump));
	for (size_t i = 0; i < a->n; i++)
		peer_pump(a->peers[i]);
}

void audience_line(struct audience *a)
{
	if (!a->pump)
		a->pump = loop_defer(a->loop, pump, a);
}

bool audience_drained(const struct audience *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!peer_drained(a->peers[i]))
			return false;
	return true;
}
