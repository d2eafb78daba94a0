/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"
#include "base/text.h"
#include "loop/resolve.h"
#include "loop/sock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { DEFAULT_TIMEOUT_MS = 10000, BACKLOG_RETRY_MS = 10 };

struct dial {
	struct host_dial base;
	char *what; /* for messages */
	int fd;
	bool connected;
	struct loop_poll *poll;
	struct timer *timeout, *retry;
	/* A unix socket. */
	char *path;
	int path_dir;
	/* TCP. */
	struct resolve *resolve;
	struct addrinfo *addresses, *next;
};

static void stop(struct dial *d)
{
	loop_poll_free(take(d->poll));
	timer_free(take(d->timeout));
	timer_free(take(d->retry));
	resolve_free(take(d->resolve));
}

static void fail(struct dial *d, int code, const char *why)
{
	AUTO(error) struct error err = ERROR_INIT;

	stop(d);
	error_set(&err, code, _("cannot connect to %s: %s"), d->what, why);
	error_detail(&err, "%s", why);
	op_finish(&d->base.op, code, &err);
}

static void fail_errno(struct dial *d, int errnum)
{
	int code = errnum == EACCES || errnum == EPERM ? ERR_DENIED
		   : errnum == ENOENT                  ? ERR_NOT_FOUND
		   : errnum == ETIMEDOUT               ? ERR_TIMEOUT
						       : ERR_UNREACHABLE;

	fail(d, code, strerror(errnum));
}

static void succeed(struct dial *d)
{
	stop(d);
	d->connected = true;
	op_finish(&d->base.op, 0, NULL);
}

static void try_next_address(struct dial *d, int last_errno);

static void on_connected(void *arg, int events)
{
	struct dial *d = arg;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)events;
	if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	loop_poll_free(take(d->poll));
	if (error)
		try_next_address(d, error);
	else
		succeed(d);
}

/* 0: connected or under way; else errno. */
static int connect_to(struct dial *d, const struct sockaddr *address, socklen_t len)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd < 0)
		return errno;
	if (connect(d->fd, address, len) == 0) {
		succeed(d);
		return 0;
	}
	if (errno != EINPROGRESS)
		return errno;
	d->poll = loop_poll_start(d->base.op.loop, d->fd, LOOP_WRITE, on_connected, d);
	return d->poll ? 0 : EBADF;
}

static void try_next_address(struct dial *d, int last_errno)
{
	while (d->next) {
		struct addrinfo *a = d->next;

		d->next = a->ai_next;
		last_errno = connect_to(d, a->ai_addr, a->ai_addrlen);
		if (last_errno == 0)
			return;
	}
	fail_errno(d, last_errno);
}

static void try_unix(void *arg)
{
	struct dial *d = arg;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int error;

	timer_free(take(d->retry));
	memcpy(address.sun_path, d->path, strlen(d->path) + 1);
	error = connect_to(d, (struct sockaddr *)&address, sizeof(address));
	/* The server's queue is full; unlike TCP, the kernel does not wait for a place. */
	if (error == EAGAIN)
		d->retry = timer_start(d->base.op.loop, BACKLOG_RETRY_MS, 0, try_unix, d);
	else if (error)
		fail_errno(d, error);
}

static void on_resolved(void *arg, int code, const char *why, struct addrinfo *addresses)
{
	struct dial *d = arg;

	d->addresses = d->next = addresses;
	if (code)
		fail(d, code, why);
	else
		try_next_address(d, EADDRNOTAVAIL);
}

static void on_timeout(void *arg)
{
	fail_errno(arg, ETIMEDOUT);
}

static void dial_cancel(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct dial *d = (struct dial *)op;

	stop(d);
	error_set(&err, ERR_CANCELLED, _("connecting to %s was cancelled"), d->what);
	op_finish(op, ERR_CANCELLED, &err);
}

static void dial_destroy(struct op *op)
{
	struct dial *d = (struct dial *)op;

	stop(d);
	mem_close_cleanup(&d->fd);
	mem_close_cleanup(&d->path_dir);
	if (d->addresses)
		freeaddrinfo(d->addresses);
	free(d->path);
	free(d->what);
	free(d);
}

static const struct op_class dial_class = {
	.name = N_("connection"), .cancel = dial_cancel, .destroy = dial_destroy};

static char *describe(const struct host_dial_spec *spec)
{
	autofree char *name = text_safe_dup(spec->unix_socket ? spec->unix_socket : spec->tcp_host);

	if (spec->unix_socket)
		return take(name);
	return xasprintf(strchr(name, ':') ? "[%s]:%d" : "%s:%d", name, spec->tcp_port);
}

int local_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err)
{
	struct dial *d;

	if (!spec->unix_socket &&
		(str_empty(spec->tcp_host) || spec->tcp_port < 1 || spec->tcp_port > 65535))
		return error_set(
			err, ERR_INPUT, _("an address needs a host and a port from 1 to 65535"));
	d = xcalloc(1, sizeof(*d));
	op_init(&d->base.op, &dial_class, h->loop, done, arg);
	d->base.ops = h->ops;
	d->what = describe(spec);
	d->fd = d->path_dir = -1;
	d->timeout = timer_start(h->loop,
		spec->timeout_ms > 0 ? spec->timeout_ms : DEFAULT_TIMEOUT_MS, 0, on_timeout, d);
	*ret = &d->base.op;
	if (!spec->unix_socket) {
		d->resolve = resolve_start(h->loop, spec->tcp_host, spec->tcp_port, on_resolved, d);
		return 0;
	}
	d->path = sock_short_path(spec->unix_socket, &d->path_dir);
	if (d->path)
		try_unix(d);
	else
		fail_errno(d, errno);
	return 0;
}

int local_dial_take(struct op *dial)
{
	struct dial *d = (struct dial *)dial;

	return d->connected ? take_fd(d->fd) : -1;
}
