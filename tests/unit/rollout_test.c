/* SPDX-License-Identifier: MIT */
/* What is started when, what holds it up, and how it ends. */
#include "rollout_stage.h"

static void test_starts_when_its_own_dependencies_hold(void **state)
{
	struct fixture *f = *state;

	service(f, "db");
	service(f, "cache");
	needs(service(f, "web"), "db", COMPOSE_HEALTHY);
	begin(f);
	assert_int_equal(f->started.n, 2);
	becomes(f, "cache", LIVE_STARTING, 10, 0);
	becomes(f, "db", LIVE_STARTING, 10, 0);
	assert_false(strv_has(&f->started, "web"));
	/* cache is still starting: web does not care. */
	becomes(f, "db", LIVE_HEALTHY, 10, 0);
	assert_true(strv_has(&f->started, "web"));
	becomes(f, "web", LIVE_RUNNING, 20, 0);
	assert_int_equal(f->done_calls, 0);
	becomes(f, "cache", LIVE_HEALTHY, 10, 0);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
	/* Nothing told that web works, so nobody is told that it does. */
	assert_string_equal(rollout_phase_label(rollout_find(f->rollout, "web")), "unchecked");
	assert_string_equal(rollout_phase_label(rollout_find(f->rollout, "db")), "ready");
}

static void test_news_of_an_earlier_run_does_not_count(void **state)
{
	struct fixture *f = *state;

	service(f, "web");
	live_set_services(f->live, &f->compose);
	becomes(f, "web", LIVE_FAILED, 5, 1);
	begin(f);
	/* Told again, still of the run before. */
	becomes(f, "web", LIVE_FAILED, 5, 1);
	assert_int_equal(f->done_calls, 0);
	becomes(f, "web", LIVE_RUNNING, 50, 0);
	assert_int_equal(f->code, 0);
	assert_int_equal(f->done_calls, 1);
}

static void test_engine_error_on_start_is_the_reason(void **state)
{
	struct fixture *f = *state;

	service(f, "broken");
	begin(f);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_non_null(strstr(f->detail, "port is already allocated"));
}

/* Whoever looks at it sees that it failed before the engine is asked again. */
static void test_what_could_not_start_has_failed_at_once(void **state)
{
	struct fixture *f = *state;
	const struct live_service *broken;

	service(f, "db");
	needs(service(f, "broken"), "db", COMPOSE_HEALTHY);
	begin(f);
	becomes(f, "broken", LIVE_CREATED, 0, 0);
	becomes(f, "db", LIVE_HEALTHY, 10, 0);
	broken = live_find(f->live, "broken");
	assert_int_equal(broken->state, LIVE_FAILED);
	assert_non_null(strstr(broken->instances[0].error, "port is already allocated"));
}

static void test_waiting_for_each_other_ends(void **state)
{
	struct fixture *f = *state;

	needs(service(f, "a"), "b", COMPOSE_STARTED);
	needs(service(f, "b"), "a", COMPOSE_STARTED);
	begin(f);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_int_equal(f->started.n, 0);
}

/* "web", which the definition gives a gate. */
static void begin_gated(struct fixture *f, struct stack_service *def)
{
	f->stack.services = def;
	f->stack.n_services = 1;
	f->project.stack = &f->stack;
	service(f, "web");
	begin(f);
}

static void test_a_gate_has_the_last_word(void **state)
{
	struct fixture *f = *state;
	struct stack_gate gate = {.kind = GATE_HTTP};
	struct stack_service def = {.name = (char *)"web", .ready = &gate};

	begin_gated(f, &def);
	becomes(f, "web", LIVE_HEALTHY, 10, 0);
	assert_int_equal(f->done_calls, 0);
	assert_non_null(the_gate);
	op_finish(&the_gate->op, 0, NULL);
	settle(f);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
	f->project.stack = NULL;
}

