/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "engine/live.h"

#include <string.h>

enum { NOW = 1000000 };

static const struct {
	const char *engine, *health;
	int exit_code;
	bool oom, asked, oneshot;
	int64_t probe_ms; /* start of the last probe; 0: none. The instance started at 500. */
	const char *error;
	enum live_state state;
} judged[] = {
	{"running", NULL, 0, false, false, false, 0, NULL, LIVE_RUNNING},
	{"running", "none", 0, false, false, false, 0, NULL, LIVE_RUNNING},
	{"running", "starting", 0, false, false, false, 0, NULL, LIVE_STARTING},
	{"running", "healthy", 0, false, false, false, 600, NULL, LIVE_HEALTHY},
	{"running", "unhealthy", 0, false, false, false, 600, NULL, LIVE_UNHEALTHY},
	{"running", "unhealthy", 0, false, false, false, 500, NULL, LIVE_UNHEALTHY},
	/* Left over from the run before: no probe since the start. */
	{"running", "unhealthy", 0, false, false, false, 499, NULL, LIVE_STARTING},
	{"running", "unhealthy", 0, false, false, false, 0, NULL, LIVE_STARTING},
	/* Not running: health is ignored. */
	{"exited", "unhealthy", 0, false, false, false, 600, NULL, LIVE_STOPPED},
	{"exited", "healthy", 3, false, false, false, 600, NULL, LIVE_FAILED},
	{"exited", NULL, 0, false, false, true, 0, NULL, LIVE_DONE},
	{"exited", NULL, 1, false, false, true, 0, NULL, LIVE_FAILED},
	{"exited", NULL, 143, false, false, false, 0, NULL, LIVE_STOPPED},
	{"exited", NULL, 137, false, false, false, 0, NULL, LIVE_FAILED},
	{"exited", NULL, 137, false, true, false, 0, NULL, LIVE_STOPPED},
	{"exited", NULL, 137, true, true, false, 0, NULL, LIVE_FAILED},
	{"restarting", "unhealthy", 1, false, false, false, 600, NULL, LIVE_RESTARTING},
	{"paused", "healthy", 0, false, false, false, 600, NULL, LIVE_PAUSED},
	{"created", NULL, 0, false, false, false, 0, NULL, LIVE_CREATED},
	{"created", NULL, 127, false, false, false, 0, "no such file", LIVE_FAILED},
	{"dead", NULL, 0, false, false, false, 0, NULL, LIVE_FAILED},
	{"removing", NULL, 0, false, false, false, 0, NULL, LIVE_STOPPED},
};

static void test_an_instance_is_judged_by_the_rules_of_health(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++) {
		struct live_instance in = {.started_ms = 500,
			.exit_code = judged[i].exit_code,
			.oom_killed = judged[i].oom,
			.stop_asked = judged[i].asked,
			.error = (char *)judged[i].error};
		enum live_state got;

		if (judged[i].probe_ms) {
			in.probes[0].start_ms = judged[i].probe_ms;
			in.n_probes = 1;
		}
		got = live_judge(&in, judged[i].engine, judged[i].health, judged[i].oneshot);
		if (got != judged[i].state)
			fail_msg("row %zu (%s, %s): %s, not %s", i, judged[i].engine,
				judged[i].health ? judged[i].health : "-",
				live_state_info(got)->name, live_state_info(judged[i].state)->name);
	}
}

static void test_states_have_all_their_words(void **state)
{
	(void)state;
	for (int i = LIVE_ABSENT; i <= LIVE_FAILED; i++) {
		const struct live_state_info *info = live_state_info((enum live_state)i);

		assert_false(str_empty(info->name));
		assert_false(str_empty(info->label));
		assert_int_equal(strlen(info->ascii), 4);
		for (int k = LIVE_ABSENT; k < i; k++)
			assert_string_not_equal(
				info->name, live_state_info((enum live_state)k)->name);
	}
	/* Running without a check is fine, but never healthy. */
	assert_true(live_state_info(LIVE_RUNNING)->ok);
	assert_string_not_equal(live_state_info(LIVE_RUNNING)->label, "healthy");
	assert_false(live_state_info(LIVE_STOPPED)->ok);
}

