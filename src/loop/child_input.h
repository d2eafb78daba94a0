/* SPDX-License-Identifier: MIT */
/* What a child of this machine reads from its stdin; for child_local.c. */
#ifndef SLIPWAY_LOOP_CHILD_INPUT_H
#define SLIPWAY_LOOP_CHILD_INPUT_H

#include "loop/child.h"

struct child_input {
	struct loop *loop; /* borrowed */
	int fd;            /* -1: none, or closed */
	struct loop_poll *poll;
	struct str text; /* from `at` on it is still to be written */
	size_t at;
	bool stream, ending, tty;
	void (*drained)(void *arg);
	void *arg;
};

/* The input as spec says, nothing of it written yet. */
void child_input_init(struct child_input *in, const struct child_spec *spec, struct loop *loop);
/* Whether there will be anything to read. */
bool child_input_wanted(const struct child_spec *spec);
/* Takes the non-blocking descriptor to write to, and begins. */
void child_input_open(struct child_input *in, int *fd);
/* As child_write(), child_close_input(). */
int child_input_write(struct child_input *in, const char *data, size_t n, struct error *err);
void child_input_end(struct child_input *in);
/* At once; what was not written is wiped. */
void child_input_close(struct child_input *in);

#endif
