/* SPDX-License-Identifier: MIT */
/* Gates that run a command, over an engine whose commands end, fail or hang as the test says. */
#include "unit.h"

#include "base/str.h"
#include "plan/gate.h"

#include <string.h>

enum behaviour { HOLDS, FAILS, HANGS, HANGS_ON /* even when it is told to end */ };

struct fixture {
	struct loop *loop;
	struct project project;
	struct engine engine;
	struct stack_gate spec;
	enum behaviour behaviour;
	bool hangs; /* a command does, now */
	int begun, cancelled, released;
	struct gate *gate;
	struct error outcome;
};

static struct fixture *the;

static void exec_cancel(struct op *op)
{
	the->cancelled++;
	if (the->behaviour != HANGS_ON)
		op_finish(op, ERR_CANCELLED, NULL);
}

static void exec_release(struct op *op)
{
	the->released++;
	free(op);
}

static const struct op_class exec_class = {"exec", exec_cancel, exec_release};

static struct op *engine_exec(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	struct op *op = xcalloc(1, sizeof(*op));
	AUTO(error) struct error err = ERROR_INIT;

	(void)e;
	the->begun++;
	the->hangs = the->behaviour >= HANGS;
	op_init(op, &exec_class, the->loop, done, arg);
	x->output(x->output_arg, CHILD_OUT, "so far\n", 7);
	if (the->behaviour == FAILS)
		error_set(&err, ERR_FAILED, "status 1");
	if (the->behaviour <= FAILS)
		op_finish(op, err.code, &err);
	return op;
}

static const struct engine_ops engine_ops = {.name = "stub", .exec = engine_exec};

static int setup(void **state)
{
	the = xcalloc(1, sizeof(*the));
	the->loop = loop_new();
	the->engine.ops = &engine_ops;
	the->spec.kind = GATE_COMMAND;
	the->spec.interval_ms = 1;
	strv_push(&the->spec.command, "probe");
	*state = the;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (the->gate)
		op_free(gate_op(the->gate));
	assert_int_equal(the->released, the->begun);
	strv_done(&the->spec.command);
	error_done(&the->outcome);
	loop_free(the->loop);
	free(the);
	return 0;
}

/* Until its end. */
static int pass(int64_t try_ms)
{
	struct gate_options o = {.engine = &the->engine,
		.project = &the->project,
		.service = "web",
		.spec = &the->spec,
		.try_ms = try_ms};

	the->gate = gate_start(the->loop, &o, NULL, NULL);
	return op_wait(gate_op(the->gate), &the->outcome);
}

static void test_a_command_that_ends_well_holds(void **state)
{
	(void)state;
	assert_int_equal(pass(0), 0);
	assert_int_equal(the->begun, 1);
	assert_int_equal(the->cancelled, 0);
}

static void test_as_many_tries_as_are_allowed(void **state)
{
	(void)state;
	the->behaviour = FAILS;
	the->spec.retries = 3;
	assert_int_equal(pass(0), ERR_UNHEALTHY);
	assert_int_equal(the->begun, 3);
	assert_string_equal(the->outcome.detail, "so far");
}

static void test_a_command_that_hangs_is_ended_and_tried_again(void **state)
{
	(void)state;
	the->behaviour = HANGS;
	the->spec.retries = 2;
	assert_int_equal(pass(1), ERR_UNHEALTHY);
	assert_int_equal(the->begun, 2);
	assert_int_equal(the->cancelled, 2);
	assert_non_null(strstr(the->outcome.detail, "so far"));
	assert_non_null(strstr(the->outcome.detail, "no end within"));
}

static void test_a_command_that_will_not_end_is_let_go(void **state)
{
	(void)state;
	the->behaviour = HANGS_ON;
	the->spec.retries = 1;
	assert_int_equal(pass(1), ERR_UNHEALTHY);
	assert_int_equal(the->cancelled, 1);
	assert_int_equal(the->released, 1);
}

static void test_no_try_outlasts_the_whole(void **state)
{
	(void)state;
	the->behaviour = HANGS;
	the->spec.timeout_ms = 2;
	/* Of its own it would have 30 s. */
	assert_int_equal(pass(0), ERR_UNHEALTHY);
	assert_int_equal(the->begun, 1);
	assert_int_equal(the->cancelled, 1);
}

static void test_freed_in_a_try_it_takes_the_command_along(void **state)
{
	struct gate_options o = {.engine = &the->engine,
		.project = &the->project,
		.service = "web",
		.spec = &the->spec};

	(void)state;
	the->behaviour = HANGS;
	the->gate = gate_start(the->loop, &o, NULL, NULL);
	loop_run_until(the->loop, &the->hangs);
	op_free(gate_op(take(the->gate)));
	assert_int_equal(the->released, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_command_that_ends_well_holds),
		TEST(test_as_many_tries_as_are_allowed),
		TEST(test_a_command_that_hangs_is_ended_and_tried_again),
		TEST(test_a_command_that_will_not_end_is_let_go),
		TEST(test_no_try_outlasts_the_whole),
		TEST(test_freed_in_a_try_it_takes_the_command_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
