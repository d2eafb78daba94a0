/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/merge3.h"

#include <string.h>

static struct merge3_text text(const char *s)
{
	return (struct merge3_text){s, strlen(s)};
}

static void test_three_texts(void **state)
{
	static const struct {
		const char *what, *base, *ours, *theirs, *want;
		size_t conflicts, line;
	} rows[] = {
		{"all the same", "a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n", 0, 0},
		{"ours alone", "a\nb\n", "a\nx\n", "a\nb\n", "a\nx\n", 0, 0},
		{"theirs alone", "a\nb\n", "a\nb\n", "y\nb\n", "y\nb\n", 0, 0},
		{"both, apart", "a\nb\nc\n", "x\nb\nc\n", "a\nb\ny\n", "x\nb\ny\n", 0, 0},
		{"both alike", "a\nb\n", "a\nx\n", "a\nx\n", "a\nx\n", 0, 0},
		{"both, the same line", "a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", "a\nx\nc\n", 1, 2},
		{"both add at one place", "a\nb\n", "a\nx\nb\n", "a\ny\nb\n", "a\nx\nb\n", 1, 2},
		{"both add the same", "a\nb\n", "a\nx\nb\n", "a\nx\nb\n", "a\nx\nb\n", 0, 0},
		{"removed and kept", "a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", "a\nc\nd\n", 0, 0},
		{"removed and changed", "a\nb\nc\n", "a\nc\n", "a\ny\nc\n", "a\nc\n", 1, 2},
		{"added at both ends", "a\n", "x\na\n", "a\ny\n", "x\na\ny\n", 0, 0},
		{"from nothing", "", "x\n", "", "x\n", 0, 0},
		{"to nothing", "a\n", "a\n", "", "", 0, 0},
		{"no newline at the end", "a\nb", "x\nb", "a\nb\nc", "x\nb\nc", 1, 1},
		{"a newline at the end", "a\nb\nc", "x\nb\nc", "a\nb\nc\n", "x\nb\nc\n", 0, 0},
		{"two conflicts", "a\nb\nc\n", "1\nb\n2\n", "3\nb\n4\n", "1\nb\n2\n", 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str out = STR_INIT(STR_FILE);
		size_t line = 0, n = merge3(text(rows[i].base), text(rows[i].ours),
					 text(rows[i].theirs), &out, &line);

		if (n != rows[i].conflicts || line != rows[i].line ||
			(!n && strcmp(str_text(&out), rows[i].want)))
			fail_msg("%s: %zu conflicts, line %zu:\n%s", rows[i].what, n, line,
				str_text(&out));
	}
}

/* Two sets of changes to lines of their own, with a line between them: nothing is lost. */
static void test_what_is_apart_never_conflicts(void **state)
{
	uint32_t dice = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		AUTO(str) struct str base = STR_INIT(STR_FILE), ours = STR_INIT(STR_FILE);
		AUTO(str) struct str theirs = STR_INIT(STR_FILE), want = STR_INIT(STR_FILE);
		AUTO(str) struct str out = STR_INIT(STR_FILE);

		for (int i = 0; i < 40; i++) {
			unsigned how = (dice = dice * 1664525u + 1013904223u) >> 28;

			str_addf(&base, "line %d\n", i);
			str_addf(i % 4 == 0 && how < 4 ? &theirs : &ours, "line %d\n", i);
			if (i % 4 == 0 && how < 4) {
				str_addf(&ours, "ours %d\n", i);
				str_addf(&want, "ours %d\n", i);
			} else if (i % 4 == 2 && how < 8) {
				str_addf(&theirs, "theirs %d\nand more\n", i);
				str_addf(&want, "theirs %d\nand more\n", i);
			} else {
				str_addf(&theirs, "line %d\n", i);
				str_addf(&want, "line %d\n", i);
			}
		}
		assert_int_equal(merge3(text(str_text(&base)), text(str_text(&ours)),
					 text(str_text(&theirs)), &out, NULL),
			0);
		assert_string_equal(str_text(&out), str_text(&want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_texts),
		cmocka_unit_test(test_what_is_apart_never_conflicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
