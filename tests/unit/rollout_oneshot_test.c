/* SPDX-License-Identifier: MIT */
/* Services that do something once and end. */
#include "rollout_stage.h"

static void test_one_shot_that_ends_well_lets_the_next_start(void **state)
{
	struct fixture *f = *state;

	service(f, "migrate")->oneshot = true;
	needs(service(f, "web"), "migrate", COMPOSE_COMPLETED);
	begin(f);
	becomes(f, "migrate", LIVE_RUNNING, 10, 0);
	assert_false(strv_has(&f->started, "web"));
	becomes(f, "migrate", LIVE_DONE, 10, 0);
	assert_true(strv_has(&f->started, "web"));
	becomes(f, "web", LIVE_RUNNING, 20, 0);
	assert_int_equal(f->code, 0);
	assert_int_equal(phase(f, "migrate"), ROLLOUT_DONE);
}

static void test_failed_one_shot_skips_what_needs_it(void **state)
{
	struct fixture *f = *state;

	service(f, "migrate")->oneshot = true;
	needs(service(f, "web"), "migrate", COMPOSE_COMPLETED);
	begin(f);
	becomes(f, "migrate", LIVE_FAILED, 10, 3);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_non_null(strstr(f->detail, "migrate"));
	assert_int_equal(phase(f, "web"), ROLLOUT_SKIPPED);
	assert_false(strv_has(&f->started, "web"));
}

static void test_a_one_shot_that_has_run_is_not_run_again(void **state)
{
	struct fixture *f = *state;

	service(f, "migrate")->oneshot = true;
	live_set_services(f->live, &f->compose);
	becomes(f, "migrate", LIVE_DONE, 5, 0);
	begin(f);
	assert_int_equal(f->started.n, 0);
	assert_int_equal(f->code, 0);
	assert_int_equal(f->done_calls, 1);
}

static void test_ending_with_status_0_is_an_end_not_a_failure(void **state)
{
	struct fixture *f = *state;

	service(f, "init");
	begin(f);
	becomes(f, "init", LIVE_STOPPED, 10, 0);
	assert_int_equal(f->code, 0);
	assert_int_equal(f->done_calls, 1);
}

static void test_what_has_a_gate_is_no_one_shot(void **state)
{
	struct fixture *f = *state;
	struct stack_gate gate = {.kind = GATE_HTTP};
	struct stack_service def = {.name = (char *)"web", .ready = &gate};

	f->stack.services = &def;
	f->stack.n_services = 1;
	f->project.stack = &f->stack;
	service(f, "web")->oneshot = true;
	begin(f);
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_non_null(the_gate);
	op_finish(&the_gate->op, 0, NULL);
	settle(f);
	assert_int_equal(f->code, 0);
	assert_int_equal(f->done_calls, 1);
	f->project.stack = NULL;
}

static void test_what_might_be_a_one_shot_but_runs_on_is_a_service(void **state)
{
	struct fixture *f = *state;

	service(f, "worker")->oneshot = true;
	f->oneshot_ms = 1;
	begin(f);
	becomes(f, "worker", LIVE_RUNNING, 10, 0);
	loop_run_until(f->loop, &f->over);
	assert_int_equal(f->code, 0);
	assert_int_equal(phase(f, "worker"), ROLLOUT_READY);
}

static void test_a_one_shot_that_is_waited_for_may_take_its_time(void **state)
{
	struct fixture *f = *state;

	service(f, "migrate")->oneshot = true;
	needs(service(f, "web"), "migrate", COMPOSE_COMPLETED);
	/* The stand-in for a service: its time is up before that of the one-shot would be. */
	service(f, "worker")->oneshot = true;
	f->oneshot_ms = 1;
	begin(f);
	becomes(f, "migrate", LIVE_RUNNING, 10, 0);
	becomes(f, "worker", LIVE_RUNNING, 10, 0);
	while (phase(f, "worker") != ROLLOUT_READY)
		settle(f);
	settle(f);
	assert_int_equal(phase(f, "migrate"), ROLLOUT_STARTED);
	becomes(f, "migrate", LIVE_DONE, 10, 0);
	becomes(f, "web", LIVE_RUNNING, 20, 0);
	assert_int_equal(f->code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_shot_that_ends_well_lets_the_next_start),
		TEST(test_failed_one_shot_skips_what_needs_it),
		TEST(test_a_one_shot_that_has_run_is_not_run_again),
		TEST(test_ending_with_status_0_is_an_end_not_a_failure),
		TEST(test_what_has_a_gate_is_no_one_shot),
		TEST(test_what_might_be_a_one_shot_but_runs_on_is_a_service),
		TEST(test_a_one_shot_that_is_waited_for_may_take_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
