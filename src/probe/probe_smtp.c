/* SPDX-License-Identifier: MIT */
/* The greeting of a mail server (RFC 5321, 3.1 and 4.2): nothing is sent but QUIT. */
#include "probe/probe_kind.h"

#include "base/i18n.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { PORT = 25, CHUNK = 512, SHOWN_MAX = 256, GREETING_MAX = 16 * 1024 };

struct smtp_probe {
	int fd;
	struct loop_poll *poll;
	struct str in;
};

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, PORT);

	return xasprintf("smtp %s", address);
}

/* The last line of a reply has a blank behind its code; "220-" goes on. What is no reply is not
 * waited for. */
static const char *last_line(const struct str *in)
{
	const char *line = str_text(in), *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
		if (line[3] != '-' || strspn(line, "0123456789") < 3)
			return line;
	return NULL;
}

static void judge(struct probe *p)
{
	struct smtp_probe *s = p->state;
	const char *line = last_line(&s->in);
	AUTO(str) struct str shown = STR_INIT(STR_LINE);
	bool greets;

	if (!line && !str_full(&s->in))
		return;
	line = line ? line : str_text(&s->in);
	greets = strncmp(line, "220", 3) == 0;
	probe_add_line(&shown, line, strcspn(line, "\r\n"), SHOWN_MAX);
	/* Politeness: a greeting that nobody answers stays in the server's log as a fault. */
	if (greets)
		(void)!send(s->fd, "QUIT\r\n", strlen("QUIT\r\n"), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (strspn(line, "0123456789") >= 3)
		probe_answer(p, greets, "%s", str_text(&shown));
	else
		probe_answer(p, false, _("not the greeting of a mail server"));
}

static void on_ready(void *arg, int events)
{
	struct probe *p = arg;
	struct smtp_probe *s = p->state;
	char buf[CHUNK];
	ssize_t n = recv(s->fd, buf, sizeof(buf), 0);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		probe_answer(p, false, "%s", strerror(errno));
	} else if (n == 0) {
		probe_answer(p, false, _("the connection was closed without an answer"));
	} else {
		str_addn(&s->in, buf, (size_t)n);
		judge(p);
	}
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	struct smtp_probe *s = p->state;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0) {
		probe_answer_error(p, err);
		return;
	}
	s->fd = host_dial_take(p->step);
	op_free(take(p->step));
	s->poll = loop_poll_start(p->host->loop, s->fd, LOOP_READ, on_ready, p);
}

static int start(struct probe *p, struct error *err)
{
	struct smtp_probe *s = xcalloc(1, sizeof(*s));

	s->fd = -1;
	str_init(&s->in, GREETING_MAX);
	p->state = s;
	return probe_dial(p, p->spec.host, p->spec.port, on_connected, err);
}

static void stop(struct probe *p)
{
	struct smtp_probe *s = take(p->state);

	if (!s)
		return;
	loop_poll_free(s->poll);
	mem_close_cleanup(&s->fd);
	str_done(&s->in);
	free(s);
}

const struct probe_kind_ops probe_smtp = {
	.name = "smtp", .port = PORT, .describe = describe, .start = start, .stop = stop};
