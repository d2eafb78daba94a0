/* SPDX-License-Identifier: MIT */
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>

enum { SCRATCH = 64 * 1024, PATIENCE_MS = 300, DESCRIPTORS = 8 };

struct loop {
	uv_loop_t uv;
	uv_idle_t idle; /* active while calls are deferred, so that the loop does not sleep */
	struct timer *first, *last;
	uint64_t turn;
	bool stopped;
	char *scratch;
};

/* A timer of libuv, or a deferred call in the loop's list (uv is then unused). */
struct timer {
	uv_timer_t uv;
	struct loop *loop;
	timer_fn *fn;
	void *arg;
	bool deferred, queued;
	uint64_t turn; /* a call deferred during a turn waits for the next */
	struct timer *prev, *next;
};

static void free_handle(uv_handle_t *handle)
{
	free(handle->data);
}

void loop_close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, free_handle);
}

/* Where libuv finds no descriptors for its signals it aborts instead of saying so. */
static int find_room(void)
{
	int fds[DESCRIPTORS], n = 0, code = 0;

	while (!code && n < DESCRIPTORS) {
		fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fds[n] < 0)
			code = -errno;
		else
			n++;
	}
	while (n)
		close(fds[--n]);
	return code;
}

struct loop *loop_new(void)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));
	int code = find_room();

	if (!code)
		code = uv_loop_init(&loop->uv);
	if (code) {
		free(loop);
		errno = -code;
		return NULL;
	}
	uv_idle_init(&loop->uv, &loop->idle);
	loop->idle.data = NULL;
	signal(SIGPIPE, SIG_IGN);
	return loop;
}

static void close_walked(uv_handle_t *handle, void *arg)
{
	(void)arg;
	loop_close_handle(handle);
}

static void on_patience_over(uv_timer_t *timer)
{
	*(bool *)timer->data = true;
}

/* Runs close callbacks and the ends of pool work that nobody waits for any more. False when a
 * thread still hangs in the system's resolver: nothing can stop that, and nobody should wait for
 * it. */
static bool run_down(struct loop *loop)
{
	uv_timer_t patience;
	bool over = false;

	uv_walk(&loop->uv, close_walked, NULL);
	uv_timer_init(&loop->uv, &patience);
	patience.data = &over;
	uv_timer_start(&patience, on_patience_over, PATIENCE_MS, 0);
	uv_unref((uv_handle_t *)&patience);
	while (uv_loop_alive(&loop->uv) && !over)
		uv_run(&loop->uv, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&patience, NULL);
	uv_run(&loop->uv, UV_RUN_NOWAIT);
	return uv_loop_close(&loop->uv) == 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	/* What hangs still refers to the loop: its memory is left to it. */
	if (!run_down(loop))
		return;
	free(loop->scratch);
	free(loop);
}

uv_loop_t *loop_uv(struct loop *loop)
{
	return &loop->uv;
}

char *loop_scratch(struct loop *loop, size_t *size)
{
	if (!loop->scratch)
		loop->scratch = xmalloc(SCRATCH);
	*size = SCRATCH;
	return loop->scratch;
}

void loop_run(struct loop *loop)
{
	bool never = false;

	loop_run_until(loop, &never);
}

void loop_run_until(struct loop *loop, const bool *flag)
{
	while (!*flag && !loop->stopped && uv_loop_alive(&loop->uv))
		uv_run(&loop->uv, UV_RUN_ONCE);
	loop->stopped = false;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
	uv_stop(&loop->uv);
}

int64_t loop_now(struct loop *loop)
{
	return (int64_t)uv_now(&loop->uv);
}

int64_t loop_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void on_timer(uv_timer_t *uv)
{
	struct timer *t = uv->data;

	t->fn(t->arg);
}

struct timer *timer_start(
	struct loop *loop, int64_t delay_ms, int64_t repeat_ms, timer_fn *fn, void *arg)
{
	struct timer *t = xcalloc(1, sizeof(*t));

	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	uv_timer_init(&loop->uv, &t->uv);
	t->uv.data = t;
	/* The loop's clock stands still while a callback works; a delay counts from now. */
	uv_update_time(&loop->uv);
	uv_timer_start(&t->uv, on_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0,
		repeat_ms > 0 ? (uint64_t)repeat_ms : 0);
	return t;
}