/* What its own check said of itself shows that it cannot pass: the gate decides alone. */
static void test_a_gate_beats_a_check_that_cannot_pass(void **state)
{
	struct fixture *f = *state;
	struct stack_gate gate = {.kind = GATE_HTTP};
	struct stack_service def = {.name = (char *)"web", .ready = &gate};
	struct live_instance *i;

	f->stack.services = &def;
	f->stack.n_services = 1;
	f->project.stack = &f->stack;
	service(f, "web");
	begin(f);
	becomes(f, "web", LIVE_STARTING, 10, 0);
	assert_null(the_gate);
	i = &live_find(f->live, "web")->instances[0];
	i->n_probes = 1;
	i->probes[0] = (struct live_probe){
		.exit_code = 127, .output = xstrdup("/bin/sh: curl: not found\n")};
	becomes(f, "web", LIVE_UNHEALTHY, 10, 0);
	assert_non_null(the_gate);
	assert_int_equal(f->done_calls, 0);
	op_finish(&the_gate->op, 0, NULL);
	settle(f);
	assert_int_equal(f->done_calls, 1);
	assert_int_equal(f->code, 0);
	assert_string_equal(rollout_find(f->rollout, "web")->reason,
		"as the definition asks; its own health check cannot pass: /bin/sh: curl: not "
		"found");
	f->project.stack = NULL;
}

/* That will do, and is to be seen all the same. */
static void test_a_gate_says_that_not_all_is_well(void **state)
{
	struct fixture *f = *state;
	struct stack_gate gate = {.kind = GATE_HTTP};
	struct stack_service def = {.name = (char *)"web", .ready = &gate};

	begin_gated(f, &def);
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_non_null(the_gate);
	the_gate->degraded = true;
	op_finish(&the_gate->op, 0, NULL);
	settle(f);
	assert_int_equal(f->code, 0);
	assert_int_equal(phase(f, "web"), ROLLOUT_READY);
	assert_string_equal(rollout_find(f->rollout, "web")->reason, "GET / answers 503");
	f->project.stack = NULL;
}

/* What runs as a process need not wait for what its container would wait for. */
static void test_a_process_waits_for_what_its_definition_says(void **state)
{
	struct fixture *f = *state;
	const struct engine_ops process_ops = {.name = "process", .start = stage_engine.start};
	struct compose_depends depends = {
		.service = (char *)"files", .condition = COMPOSE_STARTED, .required = true};
	struct stack_process process = {.depends = &depends, .n_depends = 1};
	struct stack_service def = {.name = (char *)"web", .process = &process};

	f->engine.ops = &process_ops;
	f->stack.services = &def;
	f->stack.n_services = 1;
	f->project.stack = &f->stack;
	needs(service(f, "web"), "db", COMPOSE_HEALTHY);
	service(f, "db");
	service(f, "files");
	strv_push(&f->named, "web");
	begin(f);
	assert_null(rollout_find(f->rollout, "db"));
	assert_string_equal(f->started.items[0], "files");
	becomes(f, "files", LIVE_RUNNING, 10, 0);
	assert_string_equal(f->started.items[1], "web");
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_int_equal(f->code, 0);
	f->project.stack = NULL;
	f->engine.ops = &stage_engine;
}

/* What ends at once, again and again, ran for a moment each time. */
static void test_a_moment_is_not_ready(void **state)
{
	struct fixture *f = *state;

	f->steady_ms = 3600 * 1000;
	service(f, "web");
	begin(f);
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_int_equal(phase(f, "web"), ROLLOUT_STARTED);
	live_find(f->live, "web")->instances[0].restarts = 3;
	becomes(f, "web", LIVE_RESTARTING, 10, 1);
	assert_int_equal(phase(f, "web"), ROLLOUT_FAILED);
	assert_int_equal(f->code, ERR_UNHEALTHY);
}

static void test_what_runs_on_for_a_while_is_ready(void **state)
{
	struct fixture *f = *state;

	f->steady_ms = 1;
	service(f, "web");
	begin(f);
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	loop_run_until(f->loop, &f->over);
	assert_int_equal(phase(f, "web"), ROLLOUT_READY);
	assert_int_equal(f->code, 0);
}

static void test_cancel_calls_back_once(void **state)
{
	struct fixture *f = *state;

	service(f, "web");
	begin(f);
	op_cancel(rollout_op(f->rollout));
	settle(f);
	assert_int_equal(f->code, ERR_CANCELLED);
	op_free(rollout_op(f->rollout));
	f->rollout = NULL;
	settle(f);
	assert_int_equal(f->done_calls, 1);
}

