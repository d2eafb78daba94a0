/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/probe.h"
#include "real_server.h"
#include "recording_host.h"
#include "tiny_server.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct fixture {
	struct loop *loop;
	struct host *host;
	struct tiny_server *server;
	struct real_server *postgres, *redis;
	const char *no_postgres, *no_redis;
	struct probe *probe;
	char *text; /* the last one's */
};

static const struct {
	const char *path, *answer;
} answers[] = {
	{"/ok", "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"ready\" : true}"},
	{"/bad", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 29\r\n\r\n{\n  "
		 "\"ready\":\tfalse,\n \"n\": 3 }"},
	{"/escape", "HTTP/1.1 500 No\r\nContent-Length: 19\r\n\r\n\033[31mred s3crecy \001x"},
	{"/text", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
	{"/deep", "HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n"
		  "{\"services\":{\"db\":\"up\",\"gone\":null,\"count\":3}}"},
	{"/moved", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"},
	/* These never end. */
	{"/stream", "HTTP/1.1 200 OK\r\n\r\ndata"},
	{"/stuck", "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\npart"},
};

static void serve(void *arg, int fd, int nth)
{
	char head[4096], *path;

	(void)arg;
	(void)nth;
	while (tiny_read_head(fd, head, sizeof(head))) {
		path = strchr(head, ' ') + 1;
		path[strcspn(path, " ?")] = '\0';
		if (str_starts(path, "/guarded"))
			tiny_send(fd, strstr(path + strlen(path) + 1, "X-API-Key: k3y-of-mine\r\n")
					      ? "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n"
						"{\"status\":\"degraded\"}"
					      : "HTTP/1.1 403 No\r\nContent-Length: 15\r\n\r\n"
						"not other-k3y..");
		for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
			if (strcmp(path, answers[i].path) == 0)
				tiny_send(fd, answers[i].answer);
		}
	}
}

static int group_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->host = recording_host_new(host_local_new(f->loop));
	f->server = tiny_server_new(NULL, serve, f);
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
	tiny_server_free(f->server);
	host_free(f->host);
	loop_free(f->loop);
	free(f->text);
	free(f);
	return 0;
}

static bool ask(struct fixture *f, const struct probe_spec *spec)
{
	struct probe *p;
	bool ok;

	assert_int_equal(probe_start(f->host, spec, NULL, NULL, &p, NULL), 0);
	assert_int_equal(op_wait(probe_op(p), NULL), 0);
	ok = probe_ok(p);
	free(f->text);
	f->text = xstrdup(probe_text(p));
	assert_true(probe_latency_ms(p) >= 0);
	op_free(probe_op(p));
	return ok;
}

/* Asks the tiny server; `want` stands behind "GET http://127.0.0.1:PORT/path -> ". */
static void check_http(
	struct fixture *f, const char *path, struct probe_spec spec, bool ok, const char *want)
{
	int port = tiny_server_port(f->server);
	autofree char *url = xasprintf("http://127.0.0.1:%d%s", port, path);
	autofree char *full = xasprintf("GET %s -> %s", url, want);
	autofree char *dial = xasprintf("dial tcp 127.0.0.1:%d", port);

	spec.kind = PROBE_HTTP;
	spec.url = url;
	recording_host_clear(f->host);
	assert_int_equal(ask(f, &spec), ok);
	assert_string_equal(f->text, full);
	assert_int_equal(recording_host_calls(f->host)->n, 1);
	assert_true(recording_host_saw(f->host, dial));
}

static void test_http_status(void **state)
{
	struct fixture *f = *state;
	const struct probe_spec any = {0}, is_503 = {.expect = 503}, is_200 = {.expect = 200};

	check_http(f, "/ok", any, true, "200");
	check_http(f, "/ok", is_200, true, "200");
	check_http(f, "/ok", is_503, false, "200 {\"ready\" : true}");
	check_http(f, "/bad", any, false, "503 { \"ready\": false, \"n\": 3 }");
	check_http(f, "/bad", is_503, true, "503");
	check_http(f, "/moved", any, false, "302");
	check_http(f, "/escape", (struct probe_spec){.password = "s3crecy"}, false,
		"500 red *** \u00b7x");
}

static void test_http_json(void **state)
{
	struct fixture *f = *state;

	check_http(f, "/ok", (struct probe_spec){.json_path = "ready", .json_equals = "true"}, true,
		"200, ready is true");
	check_http(f, "/ok", (struct probe_spec){.json_path = "ready", .json_equals = "false"},
		false, "200, but ready is true, not false");
	check_http(f, "/bad",
		(struct probe_spec){.json_path = "ready", .json_equals = "false", .expect = 503},
		true, "503, ready is false");
	check_http(f, "/deep", (struct probe_spec){.json_path = "services.db", .json_equals = "up"},
		true, "200, services.db is up");
	check_http(f, "/deep",
		(struct probe_spec){.json_path = "services.count", .json_equals = "3"}, true,
		"200, services.count is 3");
	check_http(f, "/deep",
		(struct probe_spec){.json_path = "services.gone", .json_equals = "null"}, true,
		"200, services.gone is null");
	check_http(f, "/deep", (struct probe_spec){.json_path = "services.none"}, false,
		"200, but there is no services.none");
	check_http(f, "/text", (struct probe_spec){.json_path = "ready"}, false,
		"200, but the body is no JSON");
}

/* Not all is well, and yet it will do; or everything will but one. */
static void test_http_json_that_will_do(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv will_do = STRV_INIT;
	struct probe_spec spec = {.json_path = "services.db", .json_equals = "well"};

	check_http(f, "/deep", spec, false, "200, but services.db is up, not well");
	strv_push_all(&will_do, "slow", "up", NULL);
	spec.json_degraded = &will_do;
	check_http(
		f, "/deep", spec, true, "200, services.db is up: not all is well, but it will do");
	spec = (struct probe_spec){.json_path = "services.db", .json_not = "up"};
	check_http(f, "/deep", spec, false, "200, but services.db is up");
	spec.json_not = "down";
	check_http(f, "/deep", spec, true, "200, services.db is up");
}

static void test_http_headers(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv right = STRV_INIT, wrong = STRV_INIT, two = STRV_INIT;
	struct probe_spec spec = {.kind = PROBE_HTTP, .url = "http://127.0.0.1/", .headers = &two};
	struct probe *none = NULL;

	strv_push_all(&right, "X-Other: 1", "X-API-Key: k3y-of-mine", NULL);
	strv_push_all(&wrong, "X-API-Key: other-k3y", NULL);
	strv_push_all(&two, "X-API-Key: a\r\nX-Admin: 1", NULL);
	check_http(f, "/guarded", (struct probe_spec){.headers = &right}, true, "200");
	/* Servers repeat what they were sent. */
	check_http(f, "/guarded", (struct probe_spec){.headers = &wrong}, false, "403 not ***..");
	assert_int_equal(probe_start(f->host, &spec, NULL, NULL, &none, NULL), ERR_INPUT);
	assert_null(none);
}

static void test_http_that_does_not_end(void **state)
{
	struct fixture *f = *state;
	const struct probe_spec quick = {.timeout_ms = 100};

	/* The status answers the question: the end is not waited for. */
	check_http(f, "/stream", (struct probe_spec){.timeout_ms = 3600000}, true, "200");
	check_http(f, "/stuck", quick, false, "500 part");
	check_http(f, "/silent", quick, false, "no answer in 0.1 s");
}

static void test_nobody_there(void **state)
{
	struct fixture *f = *state;
	static const enum probe_kind kinds[] = {PROBE_TCP, PROBE_POSTGRES, PROBE_REDIS};
	static const char *const labels[] = {"tcp %s", "postgres me@%s/db", "redis %s PING"};
	autoclose int taken = -1;
	int port = tiny_refusing_port(&taken);
	autofree char *address = xasprintf("127.0.0.1:%d", port);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct probe_spec spec = {.kind = kinds[i],
			.host = "127.0.0.1",
			.port = port,
			.user = "me",
			.password = "hidden",
			.database = "db"};
		const char *at = strchr(labels[i], '%');
		autofree char *want = xasprintf("%.*s%s%s -> Connection refused",
			(int)(at - labels[i]), labels[i], address, at + 2);

		assert_false(ask(f, &spec));
		assert_string_equal(f->text, want);
	}
}

