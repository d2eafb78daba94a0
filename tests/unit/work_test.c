/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "loop/work.h"

#include <semaphore.h>

struct task {
	sem_t started;
	pthread_t thread;
	bool wait_for_cancel;
	int result;
	int runs, releases, done, code;
	struct op *op;
	struct loop *loop;
};

static int run(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct task *t = data;

	t->thread = pthread_self();
	t->runs++;
	sem_post(&t->started);
	while (t->wait_for_cancel && !atomic_load(cancelled))
		sched_yield();
	if (t->wait_for_cancel)
		return error_set(err, ERR_CANCELLED, "stopped");
	return t->result ? error_set(err, t->result, "did not work") : 0;
}

static void release(void *data)
{
	((struct task *)data)->releases++;
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct task *t = arg;

	(void)err;
	t->done++;
	t->code = code;
	assert_int_equal(t->releases, 0);
}

static void begin(struct task *t, struct loop *loop)
{
	sem_init(&t->started, 0, 0);
	t->loop = loop;
	t->op = work_op(work_start(loop, run, t, release, on_done, t));
}

static void test_runs_elsewhere_and_comes_back(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct task good = {0}, bad = {.result = ERR_DENIED};

	(void)state;
	begin(&good, loop);
	begin(&bad, loop);
	assert_int_equal(op_wait(good.op, NULL), 0);
	assert_false(pthread_equal(good.thread, pthread_self()));
	assert_int_equal(op_wait(bad.op, NULL), ERR_DENIED);
	assert_int_equal(bad.code, ERR_DENIED);
	op_free(good.op);
	op_free(bad.op);
	assert_int_equal(good.releases + bad.releases, 2);
	assert_int_equal(good.done + bad.done, 2);
}

static void test_cancel_is_seen_by_what_runs(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct task t = {.wait_for_cancel = true};

	(void)state;
	begin(&t, loop);
	sem_wait(&t.started);
	op_cancel(t.op);
	assert_int_equal(t.done, 0);
	assert_int_equal(op_wait(t.op, NULL), ERR_CANCELLED);
	op_free(t.op);
}

static void test_free_waits_for_what_runs(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct task t = {.wait_for_cancel = true};

	(void)state;
	begin(&t, loop);
	sem_wait(&t.started);
	op_free(t.op);
	assert_int_equal(t.done, 1);
	assert_int_equal(t.code, ERR_CANCELLED);
	assert_int_equal(t.releases, 1);
}

static void test_what_never_began_is_released_too(void **state)
{
	enum { MANY = 40 };
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct task tasks[MANY] = {{.wait_for_cancel = true}};
	int runs = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		tasks[i].wait_for_cancel = true;
		begin(&tasks[i], loop);
	}
	sem_wait(&tasks[0].started);
	for (int i = MANY; i-- > 0;) {
		if (i % 2)
			op_cancel(tasks[i].op);
		op_free(tasks[i].op);
		assert_int_equal(tasks[i].releases, 1);
		assert_int_equal(tasks[i].done, 1);
		runs += tasks[i].runs;
	}
	/* The pool has few threads, all held by tasks that wait for their cancel. */
	assert_in_range(runs, 1, MANY - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_elsewhere_and_comes_back),
		cmocka_unit_test(test_cancel_is_seen_by_what_runs),
		cmocka_unit_test(test_free_waits_for_what_runs),
		cmocka_unit_test(test_what_never_began_is_released_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
