/* SPDX-License-Identifier: MIT */
#include "engine/process_family.h"

#include "base/str.h"
#include "engine/process_proc.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often we look whether it has ended, and how long after SIGKILL: what hangs in the kernel
 * stays. */
enum { LOOK_MS = 20, KILLED_MS = 5000 };

char *family_mark(unsigned long long dev, unsigned long long ino)
{
	return xasprintf(PROCESS_MARK "%llu:%llu/", dev, ino);
}

void family_environ(struct strv *out, const struct strv *env, const char *mark)
{
	for (size_t i = 0; i < env->n; i++)
		if (!mark || !str_starts(env->items[i], PROCESS_MARK))
			strv_push(out, env->items[i]);
	if (mark)
		strv_push(out, mark);
}

void family_of(struct family *f, int leader, const char *mark)
{
	struct process_stat st;

	*f = (struct family){.leader = leader, .mark = mark};
	if (leader > 0 && process_stat_read(leader, &st))
		f->start = st.start;
}

struct call {
	const struct family *family;
	bool group; /* the leader's number still means the family */
	int signum;
	size_t n;
};

static void call_member(void *arg, const struct process_stat *st)
{
	struct call *c = arg;
	const struct family *f = c->family;

	if (st->state == 'Z' || st->pid == getpid())
		return;
	if (!(c->group && st->pgrp == f->leader) &&
		!(f->mark && process_has_mark(st->pid, f->mark)))
		return;
	if (c->signum == 0 || kill(st->pid, c->signum) == 0)
		c->n++;
}

size_t family_signal(const struct family *f, int signum)
{
	struct call c = {.family = f, .signum = signum};
	struct process_stat st;

	/* While the group has members its number is not given out again: when the number stands for
	 * another process, the group is empty. */
	c.group = f->leader > 0 && (!process_stat_read(f->leader, &st) || st.start == f->start);
	process_each(call_member, &c);
	return c.n;
}

/* False when it still has members after that time. */
static bool wait_gone(const struct family *f, int ms)
{
	for (int waited = 0; family_signal(f, 0) > 0; waited += LOOK_MS) {
		if (waited >= ms)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
	return true;
}

size_t family_end(const struct family *f, int patience_ms)
{
	size_t n = family_signal(f, SIGTERM);

	if (n && !wait_gone(f, patience_ms)) {
		family_signal(f, SIGKILL);
		wait_gone(f, KILLED_MS);
	}
	return n;
}

static void kill_child(void *arg, const struct process_stat *st)
{
	(void)arg;
	if (st->ppid == getpid())
		kill(st->pid, SIGKILL);
}

void family_end_children(void)
{
	/* Children of killed children become ours in turn (we are their subreaper). */
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0)
			return;
		if (pid == 0) {
			process_each(kill_child, NULL);
			waitpid(-1, NULL, 0);
		}
	}
}
