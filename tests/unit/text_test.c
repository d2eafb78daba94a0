/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/text.h"
#include "base/utf8.h"

#include <locale.h>
#include <string.h>

struct row {
	const char *in, *out;
};

static void check_rows(const struct row *rows, size_t n, bool keep)
{
	for (size_t i = 0; i < n; i++) {
		AUTO(str) struct str s = STR_INIT(STR_LINE);

		text_safe(&s, rows[i].in, strlen(rows[i].in), keep);
		assert_string_equal(str_text(&s), rows[i].out);
	}
}

static void test_sequences_are_dropped(void **state)
{
	static const struct row rows[] = {
		{"\033[31mred\033[0m", "red"},
		{"a\033[?25;1 qb", "ab"},
		{"\x9b"
		 "31mred",
			"red"},
		{"\xc2\x9b"
		 "31mred",
			"red"},
		{"a\033]0;title\007b", "ab"},
		{"a\033]8;;http://x\033\\link\033]8;;\033\\b", "alinkb"},
		{"a\033]52;c;aGk=\xc2\x9c"
		 "b",
			"ab"},
		{"a\033]52;c;aGk=\x9c"
		 "b",
			"ab"},
		{"a\033P+q\033\\b\033Xsos\033\\c\033^pm\033\\d\033_apc\033\\e", "abcde"},
		{"a\xc2\x90q\xc2\x9c"
		 "b\xc2\x9dx\x07"
		 "c",
			"abc"},
		{"a\033(Bb\033cc\0337d\033=e", "abcde"},
		{"a\033]0;unterminated", "a"},
		{"a\033", "a"},
		{"a\033[", "a"},
		{"a\033[12", "a"},
		{"a\033]0;x\030b\033]0;y\032c", "abc"},
		/* A string is ended by the sequence that follows it. */
		{"a\033]0;x\033[1mb", "ab"},
		/* U+571C holds 0x9c as a continuation byte. */
		{"a\033]0;\xe5\x9c\x9c"
		 "evil\007b",
			"ab"},
		{"\033\033[1mx", "x"},
		{"\033\xc3\xa9", "\xc3\xa9"},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), false);
}

static void test_unterminated_ends_at_the_line(void **state)
{
	static const struct row rows[] = {
		{"a\033]0;x\nb", "a\nb"},
		{"a\033[3\nb", "a\nb"},
		{"a\033\nb", "a\nb"},
		{"a\033Pabc\nb\033\\c", "a\nbc"},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), true);
}

static void test_long_control_string_becomes_text_again(void **state)
{
	AUTO(str) struct str in = STR_INIT(STR_LINE);
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	(void)state;
	str_add(&in, "\033]0;");
	str_pad(&in, 'x', 4094);
	str_add(&in, "END");
	text_safe(&out, in.data, in.len, false);
	assert_string_equal(str_text(&out), "END");
}

static void test_controls_show_as_dots(void **state)
{
	static const struct row rows[] = {
		{"a\001b\007c\010d\177e", "a\u00b7b\u00b7c\u00b7d\u00b7e"},
		{"a\xc2\x85"
		 "b",
			"a\u00b7b"},
		{"a\u2028b\u2029c", "a\u00b7b\u00b7c"},
		{"a\nb\n", "a\u00b7b\u00b7"},
		{"a\r\nb", "a\u00b7b"},
	};
	AUTO(str) struct str s = STR_INIT(STR_LINE);

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), false);
	text_safe(&s, "a\0b", 3, false);
	assert_string_equal(str_text(&s), "a\u00b7b");
}

static void test_invisible_characters_are_dropped(void **state)
{
	static const struct row rows[] = {
		{"a\u202eb\u202cc", "abc"},
		{"a\u2066b\u2069c\u200ed\u200fe", "abcde"},
		{"a\u200bb\u200dc\ufeffd\u2060e", "abcde"},
		{"a\U000e0041\U000e007fb", "ab"},
		{"a\u061cb\u00adc\ufe0fd", "abcd"},
		{"e\u0301 \u65e5\u672c \U0001f600", "e\u0301 \u65e5\u672c \U0001f600"},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), false);
}

