/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/setting.h"

#include <string.h>

static struct setting *add(struct settings *all, enum setting_type type)
{
	struct setting *s = settings_add(all, "NAME");

	s->type = type;
	return s;
}

static void test_the_table_is_complete(void **state)
{
	(void)state;
	for (int i = 0; i < SETTING_TYPES; i++) {
		const struct setting_type_info *info = setting_type_info((enum setting_type)i);
		AUTO(settings) struct settings all = {0};
		struct setting *s = add(&all, (enum setting_type)i);

		assert_non_null(info->name);
		assert_non_null(info->expects);
		assert_non_null(info->help);
		assert_non_null(info->check);
		assert_int_equal(setting_type_find(info->name), i);
		if (i == SETTING_ENUM)
			strv_push(&s->choices, info->example);
		/* What help shows as an example is one. */
		if (info->example && setting_check(s, info->example, NULL))
			fail_msg("%s: %s is refused", info->name, info->example);
		assert_true(info->example || i == SETTING_SECRET);
	}
	assert_int_equal(setting_type_find("nonsense"), -1);
}

static const char *password(void)
{
	return "s3cr3tw0rd";
}

#define UNITS                                                                             \
	"Units are written like %, MB or req/min; a definition names others under " \
	"\"units\"."

static void test_messages_name_the_place(void **state)
{
	static const struct {
		enum setting_type type;
		const char *value, *detail, *hint;
	} rows[] = {
		{SETTING_URL, "http://a b/", "character 9: a blank", NULL},
		{SETTING_URL, "http://ä b/", "character 9: a blank", NULL},
		{SETTING_HOST, "https://x", "character 6: \":\"",
			"Only the name of the host belongs here."},
		{SETTING_DIRECTORY, "/a:b",
			"character 3: a directory that is mounted cannot have a colon in its name",
			NULL},
		{SETTING_NUMBER, "5 {}", "character 3: this is no unit", UNITS},
		{SETTING_NUMBER, "5abc", "character 2: this is no unit", UNITS},
		{SETTING_NUMBER, "5 req/abc", "character 7: this is no unit", UNITS},
		{SETTING_NUMBER, "5MB/", "character 5: this is no unit", UNITS},
		{SETTING_LIST, "a,,b", "character 3: there is nothing between separators", NULL},
		{SETTING_LIST, "a,b, a", "character 6: this item is there twice", NULL},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd@x@h/db",
			"character 24: in the password: \"@\"",
			"Percent-encode it: write %40 in its place."},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd@ss/w#rd@h:5432/db",
			"character 24: in the password: \"@\"",
			"Percent-encode it: write %40 in its place."},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd/x@h/db",
			"character 24: in the password: \"/\"",
			"Percent-encode it: write %2F in its place."},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd@ss/w@h/db",
			"character 24: in the password: \"@\"",
			"Percent-encode it: write %40 in its place."},
		{SETTING_DSN, "postgres://u:12/x@h", "character 16: in the password: \"/\"",
			"Percent-encode it: write %2F in its place."},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd%x@h/db",
			"character 24: in the password: \"%\"",
			"Percent-encode it: write %25 in its place."},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd@h:99999/db",
			"character 27: here a port from 1 to 65535 is expected", NULL},
		{SETTING_DSN, "postgres://u:s3cr3tw0rd@/db",
			"character 25: here the name of a host is expected", NULL},
		{SETTING_DSN, "postgres://h/db?x&y=1", "character 17: here name=value is expected",
			NULL},
		{SETTING_KEYS, "s3cr3tw0rd",
			"character 11: here a colon and the scopes of the key are expected", NULL},
		{SETTING_KEYS, "s3cr3tw0rd:a,;b:c", "character 14: here a scope is expected", NULL},
		{SETTING_KEYS, "k:a;s3cr3tw0rd:b;k:c", "character 18: this key is there twice",
			NULL},
		{SETTING_CRON, "61 * * * *", "character 1: minute: expected 0 to 59", NULL},
		{SETTING_CRON, "0 2 * * mon-xyz", "character 13: day of the week: expected 0 to 7",
			NULL},
		{SETTING_CRON, "0 2 * *",
			"character 8: the field for the day of the week is missing", NULL},
		{SETTING_CRON, "*/0 * * * *", "character 3: expected a step of at least 1", NULL},
		{SETTING_CRON, "0 0 * * * *", "character 11: there are more than five fields",
			NULL},
		{SETTING_CRON, "0 3 31 2 *",
			"character 5: no month that is named has this day: the time never comes",
			NULL},
		{SETTING_CRON, "0 3 30/1,31 feb *",
			"character 5: no month that is named has this day: the time never comes",
			NULL},
		{SETTING_CRON, "0 3 31 2,4,6,9,11 */2",
			"character 5: no month that is named has this day: the time never comes",
			NULL},
		{SETTING_JSON, "{\"s3cr3tw0rd\":1", "character 16: the document ends too early",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		AUTO(error) struct error err = ERROR_INIT;
		struct setting *s = add(&all, rows[i].type);

		if (setting_check(s, rows[i].value, &err) != ERR_INPUT)
			fail_msg("%s was accepted", rows[i].value);
		assert_non_null(err.detail);
		if (strcmp(err.detail, rows[i].detail) != 0)
			fail_msg("%s: %s", rows[i].value, err.detail);
		assert_true(str_eq(err.hint, rows[i].hint));
		if (setting_is_secret(s)) {
			assert_null(strstr(err.message, password()));
			assert_null(strstr(err.detail, password()));
		}
	}
}

