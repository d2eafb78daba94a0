/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"
#include "base/text.h"
#include "probe/resp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { PORT = 6379, SHOWN_MAX = 1024, CHUNK = 4096 };

struct redis_probe {
	int fd;
	struct loop_poll *poll;
	struct str out; /* holds a password: wiped */
	size_t sent;
	struct str in;
	int awaited; /* replies, the last of which is PING's */
};

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, PORT);

	return xasprintf("redis %s PING", address);
}

/* Returns false once the probe has its answer. */
static bool take_reply(struct probe *p, const struct resp_reply *reply)
{
	struct redis_probe *r = p->state;
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	if (reply->text)
		probe_add_line(&line, reply->text, reply->len, SHOWN_MAX);
	r->awaited--;
	if (reply->kind == RESP_TEXT && r->awaited > 0)
		return true;
	if (reply->kind == RESP_TEXT && str_eq(str_text(&line), "PONG"))
		probe_answer(p, true, "PONG");
	else if (reply->kind == RESP_ERROR)
		probe_answer(p, false, "%s", str_text(&line));
	else
		probe_answer(p, false, _("not the answer of a Redis server"));
	return false;
}

static void take_replies(struct probe *p)
{
	struct redis_probe *r = p->state;
	struct resp_reply reply;
	long n;

	while ((n = resp_parse(str_text(&r->in), r->in.len, &reply)) > 0) {
		if (!take_reply(p, &reply))
			return;
		str_shift(&r->in, (size_t)n);
	}
	if (n < 0 || str_full(&r->in))
		probe_answer(p, false, _("not the answer of a Redis server"));
}

static void on_ready(void *arg, int events)
{
	struct probe *p = arg;
	struct redis_probe *r = p->state;
	char buf[CHUNK];
	ssize_t n;

	if (events & LOOP_WRITE && r->sent < r->out.len) {
		n = send(r->fd, r->out.data + r->sent, r->out.len - r->sent, MSG_NOSIGNAL);
		if (n > 0)
			r->sent += (size_t)n;
		if (r->sent == r->out.len)
			loop_poll_change(r->poll, LOOP_READ);
	}
	if (!(events & LOOP_READ))
		return;
	n = recv(r->fd, buf, sizeof(buf), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		probe_answer(p, false, "%s", strerror(errno));
	} else if (n == 0) {
		probe_answer(p, false, _("the connection was closed without an answer"));
	} else {
		str_addn(&r->in, buf, (size_t)n);
		take_replies(p);
	}
}

static void add_command(struct redis_probe *r, const char *a, const char *b, const char *c)
{
	AUTO(strv) struct strv words = STRV_INIT;

	strv_push(&words, a);
	if (b)
		strv_push(&words, b);
	if (c)
		strv_push(&words, c);
	resp_command(&r->out, &words);
	r->awaited++;
	for (size_t i = 0; i < words.n; i++)
		mem_wipe(words.items[i], strlen(words.items[i]));
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	struct redis_probe *r = p->state;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0) {
		probe_answer_error(p, err);
		return;
	}
	r->fd = host_dial_take(p->step);
	op_free(take(p->step));
	if (!str_empty(p->spec.password) && !str_empty(p->spec.user))
		add_command(r, "AUTH", p->spec.user, p->spec.password);
	else if (!str_empty(p->spec.password))
		add_command(r, "AUTH", p->spec.password, NULL);
	add_command(r, "PING", NULL, NULL);
	r->poll = loop_poll_start(p->host->loop, r->fd, LOOP_READ | LOOP_WRITE, on_ready, p);
}

static int start(struct probe *p, struct error *err)
{
	struct redis_probe *r = xcalloc(1, sizeof(*r));

	r->fd = -1;
	str_init(&r->out, STR_LINE);
	str_init(&r->in, STR_LINE);
	p->state = r;
	return probe_dial(p, p->spec.host, p->spec.port, on_connected, err);
}

static void stop(struct probe *p)
{
	struct redis_probe *r = take(p->state);

	if (!r)
		return;
	loop_poll_free(r->poll);
	mem_close_cleanup(&r->fd);
	str_wipe(&r->out);
	str_done(&r->in);
	free(r);
}

const struct probe_kind_ops probe_redis = {
	.name = "redis", .port = PORT, .describe = describe, .start = start, .stop = stop};
