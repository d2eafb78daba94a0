/* SPDX-License-Identifier: MIT */
/*
 * struct family: all processes of one service, or of all services of a project. Its members are
 * those of the leader's process group, and those that carry the mark in the environment they were
 * started with: what forked twice and opened a session of its own is found by it, also by a later
 * supervisor. Who was found once stays a member until it has ended: what is ending has no
 * environment any more but its files and ports still, and a new program may have got another
 * environment. (What cleared its environment before anybody looked is found only at the end of the
 * supervisor, whose child it has become.)
 */
#ifndef SLIPWAY_ENGINE_PROCESS_FAMILY_H
#define SLIPWAY_ENGINE_PROCESS_FAMILY_H

#include "base/strv.h"
#include "engine/process_proc.h"

/* The name of the mark in the environment of what we start: SLIPWAY_PROCESS=DEVICE:INODE/SERVICE,
 * numbers of the project's directory. */
#define PROCESS_MARK "SLIPWAY_PROCESS="

struct family {
	int leader; /* pid and process group; 0: none, only the mark counts */
	unsigned long long
		start;    /* the leader's, so that a number in use again is not mistaken for it */
	const char *mark; /* borrowed; NULL: only the group counts */
	struct process_id *members; /* found by the last look */
	size_t n_members, cap_members;
};

void family_done(struct family *f);
static inline void family_cleanup(struct family *f)
{
	family_done(f);
}

/* The mark of all services of the project whose directory this is; caller frees. */
char *family_mark(unsigned long long dev, unsigned long long ino);

/* The environment of a member: env with this mark (NULL: env as it is). For strv_wipe(). */
void family_environ(struct strv *out, const struct strv *env, const char *mark);
/* Of a child that has just been started; for family_done(). */
void family_of(struct family *f, int leader, const char *mark);
/* Sends a signal to each living member but this process, 0 to send none; returns how many there
 * were. */
size_t family_signal(struct family *f, int signum);
/* Ends the family and waits for it: SIGTERM, SIGKILL after patience_ms. Blocks. Returns how many
 * there were. */
size_t family_end(struct family *f, int patience_ms);
/* SIGKILL to every child of this process, and to those that become its children by that; waits for
 * them. */
void family_end_children(void);

#endif
