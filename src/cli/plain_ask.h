/* SPDX-License-Identifier: MIT */
/*
 * One of the wizard's questions as lines. An empty line takes what stands in brackets; ? explains, g
 * makes a secret, < goes back, u takes the last answer back, = before a value takes it as it is.
 */
#ifndef SLIPWAY_CLI_PLAIN_ASK_H
#define SLIPWAY_CLI_PLAIN_ASK_H

#include "cli/plain.h"

enum turn { TURN_NEXT, TURN_AGAIN, TURN_BACK, TURN_LEAVE };

struct dialogue {
	struct setup *setup;
	struct settings *settings;
	struct line_reader reader;
	struct str line;   /* wiped */
	bool all;          /* every setting is asked, not only what must be answered */
	size_t page;       /* that was announced last; n_pages: none */
	bool draft_failed; /* it was said that no draft can be written */
};

/* The next line into d->line; hidden: it is not echoed. False: there is none. */
bool plain_read_line(struct dialogue *d, bool hidden);
/* Whether that line is the key, in any case. */
bool plain_answered(const struct dialogue *d, const char *key);
void plain_print_error(const struct error *e);
/* Asks until there is an answer, and keeps the draft: TURN_NEXT, TURN_BACK or TURN_LEAVE. */
enum turn plain_ask_one(struct dialogue *d, const struct setting *s);
/* The same of a service's adjustment, which nobody needs to answer. */
enum turn plain_ask_adjustment(struct dialogue *d, const struct setting *s);

#endif
