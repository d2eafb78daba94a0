/* SPDX-License-Identifier: MIT */
/* The watch: one picture, then events, through an Engine that goes away and comes back; and the
 * statistics of what it shows. */
#include "docker_fixture.h"

#include "engine/docker_stats.h"
#include "engine/docker_watch.h"

static bool is_pictured(struct fixture *f)
{
	return f->done;
}

static bool has_state(struct fixture *f)
{
	const struct live_service *s = live_find(f->live, f->service);

	return s && s->state == f->state;
}

static bool is_gone(struct fixture *f)
{
	return !f->live->connected && f->live->problem.message;
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct fixture *f = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	f->code = code;
	f->done = true;
}

static struct op *watch(struct fixture *f)
{
	struct op *op;

	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	op = docker_watch_start(&f->docker, f->live, "demo", on_done, f);
	wait_until(f, is_pictured);
	return op;
}

static bool events_are_open(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/events") > 0 &&
	       fake_engine_asked(f->fake, "/containers/json") > 1;
}

static void push_event(struct fixture *f, const char *action, const char *more)
{
	autofree char *text =
		xasprintf("{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{\"ID\":\"a\","
			  "\"Attributes\":{\"com.docker.compose.service\":\"web\"%s}},"
			  "\"time\":1795230245,\"timeNano\":1795230245000000001}\n",
			action, more);

	/* In two pieces, as it may come. */
	fake_engine_push(f->fake, "/events", text, 10);
	fake_engine_push(f->fake, "/events", text + 10, strlen(text) - 10);
}

static void expect_state(struct fixture *f, const char *service, enum live_state state)
{
	f->service = service;
	f->state = state;
	wait_until(f, has_state);
}

static void test_the_first_picture_is_whole(void **state)
{
	struct fixture *f = *state;
	struct op *op;

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY(
			"b", "db", "exited", "Exited (0)") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	fake_engine_put_text(
		f->fake, "/containers/b/json", INSPECT("db", "exited", "\"ExitCode\":3,"));
	op = watch(f);
	assert_int_equal(f->code, 0);
	assert_true(f->live->connected);
	assert_int_equal(live_find(f->live, "web")->state, LIVE_RUNNING);
	assert_int_equal(live_find(f->live, "db")->state, LIVE_FAILED);
	op_free(op);
}

static void test_events_are_followed(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	char query[2048];

	fake_engine_put_text(f->fake, "/containers/json", "[]");
	op = watch(f);
	wait_until(f, events_are_open);
	fake_engine_query(f->fake, "/events", query, sizeof(query));
	assert_non_null(strstr(query, "com.docker.compose.project%3Ddemo"));
	assert_non_null(strstr(query, "health_status"));
	assert_null(strstr(query, "since="));

	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"starting\"},"));
	push_event(f, "start", "");
	expect_state(f, "web", LIVE_STARTING);
	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"healthy\"},"));
	push_event(f, "health_status: healthy", "");
	expect_state(f, "web", LIVE_HEALTHY);
	/* Ended by its user: stopped, though the status is that of a failure. */
	push_event(f, "kill", ",\"signal\":\"15\"");
	fake_engine_put_text(
		f->fake, "/containers/a/json", INSPECT("web", "exited", "\"ExitCode\":137,"));
	push_event(f, "die", ",\"exitCode\":\"137\"");
	expect_state(f, "web", LIVE_STOPPED);
	/* Killed: what `status`, which sees no event, makes of it. */
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	push_event(f, "start", "");
	expect_state(f, "web", LIVE_RUNNING);
	push_event(f, "kill", ",\"signal\":\"9\"");
	fake_engine_put_text(
		f->fake, "/containers/a/json", INSPECT("web", "exited", "\"ExitCode\":137,"));
	push_event(f, "die", ",\"exitCode\":\"137\"");
	expect_state(f, "web", LIVE_FAILED);
	push_event(f, "destroy", "");
	expect_state(f, "web", LIVE_ABSENT);
	op_free(op);
}

static bool is_inspected_twice(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/containers/a/json") > 1;
}

static void test_health_counts_before_the_rest_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct op *op;

	fake_engine_put_text(f->fake, "/containers/json", "[]");
	op = watch(f);
	wait_until(f, events_are_open);
	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"starting\"},"));
	push_event(f, "start", "");
	expect_state(f, "web", LIVE_STARTING);
	/* The next inspect hangs. */
	fake_engine_put_stream(f->fake, "/containers/a/json", "application/json", "", 0);
	push_event(f, "health_status: healthy", "");
	wait_until(f, is_inspected_twice);
	assert_int_equal(live_find(f->live, "web")->state, LIVE_HEALTHY);
	/* While one is under way, its answer may be of another run. */
	push_event(f, "start", "");
	push_event(f, "health_status: healthy", "");
	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"starting\"},"));
	fake_engine_end(f->fake, "/containers/a/json");
	expect_state(f, "web", LIVE_STARTING);
	op_free(op);
}

