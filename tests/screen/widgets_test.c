/* SPDX-License-Identifier: MIT */
/* The line editor, lists, key tables and the lines of a log pane, without a terminal. */
#include "unit.h"

#include "ui/input.h"
#include "ui/keys.h"
#include "ui/list.h"
#include "ui/log_pane.h"

#include <stdio.h>
#include <string.h>

static void press(struct input *in, const int *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_true(input_key(in, codes[i]));
}
#define PRESS(in, ...) \
	press(in, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void test_cursor_goes_by_characters(void **state)
{
	struct input in;

	(void)state;
	input_init(&in, "aü図b", 64);
	PRESS(&in, K_LEFT, K_LEFT, K_BACKSPACE, 'X');
	assert_string_equal(input_text(&in), "aX図b");
	PRESS(&in, K_DELETE, K_HOME, K_RIGHT, 0x56f3);
	assert_string_equal(input_text(&in), "a図Xb");
	/* At the edges nothing happens. */
	PRESS(&in, K_HOME, K_LEFT, K_BACKSPACE, K_END, K_RIGHT, K_DELETE);
	assert_string_equal(input_text(&in), "a図Xb");
	input_done(&in);
}

static void test_words_are_killed_and_put_back(void **state)
{
	struct input in;

	(void)state;
	input_init(&in, "https://host.example/path to", 64);
	PRESS(&in, K_CTRL('w'));
	assert_string_equal(input_text(&in), "https://host.example/path ");
	PRESS(&in, K_WORD_LEFT, K_WORD_LEFT, K_CTRL('k'));
	assert_string_equal(input_text(&in), "https://host.");
	PRESS(&in, K_CTRL('y'));
	assert_string_equal(input_text(&in), "https://host.example/path ");
	PRESS(&in, K_CTRL('u'));
	assert_string_equal(input_text(&in), "");
	PRESS(&in, K_CTRL('y'), K_HOME, K_WORD_RIGHT, '!');
	assert_string_equal(input_text(&in), "https!://host.example/path ");
	input_done(&in);
}

static void test_pasted_text_is_one_line_without_controls(void **state)
{
	struct input in;

	(void)state;
	input_init(&in, "<>", 64);
	PRESS(&in, K_LEFT);
	input_insert(&in, "a\tb\nc\033[31md\177\r\n");
	assert_string_equal(input_text(&in), "<a b c[31md>");
	input_done(&in);
}

static void test_ceiling_takes_nothing_rather_than_half(void **state)
{
	struct input in;

	(void)state;
	input_init(&in, "1234", 6);
	input_insert(&in, "üü");
	assert_string_equal(input_text(&in), "1234");
	input_insert(&in, "ü");
	assert_string_equal(input_text(&in), "1234ü");
	assert_true(input_key(&in, 'x'));
	assert_string_equal(input_text(&in), "1234ü");
	assert_false(input_key(&in, K_UP));
	input_done(&in);
}

static void test_selection_stays_in_view_and_in_range(void **state)
{
	struct list l = {0};

	(void)state;
	list_count(&l, 0);
	list_move(&l, 1);
	list_fit(&l, 5);
	assert_int_equal(l.at, 0);
	list_count(&l, 20);
	list_fit(&l, 5);
	list_move(&l, 7);
	list_fit(&l, 5);
	assert_int_equal(l.top, 3);
	list_page(&l, 1);
	list_fit(&l, 5);
	assert_int_equal(l.at, 11);
	list_scroll(&l, -100);
	assert_int_equal(l.top, 0);
	assert_int_equal(l.at, 4);
	list_move(&l, 100);
	list_fit(&l, 5);
	assert_int_equal(l.at, 19);
	assert_int_equal(l.top, 15);
	/* A taller window shows what is above instead of blank rows; a shorter list drops the
	 * selection to its end. */
	list_fit(&l, 12);
	assert_int_equal(l.top, 8);
	list_count(&l, 3);
	list_fit(&l, 12);
	assert_int_equal(l.at, 2);
	assert_int_equal(l.top, 0);
	assert_false(list_click(&l, 3));
	assert_true(list_click(&l, 1));
	assert_int_equal(l.at, 1);
}

static void nothing(struct view *v)
{
	(void)v;
}

static void test_keys_are_found_by_any_code_and_named(void **state)
{
	static const struct key table[] = {
		{{K_UP, 'k'}, "up", "Up", nothing, 0},
		{{K_CTRL('r')}, "redo", "Again", nothing, 0},
		{{K_F12, ' '}, "x", "X", nothing, 0},
		{{0}, NULL, NULL, NULL, 0},
	};
	AUTO(str) struct str names = STR_INIT(64);

	(void)state;
	assert_ptr_equal(key_find(table, 'k'), &table[0]);
	assert_ptr_equal(key_find(table, K_F12), &table[2]);
	assert_null(key_find(table, 'z'));
	assert_null(key_find(table, 0));
	assert_null(key_find(NULL, 'k'));
	for (int i = 0; i < 3; i++) {
		key_labels(&table[i], &names);
		str_add(&names, ";");
	}
	assert_string_equal(str_text(&names), "Up, k;Ctrl-R;F12, Space;");
}

static void add_line(struct logs *logs, int source, int64_t ns, int i)
{
	char text[64];

	snprintf(text, sizeof(text), "%s line %d of many", i % 7 ? "INFO" : "ERROR", i);
	logs_append(logs, source, 1, ns, text, strlen(text));
}

/* The same lines as somebody finds who looks at every one. */
static void assert_lines_are_right(
	struct log_pane *lp, struct logs *logs, const char *only, int rows)
{
	uint64_t seqs[LOG_PANE_ROWS];
	int n = log_pane_lines(lp, seqs, rows), found = 0;
	struct log_line line;

	for (uint64_t seq = logs_end(logs); seq > logs_first(logs) && found < rows; seq--) {
		assert_true(logs_get(logs, seq - 1, &line));
		if (*only && strcmp(logs_source_name(logs, line.source), only) != 0)
			continue;
		if (line.level < lp->filter.min_level ||
			(lp->keep[0] && !memmem(line.text, line.len, lp->keep, strlen(lp->keep))))
			continue;
		assert_true(found < n);
		assert_true(seqs[found] == seq - 1);
		found++;
	}
	assert_int_equal(n, found);
}

static void test_a_quiet_service_is_found_behind_a_flood(void **state)
{
	struct logs *logs = logs_new(0);
	int quiet = logs_source(logs, "quiet"), loud = logs_source(logs, "loud");
	static struct log_pane lp;

	(void)state;
	log_pane_init(&lp, logs);
	log_pane_only(&lp, "quiet");
	add_line(logs, quiet, 1, 1);
	add_line(logs, quiet, 2, 2);
	for (int i = 0; i < 400000; i++)
		add_line(logs, loud, 3 + i, i);
	assert_lines_are_right(&lp, logs, "quiet", 20);
	for (int i = 0; i < 300; i++) {
		add_line(logs, i % 50 ? loud : quiet, 400003 + i, i);
		assert_lines_are_right(&lp, logs, "quiet", 20);
	}
	logs_free(logs);
}

/* Small enough to lose its oldest lines all the time; late lines move others. */
static void test_shown_lines_are_right_whatever_comes(void **state)
{
	struct logs *logs = logs_new(64 * 1024);
	static const char *const names[] = {"a", "b", "c"};
	static struct log_pane lp;
	const char *only = "";
	unsigned r = 7;

	(void)state;
	log_pane_init(&lp, logs);
	for (int i = 0; i < 3; i++)
		logs_source(logs, names[i]);
	for (int i = 0; i < 20000; i++) {
		r = r * 1103515245u + 12345u;
		add_line(logs, (r >> 16) % 17 ? (r >> 16) % 2 : 2,
			1000 * (int64_t)i - (r >> 12) % 9000, i);
		if (i % 977 == 0)
			log_pane_only(&lp, only = i % 2 ? names[i % 3] : "");
		if (i % 1409 == 0)
			log_pane_keep(&lp, i % 3 ? "9" : "");
		if (i % 2003 == 0)
			log_pane_next_level(&lp);
		if (i % 5 == 0)
			assert_lines_are_right(&lp, logs, only, i % 11 ? 12 : 40);
	}
	logs_free(logs);
}

/* What narrows the lines is not to be lost for the lack of room; what can be counted again is. */
static void test_level_and_filter_stay_in_a_short_summary(void **state)
{
	static const struct {
		int cells;
		const char *said;
	} rows[] = {
		{0, "follow · 1 line · e 1  w 0 · error and worse · with \"of many lines\" · / "
		    "needle"},
		{60, "follow · error and worse · with \"of many lines\" · / needle"},
		{53, "follow · error and worse · with \"of many…\" · / needle"},
		{20, "follow · error and worse · with \"of many…\""},
	};
	struct logs *logs = logs_new(0);
	static struct log_pane lp;

	(void)state;
	log_pane_init(&lp, logs);
	add_line(logs, logs_source(logs, "web"), 1, 7);
	while (lp.filter.min_level != LOG_ERROR)
		log_pane_next_level(&lp);
	log_pane_keep(&lp, "of many lines");
	log_pane_search(&lp, "needle");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str said = STR_INIT(STR_LINE);

		log_pane_summary(&lp, rows[i].cells, &said);
		assert_string_equal(str_text(&said), rows[i].said);
	}
	logs_free(logs);
}

