/* SPDX-License-Identifier: MIT */
/*
 * The log of one container: its history once, then what follows, taken up where it ended. Lines are
 * told to the owner, who may have them wait here (while the histories of several containers are
 * merged); when too many wait, the Engine has to.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_STREAM_H
#define SLIPWAY_ENGINE_DOCKER_STREAM_H

#include "engine/docker_api.h"
#include "engine/docker_log.h"

struct docker_stream;

struct docker_waiting {
	int64_t time_ns;
	int stream;
	const char *text; /* holds until the next push */
	size_t len;
};

struct docker_stream {
	struct docker *docker;
	char *id;
	int source;
	/* The owner's. `err` NULL: the stream ended in order. */
	void (*on_line)(void *arg, struct docker_stream *s, int stream, int64_t ns,
		const char *text, size_t len);
	void (*on_end)(void *arg, struct docker_stream *s, const struct error *err);
	void *arg;
	size_t buffer; /* bytes read of the history at a time; 0: few */
	struct docker_stream *next;
	bool history; /* its history is not yet all told */
	bool ended;   /* no response is being read */

	struct docker_log log;
	struct op *call;
	bool raw, broken, paused;
	bool refused; /* the Engine will not give it */
	bool again;   /* started anew while its response was still being read */
	bool follow;
	int64_t heard_ms,
		looked_ms; /* loop_now() of the last bytes, and of the last look for a stall */
	struct op *look;   /* asks for the newest line */
	struct docker_log look_log;
	int tail; /* -1: all, also of a stream that only follows */
	/* Lines that wait: a header and the text of each, one behind the other. */
	struct str queue;
	size_t queue_at;
	size_t n_waiting;
};

struct docker_stream *docker_stream_new(struct docker *d, const char *id, int source);
void docker_stream_free(struct docker_stream *s);
/* Reads the last `tail` lines (-1: all) and ends. */
void docker_stream_history(struct docker_stream *s, int tail);
/* Reads on from where it ended, until the container ends; nothing when it is being read already. */
void docker_stream_follow(struct docker_stream *s);

/*
 * A stream can fall silent for good when the Engine's log file is rotated under it. After 60 s
 * without a byte the newest line is asked for (every 5 min at most); when it is one that never
 * came, the stream is opened anew, which is said among its lines. now_ms: loop_now().
 */
void docker_stream_check(struct docker_stream *s, int64_t now_ms);

void docker_stream_push(
	struct docker_stream *s, int stream, int64_t ns, const char *text, size_t len);
/* Time of the first waiting line; false: none waits. */
bool docker_stream_peek(const struct docker_stream *s, int64_t *ret_ns);
void docker_stream_pop(struct docker_stream *s, struct docker_waiting *ret);
/* Lets the Engine go on when it had to wait. */
void docker_stream_resume(struct docker_stream *s);

#endif
