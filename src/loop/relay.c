/* SPDX-License-Identifier: MIT */
#include "loop/relay.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { BUFFER = 16 * 1024 };

/* One direction: what was read from `from` and waits to be written to `to`. */
struct way {
	int from, to; /* indices of ends */
	size_t at, n;
	bool ended; /* nothing more comes */
	char buf[BUFFER];
};

struct end {
	struct relay *relay;
	int fd;
	struct loop_poll *poll;
	int events; /* what poll waits for; 0: no poll */
};

struct relay {
	struct loop *loop;
	int listener;
	struct loop_poll *accepting;
	struct end ends[2]; /* ours (the library's), and the stream */
	struct way ways[2]; /* way i reads from end i */
};

static void close_ends(struct relay *r)
{
	for (int i = 0; i < 2; i++) {
		loop_poll_free(take(r->ends[i].poll));
		mem_close_cleanup(&r->ends[i].fd);
		r->ends[i].fd = -1;
	}
}

/* False on an error that ends everything. */
static bool fill(struct relay *r, struct way *w)
{
	ssize_t n;

	if (w->ended || w->n > 0)
		return true;
	n = recv(r->ends[w->from].fd, w->buf, sizeof(w->buf), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	w->at = 0;
	w->n = (size_t)n;
	if (n == 0) {
		w->ended = true;
		shutdown(r->ends[w->to].fd, SHUT_WR);
	}
	return true;
}

static bool drain(struct relay *r, struct way *w)
{
	ssize_t n;

	if (w->n == 0)
		return true;
	n = send(r->ends[w->to].fd, w->buf + w->at, w->n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	w->at += (size_t)n;
	w->n -= (size_t)n;
	return true;
}

static void on_ready(void *arg, int events);

static void watch(struct relay *r)
{
	for (int i = 0; i < 2; i++) {
		struct end *e = &r->ends[i];
		struct way *out = &r->ways[i], *in = &r->ways[!i];
		int events =
			(!out->ended && out->n == 0 ? LOOP_READ : 0) | (in->n > 0 ? LOOP_WRITE : 0);

		if (events == e->events)
			continue;
		e->events = events;
		if (!events)
			loop_poll_free(take(e->poll));
		else if (e->poll)
			loop_poll_change(e->poll, events);
		else
			e->poll = loop_poll_start(r->loop, e->fd, events, on_ready, e);
	}
}

static void on_ready(void *arg, int events)
{
	struct relay *r = ((struct end *)arg)->relay;
	bool fine = true;

	(void)events;
	for (int i = 0; fine && i < 2; i++)
		fine = fill(r, &r->ways[i]) && drain(r, &r->ways[i]);
	if (fine && !(r->ways[0].ended && r->ways[1].ended))
		watch(r);
	else
		close_ends(r);
}

/* An abstract socket has no permissions: anybody on this machine may knock. */
static bool is_us(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.pid == getpid();
}

static void on_accept(void *arg, int events)
{
	struct relay *r = arg;
	autoclose int fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0 || !is_us(fd))
		return;
	r->ends[0].fd = take_fd(fd);
	loop_poll_free(take(r->accepting));
	close(take_fd(r->listener));
	watch(r);
}

static int listen_on(const char *name, size_t len)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (len + 1 > sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* sun_path begins with the NUL of an abstract name. */
	memcpy(a.sun_path + 1, name, len);
	if (fd < 0 ||
		bind(fd, (struct sockaddr *)&a,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)) < 0 ||
		listen(fd, 1) < 0)
		return -1;
	return take_fd(fd);
}

int relay_start(struct loop *loop, int fd, const char *suffix, struct relay **ret, char **name,
	struct error *err)
{
	autofree char *base = NULL, *full = NULL;
	autoclose int stream = fd, listener = -1;
	struct relay *r;
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) == sizeof(random)) {
		base = xasprintf("slipway-%016llx", (unsigned long long)random);
		full = xasprintf("%s%s", base, suffix);
		listener = listen_on(full, strlen(full));
	}
	if (listener < 0)
		return error_errno(err, errno, _("cannot lend a connection"));
	r = xcalloc(1, sizeof(*r));
	r->loop = loop;
	r->listener = take_fd(listener);
	r->ends[0] = (struct end){.relay = r, .fd = -1};
	r->ends[1] = (struct end){.relay = r, .fd = take_fd(stream)};
	r->ways[0].to = r->ways[1].from = 1;
	r->accepting = loop_poll_start(loop, r->listener, LOOP_READ, on_accept, r);
	*ret = r;
	*name = take(base);
	return 0;
}

void relay_free(struct relay *r)
{
	if (!r)
		return;
	loop_poll_free(r->accepting);
	mem_close_cleanup(&r->listener);
	close_ends(r);
	free(r);
}
