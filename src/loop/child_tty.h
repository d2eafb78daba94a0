/* SPDX-License-Identifier: MIT */
/* A terminal of a child's own (pty(7)); for child_local.c. */
#ifndef SLIPWAY_LOOP_CHILD_TTY_H
#define SLIPWAY_LOOP_CHILD_TTY_H

#include "base/error.h"
#include "base/strv.h"

/* Opens both ends; ours is non-blocking. *name is the path of theirs; caller frees. */
int child_tty_open(int rows, int cols, int *ours, int *theirs, char **name, struct error *err);
void child_tty_resize(int ours, int rows, int cols);
/* The arguments with which a session without a terminal makes this one its own and goes on as argv.
 */
void child_tty_arguments(const char *name, const struct strv *argv, struct strv *ret);

#endif
