/* SPDX-License-Identifier: MIT */
#include "engine/process_proc.h"

#include "base/str.h"
#include "engine/process_super.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Fields of /proc/PID/stat, proc(5). */
struct stat_line {
	int ppid, pgrp;
	unsigned long long utime, stime, starttime; /* clock ticks */
	long rss;                                   /* pages */
};

static int read_stat(int pid, struct stat_line *ret)
{
	char path[64], text[1024];
	const char *after;
	autoclose int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	/* The name is in parentheses and may hold anything, parentheses too. */
	after = strrchr(text, ')');
	if (!after)
		return -1;
	n = sscanf(after + 1,
		" %*c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %llu "
		"%*u %ld",
		&ret->ppid, &ret->pgrp, &ret->utime, &ret->stime, &ret->starttime, &ret->rss);
	return n == 6 ? 0 : -1;
}

typedef void process_fn(void *arg, int pid, const struct stat_line *st);

static void each_process(process_fn *fn, void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		struct stat_line st;
		char *end;
		long pid = strtol(d->d_name, &end, 10);

		if (pid > 0 && !*end && read_stat((int)pid, &st) == 0)
			fn(arg, (int)pid, &st);
	}
	if (dir)
		closedir(dir);
}

struct usage_sum {
	int pgid;
	struct process_usage *usage;
};

static void add_usage(void *arg, int pid, const struct stat_line *st)
{
	struct usage_sum *sum = arg;

	(void)pid;
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
	each_process(add_usage, &sum);
}

void process_note_groups(const char *dir, const int *pgids, size_t n)
{
	autofree char *path = xasprintf("%s/%s", dir, PROCESS_PIDS);
	autofree char *fresh = xasprintf("%s.new", path);
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autoclose int fd = -1;

	for (size_t i = 0; i < n; i++) {
		struct stat_line st;

		if (read_stat(pgids[i], &st) == 0)
			str_addf(&text, "%d %llu\n", pgids[i], st.starttime);
	}
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* Only a help after a kill -9: what cannot be written must not stop the services. */
	if (fd >= 0 && write(fd, str_text(&text), text.len) == (ssize_t)text.len)
		rename(fresh, path);
}

int process_reap_leftovers(const char *dir)
{
	autofree char *path = xasprintf("%s/%s", dir, PROCESS_PIDS);
	FILE *f = fopen(path, "re");
	unsigned long long start;
	int pgid, ended = 0;

	while (f && fscanf(f, "%d %llu", &pgid, &start) == 2) {
		struct stat_line st;

		if (pgid > 1 && read_stat(pgid, &st) == 0 && st.starttime == start &&
			kill(-pgid, SIGKILL) == 0)
			ended++;
	}
	if (f)
		fclose(f);
	unlink(path);
	return ended;
}

static void kill_child(void *arg, int pid, const struct stat_line *st)
{
	(void)arg;
	if (st->ppid == getpid())
		kill(pid, SIGKILL);
}

void process_end_children(void)
{
	/* Children of killed children become ours in turn (we are their subreaper). */
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0)
			return;
		if (pid == 0) {
			each_process(kill_child, NULL);
			waitpid(-1, NULL, 0);
		}
	}
}
