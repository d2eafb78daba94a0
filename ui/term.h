/* SPDX-License-Identifier: MIT */
/*
 * struct term: the terminal while a screen is up. Owns its modes, its keys and its restoration:
 * whatever ends the program (return, exit(), SIGTERM, SIGSEGV, abort()), the terminal is given back
 * as it was found. One at a time.
 *
 * While it is open, standard output and error are captured (a stray message must not tear the
 * picture); what came, up to 64 KiB each, is written to the real ones by term_close().
 *
 * Only term.c, term_input.c, draw.c and theme.c know curses.
 */
#ifndef SLIPWAY_UI_TERM_H
#define SLIPWAY_UI_TERM_H

#include "loop/loop.h"

enum term_event_kind {
	TERM_KEY,    /* key: a code of keys.h */
	TERM_PASTE,  /* text: what was pasted, UTF-8, at most 64 KiB, borrowed for the call */
	TERM_MOUSE,  /* y, x from 0; wheel: -1 up, 1 down, 0 a click of the first button */
	TERM_RESIZE, /* term_height(), term_width() are new */
	TERM_RESUME, /* continued after a stop: draw again */
	TERM_IDLE,   /* all input that was waiting has been delivered */
	TERM_QUIT, /* signum: SIGTERM, SIGHUP or SIGINT came, or the terminal went away (SIGHUP) */
};

struct term_event {
	enum term_event_kind kind;
	int key;
	const char *text;
	int y, x, wheel;
	int signum;
};

/* Runs from the loop. */
typedef void term_event_fn(void *arg, const struct term_event *e);

struct term;

/* ERR_FAILED when the terminal cannot do what a screen needs (no cursor addressing). */
int term_open(
	struct loop *loop, term_event_fn *fn, void *arg, struct term **ret, struct error *err);
/* Restores the terminal. NULL is accepted. */
void term_close(struct term *t);

int term_height(const struct term *t);
int term_width(const struct term *t);
/* The locale is UTF-8. */
bool term_utf8(const struct term *t);
/* Colours to use: 0 (monochrome or NO_COLOR), 8, 16 or 256. */
int term_colours(const struct term *t);
/* Gives the terminal back and stops the process group, as Ctrl-Z does; TERM_RESUME follows. */
void term_suspend(struct term *t);
/* Gives the terminal to a program that is started now: its descriptors for that (stdin, stdout,
 * stderr) are in ret_fds, `text` stands on it first. Until term_return() nothing is drawn and no
 * key read, and signals of the keyboard are the program's. */
void term_lend(struct term *t, const char *text, int ret_fds[3]);
/* Takes it back; TERM_RESUME follows. */
void term_return(struct term *t);
/* False while stopped or lent: nothing may be drawn. */
bool term_active(const struct term *t);
/* Brings the curses screen to the terminal, as one synchronised update; the cursor shows at (y, x),
 * or not at all where y is negative. */
void term_flush(struct term *t, int y, int x);
/* The next flush draws every cell again. */
void term_repaint(struct term *t);
/* Rings the bell (flashes where there is none). */
void term_bell(struct term *t);
/* Asks the terminal to put text on the clipboard (OSC 52), at most 74,000 bytes; false when it is
 * longer. */
bool term_copy(struct term *t, const char *text);
/* Mouse reports on or off (off lets the terminal select text). */
void term_mouse(struct term *t, bool on);

#endif
