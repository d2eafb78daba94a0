/* SPDX-License-Identifier: MIT */
#include "loop/child_input.h"

#include "base/i18n.h"

#include <errno.h>
#include <unistd.h>

static const char end_of_file[] = "\004"; /* VEOF of a terminal (termios(3)) */

void child_input_init(struct child_input *in, const struct child_spec *spec, struct loop *loop)
{
	size_t n = spec->input ? spec->input_len : 0;

	*in = (struct child_input){.loop = loop,
		.fd = -1,
		.tty = spec->tty.rows > 0,
		.stream = spec->stream_input || spec->tty.rows > 0,
		.drained = spec->drained,
		.arg = spec->output_arg};
	/* What comes with the start is as long as it is. */
	str_init(&in->text, n > CHILD_INPUT_MAX ? n : CHILD_INPUT_MAX);
	str_addn(&in->text, spec->input, n);
	in->ending = !in->stream;
}

bool child_input_wanted(const struct child_spec *spec)
{
	return spec->input || spec->stream_input;
}

void child_input_close(struct child_input *in)
{
	loop_poll_free(take(in->poll));
	if (in->fd >= 0)
		close(take_fd(in->fd));
	str_wipe(&in->text);
	in->at = 0;
}

static void drain(struct child_input *in)
{
	str_wipe(&in->text);
	in->at = 0;
	if (in->ending && !in->tty) {
		child_input_close(in);
		return;
	}
	loop_poll_free(take(in->poll));
	if (in->drained)
		in->drained(in->arg); /* in may be gone now */
}

static void on_writable(void *arg, int events)
{
	struct child_input *in = arg;
	ssize_t n = write(in->fd, in->text.data + in->at, in->text.len - in->at);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* A child that does not want the rest of its input has closed it (EPIPE). */
	if (n < 0) {
		child_input_close(in);
		return;
	}
	in->at += (size_t)n;
	if (in->at == in->text.len)
		drain(in);
}

static void begin(struct child_input *in)
{
	if (!in->poll)
		in->poll = loop_poll_start(in->loop, in->fd, LOOP_WRITE, on_writable, in);
}

void child_input_open(struct child_input *in, int *fd)
{
	if (!in->text.len && !in->stream)
		return;
	in->fd = take_fd(*fd);
	if (in->text.len)
		begin(in);
}

int child_input_write(struct child_input *in, const char *data, size_t n, struct error *err)
{
	if (in->fd < 0 || in->ending)
		return error_set(err, ERR_FAILED, "%s", _("the program reads no more input"));
	if (n > CHILD_INPUT_MAX - in->text.len)
		return error_set(err, ERR_LIMIT, "%s", _("the program does not read its input"));
	if (!n)
		return 0;
	str_addn(&in->text, data, n);
	begin(in);
	return 0;
}

void child_input_end(struct child_input *in)
{
	if (in->fd < 0 || in->ending)
		return;
	if (in->tty) {
		child_input_write(in, end_of_file, 1, NULL);
		return;
	}
	in->ending = true;
	if (!in->text.len)
		child_input_close(in);
}
