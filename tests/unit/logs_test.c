/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "engine/logs.h"

#include <stdio.h>
#include <string.h>

static void append(struct logs *logs, int source, int64_t time_ns, const char *text)
{
	logs_append(logs, source, 1, time_ns, text, strlen(text));
}

static void assert_text(const struct logs *logs, uint64_t seq, const char *want)
{
	struct log_line line;

	assert_true(logs_get(logs, seq, &line));
	assert_int_equal(line.len, strlen(want));
	assert_memory_equal(line.text, want, line.len);
}

static void test_lines_come_back_as_they_were_put(void **state)
{
	struct logs *logs = logs_new(0);
	int web = logs_source(logs, "web");
	int db = logs_source(logs, "db");
	struct log_line line;

	(void)state;
	assert_int_equal(logs_source(logs, "web"), web);
	assert_int_not_equal(web, db);
	assert_string_equal(logs_source_name(logs, db), "db");
	assert_string_equal(logs_source_name(logs, 7), "");
	append(logs, web, 10, "started");
	logs_append(logs, db, 2, 20, "ERROR: no", 9);
	assert_true(logs_get(logs, 1, &line));
	assert_int_equal(line.source, db);
	assert_int_equal(line.stream, 2);
	assert_int_equal(line.level, LOG_ERROR);
	assert_int_equal(line.time_ns, 20);
	assert_int_equal(line.seq, 1);
	assert_text(logs, 0, "started");
	assert_false(logs_get(logs, 2, &line));
	assert_int_equal(logs_count(logs, db, LOG_ERROR), 1);
	assert_int_equal(logs_count(logs, web, LOG_ERROR), 0);
	assert_int_equal(logs_count(logs, -1, LOG_UNKNOWN), 1);
	logs_free(logs);
}

static void test_hostile_text_is_made_safe(void **state)
{
	struct logs *logs = logs_new(0);
	int s = logs_source(logs, "s");
	struct log_line line;

	(void)state;
	append(logs, s, 1,
		"\x1b[31mred\x1b[0m \x1b]0;title\x07"
		"end");
	append(logs, s, 2, "10%\r20%");
	append(logs, s, 3,
		"a\xff"
		"b\xe2\x80\xae"
		"c");
	assert_text(logs, 0, "red end");
	assert_text(logs, 1, "20%");
	assert_text(logs, 2,
		"a\xef\xbf\xbd"
		"bc");
	for (uint64_t i = 0; i < 3; i++) {
		assert_true(logs_get(logs, i, &line));
		assert_null(memchr(line.text, 0x1b, line.len));
	}
	logs_free(logs);
}

static void test_a_line_without_newline_end_may_be_empty(void **state)
{
	struct logs *logs = logs_new(0);
	int s = logs_source(logs, "s");

	(void)state;
	append(logs, s, 1, "");
	append(logs, s, 2, "x");
	assert_text(logs, 0, "");
	assert_text(logs, 1, "x");
	logs_free(logs);
}

/* Each line names itself, so that a line whose text was overwritten shows. */
static void assert_all_true_to_themselves(const struct logs *logs)
{
	struct log_line line;

	for (uint64_t seq = logs_first(logs); seq < logs_end(logs); seq++) {
		char want[32];
		int n;

		assert_true(logs_get(logs, seq, &line));
		n = snprintf(want, sizeof(want), "line %lld ", (long long)line.time_ns);
		assert_true(line.len >= (size_t)n);
		assert_memory_equal(line.text, want, (size_t)n);
	}
}

static void append_numbered(struct logs *logs, int s, int64_t number, size_t width)
{
	char text[2048];
	int n = snprintf(text, sizeof(text), "line %lld ", (long long)number);

	memset(text + n, 'x', sizeof(text) - (size_t)n);
	logs_append(logs, s, 1, number, text, width > (size_t)n ? width : (size_t)n);
}

static void test_full_ring_drops_the_oldest(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	int s = logs_source(logs, "s");

	(void)state;
	for (int64_t i = 0; i < 5000; i++)
		append_numbered(logs, s, i, 100 + (size_t)(i * 37 % 900));
	assert_int_equal(logs_total(logs), 5000);
	assert_int_equal(logs_end(logs), 5000);
	/* 64 KiB of lines of 550 bytes: about 119. */
	assert_in_range(logs_end(logs) - logs_first(logs), 80, 160);
	assert_all_true_to_themselves(logs);
	assert_int_equal(logs_count(logs, s, LOG_UNKNOWN), logs_end(logs) - logs_first(logs));
	logs_free(logs);
}

