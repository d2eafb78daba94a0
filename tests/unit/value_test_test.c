/* SPDX-License-Identifier: MIT */
/* Live tests of values: against real PostgreSQL and Redis, and against stand-ins with faults. */
#include "unit.h"

#include "base/str.h"
#include "probe/value_test.h"
#include "real_server.h"
#include "tiny_server.h"

#include <stdio.h>
#include <string.h>

#define TOKEN "hf_s3crettoken"

struct fixture {
	struct loop *loop;
	struct host *host;
	struct tiny_server *http, *smtp;
	struct real_server *postgres, *redis;
	const char *no_postgres, *no_redis;
	const char *greeting;
	char *text;
};

static void serve_http(void *arg, int fd, int nth)
{
	char head[4096];

	(void)arg;
	(void)nth;
	while (tiny_read_head(fd, head, sizeof(head))) {
		bool known = strstr(head, "Authorization: Bearer " TOKEN "\r\n") != NULL;

		if (str_starts(head, "GET /api/whoami-v2 "))
			tiny_send(
				fd, known ? "HTTP/1.1 200 OK\r\nContent-Length: "
					    "15\r\n\r\n{\"name\":\"anna\"}"
					  : "HTTP/1.1 401 No\r\nContent-Length: 14\r\n\r\n" TOKEN);
		else if (str_starts(head, "GET /s3"))
			tiny_send(fd, "HTTP/1.1 403 Forbidden\r\nServer: MinIO\r\n"
				      "x-amz-request-id: 1\r\nContent-Length: 0\r\n\r\n");
		else if (str_starts(head, "GET /broken"))
			tiny_send(fd, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
		else if (str_starts(head, "GET /silent"))
			tiny_read_head(fd, head, sizeof(head));
		else
			tiny_send(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	}
}

static void serve_smtp(void *arg, int fd, int nth)
{
	struct fixture *f = arg;
	char rest[8];

	(void)nth;
	tiny_send(fd, f->greeting);
	tiny_read_n(fd, rest, 6);
}

static int group_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->host = host_local_new(f->loop);
	f->greeting = "";
	f->http = tiny_server_new(NULL, serve_http, f);
	f->smtp = tiny_server_new(NULL, serve_smtp, f);
	f->postgres = real_postgres_new(f->loop, &f->no_postgres);
	f->redis = real_redis_new(f->loop, &f->no_redis);
	*state = f;
	return 0;
}

static int group_teardown(void **state)
{
	struct fixture *f = *state;

	real_server_free(f->postgres);
	real_server_free(f->redis);
	tiny_server_free(f->http);
	tiny_server_free(f->smtp);
	host_free(f->host);
	loop_free(f->loop);
	free(f->text);
	free(f);
	return 0;
}

static struct setting *add(
	struct settings *all, const char *name, enum setting_type type, const char *value)
{
	struct setting *s = settings_add(all, name);

	s->type = type;
	s->current = xstrdup(value);
	s->source = COMPOSE_DOTENV;
	return settings_find(all, name);
}

/* Tests the first setting. */
static enum value_verdict try(struct fixture *f, struct settings *all, const char *extension)
{
	const struct value_test_spec spec = {
		.all = all, .setting = &all->items[0], .extension = extension, .timeout_ms = 20000};
	AUTO(error) struct error err = ERROR_INIT;
	struct value_test *t;
	enum value_verdict verdict;

	if (value_test_start(f->host, &spec, NULL, NULL, &t, &err))
		fail_msg("%s", err.message);
	assert_int_equal(op_wait(value_test_op(t), NULL), 0);
	verdict = value_test_verdict(t);
	free(f->text);
	f->text = xstrdup(value_test_text(t));
	op_free(value_test_op(t));
	assert_null(strstr(f->text, "s3cr"));
	return verdict;
}

static void test_postgres_says_version_and_extension(void **state)
{
	struct fixture *f = *state;
	AUTO(settings) struct settings all = {0}, wrong = {0};
	autofree char *url = NULL, *bad = NULL;

	if (!f->postgres) {
		print_message("no PostgreSQL: %s: skipped\n", f->no_postgres);
		skip();
	}
	/* REAL_PASSWORD, percent-encoded. */
	url = xasprintf("postgresql+asyncpg://" REAL_USER ":a%%20%%27word%%27%%20of%%20s3crecy"
			"@127.0.0.1:%d/postgres?x=1",
		real_server_port(f->postgres));
	add(&all, "DATABASE_URL", SETTING_DSN, url);
	assert_int_equal(try(f, &all, NULL), VALUE_WORKS);
	assert_true(str_starts(f->text, "PostgreSQL "));
	assert_int_equal(try(f, &all, "plpgsql"), VALUE_WORKS);
	assert_non_null(strstr(f->text, ", plpgsql 1"));
	assert_int_equal(try(f, &all, "nosuch"), VALUE_FAILS);
	assert_non_null(strstr(f->text, "no nosuch"));
	bad = xasprintf("postgres://" REAL_USER ":s3crwrong@127.0.0.1:%d/postgres",
		real_server_port(f->postgres));
	add(&wrong, "DATABASE_URL", SETTING_DSN, bad);
	assert_int_equal(try(f, &wrong, NULL), VALUE_FAILS);
	assert_true(*f->text);
}

static void test_redis_answers_a_ping(void **state)
{
	struct fixture *f = *state;
	AUTO(settings) struct settings all = {0}, wrong = {0};
	autofree char *url = NULL, *bad = NULL;

	if (!f->redis) {
		print_message("no Redis: %s: skipped\n", f->no_redis);
		skip();
	}
	url = xasprintf("redis://:a%%20%%27word%%27%%20of%%20s3crecy@127.0.0.1:%d/0",
		real_server_port(f->redis));
	add(&all, "REDIS_URL", SETTING_SECRET, url);
	assert_int_equal(try(f, &all, NULL), VALUE_WORKS);
	assert_string_equal(f->text, "PONG");
	bad = xasprintf("redis://:s3crwrong@127.0.0.1:%d", real_server_port(f->redis));
	add(&wrong, "REDIS_URL", SETTING_DSN, bad);
	assert_int_equal(try(f, &wrong, NULL), VALUE_FAILS);
}

static void test_a_token_has_a_name(void **state)
{
	struct fixture *f = *state;
	AUTO(settings) struct settings all = {0}, wrong = {0};
	autofree char *url = xasprintf("http://127.0.0.1:%d/", tiny_server_port(f->http));

	add(&all, "HF_TOKEN", SETTING_SECRET, TOKEN);
	add(&all, "HF_ENDPOINT", SETTING_URL, url);
	assert_int_equal(try(f, &all, NULL), VALUE_WORKS);
	assert_string_equal(f->text, "200, name is anna");
	add(&wrong, "HF_TOKEN", SETTING_SECRET, "hf_s3crwrong");
	add(&wrong, "HF_ENDPOINT", SETTING_URL, url);
	assert_int_equal(try(f, &wrong, NULL), VALUE_FAILS);
	assert_string_equal(f->text, "401: the token is not known there");
}

static void check_url(struct fixture *f, const char *name, const char *path,
	enum value_verdict want, const char *text)
{
	AUTO(settings) struct settings all = {0};
	autofree char *url = xasprintf("http://127.0.0.1:%d%s", tiny_server_port(f->http), path);

	add(&all, name, SETTING_URL, url);
	if (try(f, &all, NULL) != want)
		fail_msg("%s%s: %s", name, path, f->text);
	if (!str_starts(f->text, text))
		fail_msg("%s%s: %s", name, path, f->text);
}

static void test_endpoints_answer_or_not(void **state)
{
	struct fixture *f = *state;

	check_url(f, "PUBLIC_URL", "/", VALUE_WORKS, "404");
	check_url(f, "PUBLIC_URL", "/broken", VALUE_FAILS, "502");
	check_url(f, "S3_ENDPOINT", "/s3", VALUE_WORKS, "403, speaks S3: MinIO");
	check_url(f, "S3_ENDPOINT", "/", VALUE_FAILS, "404, but not the answer of an S3 server");
}

static void test_mail_servers_greet(void **state)
{
	static const struct {
		const char *greeting;
		enum value_verdict want;
		const char *text;
	} rows[] = {
		{"220 mail.example.org ESMTP\r\n", VALUE_WORKS, "220 mail.example.org ESMTP"},
		{"220-one\r\n220-two\r\n220 three\r\n", VALUE_WORKS, "220 three"},
		{"554 no\033[31m service\r\n", VALUE_FAILS, "554 no service"},
		{"SSH-2.0-x\r\n", VALUE_FAILS, "not the greeting of a mail server"},
	};
	struct fixture *f = *state;
	char port[8];

	snprintf(port, sizeof(port), "%d", tiny_server_port(f->smtp));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(settings) struct settings all = {0};

		f->greeting = rows[i].greeting;
		add(&all, "SMTP_HOST", SETTING_HOST, "127.0.0.1");
		add(&all, "SMTP_PORT", SETTING_PORT, port);
		assert_int_equal(try(f, &all, NULL), rows[i].want);
		assert_string_equal(f->text, rows[i].text);
	}
}