static void test_the_critical_path_is_the_chain_that_decided(void **state)
{
	struct fixture *f = *state;

	service(f, "db");
	service(f, "cache");
	needs(service(f, "web"), "db", COMPOSE_HEALTHY);
	begin(f);
	becomes(f, "cache", LIVE_RUNNING, 10, 0);
	becomes(f, "db", LIVE_HEALTHY, 10, 0);
	becomes(f, "web", LIVE_RUNNING, 10, 0);
	assert_int_equal(f->code, 0);
	assert_true(rollout_find(f->rollout, "web")->critical);
	assert_true(rollout_find(f->rollout, "db")->critical);
	assert_false(rollout_find(f->rollout, "cache")->critical);
}

static void test_the_longest_chain_begins_first(void **state)
{
	struct fixture *f = *state;
	autofree char *order = NULL;

	/* alone; short <- s2; long <- l2 <- l3; in the files in the order of the alphabet. */
	service(f, "alone");
	needs(service(f, "l2"), "long", COMPOSE_HEALTHY);
	needs(service(f, "l3"), "l2", COMPOSE_HEALTHY);
	service(f, "long");
	needs(service(f, "s2"), "short", COMPOSE_HEALTHY);
	service(f, "short");
	begin(f);
	order = strv_join(&f->started, " ");
	assert_string_equal(order, "long short alone");
}

static void test_what_waits_for_each_other_has_an_order_too(void **state)
{
	struct fixture *f = *state;

	needs(service(f, "a"), "b", COMPOSE_HEALTHY);
	needs(service(f, "b"), "a", COMPOSE_HEALTHY);
	service(f, "free");
	begin(f);
	assert_int_equal(f->started.n, 1);
	assert_string_equal(f->started.items[0], "free");
	becomes(f, "free", LIVE_RUNNING, 10, 0);
	assert_int_equal(f->code, ERR_UNHEALTHY);
}

static void test_a_start_that_answers_after_its_deadline_changes_nothing(void **state)
{
	struct fixture *f = *state;

	service(f, "late");
	f->timeout_ms = 1;
	begin(f);
	loop_run_until(f->loop, &f->over);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_int_equal(phase(f, "late"), ROLLOUT_FAILED);
	op_finish(f->late, 0, NULL);
	settle(f);
	assert_int_equal(phase(f, "late"), ROLLOUT_FAILED);
	assert_int_equal(f->done_calls, 1);
}

static void test_what_its_probe_said_is_why_its_time_ran_out(void **state)
{
	struct fixture *f = *state;
	struct live_instance *in;

	service(f, "slow");
	f->timeout_ms = 1;
	live_set_services(f->live, &f->compose);
	becomes(f, "slow", LIVE_STARTING, 10, 0);
	in = &live_find(f->live, "slow")->instances[0];
	in->has_health = true;
	in->probes[0] = (struct live_probe){in->started_ms, in->started_ms + 1, 1,
		xstrdup("connection refused by 127.0.0.1:6333")};
	in->n_probes = 1;
	begin(f);
	loop_run_until(f->loop, &f->over);
	assert_int_equal(f->code, ERR_UNHEALTHY);
	assert_non_null(strstr(
		rollout_find(f->rollout, "slow")->reason, "connection refused by 127.0.0.1:6333"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_starts_when_its_own_dependencies_hold),
		TEST(test_news_of_an_earlier_run_does_not_count),
		TEST(test_engine_error_on_start_is_the_reason),
		TEST(test_what_could_not_start_has_failed_at_once),
		TEST(test_waiting_for_each_other_ends),
		TEST(test_a_gate_has_the_last_word),
		TEST(test_a_gate_beats_a_check_that_cannot_pass),
		TEST(test_a_gate_says_that_not_all_is_well),
		TEST(test_a_process_waits_for_what_its_definition_says),
		TEST(test_a_moment_is_not_ready),
		TEST(test_what_runs_on_for_a_while_is_ready),
		TEST(test_cancel_calls_back_once),
		TEST(test_the_critical_path_is_the_chain_that_decided),
		TEST(test_the_longest_chain_begins_first),
		TEST(test_what_waits_for_each_other_has_an_order_too),
		TEST(test_a_start_that_answers_after_its_deadline_changes_nothing),
		TEST(test_what_its_probe_said_is_why_its_time_ran_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
