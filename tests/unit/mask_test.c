/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/mask.h"

#include <string.h>

static void check(const char *text, const char *want)
{
	AUTO(strv) struct strv secrets = STRV_INIT;
	autofree char *got = NULL;

	strv_push_all(&secrets, "KEY", "PASS", NULL);
	got = mask_dotenv(text, strlen(text), &secrets);
	assert_string_equal(got, want);
}

static void test_values_of_secrets_are_dots(void **state)
{
	(void)state;
	check("A=1\nKEY=abc # mine\nB=2\n", "A=1\nKEY=" MASK_DOTS " # mine\nB=2\n");
	check("export KEY = 'a b'\r\n", "export KEY = " MASK_DOTS "\r\n");
	check("KEY=\"x\"PASS=y", "KEY=" MASK_DOTS "PASS=" MASK_DOTS);
	check("KEY=\nKEYS=abc\n", "KEY=\nKEYS=abc\n");
	check("\xef\xbb\xbfKEY: abc\n", "\xef\xbb\xbfKEY: " MASK_DOTS "\n");
	/* As many lines as before. */
	check("KEY=\"a\nb\nc\"\nB=1\n", "KEY=" MASK_DOTS "\n\n\nB=1\n");
}

static void test_comments_that_hold_a_secret(void **state)
{
	(void)state;
	check("# KEY=old-value\n", "# KEY=" MASK_DOTS "\n");
	check("#export PASS: old value\nA=1", "#export PASS: " MASK_DOTS "\nA=1");
	check("# KEY is what signs\n", "# KEY " MASK_DOTS "\n");
	check("# KEYS=old-value\n", "# KEYS=old-value\n");
}

static void test_unreadable_text_shows_nothing(void **state)
{
	(void)state;
	check("A=1\nB='open\nKEY=abc", "A=" MASK_DOTS "\nB=" MASK_DOTS "\nKEY=" MASK_DOTS);
}

/* --- values wherever they stand */

static void check_text(const struct mask *m, const char *text, const char *want)
{
	autofree char *got = mask_dup(m, text);

	assert_string_equal(got, want);
}

static void test_values_anywhere(void **state)
{
	AUTO(mask) struct mask m;

	(void)state;
	mask_init(&m);
	mask_add(&m, "hunter2");
	mask_add(&m, "hunter22");
	mask_add(&m, "");
	mask_add(&m, NULL);
	check_text(&m, "url=postgres://u:hunter22@db abc\n", "url=postgres://u:***@db abc\n");
	check_text(&m, "xhunter2y", "x***y");
	check_text(&m, "", "");
	assert_null(mask_dup(&m, NULL));
}

/* However short: not in a URL, not in a diff, not after its key. Only a long one is hidden in the
 * middle of a word. */
static void test_secrets_of_every_length(void **state)
{
	static const char all[] = "s3cReT!9";

	(void)state;
	for (size_t n = 1; n <= 8; n++) {
		AUTO(mask) struct mask m;
		autofree char *secret = xstrndup(all, n);
		autofree char *text = xasprintf("redis://:%s@cache:6379/0 --requirepass %s\n"
						"PASS=%s \"%s\" postgres://u:%s@db,%s",
			secret, secret, secret, secret, secret, secret);
		autofree char *inside = xasprintf("x%sx", secret);

		mask_init(&m);
		mask_add(&m, secret);
		check_text(&m, text,
			"redis://:***@cache:6379/0 --requirepass ***\n"
			"PASS=*** \"***\" postgres://u:***@db,***");
		check_text(&m, inside, n < 4 ? inside : "x***x");
	}
}

static void test_short_secrets_leave_words_alone(void **state)
{
	AUTO(mask) struct mask m;

	(void)state;
	mask_init(&m);
	mask_add(&m, "1");
	mask_add(&m, "db");
	check_text(&m, "127.0.0.1:10 dbs web-1 mydb_db", "127.0.0.1:10 dbs web-1 mydb_db");
	check_text(&m, "1 db", "*** ***");
}

static void test_secrets_that_begin_alike_or_overlap(void **state)
{
	AUTO(mask) struct mask m;

	(void)state;
	mask_init(&m);
	for (size_t n = 1; n <= 8; n++) {
		autofree char *prefix = xstrndup("abcdefgh", n);

		mask_add(&m, prefix);
	}
	mask_add(&m, "ghijkl");
	for (size_t n = 4; n <= 8; n++) {
		autofree char *text = xasprintf("%.*s", (int)n, "abcdefgh");

		check_text(&m, text, "***");
	}
	/* To the last byte of the second. */
	check_text(&m, "abcdefghijkl.", "***.");
}

