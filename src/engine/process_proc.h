/* SPDX-License-Identifier: MIT */
/* What /proc knows of process groups (proc(5)). Linux. */
#ifndef SLIPWAY_ENGINE_PROCESS_PROC_H
#define SLIPWAY_ENGINE_PROCESS_PROC_H

#include <stddef.h>
#include <stdint.h>

struct process_usage {
	int64_t cpu_ms; /* user and system time of all its processes so far */
	int64_t memory; /* resident bytes */
};

void process_group_usage(int pgid, struct process_usage *ret);
/* Writes .slipway/process.pids: each group with its leader's start time, so that a number that was
 * used again is never mistaken for it. */
void process_note_groups(const char *dir, const int *pgids, size_t n);
/* SIGKILL to every child of this process and waits for them. */
void process_end_children(void);

#endif
