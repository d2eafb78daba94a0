/* SPDX-License-Identifier: MIT */
#include "loop/child_input.h"
#include "loop/child_tty.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

enum {
	KILL_AFTER_MS = 3000,
	EOF_WAIT_MS = 2000,
	GROUP_CHECK_MS = 20,
	TAIL = 4096,     /* of stderr, for the error's detail */
	TAIL_LINES = 10, /* at most */
};

/* Outlives its child until the process was reaped. */
struct proc {
	uv_process_t uv;
	struct local_child *owner; /* NULL: nobody waits any more */
};

struct stream {
	struct local_child *child;
	enum child_stream which;
	int fd; /* -1 after the end of file */
	struct loop_poll *poll;
	struct str *kept;
};

struct local_child {
	struct child base;
	struct proc *proc; /* NULL once it has exited */
	char *name;
	bool own_group;
	struct stream out, err;
	struct str tail;
	child_output_fn *output;
	void *output_arg;
	struct child_input in;
	struct timer *timeout, *kill, *eof, *group;
	int ending; /* 0, or the code it ends with because somebody wanted it to */
	bool eof_expired, killed;
};

static void close_stream(struct stream *s)
{
	loop_poll_free(take(s->poll));
	if (s->fd >= 0)
		close(take_fd(s->fd));
}

static void send_signal(struct local_child *c, int signum)
{
	if (c->proc)
		kill(c->own_group ? -c->base.pid : c->base.pid, signum);
}

/* The last lines it wrote to stderr, as the error's detail. */
static void set_detail(struct local_child *c, struct error *err)
{
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	const char *start;
	int lines = 0;

	text_safe(&safe, str_text(&c->tail), c->tail.len, true);
	while (safe.len > 0 && strchr("\n ", safe.data[safe.len - 1]))
		str_cut(&safe, safe.len - 1);
	if (safe.len == 0)
		return;
	start = safe.data + safe.len;
	while (start > safe.data && (start[-1] != '\n' || ++lines < TAIL_LINES))
		start--;
	error_detail(err, "%s", start);
}

static void finish(struct local_child *c)
{
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *words = child_status_text(c->base.status);
	int code = c->ending ? c->ending : c->base.status ? ERR_FAILED : 0;

	close_stream(&c->out);
	close_stream(&c->err);
	child_input_close(&c->in);
	if (code == ERR_CANCELLED)
		error_set(&err, code, _("%s was cancelled"), c->name);
	else if (code == ERR_TIMEOUT)
		error_set(&err, code, _("%s did not end in time"), c->name);
	else if (code)
		error_set(&err, code, _("%s failed: %s"), c->name, words);
	if (code)
		set_detail(c, &err);
	log_debug("child %d: %s: %s", c->base.pid, c->name, words);
	timer_free(take(c->timeout));
	timer_free(take(c->kill));
	timer_free(take(c->eof));
	timer_free(take(c->group));
	op_finish(&c->base.op, code, &err);
}

static void finish_if_ended(struct local_child *c);

static void on_group_check(void *arg)
{
	finish_if_ended(arg);
}

static void on_eof_wait_over(void *arg)
{
	struct local_child *c = arg;

	c->eof_expired = true;
	finish_if_ended(c);
}

/* Members of the group keep its number taken, so the number still means them. */
static bool group_remains(struct local_child *c)
{
	return c->ending && c->own_group && !c->killed && kill(-c->base.pid, 0) == 0;
}

static void finish_if_ended(struct local_child *c)
{
	bool open = c->out.fd >= 0 || c->err.fd >= 0;

	if (c->proc || c->base.op.finished)
		return;
	if (group_remains(c)) {
		if (!c->group)
			c->group = timer_start(
				c->base.op.loop, GROUP_CHECK_MS, GROUP_CHECK_MS, on_group_check, c);
		return;
	}
	timer_free(take(c->group));
	if (!open || c->eof_expired)
		finish(c);
	else if (!c->eof)
		c->eof = timer_start(c->base.op.loop, EOF_WAIT_MS, 0, on_eof_wait_over, c);
}

static void on_exit_status(uv_process_t *uv, int64_t status, int term_signal)
{
	struct proc *proc = uv->data;
	struct local_child *c = proc->owner;

	loop_close_handle((uv_handle_t *)uv);
	if (!c)
		return;
	c->proc = NULL;
	c->base.status = term_signal ? 128 + term_signal : (int)(status & 0xff);
	child_input_close(&c->in);
	finish_if_ended(c);
}