static void test_nobody_there_and_nothing_to_test(void **state)
{
	struct fixture *f = *state;
	AUTO(settings) struct settings all = {0}, none = {0};
	struct value_test_spec spec = {.all = &none};
	struct value_test *t;

	add(&all, "REDIS_URL", SETTING_DSN, "redis://:s3cret@127.0.0.1:1/0");
	assert_int_equal(try(f, &all, NULL), VALUE_FAILS);
	assert_true(*f->text);
	add(&none, "TITLE", SETTING_TEXT, "x");
	spec.setting = &none.items[0];
	assert_null(value_test_find(&spec));
	assert_int_equal(value_test_start(f->host, &spec, NULL, NULL, &t, NULL), ERR_INPUT);
	/* A placeholder is no value. */
	all.items[0].placeholder = true;
	spec.all = &all;
	spec.setting = &all.items[0];
	assert_null(value_test_find(&spec));
}

static void test_a_silent_server_ends_in_words(void **state)
{
	struct fixture *f = *state;
	AUTO(settings) struct settings all = {0};
	autofree char *url = xasprintf("http://127.0.0.1:%d/silent", tiny_server_port(f->http));
	struct value_test_spec spec = {.all = &all, .timeout_ms = 100};
	struct value_test *t;

	spec.setting = add(&all, "PUBLIC_URL", SETTING_URL, url);
	assert_int_equal(value_test_start(f->host, &spec, NULL, NULL, &t, NULL), 0);
	assert_int_equal(op_wait(value_test_op(t), NULL), 0);
	assert_int_equal(value_test_verdict(t), VALUE_FAILS);
	assert_string_equal(value_test_text(t), "no answer in 0.1 s");
	op_free(value_test_op(t));
	/* And one that is given up. */
	assert_int_equal(value_test_start(f->host, &spec, NULL, NULL, &t, NULL), 0);
	op_free(value_test_op(t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_postgres_says_version_and_extension),
		cmocka_unit_test(test_redis_answers_a_ping),
		cmocka_unit_test(test_a_token_has_a_name),
		cmocka_unit_test(test_endpoints_answer_or_not),
		cmocka_unit_test(test_mail_servers_greet),
		cmocka_unit_test(test_nobody_there_and_nothing_to_test),
		cmocka_unit_test(test_a_silent_server_ends_in_words),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
