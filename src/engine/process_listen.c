/* SPDX-License-Identifier: MIT */
#include "engine/process_listen.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_super.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* A socket address holds 107 bytes of path; through /proc/self/fd every directory is near. */
static int address(int dir_fd, struct sockaddr_un *ret)
{
	int n;

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	n = snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", dir_fd,
		PROCESS_SOCKET);
	return n > 0 && (size_t)n < sizeof(ret->sun_path) ? 0 : -1;
}

/* 1 when somebody accepts connections there. */
static int answers(int dir_fd)
{
	struct sockaddr_un a;
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && address(dir_fd, &a) == 0 &&
	       connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static int listen_at(int dir_fd, struct error *err)
{
	struct sockaddr_un a;
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || address(dir_fd, &a) < 0)
		return error_errno(err, errno, _("cannot make a socket"));
	unlinkat(dir_fd, PROCESS_SOCKET, 0);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 16) < 0)
		return error_errno(err, errno, _("cannot listen on %s"), PROCESS_SOCKET);
	return take_fd(fd);
}

static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null >= 0) {
		for (int fd = 0; fd <= 2; fd++)
			dup2(null, fd);
		close(null);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_DFL);
}

int process_daemonize(const char *dir, int *ret_fd, struct error *err)
{
	autoclose int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid_t pid;
	int fd;

	if (dir_fd < 0)
		return error_errno(err, errno, _("cannot open %s"), dir);
	if (mkdirat(dir_fd, ".slipway", 0700) < 0 && errno != EEXIST)
		return error_errno(err, errno, _("cannot create %s/.slipway"), dir);
	if (answers(dir_fd))
		return 0;
	fd = listen_at(dir_fd, err);
	if (fd < 0)
		return fd;
	/* The socket listens before the fork: when this process ends, connecting works. */
	pid = fork();
	if (pid < 0) {
		close(fd);
		return error_errno(err, errno, _("cannot start the supervisor"));
	}
	if (pid > 0) {
		close(fd);
		return 0;
	}
	detach();
	*ret_fd = fd;
	return 1;
}

int process_accept(int listen_fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);
	autoclose int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
		return -1;
	if (peer.uid != geteuid() && peer.uid != 0)
		return -1;
	return take_fd(fd);
}

void process_unlisten(const char *dir)
{
	autofree char *sock = xasprintf("%s/%s", dir, PROCESS_SOCKET);
	autofree char *pids = xasprintf("%s/%s", dir, PROCESS_PIDS);

	unlink(sock);
	unlink(pids);
}
