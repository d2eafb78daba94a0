/* SPDX-License-Identifier: MIT */
/* Real child processes under a unit: every test waits for what the unit says, never for time. */
#include "unit.h"

#include "base/json.h"
#include "base/str.h"
#include "engine/process_unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct fixture {
	struct loop *loop;
	struct unit *unit;
	struct str output;
	/* What the test waits for, looked at after each change. */
	bool (*until)(struct fixture *f);
	bool reached, late;
	struct timer *limit;
	/* Of what make() makes. */
	int stop_signal, restart_most;
	int64_t grace_ms, probe_timeout_ms;
};

static const char *field(struct fixture *f, const char *name, struct json_object **hold)
{
	*hold = unit_json(f->unit);
	return json_str(*hold, name, "");
}

static void look(struct fixture *f)
{
	if (f->unit && f->until && f->until(f))
		f->reached = true;
}

static void on_changed(void *arg, struct unit *u)
{
	(void)u;
	look(arg);
}

static void on_line(void *arg, struct unit *u, int stream, const char *text, size_t len)
{
	struct fixture *f = arg;

	(void)u;
	str_addf(&f->output, "%d:%.*s\n", stream, (int)len, text);
	look(f);
}

static void give_up(void *arg)
{
	struct fixture *f = arg;

	f->late = f->reached = true;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->stop_signal = SIGTERM;
	f->grace_ms = 10000;
	f->probe_timeout_ms = 5000;
	f->loop = loop_new();
	str_init(&f->output, STR_LINE);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unit_free(f->unit);
	timer_free(f->limit);
	loop_free(f->loop);
	str_done(&f->output);
	free(f);
	return 0;
}

static void make(
	struct fixture *f, const char *script, const char *health, enum process_restart restart)
{
	struct process_spec spec = {.name = xstrdup("it"),
		.dir = xstrdup("/"),
		.interval_ms = 20,
		.timeout_ms = f->probe_timeout_ms,
		.retries = 2,
		.restart_most = f->restart_most,
		.stop_signal = f->stop_signal,
		.stop_ms = f->grace_ms};
	struct unit_events events = {.changed = on_changed, .line = on_line, .arg = f};

	spec.restart = restart;
	strv_push_all(&spec.argv, "/bin/sh", "-c", script, NULL);
	strv_push(&spec.env, "PATH=/usr/bin:/bin");
	if (health)
		strv_push_all(&spec.health, "/bin/sh", "-c", health, NULL);
	f->unit = unit_new(f->loop, &spec, NULL, &events);
}

static void wait_until(struct fixture *f, bool (*until)(struct fixture *))
{
	f->until = until;
	f->reached = f->late = false;
	look(f);
	timer_free(f->limit);
	f->limit = timer_start(f->loop, 20000, 0, give_up, f);
	loop_run_until(f->loop, &f->reached);
	assert_false(f->late);
}

static bool is(struct fixture *f, const char *name, const char *value)
{
	struct json_object *o;
	bool same = str_eq(field(f, name, &o), value);

	json_object_put(o);
	return same;
}

static bool healthy(struct fixture *f)
{
	return is(f, "health", "healthy");
}

static bool unhealthy(struct fixture *f)
{
	return is(f, "health", "unhealthy");
}

static bool exited(struct fixture *f)
{
	return is(f, "state", "exited");
}

static int64_t number(struct fixture *f, const char *name)
{
	autojson struct json_object *o = unit_json(f->unit);

	return json_int(o, name, -1);
}

static bool restarted_twice(struct fixture *f)
{
	return number(f, "restarts") >= 2;
}

static bool said_something(struct fixture *f)
{
	return strchr(str_text(&f->output), '\n') != NULL;
}

static void test_output_comes_as_lines_with_their_stream(void **state)
{
	struct fixture *f = *state;

	make(f, "printf 'a\\nb'; echo oops >&2", NULL, PROCESS_NO);
	unit_start(f->unit);
	wait_until(f, exited);
	assert_non_null(strstr(str_text(&f->output), "1:a\n"));
	assert_non_null(strstr(str_text(&f->output), "1:b\n"));
	assert_non_null(strstr(str_text(&f->output), "2:oops\n"));
	assert_int_equal(number(f, "exit_code"), 0);
}

static void test_one_success_makes_healthy(void **state)
{
	struct fixture *f = *state;

	make(f, "exec sleep 1000", "true", PROCESS_NO);
	unit_start(f->unit);
	assert_true(is(f, "health", "starting"));
	wait_until(f, healthy);
}

