/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "loop/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

struct seen {
	struct loop *loop;
	struct str *trace;
	struct timer *timer, *other;
	char mark;
	int left;
};

static void note(void *arg)
{
	struct seen *s = arg;

	str_addc(s->trace, s->mark);
	if (--s->left <= 0)
		loop_stop(s->loop);
}

static void note_and_free_both(void *arg)
{
	struct seen *s = arg;

	str_addc(s->trace, s->mark);
	timer_free(take(s->timer));
	timer_free(take(s->other));
}

static void note_and_defer(void *arg)
{
	struct seen *s = arg;

	str_addc(s->trace, s->mark);
	timer_free(s->timer);
	s->timer = s->mark < 'e' ? loop_defer(s->loop, note_and_defer, s) : NULL;
	s->mark++;
}

static void test_deferred_calls_come_in_order_and_later(void **state)
{
	AUTO(str) struct str trace = STR_INIT(64);
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct seen a = {.loop = loop, .trace = &trace, .mark = '1', .left = 9};
	struct seen b = {.loop = loop, .trace = &trace, .mark = '2', .left = 9};
	struct seen c = {.loop = loop, .trace = &trace, .mark = '3', .left = 1};

	(void)state;
	a.timer = loop_defer(loop, note, &a);
	b.timer = loop_defer(loop, note, &b);
	c.timer = loop_defer(loop, note, &c);
	assert_int_equal(trace.len, 0);
	loop_run(loop);
	assert_string_equal(str_text(&trace), "123");
	timer_free(a.timer);
	timer_free(b.timer);
	timer_free(c.timer);
}

/* A chain of deferred calls must not keep the others from running. */
static void test_a_deferred_chain_takes_turns(void **state)
{
	AUTO(str) struct str trace = STR_INIT(64);
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct seen chain = {.loop = loop, .trace = &trace, .mark = 'a'};
	struct seen one = {.loop = loop, .trace = &trace, .mark = '1', .left = 9};

	(void)state;
	chain.timer = loop_defer(loop, note_and_defer, &chain);
	one.timer = loop_defer(loop, note, &one);
	loop_run(loop);
	assert_string_equal(str_text(&trace), "a1bcde");
	timer_free(one.timer);
}

static void test_freed_handles_do_not_call(void **state)
{
	AUTO(str) struct str trace = STR_INIT(64);
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct seen first = {.loop = loop, .trace = &trace, .mark = 'x'};
	struct seen second = {.loop = loop, .trace = &trace, .mark = 'y', .left = 9};
	struct seen never = {.loop = loop, .trace = &trace, .mark = 'z', .left = 9};

	(void)state;
	/* The first frees itself and the second, of both kinds. */
	first.timer = loop_defer(loop, note_and_free_both, &first);
	first.other = loop_defer(loop, note, &second);
	timer_free(loop_defer(loop, note, &never));
	timer_free(timer_start(loop, 0, 0, note, &never));
	loop_run(loop);
	assert_string_equal(str_text(&trace), "x");
	first.timer = timer_start(loop, 1, 1, note_and_free_both, &first);
	first.other = timer_start(loop, 1, 0, note, &second);
	loop_run(loop);
	assert_string_equal(str_text(&trace), "xx");
}

static void test_timers_repeat_and_keep_their_order(void **state)
{
	AUTO(str) struct str trace = STR_INIT(64);
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct seen late = {.loop = loop, .trace = &trace, .mark = 'l', .left = 1};
	struct seen often = {.loop = loop, .trace = &trace, .mark = 'o', .left = 3};
	int64_t begin = loop_now(loop);

	(void)state;
	often.timer = timer_start(loop, 2, 1, note, &often);
	loop_run(loop);
	timer_free(often.timer);
	assert_true(loop_now(loop) - begin >= 4);
	late.timer = timer_start(loop, 20, 0, note, &late);
	often.left = 9;
	often.timer = timer_start(loop, 1, 0, note, &often);
	loop_run(loop);
	assert_string_equal(str_text(&trace), "ooool");
	timer_free(late.timer);
	timer_free(often.timer);
}

static void test_run_ends_with_nothing_to_wait_for(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	bool never = false;

	(void)state;
	loop_run(loop);
	loop_run_until(loop, &never);
	assert_false(never);
}

static void on_signal(void *arg, int signum)
{
	struct seen *s = arg;

	str_addf(s->trace, "%d ", signum);
	loop_stop(s->loop);
}

static void raise_signal(void *arg)
{
	(void)arg;
	raise(SIGUSR1);
}

static void test_signals_arrive_on_the_loop(void **state)
{
	AUTO(str) struct str trace = STR_INIT(64), want = STR_INIT(64);
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct seen s = {.loop = loop, .trace = &trace, .mark = 'k', .left = 99};
	struct loop_signal *sig = loop_signal_start(loop, SIGUSR1, on_signal, &s);
	struct timer *t = loop_defer(loop, raise_signal, NULL);
	/* A handle that keeps the loop waiting for the signal. */
	struct timer *keep = timer_start(loop, 3600000, 0, note, &s);

	(void)state;
	loop_run(loop);
	str_addf(&want, "%d ", SIGUSR1);
	assert_string_equal(str_text(&trace), str_text(&want));
	loop_signal_free(sig);
	timer_free(t);
	timer_free(keep);
	str_done(&want);
}

struct pipe_seen {
	struct loop *loop;
	int fd;
	struct loop_poll *poll;
	struct str got;
};

static void on_read(void *arg, int events)
{
	struct pipe_seen *p = arg;
	char buf[8];
	ssize_t n = read(p->fd, buf, sizeof(buf));

	assert_int_equal(events, LOOP_READ);
	if (n <= 0) {
		loop_poll_free(take(p->poll));
		return;
	}
	str_addn(&p->got, buf, (size_t)n);
}

static void test_poll_reads_to_the_end_and_leaves_flags_alone(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct pipe_seen p = {.loop = loop, .got = STR_INIT(64)};
	int ends[2], flags;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	p.fd = ends[0];
	flags = fcntl(ends[0], F_GETFL);
	p.poll = loop_poll_start(loop, ends[0], LOOP_READ, on_read, &p);
	assert_int_equal(fcntl(ends[0], F_GETFL), flags);
	assert_int_equal(write(ends[1], "hello pipes", 11), 11);
	close(ends[1]);
	loop_run(loop);
	assert_string_equal(str_text(&p.got), "hello pipes");
	assert_null(p.poll);
	close(ends[0]);
	str_done(&p.got);
}

static void test_a_plain_file_cannot_be_polled(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	autoclose int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_null(loop_poll_start(loop, fd, LOOP_READ, on_read, NULL));
	assert_null(loop_poll_start(loop, -1, LOOP_READ, on_read, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deferred_calls_come_in_order_and_later),
		cmocka_unit_test(test_a_deferred_chain_takes_turns),
		cmocka_unit_test(test_freed_handles_do_not_call),
		cmocka_unit_test(test_timers_repeat_and_keep_their_order),
		cmocka_unit_test(test_run_ends_with_nothing_to_wait_for),
		cmocka_unit_test(test_signals_arrive_on_the_loop),
		cmocka_unit_test(test_poll_reads_to_the_end_and_leaves_flags_alone),
		cmocka_unit_test(test_a_plain_file_cannot_be_polled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
