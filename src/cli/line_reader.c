/* SPDX-License-Identifier: MIT */
#include "cli/plain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>

enum { LINE_MAX_BYTES = 64 * 1024, CHUNK = 4096 };

void line_reader_init(struct line_reader *r, struct loop *loop, int fd)
{
	*r = (struct line_reader){.loop = loop, .fd = fd};
	str_init(&r->buffer, LINE_MAX_BYTES);
}

void line_reader_done(struct line_reader *r)
{
	/* What was typed may have been a secret. */
	str_wipe(&r->buffer);
}

struct waiting {
	bool woken;
	bool interrupted, hung_up;
};

static void on_readable(void *arg, int events)
{
	(void)events;
	((struct waiting *)arg)->woken = true;
}

static void on_signal(void *arg, int signum)
{
	struct waiting *w = arg;

	w->hung_up = w->hung_up || signum == SIGHUP;
	w->woken = w->interrupted = true;
}

/* False when a signal came. Regular files are always ready, and cannot be polled. */
static bool wait_readable(struct line_reader *r)
{
	struct waiting w = {0};
	struct loop_signal *interrupt, *terminate, *hangup;
	struct loop_poll *poll;
	struct stat st;

	if (fstat(r->fd, &st) || S_ISREG(st.st_mode))
		return true;
	poll = loop_poll_start(r->loop, r->fd, LOOP_READ, on_readable, &w);
	interrupt = loop_signal_start(r->loop, SIGINT, on_signal, &w);
	terminate = loop_signal_start(r->loop, SIGTERM, on_signal, &w);
	hangup = loop_signal_start(r->loop, SIGHUP, on_signal, &w);
	/* Who sees the question may answer it with Ctrl-C. */
	fflush(stdout);
	if (poll)
		loop_run_until(r->loop, &w.woken);
	loop_signal_free(interrupt);
	loop_signal_free(terminate);
	loop_signal_free(hangup);
	/* The shell says once more that the terminal is gone: not in the middle of what is kept now. */
	if (w.hung_up)
		signal(SIGHUP, SIG_IGN);
	loop_poll_free(poll);
	return !w.interrupted;
}

static bool fill(struct line_reader *r)
{
	char chunk[CHUNK];
	ssize_t n;

	if (!wait_readable(r)) {
		r->interrupted = true;
		return false;
	}
	do
		n = read(r->fd, chunk, sizeof(chunk));
	while (n < 0 && errno == EINTR);
	if (n > 0)
		str_addn(&r->buffer, chunk, (size_t)n);
	mem_wipe(chunk, sizeof(chunk));
	if (n <= 0 || str_full(&r->buffer))
		r->ended = true;
	return n > 0 && !str_full(&r->buffer);
}

bool line_reader_next(struct line_reader *r, struct str *line)
{
	const char *end = NULL;
	size_t n;

	str_clear(line);
	while (!(end = r->buffer.len ? memchr(r->buffer.data, '\n', r->buffer.len) : NULL)) {
		if (!r->ended && fill(r))
			continue;
		if (r->interrupted || !r->buffer.len)
			return false;
		/* A last line without its newline. */
		str_addn(line, r->buffer.data, r->buffer.len);
		str_shift(&r->buffer, r->buffer.len);
		return true;
	}
	n = (size_t)(end - r->buffer.data);
	str_addn(line, r->buffer.data, n && r->buffer.data[n - 1] == '\r' ? n - 1 : n);
	str_shift(&r->buffer, n + 1);
	return true;
}

bool line_reader_hidden(struct line_reader *r, struct str *line)
{
	struct termios before;
	bool quiet = isatty(r->fd) && !tcgetattr(r->fd, &before), more;

	if (quiet) {
		struct termios t = before;

		t.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(r->fd, TCSADRAIN, &t);
	}
	more = line_reader_next(r, line);
	if (quiet) {
		tcsetattr(r->fd, TCSADRAIN, &before);
		putchar('\n');
	}
	return more;
}
