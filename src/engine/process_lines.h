/* SPDX-License-Identifier: MIT */
/* struct lines: cuts a stream of bytes into lines; one without an end is cut where it reaches 64
 * KiB. */
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

void lines_init(struct lines *l, int stream, lines_fn *fn, void *arg);
void lines_done(struct lines *l);
void lines_add(struct lines *l, const char *data, size_t n);
/* The stream has ended: what is left is a line. */
void lines_end(struct lines *l);

#endif
