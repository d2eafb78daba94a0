/* SPDX-License-Identifier: MIT */
/*
 * Giving the terminal back when the program ends without term_close(): by a fatal signal, abort()
 * or exit(). All that takes is prepared beforehand, since a signal handler may only write and set
 * modes. For term.c alone; the one piece of state in the program that is not passed in, because a
 * signal handler cannot be handed any.
 */
#ifndef SLIPWAY_UI_TERM_RESCUE_H
#define SLIPWAY_UI_TERM_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

/* Remembers the modes of the terminal as found (before curses changes them). */
void term_rescue_save(int in_fd, int out_fd);
/* Builds the bytes that restore the terminal from terminfo (after curses has begun), and remembers
 * where captured standard error is and where it belongs (-1: not captured). */
void term_rescue_prepare(int captured, int real_stderr);
/* Whether there is something to restore at present. */
void term_rescue_arm(bool on);
/* Disarms and removes the handlers. */
void term_rescue_done(void);
/* The bytes that bring the screen back after a stop. */
const char *term_rescue_enter(void);
/* write() until all is written or it fails; safe in a signal handler. */
void term_rescue_write(int fd, const char *bytes, size_t n);

#endif
