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

/* Not only once everything before it in the list has come up. */
static void test_a_wait_that_cannot_end_is_given_up_at_once(void **state)
{
	struct fixture *f = *state;
	struct compose_service *web;

	service(f, "migrate")->oneshot = true;
	service(f, "db");
	web = service(f, "web");
	needs(web, "db", COMPOSE_HEALTHY);
	needs(web, "migrate", COMPOSE_COMPLETED);
	begin(f);
	becomes(f, "db", LIVE_STARTING, 10, 0);
	becomes(f, "migrate", LIVE_FAILED, 10, 3);
	assert_int_equal(phase(f, "db"), ROLLOUT_STARTED);
	assert_int_equal(phase(f, "web"), ROLLOUT_SKIPPED);
	assert_string_equal(reason(f, "web"), "migrate did not end well");
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

/* What listens is there to stay: nothing is waited out. What was given a command may be a job. */
static void test_an_image_that_listens_is_no_one_shot(void **state)
{
	struct fixture *f = *state;
	autojson struct json_object *job = json_object_new_object();
	struct compose_service *s;

	service(f, "web")->oneshot = true;
	s = service(f, "job");
	s->oneshot = true;
	s->json = job;
	json_object_object_add(job, "command", json_object_new_string("migrate"));
	f->oneshot_ms = INT32_MAX;
	begin(f);
	exposes(f, "web");
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_int_equal(phase(f, "web"), ROLLOUT_READY);
	exposes(f, "job");
	becomes(f, "job", LIVE_RUNNING, 10, 0);
	assert_int_equal(phase(f, "job"), ROLLOUT_STARTED);
	becomes(f, "job", LIVE_DONE, 10, 0);
	assert_int_equal(f->code, 0);
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
		TEST(test_a_wait_that_cannot_end_is_given_up_at_once),
		TEST(test_a_one_shot_that_has_run_is_not_run_again),
		TEST(test_ending_with_status_0_is_an_end_not_a_failure),
		TEST(test_what_has_a_gate_is_no_one_shot),
		TEST(test_what_might_be_a_one_shot_but_runs_on_is_a_service),
		TEST(test_an_image_that_listens_is_no_one_shot),
		TEST(test_a_one_shot_that_is_waited_for_may_take_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