static void test_short_lines_are_bounded_by_the_index(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	int s = logs_source(logs, "s");

	(void)state;
	for (int i = 0; i < 10000; i++)
		append(logs, s, i, "x");
	assert_int_equal(logs_end(logs) - logs_first(logs), 1024);
	logs_free(logs);
}

static void test_long_line_is_cut_and_fits(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	int s = logs_source(logs, "s");
	char *big = xmalloc(200000);
	struct log_line line;

	(void)state;
	memset(big, 'y', 200000);
	append(logs, s, 1, "before");
	logs_append(logs, s, 1, 2, big, 200000);
	assert_true(logs_get(logs, 1, &line));
	assert_int_equal(line.len, 16 * 1024);
	assert_text(logs, 0, "before");
	free(big);
	logs_free(logs);
}

static void test_late_lines_find_their_place(void **state)
{
	struct logs *logs = logs_new(0);
	int s = logs_source(logs, "s");

	(void)state;
	append(logs, s, 10, "a");
	append(logs, s, 30, "c");
	append(logs, s, 20, "b");
	append(logs, s, 20, "b2");
	append(logs, s, 5, "first");
	assert_text(logs, 0, "first");
	assert_text(logs, 1, "a");
	assert_text(logs, 2, "b");
	assert_text(logs, 3, "b2");
	assert_text(logs, 4, "c");
	logs_free(logs);
}

static void test_too_late_lines_go_to_the_end(void **state)
{
	struct logs *logs = logs_new(0);
	int s = logs_source(logs, "s");

	(void)state;
	for (int i = 0; i < 300; i++)
		append(logs, s, 1000 + i, "line");
	append(logs, s, 1, "late");
	assert_text(logs, 300, "late");
	append(logs, s, 1200, "late enough");
	assert_text(logs, 201, "late enough");
	logs_free(logs);
}

static void test_late_lines_in_a_full_ring_keep_their_texts(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	int s = logs_source(logs, "s");
	unsigned seed = 1;

	(void)state;
	for (int64_t i = 1000; i < 20000; i++) {
		int64_t late;

		seed = seed * 1103515245 + 12345;
		late = (seed >> 16) % 3 ? 0 : (int64_t)((seed >> 18) % 200);
		append_numbered(logs, s, i - late, 60 + (seed >> 20) % 700);
		if (i % 97 == 0)
			assert_all_true_to_themselves(logs);
	}
	logs_free(logs);
}

static void test_one_line_from_the_future_does_not_hold_the_ring(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	int s = logs_source(logs, "s");

	(void)state;
	append_numbered(logs, s, INT64_MAX, 60);
	for (int64_t i = 0; i < 5000; i++)
		append_numbered(logs, s, i, 60);
	assert_all_true_to_themselves(logs);
	assert_true(logs_end(logs) - logs_first(logs) > 600);
	logs_free(logs);
}

static void test_filters(void **state)
{
	struct logs *logs = logs_new(0);
	int a = logs_source(logs, "a");
	int b = logs_source(logs, "b");
	uint8_t only_b[] = {0, 1};
	struct log_filter f = {0};
	struct log_line line;
	uint64_t seq = 0;

	(void)state;
	append(logs, a, 1, "INFO: Hello World");
	append(logs, b, 2, "WARN: hello");
	append(logs, a, 3, "ERROR: bye");
	append(logs, b, 4, "plain");

	f.text = "HELLO";
	assert_true(logs_next(logs, &f, &seq, 1, 100, &line));
	assert_int_equal(seq, 0);
	seq = 1;
	assert_true(logs_next(logs, &f, &seq, 1, 100, &line));
	assert_int_equal(seq, 1);
	seq = 2;
	assert_false(logs_next(logs, &f, &seq, 1, 100, &line));
	assert_int_equal(seq, logs_end(logs));
	f.invert = true;
	seq = 0;
	assert_true(logs_next(logs, &f, &seq, 1, 100, &line));
	assert_int_equal(seq, 2);

	f = (struct log_filter){.min_level = LOG_WARN};
	seq = UINT64_MAX;
	assert_true(logs_next(logs, &f, &seq, -1, 100, &line));
	assert_int_equal(seq, 2);
	f.sources = only_b;
	f.n_sources = 2;
	seq = 3;
	assert_true(logs_next(logs, &f, &seq, -1, 100, &line));
	assert_int_equal(seq, 1);
	seq = 0;
	assert_false(logs_next(logs, &f, &seq, -1, 100, &line));
	assert_int_equal(seq, 0);
	f.n_sources = 1;
	seq = 0;
	assert_false(logs_next(logs, &f, &seq, 1, 100, &line));
	logs_free(logs);
}

