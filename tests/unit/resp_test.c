/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/resp.h"

#include <string.h>

static void test_replies(void **state)
{
	static const struct {
		const char *data;
		long taken;
		enum resp_kind kind;
		const char *text;
	} rows[] = {
		{"+PONG\r\nrest", 7, RESP_TEXT, "PONG"},
		{"-ERR no\r\n", 9, RESP_ERROR, "ERR no"},
		{":42\r\n", 5, RESP_INTEGER, "42"},
		{"$4\r\nPO\r\n\r\n+", 10, RESP_TEXT, "PO\r\n"},
		{"$0\r\n\r\n", 6, RESP_TEXT, ""},
		{"$-1\r\n", 5, RESP_NIL, NULL},
		{"_\r\n", 3, RESP_NIL, NULL},
		{"*2\r\n", 4, RESP_OTHER, NULL},
		{"!5\r\nERR x\r\n", 11, RESP_ERROR, "ERR x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct resp_reply r;
		size_t n = strlen(rows[i].data);

		assert_int_equal(resp_parse(rows[i].data, n, &r), rows[i].taken);
		assert_int_equal(r.kind, rows[i].kind);
		if (rows[i].text)
			assert_int_equal(r.len, strlen(rows[i].text));
		if (rows[i].text)
			assert_memory_equal(r.text, rows[i].text, r.len);
		else
			assert_null(r.text);
		/* Every beginning of it asks for more. */
		for (long k = 0; k < rows[i].taken; k++)
			assert_int_equal(resp_parse(rows[i].data, (size_t)k, &r), 0);
	}
}

static void test_what_is_no_reply(void **state)
{
	static const char *const rows[] = {"HTTP/1.1 400\r\n", "$x\r\n", "$\r\n", "$-2\r\n",
		"$2000000\r\n", "$99999999999999999999\r\n", "$1\r\nab\r\n", "\r\n", "?"};
	struct resp_reply r;
	AUTO(str) struct str endless = STR_INIT(STR_FILE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(resp_parse(rows[i], strlen(rows[i]), &r), -1);
	str_addc(&endless, '+');
	str_pad(&endless, 'x', 100000);
	assert_int_equal(resp_parse(endless.data, endless.len, &r), -1);
	assert_int_equal(resp_parse("\0", 1, &r), -1);
}

static void test_commands_hold_anything(void **state)
{
	AUTO(strv) struct strv words = STRV_INIT;
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	(void)state;
	strv_push_all(&words, "AUTH", "a b\r\nPING", NULL);
	resp_command(&out, &words);
	assert_string_equal(str_text(&out), "*2\r\n$4\r\nAUTH\r\n$9\r\na b\r\nPING\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_what_is_no_reply),
		cmocka_unit_test(test_commands_hold_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
