/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "engine/docker_log.h"

#include <string.h>

#define T1 "2026-11-21T03:04:05.000000001Z "
#define T2 "2026-11-21T03:04:05.000000002Z "
#define T3 "2026-11-21T03:04:06.000000000Z "
enum { SECONDS = 1795230245 }; /* of T1 */

static void note(void *arg, int stream, int64_t time_ns, const char *text, size_t len)
{
	struct str *out = arg;

	str_addf(out, "%d|%lld|", stream, (long long)(time_ns - (int64_t)SECONDS * 1000000000));
	if (len > 100)
		str_addf(out, "%.10s...%zu", text, len);
	else
		str_addn(out, text, len);
	str_addc(out, '\n');
}

static void frame(struct str *s, int stream, const char *text, size_t n)
{
	char head[8] = {
		(char)stream, 0, 0, 0, (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};

	str_addn(s, head, 8);
	str_addn(s, text, n);
}

static void frame_text(struct str *s, int stream, const char *text)
{
	frame(s, stream, text, strlen(text));
}

/* The same lines, whatever the size of the chunks. */
static void assert_lines(const struct str *bytes, bool raw, const char *want)
{
	static const size_t sizes[] = {1, 2, 3, 7, 8, 9, 30, 31, 32, 39, 40, 41, 1000, 100000};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		AUTO(str) struct str out = STR_INIT(STR_FILE);
		struct docker_log l;

		docker_log_init(&l, note, &out);
		docker_log_begin(&l, raw);
		for (size_t at = 0; at < bytes->len; at += sizes[i]) {
			size_t n = bytes->len - at < sizes[i] ? bytes->len - at : sizes[i];

			assert_true(docker_log_feed(&l, bytes->data + at, n));
		}
		docker_log_end(&l);
		docker_log_done(&l);
		if (strcmp(str_text(&out), want) != 0)
			fail_msg(
				"chunks of %zu: got\n%swanted\n%s", sizes[i], str_text(&out), want);
	}
}

static void test_frames_become_lines(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);

	(void)state;
	frame_text(&s, 1, T1 "one\n");
	frame_text(&s, 2, T2 "two\r\n");
	frame_text(&s, 1, T3 "\n");
	frame_text(&s, 0, T3 "zero\n");
	frame_text(&s, 3, T3 "engine says\n");
	assert_lines(&s, false,
		"1|1|one\n2|2|two\n1|1000000000|\n1|1000000000|zero\n3|1000000000|engine says\n");
}

static void test_long_messages_are_joined(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);
	AUTO(str) struct str part = STR_INIT(STR_FILE);

	(void)state;
	str_add(&part, T1 "beginning ");
	str_pad(&part, 'x', 16384 - 10);
	frame(&s, 1, part.data, part.len);
	frame_text(&s, 2, T1 "between\n");
	str_clear(&part);
	str_add(&part, T2);
	str_pad(&part, 'y', 16384);
	frame(&s, 1, part.data, part.len);
	frame_text(&s, 1, T3 "end\n");
	frame_text(&s, 1, T3 "next\n");
	assert_lines(&s, false, "2|1|between\n1|1|beginning ...32771\n1|1000000000|next\n");
}

static void test_last_words_without_newline_are_a_line(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);

	(void)state;
	frame_text(&s, 1, T1 "died here");
	frame_text(&s, 1, T2 "new run\n");
	frame_text(&s, 2, T3 "last");
	assert_lines(&s, false, "1|1|died here\n1|2|new run\n2|1000000000|last\n");
}

static void test_terminals_have_no_frames(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);

	(void)state;
	str_add(&s, T1 "one\r\n" T2 "two\r\n" T3 "rest");
	assert_lines(&s, true, "1|1|one\n1|2|two\n1|1000000000|rest\n");
}

