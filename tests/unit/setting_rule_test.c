/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/setting.h"
#include "config/stack.h"

#include <string.h>

static struct stack *load(const char *settings, struct error *err)
{
	autofree char *text =
		xasprintf("slipway: 1\nstack: x\npages:\n- title: A\n  settings:\n%s", settings);
	struct stack *stack = NULL;

	stack_load("stack.yaml", text, strlen(text), "en", &stack, err);
	return stack;
}

/* Each rule once: what breaks it with which words, and what does not. */
static void test_each_kind_of_rule(void **state)
{
	static const struct {
		const char *type, *rule, *bad, *message, *good;
	} rows[] = {
		{"text", "requires: OTHER", "x", "X: needs OTHER", ""},
		{"bool", "requires: OTHER", "true", "X: needs OTHER", "false"},
		{"text", "requires: [\"NUMBER=5\", \"NUMBER!=5\"]", "x", "X: needs NUMBER!=5", ""},
		{"text", "conflicts: NUMBER", "x", "X: does not go together with NUMBER", ""},
		{"text", "conflicts: \"NUMBER=5\"", "x", "X: does not go together with NUMBER=5",
			""},
		{"text", "one_of: [OTHER]", "", "X: one of these must have a value: X, OTHER", "x"},
		{"integer", "equals: NUMBER", "4", "X: must have the same value as NUMBER", "5"},
		{"integer", "below: NUMBER", "5", "X: must be less than NUMBER", "4"},
		{"integer", "at_most: NUMBER", "6", "X: must not be more than NUMBER", "5"},
		{"size", "min: 1k", "1023", "X: must be at least 1k", "1024"},
		{"duration", "max: 1h", "61m", "X: must be at most 1h", "60m"},
		{"text", "min_length: 3", "ab", "X: must have at least 3 characters", "abc"},
		{"text", "max_length: 3", "abcd", "X: must have at most 3 characters", "abc"},
		{"text", "classes: 3", "aaaB",
			"X: must mix 3 of these: small letters, capitals, digits, others", "aB1"},
		{"text", "reject: [admin, root]", "ROOT", "X: this value is not allowed", "me"},
		{"text", "pattern: \"^[a-z]+$\"", "a1", "X: must match ^[a-z]+$", "ab"},
		{"number", "min: 0.5", "0.49", "X: must be at least 0.5", "0.5"},
		{"number", "max: 1", "1.000001", "X: must be at most 1", "1.0"},
		{"number", "at_most: NUMBER", "5.5", "X: must not be more than NUMBER", "5"},
		{"number", "sum: [NUMBER, 5.6]", "0.5", "X: must add up to 5.6 with NUMBER", ".6"},
		{"list", "each: \"^[a-z]+$\"", "a,b,1", "X: each item must match ^[a-z]+$",
			"a, b"},
		{"json", "each: \"^[a-z]+$\"", "{\"K\":[\"a\",{\"x\":2}]}",
			"X: each item must match ^[a-z]+$", "{\"K\":[\"a\",\"b\"]}"},
		{"secret", "json: object", "[1]",
			"X: must be a JSON document of the kind object", "{\"a\":1}"},
		{"json", "json: number", "true", "X: must be a JSON document of the kind number",
			"1.5"},
		{"text", "one_of: [SWITCH]", "", "X: one of these must have a value: X, SWITCH",
			"x"},
		{"text", "{min_length: 3, message: too small}", "ab", "X: too small", "abc"},
		{"text", "{min_length: 3, when: OTHER}", NULL, NULL, "ab"},
		{"text", "{min_length: 3, when: NUMBER}", "ab",
			"X: must have at least 3 characters", "abc"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool braces = rows[i].rule[0] == '{';
		autofree char *text = xasprintf("  - {name: X, type: %s, rules: [%s%s%s]}\n"
						"  - {name: OTHER}\n"
						"  - {name: NUMBER, type: integer}\n"
						"  - {name: SWITCH, type: bool, default: \"0\"}\n",
			rows[i].type, braces ? "" : "{", rows[i].rule, braces ? "" : "}");
		AUTO(error) struct error err = ERROR_INIT;
		AUTO_PTR(stack) struct stack *stack = load(text, &err);
		struct settings *all;
		struct setting *x;

		if (!stack)
			fail_msg("%s: %s", rows[i].rule, err.message);
		all = &stack->settings;
		x = settings_find(all, "X");
		assert_int_equal(setting_answer(settings_find(all, "NUMBER"), "5", NULL), 0);
		if (rows[i].bad) {
			(void)setting_answer(x, rows[i].bad, NULL);
			settings_judge(all);
			if (!x->problem.code || strcmp(x->problem.message, rows[i].message) != 0)
				fail_msg("%s: %s", rows[i].rule,
					x->problem.code ? x->problem.message : "accepted");
			assert_true(setting_unanswered(x));
		}
		(void)setting_answer(x, rows[i].good, NULL);
		settings_judge(all);
		if (x->problem.code)
			fail_msg("%s: %s", rows[i].rule, x->problem.message);
	}
}

static void test_a_rule_is_judged_anew_when_the_other_changes(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack = load("  - {name: MAIL, type: bool, requires: SMTP_HOST}\n"
				   "  - {name: SMTP_HOST, type: host}\n",
		NULL);
	struct setting *mail = settings_find(&stack->settings, "MAIL");
	struct setting *host = settings_find(&stack->settings, "SMTP_HOST");

	(void)state;
	assert_int_equal(setting_answer(mail, "true", NULL), 0);
	settings_judge(&stack->settings);
	assert_int_equal(mail->problem.code, ERR_INPUT);
	assert_ptr_equal(mail->broken, &mail->rules[0]);
	assert_int_equal(setting_answer(host, "mail.example.org", NULL), 0);
	settings_judge(&stack->settings);
	assert_int_equal(mail->problem.code, 0);
	assert_null(mail->broken);
	/* What breaks its type stays so, whatever the rules say. */
	assert_int_equal(setting_answer(host, "-", NULL), ERR_INPUT);
	settings_judge(&stack->settings);
	assert_int_equal(host->problem.code, ERR_INPUT);
	assert_null(host->broken);
}

static void test_a_weak_secret_in_force_is_no_obstacle(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack = load("  - {name: KEY, type: secret, rules: [{classes: 4}]}\n", NULL);
	struct setting *key = settings_find(&stack->settings, "KEY");

	(void)state;
	key->current = xstrdup("only-small-letters");
	key->source = COMPOSE_DOTENV;
	settings_judge(&stack->settings);
	assert_int_equal(key->problem.code, 0);
	assert_int_equal(setting_answer(key, "only-small-letters", NULL), ERR_INPUT);
	assert_int_equal(key->problem.code, ERR_INPUT);
	assert_null(strstr(key->problem.message, "only"));
}

/* Nothing can use a value of another form. */
static void test_a_misshapen_secret_in_force_is_one(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack =
		load("  - {name: KEY, type: secret, pattern: \"^[a-f0-9]+$\"}\n", NULL);
	struct setting *key = settings_find(&stack->settings, "KEY");

	(void)state;
	key->current = xstrdup("only-small-letters");
	key->source = COMPOSE_DOTENV;
	settings_judge(&stack->settings);
	assert_int_equal(key->problem.code, ERR_INPUT);
	assert_null(strstr(key->problem.message, "only"));
	/* Unless nothing here reads it. */
	key->unread = true;
	settings_judge(&stack->settings);
	assert_int_equal(key->problem.code, 0);
}

static void test_senseless_rules_are_refused(void **state)
{
	static const struct {
		const char *text, *message, *detail;
	} rows[] = {
		{"  - {name: X, rules: {min: 1}}\n", "expected a list of rules", "stack.yaml:6:22"},
		{"  - {name: X, rules: [{message: hm}]}\n",
			"expected a rule such as min_length: 32", "stack.yaml:6:23"},
		{"  - {name: X, rules: [{min_length: 3, max_length: 4}]}\n",
			"expected one rule in each entry of the list", "stack.yaml:6:39"},
		{"  - {name: X, rules: [{min_lenght: 3}]}\n", "unknown key \"min_lenght\"",
			"stack.yaml:6:24"},
		{"  - {name: X, rules: [{pattern: \"[\"}]}\n",
			"expected an extended regular expression", "stack.yaml:6:23"},
		{"  - {name: X, rules: [{min: 5}]}\n", "expected a limit of the setting's type",
			"stack.yaml:6:23"},
		{"  - {name: X, rules: [{each: a}]}\n",
			"expected an extended regular expression, for a list or a JSON document",
			"stack.yaml:6:23"},
		{"  - {name: X, type: secret, rules: [{json: thing}]}\n",
			"expected one of object, array, string, number, boolean",
			"stack.yaml:6:37"},
		{"  - {name: X, type: number, rules: [{sum: [OTHER]}]}\n",
			"expected names of settings, and the number they add up to",
			"stack.yaml:6:37"},
		{"  - {name: X, type: number, min: 0.5, max: 0.4}\n",
			"expected a limit that is not below the lower one", "stack.yaml:6:44"},
		{"  - {name: X, type: number, min: 0.5, default: \"0.4\"}\n",
			"X: expected at least 0.5, got \"0.4\"", "stack.yaml:6:48"},
		{"  - {name: X, pattern: \"(\"}\n", "expected an extended regular expression",
			"stack.yaml:6:24"},
		{"  - {name: X, type: list, separator: ab}\n",
			"expected one character that is neither letter nor digit",
			"stack.yaml:6:38"},
		{"  - {name: X, type: port, choices: [a]}\n",
			"a setting of this type has no choices", "stack.yaml:6:5"},
		{"  - {name: X, type: integer, units: [MB]}\n",
			"a setting of type number only has units", "stack.yaml:6:37"},
		{"  - {name: X, type: number, units: [MB], choices: [MB]}\n",
			"expected one of the keys choices, units", "stack.yaml:6:36"},
		{"  - {name: X, type: number, units: ['5 x']}\n",
			"expected units without blanks, digits and signs", "stack.yaml:6:36"},
		{"  - {name: X, type: number, units: [abc], default: 5 MB}\n",
			"expected a number with one of the units abc", "stack.yaml:6:52"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(error) struct error err = ERROR_INIT;
		AUTO_PTR(stack) struct stack *stack = load(rows[i].text, &err);

		assert_null(stack);
		if (!strstr(err.message, rows[i].message))
			fail_msg("%s: %s", rows[i].text, err.message);
		assert_string_equal(err.detail, rows[i].detail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_rule),
		cmocka_unit_test(test_a_rule_is_judged_anew_when_the_other_changes),
		cmocka_unit_test(test_a_weak_secret_in_force_is_no_obstacle),
		cmocka_unit_test(test_a_misshapen_secret_in_force_is_one),
		cmocka_unit_test(test_senseless_rules_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
