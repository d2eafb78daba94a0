/* SPDX-License-Identifier: MIT */
/* Logs of several containers as one, through streams that break, fall silent or cannot be had. */
#include "docker_fixture.h"

#include "engine/docker_logs.h"

static const char multiplexed[] = "application/vnd.docker.multiplexed-stream";

static void add_frame(struct str *s, const char *text)
{
	size_t n = strlen(text);
	char head[8] = {1, 0, 0, 0, 0, 0, (char)(n >> 8), (char)n};

	str_addn(s, head, 8);
	str_addn(s, text, n);
}

static void put_log(struct fixture *f, const char *id, const char *const lines[])
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);
	autofree char *path = xasprintf("/containers/%s/logs", id);

	for (size_t i = 0; lines[i]; i++)
		add_frame(&s, lines[i]);
	fake_engine_put(f->fake, path, 200, multiplexed, str_text(&s), s.len);
}

static void assert_log(struct fixture *f, const char *want)
{
	AUTO(str) struct str got = STR_INIT(STR_FILE);

	for (uint64_t i = logs_first(f->logs); i < logs_end(f->logs); i++) {
		struct log_line line;

		logs_get(f->logs, i, &line);
		str_addf(&got, "%s:%.*s\n", logs_source_name(f->logs, line.source), (int)line.len,
			line.text);
	}
	assert_string_equal(str_text(&got), want);
}