static void test_values_that_are_fine(void **state)
{
	static const struct {
		enum setting_type type;
		const char *value;
	} rows[] = {
		{SETTING_DSN, "postgresql+asyncpg://u:p%40%2f@db:5432/app?sslmode=disable"},
		{SETTING_DSN, "redis://:secret@redis:6379/0"},
		{SETTING_DSN, "redis://redis:6379/0"},
		{SETTING_DSN, "mongodb://a:b@h1:1,h2:2/x"},
		{SETTING_DSN, "postgres://[::1]:5432/x"},
		{SETTING_DSN, "sqlite:///data/app.db"},
		{SETTING_DSN, "http://host:80/path@x"},
		{SETTING_DSN, "postgres://u:p@h/db?user=a@b"},
		{SETTING_DSN, "sqlite:///data/a@b.db"},
		{SETTING_KEYS, "a:read"},
		{SETTING_KEYS, "a:read,write;b:*;"},
		{SETTING_CRON, "*/15 0-6,22-23 1,15 jan-jun MON-FRI"},
		{SETTING_CRON, "0 0 * * 7"},
		{SETTING_CRON, "0 3 29 2 *"},
		{SETTING_CRON, "0 3 31 2,3 *"},
		{SETTING_CRON, "0 3 31 2 mon"},
		{SETTING_CRON, "0 3 */31 feb *"},
		{SETTING_CRON, "0 3 28-31 2 *"},
		{SETTING_CRON, "@daily"},
		{SETTING_NUMBER, "50%"},
		{SETTING_NUMBER, "-1.5"},
		{SETTING_NUMBER, "100 req/min"},
		{SETTING_JSON, "{\"k\":[\"ingest\",\"ask\"]}"},
		{SETTING_JSON, "3"},
		{SETTING_LIST, "a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		AUTO(error) struct error err = ERROR_INIT;

		if (setting_check(add(&all, rows[i].type), rows[i].value, &err))
			fail_msg("%s: %s (%s)", rows[i].value, err.message, err.detail);
	}
}

/* What is encoded stays; where it cannot be known what was meant, nothing is proposed. */
static void test_addresses_are_mended_where_it_is_clear_how(void **state)
{
	static const struct {
		const char *value, *mended;
	} rows[] = {
		{"postgresql://app:p@ss/w#rd@db:5432/x",
			"postgresql://app:p%40ss%2Fw%23rd@db:5432/x"},
		{"postgres://u:p@ss@h/db?a=b@c", "postgres://u:p%40ss@h/db?a=b@c"},
		{"postgres://u:100%@h/db", "postgres://u:100%25@h/db"},
		{"postgres://u:a%40b^c@h/db", "postgres://u:a%40b%5Ec@h/db"},
		{"amqp://me@home:pw?x@mq:5672//", "amqp://me%40home:pw%3Fx@mq:5672//"},
		{"redis://:a/b@cache:6379/0", "redis://:a%2Fb@cache:6379/0"},
		{"redis://:a/b@c@cache:6379/0", "redis://:a%2Fb%40c@cache:6379/0"},
		{"postgres://u:ok@h/db", NULL},
		{"amqp://u:ok@mq:5672/v@host", NULL},
		{"postgres://u:p@h:99999/db", NULL},
		{"postgres://u:p^q@/db", NULL},
		{"nothing of the kind", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		autosecret char *got = setting_mended(add(&all, SETTING_DSN), rows[i].value);

		if (!str_eq(got, rows[i].mended))
			fail_msg("%s: %s", rows[i].value, got ? got : "(none)");
	}
}

/* An address without password is shown until one with a password is known. */
static void test_what_is_shown_is_masked_when_it_holds_a_password(void **state)
{
	AUTO(settings) struct settings all = {0};
	struct setting *s = add(&all, SETTING_DSN);

	(void)state;
	assert_true(setting_is_secret(s));
	s->shown = true;
	s->default_value = xstrdup("redis://cache:6379/0?db=1");
	assert_false(setting_is_secret(s));
	assert_int_equal(setting_answer(s, "redis://:hunter2@cache:6379/0", NULL), 0);
	assert_true(setting_is_secret(s));
	assert_int_equal(setting_answer(s, NULL, NULL), 0);
	s->dotenv = xstrdup("redis://cache:6379/0?password=hunter2");
	assert_true(setting_is_secret(s));
	/* A user name that is made like a secret. */
	s = add(&all, SETTING_SECRET);
	s->shown = true;
	assert_int_equal(setting_generate(s, NULL), 0);
	assert_false(setting_is_secret(s));
	assert_true(setting_is_credential(s));
}

static void test_limits_count_what_the_type_counts(void **state)
{
	static const struct {
		enum setting_type type;
		const char *good, *bad, *expected;
		int64_t min, max;
	} rows[] = {
		{SETTING_LIST, "a,b", "a", "a number from 2 to 3", 2, 3},
		{SETTING_SIZE, "1k", "1", "at least 1KiB", 1024, INT64_MAX},
		{SETTING_SIZE, "2g", "5g", "a number from 1MiB to 4GiB", 1 << 20, INT64_C(4) << 30},
		{SETTING_DURATION, "2d", "3d", "at most 2d", INT64_MIN, 2 * 86400000L},
		{SETTING_NUMBER, "99.5 %", "100.5%", "a number from 0 to 100", 0, 100 * SETTING_NUMBER_ONE},
		{SETTING_SECRET, "0f1e2d3c4b5a", "0f1e2d3c", "at least 12 characters", 12,
			INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		AUTO(error) struct error err = ERROR_INIT;
		struct setting *s = add(&all, rows[i].type);

		s->min = rows[i].min;
		s->max = rows[i].max;
		assert_int_equal(setting_check(s, rows[i].good, NULL), 0);
		assert_int_equal(setting_check(s, rows[i].bad, &err), ERR_INPUT);
		assert_non_null(strstr(err.message, rows[i].expected));
	}
}

static void test_choices_mean_what_the_type_says(void **state)
{
	static const struct {
		enum setting_type type;
		const char *good, *bad;
	} rows[] = {
		{SETTING_LIST, "one,two", "one,three"},
		{SETTING_KEYS, "k:two", "k:three"},
		{SETTING_NUMBER, "5one", "5three"},
		{SETTING_DSN, "one+x://h", "three://h"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = add(&all, rows[i].type);

		strv_push_all(&s->choices, "one", "two", NULL);
		assert_int_equal(setting_check(s, rows[i].good, NULL), 0);
		assert_int_equal(setting_check(s, rows[i].bad, NULL), ERR_INPUT);
	}
}

static void test_answers_are_spelled_as_programs_want(void **state)
{
	static const struct {
		enum setting_type type;
		const char *given, *kept, *preset;
	} rows[] = {
		{SETTING_PORT, " 8080 ", "8080", NULL},
		{SETTING_URL, " http://x ", "http://x", NULL},
		{SETTING_SIZE, "2 GB", "2GB", NULL},
		{SETTING_BOOL, "yes", "true", "false"},
		{SETTING_BOOL, "off", "0", "1"},
		{SETTING_BOOL, "Yes", "Yes", NULL},
		{SETTING_ENUM, "INFO", "info", NULL},
		{SETTING_LIST, "a, b ,c", "a,b,c", NULL},
		{SETTING_KEYS, "k: a, b; l: c", "k:a,b;l:c", NULL},
		{SETTING_CRON, " 0  2\t* * * ", "0 2 * * *", NULL},
		{SETTING_TEXT, " as it is ", " as it is ", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = add(&all, rows[i].type);

		if (s->type == SETTING_ENUM)
			strv_push_all(&s->choices, "debug", "info", NULL);
		s->default_value = xstrdup(rows[i].preset);
		assert_int_equal(setting_answer(s, rows[i].given, NULL), 0);
		assert_string_equal(s->value, rows[i].kept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_complete),
		cmocka_unit_test(test_messages_name_the_place),
		cmocka_unit_test(test_values_that_are_fine),
		cmocka_unit_test(test_addresses_are_mended_where_it_is_clear_how),
		cmocka_unit_test(test_what_is_shown_is_masked_when_it_holds_a_password),
		cmocka_unit_test(test_limits_count_what_the_type_counts),
		cmocka_unit_test(test_choices_mean_what_the_type_says),
		cmocka_unit_test(test_answers_are_spelled_as_programs_want),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