static void test_tcp(void **state)
{
	struct fixture *f = *state;
	struct probe_spec spec = {.kind = PROBE_TCP, .port = tiny_server_port(f->server)};
	autofree char *want = xasprintf("tcp localhost:%d -> accepts connections", spec.port);

	assert_true(ask(f, &spec));
	assert_string_equal(f->text, want);
}

static void test_command(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv argv = STRV_INIT, env = STRV_INIT;
	struct probe_spec spec = {.kind = PROBE_COMMAND, .argv = &argv, .env = &env, .cwd = "/"};

	strv_push(&env, "WORD=up");
	strv_push_all(&argv, "/bin/sh", "-c", "echo $WORD in $PWD", NULL);
	recording_host_clear(f->host);
	assert_true(ask(f, &spec));
	assert_string_equal(f->text, "/bin/sh -c echo $WORD in $PWD -> exit status 0: up in /");
	assert_true(recording_host_saw_prefix(f->host, "exec /bin/sh"));
	strv_remove(&argv, 2);
	strv_push(&argv, "echo fine; echo bad >&2; exit 4");
	assert_false(ask(f, &spec));
	assert_non_null(strstr(f->text, " -> exit status 4: bad"));
	strv_clear(&argv);
	strv_push(&argv, "/no/such/program");
	assert_false(ask(f, &spec));
	assert_non_null(strstr(f->text, "No such file or directory"));
	strv_clear(&argv);
	strv_push_all(&argv, "/bin/sleep", "1000", NULL);
	spec.timeout_ms = 100;
	assert_false(ask(f, &spec));
	assert_string_equal(f->text, "/bin/sleep 1000 -> no answer in 0.1 s");
	strv_done(&env);
}