static void test_search_is_cut_into_slices(void **state)
{
	struct logs *logs = logs_new(0);
	int s = logs_source(logs, "s");
	struct log_filter f = {.text = "needle"};
	struct log_line line;
	uint64_t seq = 0;

	(void)state;
	append(logs, s, 0, "needle");
	for (int i = 1; i < 100; i++)
		append(logs, s, i, "hay");
	seq = 1;
	assert_false(logs_next(logs, &f, &seq, 1, 10, &line));
	assert_int_equal(seq, 11);
	seq = 50;
	for (int slices = 0; !logs_next(logs, &f, &seq, -1, 10, &line); slices++)
		assert_in_range(slices, 0, 5);
	assert_int_equal(seq, 0);
	logs_free(logs);
}

static void test_first_error_of_a_source(void **state)
{
	struct logs *logs = logs_new(0);
	int a = logs_source(logs, "a");
	int b = logs_source(logs, "b");
	struct log_line line;

	(void)state;
	assert_false(logs_first_error(logs, a, 0, &line));
	append(logs, b, 10, "ERROR: other");
	append(logs, a, 20, "ERROR: one");
	append(logs, a, 30, "ERROR: two");
	assert_true(logs_first_error(logs, a, 0, &line));
	assert_int_equal(line.time_ns, 20);
	assert_true(logs_first_error(logs, a, 0, &line));
	assert_int_equal(line.time_ns, 20);
	assert_true(logs_first_error(logs, a, 25, &line));
	assert_int_equal(line.time_ns, 30);
	assert_false(logs_first_error(logs, a, 35, &line));
	/* What comes after an answer, and late lines before it, count. */
	append(logs, a, 40, "ERROR: three");
	assert_true(logs_first_error(logs, a, 35, &line));
	assert_int_equal(line.time_ns, 40);
	append(logs, a, 36, "ERROR: late");
	assert_true(logs_first_error(logs, a, 35, &line));
	assert_int_equal(line.time_ns, 36);
	assert_false(logs_first_error(logs, 9, 0, &line));
	logs_free(logs);
}

