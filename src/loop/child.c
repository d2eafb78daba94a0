/* SPDX-License-Identifier: MIT */
/* What all children have in common, wherever they run. */
#include "loop/child.h"

#include "base/i18n.h"

#include <string.h>

struct op *child_op(struct child *c)
{
	return c ? &c->op : NULL;
}

int child_pid(const struct child *c)
{
	return c->pid;
}

void child_kill(struct child *c, int signum)
{
	c->ops->kill(c, signum);
}

int child_write(struct child *c, const char *data, size_t n, struct error *err)
{
	return c->ops->write(c, data, n, err);
}

void child_close_input(struct child *c)
{
	c->ops->close_input(c);
}

void child_resize(struct child *c, int rows, int cols)
{
	c->ops->resize(c, rows, cols);
}

int child_status(const struct child *c)
{
	return c->status;
}

const struct str *child_out(const struct child *c)
{
	return &c->out;
}

const struct str *child_err(const struct child *c)
{
	return &c->err;
}

char *child_status_text(int status)
{
	const char *name = status > 128 ? sigabbrev_np(status - 128) : NULL;

	if (name)
		return xasprintf(_("killed by signal %d (SIG%s)"), status - 128, name);
	return xasprintf(_("exit status %d"), status);
}
