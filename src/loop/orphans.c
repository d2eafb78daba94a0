/* SPDX-License-Identifier: MIT */
#include "loop/orphans.h"

#include <sys/wait.h>

struct ours {
	int pid;
	bool found;
};

static void look_at_handle(uv_handle_t *handle, void *arg)
{
	struct ours *o = arg;

	if (handle->type == UV_PROCESS && uv_is_active(handle) &&
		((uv_process_t *)handle)->pid == o->pid)
		o->found = true;
}

void orphans_reap(struct loop *loop)
{
	for (;;) {
		siginfo_t ended = {0};
		struct ours o = {0};

		if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) < 0 || !ended.si_pid)
			return;
		o.pid = ended.si_pid;
		uv_walk(loop_uv(loop), look_at_handle, &o);
		/* Ours: the loop learns of it in its next turn, by a signal of its own. */
		if (o.found || waitpid(o.pid, NULL, WNOHANG) < 0)
			return;
	}
}
