/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "cli/parse.h"

#include <string.h>

static int parse(struct cli *cli, struct error *err, const char *a, const char *b, const char *c,
	const char *d, const char *e)
{
	static char program[] = "slipway";
	const char *words[] = {program, a, b, c, d, e, NULL};
	char *argv[ARRAY_SIZE(words)];
	int argc = 0;

	while (words[argc]) {
		memcpy(&argv[argc], &words[argc], sizeof(char *));
		argc++;
	}
	*cli = (struct cli){0};
	return cli_parse(cli, argc, argv, err);
}

static void test_options_stand_anywhere(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct cli cli;

	(void)state;
	assert_int_equal(parse(&cli, &err, "--json", "help", "--directory=/srv/x", "why", "-y"), 0);
	assert_string_equal(cli.command->name, "help");
	assert_string_equal(cli.dir, "/srv/x");
	assert_true(cli.json);
	assert_true(cli.yes);
	assert_int_equal(cli.args.n, 1);
	assert_string_equal(cli.args.items[0], "why");
	cli_parse_done(&cli);
}

static void test_values_by_letter_and_lists(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv files = STRV_INIT;
	struct cli cli;

	(void)state;
	assert_int_equal(parse(&cli, &err, "-fa.yml", "-f", "b.yml", "-yvq", "help"), 0);
	assert_int_equal(cli.files.n, 2);
	assert_string_equal(cli.files.items[1], "b.yml");
	assert_true(cli.yes && cli.verbose && cli.quiet);
	cli_options(&cli, "file", &files);
	assert_int_equal(files.n, 2);
	cli_parse_done(&cli);
}

static void test_two_dashes_end_options(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct cli cli;

	(void)state;
	assert_int_equal(parse(&cli, &err, "help", "--", "--json", NULL, NULL), 0);
	assert_false(cli.json);
	assert_string_equal(cli.args.items[0], "--json");
	cli_parse_done(&cli);
}

static void expect_bad(
	const char *a, const char *b, const char *c, const char *message, const char *hint)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct cli cli;

	assert_int_equal(parse(&cli, &err, a, b, c, NULL, NULL), ERR_INPUT);
	assert_non_null(strstr(err.message, message));
	assert_non_null(strstr(err.hint, hint));
	cli_parse_done(&cli);
}

static void test_bad_usage_names_the_nearest(void **state)
{
	(void)state;
	expect_bad("hepl", NULL, NULL, "hepl", "help");
	expect_bad("help", "--jsno", NULL, "--jsno", "--json");
	expect_bad("help", "--directory", NULL, "needs a value", "--directory DIR");
	expect_bad("help", "--json=1", NULL, "takes no value", "=1");
	expect_bad("--rev", "help", NULL, "--rev", "--reveal");
	expect_bad("-C", "", "help", "empty", "DIR");
	expect_bad("help", "-Z", NULL, "-Z", "slipway help help");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_stand_anywhere),
		cmocka_unit_test(test_values_by_letter_and_lists),
		cmocka_unit_test(test_two_dashes_end_options),
		cmocka_unit_test(test_bad_usage_names_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
