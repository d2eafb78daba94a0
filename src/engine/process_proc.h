/* SPDX-License-Identifier: MIT */
/* What /proc knows of processes (proc(5)). Linux. */
#ifndef SLIPWAY_ENGINE_PROCESS_PROC_H
#define SLIPWAY_ENGINE_PROCESS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fields of /proc/PID/stat. */
struct process_stat {
	int pid, ppid, pgrp;
	char state;                      /* 'Z': ended, nobody has waited for it */
	unsigned long long utime, stime; /* clock ticks */
	unsigned long long start; /* clock ticks since boot: with the pid, one process for ever */
	long rss;                 /* pages */
};

/* Stands for one process for ever. */
struct process_id {
	int pid;
	unsigned long long start;
};

/* False when there is no such process. */
bool process_stat_read(int pid, struct process_stat *ret);

typedef void process_fn(void *arg, const struct process_stat *st);
/* Every process there is, this one too, in no order. */
void process_each(process_fn *fn, void *arg);

/* Whether the environment it was started with holds this NAME=value, or, where that ends in '/',
 * one that begins so. False as well for what we may not look at. */
bool process_has_mark(int pid, const char *mark);

struct process_usage {
	int64_t cpu_ms; /* user and system time of all its processes so far */
	int64_t memory; /* resident bytes */
};

void process_group_usage(int pgid, struct process_usage *ret);

#endif
