/* SPDX-License-Identifier: MIT */
#include "engine/process_family.h"

#include "base/str.h"
#include "engine/process_proc.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
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

void family_done(struct family *f)
{
	free(f->members);
	*f = (struct family){0};
}

struct call {
	struct family *family;
	bool group; /* the leader's number still means the family */
	int signum;
	size_t n_known; /* members[0..n_known) are of the last look, those of this one follow */
};

static bool is_known(const struct call *c, const struct process_stat *st)
{
	for (size_t i = 0; i < c->n_known; i++)
		if (c->family->members[i].pid == st->pid &&
			c->family->members[i].start == st->start)
			return true;
	return false;
}

static void call_member(void *arg, const struct process_stat *st)
{
	struct call *c = arg;
	struct family *f = c->family;

	if (st->state == 'Z' || st->pid == getpid())
		return;
	if (!(c->group && st->pgrp == f->leader) && !is_known(c, st) &&
		!(f->mark && process_has_mark(st->pid, f->mark)))
		return;
	if (c->signum && kill(st->pid, c->signum) != 0)
		return;
	VEC_GROW(f->members, f->n_members, f->cap_members);
	f->members[f->n_members++] = (struct process_id){st->pid, st->start};
}

size_t family_signal(struct family *f, int signum)
{
	struct call c = {.family = f, .signum = signum, .n_known = f->n_members};
	struct process_stat st;

	/* While the group has members its number is not given out again: when the number stands for
	 * another process, the group is empty. */
	c.group = f->leader > 0 && (!process_stat_read(f->leader, &st) || st.start == f->start);
	process_each(call_member, &c);
	f->n_members -= c.n_known;
	if (f->n_members)
		memmove(f->members, f->members + c.n_known, f->n_members * sizeof(*f->members));
	return f->n_members;
}

/* False when it still has members after that time, in which each look sends that signal. */
static bool wait_gone(struct family *f, int signum, int ms)
{
	for (int waited = 0; family_signal(f, signum) > 0; waited += LOOK_MS) {
		if (waited >= ms)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
	return true;
}

size_t family_end(struct family *f, int patience_ms)
{
	size_t n = family_signal(f, SIGTERM);

	/* What began while we looked is killed by the next look. */
	if (n && !wait_gone(f, 0, patience_ms))
		wait_gone(f, SIGKILL, KILLED_MS);
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
