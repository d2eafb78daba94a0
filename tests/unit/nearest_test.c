/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "base/nearest.h"

static const char *const names[] = {"postgres", "POSTGRES_PASSWORD", "status", "stack", "up",
	"a-name-that-is-longer-than-anybody-would-give-to-anything-at-all-by-hand"};

static void test_what_was_probably_meant(void **state)
{
	static const struct {
		const char *wanted, *name;
	} rows[] = {
		{"postgers", "postgres"},
		{"POSTGRES_PASWORD", "POSTGRES_PASSWORD"},
		{"stat", "status"}, /* begins so, though "stack" is as near */
		{"stac", "stack"},
		{"ip", "up"},
		{"x", NULL},
		{"", NULL},
		{"redis", NULL},
		{"sxxxxs", NULL},
		{"a-name-that-is-longer-than-anybody-would-give-to-anything-at-all-by-han", names[5]},
		{"b-name-that-is-longer-than-anybody-would-give-to-anything-at-all-by-hand", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct nearest n = NEAREST_TO(rows[i].wanted);

		nearest_try_all(&n, names, ARRAY_SIZE(names));
		if (rows[i].name)
			assert_string_equal(n.name ? n.name : "(none)", rows[i].name);
		else
			assert_null(n.name);
	}
}

static void test_of_two_as_near_the_first(void **state)
{
	static const char *const both[] = {"web-1", "web-2"};
	struct nearest n = NEAREST_TO("web-3");

	(void)state;
	nearest_try_all(&n, both, 2);
	assert_string_equal(n.name, "web-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_probably_meant),
		cmocka_unit_test(test_of_two_as_near_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
