/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/strmap.h"

#include <stdio.h>

enum { MANY = 1000 };

static void test_order_and_removal_survive_growth(void **state)
{
	AUTO(strmap) struct strmap m = STRMAP_INIT;
	static char names[MANY][8];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "k%d", i);
		strmap_put(&m, names[i], names[i]);
	}
	strmap_put(&m, "k3", names[7]);
	for (int i = 0; i < MANY; i += 2)
		if (i % 100 == 0)
			strmap_remove(&m, names[i]);
	assert_int_equal(m.n, MANY - MANY / 100);
	assert_null(strmap_get(&m, "k100"));
	assert_ptr_equal(strmap_get(&m, "k3"), names[7]);
	assert_ptr_equal(strmap_get(&m, "k999"), names[999]);
	assert_string_equal(m.entries[0].name, "k1");
	assert_string_equal(m.entries[m.n - 1].name, "k999");
}

static void test_null_value_is_still_there(void **state)
{
	AUTO(strmap) struct strmap m = STRMAP_INIT;

	(void)state;
	strmap_put(&m, "", NULL);
	assert_non_null(strmap_find(&m, ""));
	assert_null(strmap_find(&m, "x"));
	strmap_remove(&m, "");
	assert_null(strmap_find(&m, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_removal_survive_growth),
		cmocka_unit_test(test_null_value_is_still_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
