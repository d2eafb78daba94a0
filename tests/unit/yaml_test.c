/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "base/yaml.h"

#include <string.h>

static struct yaml_doc *parse(const char *text)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct yaml_doc *doc = NULL;

	if (yaml_parse("t.yaml", text, strlen(text), &doc, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	return doc;
}

static void refuse(const char *text, int code, const char *place, const char *says)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct yaml_doc *doc = NULL;

	assert_int_equal(yaml_parse("t.yaml", text, strlen(text), &doc, &err), code);
	assert_null(doc);
	assert_string_equal(err.detail, place);
	if (!strstr(err.message, says))
		fail_msg("\"%s\" does not say \"%s\"", err.message, says);
}

static void test_scalars_are_typed_by_the_rules_of_version_1_2(void **state)
{
	static const struct {
		const char *text;
		enum yaml_type type;
	} rows[] = {
		{"yes", YAML_STRING},
		{"on", YAML_STRING},
		{"no", YAML_STRING},
		{"n", YAML_STRING},
		{"true", YAML_BOOL},
		{"False", YAML_BOOL},
		{"tRUE", YAML_STRING},
		{"", YAML_NULL},
		{"~", YAML_NULL},
		{"null", YAML_NULL},
		{"Null", YAML_NULL},
		{"22:22", YAML_STRING},
		{"1.2.3", YAML_STRING},
		{"1.10", YAML_FLOAT},
		{"1e3", YAML_FLOAT},
		{".5", YAML_FLOAT},
		{".", YAML_STRING},
		{"08", YAML_FLOAT},
		{"0440", YAML_INT},
		{"0x1F", YAML_INT},
		{"0o17", YAML_INT},
		{"0b11", YAML_INT},
		{"1_000", YAML_INT},
		{"-5", YAML_INT},
		{"+5", YAML_INT},
		
		{"+", YAML_STRING},
		{"2024-01-01", YAML_TIMESTAMP},
		{"2024-13-01", YAML_STRING},
		{"2023-02-29", YAML_STRING},
		{"2024-1-1 10:00:00.5", YAML_TIMESTAMP},
		{"2024-01-01T10:00:00Z", YAML_TIMESTAMP},
		{"2024-01-01T10:00:00+01:00", YAML_TIMESTAMP},
		{"2024-01-01T10:00:00", YAML_STRING},
		{".inf", YAML_FLOAT},
		{"-.INF", YAML_FLOAT},
		{".NaN", YAML_FLOAT},
		{"5m", YAML_STRING},
		{"'5'", YAML_STRING},
		{"\"true\"", YAML_STRING},
		{"!!str 5", YAML_STRING},
		{"!!float 5", YAML_FLOAT},
		{"!reset null", YAML_NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = xasprintf("k: %s\n", rows[i].text);
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = parse(text);

		if (yaml_get(yaml_root(doc), "k")->type != rows[i].type)
			fail_msg("%s has type %d", rows[i].text,
				yaml_get(yaml_root(doc), "k")->type);
	}
}

static void test_integers_in_every_base(void **state)
{
	AUTO_PTR(yaml_doc)
	struct yaml_doc *doc =
		parse("[0440, 0x1f, -0o17, 1_000, 9223372036854775807, -9223372036854775808]");
	static const int64_t want[] = {288, 31, -15, 1000, INT64_MAX, INT64_MIN};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(yaml_int(yaml_root(doc)->items[i], &v));
		assert_true(v == want[i]);
	}
}

static void test_huge_integer_is_only_a_float(void **state)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = parse("99999999999999999999");
	int64_t v = 7;
	double d;

	(void)state;
	assert_false(yaml_int(yaml_root(doc), &v));
	assert_true(yaml_float(yaml_root(doc), &d));
	assert_true(d > 9.9e19 && d < 1.1e20);
}