static void test_text_without_a_time_is_kept(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);

	(void)state;
	frame_text(&s, 1, T1 "one\n");
	frame_text(&s, 1, "no time at all, though rather long a line\n");
	assert_lines(&s, false,
		"1|1|one\n1|-1795230245000000000|no time at all, though rather long a line\n");
}

static void test_what_is_no_frame_is_refused(void **state)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	struct docker_log l;

	(void)state;
	docker_log_init(&l, note, &out);
	docker_log_begin(&l, false);
	assert_false(docker_log_feed(&l, "HTTP/1.1 garbage", 16));
	docker_log_done(&l);
}

static void test_resume_leaves_out_what_was_seen(void **state)
{
	AUTO(str) struct str first = STR_INIT(STR_FILE);
	AUTO(str) struct str again = STR_INIT(STR_FILE);
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	struct docker_log l;
	char since[32];

	(void)state;
	frame_text(&first, 1, T1 "a\n");
	frame_text(&first, 1, T2 "b\n");
	frame_text(&first, 1, T2 "c\n");
	/* since= gives every line of that time and later. */
	frame_text(&again, 1, T2 "b\n");
	frame_text(&again, 1, T2 "c\n");
	frame_text(&again, 1, T2 "d\n");
	frame_text(&again, 1, T3 "e\n");
	docker_log_init(&l, note, &out);
	docker_log_since(&l, since);
	assert_string_equal(since, "");
	docker_log_begin(&l, false);
	docker_log_feed(&l, first.data, first.len);
	docker_log_end(&l);
	docker_log_since(&l, since);
	assert_string_equal(since, "1795230245.000000002");
	docker_log_begin(&l, false);
	docker_log_feed(&l, again.data, again.len);
	docker_log_end(&l);
	docker_log_begin(&l, false);
	docker_log_feed(&l, again.data + again.len - (8 + 33), 8 + 33);
	docker_log_end(&l);
	docker_log_done(&l);
	assert_string_equal(str_text(&out), "1|1|a\n1|2|b\n1|2|c\n1|2|d\n1|1000000000|e\n");
}

static const struct {
	const char *text;
	int64_t ns;
	size_t len;
} times[] = {
	{"1970-01-01T00:00:00Z", 0, 20},
	{"1970-01-01T00:00:01.5Z rest", 1500000000, 22},
	{"2000-02-29T12:00:00.000000001Z", 951825600000000001, 30},
	{"2026-11-21T03:04:05+01:00", ((int64_t)SECONDS - 3600) * 1000000000, 25},
	{"2026-11-21T03:04:05.25-00:30", ((int64_t)SECONDS + 1800) * 1000000000 + 250000000, 28},
	{"0001-01-01T00:00:00Z", 0, 20},
};

static void test_times(void **state)
{
	static const char *const bad[] = {"", "2026-11-21", "2026-11-21T03:04:05",
		"2026-13-21T03:04:05Z", "2026-11-21T03:04:05.5", "2026-11-21T03:04:05+0100",
		"hello world, this is text", "2726-11-21T03:04:05Z"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		int64_t ns;
		size_t len;

		assert_true(docker_time(times[i].text, strlen(times[i].text), &ns, &len));
		assert_int_equal(ns, times[i].ns);
		assert_int_equal(len, times[i].len);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t ns;
		size_t len;

		assert_false(docker_time(bad[i], strlen(bad[i]), &ns, &len));
	}
	assert_int_equal(docker_time_ms(NULL), 0);
	assert_int_equal(docker_time_ms("2026-11-21T03:04:05.678Z"), (int64_t)SECONDS * 1000 + 678);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_become_lines),
		cmocka_unit_test(test_long_messages_are_joined),
		cmocka_unit_test(test_last_words_without_newline_are_a_line),
		cmocka_unit_test(test_terminals_have_no_frames),
		cmocka_unit_test(test_text_without_a_time_is_kept),
		cmocka_unit_test(test_what_is_no_frame_is_refused),
		cmocka_unit_test(test_resume_leaves_out_what_was_seen),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
