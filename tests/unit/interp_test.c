/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/interp.h"

#include <string.h>

/* A=a, E is set but empty, everything else is not set. */
static const char *lookup(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "A") ? "a" : !strcmp(name, "E") ? "" : NULL;
}

static int expand(const char *text, struct str *out, struct error *err)
{
	const struct interp in = {.lookup = lookup};

	return interp_expand(&in, text, out, err);
}

static void test_every_form(void **state)
{
	static const char *const rows[][2] = {
		{"plain", "plain"},
		{"", ""},
		{"$A", "a"},
		{"${A}", "a"},
		{"$U|${U}|", "||"},
		{"$A_x", ""},
		{"$A-x", "a-x"},
		{"${U:-d}", "d"},
		{"${U-d}", "d"},
		{"${E:-d}", "d"},
		{"${E-d}", ""},
		{"${A:-d}", "a"},
		{"${A:+r}", "r"},
		{"${A+r}", "r"},
		{"${E:+r}", ""},
		{"${E+r}", "r"},
		{"${U+r}", ""},
		{"${A:?m}", "a"},
		{"${E?m}", ""},
		{"$$A", "$A"},
		{"$$$A", "$a"},
		{"$", "$"},
		{"100$", "100$"},
		{"$5", "$5"},
		{"$-", "$-"},
		{"a$ b", "a$ b"},
		{"${RX:-^(\\d{4})$}", "^(\\d{4})$"},
		{"${U:-{\"a\":1}}", "{\"a\":1}"},
		{"${U:-x}}y", "x}y"},
		{"${U:-'q'}", "'q'"},
		{"${U:-}", ""},
		{"${U:-${V:-c}}", "c"},
		{"${U:-${A}}", "a"},
		{"${A:+https://${A}}", "https://a"},
		{"${U:-p://${W:-x}:${A}@h/${D:-d}}", "p://x:a@h/d"},
		{"${U:-x} ${V:-y}", "x y"},
		{"${U:-a:-b}", "a:-b"},
		{"${U-a:-b}", "a:-b"},
		{"${U:-$$}", "$"},
		{"${U:-{}}", "{}"},
		{"${U:-\\}", "\\"},
		{"${U:-a-b?c+d}", "a-b?c+d"},
		{"${U:-x} {y}", "x {y}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str out = STR_INIT(STR_LINE);
		AUTO(error) struct error err = ERROR_INIT;

		if (expand(rows[i][0], &out, &err))
			fail_msg("%s: %s", rows[i][0], err.message);
		if (strcmp(str_text(&out), rows[i][1]))
			fail_msg("%s gives \"%s\", not \"%s\"", rows[i][0], str_text(&out),
				rows[i][1]);
	}
}

static void test_every_mistake(void **state)
{
	static const char *const rows[][2] = {
		{"${U:?must be set}", "required variable U is missing a value: must be set"},
		{"${U?m}", "required variable U is missing a value: m"},
		{"${E:?}", "required variable E is missing a value"},
		{"${U:?see $A}", "required variable U is missing a value: see a"},
		{"${A:-z${P?needed}}", "required variable P is missing a value: needed"},
		{"${A:-z}${P?needed}", "required variable P is missing a value: needed"},
		{"${B", "invalid template \"${B\""},
		{"${B:-x", "invalid template \"${B:-x\""},
		{"${}", "invalid template \"${}\""},
		{"${1}", "invalid template \"${1}\""},
		{"${A:}", "invalid template \"${A:}\""},
		{"${A/x}", "invalid template \"${A/x}\""},
		{"${U:-a\nb}", "invalid template \"${U:-a\""},
		{"ok $A ${ x", "invalid template \"${\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(str) struct str out = STR_INIT(STR_LINE);
		AUTO(error) struct error err = ERROR_INIT;

		if (expand(rows[i][0], &out, &err) != ERR_INPUT)
			fail_msg("%s gives \"%s\"", rows[i][0], str_text(&out));
		assert_string_equal(err.message, rows[i][1]);
		assert_non_null(err.hint);
	}
}

static void note_use(void *arg, const struct interp_use *use)
{
	str_addf(arg, "%s%s%s@%zu/%d=%s ", use->name, use->op, use->operand, use->offset,
		use->depth, use->value ? use->value : "(unset)");
}

static void test_uses_are_told_with_place_and_operand(void **state)
{
	AUTO(str) struct str seen = STR_INIT(STR_LINE), out = STR_INIT(STR_LINE);
	AUTO(error) struct error err = ERROR_INIT;
	const struct interp in = {
		.lookup = lookup, .use = note_use, .use_arg = &seen, .tolerant = true};

	(void)state;
	assert_int_equal(interp_expand(&in, "x${U:-${A}z} $E ${P:?why}", &out, &err), 0);
	assert_string_equal(str_text(&out), "xaz  ");
	assert_string_equal(
		str_text(&seen), "A@6/1=a U:-az@1/0=(unset) E@13/0= P:?why@16/0=(unset) ");
}

static void test_nesting_has_an_end(void **state)
{
	AUTO(str) struct str deep = STR_INIT(STR_FILE), out = STR_INIT(STR_FILE);
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 100 * 1000; i++)
		str_add(&deep, "${U:-");
	str_pad(&deep, '}', 100 * 1000);
	assert_int_equal(expand(str_text(&deep), &out, &err), ERR_LIMIT);
}

static void test_expansion_has_a_ceiling(void **state)
{
	AUTO(str) struct str out = STR_INIT(10);
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(expand("$A$A$A$A$A$A$A$A$A$A", &out, &err), 0);
	str_clear(&out);
	assert_int_equal(expand("$A$A$A$A$A$A$A$A$A$A$A", &out, &err), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form),
		cmocka_unit_test(test_every_mistake),
		cmocka_unit_test(test_uses_are_told_with_place_and_operand),
		cmocka_unit_test(test_nesting_has_an_end),
		cmocka_unit_test(test_expansion_has_a_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
