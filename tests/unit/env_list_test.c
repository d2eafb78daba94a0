/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/env_list.h"

#include <string.h>

/* The text after an edit, or what the edit was refused with. */
static void check(const char *text, const struct env_list_edit *edit, const char *want)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(env_file_parse(".env", text, strlen(text), &f, &err), 0);
	if (env_list_edit(f, edit, &err))
		assert_string_equal(err.message, want);
	else
		assert_string_equal(f->text, want);
}

static void list(struct strv *ret, const char *items)
{
	strv_split(ret, items, ' ');
}

static void test_the_users_own_entries_stay(void **state)
{
	AUTO(strv) struct strv with = STRV_INIT, without = STRV_INIT;
	struct env_list_edit edit = {
		.key = "COMPOSE_PROFILES", .separator = ",", .with = &with, .without = &without};

	(void)state;
	list(&with, "gpu");
	check("A=1\nCOMPOSE_PROFILES=mine, debug\nB=2\n", &edit,
		"A=1\nCOMPOSE_PROFILES=mine,debug,gpu\nB=2\n");
	check("COMPOSE_PROFILES=mine, gpu\n", &edit, "COMPOSE_PROFILES=mine, gpu\n");
	check("COMPOSE_PROFILES=\n", &edit, "COMPOSE_PROFILES=gpu\n");
	check("A=1\n", &edit, "A=1\nCOMPOSE_PROFILES=gpu\n");
	strv_clear(&with);
	list(&without, "gpu");
	check("COMPOSE_PROFILES=mine,gpu,debug\n", &edit, "COMPOSE_PROFILES=mine,debug\n");
	check("A=1\nCOMPOSE_PROFILES=gpu\n", &edit, "A=1\n");
	check("COMPOSE_PROFILES=mine\n", &edit, "COMPOSE_PROFILES=mine\n");
}

static void test_files_go_before_the_last_word(void **state)
{
	AUTO(strv) struct strv with = STRV_INIT, without = STRV_INIT, found = STRV_INIT;
	struct env_list_edit edit = {.key = "COMPOSE_FILE",
		.separator = ":",
		.with = &with,
		.without = &without,
		.empty = &found,
		.last = "compose.override.yaml"};

	(void)state;
	list(&found, "compose.yaml compose.override.yaml");
	list(&with, "compose.gpu.yaml");
	check("", &edit, "COMPOSE_FILE=compose.yaml:compose.gpu.yaml:compose.override.yaml\n");
	check("COMPOSE_FILE=a.yaml\n", &edit, "COMPOSE_FILE=a.yaml:compose.gpu.yaml\n");
	strv_clear(&with);
	list(&without, "compose.gpu.yaml");
	/* What Compose finds by itself needs no list. */
	check("COMPOSE_FILE=compose.yaml:compose.gpu.yaml:compose.override.yaml\n", &edit, "");
}

static void test_separators_are_those_of_the_file(void **state)
{
	AUTO(strv) struct strv items = STRV_INIT;
	AUTO_PTR(env_file) struct env_file *f = NULL;
	static const char text[] = "COMPOSE_PATH_SEPARATOR=;;\nCOMPOSE_FILE=a:b;;c d\n";
	autofree char *separator = NULL, *value = NULL;

	(void)state;
	assert_int_equal(env_file_parse(".env", text, strlen(text), &f, NULL), 0);
	separator = env_list_separator(f);
	value = env_file_literal(f, "COMPOSE_FILE");
	env_list_split(value, separator, &items);
	assert_int_equal(items.n, 2);
	assert_string_equal(items.items[0], "a:b");
	assert_string_equal(items.items[1], "c d");
}

static void test_a_list_with_variables_is_left_alone(void **state)
{
	AUTO(strv) struct strv with = STRV_INIT;
	struct env_list_edit edit = {.key = "COMPOSE_PROFILES", .separator = ",", .with = &with};

	(void)state;
	list(&with, "gpu");
	check("COMPOSE_PROFILES=${MINE},a\n", &edit,
		"COMPOSE_PROFILES is not edited: its value holds variables");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_users_own_entries_stay),
		cmocka_unit_test(test_files_go_before_the_last_word),
		cmocka_unit_test(test_separators_are_those_of_the_file),
		cmocka_unit_test(test_a_list_with_variables_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