static void test_checks_that_run_make_no_noise(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	int before;

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	op = watch(f);
	wait_until(f, events_are_open);
	before = fake_engine_asked(f->fake, "/containers/a/json");
	for (int i = 0; i < 50; i++)
		push_event(f, "exec_start: curl localhost", "");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "paused", ""));
	push_event(f, "pause", "");
	expect_state(f, "web", LIVE_PAUSED);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/json"), before + 1);
	op_free(op);
}

static bool events_are_open_again(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/events") > 1;
}

static void test_an_engine_that_comes_back_is_asked_anew(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	char query[2048];

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY("b", "db", "running", "Up") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	fake_engine_put_text(f->fake, "/containers/b/json", INSPECT("db", "running", ""));
	op = watch(f);
	wait_until(f, events_are_open);
	/* An event that shows: seeing it is knowing that its time was noted. */
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "paused", ""));
	push_event(f, "pause", "");
	expect_state(f, "web", LIVE_PAUSED);
	fake_engine_down(f->fake);
	wait_until(f, is_gone);
	/* What is known stays on the screen meanwhile. */
	assert_int_equal(live_find(f->live, "web")->state, LIVE_PAUSED);
	/* Events of the time between never come: one is gone, one has failed without any. */
	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_text(
		f->fake, "/containers/a/json", INSPECT("web", "exited", "\"ExitCode\":1,"));
	fake_engine_up(f->fake);
	expect_state(f, "web", LIVE_FAILED);
	expect_state(f, "db", LIVE_ABSENT);
	wait_until(f, events_are_open_again);
	assert_true(f->live->connected);
	fake_engine_query(f->fake, "/events", query, sizeof(query));
	assert_non_null(strstr(query, "since=1795230245.000000002"));
	op_free(op);
}

static void test_no_engine_ends_the_wait_for_a_picture(void **state)
{
	struct fixture *f = *state;
	struct op *op;

	fake_engine_down(f->fake);
	op = docker_watch_start(&f->docker, f->live, "demo", on_done, f);
	wait_until(f, is_pictured);
	assert_int_equal(f->code, ERR_UNREACHABLE);
	assert_false(f->live->connected);
	op_free(op);
	fake_engine_up(f->fake);
}

/* --- statistics */

enum { MANY = 40 };

static int count_asked(struct fixture *f)
{
	int n = 0;

	for (int i = 0; i < MANY; i++) {
		autofree char *path = xasprintf("/containers/c%d/stats", i);

		n += fake_engine_asked(f->fake, path);
	}
	return n;
}

static bool some_are_asked(struct fixture *f)
{
	return count_asked(f) > 0;
}

/* All of them hang until the test lets them go. */
static void add_many(struct fixture *f, struct strv *services)
{
	struct live_service *s = live_add(f->live, "web");

	for (int i = 0; i < MANY; i++) {
		autofree char *path = xasprintf("/containers/c%d/stats", i);
		autofree char *id = xasprintf("c%d", i);

		fake_engine_put_stream(f->fake, path, "application/json", "{}", 2);
		live_add_instance(s, id)->state = LIVE_RUNNING;
	}
	strv_push(services, "web");
}

static void test_statistics_are_asked_for_a_few_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct docker_samples samples = {0};
	AUTO(strv) struct strv services = STRV_INIT;
	struct docker_spec other = {.path = "/info"};
	struct op *op, *call;

	add_many(f, &services);
	fake_engine_put_text(f->fake, "/info", "{}");
	op = docker_stats_start(&f->docker, &samples, f->live, &services, on_done, f);
	wait_until(f, some_are_asked);
	/* What is asked after them has its answer while they hang. */
	call = docker_call(&f->docker, &other, NULL, NULL);
	assert_int_equal(op_wait(call, NULL), 0);
	op_free(call);
	assert_true(count_asked(f) < MANY / 2);
	assert_true(fake_engine_connections(f->fake) < MANY / 2);
	for (int i = 0; i < MANY; i++) {
		autofree char *path = xasprintf("/containers/c%d/stats", i);

		fake_engine_put_text(f->fake, path, "{}");
		fake_engine_end(f->fake, path);
	}
	wait_until(f, is_pictured);
	assert_int_equal(f->code, 0);
	assert_int_equal(count_asked(f), MANY);
	op_free(op);
	docker_samples_done(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ENGINE(test_the_first_picture_is_whole),
		WITH_ENGINE(test_events_are_followed),
		WITH_ENGINE(test_health_counts_before_the_rest_is_asked_for),
		WITH_ENGINE(test_checks_that_run_make_no_noise),
		WITH_ENGINE(test_an_engine_that_comes_back_is_asked_anew),
		WITH_ENGINE(test_no_engine_ends_the_wait_for_a_picture),
		WITH_ENGINE(test_statistics_are_asked_for_a_few_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
