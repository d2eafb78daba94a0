/* SPDX-License-Identifier: MIT */
#include "engine/process_proc.h"

#include "base/str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* An environment is part of the arguments, which the kernel limits to a quarter of the stack: 2
 * MiB. */
enum { ENVIRON_MOST = 4 * 1024 * 1024 };

static int open_of(int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool process_stat_read(int pid, struct process_stat *ret)
{
	autoclose int fd = open_of(pid, "stat");
	char text[1024];
	const char *after;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		return false;
	text[n] = '\0';
	/* The name is in parentheses and may hold anything, parentheses too. */
	after = strrchr(text, ')');
	if (!after)
		return false;
	ret->pid = pid;
	return sscanf(after + 1,
		       " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d "
		       "%*d "
		       "%llu %*u %ld",
		       &ret->state, &ret->ppid, &ret->pgrp, &ret->utime, &ret->stime, &ret->start,
		       &ret->rss) == 7;
}

void process_each(process_fn *fn, void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		struct process_stat st;
		char *end;
		long pid = strtol(d->d_name, &end, 10);

		if (pid > 0 && !*end && process_stat_read((int)pid, &st))
			fn(arg, &st);
	}
	if (dir)
		closedir(dir);
}

bool process_has_mark(int pid, const char *mark)
{
	autoclose int fd = open_of(pid, "environ");
	AUTO(str) struct str env = STR_INIT(ENVIRON_MOST);
	bool begins = str_ends(mark, "/");
	char chunk[16 * 1024];
	ssize_t n;

	while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
		str_addn(&env, chunk, (size_t)n);
	mem_wipe(chunk, sizeof(chunk));
	for (size_t at = 0; at < env.len; at += strlen(env.data + at) + 1)
		if (begins ? str_starts(env.data + at, mark) : str_eq(env.data + at, mark)) {
			mem_wipe(env.data, env.len);
			return true;
		}
	mem_wipe(env.data, env.len);
	return false;
}

struct usage_sum {
	int pgid;
	struct process_usage *usage;
};

static void add_usage(void *arg, const struct process_stat *st)
{
	struct usage_sum *sum = arg;

	if (st->pgrp != sum->pgid)
		return;
	sum->usage->cpu_ms +=
		(int64_t)((st->utime + st->stime) * 1000 / (unsigned long)sysconf(_SC_CLK_TCK));
	sum->usage->memory += (int64_t)st->rss * sysconf(_SC_PAGESIZE);
}

void process_group_usage(int pgid, struct process_usage *ret)
{
	struct usage_sum sum = {pgid, ret};

	*ret = (struct process_usage){0, 0};
	process_each(add_usage, &sum);
}
