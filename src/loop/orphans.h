/* SPDX-License-Identifier: MIT */
/* Processes whose parent ended before them, where this one takes their parent's place: the supervisor
 * of the process engine does. Without it they would stay zombies. */
#ifndef SLIPWAY_LOOP_ORPHANS_H
#define SLIPWAY_LOOP_ORPHANS_H

#include "loop/loop.h"

/* Waits for children of this process that have ended and that no struct child stands for: orphans that
 * came to it (PR_SET_CHILD_SUBREAPER). Never blocks. To be called from the loop, after SIGCHLD. */
void orphans_reap(struct loop *loop);

#endif
