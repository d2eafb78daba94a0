/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/setting_doc.h"
#include "config/setting_guess.h"

#include <string.h>

static const struct setting_doc_item *find(const struct setting_doc *doc, const char *key)
{
	for (size_t i = 0; i < doc->n; i++)
		if (strcmp(doc->items[i].key, key) == 0)
			return &doc->items[i];
	fail_msg("%s was not found", key);
	return NULL;
}

static const char *heading(
	const struct setting_doc *doc, const char *key, enum setting_heading_level level)
{
	int index = find(doc, key)->heading[level];

	return index < 0 ? "" : doc->headings[index].title;
}

static void test_headings_of_every_manner(void **state)
{
	static const char text[] =
		"#!/bin/sh\n"
		"############\n# Secrets\n# YOU MUST CHANGE THESE\n############\n\n"
		"A=1\n\n"
		"# Mail\n# ------\n# Where letters go.\n# ------\nB=2\n\n"
		"#\n# Memory limits\n#\n\n#C=3g\n\n"
		"#------ Backend Config ------#\nD=4\n\n"
		"## Auth Settings\n### Signs cookies.\nE=5\n\n"
		"# Traefik ports\nF=6\nG=7\n\n"
		"# Just help\nH=8\n";
	AUTO(setting_doc) struct setting_doc doc;

	(void)state;
	setting_doc_read(&doc, text, strlen(text));
	assert_string_equal(heading(&doc, "A", HEADING_STRONG), "Secrets");
	assert_string_equal(doc.headings[0].about, "YOU MUST CHANGE THESE");
	assert_string_equal(heading(&doc, "B", HEADING_STRONG), "Mail");
	assert_string_equal(doc.headings[1].about, "Where letters go.");
	assert_null(find(&doc, "B")->help);
	assert_string_equal(heading(&doc, "C", HEADING_STRONG), "Memory limits");
	assert_true(find(&doc, "C")->commented);
	assert_string_equal(heading(&doc, "D", HEADING_MEDIUM), "Backend Config");
	assert_string_equal(heading(&doc, "E", HEADING_MEDIUM), "Auth Settings");
	assert_string_equal(find(&doc, "E")->help, "Signs cookies.");
	assert_string_equal(heading(&doc, "G", HEADING_WEAK), "Traefik ports");
	assert_null(find(&doc, "G")->help);
	assert_string_equal(find(&doc, "H")->help, "Just help");
}

static void test_help_is_prose_without_marks(void **state)
{
	static const char text[] =
		"# Level of noise,\n# for people.\n#\n# Values:\n# - low\n# - high\n"
		"NOISE=low # changes at once\n"
		"OTHER='a # b' # beside\n"
		"# POOL=20 (optional, connections kept open)\n"
		"# This sentence says X=1 means nothing at all.\n"
		"LAST=x\n";
	AUTO(setting_doc) struct setting_doc doc;

	(void)state;
	setting_doc_read(&doc, text, strlen(text));
	assert_int_equal(doc.n, 4);
	assert_string_equal(find(&doc, "NOISE")->help,
		"Level of noise, for people.\n\nValues:\n- low\n- high\n\nchanges at once");
	assert_string_equal(find(&doc, "NOISE")->value, "low");
	assert_int_equal(find(&doc, "NOISE")->line, 7);
	assert_string_equal(find(&doc, "OTHER")->value, "a # b");
	assert_string_equal(find(&doc, "OTHER")->help, "beside");
	assert_string_equal(find(&doc, "POOL")->value, "20");
	assert_string_equal(find(&doc, "POOL")->help, "optional, connections kept open");
	assert_string_equal(
		find(&doc, "LAST")->help, "This sentence says X=1 means nothing at all.");
}