/* A hit that is scrolled out of the columns is brought back. */
static void test_a_hit_is_scrolled_to(void **state)
{
	static const char text[] = "needle at the beginning, and a long way to the other needle";
	struct logs *logs = logs_new(0);
	static struct log_pane lp;

	(void)state;
	log_pane_init(&lp, logs);
	logs_append(logs, logs_source(logs, "web"), 1, 1, text, strlen(text));
	logs_append(logs, logs_source(logs, "web"), 1, 2, "hay", 3);
	log_pane_search(&lp, "needle");
	lp.cells = 20;
	log_pane_shift(&lp, 32);
	assert_true(log_pane_find(&lp, LOG_UNKNOWN, -1));
	assert_int_equal(lp.shift, 0);
	logs_free(logs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cursor_goes_by_characters),
		cmocka_unit_test(test_words_are_killed_and_put_back),
		cmocka_unit_test(test_pasted_text_is_one_line_without_controls),
		cmocka_unit_test(test_ceiling_takes_nothing_rather_than_half),
		cmocka_unit_test(test_selection_stays_in_view_and_in_range),
		cmocka_unit_test(test_keys_are_found_by_any_code_and_named),
		cmocka_unit_test(test_a_quiet_service_is_found_behind_a_flood),
		cmocka_unit_test(test_shown_lines_are_right_whatever_comes),
		cmocka_unit_test(test_level_and_filter_stay_in_a_short_summary),
		cmocka_unit_test(test_a_hit_is_scrolled_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