static void test_specifications_that_cannot_be_asked(void **state)
{
	struct fixture *f = *state;
	static const struct probe_spec bad[] = {
		{.kind = PROBE_HTTP},
		{.kind = PROBE_HTTP, .url = "ftp://x/"},
		{.kind = PROBE_HTTP, .url = "http://x/", .expect = 20},
		{.kind = PROBE_TCP},
		{.kind = PROBE_TCP, .port = 70000},
		{.kind = PROBE_COMMAND},
		{.kind = (enum probe_kind)77},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		AUTO(error) struct error err = ERROR_INIT;
		struct probe *p = NULL;

		assert_int_equal(probe_start(f->host, &bad[i], NULL, NULL, &p, &err), ERR_INPUT);
		assert_non_null(err.message);
		assert_null(p);
	}
}

static void test_cancel_and_free(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv argv = STRV_INIT;
	autofree char *url = xasprintf("http://127.0.0.1:%d/silent", tiny_server_port(f->server));
	const struct probe_spec specs[] = {
		{.kind = PROBE_HTTP, .url = url},
		{.kind = PROBE_TCP, .port = tiny_server_port(f->server)},
		{.kind = PROBE_REDIS, .port = tiny_server_port(f->server)},
		{.kind = PROBE_POSTGRES, .port = tiny_server_port(f->server)},
		{.kind = PROBE_COMMAND, .argv = &argv},
	};

	strv_push_all(&argv, "sleep", "1000", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct probe *p;

		assert_int_equal(probe_start(f->host, &specs[i], NULL, NULL, &p, NULL), 0);
		op_cancel(probe_op(p));
		assert_int_equal(op_wait(probe_op(p), NULL), ERR_CANCELLED);
		op_free(probe_op(p));
		assert_int_equal(probe_start(f->host, &specs[i], NULL, NULL, &p, NULL), 0);
		op_free(probe_op(p));
	}
}

static void test_long_evidence_is_cut(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(str) struct str script = STR_INIT(STR_LINE);
	struct probe_spec spec = {.kind = PROBE_COMMAND, .argv = &argv};

	str_add(&script, "true ");
	str_pad(&script, 'x', 5000);
	strv_push_all(&argv, "sh", "-c", str_text(&script), NULL);
	assert_true(ask(f, &spec));
	assert_int_equal(strlen(f->text), 4096);
}

static void need(const void *server, const char *why)
{
	if (!server) {
		print_message("skipped: %s\n", why);
		skip();
	}
}

