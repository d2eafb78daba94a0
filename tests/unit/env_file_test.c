/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/env_file.h"

#include <string.h>

static const char *process(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "HOME") ? "/root" : !strcmp(name, "WINS") ? "process" : NULL;
}

static struct env_file *parse(const char *text)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct env_file *f = NULL;

	if (env_file_parse(".env", text, strlen(text), &f, &err))
		fail_msg("%s: %s (%s)", text, err.message, err.detail);
	return f;
}

/* The value of V after reading text; "(unset)". */
static char *value_of_v(const char *text)
{
	AUTO_PTR(env_file) struct env_file *f = parse(text);
	AUTO(env_values) struct env_values values = {0};
	AUTO(error) struct error err = ERROR_INIT;
	const struct interp in = {.lookup = process};

	if (env_file_eval(f, &in, &values, &err))
		fail_msg("%s: %s (%s)", text, err.message, err.detail);
	return xstrdup(env_values_get(&values, "V") ? env_values_get(&values, "V") : "(unset)");
}

/* Every row was seen with docker compose 2.26.1. */
static void test_values_are_what_compose_reads(void **state)
{
	static const char *const rows[][2] = {
		{"V=foo#bar\n", "foo#bar"},
		{"V=foo #bar\n", "foo"},
		{"V=foo\t#bar\n", "foo\t#bar"},
		{"V=\"foo\" # c\n", "foo"},
		{"V=\"x\"y\n", "x"},
		{"V= x \n", "x"},
		{"V=a b c\n", "a b c"},
		{"V=\"a\\nb\\tc\\$d\"\n", "a\nb\tc$d"},
		{"V='a\\nb $A'\n", "a\\nb $A"},
		{"A=1\nV=$A\n", "1"},
		{"A=1\nV=\"${A}x\"\n", "1x"},
		{"V=${U:-def}\n", "def"},
		{"V=$U\n", ""},
		{"A=1\nV=a\\$A\n", "a\\1"},
		{"V=a$$b\n", "a$b"},
		{"V=$(id)\n", "$(id)"},
		{"V=`id`\n", "`id`"},
		{"V: yaml\n", "yaml"},
		{"  V = spaced\n", "spaced"},
		{"export V=1\n", "1"},
		{"V\n", "(unset)"},
		{"export\tV\t=\t1\n", "1"},
		{"V=\n", ""},
		{"V=\"\"\n", ""},
		{"V=1\nV=2\n", "2"},
		{"V=\"line1\nline2\"\n", "line1\nline2"},
		{"V=a=b=c\n", "a=b=c"},
		{"V=it's\n", "it's"},
		{"V=C:\\path\\n\n", "C:\\path\\n"},
		{"V=1\r\n", "1"},
		{"V='1'\r\n", "1"},
		{"\xef\xbb\xbfV=1\n", "1"},
		{"\tV=1\n", "1"},
		{"V=1", "1"},
		{"V='it\\'s'\n", "it's"},
		{"V='a\\\\b'\n", "a\\\\b"},
		{"V=\"a\\\\b\\\"c\"\n", "a\\b\"c"},
		{"V=\"\\0101\"\n", "A"},
		{"V=\"\\0377\"\n", "\xc3\xbf"},
		{"V=\"\\0777 \\08 \\0\"\n", "\\777 \\8 \\"},
		{"V=\"\\x41\\u0041\\e\\c\"\n", "\\x41\\u0041\\e\\c"},
		{"V=\"$$x\"\n", "$x"},
		{"V=\"a # b\" # c\n", "a # b"},
		{"A=\"x\"V=2\n", "2"},
		{"V=$HOME/x\n", "/root/x"},
		{"WINS=file\nV=$WINS\n", "process"},
		{"HOME\nV=${HOME}\n", "/root"},
		{"V= # c\n", "# c"},
		{"# V=no\nV=#yes\n", "#yes"},
		{"V=${U:-a b} #c\n", "a b"},
		{"V=\"${U:-\\$x}\"\n", "$x"},
		{"V=100$\n", "100$"},
		{"V=$5\n", "$5"},
		{"V='\n'\n", "\n"},
		{"export\nV=1\n", "1"},
		{"\xc3\xa4=1\nV=2\n", "2"},
		{"A.b-c[0]=1\nV=2\n", "2"},
		{"V=\xc2\xa0x\xc2\xa0\n", "x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *value = value_of_v(rows[i][0]);

		if (strcmp(value, rows[i][1]))
			fail_msg("row %zu: %s gives \"%s\", not \"%s\"", i, rows[i][0], value,
				rows[i][1]);
	}
}

static void test_mistakes_have_their_place(void **state)
{
	static const char *const rows[][3] = {
		{"A=1\nB@C=2\n", ".env:2:2", "unexpected character \"@\""},
		{"A=1\n\n  some words, here\n", ".env:3:13", "unexpected character \",\""},
		{"A=1\nB C=2\n", ".env:2:2", "cannot contain a space"},
		{"A=1\nB C\n", ".env:2:2", "cannot contain a space"},
		{"A=\"x\ny\n", ".env:1:3", "unterminated"},
		{"A='it'\\''s'\n", ".env:1:7", "unexpected character"},
		{"A=1\nKEY", ".env:2:1", "neither"},
		{"A=1\n=2\n", ".env:2:1", "no name"},
		{"A=\"1\n2\n\"\nB!\n", ".env:4:2", "unexpected character \"!\""},
		{"\xff\xfe"
		 "A=1\n",
			".env:1:1", "unexpected byte 0xff"},
		{"P[((i++))]=1\n", ".env:1:3", "unexpected character \"(\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(error) struct error err = ERROR_INIT;
		struct env_file *f = NULL;

		assert_int_equal(env_file_parse(".env", rows[i][0], strlen(rows[i][0]), &f, &err),
			ERR_INPUT);
		assert_string_equal(err.detail, rows[i][1]);
		if (!strstr(err.message, rows[i][2]))
			fail_msg("\"%s\" does not say \"%s\"", err.message, rows[i][2]);
		assert_non_null(err.hint);
	}
}

static void test_a_nul_byte_is_refused(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct env_file *f = NULL;

	(void)state;
	assert_int_equal(env_file_parse(".env", "A=1\nB=\0\n", 8, &f, &err), ERR_INPUT);
	assert_string_equal(err.detail, ".env:2:3");
}

static void test_bad_templates_show_on_evaluation(void **state)
{
	AUTO_PTR(env_file) struct env_file *f = parse("A=1\n  B=x${C\n");
	AUTO_PTR(env_file) struct env_file *required = parse("B=\"${C:?why not}\"\n");
	AUTO(env_values) struct env_values values = {0};
	AUTO(error) struct error err = ERROR_INIT;
	const struct interp in = {.lookup = process};

	(void)state;
	assert_int_equal(env_file_eval(f, &in, &values, &err), ERR_INPUT);
	assert_string_equal(err.detail, ".env:2:5");
	assert_int_equal(env_file_eval(required, &in, &values, &err), ERR_INPUT);
	assert_string_equal(err.message, "required variable C is missing a value: why not");
}

static void test_files_before_win_inside_values_but_not_over_keys(void **state)
{
	AUTO_PTR(env_file) struct env_file *first = parse("A=1\n");
	AUTO_PTR(env_file) struct env_file *second = parse("A=2\nB=$A\n");
	AUTO(env_values) struct env_values values = {0};
	const struct interp in = {.lookup = process};

	(void)state;
	assert_int_equal(env_file_eval(first, &in, &values, NULL), 0);
	assert_int_equal(env_file_eval(second, &in, &values, NULL), 0);
	assert_string_equal(env_values_get(&values, "A"), "2");
	assert_string_equal(env_values_get(&values, "B"), "1");
	assert_ptr_equal(env_values_find(&values, "A")->file, second);
	assert_int_equal(env_values_find(&values, "B")->line, 2);
}

static void test_env_files_of_services_may_lack_a_name(void **state)
{
	static const char *const rows[][2] = {{"A=1\n=2\n", "2"}, {"A=1\nlast line", "last line"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(env_file) struct env_file *f = NULL;
		AUTO(env_values) struct env_values values = {0};
		const struct interp in = {.lookup = process};

		assert_int_equal(
			env_file_parse_for_service("x", rows[i][0], strlen(rows[i][0]), &f, NULL),
			0);
		assert_int_equal(env_file_eval(f, &in, &values, NULL), 0);
		assert_string_equal(env_values_get(&values, "A"), "1");
		assert_string_equal(env_values_get(&values, ""), rows[i][1]);
	}
}

static void test_values_that_grow_and_grow_end_in_a_message(void **state)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(env_values) struct env_values values = {0};
	AUTO(error) struct error err = ERROR_INIT;
	const struct interp in = {.lookup = process};

	(void)state;
	str_add(&text, "K0=0123456789\n");
	for (int i = 1; i < 40; i++)
		str_addf(&text, "K%d=$K%d$K%d\n", i, i - 1, i - 1);
	AUTO_PTR(env_file) struct env_file *f = parse(str_text(&text));

	assert_int_equal(env_file_eval(f, &in, &values, &err), ERR_LIMIT);
}

static void test_too_many_statements_end_in_a_message(void **state)
{
	static const struct {
		const char *line;
		int n;
		const char *detail;
	} rows[] = {{"A=1\n", 5001, ".env:5001:1"}, {"A='1'", 5001, ".env:1:25001"},
		{"\n", 200001, ".env:200002:1"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);
		AUTO(error) struct error err = ERROR_INIT;
		struct env_file *f = NULL;

		for (int k = 0; k < rows[i].n; k++)
			str_add(&text, rows[i].line);
		assert_int_equal(
			env_file_parse(".env", str_text(&text), text.len, &f, &err), ERR_LIMIT);
		assert_string_equal(err.detail, rows[i].detail);
	}
}

static void check_set(const char *before, const char *key, const char *value, const char *after)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(env_file_parse_for_edit(".env", before, strlen(before), &f, &err), 0);
	if (env_file_set(f, key, value, NULL, &err))
		fail_msg("%s: %s", before, err.message);
	if (strcmp(f->text, after))
		fail_msg("\"%s\" became \"%s\", not \"%s\"", before, f->text, after);
	autosecret char *now = env_file_literal(f, key);

	assert_string_equal(now, value);
}

static void test_only_the_bytes_of_the_value_change(void **state)
{
	static const char *const rows[][4] = {
		{"# c\nA = old  # why\nB=2\n", "A", "new", "# c\nA = new  # why\nB=2\n"},
		{"A=1\nA=2\n", "A", "3", "A=1\nA=3\n"},
		{"A=1\r\nB=2\r\n", "A", "x", "A=x\r\nB=2\r\n"},
		{"A=1\r\n", "C", "x", "A=1\r\nC=x\r\n"},
		{"\xef\xbb\xbf"
		 "A=1\n",
			"A", "2",
			"\xef\xbb\xbf"
			"A=2\n"},
		{"A=1", "A", "2", "A=2"},
		{"A=1", "B", "2", "A=1\nB=2\n"},
		{"", "B", "2", "B=2\n"},
		{"A=1\nKEY", "KEY", "v", "A=1\nKEY=v\n"},
		{"A=1\nKEY", "A", "v", "A=v\nKEY\n"},
		{"KEY  \n", "KEY", "v", "KEY=v  \n"},
		{"A=\n", "A", "v", "A=v\n"},
		{"A=  \n", "A", "v", "A=v  \n"},
		{"A=x #c\n", "A", "", "A='' #c\n"},
		{"A=\"x\"B=2\n", "A", "new", "A='new'B=2\n"},
		{"A=\"x\"\t# c\n", "A", "new", "A='new'\t# c\n"},
		{"A=\"x\" # c\n", "A", "new", "A=new # c\n"},
		{"A=\"x\" foo\n", "A", "new", "A='new' foo\n"},
		{"A=1\n", "A", "a b", "A='a b'\n"},
		{"A=1\n", "A", "it's $5 \\ \"x\"", "A=\"it's \\$5 \\\\ \\\"x\\\"\"\n"},
		{"A='multi\nline'\nB=2\n", "A", "one", "A=one\nB=2\n"},
		{"export A=1\n", "A", "2", "export A=2\n"},
		{"A: 1\n", "A", "2", "A: 2\n"},
		{"A=x # c\n", "A", "x", "A=x # c\n"},
		{"A='x'\n", "A", "x", "A='x'\n"},
		{"A=${B}\n", "A", "", "A=\n"},
		{"Z[0]=1\n", "Z[0]", "2", "Z[0]=2\n"},
		{"\xc3\xa4 = 1\n", "\xc3\xa4", "2", "\xc3\xa4 = 2\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_set(rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
}

static void test_added_keys_come_last_with_their_comment(void **state)
{
	AUTO_PTR(env_file) struct env_file *f = parse("A=1\n");
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(env_file_set(f, "B", "x y", "What B is.\n\nAnd more", &err), 0);
	assert_string_equal(f->text, "A=1\n\n# What B is.\n#\n# And more\nB='x y'\n");
	assert_int_equal(env_file_set(f, "9x y", "1", NULL, &err), ERR_INPUT);
}

static void test_nasty_values_survive_writing_and_reading(void **state)
{
	static const char alphabet[] = "ab0'\"\\$ {}#\n\r\t=:`!-?+xn\xc3\xa4";
	uint32_t seed = 20260101;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		AUTO_PTR(env_file)
		struct env_file *f = parse("# c\nX=1 # c\nA=\"old\" # why\nZ=9\n");
		AUTO(env_values) struct env_values values = {0};
		AUTO(error) struct error err = ERROR_INIT;
		const struct interp in = {.lookup = process};
		char value[24];
		size_t n;

		seed = seed * 1664525u + 1013904223u;
		n = seed >> 27 & 15;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			value[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		value[n] = '\0';
		if (env_file_set(f, "A", value, NULL, &err) ||
			env_file_set(f, "New", value, NULL, &err) ||
			env_file_eval(f, &in, &values, &err))
			fail_msg("\"%s\": %s", value, err.message);
		assert_string_equal(env_values_get(&values, "A"), value);
		assert_string_equal(env_values_get(&values, "New"), value);
		assert_string_equal(env_values_get(&values, "X"), "1");
		assert_string_equal(env_values_get(&values, "Z"), "9");
		assert_int_equal(values.n, 4);
	}
}

static void test_removal_takes_the_line_or_the_statement(void **state)
{
	static const char *const rows[][2] = {
		{"A=1\nB=2\n", "B=2\n"},
		{"# c\n  A=1 # x\nB=2\n", "# c\nB=2\n"},
		{"B=2\nA=1", "B=2\n"},
		{"A=1\nB=2\nA=3\n", "B=2\n"},
		{"A=\"1\n2\"\nB=2\n", "B=2\n"},
		{"B=\"x\"A=\"y\"\n", "B=\"x\"\n"},
		{"A=\"x\"B=2\n", "B=2\n"},
		{"B=2\n", "B=2\n"},
		{"A\nB=2\n", "B=2\n"},
		{"A=1\nKEY", "KEY\n"},
		{"A=1\r\nKEY", "KEY\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(env_file) struct env_file *f = NULL;

		assert_int_equal(
			env_file_parse_for_edit(".env", rows[i][0], strlen(rows[i][0]), &f, NULL),
			0);
		assert_int_equal(env_file_remove(f, "A", NULL), 0);
		assert_string_equal(f->text, rows[i][1]);
	}
}

static void test_a_literal_is_known_only_without_variables(void **state)
{
	AUTO_PTR(env_file) struct env_file *f = parse("A=$X\nB='$X'\nC=\"\\$X\"\nD\nE=a$$b\n");
	autosecret char *a = env_file_literal(f, "A"), *b = env_file_literal(f, "B");
	autosecret char *c = env_file_literal(f, "C"), *d = env_file_literal(f, "D");
	autosecret char *e = env_file_literal(f, "E");

	(void)state;
	assert_null(a);
	assert_string_equal(b, "$X");
	assert_string_equal(c, "$X");
	assert_null(d);
	assert_string_equal(e, "a$b");
}

static void test_what_a_shell_would_read_differently(void **state)
{
	(void)state;
	assert_false(env_quote_differs_in_shell("plain"));
	assert_false(env_quote_differs_in_shell("a `b` $c"));
	assert_true(env_quote_differs_in_shell("it's `b`"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_what_compose_reads),
		cmocka_unit_test(test_mistakes_have_their_place),
		cmocka_unit_test(test_a_nul_byte_is_refused),
		cmocka_unit_test(test_bad_templates_show_on_evaluation),
		cmocka_unit_test(test_files_before_win_inside_values_but_not_over_keys),
		cmocka_unit_test(test_env_files_of_services_may_lack_a_name),
		cmocka_unit_test(test_values_that_grow_and_grow_end_in_a_message),
		cmocka_unit_test(test_too_many_statements_end_in_a_message),
		cmocka_unit_test(test_only_the_bytes_of_the_value_change),
		cmocka_unit_test(test_added_keys_come_last_with_their_comment),
		cmocka_unit_test(test_nasty_values_survive_writing_and_reading),
		cmocka_unit_test(test_removal_takes_the_line_or_the_statement),
		cmocka_unit_test(test_a_literal_is_known_only_without_variables),
		cmocka_unit_test(test_what_a_shell_would_read_differently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
