/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "loop/op.h"

struct probe_op {
	struct op op;
	int *destroyed;
};

static void probe_destroy(struct op *op)
{
	++*((struct probe_op *)op)->destroyed;
	free(op);
}

static const struct op_class plain_class = {.name = "test", .destroy = probe_destroy};

struct owner {
	struct op *op;
	int calls, code, destroyed;
	bool free_inside;
	char message[64];
};

static void on_done(void *arg, int code, const struct error *err)
{
	struct owner *o = arg;

	o->calls++;
	o->code = code;
	assert_non_null(err);
	assert_int_equal(err->code, code);
	if (o->free_inside)
		op_free(take(o->op));
	/* The error is still there although the operation is gone. */
	snprintf(o->message, sizeof(o->message), "%s", err->message ? err->message : "");
}

static struct op *start(struct loop *loop, struct owner *o)
{
	struct probe_op *p = xcalloc(1, sizeof(*p));

	p->destroyed = &o->destroyed;
	op_init(&p->op, &plain_class, loop, on_done, o);
	o->op = &p->op;
	return &p->op;
}

static void test_done_comes_once_and_from_the_loop(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct owner o = {.code = 99};
	struct op *op = start(loop, &o);

	(void)state;
	op_finish(op, 0, NULL);
	op_finish(op, ERR_FAILED, NULL);
	op_cancel(op);
	assert_int_equal(o.calls, 0);
	assert_false(op_finished(op));
	assert_int_equal(op_wait(op, NULL), 0);
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.code, 0);
	op_free(op);
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.destroyed, 1);
}

static void test_error_reaches_done_and_wait(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	AUTO(error) struct error err = ERROR_INIT, got = ERROR_INIT;
	struct owner o = {0};
	struct op *op = start(loop, &o);

	(void)state;
	error_set(&err, ERR_TIMEOUT, "too late");
	op_finish(op, ERR_TIMEOUT, &err);
	assert_null(err.message);
	assert_int_equal(op_wait(op, &got), ERR_TIMEOUT);
	assert_string_equal(got.message, "too late");
	assert_string_equal(o.message, "too late");
	op_free(op);
	error_done(&got);
}

static void test_a_code_without_error_gets_a_message(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct owner o = {.free_inside = true};

	(void)state;
	op_finish(start(loop, &o), ERR_UNREACHABLE, NULL);
	loop_run(loop);
	assert_int_equal(o.code, ERR_UNREACHABLE);
	assert_string_equal(o.message, "test failed");
	assert_int_equal(o.destroyed, 1);
}

static void test_cancel_is_delivered_later(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct owner o = {.free_inside = true};

	(void)state;
	op_cancel(start(loop, &o));
	assert_int_equal(o.calls, 0);
	loop_run(loop);
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.code, ERR_CANCELLED);
	assert_int_equal(o.destroyed, 1);
}

static void test_free_cancels_inside(void **state)
{
	AUTO_PTR(loop) struct loop *loop = loop_new();
	struct owner o = {0}, late = {0}, nested = {.free_inside = true};
	struct op *op;

	(void)state;
	op_free(start(loop, &o));
	assert_int_equal(o.calls, 1);
	assert_int_equal(o.code, ERR_CANCELLED);
	assert_int_equal(o.destroyed, 1);
	/* The outcome is known, but nobody was told: the owner who frees gets a cancel. */
	op = start(loop, &late);
	op_finish(op, 0, NULL);
	op_free(op);
	assert_int_equal(late.calls, 1);
	assert_int_equal(late.code, ERR_CANCELLED);
	/* done frees again what is being freed. */
	op_free(start(loop, &nested));
	assert_int_equal(nested.calls, 1);
	assert_int_equal(nested.destroyed, 1);
	op_free(NULL);
	op_cancel(NULL);
	loop_run(loop);
	assert_int_equal(o.calls + late.calls + nested.calls, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done_comes_once_and_from_the_loop),
		cmocka_unit_test(test_error_reaches_done_and_wait),
		cmocka_unit_test(test_a_code_without_error_gets_a_message),
		cmocka_unit_test(test_cancel_is_delivered_later),
		cmocka_unit_test(test_free_cancels_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