static void test_invalid_utf8_is_replaced(void **state)
{
	static const struct row rows[] = {
		{"a\xff"
		 "b",
			"a\ufffdb"},
		{"a\xe2\x82"
		 "b",
			"a\ufffdb"},
		{"a\xe2\x82", "a\ufffd"},
		{"a\xc0\xaf"
		 "b",
			"a\ufffd\ufffdb"},
		{"a\xed\xa0\x80"
		 "b",
			"a\ufffd\ufffd\ufffdb"},

	};

	(void)state;

	check_rows(rows, ARRAY_SIZE(rows), false);
}

static void test_carriage_return_restarts_the_line(void **state)
{
	static const struct row rows[] = {
		{"10%\r20%\r100%", "100%"},
		{"one\r", "one"},
		{"one\r\ntwo\rthree\n", "one\nthree\n"},
		{"one\r\033[Ktwo", "two"},
		{"\rx", "x"},
		{"1234567\r\tx", "        x"},
	};
	AUTO(str) struct str s = STR_INIT(STR_LINE);

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), true);
	/* What stood in out before is no part of the line. */
	str_add(&s, "web | ");
	text_safe(&s, "a\rb", 3, false);
	assert_string_equal(str_text(&s), "web | b");
}

static void test_tabs_go_to_multiples_of_eight_cells(void **state)
{
	static const struct row rows[] = {
		{"\tx", "        x"},
		{"a\tb\tc", "a       b       c"},
		{"1234567\tx", "1234567 x"},
		{"12345678\tx", "12345678        x"},
		{"\u65e5\tx", "\u65e5      x"},
		{"ab\n\tx", "ab\n        x"},
		{"\033[1ma\033[0m\tb", "a       b"},
	};

	(void)state;
	check_rows(rows, ARRAY_SIZE(rows), true);
}

/* Whatever comes in, nothing a terminal would act on goes out, wherever the input is cut. */
static void test_random_bytes_never_leave_a_control(void **state)
{
	static const char pool[] =
		"\033\033\033[]P\\;m0;\x9b\x9c\xc2\xe2\x80\xae\r\n\t\007\030 ab\x7f\xf0";
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		AUTO(str) struct str s = STR_INIT(STR_LINE);
		char in[24];
		uint32_t c;

		for (size_t i = 0; i < sizeof(in); i++) {
			seed = seed * 1664525u + 1013904223u;
			in[i] = pool[(seed >> 16) % (sizeof(pool) - 1)];
		}
		text_safe(&s, in, sizeof(in), false);
		for (size_t i = 0; i < s.len; i += utf8_decode(s.data + i, s.len - i, &c)) {
			utf8_decode(s.data + i, s.len - i, &c);
			assert_true(c != UTF8_INVALID && c >= 0x20 && (c < 0x7f || c >= 0xa0));
			assert_false(c >= 0x202a && c <= 0x202e);
		}
	}
}

static void test_safe_dup(void **state)
{
	autofree char *all_tabs = text_safe_dup("\t\t\t"), *none = text_safe_dup(NULL);

	(void)state;
	assert_int_equal(strlen(all_tabs), 24);
	assert_string_equal(none, "");
}

static void test_width(void **state)
{
	int cells;

	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("\u65e5\u672c"), 4);
	assert_int_equal(text_width("e\u0301"), 1);
	assert_int_equal(text_width("a\xff\xfe"), 3);
	assert_int_equal(text_width(""), 0);
	/* Half a wide character does not fit; a combining one goes with its base. */
	assert_int_equal(text_fit("a\u65e5b", 2, &cells), 1);
	assert_int_equal(cells, 1);
	assert_int_equal(text_fit("e\u0301x", 1, &cells), 3);
	assert_int_equal(text_fit("abc", 0, &cells), 0);
	assert_int_equal(text_fit("abc", 9, NULL), 3);
}

