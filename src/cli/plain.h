/* SPDX-License-Identifier: MIT */
/* The line front end: the same questions and the same progress as lines, for scripts and screen
 * readers. Ctrl-C leaves at once; the end of input leaves and keeps a draft. */
#ifndef SLIPWAY_CLI_PLAIN_H
#define SLIPWAY_CLI_PLAIN_H

#include "cli/front.h"

#include "base/str.h"

extern const struct front plain_front;

/* Reads lines from a descriptor on the loop, so that what runs meanwhile goes on. */
struct line_reader {
	struct loop *loop;
	int fd;
	struct str buffer;
	bool ended;
	bool interrupted; /* SIGINT or SIGTERM came */
};
void line_reader_init(struct line_reader *r, struct loop *loop, int fd);
void line_reader_done(struct line_reader *r);
/* One line without its newline. False: the end of input, or an interrupt. Runs the loop. What stdout still
 * holds is shown once an interrupt is listened for. */
bool line_reader_next(struct line_reader *r, struct str *line);
/* The same for a secret: a terminal does not show what is typed. */
bool line_reader_hidden(struct line_reader *r, struct str *line);

/* How the questions end. */
int plain_setup(struct setup *s, struct setup_again *again, enum front_choice *ret_choice,
	struct plan **ret, struct error *err);
int plain_update(struct update *u, struct setup *s, bool *ret_go, struct error *err);
int plain_panel(struct workspace *w, struct run *run, bool *ret_back, struct error *err);

#endif
