/* SPDX-License-Identifier: MIT */
/* The supervisor's socket and how it becomes a daemon. Linux. */
#ifndef SLIPWAY_ENGINE_PROCESS_LISTEN_H
#define SLIPWAY_ENGINE_PROCESS_LISTEN_H

#include "base/error.h"

/* In the calling process: 0 once a daemon for dir accepts connections, or an error. In the daemon:
 * 1, with *ret_fd the listening socket (non-blocking), stdio on /dev/null, a session of its own,
 * parent of what its children leave behind (PR_SET_CHILD_SUBREAPER). */
int process_daemonize(const char *dir, int *ret_fd, struct error *err);
/* Next connection, non-blocking and close-on-exec; -1: none. Others than the owner are turned away.
 */
int process_accept(int listen_fd);
/* Removes the socket and the note of groups. */
void process_unlisten(const char *dir);

#endif
