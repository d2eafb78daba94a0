/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/setting.h"

#include <string.h>

struct row {
	enum setting_type type;
	const char *value;
	bool good;
};

static void test_each_type_knows_its_values(void **state)
{
	static const struct row rows[] = {
		{SETTING_TEXT, "hello, wörld", true},
		{SETTING_TEXT, "a\033[31mb", false},
		{SETTING_SECRET, "8f14e45fceea167a5a36dedd4bea2543", true},
		{SETTING_SECRET, "changeme", false},
		{SETTING_SECRET, "two\nlines", false},
		{SETTING_PORT, "8080", true},
		{SETTING_PORT, "0", false},
		{SETTING_PORT, "65536", false},
		{SETTING_PORT, "+80", false},
		{SETTING_PORT, "80/tcp", false},
		{SETTING_URL, "https://example.org:8443/x?y#z", true},
		{SETTING_URL, "http://[::1]:80/", true},
		{SETTING_URL, "postgres://u:p%40@db:5432/app", true},
		{SETTING_URL, "unix:///run/d.sock", true},
		{SETTING_URL, "example.org", false},
		{SETTING_URL, "http://", false},
		{SETTING_URL, "http://host:99999/", false},
		{SETTING_URL, "http://a b/", false},
		{SETTING_HOST, "db", true},
		{SETTING_HOST, "my_db-1.example.org", true},
		{SETTING_HOST, "10.0.0.1", true},
		{SETTING_HOST, "fe80::1", true},
		{SETTING_HOST, "-x", false},
		{SETTING_HOST, "a..b", false},
		{SETTING_HOST, "a b", false},
		{SETTING_EMAIL, "me+x@example.org", true},
		{SETTING_EMAIL, "admin@localhost", true},
		{SETTING_EMAIL, "@host", false},
		{SETTING_EMAIL, "me@", false},
		{SETTING_EMAIL, "a@b@c", false},
		{SETTING_PATH, "./data dir", true},
		{SETTING_PATH, "a\nb", false},
		{SETTING_BOOL, "Yes", true},
		{SETTING_BOOL, "0", true},
		{SETTING_BOOL, "maybe", false},
		{SETTING_INT, "-12", true},
		{SETTING_INT, "12x", false},
		{SETTING_INT, "9223372036854775808", false},
		{SETTING_SIZE, "512m", true},
		{SETTING_SIZE, "1.5GiB", true},
		{SETTING_SIZE, "lots", false},
		{SETTING_DURATION, "1h30m", true},
		{SETTING_DURATION, "30d", true},
		{SETTING_DURATION, "30", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = settings_add(&all, "NAME");
		int code;

		s->type = rows[i].type;
		code = setting_answer(s, rows[i].value, NULL);
		if ((code == 0) != rows[i].good)
			fail_msg(
				"%s %s: %d", setting_type_info(s->type)->name, rows[i].value, code);
		assert_int_equal(s->problem.code, code);
		assert_string_equal(s->value, rows[i].value);
	}
}

static void test_messages_say_what_was_expected(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *port = settings_add(&all, "WEB_PORT"), *level, *secret;

	(void)state;
	port->type = SETTING_PORT;
	port->min = 1024;
	port->max = 49151;
	assert_int_equal(setting_answer(port, "80", &err), ERR_INPUT);
	assert_string_equal(
		err.message, "WEB_PORT: expected a number from 1024 to 49151, got \"80\"");
	level = settings_add(&all, "LEVEL");
	level->type = SETTING_ENUM;
	strv_push_all(&level->choices, "info", "debug", NULL);
	assert_int_equal(setting_answer(level, "loud\033[2J", &err), ERR_INPUT);
	assert_string_equal(err.message, "LEVEL: expected one of info, debug, got \"loud\"");
	secret = settings_add(&all, "TOKEN");
	secret->type = SETTING_SECRET;
	secret->min = 40;
	secret->max = INT64_MAX;
	assert_int_equal(setting_answer(secret, "hunter2hunter3", &err), ERR_INPUT);
	assert_string_equal(err.message, "TOKEN: expected at least 40 characters");
}

static void test_answer_goes_before_current_before_default(void **state)
{
	AUTO(settings) struct settings all = {0};
	struct setting *s = settings_add(&all, "X");

	(void)state;
	assert_null(setting_effective(s));
	s->default_value = xstrdup("default");
	assert_string_equal(setting_effective(s), "default");
	s->current = xstrdup("current");
	s->source = COMPOSE_DEFAULT;
	assert_string_equal(setting_effective(s), "default");
	s->source = COMPOSE_DOTENV;
	assert_string_equal(setting_effective(s), "current");
	s->placeholder = true;
	assert_string_equal(setting_effective(s), "default");
	setting_answer(s, "answer\n", NULL);
	assert_string_equal(setting_effective(s), "answer");
	setting_answer(s, NULL, NULL);
	assert_string_equal(setting_effective(s), "default");
	s->answer = ANSWER_KEEP;
	assert_string_equal(setting_effective(s), "current");
}

static void test_only_what_dotenv_lacks_is_a_change(void **state)
{
	AUTO(settings) struct settings all = {0};
	struct setting *s = settings_add(&all, "X");

	(void)state;
	assert_false(setting_changes(s));
	s->default_value = xstrdup("8080");
	assert_true(setting_changes(s));
	s->implied = true;
	assert_false(setting_changes(s));
	setting_answer(s, "8080", NULL);
	assert_false(setting_changes(s));
	setting_answer(s, "9090", NULL);
	assert_true(setting_changes(s));
	s->current = xstrdup("9090");
	s->dotenv = xstrdup("9090");
	s->source = COMPOSE_DOTENV;
	assert_false(setting_changes(s));
	setting_answer(s, "8080", NULL);
	assert_true(setting_changes(s));
	/* The shell's value is in force; .env stays as it is. */
	setting_answer(s, NULL, NULL);
	free(s->current);
	s->current = xstrdup("7070");
	s->source = COMPOSE_SHELL;
	assert_false(setting_changes(s));
}

static void test_required_secrets_are_generated_once(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *s = settings_add(&all, "DB_PASSWORD"), *foreign, *hidden;

	(void)state;
	s->type = SETTING_SECRET;
	s->required = true;
	s->current = xstrdup("changeme");
	s->source = COMPOSE_DOTENV;
	s->placeholder = true;
	assert_true(setting_unanswered(s));
	foreign = settings_add(&all, "OPENAI_API_KEY");
	foreign->type = SETTING_SECRET;
	foreign->required = true;
	foreign->rule = (struct secret_rule){SECRET_HEX, 0, 0};
	hidden = settings_add(&all, "S3_SECRET");
	hidden->type = SETTING_SECRET;
	hidden->required = true;
	hidden->when = xstrdup("S3_ENABLED=true");
	assert_int_equal(settings_generate_missing(&all, &err), 0);
	s = settings_find(&all, "DB_PASSWORD");
	assert_int_equal(s->answer, ANSWER_GENERATE);
	assert_int_equal(strlen(s->value), 64);
	assert_string_equal(s->note, "generated, 64 hex");
	assert_false(setting_unanswered(s));
	assert_true(setting_unanswered(settings_find(&all, "OPENAI_API_KEY")));
	assert_null(settings_find(&all, "S3_SECRET")->value);
	assert_int_equal(setting_generate(settings_find(&all, "OPENAI_API_KEY"), &err), ERR_INPUT);
	assert_non_null(err.hint);
}

static void test_when_follows_answers(void **state)
{
	AUTO(settings) struct settings all = {0};
	struct setting *on = settings_add(&all, "TLS"), *s = settings_add(&all, "CERT");

	(void)state;
	on = settings_find(&all, "TLS");
	on->type = SETTING_BOOL;
	s->when = xstrdup("TLS=true");
	assert_false(setting_asked(&all, s));
	setting_answer(on, "yes", NULL);
	assert_true(setting_asked(&all, s));
	free(s->when);
	s->when = xstrdup("TLS!=true");
	assert_false(setting_asked(&all, s));
	free(s->when);
	s->when = xstrdup("TLS");
	assert_true(setting_asked(&all, s));
	setting_answer(on, "off", NULL);
	assert_false(setting_asked(&all, s));
	free(s->when);
	s->when = xstrdup("unknown_feature");
	assert_false(setting_asked(&all, s));
}

static void test_reject_and_empty_count_as_unset(void **state)
{
	AUTO(settings) struct settings all = {0};
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *s = settings_add(&all, "DOMAIN");

	(void)state;
	s->required = true;
	s->required_why = xstrdup("the public name");
	strv_push(&s->reject, "site.test");
	s->current = xstrdup("site.test");
	s->source = COMPOSE_DOTENV;
	assert_true(setting_unanswered(s));
	assert_int_equal(setting_answer(s, "site.test", &err), ERR_INPUT);
	assert_int_equal(setting_answer(s, "", &err), ERR_INPUT);
	assert_string_equal(err.message, "DOMAIN must not be empty");
	assert_string_equal(err.detail, "the public name");
	assert_int_equal(setting_answer(s, "home.arpa", &err), 0);
	assert_false(setting_unanswered(s));
}

static void test_sort_keeps_order_within_pages(void **state)
{
	AUTO(settings) struct settings all = {0};

	(void)state;
	for (const char *const *p = (const char *const[]){"B1", "A1", "B2", "A2", NULL}; *p; p++)
		settings_add(&all, *p);
	settings_page(&all, "A");
	for (size_t i = 0; i < all.n; i++)
		all.items[i].page = settings_page(&all, all.items[i].name[0] == 'A' ? "A" : "B");
	settings_sort(&all);
	assert_int_equal(all.n_pages, 2);
	assert_string_equal(all.items[0].name, "A1");
	assert_string_equal(all.items[1].name, "A2");
	assert_string_equal(all.items[2].name, "B1");
}

/* With and without the index; items that change hands while it stands. */
static void test_settings_are_found_by_name(void **state)
{
	AUTO(settings) struct settings all = {0};

	(void)state;
	settings_page(&all, "A");
	for (int i = 0; i < 100; i++) {
		autofree char *name = xasprintf("S%d", i);

		settings_add(&all, name);
	}
	settings_add(&all, "S7")->required = true;
	for (int pass = 0; pass < 2; pass++) {
		assert_ptr_equal(settings_find(&all, "S0"), &all.items[0]);
		assert_ptr_equal(settings_find(&all, "S99"), &all.items[99]);
		assert_false(settings_find(&all, "S7")->required);
		assert_null(settings_find(&all, "S100"));
		settings_sort(&all);
	}
	setting_done(&all.items[42]);
	assert_null(settings_find(&all, "S42"));
	setting_init(&all.items[42], "S42");
	assert_ptr_equal(settings_find(&all, "S42"), &all.items[42]);
	settings_add(&all, "NEW");
	assert_ptr_equal(settings_find(&all, "NEW"), &all.items[101]);
	assert_ptr_equal(settings_find(&all, "S99"), &all.items[99]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_type_knows_its_values),
		cmocka_unit_test(test_messages_say_what_was_expected),
		cmocka_unit_test(test_answer_goes_before_current_before_default),
		cmocka_unit_test(test_only_what_dotenv_lacks_is_a_change),
		cmocka_unit_test(test_required_secrets_are_generated_once),
		cmocka_unit_test(test_when_follows_answers),
		cmocka_unit_test(test_reject_and_empty_count_as_unset),
		cmocka_unit_test(test_sort_keeps_order_within_pages),
		cmocka_unit_test(test_settings_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
