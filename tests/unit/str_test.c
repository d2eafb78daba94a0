/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "base/strv.h"

static void test_ceiling_stores_nothing_and_sticks(void **state)
{
	AUTO(str) struct str s = STR_INIT(5);

	(void)state;
	str_add(&s, "abcd");
	str_add(&s, "efg");
	assert_true(str_full(&s));
	str_add(&s, "e");
	assert_string_equal(str_text(&s), "abcd");
	str_clear(&s);
	str_add(&s, "12345");
	assert_false(str_full(&s));
	assert_int_equal(s.len, 5);
}

static void test_bytes_may_hold_nul(void **state)
{
	AUTO(str) struct str s = STR_INIT(STR_LINE);

	(void)state;
	str_addn(&s, "a\0b", 3);
	str_addf(&s, "%d", 42);
	assert_memory_equal(s.data, "a\0b42", 6);
}

static void test_split_keeps_empty_parts(void **state)
{
	AUTO(strv) struct strv v = STRV_INIT;
	autofree char *joined = NULL;

	(void)state;
	strv_split(&v, "a::b:", ':');
	assert_int_equal(v.n, 4);
	joined = strv_join(&v, "-");
	assert_string_equal(joined, "a--b-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ceiling_stores_nothing_and_sticks),
		cmocka_unit_test(test_bytes_may_hold_nul),
		cmocka_unit_test(test_split_keeps_empty_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
