/* SPDX-License-Identifier: MIT */
#include "engine/process_proc.h"

#include "base/str.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* An environment is part of the arguments, which the kernel limits to a quarter of the stack: 2
 * MiB. */
enum { ENVIRON_MOST = 4 * 1024 * 1024 };
/* How often we look again, a millisecond apart, at a process that is between two programs. */
enum { EXEC_LOOKS = 50 };

static int open_of(int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The fields of its stat from the third on; NULL when there is no such process. */
static const char *read_fields(int pid, char *text, size_t size)
{
	autoclose int fd = open_of(pid, "stat");
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	const char *name_end;

	if (n <= 0)
		return NULL;
	text[n] = '\0';
	/* The name is in parentheses and may hold anything, parentheses too. */
	name_end = strrchr(text, ')');
	return name_end ? name_end + 1 : NULL;
}

bool process_stat_read(int pid, struct process_stat *ret)
{
	char text[1024];
	const char *fields = read_fields(pid, text, sizeof(text));

	ret->pid = pid;
	return fields &&
	       sscanf(fields,
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

/* Whether one that showed no environment may show one in a moment: between two programs it has
 * memory, but no environment yet, and by now it may have. */
static bool may_get_environ(int pid)
{
	enum { FIRST = 3, MEMORY = 23, ENV_START = 50, ENV_END = 51 };
	char text[1024];
	const char *fields = read_fields(pid, text, sizeof(text));
	unsigned long long value[ENV_END + 1] = {0};

	if (!fields)
		return false;
	fields += strspn(fields, " ");
	for (int i = FIRST; i <= ENV_END && *fields; i++) {
		value[i] = strtoull(fields, NULL, 10);
		fields += strcspn(fields, " ");
		fields += strspn(fields, " ");
	}
	return value[MEMORY] && (!value[ENV_END] || value[ENV_START] < value[ENV_END]);
}

/* As it is at this moment; false for what we may not look at. */
static bool read_environ(int pid, struct str *env)
{
	autoclose int fd = open_of(pid, "environ");
	char chunk[16 * 1024];
	ssize_t n;

	while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
		str_addn(env, chunk, (size_t)n);
	mem_wipe(chunk, sizeof(chunk));
	return fd >= 0;
}

bool process_has_mark(int pid, const char *mark)
{
	AUTO(str) struct str env = STR_INIT(ENVIRON_MOST);
	bool begins = str_ends(mark, "/");

	for (int i = 0; i < EXEC_LOOKS; i++) {
		if (!read_environ(pid, &env) || env.len || !may_get_environ(pid))
			break;
		poll(NULL, 0, 1);
	}
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