static void test_secrets_as_others_write_them(void **state)
{
	static const struct {
		const char *secret, *text, *want;
	} rows[] = {
		/* A DSN */
		{"p@ss/w:rd", "postgres://u:p%40ss%2Fw%3Ard@db/x?y=1", "postgres://u:***@db/x?y=1"},
		{"p@ss/w:rd", "mysql://u:p%40ss%2fw%3ard@db", "mysql://u:***@db"},
		{"p@ss", "dsn=host=db password=p%40ss", "dsn=host=db password=***"},
		{"p@", "u:p%40", "u:***"},
		{"a b+c", "q=a+b%2Bc&", "q=***&"},
		{"a b+c", "q=a%20b+c&", "q=***&"},
		{"100%", "x=100%25", "x=***"},
		{"100%x", "x=100%x", "x=***"},
		/* YAML, compose */
		{"it's$me", "- 'it''s$$me'", "- '***'"},
		{"a$$bc", "a$$bc a$$$$bc", "*** ***"},
		/* JSON */
		{"q\"uo\\te", "{\"k\":\"q\\\"uo\\\\te\"}", "{\"k\":\"***\"}"},
		{"two\nlines", "two\\nlines", "***"},
		/* As many lines as before. */
		{"two\nlines", "a two\nlines b", "a ***\n b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(mask) struct mask m;

		mask_init(&m);
		mask_add(&m, rows[i].secret);
		check_text(&m, rows[i].text, rows[i].want);
	}
}

static void test_passwords_of_urls_need_not_be_known(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"GET http://admin:x@localhost:8080/a@b: 401",
			"GET http://admin:***@localhost:8080/a@b: 401"},
		{"a://u:p@q@h b://:r@h", "a://u:***@h b://:***@h"},
		{"http://h:80/x", "http://h:80/x"},
		{"ssh://git@host", "ssh://git@host"},
		{"postgres://${U}:${P}@db", "postgres://${U}:${P}@db"},
		{"postgres://u:$P@db", "postgres://u:$P@db"},
		{"postgres://u:@db", "postgres://u:@db"},
		{"://", "://"},
		{"x://y:z", "x://y:z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_text(NULL, rows[i].text, rows[i].want);
}

static void test_errors_lose_their_secrets(void **state)
{
	AUTO(mask) struct mask m;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	mask_init(&m);
	mask_add(&m, "hunter2");
	error_set(&err, ERR_FAILED, "no hunter2");
	error_detail(&err, "FATAL: hunter2\nat u:hunter2@db");
	error_hint(&err, "Use hunter2.");
	mask_error(&m, &err);
	assert_string_equal(err.message, "no ***");
	assert_string_equal(err.detail, "FATAL: ***\nat u:***@db");
	assert_string_equal(err.hint, "Use ***.");
	assert_int_equal(err.code, ERR_FAILED);
}

static void test_what_settings_hold_is_hidden(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(mask) struct mask m;
	struct setting *s;

	(void)state;
	s = settings_add(&all, "PASS");
	s->type = SETTING_SECRET;
	s->current = xstrdup("old-one");
	s->dotenv = xstrdup("older-one");
	s->answer = ANSWER_VALUE;
	s->value = xstrdup("new-one");
	s = settings_add(&all, "TOKEN");
	s->type = SETTING_SECRET;
	s->current = xstrdup("changeme");
	s->placeholder = true;
	s = settings_add(&all, "NAME");
	s->current = xstrdup("shop");
	mask_init(&m);
	mask_add_settings(&m, &all);
	check_text(&m, "old-one older-one new-one changeme shop", "*** *** *** changeme shop");
}

/* A log is masked line by line. */
static void test_lines_of_a_key_are_hidden_one_by_one(void **state)
{
	AUTO(mask) struct mask m;

	(void)state;
	mask_init(&m);
	mask_add(&m, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ7x\r\nb0s9\n"
		     "-----END PRIVATE KEY-----\n");
	check_text(&m, "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----");
	check_text(&m, "web | MC4CAQAwBQYDK2VwBCIEIJ7x", "web | ***");
	check_text(&m, "b0s9 }", "b0s9 }");
}

/* What was refused and stands in the example of the type anyway is none. */
static void test_words_of_the_program_stay(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(mask) struct mask m, kept;
	struct setting *s = settings_add(&all, "KEYS");

	(void)state;
	s->type = SETTING_KEYS;
	s->dotenv = xstrdup("s3cr3t:a");
	assert_int_equal(setting_answer(s, "key:", NULL), ERR_INPUT);
	mask_init(&m);
	mask_add_settings(&m, &all);
	check_text(&m, "such as key:scope,scope;key:scope, not s3cr3t:a",
		"such as key:scope,scope;key:scope, not ***");
	assert_int_equal(setting_answer(s, "key:scope", NULL), 0);
	mask_init(&kept);
	mask_add_settings(&kept, &all);
	check_text(&kept, "has key:scope", "has ***");
}

/* Whatever the type, also of one without an example. */
static void test_what_a_rule_refuses_is_hidden(void **state)
{
	(void)state;
	for (int type = 0; type < SETTING_TYPES; type++) {
		AUTO(settings) struct settings all = {0};
		AUTO(mask) struct mask m;
		struct setting *s = settings_add(&all, "PASS");
		struct setting_rule *r = s->rules = xcalloc(1, sizeof(*s->rules));

		s->type = (enum setting_type)type;
		s->n_rules = 1;
		r->kind = RULE_MIN_LENGTH;
		strv_push(&r->args, "12");
		(void)setting_answer(s, "no/way/2", NULL);
		settings_judge(&all);
		assert_int_not_equal(s->problem.code, 0);
		mask_init(&m);
		mask_add_settings(&m, &all);
		if (setting_is_secret(s))
			check_text(&m, "not no/way/2", "not ***");
	}
}

static char *diff_of(const char *old, const char *new)
{
	AUTO(strv) struct strv secrets = STRV_INIT;
	autofree char *a = NULL, *b = NULL;

	strv_push(&secrets, "KEY");
	a = mask_dotenv(old, strlen(old), &secrets);
	b = mask_dotenv(new, strlen(new), &secrets);
	return mask_diff(".env", old, strlen(old), a, new, strlen(new), b);
}

/* A secret that changed is a change, although both sides look alike. */
static void test_diff_shows_that_and_not_what(void **state)
{
	autofree char *d = diff_of("A=1\nKEY=old\nB=2\n", "A=1\nKEY=new\nB=2\n");
	autofree char *fresh = diff_of("", "KEY=new\n");

	(void)state;
	assert_non_null(strstr(d, "-KEY=" MASK_DOTS "\n+KEY=" MASK_DOTS "\n B=2\n"));
	assert_null(strstr(d, "old"));
	assert_null(strstr(d, "new"));
	assert_non_null(strstr(fresh, "+KEY=" MASK_DOTS "\n"));
	assert_null(diff_of("A=1\n", "A=1\n"));
}

static void test_diff_of_a_value_over_several_lines(void **state)
{
	autofree char *d = diff_of("A=1\nKEY='one\ntwo'\nZ=9\n", "A=1\nKEY='one\nthree'\nZ=8\n");

	(void)state;
	assert_null(strstr(d, "two"));
	assert_null(strstr(d, "three"));
	assert_null(strstr(d, "one"));
	assert_non_null(strstr(d, "-Z=9\n"));
	assert_non_null(strstr(d, "+Z=8\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_of_secrets_are_dots),
		cmocka_unit_test(test_comments_that_hold_a_secret),
		cmocka_unit_test(test_unreadable_text_shows_nothing),
		cmocka_unit_test(test_values_anywhere),
		cmocka_unit_test(test_secrets_of_every_length),
		cmocka_unit_test(test_short_secrets_leave_words_alone),
		cmocka_unit_test(test_secrets_that_begin_alike_or_overlap),
		cmocka_unit_test(test_secrets_as_others_write_them),
		cmocka_unit_test(test_passwords_of_urls_need_not_be_known),
		cmocka_unit_test(test_errors_lose_their_secrets),
		cmocka_unit_test(test_what_settings_hold_is_hidden),
		cmocka_unit_test(test_lines_of_a_key_are_hidden_one_by_one),
		cmocka_unit_test(test_words_of_the_program_stay),
		cmocka_unit_test(test_what_a_rule_refuses_is_hidden),
		cmocka_unit_test(test_diff_shows_that_and_not_what),
		cmocka_unit_test(test_diff_of_a_value_over_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
