/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_LOOP_ORPHANS_H
#define SLIPWAY_LOOP_ORPHANS_H

#include "loop/loop.h"

/* Waits for children of this process that have ended and that no struct child stands for: orphans that came to it
 * (PR_SET_CHILD_SUBREAPER). To be called from the loop, after SIGCHLD. */
void orphans_reap(struct loop *loop);

#endif
