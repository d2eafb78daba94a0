/* SPDX-License-Identifier: MIT */
/*
 * From the bytes of a container's log to lines.
 *
 * struct docker_frames undoes the Engine's framing (8 bytes of head {stream,0,0,0,size},
 * big-endian; raw streams of containers with a terminal have none). struct docker_log makes lines
 * of what `timestamps=1` gives: each message begins with its time; messages beyond 16 KiB come in
 * several frames, each with a time of its own, and are joined; a shorter one without newline is
 * what a process wrote last, and counts as a line. After a reconnect with since=<last time> the
 * lines that were seen already are left out.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_LOG_H
#define SLIPWAY_ENGINE_DOCKER_LOG_H

#include "base/str.h"

#include <stdint.h>

/* A piece of a frame's payload; `start`: the first of its frame, `end`: the last. */
typedef void docker_frame_fn(
	void *arg, int stream, const char *data, size_t n, bool start, bool end);

struct docker_frames {
	docker_frame_fn *fn;
	void *arg;
	bool raw;
	uint8_t head[8];
	unsigned have;
	uint32_t left;
	int stream;
	bool started;
};

void docker_frames_init(struct docker_frames *f, bool raw, docker_frame_fn *fn, void *arg);
/* False: this is no framed stream. */
bool docker_frames_feed(struct docker_frames *f, const char *data, size_t n);

/* One line, as it came, without its newline. */
typedef void docker_line_fn(void *arg, int stream, int64_t time_ns, const char *text, size_t len);

struct docker_log {
	docker_line_fn *fn;
	void *arg;
	struct docker_frames frames;
	bool raw;
	bool prefixed[4]; /* the time of the begun line is known */
	int64_t begun_ns[4];
	struct str begun[4]; /* begun lines by stream */
	char held[40];       /* start of a frame whose time is not complete yet */
	size_t held_len;
	size_t frame_len;  /* bytes of the present frame */
	int64_t last_ns;   /* time of the newest line; 0: none yet */
	unsigned same;     /* lines that carried it */
	unsigned skip;     /* of those, how many to leave out after a reconnect */
	char second[20];   /* the last date and time read, to the second ... */
	int64_t second_ns; /* ... and what it means */
};

void docker_log_init(struct docker_log *l, docker_line_fn *fn, void *arg);
void docker_log_done(struct docker_log *l);
/* A new response begins; raw: the container has a terminal. Resumes when lines were seen before. */
void docker_log_begin(struct docker_log *l, bool raw);
bool docker_log_feed(struct docker_log *l, const char *data, size_t n);
/* The response has ended: begun lines count. */
void docker_log_end(struct docker_log *l);
/* Value for since= of the next request ("1700000000.123456789"); empty when nothing was read. */
void docker_log_since(const struct docker_log *l, char ret[32]);

/* RFC 3339 with up to nine digits of fraction -> nanoseconds since 1970; *ret_len is its length.
 * False: no time. The year 1 (Go's zero time) gives 0. */
bool docker_time(const char *text, size_t len, int64_t *ret_ns, size_t *ret_len);
/* The same in milliseconds; 0 for NULL and what is no time. */
int64_t docker_time_ms(const char *text);

#endif
