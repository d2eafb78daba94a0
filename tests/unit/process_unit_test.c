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
		.timeout_ms = 5000,
		.retries = 2};
	struct unit_events events = {.changed = on_changed, .line = on_line, .arg = f};

	spec.restart = restart;
	strv_push_all(&spec.argv, "/bin/sh", "-c", script, NULL);
	strv_push(&spec.env, "PATH=/usr/bin:/bin");
	if (health)
		strv_push_all(&spec.health, "/bin/sh", "-c", health, NULL);
	f->unit = unit_new(f->loop, &spec, &events);
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

static void test_stop_ends_the_whole_group(void **state)
{
	struct fixture *f = *state;
	int grandchild;

	/* The grandchild ignores what its parent dies of. */
	make(f, "(trap '' TERM; exec sleep 1000) & echo $!; wait", NULL, PROCESS_ALWAYS);
	unit_start(f->unit);
	wait_until(f, said_something);
	assert_int_equal(sscanf(str_text(&f->output), "1:%d", &grandchild), 1);
	assert_int_equal(kill(grandchild, 0), 0);
	unit_stop(f->unit);
	wait_until(f, exited);
	/* Gone, or a zombie that nobody has waited for yet: either way its group has no living
	 * member. */
	while (kill(grandchild, 0) == 0) {
		autofree char *path = xasprintf("/proc/%d/stat", grandchild);
		char text[256] = "";
		FILE *stat = fopen(path, "r");

		if (!stat)
			break;
		if (!fgets(text, sizeof(text), stat))
			text[0] = '\0';
		fclose(stat);
		if (!text[0] || strstr(text, ") Z"))
			break;
	}
	assert_false(unit_running(f->unit));
}

static void test_a_program_that_is_not_there_says_so(void **state)
{
	struct fixture *f = *state;
	struct process_spec spec = {
		.name = xstrdup("it"), .dir = xstrdup("/"), .interval_ms = 20, .retries = 1};
	struct unit_events events = {.changed = on_changed, .line = on_line, .arg = f};

	strv_push(&spec.argv, "/nonexistent/program");
	f->unit = unit_new(f->loop, &spec, &events);
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
		TEST(test_stop_ends_the_whole_group),
		TEST(test_a_program_that_is_not_there_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
