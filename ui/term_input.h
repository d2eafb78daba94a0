/* SPDX-License-Identifier: MIT */
/*
 * struct term_input: what comes from the terminal, made into events: keys, pastes, the mouse. For
 * term.c alone.
 */
#ifndef SLIPWAY_UI_TERM_INPUT_H
#define SLIPWAY_UI_TERM_INPUT_H

#include "base/str.h"
#include "ui/term.h"

struct term_input {
	struct loop *loop; /* borrowed */
	term_event_fn *fn;
	void *arg;
	struct _win_st *keys; /* a pad: reading from it refreshes nothing */
	bool utf8;
	bool paused; /* reads nothing, also in the middle of term_input_read() */
	struct str paste;
	bool pasting;
	int64_t paste_at;
};

/* After curses has begun. Events go to fn. */
void term_input_init(
	struct term_input *in, struct loop *loop, term_event_fn *fn, void *arg, bool utf8);
void term_input_done(struct term_input *in);
/* Tells all that is waiting to be read; false when there was nothing. */
bool term_input_read(struct term_input *in);

#endif
