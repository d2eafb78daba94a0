/* SPDX-License-Identifier: MIT */
/*
 * The waiter over an engine that only notes what it is told; the test plays the services' part.
 * Gates are stood in for here: they hold when the test says so.
 */
#include "unit.h"

#include "base/str.h"
#include "plan/gate.h"
#include "plan/rollout.h"

#include <string.h>

enum { SERVICES_MOST = 8 };

struct fixture {
	struct loop *loop;
	struct live *live;
	struct compose compose;
	struct compose_service services[SERVICES_MOST];
	struct project project;
	struct stack stack;
	struct engine engine;
	struct strv started; /* in the order the engine was told */
	struct strv restarted;
	struct strv restart; /* asked for */
	struct strv named;   /* asked for; none: all */
	struct op *late;     /* a start of "late" that has not answered yet */
	int64_t timeout_ms, oneshot_ms, steady_ms;
	bool over;
	struct rollout *rollout;
	int done_calls, code;
	char *detail;
	bool idle;
};

/* --- an operation that has happened already -----------------------------------------------------
 */

static void op_release(struct op *op)
{
	free(op);
}

static const struct op_class done_class = {"done", NULL, op_release};

static struct op *done_op(
	struct loop *loop, int code, const char *message, op_done_fn *done, void *arg)
{
	struct op *op = xcalloc(1, sizeof(*op));
	AUTO(error) struct error err = ERROR_INIT;

	op_init(op, &done_class, loop, done, arg);
	if (code)
		error_set(&err, code, "%s", message);
	op_finish(op, code, &err);
	return op;
}

static struct op *engine_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct fixture *f = (struct fixture *)((char *)e - offsetof(struct fixture, engine));

	strv_push(&f->started, service);
	if (str_eq(service, "late")) {
		f->late = xcalloc(1, sizeof(*f->late));
		op_init(f->late, &done_class, f->loop, done, arg);
		return f->late;
	}
	if (str_eq(service, "broken"))
		return done_op(f->loop, ERR_FAILED, "port is already allocated", done, arg);
	return done_op(f->loop, 0, NULL, done, arg);
}

static struct op *engine_restart(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct fixture *f = (struct fixture *)((char *)e - offsetof(struct fixture, engine));

	strv_push(&f->restarted, service);
	return done_op(f->loop, 0, NULL, done, arg);
}

static const struct engine_ops engine_ops = {
	.name = "stub", .start = engine_start, .restart = engine_restart};

/* --- a gate that the test opens ------------------------------------------------------------------
 */

struct gate {
	struct op op;
};

static struct gate *the_gate;

static const struct op_class gate_class = {"gate", NULL, op_release};

struct gate *gate_start(
	struct loop *loop, const struct gate_options *o, op_done_fn *done, void *arg)
{
	(void)o;
	the_gate = xcalloc(1, sizeof(*the_gate));
	op_init(&the_gate->op, &gate_class, loop, done, arg);
	return the_gate;
}

struct op *gate_op(struct gate *g)
{
	return &g->op;
}

int gate_tries(const struct gate *g)
{
	(void)g;
	return 1;
}

const char *gate_last(const struct gate *g)
{
	(void)g;
	return "GET / answers 503";
}

int64_t gate_next_ms(const struct gate *g)
{
	(void)g;
	return 0;
}

int64_t gate_deadline_ms(const struct gate *g)
{
	(void)g;
	return 0;
}

char *gate_text(const struct project *p, const struct stack_gate *spec)
{
	(void)p;
	(void)spec;
	return xstrdup("GET /");
}

/* --- the world -----------------------------------------------------------------------------------
 */

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->live = live_new(f->loop, "t");
	f->compose.services = f->services;
	f->project.compose = &f->compose;
	f->engine.ops = &engine_ops;
	the_gate = NULL;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	op_free(rollout_op(f->rollout));
	for (size_t i = 0; i < f->compose.n_services; i++) {
		for (size_t k = 0; k < f->services[i].n_depends; k++)
			free(f->services[i].depends[k].service);
		free(f->services[i].depends);
	}
	live_free(f->live);
	strv_done(&f->started);
	strv_done(&f->restarted);
	strv_done(&f->restart);
	strv_done(&f->named);
	free(f->detail);
	loop_free(f->loop);
	free(f);
	return 0;
}

static struct compose_service *service(struct fixture *f, const char *name)
{
	struct compose_service *s = &f->services[f->compose.n_services++];

	s->name = (char *)name;
	s->active = true;
	return s;
}