static const struct {
	enum log_level level;
	const char *text;
} guesses[] = {
	{LOG_ERROR, "ERROR: something"},
	{LOG_ERROR, "error: something"},
	{LOG_INFO, "INFO:     127.0.0.1:1234 - \"GET / HTTP/1.1\" 200 OK"},
	{LOG_WARN, "2026-11-21T03:04:05.123456Z WARN something"},
	{LOG_INFO, "2026-11-21 03:04:05.123 UTC [1] LOG:  database system is ready"},
	{LOG_ERROR, "2026-11-21 03:04:05.123 UTC [33] FATAL:  password authentication failed"},
	{LOG_ERROR, "2026/11/21 03:04:05 [error] 29#29: *1 open() failed (2: No such file)"},
	{LOG_WARN, "2026/11/21 03:04:05 [warn] 1#1: conflicting server name"},
	{LOG_ERROR, "2026/11/21 03:04:05 [alert] 1#1: worker process exited"},
	{LOG_INFO, "[2026-11-21 03:04:05,123] {jobs.py:12} INFO - started"},
	{LOG_DEBUG, "[2026-11-21 03:04:05] DEBUG something"},
	{LOG_ERROR, "E1121 03:04:05.123456       1 reflector.go:12] failed"},
	{LOG_INFO, "I1121 03:04:05.123456       1 main.go:12] error budget loaded"},
	{LOG_INFO, "1:M 21 Nov 2026 03:04:05.123 * Ready to accept connections"},
	{LOG_WARN, "1:C 21 Nov 2026 03:04:05.123 # Warning: no config file specified"},
	{LOG_INFO, "{\"level\":\"info\",\"msg\":\"an error: handled\"}"},
	{LOG_ERROR, "{\"ts\":1.5,\"level\":\"ERROR\",\"error\":null}"},
	{LOG_INFO, "{\"level\":30,\"time\":1700000000000,\"msg\":\"listening\"}"},
	{LOG_ERROR, "{\"level\":50,\"msg\":\"boom\"}"},
	{LOG_WARN, "time=\"2026-11-21T03:04:05Z\" level=warning msg=\"no error\""},
	{LOG_DEBUG, "ts=1 lvl=dbg msg=x"},
	{LOG_ERROR, "psycopg2.OperationalError: connection refused"},
	{LOG_ERROR, "Traceback (most recent call last):"},
	{LOG_ERROR, "panic: runtime error: index out of range"},
	{LOG_ERROR, "npm failed, error: code 1"},
	{LOG_WARN, "worker | WARN | queue is long"},
	{LOG_UNKNOWN, ""},
	{LOG_UNKNOWN, "E"},
	{LOG_UNKNOWN, "no error here"},
	{LOG_UNKNOWN, "log in to continue"},
	{LOG_UNKNOWN, "errors were 0, informational"},
	{LOG_UNKNOWN, "from WARN to ERROR in one line"},
	{LOG_UNKNOWN, "the terror of INFORMATION8"},
	{LOG_UNKNOWN, "12345"},
	{LOG_UNKNOWN, "\"level\":"},
};

static void test_levels_are_guessed_by_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guesses); i++) {
		enum log_level level = log_level_guess(guesses[i].text, strlen(guesses[i].text));

		if (level != guesses[i].level)
			fail_msg("\"%s\": %s, not %s", guesses[i].text, log_level_name(level),
				log_level_name(guesses[i].level));
	}
}

static void test_a_level_far_into_a_line_is_not_looked_for(void **state)
{
	char text[600];

	(void)state;
	memset(text, '.', sizeof(text));
	memcpy(text + 500, " error: ", 8);
	assert_int_equal(log_level_guess(text, sizeof(text)), LOG_UNKNOWN);
	memcpy(text + 100, " error: ", 8);
	assert_int_equal(log_level_guess(text, sizeof(text)), LOG_ERROR);
}

/* Wherever it stands: words are found eight and sixty-four bytes at a time. */
static void test_every_word_for_a_level_is_known(void **state)
{
	static const char *const known[] = {"ALERT", "crit", "CRITICAL", "dbg", "Debug", "emerg",
		"EMERGENCY", "err", "Error", "fatal", "INF", "info", "Information", "LOG", "notice",
		"panic", "severe", "Trace", "trc", "verbose", "WARN", "warning", "wrn"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		for (int before = 0; before < 130; before++) {
			autofree char *text = xasprintf("%*s[%s] x", before, "", known[i]);
			autofree char *longer = xasprintf("%*s[%sx] x", before, "", known[i]);

			if (!log_level_guess(text, strlen(text)))
				fail_msg("\"%s\" says nothing", text);
			if (log_level_guess(longer, strlen(longer)))
				fail_msg("\"%s\" says something", longer);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_come_back_as_they_were_put),
		cmocka_unit_test(test_hostile_text_is_made_safe),
		cmocka_unit_test(test_a_line_without_newline_end_may_be_empty),
		cmocka_unit_test(test_full_ring_drops_the_oldest),
		cmocka_unit_test(test_short_lines_are_bounded_by_the_index),
		cmocka_unit_test(test_long_line_is_cut_and_fits),
		cmocka_unit_test(test_late_lines_find_their_place),
		cmocka_unit_test(test_too_late_lines_go_to_the_end),
		cmocka_unit_test(test_late_lines_in_a_full_ring_keep_their_texts),
		cmocka_unit_test(test_one_line_from_the_future_does_not_hold_the_ring),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_search_is_cut_into_slices),
		cmocka_unit_test(test_first_error_of_a_source),
		cmocka_unit_test(test_levels_are_guessed_by_place),
		cmocka_unit_test(test_every_word_for_a_level_is_known),
		cmocka_unit_test(test_a_level_far_into_a_line_is_not_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
