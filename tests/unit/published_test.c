/* SPDX-License-Identifier: MIT */
/* Secrets whose value stands in the files of the stack for everybody to read. */
#include "host_fixture.h"

#include "config/project.h"
#include "config/setting_guess.h"

static const char compose_yaml[] =
	"services:\n"
	"  web:\n"
	"    image: web:1\n"
	"    environment:\n"
	"      DATABASE_URL: ${DATABASE_URL:-postgresql://postgres:postgres@db:5432/postgres}\n"
	"      SALT: ${SALT:-mysalt} # CHANGEME\n"
	"      DB_PASS: ${DB_PASS:-postgres}\n"
	"      S3_SECRET_ACCESS_KEY: ${S3_SECRET_ACCESS_KEY:-miniosecret}\n"
	"      S3_ACCESS_KEY: ${S3_ACCESS_KEY:-miniosecret}\n"
	"      QUEUE_URL: ${QUEUE_URL:-redis://:${REDIS_AUTH:-myredissecret}@redis}\n"
	"      SEARCH_API_KEY: ${SEARCH_API_KEY:-9f8a7c6d5e4b3a291807}\n"
	"  db:\n"
	"    image: postgres:17\n"
	"    environment:\n"
	"      POSTGRES_USER: ${POSTGRES_USER:-postgres}\n"
	"      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-postgres}\n"
	"  minio:\n"
	"    image: minio/minio:1\n"
	"    environment: {MINIO_ROOT_PASSWORD: '${MINIO_ROOT_PASSWORD:-miniosecret}'}\n"
	"  redis:\n"
	"    image: redis:7\n"
	"    command: redis-server --requirepass ${REDIS_AUTH:-myredissecret}\n";

static struct project *open_dir(struct fixture *f)
{
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return p;
}

static struct setting *setting(struct project *p, const char *name)
{
	struct setting *s = settings_find(&p->settings, name);

	if (!s)
		fail_msg("there is no setting %s", name);
	return s;
}

static const char *value(struct project *p, const char *name)
{
	const char *text = setting_effective(setting(p, name));

	return text ? text : "(none)";
}

static void test_a_published_default_counts_as_none(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	autofree char *url = NULL;

	fixture_put("compose.yaml", compose_yaml, 0644);
	p = open_dir(f);
	assert_true(setting_unanswered(setting(p, "SALT")));
	assert_string_equal(setting(p, "SALT")->published, "compose.yaml:6");
	assert_non_null(strstr(setting(p, "SALT")->required_why, "compose.yaml:6"));
	assert_false(setting(p, "SALT")->advanced);
	assert_false(setting_unanswered(setting(p, "POSTGRES_USER")));
	/* What somebody else hands out is not ours to make. */
	assert_string_equal(value(p, "SEARCH_API_KEY"), "9f8a7c6d5e4b3a291807");
	assert_int_equal(settings_generate_missing(&p->settings, NULL), 0);
	assert_string_not_equal(value(p, "SALT"), "mysalt");
	assert_int_equal(strlen(value(p, "POSTGRES_PASSWORD")), 64);
	/* What is one and the same stays so, and the address follows. */
	assert_string_equal(value(p, "DB_PASS"), value(p, "POSTGRES_PASSWORD"));
	assert_string_equal(value(p, "S3_SECRET_ACCESS_KEY"), value(p, "MINIO_ROOT_PASSWORD"));
	assert_string_equal(value(p, "S3_ACCESS_KEY"), "miniosecret");
	url = xasprintf("postgresql://postgres:%s@db:5432/postgres",
		value(p, "POSTGRES_PASSWORD"));
	assert_string_equal(value(p, "DATABASE_URL"), url);
	/* One that is made of another variable by the compose file needs no line. */
	assert_int_equal(setting(p, "QUEUE_URL")->answer, ANSWER_NONE);
	for (size_t i = 0; i < p->settings.n; i++)
		if (setting_unanswered(&p->settings.items[i]))
			fail_msg("%s is open", p->settings.items[i].name);
}

static void test_copies_and_addresses_follow_each_answer(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put("compose.yaml", compose_yaml, 0644);
	p = open_dir(f);
	assert_int_equal(setting_answer(setting(p, "DB_PASS"), "p@ss word", NULL), 0);
	assert_int_equal(settings_follow(&p->settings, "DB_PASS", NULL), 0);
	assert_string_equal(value(p, "POSTGRES_PASSWORD"), "p@ss word");
	assert_non_null(strstr(value(p, "DATABASE_URL"), ":p%40ss%20word@db"));
	/* Taken back, what followed is as it was. */
	assert_int_equal(setting_answer(setting(p, "DB_PASS"), NULL, NULL), 0);
	assert_int_equal(settings_follow(&p->settings, "DB_PASS", NULL), 0);
	assert_string_equal(value(p, "POSTGRES_PASSWORD"), "postgres");
	assert_string_equal(value(p, "DATABASE_URL"),
		"postgresql://postgres:postgres@db:5432/postgres");
}