static void unqueue(struct timer *t)
{
	struct loop *loop = t->loop;

	if (!t->queued)
		return;
	*(t->prev ? &t->prev->next : &loop->first) = t->next;
	*(t->next ? &t->next->prev : &loop->last) = t->prev;
	t->queued = false;
	if (!loop->first)
		uv_idle_stop(&loop->idle);
}

static void run_deferred(uv_idle_t *idle)
{
	struct loop *loop = (struct loop *)((char *)idle - offsetof(struct loop, idle));
	uint64_t turn = ++loop->turn;

	while (loop->first && loop->first->turn < turn) {
		struct timer *t = loop->first;

		unqueue(t);
		t->fn(t->arg); /* t may be gone now */
	}
}

struct timer *loop_defer(struct loop *loop, timer_fn *fn, void *arg)
{
	struct timer *t = xcalloc(1, sizeof(*t));

	*t = (struct timer){.loop = loop,
		.fn = fn,
		.arg = arg,
		.deferred = true,
		.queued = true,
		.turn = loop->turn,
		.prev = loop->last};
	*(loop->last ? &loop->last->next : &loop->first) = t;
	loop->last = t;
	uv_idle_start(&loop->idle, run_deferred);
	return t;
}

void timer_free(struct timer *t)
{
	if (!t)
		return;
	if (t->deferred) {
		unqueue(t);
		free(t);
	} else {
		loop_close_handle((uv_handle_t *)&t->uv);
	}
}

struct loop_signal {
	uv_signal_t uv;
	loop_signal_fn *fn;
	void *arg;
};

static void on_signal(uv_signal_t *uv, int signum)
{
	struct loop_signal *s = uv->data;

	if (!uv_is_closing((uv_handle_t *)uv))
		s->fn(s->arg, signum);
}

struct loop_signal *loop_signal_start(struct loop *loop, int signum, loop_signal_fn *fn, void *arg)
{
	struct loop_signal *s = xcalloc(1, sizeof(*s));

	s->fn = fn;
	s->arg = arg;
	uv_signal_init(&loop->uv, &s->uv);
	s->uv.data = s;
	uv_signal_start(&s->uv, on_signal, signum);
	/* Waiting for a signal alone keeps no loop running. */
	uv_unref((uv_handle_t *)&s->uv);
	return s;
}

void loop_signal_free(struct loop_signal *s)
{
	if (s)
		loop_close_handle((uv_handle_t *)&s->uv);
}

struct loop_poll {
	uv_poll_t uv;
	loop_poll_fn *fn;
	void *arg;
	int events;
};

static void on_poll(uv_poll_t *uv, int status, int events)
{
	struct loop_poll *p = uv->data;
	int ready =
		(events & UV_READABLE ? LOOP_READ : 0) | (events & UV_WRITABLE ? LOOP_WRITE : 0);

	/* On an error the owner learns more from its next read or write. */
	if (status < 0)
		ready = p->events;
	p->fn(p->arg, ready);
}

struct loop_poll *loop_poll_start(
	struct loop *loop, int fd, int events, loop_poll_fn *fn, void *arg)
{
	struct loop_poll *p;
	/* libuv makes the description non-blocking, which others may share (a terminal's output).
	 */
	int flags = fcntl(fd, F_GETFL);

	p = xcalloc(1, sizeof(*p));
	if (flags < 0 || uv_poll_init(&loop->uv, &p->uv, fd) != 0) {
		free(p);
		return NULL;
	}
	fcntl(fd, F_SETFL, flags);
	p->fn = fn;
	p->arg = arg;
	p->uv.data = p;
	loop_poll_change(p, events);
	return p;
}

void loop_poll_change(struct loop_poll *p, int events)
{
	int uv = (events & LOOP_READ ? UV_READABLE : 0) | (events & LOOP_WRITE ? UV_WRITABLE : 0);

	if (!p)
		return;
	p->events = events;
	uv_poll_start(&p->uv, uv, on_poll);
}

void loop_poll_free(struct loop_poll *p)
{
	if (p)
		loop_close_handle((uv_handle_t *)&p->uv);
}
