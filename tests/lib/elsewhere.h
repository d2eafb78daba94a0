/* SPDX-License-Identifier: MIT */
/*
 * A host that is not this machine. What it calls ELSEWHERE lies in a directory of another name
 * here, and every other path below another one: a system call that goes past the host finds nothing
 * there. Its programs run in a mount namespace of their own, in which ELSEWHERE exists (that needs
 * root, or user namespaces). Its user, environment, memory and ports are its own.
 *
 * Each operation is written down: "THREAD SCREEN VERB PATH", THREAD "loop" for the program's first
 * thread and "pool" for the others, SCREEN "screen" while the program shows one, else "-". Verbs of
 * files and directories block on a remote host; "exec", "dial" and "session" (facts, environment)
 * do not.
 */
#ifndef SLIPWAY_TESTS_ELSEWHERE_H
#define SLIPWAY_TESTS_ELSEWHERE_H

#include "host/host.h"

#define ELSEWHERE_MOUNT "/srv"
#define ELSEWHERE ELSEWHERE_MOUNT "/elsewhere"

struct elsewhere_options {
	/* Holds srv/elsewhere, what the host has below ELSEWHERE; rest/, what it has below any
	 * other path; environ and listeners, its variables and its ports ("PORT PID NAME"), one a
	 * line. */
	const char *dir;
	const char *trace;       /* file that operations are appended to; NULL */
	bool (*screen_up)(void); /* NULL: never */
};

/* Takes inner, the local host. */
struct host *elsewhere_host_new(struct host *inner, const struct elsewhere_options *options);

#endif
