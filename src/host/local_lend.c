/* SPDX-License-Identifier: MIT */
/*
 * Bytes in memory under a path: a memfd, read through /proc/PID/fd. It has no name in any file
 * system, nobody else's program inherits it, and the kernel releases it with the process, so that
 * there is nothing to tidy up even after SIGKILL. A child's environment would not do: what it starts
 * inherits it, whether it needs it or not, and a variable there goes before the one in .env.
 */
#include "host/local.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

int local_lend(struct host *h, const void *data, size_t n, struct host_loan *ret, struct error *err)
{
	autoclose int fd = memfd_create("slipway", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	(void)h;
	if (fd < 0 || local_write_all(fd, data, n) < 0 ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		return error_errno(err, errno, _("secrets cannot be kept in memory for a program"));
	ret->path = xasprintf("/proc/%d/fd/%d", (int)getpid(), fd);
	ret->id = take_fd(fd);
	return 0;
}

void local_unlend(struct host *h, struct host_loan *loan)
{
	(void)h;
	if (loan->id >= 0)
		close(loan->id);
	loan->id = -1;
}