/* Half of the services would go on with the old one. */
static void test_what_a_file_holds_as_plain_text_is_left_alone(void **state)
{
	static const char *const elsewhere[] = {
		"      URL: postgres://u:hunter22@db/x\n",
		"      - URL=postgres://u:hunter22@db/x\n",
		"      PGPASSWORD: hunter22\n",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		AUTO_PTR(project) struct project *p = NULL;
		autofree char *text = xasprintf(
			"services:\n  a:\n    image: a:1\n    environment:\n%s  b:\n    image: b:1\n"
			"    environment:\n      DB_PASSWORD: ${DB_PASSWORD:-hunter22}\n",
			elsewhere[i]);

		fixture_put("compose.yaml", text, 0644);
		p = open_dir(f);
		assert_string_equal(value(p, "DB_PASSWORD"), "hunter22");
		assert_false(setting_unanswered(setting(p, "DB_PASSWORD")));
		assert_non_null(strstr(setting(p, "DB_PASSWORD")->note, "compose.yaml:5"));
	}
}

/* What it looks like is what its program asks for. */
static void test_the_form_is_kept(void **state)
{
	static const struct {
		const char *name, *value;
		enum secret_format format;
		int length;
	} rows[] = {{"SEARCH_ADMIN_PASSWORD", "StrongPassword123!", SECRET_PASSWORD, 32},
		{"ENCRYPTION_KEY", "abcdefghijklmnopqrstuvwx01234567", SECRET_ALNUM, 32},
		{"NODE_SECRET", "1098eea1-6649-4e1d-aed1-b77249fb8dd0", SECRET_UUID, 36},
		{"DB_PASSWORD", "hunter22", SECRET_HEX, 64}};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(project) struct project *p = NULL;
		autofree char *text = xasprintf(
			"services:\n  a:\n    image: a:1\n    environment: {X: '${%s:-%s}'}\n",
			rows[i].name, rows[i].value);

		fixture_put("compose.yaml", text, 0644);
		p = open_dir(f);
		assert_int_equal(setting(p, rows[i].name)->rule.format, rows[i].format);
		assert_int_equal(settings_generate_missing(&p->settings, NULL), 0);
		assert_int_equal(strlen(value(p, rows[i].name)), rows[i].length);
	}
}

/* The default may be kept by a word of the user; it is then written down, and theirs. */
static void test_the_default_may_be_kept(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL, *again = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	autosecret char *text = NULL;
	size_t n = 0;

	fixture_put("compose.yaml", compose_yaml, 0644);
	p = open_dir(f);
	assert_int_equal(setting_answer(setting(p, "SALT"), "mysalt", &err), 0);
	assert_true(setting_changes(setting(p, "SALT")));
	assert_int_equal(project_dotenv(p, &text, &n, &err), 0);
	assert_non_null(strstr(text, "SALT=mysalt\n"));
	fixture_put(".env", text, 0600);
	again = open_dir(f);
	assert_null(setting(again, "SALT")->published);
	assert_false(setting_unanswered(setting(again, "SALT")));
}

/* A new .env would begin as a copy of the example. */
static void test_the_example_publishes_as_well(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put("compose.yaml",
		"services:\n  a:\n    image: a:1\n    environment:\n      K: ${ADMIN_PASSWORD}\n",
		0644);
	fixture_put(".env.example", "# of the first user\nADMIN_PASSWORD=letusin\n", 0644);
	p = open_dir(f);
	assert_string_equal(setting(p, "ADMIN_PASSWORD")->published, ".env.example:2");
	assert_true(setting_unanswered(setting(p, "ADMIN_PASSWORD")));
}

static void test_who_logs_in_is_no_secret(void **state)
{
	static const struct {
		const char *name;
		bool account;
	} rows[] = {{"MINIO_ROOT_USER", true}, {"DB_USERNAME", true}, {"ADMIN_LOGIN", true},
		{"S3_ACCESS_KEY", true}, {"S3_SECRET_ACCESS_KEY", false}, {"USER_PASSWORD", false},
		{"API_KEY", false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (setting_names_account(rows[i].name) != rows[i].account)
			fail_msg("%s", rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_a_published_default_counts_as_none),
		fixture_test(test_copies_and_addresses_follow_each_answer),
		fixture_test(test_what_a_file_holds_as_plain_text_is_left_alone),
		fixture_test(test_the_form_is_kept),
		fixture_test(test_the_default_may_be_kept),
		fixture_test(test_the_example_publishes_as_well),
		cmocka_unit_test(test_who_logs_in_is_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
