/* SPDX-License-Identifier: MIT */
/* Host names to addresses, on the pool: the system's resolver blocks. */
#ifndef SLIPWAY_LOOP_RESOLVE_H
#define SLIPWAY_LOOP_RESOLVE_H

#include "loop/loop.h"

#include <netdb.h>

/* code: 0, ERR_NOT_FOUND (no such name) or ERR_UNREACHABLE, then `why` says why. The addresses (of
 * stream sockets, in the order to try) are the callee's: freeaddrinfo(). */
typedef void resolve_fn(void *arg, int code, const char *why, struct addrinfo *addresses);

/* Calls fn once, from the loop. Freeing before that prevents it; it must be freed in any case, which
 * is allowed inside fn. */
struct resolve;
struct resolve *resolve_start(struct loop *loop, const char *name, int port, resolve_fn *fn, void *arg);
void resolve_free(struct resolve *r);

#endif