static void needs(struct compose_service *s, const char *name, enum compose_condition condition)
{
	size_t cap = s->n_depends;

	VEC_GROW(s->depends, s->n_depends, cap);
	s->depends[s->n_depends++] = (struct compose_depends){
		.service = xstrdup(name), .condition = condition, .required = true};
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct fixture *f = arg;

	f->done_calls++;
	f->over = true;
	f->code = code;
	free(f->detail);
	f->detail = xstrdup(err->detail ? err->detail : "");
}

static void set_idle(void *arg)
{
	((struct fixture *)arg)->idle = true;
}

/* Lets everything that is due happen: deferred calls run in turns, a few of them deep. */
static void settle(struct fixture *f)
{
	for (int turn = 0; turn < 12; turn++) {
		struct timer *t;

		f->idle = false;
		t = loop_defer(f->loop, set_idle, f);
		loop_run_until(f->loop, &f->idle);
		timer_free(t);
	}
}

static void begin(struct fixture *f)
{
	struct rollout_options o = {.engine = &f->engine,
		.live = f->live,
		.project = &f->project,
		.services = f->named.n ? &f->named : NULL,
		.restart = &f->restart,
		.timeout_ms = f->timeout_ms,
		.steady_ms = f->steady_ms,
		.oneshot_ms = f->oneshot_ms};

	live_set_services(f->live, &f->compose);
	f->rollout = rollout_start(f->loop, &o, on_done, f);
	settle(f);
}

/* The service's container is in this state now, begun at `started`. */
static void becomes(
	struct fixture *f, const char *name, enum live_state state, int64_t started, int exit_code)
{
	struct live_service *s = live_find(f->live, name);
	struct live_instance *i = s->n_instances ? &s->instances[0] : live_add_instance(s, name);

	i->state = state;
	i->started_ms = started;
	i->exit_code = exit_code;
	live_update(f->live, s);
	settle(f);
}

static enum rollout_phase phase(struct fixture *f, const char *name)
{
	return rollout_find(f->rollout, name)->phase;
}

/* --- the tests -----------------------------------------------------------------------------------
 */

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

static void test_ending_with_status_0_is_an_end_not_a_failure(void **state)
{
	struct fixture *f = *state;

	service(f, "init");
	begin(f);
	becomes(f, "init", LIVE_STOPPED, 10, 0);
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

static void test_a_gate_has_the_last_word(void **state)
{
	struct fixture *f = *state;
	struct stack_gate gate = {.kind = GATE_HTTP};
	struct stack_service def = {.name = (char *)"web", .ready = &gate};

	f->stack.services = &def;
	f->stack.n_services = 1;
	f->project.stack = &f->stack;
	service(f, "web");
	begin(f);
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

/* What runs as a process need not wait for what its container would wait for. */
static void test_a_process_waits_for_what_its_definition_says(void **state)
{
	struct fixture *f = *state;
	const struct engine_ops process_ops = {.name = "process", .start = engine_start};
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
	f->engine.ops = &engine_ops;
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_starts_when_its_own_dependencies_hold),
		TEST(test_one_shot_that_ends_well_lets_the_next_start),
		TEST(test_failed_one_shot_skips_what_needs_it),
		TEST(test_a_one_shot_that_has_run_is_not_run_again),
		TEST(test_news_of_an_earlier_run_does_not_count),
		TEST(test_crash_loop_fails_at_once),
		TEST(test_restarts_of_an_earlier_life_do_not_hide_a_crash_loop),
		TEST(test_ending_with_status_0_is_an_end_not_a_failure),
		TEST(test_engine_error_on_start_is_the_reason),
		TEST(test_waiting_for_each_other_ends),
		TEST(test_a_gate_has_the_last_word),
		TEST(test_a_gate_beats_a_check_that_cannot_pass),
		TEST(test_what_has_a_gate_is_no_one_shot),
		TEST(test_a_process_waits_for_what_its_definition_says),
		TEST(test_a_moment_is_not_ready),
		TEST(test_what_runs_on_for_a_while_is_ready),
		TEST(test_cancel_calls_back_once),
		TEST(test_the_critical_path_is_the_chain_that_decided),
		TEST(test_the_longest_chain_begins_first),
		TEST(test_what_waits_for_each_other_has_an_order_too),
		TEST(test_a_restart_counts_only_what_comes_after_it),
		TEST(test_what_runs_already_is_not_started_for_others),
		TEST(test_a_restart_waits_for_all_instances),
		TEST(test_a_restart_that_makes_it_no_better_fails),
		TEST(test_what_might_be_a_one_shot_but_runs_on_is_a_service),
		TEST(test_a_one_shot_that_is_waited_for_may_take_its_time),
		TEST(test_a_start_that_answers_after_its_deadline_changes_nothing),
		TEST(test_what_its_probe_said_is_why_its_time_ran_out),
		TEST(test_restarts_before_this_start_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