struct fixture {
	struct loop *loop;
	struct live *live;
	int told, told_too;
	struct live_watcher *watcher;
	bool done;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->live = live_new(f->loop, "demo");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	live_free(f->live);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void set_done(void *arg)
{
	((struct fixture *)arg)->done = true;
}

/* Lets the loop turn until everything deferred before has run. */
static void turn(struct fixture *f)
{
	struct timer *t;

	f->done = false;
	t = loop_defer(f->loop, set_done, f);
	loop_run_until(f->loop, &f->done);
	timer_free(t);
}

static void count(void *arg)
{
	((struct fixture *)arg)->told++;
}

static void count_and_leave(void *arg)
{
	struct fixture *f = arg;

	f->told_too++;
	live_unwatch(f->live, take(f->watcher));
}

static void test_watchers_are_told_once_a_turn(void **state)
{
	struct fixture *f = *state;
	struct live_watcher *w = live_watch(f->live, count, f);
	struct live_service *s = live_add(f->live, "web");

	f->watcher = live_watch(f->live, count_and_leave, f);
	live_update(f->live, s);
	live_touch(f->live);
	live_touch(f->live);
	assert_int_equal(f->told, 0);
	turn(f);
	assert_int_equal(f->told, 1);
	assert_int_equal(f->told_too, 1);
	live_touch(f->live);
	turn(f);
	assert_int_equal(f->told, 2);
	assert_int_equal(f->told_too, 1);
	turn(f);
	assert_int_equal(f->told, 2);
	live_unwatch(f->live, w);
	live_touch(f->live);
	turn(f);
	assert_int_equal(f->told, 2);
}

static void test_connection_is_told_when_it_is_news(void **state)
{
	struct fixture *f = *state;
	struct error err = ERROR_INIT;
	int64_t before;

	live_set_connected(f->live, true, NULL);
	before = f->live->generation;
	live_set_connected(f->live, true, NULL);
	assert_int_equal(f->live->generation, before);
	error_set(&err, ERR_UNREACHABLE, "gone");
	live_set_connected(f->live, false, &err);
	assert_string_equal(f->live->problem.message, "gone");
	before = f->live->generation;
	live_set_connected(f->live, false, &err);
	assert_int_equal(f->live->generation, before);
	live_set_connected(f->live, true, NULL);
	assert_null(f->live->problem.message);
	error_done(&err);
}

static struct live_instance *instance(struct live_service *s, const char *id, enum live_state state)
{
	struct live_instance *in = live_add_instance(s, id);

