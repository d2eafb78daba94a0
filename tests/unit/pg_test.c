/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "loop/pg.h"
#include "base/str.h"
#include "real_server.h"
#include "tiny_server.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct fixture {
	struct loop *loop;
	struct real_server *server;
	const char *why;
	struct error err;
	struct pg_query *query;
};

static int group_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->server = real_postgres_new(f->loop, &f->why);
	*state = f;
	return 0;
}

static int group_teardown(void **state)
{
	struct fixture *f = *state;

	real_server_free(f->server);
	loop_free(f->loop);
	free(f);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	op_free(pg_op(take(f->query)));
	error_done(&f->err);
	return 0;
}

static void need_server(struct fixture *f)
{
	if (!f->server) {
		print_message("skipped: %s\n", f->why);
		skip();
	}
}

static void start(
	struct fixture *f, const char *host, int port, const char *password, const char *sql)
{
	AUTO(strv) struct strv params = STRV_INIT;
	struct pg_spec spec = {.params = &params, .sql = sql};

	op_free(pg_op(take(f->query)));
	strv_push_all(&params, "host", host, "port", NULL);
	strv_pushf(&params, "%d", port);
	strv_push_all(&params, "user", REAL_USER, "dbname", "postgres", "password", password, NULL);
	assert_int_equal(pg_start(f->loop, &spec, NULL, NULL, &f->query, NULL), 0);
}

static int ask(struct fixture *f, const char *sql)
{
	start(f, "127.0.0.1", real_server_port(f->server), REAL_PASSWORD, sql);
	return op_wait(pg_op(f->query), &f->err);
}

static void test_rows_and_values(void **state)
{
	struct fixture *f = *state;

	need_server(f);
	assert_int_equal(ask(f, "SELECT n, NULL, 'x' || n FROM generate_series(1, 3) n"), 0);
	assert_int_equal(pg_rows(f->query), 3);
	assert_string_equal(pg_value(f->query, 2, 2), "x3");
	assert_null(pg_value(f->query, 0, 1));
	assert_null(pg_value(f->query, 3, 0));
	assert_null(pg_value(f->query, 0, 3));
	assert_null(pg_value(f->query, -1, 0));
	assert_true(pg_server_version(f->query) >= 130000);
}

static void test_large_answers(void **state)
{
	struct fixture *f = *state;

	need_server(f);
	assert_int_equal(ask(f, "SELECT repeat('x', 3000000); SELECT repeat('y', 2000000)"), 0);
	assert_int_equal(strlen(pg_value(f->query, 0, 0)), 2000000);
	assert_int_equal(pg_value(f->query, 0, 0)[0], 'y');
}

static void test_connecting_is_enough_without_sql(void **state)
{
	struct fixture *f = *state;

	need_server(f);
	assert_int_equal(ask(f, NULL), 0);
	assert_int_equal(pg_rows(f->query), 0);
	/* By name: libpq is given the addresses, the first of which may be ::1 where nobody
	 * listens. */
	start(f, "localhost", real_server_port(f->server), REAL_PASSWORD, "SELECT 1");
	assert_int_equal(op_wait(pg_op(f->query), NULL), 0);
}

static void test_failures_of_queries(void **state)
{
	struct fixture *f = *state;

	need_server(f);
	assert_int_equal(ask(f, "SELECT 1; SELECT nothing; SELECT 2"), ERR_FAILED);
	assert_string_equal(f->err.message, "the query failed: column \"nothing\" does not exist");
	assert_true(str_starts(f->err.detail, "SQLSTATE 42703: "));
	assert_int_equal(ask(f, "COPY (SELECT 1) TO STDOUT"), ERR_FAILED);
	assert_int_equal(ask(f, "DO $$ BEGIN RAISE NOTICE 'seen'; RAISE EXCEPTION E'two\\nlines "
				"\\x1b[31m'; END $$"),
		ERR_FAILED);
	assert_string_equal(f->err.message, "the query failed: two");
	assert_int_equal(ask(f, "SELECT pg_terminate_backend(pg_backend_pid())"), ERR_FAILED);
}