static void keep_tail(struct local_child *c, const char *data, size_t n)
{
	if (n > TAIL) {
		data += n - TAIL;
		n = TAIL;
	}
	if (c->tail.len + n > TAIL)
		str_shift(&c->tail, c->tail.len + n - TAIL);
	str_addn(&c->tail, data, n);
}

static void on_readable(void *arg, int events)
{
	struct stream *s = arg;
	struct local_child *c = s->child;
	size_t size;
	char *buf = loop_scratch(c->base.op.loop, &size);
	ssize_t n = read(s->fd, buf, size);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_stream(s);
		finish_if_ended(c);
		return;
	}
	if (s->which == CHILD_ERR)
		keep_tail(c, buf, (size_t)n);
	if (c->output) {
		c->output(c->output_arg, s->which, buf, (size_t)n); /* c may be gone now */
	} else {
		size_t room = s->kept->max - s->kept->len;

		str_addn(s->kept, buf, (size_t)n < room ? (size_t)n : room);
		s->kept->full |= (size_t)n > room;
	}
}

static void on_kill(void *arg)
{
	struct local_child *c = arg;

	c->killed = true;
	/* Without c->proc only a group that still has members is waited for. */
	if (c->own_group)
		kill(-c->base.pid, SIGKILL);
	else
		send_signal(c, SIGKILL);
	finish_if_ended(c);
}

static void end(struct local_child *c, int code)
{
	if (!c->proc || c->ending)
		return;
	c->ending = code;
	send_signal(c, SIGTERM);
	c->kill = timer_start(c->base.op.loop, KILL_AFTER_MS, 0, on_kill, c);
}

static void on_timeout(void *arg)
{
	end(arg, ERR_TIMEOUT);
}

static void child_cancel(struct op *op)
{
	end((struct local_child *)op, ERR_CANCELLED);
}

static void child_destroy(struct op *op)
{
	struct local_child *c = (struct local_child *)op;

	if (c->proc) {
		send_signal(c, SIGKILL);
		c->proc->owner = NULL;
		uv_unref((uv_handle_t *)&c->proc->uv);
	} else if (group_remains(c)) {
		kill(-c->base.pid, SIGKILL);
	}
	close_stream(&c->out);
	close_stream(&c->err);
	child_input_close(&c->in);
	timer_free(c->timeout);
	timer_free(c->kill);
	timer_free(c->eof);
	timer_free(c->group);
	str_done(&c->base.out);
	str_done(&c->base.err);
	str_done(&c->tail);
	free(c->name);
	free(c);
}

static void local_kill(struct child *c, int signum)
{
	send_signal((struct local_child *)c, signum);
}

static int local_write(struct child *c, const char *data, size_t n, struct error *err)
{
	return child_input_write(&((struct local_child *)c)->in, data, n, err);
}

static void local_close_input(struct child *c)
{
	child_input_end(&((struct local_child *)c)->in);
}

static void local_resize(struct child *c, int rows, int cols)
{
	struct local_child *l = (struct local_child *)c;

	if (l->in.tty && l->out.fd >= 0)
		child_tty_resize(l->out.fd, rows, cols);
}

static const struct child_ops local_ops = {
	.kill = local_kill,
	.write = local_write,
	.close_input = local_close_input,
	.resize = local_resize,
};

static const struct op_class child_class = {
	.name = N_("program"), .cancel = child_cancel, .destroy = child_destroy};

/* Both ends of the three pipes; ours are non-blocking. Pipes and not sockets: a program may open
 * /dev/stdout again, which a socket refuses. */
struct pipes {
	int ours[3], theirs[3];
};

static void pipes_done(struct pipes *p)
{
	for (int i = 0; i < 3; i++) {
		mem_close_cleanup(&p->ours[i]);
		mem_close_cleanup(&p->theirs[i]);
	}
}
DEFINE_AUTO(pipes)

static int tty_open(
	struct pipes *p, const struct child_spec *spec, struct strv *argv, struct error *err)
{
	autofree char *path = NULL;
	int rc = child_tty_open(
		spec->tty.rows, spec->tty.cols, &p->ours[1], &p->theirs[1], &path, err);

	if (rc < 0)
		return rc;
	/* Reading and writing are waited for apart. */
	p->ours[0] = fcntl(p->ours[1], F_DUPFD_CLOEXEC, 0);
	child_tty_arguments(path, spec->argv, argv);
	return 0;
}

