/* SPDX-License-Identifier: MIT */
/* Gates that run a command, over an engine whose commands end, fail or hang as the test says. */
#include "unit.h"

#include "base/str.h"
#include "plan/gate.h"
#include "plan/gate_address.h"
#include "tiny_server.h"

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

/* --- addresses that name a service */

static void check_url(const char *url, bool reachable, const char *becomes)
{
	autofree char *at = xstrdup(url);

	assert_int_equal(gate_address_publish_url(&the->project, &at), reachable);
	assert_string_equal(at, becomes);
}

static void test_a_service_is_asked_where_it_is_published(void **state)
{
	struct compose_port ports[] = {
		{.published = 18080, .target = 8080, .protocol = (char *)"tcp"},
		{.published = 5353, .target = 53, .protocol = (char *)"udp"},
		{.host_ip = (char *)"192.0.2.7", .published = 19000, .target = 9000},
		{.published = 0, .target = 7000},
	};
	struct compose_service services[] = {
		{.name = (char *)"web", .ports = ports, .n_ports = ARRAY_SIZE(ports)},
		{.name = (char *)"db"},
	};
	struct compose c = {.services = services, .n_services = ARRAY_SIZE(services)};

	(void)state;
	the->project.compose = &c;
	check_url("http://web:8080/ready?x=1", true, "http://127.0.0.1:18080/ready?x=1");
	check_url("https://web:9000", true, "https://192.0.2.7:19000");
	check_url("http://web/ready", false, "http://web/ready");
	check_url("http://web:53/", false, "http://web:53/");
	check_url("http://web:7000/", false, "http://web:7000/");
	check_url("http://db:5432", false, "http://db:5432");
	check_url("http://localhost:8080/ready", true, "http://localhost:8080/ready");
	check_url("http://web.example.org:8080/", true, "http://web.example.org:8080/");
	the->project.compose = NULL;
}

/* Not ready twice; then so, for who has the key. */
static void serve(void *arg, int fd, int nth)
{
	char head[4096];

	(void)arg;
	while (tiny_read_head(fd, head, sizeof(head))) {
		bool known = strstr(head, "X-API-Key: k3y\r\n") &&
			     strstr(head, "Authorization: Bearer t0ken\r\n");

		tiny_send(fd, !known ? "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
				     : nth < 3
					       ? "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"status\":\"a\"}"
					       : "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"status\":\"b\"}");
	}
}

/* As a definition says it: with who asks, what will do, and time to start. */
static void test_headers_and_what_will_do(void **state)
{
	struct tiny_server *server = tiny_server_new(NULL, serve, NULL);
	autofree char *text = xasprintf(
		"slipway: 1\nstack: x\nservices:\n  web:\n    ready:\n"
		"      http: {get: \"http://127.0.0.1:%d/\", bearer: t0ken, headers: {X-API-Key: k3y},\n"
		"             json: {path: status, equals: c, degraded: [b]}}\n"
		"      interval: 1ms\n      retries: 1\n      start_period: 1h\n",
		tiny_server_port(server));
	AUTO_PTR(stack) struct stack *stack = NULL;
	struct stack_gate own = the->spec;

	(void)state;
	the->engine.host = host_local_new(the->loop);
	assert_int_equal(stack_load("x", text, strlen(text), NULL, &stack, NULL), 0);
	the->spec = *stack->services[0].ready;
	/* One failure would be enough, were it not within the start period. */
	assert_int_equal(pass(0), 0);
	assert_int_equal(gate_tries(the->gate), 3);
	assert_non_null(strstr(gate_last(the->gate), "not all is well, but it will do"));
	assert_true(gate_degraded(the->gate));
	op_free(gate_op(take(the->gate)));
	the->spec.start_period_ms = 0;
	strv_clear(&the->spec.degraded);
	assert_int_equal(pass(0), ERR_UNHEALTHY);
	assert_int_equal(gate_tries(the->gate), 1);
	assert_false(gate_degraded(the->gate));
	stack->services[0].ready->degraded = the->spec.degraded;
	op_free(gate_op(take(the->gate)));
	the->spec = own;
	host_free(the->engine.host);
	tiny_server_free(server);
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
		TEST(test_headers_and_what_will_do),
		TEST(test_freed_in_a_try_it_takes_the_command_along),
		TEST(test_a_service_is_asked_where_it_is_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
