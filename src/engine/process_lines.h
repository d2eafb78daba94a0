/* SPDX-License-Identifier: MIT */
/* struct lines: cuts a stream of bytes into lines; one without an end is cut where it reaches 64 KiB
 * (STR_LINE). Bytes are handed on as they came: nothing is made safe here. */
#ifndef SLIPWAY_ENGINE_PROCESS_LINES_H
#define SLIPWAY_ENGINE_PROCESS_LINES_H

#include "base/str.h"

/* Without the newline; borrowed for the call. */
typedef void lines_fn(void *arg, int stream, const char *text, size_t len);

struct lines {
	struct str rest; /* of a line that has not ended */
	int stream;
	lines_fn *fn;
	void *arg;
};

/* stream: as in logs.h (1 stdout, 2 stderr); only handed on to fn. */
void lines_init(struct lines *l, int stream, lines_fn *fn, void *arg);
/* Forgets what was left: see lines_end(). */
void lines_done(struct lines *l);
/* Calls fn for each line that is whole by now, before it returns. */
void lines_add(struct lines *l, const char *data, size_t n);
/* The stream has ended: what is left is a line. */
void lines_end(struct lines *l);

#endif
