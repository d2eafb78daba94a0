/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "plan/mask.h"

#include <string.h>

static void check(const char *text, const char *want)
{
	AUTO(strv) struct strv secrets = STRV_INIT;
	autofree char *got = NULL;

	strv_push_all(&secrets, "KEY", "PASS", NULL);
	got = mask_dotenv(text, strlen(text), &secrets);
	assert_string_equal(got, want);
}

static void test_values_of_secrets_are_dots(void **state)
{
	(void)state;
	check("A=1\nKEY=abc # mine\nB=2\n", "A=1\nKEY=" MASK_DOTS " # mine\nB=2\n");
	check("export KEY = 'a b'\r\n", "export KEY = " MASK_DOTS "\r\n");
	check("KEY=\"x\"PASS=y", "KEY=" MASK_DOTS "PASS=" MASK_DOTS);
	check("KEY=\nKEYS=abc\n", "KEY=\nKEYS=abc\n");
	check("\xef\xbb\xbfKEY: abc\n", "\xef\xbb\xbfKEY: " MASK_DOTS "\n");
	/* As many lines as before. */
	check("KEY=\"a\nb\nc\"\nB=1\n", "KEY=" MASK_DOTS "\n\n\nB=1\n");
}

static void test_comments_that_hold_a_secret(void **state)
{
	(void)state;
	check("# KEY=old-value\n", "# KEY=" MASK_DOTS "\n");
	check("#export PASS: old value\nA=1", "#export PASS: " MASK_DOTS "\nA=1");
	check("# KEY is what signs\n", "# KEY " MASK_DOTS "\n");
	check("# KEYS=old-value\n", "# KEYS=old-value\n");
}

static void test_unreadable_text_shows_nothing(void **state)
{
	(void)state;
	check("A=1\nB='open\nKEY=abc", "A=" MASK_DOTS "\nB=" MASK_DOTS "\nKEY=" MASK_DOTS);
}

static void test_values_anywhere(void **state)
{
	AUTO(strv) struct strv values = STRV_INIT;
	autofree char *got = NULL;

	(void)state;
	strv_push_all(&values, "hunter2", "hunter22", "abc", NULL);
	got = mask_values("url=postgres://u:hunter22@db abc\n", &values);
	assert_string_equal(got, "url=postgres://u:" MASK_DOTS "@db abc\n");
}

static char *diff_of(const char *old, const char *new)
{
	AUTO(strv) struct strv secrets = STRV_INIT;
	autofree char *a = NULL, *b = NULL;

	strv_push(&secrets, "KEY");
	a = mask_dotenv(old, strlen(old), &secrets);
	b = mask_dotenv(new, strlen(new), &secrets);
	return mask_diff(".env", old, strlen(old), a, new, strlen(new), b);
}

/* A secret that changed is a change, although both sides look alike. */
static void test_diff_shows_that_and_not_what(void **state)
{
	autofree char *d = diff_of("A=1\nKEY=old\nB=2\n", "A=1\nKEY=new\nB=2\n");
	autofree char *fresh = diff_of("", "KEY=new\n");

	(void)state;
	assert_non_null(strstr(d, "-KEY=" MASK_DOTS "\n+KEY=" MASK_DOTS "\n B=2\n"));
	assert_null(strstr(d, "old"));
	assert_null(strstr(d, "new"));
	assert_non_null(strstr(fresh, "+KEY=" MASK_DOTS "\n"));
	assert_null(diff_of("A=1\n", "A=1\n"));
}

static void test_diff_of_a_value_over_several_lines(void **state)
{
	autofree char *d = diff_of("A=1\nKEY='one\ntwo'\nZ=9\n", "A=1\nKEY='one\nthree'\nZ=8\n");

	(void)state;
	assert_null(strstr(d, "two"));
	assert_null(strstr(d, "three"));
	assert_null(strstr(d, "one"));
	assert_non_null(strstr(d, "-Z=9\n"));
	assert_non_null(strstr(d, "+Z=8\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_of_secrets_are_dots),
		cmocka_unit_test(test_comments_that_hold_a_secret),
		cmocka_unit_test(test_unreadable_text_shows_nothing),
		cmocka_unit_test(test_values_anywhere),
		cmocka_unit_test(test_diff_shows_that_and_not_what),
		cmocka_unit_test(test_diff_of_a_value_over_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