static void test_real_postgres(void **state)
{
	struct fixture *f = *state;

	need(f->postgres, f->no_postgres);
	struct probe_spec spec = {.kind = PROBE_POSTGRES,
		.host = "127.0.0.1",
		.port = real_server_port(f->postgres),
		.user = REAL_USER,
		.password = REAL_PASSWORD,
		.database = "postgres"};
	static const struct {
		const char *query;
		bool ok;
		const char *evidence;
	} rows[] = {
		{NULL, true, "PostgreSQL "},
		{"SELECT 1", true, "the query gives 1"},
		{"SELECT count(*) > 0 FROM pg_class", true, "the query gives t"},
		{"SELECT false", false, "the query gives f"},
		{"SELECT NULL", false, "the query gives NULL"},
		{"SELECT 1 WHERE false", false, "the query gives no row"},
		{"SET search_path TO public", true, "PostgreSQL "},
		{"SELECT nothing", false, "the query failed: column \"nothing\" does not exist"},
	};
	autofree char *dial = xasprintf("dial tcp 127.0.0.1:%d", spec.port);
	autofree char *label = xasprintf("postgres slipway@127.0.0.1:%d/postgres -> ", spec.port);

	recording_host_clear(f->host);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.query = rows[i].query;
		assert_int_equal(ask(f, &spec), rows[i].ok);
		assert_true(str_starts(f->text, label));
		assert_true(str_starts(f->text + strlen(label), rows[i].evidence));
	}
	/* libpq reached the server through the host only. */
	assert_int_equal(recording_host_calls(f->host)->n, ARRAY_SIZE(rows));
	assert_true(recording_host_saw(f->host, dial));
	spec.password = "wrong one";
	assert_false(ask(f, &spec));
	assert_non_null(strstr(f->text, "password authentication failed for user \"slipway\""));
	assert_null(strstr(f->text, "wrong one"));
	spec.password = REAL_PASSWORD;
	spec.database = "none";
	assert_false(ask(f, &spec));
	assert_non_null(strstr(f->text, "database \"none\" does not exist"));
}

static void test_real_redis(void **state)
{
	struct fixture *f = *state;

	need(f->redis, f->no_redis);
	struct probe_spec spec = {
		.kind = PROBE_REDIS, .host = "127.0.0.1", .port = real_server_port(f->redis)};
	static const struct {
		const char *user, *password;
		bool ok;
		const char *evidence;
	} rows[] = {
		{REAL_USER, REAL_PASSWORD, true, "PONG"},
		{NULL, REAL_PASSWORD, true, "PONG"},
		{NULL, NULL, false, "NOAUTH Authentication required."},
		{REAL_USER, "wrong one", false, "WRONGPASS"},
	};
	autofree char *label = xasprintf("redis 127.0.0.1:%d PING -> ", spec.port);

	recording_host_clear(f->host);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		spec.user = rows[i].user;
		spec.password = rows[i].password;
		assert_int_equal(ask(f, &spec), rows[i].ok);
		assert_true(str_starts(f->text, label));
		assert_true(str_starts(f->text + strlen(label), rows[i].evidence));
		assert_null(strstr(f->text, "wrong one"));
	}
	assert_int_equal(recording_host_calls(f->host)->n, ARRAY_SIZE(rows));
}

/* Each kind meets a server of another kind, and says so. */
static void test_strangers(void **state)
{
	struct fixture *f = *state;

	need(f->redis, f->no_redis);
	struct probe_spec postgres = {
		.kind = PROBE_POSTGRES, .port = real_server_port(f->redis), .timeout_ms = 1000};
	autofree char *url = xasprintf("http://127.0.0.1:%d/", real_server_port(f->redis));
	struct probe_spec http = {.kind = PROBE_HTTP, .url = url};

	assert_false(ask(f, &postgres));
	assert_false(ask(f, &http));
	need(f->postgres, f->no_postgres);
	struct probe_spec redis = {.kind = PROBE_REDIS, .port = real_server_port(f->postgres)};

	assert_false(ask(f, &redis));
}

static void test_descriptions(void **state)
{
	const struct probe_spec http = {.kind = PROBE_HTTP,
					.url = "http://me:secret@h:1/p?token=secret"},
				postgres = {.kind = PROBE_POSTGRES,
					.user = "u",
					.password = "secret",
					.database = "d"},
				redis = {.kind = PROBE_REDIS, .host = "::1", .password = "secret"};
	autofree char *a = probe_describe(&http), *b = probe_describe(&postgres),
		      *c = probe_describe(&redis);

	(void)state;
	assert_string_equal(a, "GET http://h:1/p");
	assert_string_equal(b, "postgres u@localhost:5432/d");
	assert_string_equal(c, "redis [::1]:6379 PING");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_status),
		cmocka_unit_test(test_http_json),
		cmocka_unit_test(test_http_json_that_will_do),
		cmocka_unit_test(test_http_headers),
		cmocka_unit_test(test_http_that_does_not_end),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_specifications_that_cannot_be_asked),
		cmocka_unit_test(test_cancel_and_free),
		cmocka_unit_test(test_long_evidence_is_cut),
		cmocka_unit_test(test_real_postgres),
		cmocka_unit_test(test_real_redis),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_descriptions),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
