/* SPDX-License-Identifier: MIT */
/* Services that are restarted, by themselves or because somebody asked for it. */
#include "rollout_stage.h"

static void test_crash_loop_fails_at_once(void **state)
{
	struct fixture *f = *state;
	struct live_service *s;

	service(f, "web");
	begin(f);
	becomes(f, "web", LIVE_RESTARTING, 10, 1);
	s = live_find(f->live, "web");
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(f->done_calls, 0);
		s->instances[0].restarts = i;
		becomes(f, "web", LIVE_RESTARTING, 10 + i, 1);
	}
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_int_equal(phase(f, "web"), ROLLOUT_FAILED);
}

static void test_restarts_of_an_earlier_life_do_not_hide_a_crash_loop(void **state)
{
	struct fixture *f = *state;
	struct live_service *s;

	service(f, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_FAILED, 5, 1);
	live_find(f->live, "web")->instances[0].restarts = 7;
	begin(f);
	s = live_find(f->live, "web");
	/* The engine counts anew from a start by hand. */
	for (int i = 0; i <= 3; i++) {
		assert_int_equal(f->done_calls, 0);
		s->instances[0].restarts = i;
		becomes(f, "web", LIVE_RESTARTING, 10 + i, 1);
	}
	assert_int_equal(phase(f, "web"), ROLLOUT_FAILED);
}

static void test_a_restart_counts_only_what_comes_after_it(void **state)
{
	struct fixture *f = *state;

	service(f, "web");
	strv_push(&f->restart, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_UNHEALTHY, 5, 0);
	begin(f);
	assert_int_equal(f->started.n, 0);
	assert_int_equal(f->restarted.n, 1);
	/* Probes of before the restart, told again. */
	becomes(f, "web", LIVE_UNHEALTHY, 5, 0);
	becomes(f, "web", LIVE_HEALTHY, 5, 0);
	assert_int_equal(f->done_calls, 0);
	becomes(f, "web", LIVE_STARTING, 50, 0);
	assert_int_equal(f->done_calls, 0);
	becomes(f, "web", LIVE_HEALTHY, 50, 0);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
}

static void test_what_runs_already_is_not_started_for_others(void **state)
{
	struct fixture *f = *state;

	needs(service(f, "web"), "db", COMPOSE_HEALTHY);
	needs(&f->services[0], "cache", COMPOSE_STARTED);
	needs(&f->services[0], "stopped", COMPOSE_STARTED);
	service(f, "db");
	service(f, "cache")->oneshot = true; /* for all the files say */
	service(f, "stopped");
	strv_push(&f->named, "web");
	strv_push(&f->restart, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_HEALTHY, 5, 0);
	becomes(f, "db", LIVE_HEALTHY, 5, 0);
	becomes(f, "cache", LIVE_RUNNING, 5, 0);
	becomes(f, "stopped", LIVE_STOPPED, 5, 0);
	begin(f);
	assert_int_equal(f->started.n, 1);
	assert_string_equal(f->started.items[0], "stopped");
	assert_true(rollout_find(f->rollout, "db")->ran_before);
	assert_true(rollout_find(f->rollout, "cache")->ran_before);
	assert_false(rollout_find(f->rollout, "stopped")->ran_before);
	assert_int_equal(phase(f, "db"), ROLLOUT_READY);
	assert_int_equal(phase(f, "cache"), ROLLOUT_READY);
	becomes(f, "stopped", LIVE_RUNNING, 50, 0);
	becomes(f, "web", LIVE_HEALTHY, 50, 0);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
}

static void test_a_restart_waits_for_all_instances(void **state)
{
	struct fixture *f = *state;
	struct live_service *s;

	service(f, "web");
	strv_push(&f->restart, "web");
	live_set_services(f->live, &f->compose);
	s = live_find(f->live, "web");
	live_add_instance(s, "web-1")->started_ms = 5;
	live_add_instance(s, "web-2")->started_ms = 6;
	becomes(f, "web", LIVE_UNHEALTHY, 5, 0);
	s->instances[1].state = LIVE_HEALTHY;
	begin(f);
	s = live_find(f->live, "web");
	becomes(f, "web", LIVE_HEALTHY, 50, 0);
	assert_int_equal(f->done_calls, 0);
	s->instances[1].started_ms = 51;
	becomes(f, "web", LIVE_HEALTHY, 50, 0);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
}

static void test_a_restart_that_makes_it_no_better_fails(void **state)
{
	struct fixture *f = *state;

	service(f, "web");
	strv_push(&f->restart, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_UNHEALTHY, 5, 0);
	begin(f);
	becomes(f, "web", LIVE_UNHEALTHY, 50, 0);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_int_equal(phase(f, "web"), ROLLOUT_FAILED);
}

static void test_restarts_before_this_start_do_not_count(void **state)
{
	struct fixture *f = *state;
	struct live_service *s;

	service(f, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_RESTARTING, 5, 1);
	live_find(f->live, "web")->instances[0].restarts = 7;
	begin(f);
	s = live_find(f->live, "web");
	/* An engine that goes on counting: two more are not three. */
	for (int i = 8; i <= 9; i++) {
		s->instances[0].restarts = i;
		becomes(f, "web", LIVE_RESTARTING, 10 + i, 1);
	}
	assert_int_equal(f->done_calls, 0);
	becomes(f, "web", LIVE_RUNNING, 30, 0);
	assert_int_equal(f->code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_crash_loop_fails_at_once),
		TEST(test_restarts_of_an_earlier_life_do_not_hide_a_crash_loop),
		TEST(test_a_restart_counts_only_what_comes_after_it),
		TEST(test_what_runs_already_is_not_started_for_others),
		TEST(test_a_restart_waits_for_all_instances),
		TEST(test_a_restart_that_makes_it_no_better_fails),
		TEST(test_restarts_before_this_start_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
