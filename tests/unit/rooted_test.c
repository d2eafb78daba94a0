/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "plan/rooted.h"

#include <stdio.h>
#include <string.h>

/* All commands, one a line. */
static char *commands(const struct rooted *r)
{
	AUTO(str) struct str out = STR_INIT(STR_OUTPUT);
	AUTO(strv) struct strv argv = STRV_INIT;
	size_t at = 0;

	while (rooted_command(r, &at, &argv)) {
		autofree char *line = strv_join(&argv, " ");

		str_addf(&out, "%s\n", line);
		strv_clear(&argv);
	}
	assert_int_equal(argv.n, 0);
	return str_take(&out);
}

static void test_what_is_alike_shares_a_command(void **state)
{
	struct rooted r = {0};
	autofree char *got = NULL;

	(void)state;
	rooted_add(&r, "b", 70, 70, -1);
	rooted_add(&r, "", 0, 0, 0700);
	rooted_add(&r, "a", 70, 70, 0640);
	rooted_add(&r, "-x y", 70, 70, 0640);
	rooted_add(&r, "c", -1, -1, 0600);
	rooted_add(&r, "d", 5, -1, -1);
	rooted_add(&r, "e", -1, 5, -1);
	rooted_sort(&r);
	got = commands(&r);
	assert_string_equal(got, "chown -h :5 /slipway/e\n"
				 "chown -h 0:0 /slipway\n"
				 "chown -h 5 /slipway/d\n"
				 "chown -h 70:70 /slipway/b /slipway/-x y /slipway/a\n"
				 "chmod 0600 /slipway/c\n"
				 "chmod 0700 /slipway\n"
				 "chmod 0640 /slipway/-x y /slipway/a\n");
	rooted_done(&r);
}

static void test_nothing_is_no_command(void **state)
{
	struct rooted r = {0};
	autofree char *got = commands(&r);

	(void)state;
	assert_string_equal(got, "");
}

/* Each entry once, and no command longer than the kernel takes. */
static void test_a_large_tree_takes_several(void **state)
{
	enum { ENTRIES = 30000 };
	struct rooted r = {0};
	AUTO(strv) struct strv argv = STRV_INIT;
	size_t at = 0, paths = 0, runs = 0;

	(void)state;
	for (int i = 0; i < ENTRIES; i++) {
		autofree char *path =
			xasprintf("a-directory-with-a-long-name/and-another/file-%d", i);

		rooted_add(&r, path, 70, 70, -1);
	}
	for (; rooted_command(&r, &at, &argv); runs++) {
		size_t size = 0;

		for (size_t i = 0; i < argv.n; i++)
			size += strlen(argv.items[i]) + 1;
		assert_true(size < 1024 * 1024);
		paths += argv.n - 3;
		strv_clear(&argv);
	}
	assert_int_equal(paths, ENTRIES);
	assert_true(runs > 1);
	rooted_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_alike_shares_a_command),
		cmocka_unit_test(test_nothing_is_no_command),
		cmocka_unit_test(test_a_large_tree_takes_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
