/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "cli/column.h"

#include <locale.h>

static void test_columns_are_cells(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"disk", "disk     |"},
		{"Einträge", "Einträge |"},
		{"メモリ", "メモリ   |"},
		{"e\xcc\x81t\xc3\xa9", "e\xcc\x81t\xc3\xa9      |"}, /* a combining accent */
		{"permissions", "permissions |"},
		{"", "         |"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str line = STR_INIT(STR_LINE);

		column_add(&line, rows[i].text, 9);
		str_add(&line, "|");
		assert_string_equal(str_text(&line), rows[i].want);
	}
}

static void test_what_is_too_long_has_a_line_to_itself(void **state)
{
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	(void)state;
	str_add(&line, "  ");
	column_put(&line, "a", 4);
	column_put(&line, "four", 4);
	column_put(&line, "b", 4);
	str_add(&line, "|");
	assert_string_equal(str_text(&line), "  a   four\n          b   |");
	assert_int_equal(column_names(10, 21), 21);
	assert_int_equal(column_names(30, 21), 32);
	assert_int_equal(column_names(200, 21), 44);
}

static void test_the_widest_sets_the_column(void **state)
{
	static const char *const texts[] = {"a", "日本語", "four", NULL};
	static const char *const none[] = {NULL};

	(void)state;
	assert_int_equal(column_width(texts), 6);
	assert_int_equal(column_width(none), 0);
}

static void check_end(const char *begun, const char *text, int width, const char *want)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_add(&out, begun);
	column_end(&out, text, width);
	assert_string_equal(str_text(&out), want);
}

static void test_the_last_column_is_fitted(void **state)
{
	(void)state;
	check_end("0001  done   ", "", 0, "0001  done\n");
	check_end("first\nweb  ", "one two three", 13, "first\nweb  one two\n     three\n");
	/* Little room is left: near the edge there is more. */
	check_end("a-long-name  ", "one two three", 18, "a-long-name\n    one two three\n");
	check_end("a-long-name  ", "one", 18, "a-long-name  one\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_are_cells),
		cmocka_unit_test(test_what_is_too_long_has_a_line_to_itself),
		cmocka_unit_test(test_the_widest_sets_the_column),
		cmocka_unit_test(test_the_last_column_is_fitted),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