static void test_histories_are_merged_by_time(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = 100, .into = f->logs};
	struct op *op;
	char query[512];

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY(
			"b", "db", "running", "Up") "," ENTRY("c", "mute", "running", "Up") "]");
	put_log(f, "a",
		(const char *const[]){"2026-11-21T03:00:01.0Z one\n",
			"2026-11-21T03:00:04.0Z four\n", "2026-11-21T03:00:05.0Z five", NULL});
	put_log(f, "b",
		(const char *const[]){"2026-11-21T03:00:02.0Z two\n",
			"2026-11-21T03:00:03.0Z three\n", "2026-11-21T03:00:06.0Z six\n", NULL});
	put_log(f, "c", (const char *const[]){NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_log(f, "web:one\ndb:two\ndb:three\nweb:four\nweb:five\ndb:six\n");
	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	assert_non_null(strstr(query, "tail=100"));
	assert_null(strstr(query, "follow"));
}

static void test_a_long_history_waits_for_the_others(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .into = f->logs};
	AUTO(str) struct str s = STR_INIT(STR_FILE);
	struct op *op;
	int64_t last = 0;

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY("b", "db", "running", "Up") "]");
	for (int i = 0; i < 20000; i++) {
		autofree char *line = xasprintf("2026-11-21T03:%02d:%02d.%03d0Z line %d\n",
			i / 6000, i / 100 % 60, i % 100, i);

		add_frame(&s, line);
	}
	fake_engine_put(f->fake, "/containers/a/logs", 200, multiplexed, s.data, s.len);
	put_log(f, "b", (const char *const[]){"2026-11-21T03:03:00.5Z late\n", NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_int_equal(logs_total(f->logs), 20001);
	for (uint64_t i = logs_first(f->logs); i < logs_end(f->logs); i++) {
		struct log_line line;

		logs_get(f->logs, i, &line);
		assert_true(line.time_ns >= last);
		last = line.time_ns;
	}
}

static bool has_lines(struct fixture *f)
{
	return logs_total(f->logs) >= f->lines;
}

static bool reads_on(struct fixture *f)
{
	char query[512];

	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	return strstr(query, "follow=1");
}

static bool reads_again(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/containers/a/logs") >= 3;
}

struct told {
	int lost, back;
};

static struct told told;

static void keep_told(void *arg, const struct error *why)
{
	(void)arg;
	if (!why) {
		told.back++;
		return;
	}
	told.lost++;
	assert_true(why->message && *why->message);
}

static bool has_failed_again(struct fixture *f)
{
	return told.lost && fake_engine_asked(f->fake, "/events") >= 2;
}

static bool is_back(struct fixture *f)
{
	(void)f;
	return told.back;
}

static void test_who_follows_hears_of_a_lost_connection_once(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1,
		.follow = true,
		.into = f->logs,
		.broken = keep_told};
	struct op *op;

	told = (struct told){0};
	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	put_log(f, "a", (const char *const[]){"2026-11-21T03:00:01.0Z one\n", NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	f->lines = 1;
	wait_until(f, has_lines);
	assert_int_equal(told.lost + told.back, 0);
	/* The first attempt to come back fails. */
	fake_engine_put(f->fake, "/events", 500, NULL, "{\"message\":\"not yet\"}", 21);
	fake_engine_end(f->fake, "/events");
	wait_until(f, has_failed_again);
	assert_int_equal(told.back, 0);
	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	wait_until(f, is_back);
	assert_int_equal(told.lost, 1);
	assert_int_equal(told.back, 1);
	op_free(op);
}

static void test_a_stream_that_breaks_is_taken_up_where_it_ended(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .follow = true, .into = f->logs};
	AUTO(str) struct str first = STR_INIT(STR_FILE);
	AUTO(str) struct str again = STR_INIT(STR_FILE);
	struct op *op;
	char query[512];

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	put_log(f, "a", (const char *const[]){"2026-11-21T03:00:01.0Z one\n", NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	f->lines = 1;
	wait_until(f, has_lines);

	/* It goes on with a stream, which repeats the last second. */
	add_frame(&first, "2026-11-21T03:00:01.0Z one\n");
	add_frame(&first, "2026-11-21T03:00:02.0Z two\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, first.data, first.len);
	wait_until(f, reads_on);
	f->lines = 2;
	wait_until(f, has_lines);
	add_frame(&again, "2026-11-21T03:00:02.0Z two\n");
	add_frame(&again, "2026-11-21T03:00:03.0Z three\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, again.data, again.len);
	fake_engine_down(f->fake);
	fake_engine_up(f->fake);
	wait_until(f, reads_again);
	f->lines = 3;
	wait_until(f, has_lines);
	assert_log(f, "web:one\nweb:two\nweb:three\n");
	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	assert_non_null(strstr(query, "since=1795230002.000000000"));
	op_free(op);
}

static void test_a_log_that_cannot_be_read_says_so_once(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .into = f->logs};
	static const char text[] =
		"{\"message\":\"configured logging driver does not support reading\"}";
	struct op *op;

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put(f->fake, "/containers/a/logs", 501, NULL, text, strlen(text));
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_log(f, "web:Docker Engine: configured logging driver does not support reading\n");
}

static void keep_line(
	void *arg, struct docker_stream *s, int stream, int64_t ns, const char *text, size_t len)
{
	struct fixture *f = arg;

	logs_append(f->logs, s->source, stream, ns, text, len);
}

static void ignore_end(void *arg, struct docker_stream *s, const struct error *err)
{
	(void)arg;
	(void)s;
	(void)err;
}

static bool look_is_over(struct fixture *f)
{
	return !f->stream->look;
}

static void test_a_stream_that_stalled_is_opened_anew(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str first = STR_INIT(STR_FILE);
	AUTO(str) struct str second = STR_INIT(STR_FILE);
	struct docker_stream *s = docker_stream_new(&f->docker, "a", logs_source(f->logs, "web"));
	enum { LONG_MS = 400000 };

	f->stream = s;
	s->on_line = keep_line;
	s->on_end = ignore_end;
	s->arg = f;
	add_frame(&first, "2026-11-21T03:00:01.0Z one\n");
	add_frame(&second, "2026-11-21T03:00:02.0Z two\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, first.data, first.len);
	fake_engine_put(
		f->fake, "/containers/a/logs?tail=1", 200, multiplexed, first.data, first.len);
	docker_stream_follow(s);
	f->lines = 1;
	wait_until(f, has_lines);
	/* Not silent for long enough; then silent, because there is nothing new. */
	docker_stream_check(s, loop_now(f->loop) + 1000);
	assert_null(s->look);
	docker_stream_check(s, loop_now(f->loop) + LONG_MS);
	assert_non_null(s->look);
	wait_until(f, look_is_over);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/logs?tail=1"), 1);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/logs"), 1);
	/* There is a line that never came. */
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, second.data, second.len);
	fake_engine_put(
		f->fake, "/containers/a/logs?tail=1", 200, multiplexed, second.data, second.len);
	docker_stream_check(s, loop_now(f->loop) + 2 * LONG_MS);
	f->lines = 3;
	wait_until(f, has_lines);
	assert_log(f, "web:one\nweb:(the stream had stalled and was opened anew)\nweb:two\n");
	docker_stream_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ENGINE(test_histories_are_merged_by_time),
		WITH_ENGINE(test_a_long_history_waits_for_the_others),
		WITH_ENGINE(test_who_follows_hears_of_a_lost_connection_once),
		WITH_ENGINE(test_a_stream_that_breaks_is_taken_up_where_it_ended),
		WITH_ENGINE(test_a_log_that_cannot_be_read_says_so_once),
		WITH_ENGINE(test_a_stream_that_stalled_is_opened_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
