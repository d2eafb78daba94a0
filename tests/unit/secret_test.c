/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/secret.h"

#include <string.h>

static void test_placeholders_of_real_templates(void **state)
{
	static const char *const yes[] = {"changeme", "'changeme'", "changeit",
		"CHANGE_THIS_TO_A_STRONG_SECRET_KEY", "changePassword", "changeUser",
		"changeEncryptionKey", "change-me-in-production", "please-change-this-key",
		"replace-with-openssl-rand-hex-32", "generate_me",
		"your-super-secret-jwt-token-with-at-least-32-characters-long",
		"your_slack_client_secret", "yourUser", "yourstorageaccount",
		"your-email@company.com", "https://your-domain.com", "ghp_your_token_here",
		"sk_test_your_stripe_test_key_here", "<replace with API key>", "<password>",
		"<path_to_your_gitlab_pki>/pki_chain.pem", "/<directory-path>/n8n-docker-caddy",
		"{{ SECRET }}", "sk-ant-xxxx", "xxx-xxx-xxx", "p.eyJxxxxx",
		"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "example-mistral-ai-api-key", "sk-example",
		"admin@example.com", "meet.example.com:${HTTPS_PORT}",
		"therealnerdybeast@example.tld", "secret", "password", "Password", "salt",
		"passphrase", "this-is-secret", "magical_password", "reallysecurerootpassword",
		"fake_mail_password", "django_secret_key", "miniosecret",
		"my-random-string-for-seeding", "my_jitsi_app_secret", "myredissecret",
		"data encryption key with 32 char", "api-token",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0123456789abcdef0123456789abcdef", "12345678", "YourOrganizationName",
		"sk-123abc"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (!secret_is_placeholder(yes[i]))
			fail_msg("%s was taken for a value", yes[i]);
}

static void test_values_are_no_placeholders(void **state)
{
	static const char *const no[] = {"", "8f14e45fceea167a5a36dedd4bea2543", "kX9_vT2-mQ4rW8zL",
		"postgres", "https://api.openai.com/v1", "localhost", "${POSTGRES_PASSWORD}",
		"$POSTGRES_PASSWORD", "postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@db/app",
		"/run/secrets/db_password", "./volumes/web/cert/key-no-password.pem", "exchange",
		"Europe/Berlin", "info", "BAAI/bge-m3", "31556952",
		"1098eea1-6649-4e1d-aed1-b77249fb8dd0", "correct horse battery",
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyAgCiAgICAicm9sZSI6ICJhbm9uIiwKfQ.dc_X5iR_"
		"VP_qT0zsi",
		"client_secret_basic", "ghcr.io/mastodon/mastodon", "true", "15GB"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (secret_is_placeholder(no[i]))
			fail_msg("%s was taken for a placeholder", no[i]);
}

/* Words come up in randomness, too: in base64, and sooner in a long text. */
static void test_chance_makes_no_placeholder(void **state)
{
	static const char *const no[] = {"q7VxXX3bPz1mWcY8rT5+Jk2Nf9sLh4Gd6aQe0uBiRo=",
		"Zt4/XXX+9dK2mQ7wE1rT6yU3iO8pA5sD0fG=", "b3NlYour9xKq2Wm7Lz4Rt8Vc1Pd6Ng0H",
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VwBCIEIJ7xXX9d2K8mQ7wE1rT6yU3iO4pA5sD0fG+hJ2kLzX9c\n"
		"-----END PRIVATE KEY-----\n",
		/* A certificate: half of it is no randomness. */
		"-----BEGIN CERTIFICATE-----\n"
		"MIIBfjCCASOgAwIBAgIUW3Ihem1h6Fiv/wBq4mj/kgAuldAwCgYIKoZIzj0EAwIw\n"
		"FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyMTIwNDgxOVoXDTM2MTExODIw\n"
		"NDgxOVowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
		"AQcDQgAEp2b7HfdBryCX/LKAh+rF3SjtIUymLg7O/I15rV6D6s6f66irPgbMJ9FL\n"
		"i5USr/MUpchfJxm2NE3PQUZeolUabqNTMFEwHQYDVR0OBBYEFBYDlEldtCvMPWBX\n"
		"fofLL94ici01MB8GA1UdIwQYMBaAFBYDlEldtCvMPWBXfofLL94ici01MA8GA1Ud\n"
		"EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPf0XZMkrMYD5+p1cEiJViMa\n"
		"x8lR6wPZpS+XXX/5cg8uAiEAofzP0EkE9hRN9s0Ov75I3pfJJtxs9McVWF4ZmXNe\n"
		"68s=\n"
		"-----END CERTIFICATE-----\n",
		"$2b$10$Xxx9qW2eR4tY6uI8oP0aSdFgHjKlZ1x3C5v7B9n"};
	static const char *const yes[] = {"YourSuperSecretKey123ChangeMe",
		"AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXX1", "your-api-key-A1b2C3d4E5f6G7h8I9j0",
		"CHANGE_ME_a1b2c3d4e5f6g7h8i9", "sk-Placeholder-9aB8cD7eF6gH5iJ4kL3m",
		"Your-S3cr3t-K3y-G0es-H3re-1234",
		"-----BEGIN PRIVATE KEY-----\nYOUR_KEY_1_here\n-----END PRIVATE KEY-----\n",
		"-----BEGIN CERTIFICATE-----\nMIIBfjCCASOgxxxxxxxxxxxxxxxxxxxx\n-----END "
		"CERTIFICATE-----\n"};
	const struct secret_rule rule = {SECRET_BASE64, 32, 0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (secret_is_placeholder(no[i]))
			fail_msg("%s was taken for a placeholder", no[i]);
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (!secret_is_placeholder(yes[i]))
			fail_msg("%s was taken for a value", yes[i]);
	for (int i = 0; i < 100; i++) {
		AUTO(str) struct str text = STR_INIT(STR_LINE);

		for (int part = 0; part < 40; part++) {
			autosecret char *made = NULL;

			assert_int_equal(secret_generate(&rule, &made, NULL), 0);
			str_add(&text, made);
		}
		if (secret_is_placeholder(str_text(&text)))
			fail_msg("%s was taken for a placeholder", str_text(&text));
	}
}

/* The shorter, the likelier it is one. */
static void test_what_is_made_is_no_placeholder(void **state)
{
	const struct secret_rule rule = {SECRET_ALNUM, 0, 3};

	(void)state;
	for (int i = 0; i < 100000; i++) {
		autosecret char *made = NULL;

		if (secret_generate(&rule, &made, NULL) || secret_is_placeholder(made))
			fail_msg("%s was made", made);
	}
}

static void test_stand_ins_hold_for_any_type(void **state)
{
	(void)state;
	assert_true(secret_is_stand_in("CHANGE_ME"));
	assert_true(secret_is_stand_in("https://cdn.example.com"));
	assert_false(secret_is_stand_in("password"));
	assert_false(secret_is_stand_in("Welcome to your home"));
	assert_false(secret_is_stand_in("./config.example.yaml"));
	assert_false(secret_is_stand_in("Team <team@acme.org>"));
}

static void test_generated_text_follows_the_rule(void **state)
{
	static const struct {
		struct secret_rule rule;
		size_t length;
		const char *letters;
	} rows[] = {
		{{SECRET_HEX, 32, 0}, 64, "0123456789abcdef"},
		{{SECRET_ALNUM, 0, 33}, 33,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
		{{SECRET_URLSAFE, 0, 700}, 700,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autosecret char *a = NULL, *b = NULL;

		assert_int_equal(secret_generate(&rows[i].rule, &a, NULL), 0);
		assert_int_equal(secret_generate(&rows[i].rule, &b, NULL), 0);
		assert_int_equal(strlen(a), rows[i].length);
		assert_int_equal(strspn(a, rows[i].letters), rows[i].length);
		assert_true(strcmp(a, b) != 0);
		assert_true(*a != '-' && *a != '_');
		assert_false(secret_is_placeholder(a));
	}
}

/* Folding 256 values onto 62 letters would make some of them a quarter more frequent. */
static void test_every_letter_is_equally_likely(void **state)
{
	const struct secret_rule rule = {SECRET_ALNUM, 0, 2000};
	size_t count[256] = {0};

	(void)state;
	for (int round = 0; round < 100; round++) {
		autosecret char *text = NULL;

		assert_int_equal(secret_generate(&rule, &text, NULL), 0);
		for (const char *p = text; *p; p++)
			count[(unsigned char)*p]++;
	}
	for (const char *p = "AHIZahiz0189"; *p; p++)
		assert_in_range(count[(unsigned char)*p], 2742, 3709); /* 200000 / 62 +- 15 % */
}

static void test_senseless_sizes_are_refused(void **state)
{
	const struct secret_rule none = {SECRET_ALNUM, 32, 0}, huge = {SECRET_HEX, 1 << 20, 0};
	AUTO(error) struct error err = ERROR_INIT;
	char *text = NULL;

	(void)state;
	assert_int_equal(secret_generate(&none, &text, &err), ERR_INPUT);
	assert_int_equal(secret_generate(&huge, &text, &err), ERR_INPUT);
	assert_null(text);
	assert_non_null(strstr(err.message, "1024"));
	assert_int_equal(secret_format_find("urlsafe"), SECRET_URLSAFE);
	assert_int_equal(secret_format_find("base63"), -1);
}

static void test_the_table_of_formats_is_complete(void **state)
{
	(void)state;
	for (int i = 0; i < SECRET_FORMATS; i++) {
		const struct secret_format_info *info = secret_format_info((enum secret_format)i);
		struct secret_rule rule = {(enum secret_format)i, info->size, info->size};
		autosecret char *a = NULL, *b = NULL;
		autofree char *text = secret_rule_text(&rule);
		AUTO(error) struct error err = ERROR_INIT;

		assert_non_null(info->help);
		assert_non_null(info->example);
		assert_true(*text);
		assert_int_equal(secret_format_find(info->name), i);
		assert_true(secret_rule_makes(&rule));
		if (info->derived) {
			assert_int_equal(secret_generate(&rule, &a, &err), ERR_INPUT);
			continue;
		}
		assert_int_equal(secret_generate(&rule, &a, &err), 0);
		assert_int_equal(secret_generate(&rule, &b, &err), 0);
		assert_string_not_equal(a, b);
		if (secret_rule_length(&rule))
			assert_int_equal(strlen(a), secret_rule_length(&rule));
		assert_true((strchr(a, '\n') != NULL) == info->lines);
		/* Nothing weaker than 48 bits by default; what is a key in itself says no number. */
		assert_true(i == SECRET_RSA || secret_rule_entropy(&rule) >= 80);
	}
}

static void test_words_are_worth_ten_bits(void **state)
{
	const struct secret_rule rule = {SECRET_WORDS, 0, 64};
	AUTO(strv) struct strv seen = STRV_INIT;

	(void)state;
	assert_true(secret_rule_entropy(&rule) == 640);
	for (int i = 0; i < 40; i++) {
		autosecret char *text = NULL;
		AUTO(strv) struct strv words = STRV_INIT;

		assert_int_equal(secret_generate(&rule, &text, NULL), 0);
		strv_split(&words, text, '-');
		assert_int_equal(words.n, 64);
		for (size_t k = 0; k < words.n; k++) {
			size_t n = strlen(words.items[k]);

			assert_in_range(n, 3, 8);
			assert_int_equal(strspn(words.items[k], "abcdefghijklmnopqrstuvwxyz"), n);
			strv_add_once(&seen, words.items[k]);
		}
		assert_false(secret_is_stand_in(text));
	}
	/* 2560 draws of 1024: 940 different ones are expected; half of the list would give 512. */
	assert_in_range(seen.n, 880, 1000);
}

static void test_formats_have_their_form(void **state)
{
	const struct secret_rule uuid = {SECRET_UUID, 0, 0}, password = {SECRET_PASSWORD, 0, 8};

	(void)state;
	for (int i = 0; i < 50; i++) {
		autosecret char *a = NULL, *b = NULL;

		assert_int_equal(secret_generate(&uuid, &a, NULL), 0);
		assert_int_equal(a[14], '4');
		assert_non_null(strchr("89ab", a[19]));
		assert_int_equal(a[8] + a[13] + a[18] + a[23], 4 * '-');
		assert_int_equal(secret_generate(&password, &b, NULL), 0);
		assert_true(strcspn(b, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < 8);
		assert_true(strcspn(b, "abcdefghijklmnopqrstuvwxyz") < 8);
		assert_true(strcspn(b, "0123456789") < 8);
		assert_true(strcspn(b, "-_.") < 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placeholders_of_real_templates),
		cmocka_unit_test(test_values_are_no_placeholders),
		cmocka_unit_test(test_chance_makes_no_placeholder),
		cmocka_unit_test(test_what_is_made_is_no_placeholder),
		cmocka_unit_test(test_stand_ins_hold_for_any_type),
		cmocka_unit_test(test_generated_text_follows_the_rule),
		cmocka_unit_test(test_every_letter_is_equally_likely),
		cmocka_unit_test(test_the_table_of_formats_is_complete),
		cmocka_unit_test(test_words_are_worth_ten_bits),
		cmocka_unit_test(test_formats_have_their_form),
		cmocka_unit_test(test_senseless_sizes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
