/* SPDX-License-Identifier: MIT */
#include "engine/process_seat.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_family.h"
#include "engine/process_super.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { BACKLOG = 128, AGAIN_MS = 20, PATIENCE_MS = 60 * 1000 };

/* A socket address holds 107 bytes of path; through /proc/self/fd every directory is near. */
static int address(int dir, struct sockaddr_un *ret)
{
	int n;

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	n = snprintf(
		ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", dir, PROCESS_SOCKET);
	return n > 0 && (size_t)n < sizeof(ret->sun_path) ? 0 : -1;
}

/* True when somebody accepts connections there (or will, when its queue has a place again). */
static bool answers(int dir)
{
	struct sockaddr_un a;
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd >= 0 && address(dir, &a) == 0 &&
	       (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 || errno == EAGAIN);
}

static bool same(int dir, const char *name, uint64_t dev, uint64_t ino)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_dev == dev &&
	       st.st_ino == ino;
}

/* 0 with the lock in *ret_fd, 1 when somebody else has it. */
static int lock(int dir, int *ret_fd, struct error *err)
{
	for (;;) {
		autoclose int fd = -1;
		struct stat st;

		if (mkdirat(dir, ".slipway", 0700) < 0 && errno != EEXIST)
			return error_errno(err, errno, _("cannot create %s"), ".slipway");
		fd = openat(dir, PROCESS_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return error_errno(err, errno, _("cannot open %s"), PROCESS_LOCK);
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno == EWOULDBLOCK)
				return 1;
			if (errno == EINTR)
				continue;
			return error_errno(err, errno, _("cannot lock %s"), PROCESS_LOCK);
		}
		/* The one before removed it when it left: then this is a lock of nothing. */
		if (fstat(fd, &st) < 0 || !same(dir, PROCESS_LOCK, st.st_dev, st.st_ino))
			continue;
		*ret_fd = take_fd(fd);
		return 0;
	}
}

static int listen_here(struct seat *s, struct error *err)
{
	struct sockaddr_un a;
	struct stat st;
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || address(s->dir, &a) < 0)
		return error_errno(err, errno, _("cannot make a socket"));
	unlinkat(s->dir, PROCESS_SOCKET, 0);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, BACKLOG) < 0 ||
		fstatat(s->dir, PROCESS_SOCKET, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, errno, _("cannot listen on %s"), PROCESS_SOCKET);
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->fd = take_fd(fd);
	return 0;
}

int seat_take(const char *dir, struct seat *ret, struct error *err)
{
	struct seat s = {
		.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .lock = -1, .fd = -1};
	struct stat st;
	int r = 1;

	if (s.dir < 0 || fstat(s.dir, &st) < 0) {
		error_errno(err, errno, _("cannot open %s"), dir);
		seat_close(&s);
		return err ? err->code : ERR_FAILED;
	}
	s.dir_dev = st.st_dev;
	s.dir_ino = st.st_ino;
	for (int waited = 0; r == 1; waited += AGAIN_MS) {
		r = lock(s.dir, &s.lock, err);
		if (r == 1 && answers(s.dir))
			break;
		if (r == 1 && waited >= PATIENCE_MS) {
			error_set(err, ERR_LOCKED,
				_("the supervisor of %s neither answers nor ends"), dir);
			r = error_hint(
				err, _("Find it with: pgrep -f __supervise; end it with kill."));
		}
		if (r == 1)
			poll(NULL, 0, AGAIN_MS);
	}
	if (r == 0)
		r = listen_here(&s, err);
	if (r) {
		seat_close(&s);
		return r;
	}
	*ret = s;
	return 0;
}

void seat_close(struct seat *s)
{
	mem_close_cleanup(&s->fd);
	mem_close_cleanup(&s->lock);
	mem_close_cleanup(&s->dir);
	s->fd = s->lock = s->dir = -1;
}

int seat_accept(const struct seat *s)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);
	autoclose int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
		return -1;
	if (peer.uid != geteuid() && peer.uid != 0) {
		errno = EACCES;
		return -1;
	}
	return take_fd(fd);
}

enum seat_state seat_look(struct seat *s)
{
	struct seat fresh = {.dir = s->dir, .lock = -1, .fd = -1};
	struct stat st;

	if (fstat(s->dir, &st) < 0 || st.st_nlink == 0)
		return SEAT_LOST;
	if (same(s->dir, PROCESS_SOCKET, s->dev, s->ino))
		return SEAT_KEPT;
	/* Who removed the lock's name as well let another one in, or did not: the name's lock says.
	 */
	if (fstat(s->lock, &st) < 0 || !same(s->dir, PROCESS_LOCK, st.st_dev, st.st_ino)) {
		int r = lock(s->dir, &fresh.lock, NULL);

		if (r == 1)
			return SEAT_LOST;
		if (r < 0)
			return SEAT_KEPT; /* a full disk, say: tried again at the next look */
		close(s->lock);
		s->lock = take_fd(fresh.lock);
	}
	if (listen_here(&fresh, NULL) < 0)
		return SEAT_KEPT;
	close(s->fd);
	s->fd = fresh.fd;
	s->dev = fresh.dev;
	s->ino = fresh.ino;
	return SEAT_MOVED;
}

size_t seat_left_behind(const char *dir)
{
	autoclose int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autofree char *mark = NULL;
	AUTO(family) struct family f = {0};
	struct stat st;

	/* Who ends in order takes the socket along. */
	if (fd < 0 || fstatat(fd, PROCESS_SOCKET, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		fstat(fd, &st) < 0)
		return 0;
	mark = family_mark(st.st_dev, st.st_ino);
	f.mark = mark;
	return family_signal(&f, 0);
}

void seat_leave(struct seat *s)
{
	struct stat st;

	if (same(s->dir, PROCESS_SOCKET, s->dev, s->ino))
		unlinkat(s->dir, PROCESS_SOCKET, 0);
	if (fstat(s->lock, &st) == 0 && same(s->dir, PROCESS_LOCK, st.st_dev, st.st_ino))
		unlinkat(s->dir, PROCESS_LOCK, 0);
	seat_close(s);
}