static void test_retries_in_a_row_make_unhealthy_and_keep_the_output(void **state)
{
	struct fixture *f = *state;
	autojson struct json_object *o = NULL;

	make(f, "exec sleep 1000", "echo no luck; exit 3", PROCESS_NO);
	unit_start(f->unit);
	wait_until(f, unhealthy);
	o = unit_json(f->unit);
	assert_int_equal(json_len(json_get(o, "probes")), 2);
	assert_string_equal(json_str(json_at(json_get(o, "probes"), 0), "output", ""), "no luck\n");
	assert_int_equal(json_int(json_at(json_get(o, "probes"), 0), "exit_code", 0), 3);
}

static void test_policy_restarts_a_failure_and_stop_ends_it(void **state)
{
	struct fixture *f = *state;

	make(f, "exit 7", NULL, PROCESS_ON_FAILURE);
	unit_start(f->unit);
	wait_until(f, restarted_twice);
	unit_stop(f->unit);
	wait_until(f, exited);
	assert_false(unit_running(f->unit));
}

/* Gone, or a zombie that nobody has waited for yet. */
static bool lives(int pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", pid);
	char text[256] = "";
	FILE *stat = fopen(path, "re");

	if (!stat)
		return false;
	if (!fgets(text, sizeof(text), stat))
		text[0] = '\0';
	fclose(stat);
	return text[0] && !strstr(text, ") Z");
}

/* The number it printed first. */
static int said_number(struct fixture *f)
{
	int n;

	wait_until(f, said_something);
	assert_int_equal(sscanf(str_text(&f->output), "1:%d", &n), 1);
	return n;
}

static void test_stop_lets_the_whole_group_end_in_its_own_time(void **state)
{
	struct fixture *f = *state;
	int grandchild;

	/* The leader goes at once; what it started has something to say before it does. */
	make(f,
		"(trap 'sleep 0.2; echo put away; exit 0' TERM; sh -c 'echo $PPID'; "
		"while :; do sleep 0.02; done) & wait",
		NULL, PROCESS_ALWAYS);
	unit_start(f->unit);
	grandchild = said_number(f);
	assert_true(lives(grandchild));
	unit_stop(f->unit);
	wait_until(f, exited);
	assert_false(lives(grandchild));
	assert_non_null(strstr(str_text(&f->output), "put away"));
	assert_false(unit_running(f->unit));
}

static void test_who_ignores_the_stop_signal_is_killed_after_the_grace_period(void **state)
{
	struct fixture *f = *state;
	int grandchild;

	f->grace_ms = 100;
	make(f, "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done", NULL, PROCESS_NO);
	unit_start(f->unit);
	grandchild = said_number(f);
	unit_stop(f->unit);
	wait_until(f, exited);
	assert_false(lives(grandchild));
	assert_int_equal(number(f, "exit_code"), 128 + SIGKILL);
}

static void test_the_stop_signal_is_the_one_that_was_asked_for(void **state)
{
	struct fixture *f = *state;

	f->stop_signal = SIGUSR1;
	make(f, "trap 'exit 42' USR1; echo 0; while :; do sleep 0.02; done", NULL, PROCESS_NO);
	unit_start(f->unit);
	said_number(f);
	unit_stop(f->unit);
	wait_until(f, exited);
	assert_int_equal(number(f, "exit_code"), 42);
}

static void test_when_the_leader_ends_by_itself_the_rest_goes_too(void **state)
{
	struct fixture *f = *state;
	int grandchild;

	make(f, "(trap '' TERM HUP; exec sleep 1000 >/dev/null 2>&1) & echo $!; exit 3", NULL,
		PROCESS_NO);
	unit_start(f->unit);
	grandchild = said_number(f);
	wait_until(f, exited);
	assert_int_equal(number(f, "exit_code"), 3);
	while (lives(grandchild))
		;
}

static bool restarting_no_more(struct fixture *f)
{
	return exited(f) && number(f, "restarts") == 2;
}

static void test_on_failure_stops_at_its_number(void **state)
{
	struct fixture *f = *state;

	f->restart_most = 2;
	make(f, "exit 7", NULL, PROCESS_ON_FAILURE);
	unit_start(f->unit);
	wait_until(f, restarting_no_more);
	/* Asked for by hand it has its tries again. */
	assert_true(unit_start(f->unit));
	assert_int_equal(number(f, "restarts"), 0);
	wait_until(f, restarting_no_more);
}

static bool restarted_once(struct fixture *f)
{
	return number(f, "restarts") == 1;
}

static void test_restarts_come_ever_later(void **state)
{
	struct fixture *f = *state;
	int64_t first, second;

	make(f, "exit 0", NULL, PROCESS_ALWAYS);
	unit_start(f->unit);
	wait_until(f, restarted_once);
	first = number(f, "started_ms");
	wait_until(f, restarted_twice);
	second = number(f, "started_ms");
	/* 100 ms, then 200: never sooner, whatever the machine does. */
	assert_true(second - first >= 190);
}