static void test_merge_keys(void **state)
{
	AUTO_PTR(yaml_doc)
	struct yaml_doc *doc = parse("a: &a {x: 1, y: 1}\n"
				     "b: &b {y: 2, z: 2}\n"
				     "c:\n"
				     "  << : [*a, *b]\n"
				     "  x: 3\n");
	const struct yaml_node *c = yaml_get(yaml_root(doc), "c");

	(void)state;
	assert_int_equal(c->n, 3);
	assert_string_equal(yaml_get_text(c, "x", ""), "3");
	assert_string_equal(yaml_get_text(c, "y", ""), "1");
	assert_string_equal(yaml_get_text(c, "z", ""), "2");
}

static void test_quoted_merge_key_is_an_ordinary_key(void **state)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = parse("'<<': {x: 1}");

	(void)state;
	assert_non_null(yaml_get(yaml_root(doc), "<<"));
	assert_null(yaml_get(yaml_root(doc), "x"));
}

static void test_marks_and_tags(void **state)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = parse("a:\n  - b\n  - !reset null\nü: !!int 5\n");
	const struct yaml_node *a = yaml_get(yaml_root(doc), "a");

	(void)state;
	assert_string_equal(a->items[1]->tag, "!reset");
	assert_int_equal(a->items[1]->mark.line, 3);
	assert_int_equal(a->items[1]->mark.column, 5);
	assert_int_equal(yaml_get(yaml_root(doc), "ü")->mark.column, 4);
	assert_string_equal(yaml_get(yaml_root(doc), "ü")->tag, "!!int");
}

static void test_mistakes_have_their_place(void **state)
{
	(void)state;
	refuse("a: 1\nb: 2\na: 3\n", ERR_INPUT, "t.yaml:3:1", "first in line 1");
	refuse("a: [1\n", ERR_INPUT, "t.yaml:2:1", "expected ',' or ']'");
	refuse("a: *nobody\n", ERR_INPUT, "t.yaml:1:4", "unknown anchor \"nobody\"");
	refuse("a: &a [*a]\n", ERR_INPUT, "t.yaml:1:8", "contains itself");
	refuse("a: !!int x\n", ERR_INPUT, "t.yaml:1:4", "does not fit its tag");
	refuse("a: \"x\\0y\"\n", ERR_INPUT, "t.yaml:1:4", "NUL");
	refuse("a: 1\n<<: 5\n", ERR_INPUT, "t.yaml:2:5", "merge key");
	refuse("? [a, b]\n: 1\n", ERR_INPUT, "t.yaml:1:3", "a key must be");
	refuse("a: 1\nb: \xc3\xa4\xff\n", ERR_INPUT, "t.yaml:2:5", "UTF-8");
	refuse("a: 1\n\x01", ERR_INPUT, "t.yaml:2:1", "control characters");
	refuse("a: 1\n\tb: 2\n", ERR_INPUT, "t.yaml:2:1", "found a tab character");
}

static void test_duplicate_keys_in_a_long_mapping(void **state)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	(void)state;
	for (int i = 0; i < 50 * 1000; i++)
		str_addf(&text, "k%d: 1\n", i);
	str_add(&text, "k77: 2\n");
	refuse(str_text(&text), ERR_INPUT, "t.yaml:50001:1", "\"k77\" is there twice");
}