static void test_int(void **state)
{
	static const char *const bad[] = {
		"", "-", "1x", " 1", "+1", "1.0", "0x1", "65536", "0", "99999999999999999999"};
	int64_t v = -7;

	(void)state;
	assert_int_equal(text_to_int("8080", 1, 65535, &v, NULL), 0);
	assert_int_equal(v, 8080);
	assert_int_equal(text_to_int("-5", -5, 5, &v, NULL), 0);
	assert_int_equal(v, -5);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		AUTO(error) struct error err = ERROR_INIT;

		assert_int_equal(text_to_int(bad[i], 1, 65535, &v, &err), ERR_INPUT);
		assert_non_null(err.message);
	}
	assert_int_equal(
		text_to_int("99999999999999999999", INT64_MIN, INT64_MAX, &v, NULL), ERR_INPUT);
	assert_int_equal(v, -5);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} good[] = {{"512", 512}, {"64k", 65536}, {"1.5GiB", 1610612736}, {"2 GB", 2147483648},
		{"1kb", 1024}, {"10b", 10}, {"0", 0}, {"1T", 1099511627776}, {".5m", 524288}};
	static const char *const bad[] = {
		"", "x", "1x", "1kib2", "-1", "1 ", "1ib", "1e3", "99999999999T"};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(text_to_size(good[i].text, &v, NULL), 0);
		assert_int_equal(v, good[i].bytes);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(text_to_size(bad[i], &v, NULL), ERR_INPUT);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"1m30s", 90000}, {"500ms", 500}, {"2h45m", 9900000}, {"1.5h", 5400000},
		{"0s", 0}, {"0.3s", 300}, {"1500us", 1}, {"2d", 172800000}};
	static const char *const bad[] = {
		"", "30", "s", "1m30", "-1s", "1x", "1s ", "9999999999999999w"};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(text_to_duration(good[i].text, &v, NULL), 0);
		assert_int_equal(v, good[i].ms);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(text_to_duration(bad[i], &v, NULL), ERR_INPUT);
}

static void check_take(char *text, const char *want)
{
	assert_string_equal(text, want);
	free(text);
}

static void test_numbers_in_words(void **state)
{
	(void)state;
	check_take(text_size(512, false), "512 B");
	check_take(text_size(512, true), "512B");
	check_take(text_size(1181116006, false), "1.1 GiB");
	check_take(text_size(310 * 1048576LL, true), "310M");
	/* Below each other in a column. */
	check_take(text_size(3 * 1048576LL, true), "3.0M");
	check_take(text_size(3565158, true), "3.4M");
	check_take(text_size(1048575, false), "1 MiB");
	check_take(text_size(4LL << 30, false), "4 GiB");
	check_take(text_size(-2048, false), "-2 KiB");
	check_take(text_ago(12999), "12 s");
	check_take(text_ago(200000), "3 min");
	check_take(text_ago(7500000), "2 h 05");
	check_take(text_ago(4 * 86400000LL), "4 d");
	check_take(text_ago(-1), "0 s");
}

static void check_wrap(const char *begun, const char *text, int width, const char *want)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_add(&out, begun);
	text_wrap(&out, text, text_width(begun), width);
	assert_string_equal(str_text(&out), want);
}

static void test_what_is_too_wide_goes_on_below(void **state)
{
	(void)state;
	check_wrap("web  ", "one two three", 0, "web  one two three\n");
	check_wrap("web  ", "one two three", 13, "web  one two\n     three\n");
	check_wrap("web  ", "one two", 12, "web  one two\n");
	check_wrap("", "a word-that-is-too-wide b", 8, "a\nword-that-is-too-wide\nb\n");
	check_wrap("x ", "one\ntwo", 20, "x one\n  two\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_too_wide_goes_on_below),
		cmocka_unit_test(test_sequences_are_dropped),
		cmocka_unit_test(test_unterminated_ends_at_the_line),
		cmocka_unit_test(test_long_control_string_becomes_text_again),
		cmocka_unit_test(test_controls_show_as_dots),
		cmocka_unit_test(test_invisible_characters_are_dropped),
		cmocka_unit_test(test_invalid_utf8_is_replaced),
		cmocka_unit_test(test_carriage_return_restarts_the_line),
		cmocka_unit_test(test_tabs_go_to_multiples_of_eight_cells),
		cmocka_unit_test(test_random_bytes_never_leave_a_control),
		cmocka_unit_test(test_safe_dup),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_numbers_in_words),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
