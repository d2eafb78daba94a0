/* SPDX-License-Identifier: MIT */
/* The whole program, linked with --wrap=host_local_new: its host is one that is not this machine
 * (elsewhere.h), as SLIPWAY_ELSEWHERE (its directory) and SLIPWAY_ELSEWHERE_TRACE say. */
#include "elsewhere.h"

#include <curses.h>
#include <stdlib.h>

struct host *__real_host_local_new(struct loop *loop);
struct host *__wrap_host_local_new(struct loop *loop);

static bool screen_up(void)
{
	return curscr && !isendwin();
}

struct host *__wrap_host_local_new(struct loop *loop)
{
	struct elsewhere_options options = {.dir = getenv("SLIPWAY_ELSEWHERE"),
		.trace = getenv("SLIPWAY_ELSEWHERE_TRACE"),
		.screen_up = screen_up};
	struct host *local = __real_host_local_new(loop);

	return options.dir ? elsewhere_host_new(local, &options) : local;
}
