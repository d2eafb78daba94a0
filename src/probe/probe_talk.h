/* SPDX-License-Identifier: MIT */
/*
 * struct probe_talk: what the kinds of probe have in common that talk with a server themselves. It
 * connects to the specification's host and port, says what there is to say, and gathers what it
 * hears until the kind calls probe_answer(). A connection that breaks, or that the server closes,
 * is an answer too: the probe failed.
 *
 * It is the probe's state (or what that begins with), and probe_talk_stop() is the kind's stop.
 */
#ifndef SLIPWAY_PROBE_PROBE_TALK_H
#define SLIPWAY_PROBE_PROBE_TALK_H

#include "probe/probe_kind.h"

/* Called each time something was added to talk->heard. Takes away what it understood, answers when
 * it knows enough, or returns to hear more. */
typedef void probe_heard_fn(struct probe *p);

struct probe_talk {
	struct str
		say; /* before it starts, by the kind: sent first. Wiped: it may hold a password */
	struct str heard; /* up to the kind's ceiling; str_full() where the server says more */
	probe_heard_fn *judge;
	/* its own */
	int fd;
	struct loop_poll *poll;
	size_t said; /* bytes of say */
};

/* A new one in a zeroed block of `size` bytes (at least a struct probe_talk) as the probe's state.
 * At most heard_max bytes are heard. */
void *probe_talk_new(struct probe *p, size_t size, size_t heard_max, probe_heard_fn *judge);
/* Connects. An error is the probe's answer, as of every start. */
int probe_talk_start(struct probe *p, struct error *err);
/* A last word, which nobody waits for: it is lost when it cannot be sent at once. */
void probe_talk_part(struct probe *p, const char *text);
/* Closes the connection and releases the state; of the kind's own fields it frees nothing. */
void probe_talk_stop(struct probe *p);

#endif
