/* SPDX-License-Identifier: MIT */
/* The command table, the help, the man page and the three completions say the same. */
#include "unit.h"

#include "config/override_feature.h"

#include "cli/help.h"
#include "cli/parse.h"

#include <string.h>

enum { TEXTS = 5 };

struct texts {
	struct str items[TEXTS]; /* help, man, bash, zsh, fish */
};

static int texts_setup(void **state)
{
	static const char *const shells[] = {"bash", "zsh", "fish"};
	struct texts *t = xcalloc(1, sizeof(*t));
	int r = 0;

	for (size_t i = 0; i < TEXTS; i++)
		str_init(&t->items[i], STR_FILE);
	help_program(&t->items[0]);
	for (const struct command *const *c = command_table; *c; c++) {
		if (!(*c)->hidden)
			help_command(*c, NULL, &t->items[0]);
		for (const struct command *s = (*c)->sub; s && s->name; s++)
			help_command(s, *c, &t->items[0]);
	}
	help_man(&t->items[1]);
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		r = r ? r : help_completion(shells[i], &t->items[2 + i], NULL);
	*state = t;
	return r;
}

static int texts_teardown(void **state)
{
	struct texts *t = *state;

	for (size_t i = 0; i < TEXTS; i++)
		str_done(&t->items[i]);
	free(t);
	return 0;
}

/* Text as the man page writes it. */
static char *roffed(const char *text)
{
	struct str out = STR_INIT(STR_LINE);

	for (; *text; text++)
		if (*text == '-')
			str_add(&out, "\\-");
		else
			str_addc(&out, *text);
	return str_take(&out);
}

static void expect_everywhere(struct texts *t, const char *name, bool option)
{
	autofree char *long_option = xasprintf("%s%s", option ? "--" : "", name);
	autofree char *fish_option = xasprintf("%s%s", option ? "-l " : "", name);
	autofree char *man = roffed(long_option);

	for (size_t i = 0; i < TEXTS; i++) {
		const char *wanted = i == 1 ? man : i == 4 ? fish_option : long_option;

		if (!strstr(str_text(&t->items[i]), wanted))
			fail_msg("text %zu lacks %s", i, wanted);
	}
}

static void expect_options(struct texts *t, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		expect_everywhere(t, o->name, true);
		assert_non_null(o->help);
		assert_true((o->kind == OPTION_FLAG) == !o->value);
	}
}

static void test_everything_is_everywhere(void **state)
{
	struct texts *t = *state;

	expect_options(t, global_options);
	for (const struct command *const *c = command_table; *c; c++) {
		if ((*c)->hidden) {
			for (size_t i = 0; i < 2; i++)
				assert_null(strstr(str_text(&t->items[i]), (*c)->name));
			continue;
		}
		expect_everywhere(t, (*c)->name, false);
		expect_options(t, (*c)->options);
		for (const struct command *s = (*c)->sub; s && s->name; s++) {
			expect_everywhere(t, s->name, false);
			expect_options(t, s->options);
		}
	}
}

/* Every --option that a text shows is a row of a table. */
static void test_nothing_else_is_there(void **state)
{
	struct texts *t = *state;
	const char *p = str_text(&t->items[2]);

	while ((p = strstr(p, " --"))) {
		char name[64] = "";
		bool found = false;
		size_t n = 0;

		for (p += 3; n < sizeof(name) - 1 && (*p == '-' || (*p >= 'a' && *p <= 'z')); p++)
			name[n++] = *p;
		name[n] = 0;
		if (!n)
			continue;
		found = option_find(global_options, name);
		for (const struct command *const *c = command_table; *c && !found; c++) {
			found = option_find((*c)->options, name);
			for (const struct command *s = (*c)->sub; s && s->name && !found; s++)
				found = option_find(s->options, name);
		}
		if (!found)
			fail_msg("bash completes --%s, which no table has", name);
	}
}

static void test_every_row_can_run(void **state)
{
	(void)state;
	for (const struct command *const *c = command_table; *c; c++) {
		assert_non_null((*c)->summary);
		assert_true((*c)->run || (*c)->sub);
		for (const struct command *s = (*c)->sub; s && s->name; s++)
			assert_true(s->run && s->summary);
	}
}

static void read_readme(struct str *ret)
{
	const char *srcdir = getenv("srcdir");
	autofree char *path = xasprintf("%s/README.md", srcdir ? srcdir : ".");
	char chunk[4096];
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f) {
		print_message("skipped: there is no %s (srcdir tells where)\n", path);
		skip();
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		str_addn(ret, chunk, n);
	fclose(f);
}

/* The README's tables of exit statuses and files say what help and the manual page say. */
static void test_the_readme_says_the_same(void **state)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	(void)state;
	read_readme(&text);
	for (const struct exit_row *row = exit_table; row->meaning; row++) {
		autofree char *want = xasprintf("| %d | %s |", row->status, row->meaning);

		if (!strstr(str_text(&text), want))
			fail_msg("README.md lacks: %s", want);
	}
	for (const struct help_row *row = help_files; row->name; row++) {
		autofree char *want = xasprintf("| `%s` |", row->name);

		if (!strstr(str_text(&text), want))
			fail_msg("README.md lacks %s", row->name);
	}
}

/* The README has a row for every command. */
static void test_the_readme_knows_them(void **state)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	(void)state;
	read_readme(&text);
	for (const struct command *const *c = command_table; *c; c++) {
		autofree char *alone = xasprintf("`%s`", (*c)->name);
		autofree char *with = xasprintf("`%s ", (*c)->name);

		if (!(*c)->hidden && !strstr(str_text(&text), alone) && !strstr(str_text(&text), with))
			fail_msg("README.md lacks %s", (*c)->name);
	}
}

/* What can be adjusted is one table, and the manual page tells all of it. */
static void test_the_manual_names_every_adjustment(void **state)
{
	AUTO(str) struct str man = STR_INIT(STR_FILE);

	(void)state;
	help_man(&man);
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++) {
		const struct override_feature *f = &override_features[i];
		autofree char *name = xasprintf("override.\\fISERVICE\\fB.%s\\fR=", f->name);

		assert_int_equal(override_feature_find(f->name), i);
		if (!strstr(str_text(&man), name))
			fail_msg("%s is not in the manual page", f->name);
		assert_non_null(f->title);
		assert_non_null(f->expects);
		assert_non_null(f->help);
		assert_non_null(f->put);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_is_everywhere),
		cmocka_unit_test(test_nothing_else_is_there),
		cmocka_unit_test(test_every_row_can_run),
		cmocka_unit_test(test_the_readme_knows_them),
		cmocka_unit_test(test_the_readme_says_the_same),
		cmocka_unit_test(test_the_manual_names_every_adjustment),
	};

	return cmocka_run_group_tests(tests, texts_setup, texts_teardown);
}