	in->state = state;
	return in;
}

static void test_a_service_is_as_bad_as_its_worst_instance(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");

	live_update(f->live, s);
	assert_int_equal(s->state, LIVE_ABSENT);
	instance(s, "a", LIVE_HEALTHY)->started_ms = 5000;
	live_update(f->live, s);
	assert_int_equal(s->state, LIVE_HEALTHY);
	assert_int_equal(s->since_ms, 5000);
	instance(s, "b", LIVE_STARTING)->started_ms = 7000;
	live_update(f->live, s);
	assert_int_equal(s->state, LIVE_STARTING);
	assert_int_equal(s->since_ms, 7000);
	instance(s, "c", LIVE_FAILED)->finished_ms = 8000;
	live_update(f->live, s);
	assert_int_equal(s->state, LIVE_FAILED);
	assert_int_equal(s->since_ms, 8000);
	/* The same state again is no change. */
	s->instances[2].finished_ms = 9000;
	live_update(f->live, s);
	assert_int_equal(s->since_ms, 8000);
	/* One-off containers do not count. */
	live_remove_instance(s, "c");
	instance(s, "run", LIVE_FAILED)->oneoff = true;
	live_update(f->live, s);
	assert_int_equal(s->state, LIVE_STARTING);
	assert_null(live_find_instance(f->live, "c", NULL));
	assert_non_null(live_find_instance(f->live, "b", &s));
}

static void test_services_stand_in_dependency_order(void **state)
{
	struct fixture *f = *state;
	struct compose_depends on_db[] = {{.service = (char *)"db"}, {.service = (char *)"off"}};
	struct compose_depends on_web[] = {{.service = (char *)"web"}};
	struct compose_service services[] = {
		{.name = (char *)"proxy", .active = true, .depends = on_web, .n_depends = 1},
		{.name = (char *)"web", .active = true, .depends = on_db, .n_depends = 2},
		{.name = (char *)"off", .active = false},
		{.name = (char *)"db", .active = true, .oneshot = true},
	};
	struct compose c = {.services = services, .n_services = ARRAY_SIZE(services)};
	struct live_service *s;

	instance(live_add(f->live, "web"), "w1", LIVE_HEALTHY);
	instance(live_add(f->live, "orphan"), "o1", LIVE_HEALTHY);
	live_add(f->live, "gone");
	live_set_note(f->live, "web", "waits for db");
	live_set_services(f->live, &c);
	assert_int_equal(f->live->n_services, 4);
	assert_string_equal(f->live->services[0].name, "db");
	assert_string_equal(f->live->services[1].name, "web");
	assert_string_equal(f->live->services[2].name, "proxy");
	assert_string_equal(f->live->services[3].name, "orphan");
	assert_true(f->live->services[0].oneshot);
	s = live_find(f->live, "web");
	assert_int_equal(s->n_instances, 1);
	assert_string_equal(s->note, "waits for db");
	assert_null(live_find(f->live, "gone"));
}

static void assert_why(const struct live_service *s, const char *first_error, const char *want)
{
	AUTO(strv) struct strv lines = STRV_INIT;
	autofree char *joined = NULL;

	live_why(s, NOW, first_error, &lines);
	joined = strv_join(&lines, "\n");
	assert_string_equal(joined, want);
}

static void test_why_gives_the_last_answer_of_the_health_check(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");
	struct live_instance *in = instance(s, "a", LIVE_STARTING);

	in->started_ms = NOW - 100000;
	in->has_health = true;
	in->health_interval_ms = 10000;
	in->health_retries = 3;
	live_update(f->live, s);
	assert_why(s, NULL, "waits for its health check, which has not answered yet (every 10 s)");
	in->health_interval_ms = 500;
	assert_why(s, NULL, "waits for its health check, which has not answered yet (every 0.5 s)");
	in->health_interval_ms = 10000;
	in->probes[0] = (struct live_probe){.start_ms = NOW - 3000,
		.end_ms = NOW - 2000,
		.exit_code = 1,
		.output = xstrdup("\n  GET / -> 503\nline two\n")};
	in->n_probes = 1;
	in->failing_streak = 1;
	assert_why(s, "boom",
		"GET / -> 503\nline two\n"
		"1 of 3 tries, next in 8 s; fails for good in 18 s\n"
		"first error since start: boom");
	/* Its time is up: it is tried now, and nothing is due "in 0 s". */
	in->failing_streak = 2;
	in->probes[0].end_ms = NOW - 10500;
	assert_why(s, NULL,
		"GET / -> 503\nline two\n"
		"2 of 3 tries, next one now; fails for good with it");
	in->probes[0].end_ms = NOW - 2000;
	in->state = LIVE_UNHEALTHY;
	in->failing_streak = 5;
	live_update(f->live, s);
	free(in->probes[0].output);
	in->probes[0].output = NULL;
	in->probes[0].exit_code = -1;
	assert_why(s, NULL,
		"the health check did not answer in time or could not be run\n"
		"5 tries failed (3 allowed), next in 8 s");
	in->state = LIVE_HEALTHY;
	live_update(f->live, s);
	assert_why(s, "boom", "");
}

/* Docker notes a start after it; and makes up a status for what could not be started. */
static void test_evidence_of_a_start(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");
	struct live_instance *in = instance(s, "a", LIVE_FAILED);

	in->created_ms = NOW - 9000;
	in->exit_code = 128;
	in->error = xstrdup("a program on the host has the port 80\nlisten tcp4");
	live_update(f->live, s);
	assert_why(s, NULL, "a program on the host has the port 80\nlisten tcp4");
	assert_int_equal(live_evidence_since(in), NOW - 9000);
	in->started_ms = NOW - 8000;
	assert_true(live_evidence_since(in) < NOW - 8000);
	in->restarts = 1;
	assert_int_equal(live_evidence_since(in), NOW - 9000);
}

static void test_unchecked_is_explained(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");
	struct live_instance *in = instance(s, "a", LIVE_RUNNING);
	AUTO(strv) struct strv lines = STRV_INIT;

	live_update(f->live, s);
	assert_why(s, NULL, "");
	live_explain_unchecked(s, &lines);
	assert_int_equal(lines.n, 2);
	assert_non_null(strstr(lines.items[0], "no health check"));
	assert_non_null(strstr(lines.items[1], "healthcheck:"));
	strv_clear(&lines);
	s->oneshot = true;
	live_explain_unchecked(s, &lines);
	assert_int_equal(lines.n, 1);
	strv_clear(&lines);
	in->state = LIVE_HEALTHY;
	live_update(f->live, s);
	live_explain_unchecked(s, &lines);
	assert_int_equal(lines.n, 0);
}

static void test_why_ignores_probes_of_the_run_before(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");
	struct live_instance *in = instance(s, "a", LIVE_STARTING);

	in->started_ms = NOW - 1000;
	in->probes[0] = (struct live_probe){
		.start_ms = NOW - 9000, .exit_code = 1, .output = xstrdup("old")};
	in->n_probes = 1;
	live_update(f->live, s);
	assert_why(s, NULL, "waits for its health check, which has not answered yet");
}

static void test_why_says_exits_in_words(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");
	struct live_instance *in;

	live_update(f->live, s);
	assert_why(s, NULL, "has not been created yet");
	live_set_note(f->live, "web", "waits for db");
	assert_why(s, NULL, "waits for db");
	live_set_note(f->live, "web", NULL);
	in = instance(s, "a", LIVE_FAILED);
	in->exit_code = 137;
	in->oom_killed = true;
	live_update(f->live, s);
	assert_why(s, NULL, "exited with 137: killed (out of memory)");
	/* psql: no connection; grep: a file that is not there. */
	in->exit_code = 2;
	in->oom_killed = false;
	live_update(f->live, s);
	assert_why(s, NULL, "exited with 2");
	in->state = LIVE_RESTARTING;
	in->oom_killed = false;
	in->exit_code = 127;
	in->restarts = 4;
	live_update(f->live, s);
	assert_why(s, NULL,
		"exited with 127: the command was not found; the engine starts it again and again\n"
		"restarted 4 times");
	in->state = LIVE_FAILED;
	in->restarts = 0;
	in->started_ms = NOW - 1000;
	in->error = xstrdup("exec /nope: no such file or directory");
	live_update(f->live, s);
	assert_why(s, NULL,
		"exec /nope: no such file or directory\n"
		"exited with 127: the command was not found");
}

static void test_why_names_the_instance_when_there_are_several(void **state)
{
	struct fixture *f = *state;
	struct live_service *s = live_add(f->live, "web");

	s->wanted = 3;
	instance(s, "a", LIVE_HEALTHY)->name = xstrdup("demo-web-1");
	instance(s, "b", LIVE_FAILED)->name = xstrdup("demo-web-2");
	live_find_instance(f->live, "b", NULL)->exit_code = 9;
	live_update(f->live, s);
	assert_why(s, NULL, "demo-web-2: exited with 9\n2 of 3 instances exist");
}

#define WITH_LOOP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_instance_is_judged_by_the_rules_of_health),
		cmocka_unit_test(test_states_have_all_their_words),
		WITH_LOOP(test_watchers_are_told_once_a_turn),
		WITH_LOOP(test_connection_is_told_when_it_is_news),
		WITH_LOOP(test_a_service_is_as_bad_as_its_worst_instance),
		WITH_LOOP(test_services_stand_in_dependency_order),
		WITH_LOOP(test_why_gives_the_last_answer_of_the_health_check),
		WITH_LOOP(test_evidence_of_a_start),
		WITH_LOOP(test_unchecked_is_explained),
		WITH_LOOP(test_why_ignores_probes_of_the_run_before),
		WITH_LOOP(test_why_says_exits_in_words),
		WITH_LOOP(test_why_names_the_instance_when_there_are_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
