/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/answers.h"

#include <string.h>

static int parse(const char *text, struct answers *a, struct error *err)
{
	return answers_read("a.yaml", text, strlen(text), a, err);
}

static void test_both_shapes_are_read(void **state)
{
	static const char *const texts[] = {
		"WEB_PORT: 8080\nNAME: yes\nTOKEN: {generate: true}\nGONE:\n",
		"slipway: 1\nstack: demo\nsettings:\n  WEB_PORT: 8080\n  NAME: yes\n  TOKEN: "
		"{generate: true}\n  GONE: ~\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO(answers) struct answers a = {0};
		AUTO(error) struct error err = ERROR_INIT;

		assert_int_equal(parse(texts[i], &a, &err), 0);
		assert_int_equal(a.n, 4);
		assert_string_equal(a.items[0].value, "8080");
		assert_string_equal(a.items[0].place, i ? "a.yaml:4:3" : "a.yaml:1:1");
		assert_string_equal(a.items[1].value, "yes");
		assert_true(a.items[2].generate);
		assert_null(a.items[2].value);
		assert_null(a.items[3].value);
		assert_false(a.items[3].generate);
	}
}

static void test_mistakes_have_a_place(void **state)
{
	static const struct {
		const char *text, *detail, *message;
	} rows[] = {
		{"- a\n", "a.yaml:1:1", "expected a mapping of settings to values"},
		{"A: 1\nB: [1, 2]\n", "a.yaml:2:4", "B: expected one value, or {generate: true}"},
		{"B: {generat: true}\n", "a.yaml:1:5", "B: unknown key \"generat\""},
		{"B: {generate: maybe}\n", "a.yaml:1:15", "B.generate: expected true or false"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(answers) struct answers a = {0};
		AUTO(error) struct error err = ERROR_INIT;

		assert_int_equal(parse(rows[i].text, &a, &err), ERR_INPUT);
		assert_string_equal(err.detail, rows[i].detail);
		assert_non_null(strstr(err.message, rows[i].message));
		assert_int_equal(a.n, 0);
	}
}

static void test_an_unknown_setting_is_named_with_the_nearest(void **state)
{
	AUTO(answers) struct answers a = {0};
	AUTO(settings) struct settings all = {0};
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	settings_add(&all, "WEB_PORT");
	settings_add(&all, "GREETING");
	assert_int_equal(parse("GREETING: hi\nWEB_PROT: 1\n", &a, &err), 0);
	assert_int_equal(answers_check(&a, &all, &err), ERR_INPUT);
	assert_string_equal(err.message, "there is no setting WEB_PROT");
	assert_string_equal(err.detail, "a.yaml:2:1");
	assert_string_equal(err.hint, "Did you mean \"WEB_PORT\"?");
}

static void test_no_secret_is_written(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(answers) struct answers a = {0};
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = NULL;
	struct setting *s = settings_add(&all, "TOKEN");

	(void)state;
	s->type = SETTING_SECRET;
	assert_int_equal(setting_generate(s, &err), 0);
	s = settings_add(&all, "PASSWORD");
	s->type = SETTING_SECRET;
	setting_answer(s, "tops3cret-value", NULL);
	setting_answer(settings_add(&all, "URL"), "postgres://u:tops3cret@db/x", NULL);
	setting_answer(settings_add(&all, "FLAG"), "true", NULL);
	settings_add(&all, "UNTOUCHED");
	assert_int_equal(answers_text(&all, "demo", &text, &err), 0);
	assert_null(strstr(text, "tops3cret"));
	assert_null(strstr(text, settings_find(&all, "TOKEN")->value));
	assert_int_equal(parse(text, &a, &err), 0);
	assert_string_equal(a.stack, "demo");
	assert_int_equal(a.n, 2);
	assert_true(a.items[0].generate);
	assert_string_equal(a.items[1].value, "true");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_shapes_are_read),
		cmocka_unit_test(test_mistakes_have_a_place),
		cmocka_unit_test(test_an_unknown_setting_is_named_with_the_nearest),
		cmocka_unit_test(test_no_secret_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
