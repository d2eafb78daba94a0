/* SPDX-License-Identifier: MIT */
/*
 * struct family: all processes of one service, or of all services of a project. Its members are
 * those of the leader's process group, and those that carry the mark in the environment they were
 * started with: what forked twice and opened a session of its own is found by it, also by a later
 * supervisor. (What did that and cleared its environment is found only at the end of the
 * supervisor, whose child it has become.)
 */
#ifndef SLIPWAY_ENGINE_PROCESS_FAMILY_H
#define SLIPWAY_ENGINE_PROCESS_FAMILY_H

#include "base/strv.h"

/* The name of the mark in the environment of what we start: SLIPWAY_PROCESS=DEVICE:INODE/SERVICE,
 * numbers of the project's directory. */
#define PROCESS_MARK "SLIPWAY_PROCESS="

struct family {
	int leader; /* pid and process group; 0: none, only the mark counts */
	unsigned long long
		start;    /* the leader's, so that a number in use again is not mistaken for it */
	const char *mark; /* borrowed; NULL: only the group counts */
};

/* The mark of all services of the project whose directory this is; caller frees. */
char *family_mark(unsigned long long dev, unsigned long long ino);

/* The environment of a member: env with this mark (NULL: env as it is). For strv_wipe(). */
void family_environ(struct strv *out, const struct strv *env, const char *mark);
/* Of a child that has just been started. */
void family_of(struct family *f, int leader, const char *mark);
/* Sends a signal to each living member but this process, 0 to send none; returns how many there
 * were. */
size_t family_signal(const struct family *f, int signum);
/* Ends the family and waits for it: SIGTERM, SIGKILL after patience_ms. Blocks. Returns how many
 * there were. */
size_t family_end(const struct family *f, int patience_ms);
/* SIGKILL to every child of this process, and to those that become its children by that; waits for
 * them. */
void family_end_children(void);

#endif
