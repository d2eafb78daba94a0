/* SPDX-License-Identifier: MIT */
/*
 * struct relay lends an open stream to a library that insists on connecting by itself (libpq): it
 * listens on an abstract unix socket (unix(7)) of a random name, lets one connection of this very
 * process in, and copies bytes both ways between that and the stream.
 */
#ifndef SLIPWAY_LOOP_RELAY_H
#define SLIPWAY_LOOP_RELAY_H

#include "loop/loop.h"

struct relay;

/* Takes fd, on error, too. *name is the socket's name without the leading NUL and without `suffix`,
 * which ends it; caller frees. */
int relay_start(struct loop *loop, int fd, const char *suffix, struct relay **ret, char **name,
	struct error *err);
/* Ends both streams. NULL is accepted. */
void relay_free(struct relay *r);

#endif