static int pipes_open(struct pipes *p, bool input, const char *name, struct error *err)
{
	for (int i = input ? 0 : 1; i < 3; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return error_errno(err, errno, _("cannot start %s"), name);
		p->ours[i] = ends[i == 0];
		p->theirs[i] = ends[i != 0];
		fcntl(p->ours[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static int spawn(struct local_child *c, const struct child_spec *spec, const struct strv *argv,
	struct pipes *pipes, struct error *err)
{
	static char *no_env[] = {NULL};
	uv_stdio_container_t stdio[3];
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = argv->items[0],
		.args = argv->items,
		.env = !spec->env     ? NULL
		       : spec->env->n ? spec->env->items
				      : no_env,
		.cwd = spec->cwd,
		.flags = c->own_group ? UV_PROCESS_DETACHED : 0,
		.stdio_count = 3,
		.stdio = stdio,
	};
	struct proc *proc;
	struct stat st;
	int rc;

	if (spec->cwd && (stat(spec->cwd, &st) < 0 || !S_ISDIR(st.st_mode)))
		return error_set(err, ERR_NOT_FOUND, _("cannot start %s: no directory %s"), c->name,
			spec->cwd);
	for (int i = 0; i < 3; i++) {
		int fd = spec->inherit ? spec->inherit[i] : pipes->theirs[i];

		stdio[i].flags = fd >= 0 ? UV_INHERIT_FD : UV_IGNORE;
		stdio[i].data.fd = fd;
	}
	proc = xcalloc(1, sizeof(*proc));
	proc->owner = c;
	rc = uv_spawn(loop_uv(c->base.op.loop), &proc->uv, &options);
	proc->uv.data = proc;
	if (rc < 0) {
		loop_close_handle((uv_handle_t *)&proc->uv);
		return error_errno(err, -rc, _("cannot start %s"), c->name);
	}
	c->proc = proc;
	c->base.pid = proc->uv.pid;
	log_debug("child %d: %s started", c->base.pid, c->name);
	return 0;
}

static void stream_start(struct stream *s, int *fd)
{
	if (*fd < 0)
		return;
	s->fd = take_fd(*fd);
	s->poll = loop_poll_start(s->child->base.op.loop, s->fd, LOOP_READ, on_readable, s);
}

static struct local_child *child_new(
	struct loop *loop, const struct child_spec *spec, op_done_fn *done, void *arg)
{
	struct local_child *c = xcalloc(1, sizeof(*c));
	size_t keep = spec->keep ? spec->keep : STR_OUTPUT;

	op_init(&c->base.op, &child_class, loop, done, arg);
	c->name = text_safe_dup(spec->argv->items[0]);
	c->base.ops = &local_ops;
	c->own_group = spec->own_group || spec->tty.rows > 0;
	c->output = spec->output;
	c->output_arg = spec->output_arg;
	str_init(&c->base.out, keep);
	str_init(&c->base.err, keep);
	c->out = (struct stream){c, CHILD_OUT, -1, NULL, &c->base.out};
	c->err = (struct stream){c, CHILD_ERR, -1, NULL, &c->base.err};
	str_init(&c->tail, TAIL);
	child_input_init(&c->in, spec, loop);
	return c;
}

int child_start(struct loop *loop, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err)
{
	AUTO(pipes) struct pipes pipes = {{-1, -1, -1}, {-1, -1, -1}};
	AUTO(strv) struct strv on_tty = STRV_INIT;
	struct local_child *c;
	int rc = 0;

	if (!spec->argv || spec->argv->n == 0)
		return error_set(err, ERR_INPUT, _("there is no program to start"));
	c = child_new(loop, spec, done, arg);
	if (spec->tty.rows > 0)
		rc = tty_open(&pipes, spec, &on_tty, err);
	else if (!spec->inherit)
		rc = pipes_open(&pipes, child_input_wanted(spec), c->name, err);
	if (rc == 0)
		rc = spawn(c, spec, on_tty.n ? &on_tty : spec->argv, &pipes, err);
	if (rc < 0) {
		child_destroy(&c->base.op);
		return rc;
	}
	child_input_open(&c->in, &pipes.ours[0]);
	stream_start(&c->out, &pipes.ours[1]);
	stream_start(&c->err, &pipes.ours[2]);
	if (spec->timeout_ms > 0)
		c->timeout = timer_start(loop, spec->timeout_ms, 0, on_timeout, c);
	*ret = &c->base;
	return 0;
}
