/* SPDX-License-Identifier: MIT */
#include "engine/process_wire.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct wire {
	struct loop *loop;
	int fd;
	struct loop_poll *poll;
	struct wire_events events;
	struct str in, out;
	struct timer *closing; /* pending delivery of closed */
	bool *gone;            /* set when a callback freed us */
};

static void deliver_closed(void *arg)
{
	struct wire *w = arg;

	timer_free(take(w->closing));
	w->events.closed(w->events.arg);
}

static void close_soon(struct wire *w)
{
	loop_poll_free(take(w->poll));
	if (!w->closing)
		w->closing = loop_defer(w->loop, deliver_closed, w);
}

/* Delivers complete lines; false when the wire was freed or closed meanwhile. */
static bool deliver_lines(struct wire *w)
{
	bool gone = false;
	char *end;

	w->gone = &gone;
	while (w->in.len && (end = memchr(w->in.data, '\n', w->in.len))) {
		autojson struct json_object *o = NULL;
		size_t n = (size_t)(end - w->in.data);

		if (json_parse(w->in.data, n, &o, NULL) < 0) {
			w->gone = NULL;
			close_soon(w);
			return false;
		}
		mem_wipe(w->in.data, n);
		str_shift(&w->in, n + 1);
		w->events.message(w->events.arg, o);
		if (gone)
			return false;
	}
	w->gone = NULL;
	return w->poll != NULL;
}

static bool read_some(struct wire *w)
{
	char chunk[64 * 1024];
	ssize_t n = recv(w->fd, chunk, sizeof(chunk), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		close_soon(w);
		return false;
	}
	str_addn(&w->in, chunk, (size_t)n);
	if (str_full(&w->in)) {
		close_soon(w);
		return false;
	}
	return deliver_lines(w);
}

static void write_some(struct wire *w)
{
	ssize_t n = send(w->fd, w->out.data, w->out.len, MSG_NOSIGNAL);

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			close_soon(w);
		return;
	}
	str_shift(&w->out, (size_t)n);
	if (w->out.len)
		return;
	str_wipe(&w->out);
	loop_poll_change(w->poll, LOOP_READ);
	if (w->events.drained)
		w->events.drained(w->events.arg);
}

static void on_poll(void *arg, int events)
{
	struct wire *w = arg;

	if ((events & LOOP_READ) && !read_some(w))
		return;
	if ((events & LOOP_WRITE) && w->out.len)
		write_some(w);
}

struct wire *wire_new(struct loop *loop, int fd, const struct wire_events *events)
{
	struct wire *w = xcalloc(1, sizeof(*w));

	w->loop = loop;
	w->fd = fd;
	w->events = *events;
	str_init(&w->in, STR_FILE);
	str_init(&w->out, STR_OUTPUT);
	w->poll = loop_poll_start(loop, fd, LOOP_READ, on_poll, w);
	return w;
}

void wire_free(struct wire *w)
{
	if (!w)
		return;
	if (w->gone)
		*w->gone = true;
	timer_free(w->closing);
	loop_poll_free(w->poll);
	close(w->fd);
	str_wipe(&w->in);
	str_wipe(&w->out);
	free(w);
}

void wire_send(struct wire *w, struct json_object *o)
{
	autofree char *text = json_text(o);

	json_object_put(o);
	if (w->poll) {
		str_add(&w->out, text);
		str_addc(&w->out, '\n');
		if (str_full(&w->out))
			close_soon(w);
		else
			loop_poll_change(w->poll, LOOP_READ | LOOP_WRITE);
	}
	mem_wipe(text, strlen(text));
}

size_t wire_pending(const struct wire *w)
{
	return w->out.len;
}
