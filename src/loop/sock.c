/* SPDX-License-Identifier: MIT */
#include "loop/sock.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { PATH_ROOM = sizeof(((struct sockaddr_un *)0)->sun_path) };

char *sock_short_path(const char *path, int *dirfd)
{
	const char *slash = strrchr(path, '/');
	autofree char *dir = NULL, *shorter = NULL;
	autoclose int fd = -1;

	*dirfd = -1;
	if (strlen(path) < PATH_ROOM)
		return xstrdup(path);
	if (slash) {
		dir = xstrndup(path, (size_t)(slash - path) + 1);
		fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return NULL;
		shorter = xasprintf("/proc/self/fd/%d/%s", fd, slash + 1);
	}
	if (!shorter || strlen(shorter) >= PATH_ROOM) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	*dirfd = take_fd(fd);
	return take(shorter);
}