/* Without empty lines every comment is about the key below it. */
static void test_help_keeps_lines_that_are_their_own(void **state)
{
	static const struct {
		const char *text, *help;
	} rows[] = {
		{"# Ghost domain\n# Custom public domain Ghost will run on\nD=x\n",
			"Ghost domain\nCustom public domain Ghost will run on"},
		{"# uncomment the line below and add the domain\n# You also need the Caddyfile\nD=x\n",
			"uncomment the line below and add the domain\nYou also need the Caddyfile"},
		{"# One sentence that runs on the\n# Docker host and ends.\n# Another one.\nD=x\n",
			"One sentence that runs on the Docker host and ends. Another one."},
		{"# The level\n# debug: everything\n# info - less\nD=x\n",
			"The level\ndebug: everything\ninfo - less"},
		{"# wrapped in the\n# middle of it\nD=x\n", "wrapped in the middle of it"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(setting_doc) struct setting_doc doc = {0};

		setting_doc_read(&doc, rows[i].text, strlen(rows[i].text));
		assert_int_equal(doc.n, 1);
		assert_string_equal(doc.items[0].help, rows[i].help);
	}
}

static void test_dense_files_have_help_but_no_headings(void **state)
{
	static const char text[] =
		"# Database password\nA=1\nB=2\n# Mode: development|production\nC=3\nD=4\n";
	AUTO(setting_doc) struct setting_doc doc;

	(void)state;
	setting_doc_read(&doc, text, strlen(text));
	assert_int_equal(doc.n_headings, 0);
	assert_string_equal(find(&doc, "A")->help, "Database password");
	assert_string_equal(find(&doc, "C")->help, "Mode: development|production");
}

static void test_broken_files_lose_only_broken_lines(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf"
		"A=1\r\nThe password must be complex: at least 8 characters.\r\n"
		"export B='two\r\nlines'\r\nC=\"unterminated\r\nD: yaml\r\n=nothing\r\nE";
	AUTO(setting_doc) struct setting_doc doc;

	(void)state;
	setting_doc_read(&doc, text, strlen(text));
	assert_string_equal(find(&doc, "A")->value, "1");
	assert_string_equal(find(&doc, "B")->value, "two\r\nlines");
	assert_string_equal(find(&doc, "D")->value, "yaml");
}

static void test_help_of_a_group_is_shared_by_its_kin(void **state)
{
	static const char text[] =
		"# Passwords of the collectors.\nA_PASSWORD=\nB_PASSWORD=\nC_PORT=1\n";
	AUTO(setting_doc) struct setting_doc doc;

	(void)state;
	setting_doc_read(&doc, text, strlen(text));
	assert_string_equal(find(&doc, "B_PASSWORD")->help, "Passwords of the collectors.");
	assert_null(find(&doc, "C_PORT")->help);
}

struct guess {
	const char *name, *value, *help;
	enum setting_type type;
};

static void test_types_follow_name_value_and_comment(void **state)
{
	static const struct guess rows[] = {
		{"POSTGRES_PASSWORD", "x", NULL, SETTING_SECRET},
		{"db__pass", "", NULL, SETTING_SECRET},
		{"SECRET_KEY_BASE", "generate_me", NULL, SETTING_SECRET},
		{"PIHOLE_PW", "x", NULL, SETTING_SECRET},
		{"QDRANT_API_KEY", "", NULL, SETTING_SECRET},
		{"ENCRYPTION_KEY", NULL, NULL, SETTING_SECRET},
		{"VAPID_PUBLIC_KEY", "abc", NULL, SETTING_TEXT},
		{"TLS_KEY_FILE", "./k.pem", NULL, SETTING_PATH},
		{"KEY_PATH", "./k.pem", NULL, SETTING_PATH},
		{"AWS_ACCESS_KEY_ID", "AKIA", NULL, SETTING_TEXT},
		{"API_KEY_PREFIX", "cal_", NULL, SETTING_TEXT},
		{"TOKEN_LIMIT", "4096", NULL, SETTING_INT},
		{"DISABLE_METRICS_AUTH", "", NULL, SETTING_BOOL},
		{"ALLOW_EMPTY_PASSWORD", "yes", NULL, SETTING_BOOL},
		{"SECRET_FILE", "/run/secrets/x", NULL, SETTING_PATH},
		{"JWT_EXPIRY", "3600", NULL, SETTING_INT},
		{"WEB_PORT", "8080", NULL, SETTING_PORT},
		{"PORT", "", NULL, SETTING_PORT},
		{"NATS_PORT_NUMBER", "4222", NULL, SETTING_PORT},
		{"PORT", "127.0.0.1:80", NULL, SETTING_TEXT},
		{"SITE", "http://localhost:3000", NULL, SETTING_URL},
		{"DOCS_URL", "", NULL, SETTING_URL},
		{"SERVER_URL", "your-domain.example.net", NULL, SETTING_HOST},
		{"SERVER_URL", "https://your-domain.example.net", NULL, SETTING_URL},
		{"DATABASE_URL", "postgres://u:p@db/x", NULL, SETTING_DSN},
		{"DATABASE_URL", "postgres://u:p@ss@db/x", NULL, SETTING_DSN},
		{"DATABASE_URL", "", NULL, SETTING_DSN},
		{"DATABASE_URL", "sqlite:///data/app.db", NULL, SETTING_URL},
		{"SPRING_URL", "jdbc:postgresql://db/x", NULL, SETTING_TEXT},
		{"MONGO_URI", "mongodb+srv://u:p@a.b.net/x", NULL, SETTING_DSN},
		{"QUEUE", "amqp://guest:guest@mq:5672//", NULL, SETTING_DSN},
		{"CACHE_URL", "redis://cache:6379/0", NULL, SETTING_DSN},
		{"UPSTREAM", "ftp://u:p@host/x", NULL, SETTING_SECRET},
		{"REDIS_URL", NULL, NULL, SETTING_DSN},
		{"BASE_URL", NULL, NULL, SETTING_URL},
		{"API_KEYS", "abc:read,write;def:read", NULL, SETTING_KEYS},
		{"SORT_KEYS", "a,b", NULL, SETTING_TEXT},
		{"REDIS_URL", "redis://${H}:${P}", NULL, SETTING_DSN},
		{"ADMIN_EMAIL", "a@b.org", NULL, SETTING_EMAIL},
		{"DB_HOST", "db", NULL, SETTING_HOST},
		{"DATABASE_HOST", "db:5432", NULL, SETTING_TEXT},
		{"DATA", "./data", NULL, SETTING_PATH},
		{"DEBUG", "false", NULL, SETTING_BOOL},
		{"USE_TLS", "1", NULL, SETTING_BOOL},
		{"WORKERS", "4", NULL, SETTING_INT},
		{"FILE_PERM", "0644", NULL, SETTING_TEXT},
		{"VERSION", "16", NULL, SETTING_TEXT},
		{"MAX_MEMORY", "3072m", NULL, SETTING_SIZE},
		{"RETENTION_SIZE", "15GB", NULL, SETTING_SIZE},
		{"RETENTION_TIME", "15d", NULL, SETTING_DURATION},
		{"KEEP_ALIVE", "5m", NULL, SETTING_DURATION},
		{"RATIO", "0.5", NULL, SETTING_TEXT},
		{"MODE", "production", "development|staging|production", SETTING_ENUM},
		{"MODE", "", "Select authentication type: internal, jwt, ldap or matrix",
			SETTING_ENUM},
		{"MODE", "other", "development|staging|production", SETTING_TEXT},
		{"FIELDS", "", "comma-separated: a|b|c", SETTING_TEXT},
		{"LEVEL", "info", "Allowed values: 'debug', 'info', 'warn'.", SETTING_ENUM},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = settings_add(&all, rows[i].name);

		s->help = xstrdup(rows[i].help);
		setting_guess(s, rows[i].value);
		if (s->type != rows[i].type)
			fail_msg("%s=%s: %s, expected %s", rows[i].name,
				rows[i].value ? rows[i].value : "",
				setting_type_info(s->type)->name,
				setting_type_info(rows[i].type)->name);
	}
}

static void test_rules_follow_the_comment(void **state)
{
	static const struct {
		const char *name, *value, *help, *text;
	} rows[] = {
		{"A_SECRET", "changeme", "generate via: openssl rand -hex 16", "generated, 32 hex"},
		{"A_SECRET", "changeme", "Use `openssl rand -base64 32`",
			"generated, 43 characters"},
		{"A_KEY", "changeme", "Encryption key (32 characters)", "generated, 32 characters"},
		{"A_KEY", "changeme", "Must be 256 bits, 64 string characters in hex format",
			"generated, 64 hex"},
		{"A_KEY", "changeme", "a random string of at least 12 chars", "generated, 64 hex"},
		{"A_KEY", "00000000000000000000000000000000", NULL, "generated, 32 hex"},
		{"A_KEY", "changeme", NULL, "generated, 64 hex"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = settings_add(&all, rows[i].name);
		autofree char *text = NULL;

		s->help = xstrdup(rows[i].help);
		setting_guess(s, rows[i].value);
		text = secret_rule_text(&s->rule);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_secrets_of_others_are_not_generated(void **state)
{
	static const struct {
		const char *name, *value;
		bool own;
	} rows[] = {{"OPENAI_API_KEY", "", false}, {"SLACK_CLIENT_SECRET", "your_secret", false},
		{"SMTP_PASSWORD", "changeme", false}, {"STRIPE_KEY", "sk_test_x", false},
		{"ANON_KEY", "eyJhbGciOi", false}, {"DATABASE_URL", "pg://u:p@h/d", false},
		{"APP_KEY", "base64:xyz=", false}, {"POSTGRES_PASSWORD", "changeme", true},
		{"JWT_SECRET", "", true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};
		struct setting *s = settings_add(&all, rows[i].name);

		setting_guess(s, rows[i].value);
		assert_int_equal(s->type, SETTING_SECRET);
		if (setting_can_generate(s) != rows[i].own)
			fail_msg("%s", rows[i].name);
	}
}

static void test_comments_that_require_a_value(void **state)
{
	static const char *const yes[] = {"Public URL for the web service (required)",
		"REQUIRED: the server needs it", "(mandatory)", "This must be set",
		"The service won't start unless this is given"};
	static const char *const no[] = {"optional", "not required",
		"Required when SMTP_USER is not set", "Auth is REQUIRED by default",
		"only required in clusters", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (!setting_says_required(yes[i]))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (setting_says_required(no[i]))
			fail_msg("%s", no[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headings_of_every_manner),
		cmocka_unit_test(test_help_is_prose_without_marks),
		cmocka_unit_test(test_help_keeps_lines_that_are_their_own),
		cmocka_unit_test(test_dense_files_have_help_but_no_headings),
		cmocka_unit_test(test_broken_files_lose_only_broken_lines),
		cmocka_unit_test(test_help_of_a_group_is_shared_by_its_kin),
		cmocka_unit_test(test_types_follow_name_value_and_comment),
		cmocka_unit_test(test_rules_follow_the_comment),
		cmocka_unit_test(test_secrets_of_others_are_not_generated),
		cmocka_unit_test(test_comments_that_require_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