static void test_a_failure_policy_leaves_success_alone(void **state)
{
	struct fixture *f = *state;

	make(f, "exit 0", NULL, PROCESS_ON_FAILURE);
	unit_start(f->unit);
	wait_until(f, exited);
	assert_int_equal(number(f, "restarts"), 0);
	assert_false(unit_running(f->unit));
}

/* The number that a hanging check left; 0: none came so far before it was ended. */
static int noted_check(void)
{
	autofree char *path = xasprintf("/tmp/slipway-check.%d", getpid());
	FILE *note = fopen(path, "re");
	int check = 0;

	if (!note)
		return 0;
	if (fscanf(note, "%d", &check) != 1)
		check = 0;
	fclose(note);
	return check;
}

static bool unhealthy_and_noted(struct fixture *f)
{
	return unhealthy(f) && noted_check();
}

static void test_a_health_check_that_hangs_is_a_failed_one(void **state)
{
	struct fixture *f = *state;
	autofree char *note = xasprintf("/tmp/slipway-check.%d", getpid());
	autojson struct json_object *o = NULL;
	int check;

	unlink(note);
	f->probe_timeout_ms = 100;
	make(f, "echo $$; exec sleep 1000",
		"trap '' TERM; echo $$ >&2; echo $$ >/tmp/slipway-check.$PPID; while :; do sleep "
		"1; done",
		PROCESS_NO);
	unit_start(f->unit);
	/* On a busy machine its time may be over before it has begun. */
	wait_until(f, unhealthy_and_noted);
	o = unit_json(f->unit);
	assert_int_equal(json_int(json_at(json_get(o, "probes"), 0), "exit_code", 0), -1);
	assert_non_null(
		strstr(json_str(json_at(json_get(o, "probes"), 0), "output", ""), "100 ms"));
	assert_true(unit_running(f->unit));
	check = noted_check();
	assert_true(check > 0);
	unit_stop(f->unit);
	wait_until(f, exited);
	unlink(note);
	while (lives(check))
		;
}

static void test_another_definition_waits_for_the_end_of_the_first(void **state)
{
	struct fixture *f = *state;
	struct process_spec spec = {.name = xstrdup("it"),
		.dir = xstrdup("/"),
		.interval_ms = 20,
		.timeout_ms = 1000,
		.retries = 1,
		.stop_signal = SIGTERM,
		.stop_ms = 10000};

	make(f, "trap 'echo old is done; exit 0' TERM; echo 0; while :; do sleep 0.02; done", NULL,
		PROCESS_ALWAYS);
	unit_start(f->unit);
	said_number(f);
	strv_push_all(&spec.argv, "/bin/sh", "-c", "echo new is here; exit 5", NULL);
	strv_push(&spec.env, "PATH=/usr/bin:/bin");
	unit_define(f->unit, &spec);
	unit_start(f->unit);
	wait_until(f, exited);
	assert_int_equal(number(f, "exit_code"), 5);
	assert_true(strstr(str_text(&f->output), "old is done") <
		    strstr(str_text(&f->output), "new is here"));
	assert_int_equal(unit_ends(f->unit), 2);
}

static void test_a_program_that_is_not_there_says_so(void **state)
{
	struct fixture *f = *state;
	struct process_spec spec = {.name = xstrdup("it"),
		.dir = xstrdup("/"),
		.interval_ms = 20,
		.retries = 1,
		.timeout_ms = 1000,
		.stop_signal = SIGTERM,
		.stop_ms = 10000};
	struct unit_events events = {.changed = on_changed, .line = on_line, .arg = f};

	strv_push(&spec.argv, "/nonexistent/program");
	f->unit = unit_new(f->loop, &spec, NULL, &events);
	unit_start(f->unit);
	wait_until(f, exited);
	assert_int_equal(number(f, "exit_code"), 127);
	assert_false(is(f, "error", ""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_output_comes_as_lines_with_their_stream),
		TEST(test_one_success_makes_healthy),
		TEST(test_retries_in_a_row_make_unhealthy_and_keep_the_output),
		TEST(test_policy_restarts_a_failure_and_stop_ends_it),
		TEST(test_stop_lets_the_whole_group_end_in_its_own_time),
		TEST(test_who_ignores_the_stop_signal_is_killed_after_the_grace_period),
		TEST(test_the_stop_signal_is_the_one_that_was_asked_for),
		TEST(test_when_the_leader_ends_by_itself_the_rest_goes_too),
		TEST(test_on_failure_stops_at_its_number),
		TEST(test_restarts_come_ever_later),
		TEST(test_a_failure_policy_leaves_success_alone),
		TEST(test_a_health_check_that_hangs_is_a_failed_one),
		TEST(test_another_definition_waits_for_the_end_of_the_first),
		TEST(test_a_program_that_is_not_there_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
