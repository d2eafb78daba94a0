/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/json.h"
#include "base/mem.h"

#include <string.h>

static char *canonical_of(const char *text)
{
	autojson struct json_object *o = NULL;

	assert_int_equal(json_parse(text, strlen(text), &o, NULL), 0);
	return json_canonical(o);
}

static void test_equal_documents_have_equal_texts(void **state)
{
	static const char *const texts[] = {
		"{\"b\":[1,{\"y\":null,\"x\":true}],\"a\":\"1\"}",
		" { \"a\" : \"1\", \"b\" : [ 1, { \"x\" : true, \"y\" : null } ] }\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autofree char *text = canonical_of(texts[i]);

		assert_string_equal(text, "{\"a\":\"1\",\"b\":[1,{\"x\":true,\"y\":null}]}");
	}
}

static void test_a_bare_value_is_a_document(void **state)
{
	static const struct {
		const char *text, *canonical;
	} rows[] = {{"42", "42"}, {"42 \n", "42"}, {"-1", "-1"}, {"null", "null"}, {"true", "true"},
		{" \"x\" ", "\"x\""}};
	static const char *const broken[] = {"", "42 43", "4x", "{", "{}x", "nul", "[1"};
	autojson struct json_object *o = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = canonical_of(rows[i].text);

		assert_string_equal(text, rows[i].canonical);
	}
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++)
		assert_int_not_equal(json_parse(broken[i], strlen(broken[i]), &o, NULL), 0);
}

static void test_what_differs_stays_apart(void **state)
{
	static const char *const texts[] = {"[1,2]", "[2,1]", "[\"1\",2]", "[[1,2]]", "[]", "{}",
		"{\"\":\"\"}", "{\"a\\\":1,\\\"b\":2}", "{\"a\":1,\"b\":2}", "null", "\"null\"",
		"9223372036854775807", "9223372036854775806"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		autofree char *a = canonical_of(texts[i]);

		for (size_t k = 0; k < i; k++) {
			autofree char *b = canonical_of(texts[k]);

			assert_string_not_equal(a, b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_bare_value_is_a_document),
		cmocka_unit_test(test_equal_documents_have_equal_texts),
		cmocka_unit_test(test_what_differs_stays_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
