/* SPDX-License-Identifier: MIT */
#include "loop/child_tty.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

enum { NAME_MAX_BYTES = 128 };

void child_tty_resize(int ours, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	(void)ioctl(ours, TIOCSWINSZ, &size);
}

int child_tty_open(int rows, int cols, int *ours, int *theirs, char **name, struct error *err)
{
	autoclose int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	autoclose int slave = -1;
	char path[NAME_MAX_BYTES];

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
		ptsname_r(master, path, sizeof(path)) != 0)
		return error_errno(err, errno, "%s", _("cannot open a terminal"));
	slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return error_errno(err, errno, "%s", _("cannot open a terminal"));
	child_tty_resize(master, rows, cols);
	*ours = take_fd(master);
	*theirs = take_fd(slave);
	*name = xstrdup(path);
	return 0;
}

void child_tty_arguments(const char *name, const struct strv *argv, struct strv *ret)
{
	/* The first terminal that the leader of a session opens becomes its own. */
	strv_push_all(ret, "/bin/sh", "-c", "exec 0<>\"$0\" 1>&0 2>&0 && exec \"$@\"", name, NULL);
	strv_extend(ret, argv);
}