static void test_ceilings(void **state)
{
	AUTO(str)
	struct str deep = STR_INIT(STR_FILE),
		   wide = STR_INIT(STR_FILE), bomb = STR_INIT(STR_FILE);

	(void)state;
	str_pad(&deep, '[', 5000);
	refuse(str_text(&deep), ERR_LIMIT, "t.yaml:1:101", "nested too deeply");
	str_add(&wide, "[");
	for (int i = 0; i < 200 * 1000; i++)
		str_add(&wide, "1,");
	refuse(str_text(&wide), ERR_LIMIT, "t.yaml:1:400000", "too many values");
	str_add(&bomb, "a0: &a0 x\n");
	for (int i = 1; i < 9; i++) {
		str_addf(&bomb, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			str_addf(&bomb, "*a%d,", i - 1);
		str_add(&bomb, "]\n");
	}
	refuse(str_text(&bomb), ERR_LIMIT, "t.yaml:8:5", "aliases would expand");
}

static void test_documents(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO_PTR(yaml_doc) struct yaml_doc *all = NULL;
	AUTO_PTR(yaml_doc) struct yaml_doc *empty = parse("# nothing\n");
	const char *text = "a: 1\n---\nb: 2\n";

	(void)state;
	assert_int_equal(yaml_parse_all("t.yaml", text, strlen(text), &all, &err), 0);
	assert_int_equal(yaml_count(all), 2);
	assert_string_equal(yaml_get_text(yaml_at(all, 1), "b", ""), "2");
	assert_true(yaml_is_null(yaml_root(empty)));
}

static void test_crlf_and_byte_order_mark(void **state)
{
	AUTO_PTR(yaml_doc)
	struct yaml_doc *doc = parse("\xef\xbb\xbf"
				     "a: 1\r\nb: |\r\n  x\r\n  y\r\n");

	(void)state;
	assert_string_equal(yaml_get_text(yaml_root(doc), "a", ""), "1");
	assert_string_equal(yaml_get_text(yaml_root(doc), "b", ""), "x\ny\n");
}

static void test_writer_keeps_types(void **state)
{
	static const char *const nasty[] = {"", "yes", "5", "0440", "1.10", "null", "~", "true",
		"a: b", "- x", "#x", "a #b", " lead", "trail ", "22:22", "'q'", "\"q\"",
		"line\nline\n", "tab\t", "ünï", "*a", "&a", "!t", "%p", "@x", "`x", "{}", "[]",
		"<<", "2024-01-01", "${A:-b}", "\x01"};
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = NULL;

	(void)state;
	yaml_out_map(out, NULL);
	yaml_out_key(out, "list");
	yaml_out_seq(out, "!override");
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++)
		yaml_out_str(out, nasty[i]);
	yaml_out_end(out);
	yaml_out_key(out, "gone");
	yaml_out_plain(out, "!reset", "null");
	yaml_out_key(out, "n");
	yaml_out_plain(out, NULL, "5");
	yaml_out_end(out);
	assert_int_equal(yaml_out_finish(out, &text, &err), 0);

	AUTO_PTR(yaml_doc) struct yaml_doc *doc = parse(text);
	const struct yaml_node *list = yaml_get(yaml_root(doc), "list");

	assert_string_equal(list->tag, "!override");
	assert_int_equal(list->n, ARRAY_SIZE(nasty));
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++) {
		assert_string_equal(list->items[i]->text, nasty[i]);
		assert_int_equal(list->items[i]->type, YAML_STRING);
	}
	assert_string_equal(yaml_get(yaml_root(doc), "gone")->tag, "!reset");
	assert_true(yaml_is_null(yaml_get(yaml_root(doc), "gone")));
	assert_int_equal(yaml_get(yaml_root(doc), "n")->type, YAML_INT);
}

static void test_writer_refuses_an_unbalanced_document(void **state)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	AUTO(error) struct error err = ERROR_INIT;
	char *text = NULL;

	(void)state;
	yaml_out_map(out, NULL);
	assert_int_equal(yaml_out_finish(out, &text, &err), ERR_FAILED);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars_are_typed_by_the_rules_of_version_1_2),
		cmocka_unit_test(test_integers_in_every_base),
		cmocka_unit_test(test_huge_integer_is_only_a_float),
		cmocka_unit_test(test_merge_keys),
		cmocka_unit_test(test_quoted_merge_key_is_an_ordinary_key),
		cmocka_unit_test(test_marks_and_tags),
		cmocka_unit_test(test_mistakes_have_their_place),
		cmocka_unit_test(test_duplicate_keys_in_a_long_mapping),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_crlf_and_byte_order_mark),
		cmocka_unit_test(test_writer_keeps_types),
		cmocka_unit_test(test_writer_refuses_an_unbalanced_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
