/* SPDX-License-Identifier: MIT */
#include "probe/probe_talk.h"

#include "base/i18n.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK = 4096 };

static void say(struct probe_talk *t)
{
	ssize_t n = send(t->fd, t->say.data + t->said, t->say.len - t->said, MSG_NOSIGNAL);

	if (n > 0)
		t->said += (size_t)n;
	if (t->said == t->say.len)
		loop_poll_change(t->poll, LOOP_READ);
}

static void hear(struct probe *p)
{
	struct probe_talk *t = p->state;
	char buf[CHUNK];
	ssize_t n = recv(t->fd, buf, sizeof(buf), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		probe_answer(p, false, "%s", strerror(errno));
	} else if (n == 0) {
		probe_answer(p, false, _("the connection was closed without an answer"));
	} else {
		str_addn(&t->heard, buf, (size_t)n);
		t->judge(p);
	}
}

static void on_ready(void *arg, int events)
{
	struct probe *p = arg;
	struct probe_talk *t = p->state;

	if (events & LOOP_WRITE && t->said < t->say.len)
		say(t);
	if (events & LOOP_READ)
		hear(p);
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	struct probe_talk *t = p->state;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0) {
		probe_answer_error(p, err);
		return;
	}
	t->fd = host_dial_take(p->step);
	op_free(take(p->step));
	t->poll = loop_poll_start(
		p->host->loop, t->fd, t->say.len ? LOOP_READ | LOOP_WRITE : LOOP_READ, on_ready, p);
}

void *probe_talk_new(struct probe *p, size_t size, size_t heard_max, probe_heard_fn *judge)
{
	struct probe_talk *t = xcalloc(1, size);

	t->fd = -1;
	t->judge = judge;
	str_init(&t->say, STR_LINE);
	str_init(&t->heard, heard_max);
	p->state = t;
	return t;
}

int probe_talk_start(struct probe *p, struct error *err)
{
	return probe_dial(p, p->spec.host, p->spec.port, on_connected, err);
}

void probe_talk_part(struct probe *p, const char *text)
{
	struct probe_talk *t = p->state;

	(void)!send(t->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void probe_talk_stop(struct probe *p)
{
	struct probe_talk *t = take(p->state);

	if (!t)
		return;
	loop_poll_free(t->poll);
	mem_close_cleanup(&t->fd);
	str_wipe(&t->say);
	str_done(&t->heard);
	free(t);
}