static void test_wrong_password_is_denied(void **state)
{
	struct fixture *f = *state;

	need_server(f);
	start(f, "127.0.0.1", real_server_port(f->server), "guess-s3cret", "SELECT 1");
	assert_int_equal(op_wait(pg_op(f->query), &f->err), ERR_DENIED);
	assert_string_equal(f->err.message,
		"cannot connect to PostgreSQL: password authentication failed for user \"" REAL_USER
		"\"");
	assert_string_equal(f->err.detail,
		"SQLSTATE 28P01: password authentication failed for user \"" REAL_USER "\"");
	start(f, "127.0.0.1", real_server_port(f->server), "", "SELECT 1");
	assert_int_equal(op_wait(pg_op(f->query), &f->err), ERR_DENIED);
}

static void test_cancel_timeout_and_free(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv params = STRV_INIT;
	struct pg_spec spec = {
		.params = &params, .sql = "SELECT pg_sleep(3600)", .timeout_ms = 300};

	need_server(f);
	strv_push_all(&params, "host", "127.0.0.1", "user", REAL_USER, "dbname", "postgres",
		"password", REAL_PASSWORD, "port", NULL);
	strv_pushf(&params, "%d", real_server_port(f->server));
	assert_int_equal(pg_start(f->loop, &spec, NULL, NULL, &f->query, NULL), 0);
	assert_int_equal(op_wait(pg_op(f->query), NULL), ERR_TIMEOUT);
	start(f, "127.0.0.1", real_server_port(f->server), REAL_PASSWORD, "SELECT 1");
	op_cancel(pg_op(f->query));
	assert_int_equal(op_wait(pg_op(f->query), NULL), ERR_CANCELLED);
	start(f, "localhost", real_server_port(f->server), REAL_PASSWORD, "SELECT 1");
	op_free(pg_op(take(f->query)));
}

static void serve_nonsense(void *arg, int fd, int nth)
{
	char c;

	(void)arg;
	(void)nth;
	tiny_send(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
	while (recv(fd, &c, 1, 0) > 0)
		continue;
}

static void test_nobody_or_somebody_else_there(void **state)
{
	struct fixture *f = *state;
	struct tiny_server *s = tiny_server_new(NULL, serve_nonsense, NULL);
	int port = tiny_server_port(s);

	start(f, "127.0.0.1", port, "secret", NULL);
	assert_int_equal(op_wait(pg_op(f->query), NULL), ERR_UNREACHABLE);
	tiny_server_free(s);
	start(f, "127.0.0.1", port, "secret", NULL);
	assert_int_equal(op_wait(pg_op(f->query), &f->err), ERR_UNREACHABLE);
	assert_string_equal(f->err.message, "cannot connect to PostgreSQL: Connection refused");
	assert_int_equal(pg_server_version(f->query), 0);
	start(f, "no-such-host.invalid", port, "secret", NULL);
	assert_int_equal(op_wait(pg_op(f->query), &f->err), ERR_UNREACHABLE);
	start(f, "/no/such/directory", port, "secret", NULL);
	assert_int_equal(op_wait(pg_op(f->query), &f->err), ERR_UNREACHABLE);
}

static void test_odd_parameters(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv params = STRV_INIT;
	struct pg_spec spec = {.params = &params};

	strv_push(&params, "host");
	assert_int_equal(pg_start(f->loop, &spec, NULL, NULL, &f->query, NULL), ERR_INPUT);
	strv_push_all(&params, "/tmp", "no_such_keyword", "1", NULL);
	assert_int_equal(pg_start(f->loop, &spec, NULL, NULL, &f->query, NULL), 0);
	assert_true(op_wait(pg_op(f->query), NULL) < 0);
}

#define pg_test(t) cmocka_unit_test_teardown(t, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(test_rows_and_values),
		pg_test(test_large_answers),
		pg_test(test_connecting_is_enough_without_sql),
		pg_test(test_failures_of_queries),
		pg_test(test_wrong_password_is_denied),
		pg_test(test_cancel_timeout_and_free),
		pg_test(test_nobody_or_somebody_else_there),
		pg_test(test_odd_parameters),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
