/* SPDX-License-Identifier: MIT */
/* One PostgreSQL query by libpq without blocking: connect, query, result, close. */
#ifndef SLIPWAY_LOOP_PG_H
#define SLIPWAY_LOOP_PG_H

#include "base/strv.h"
#include "loop/op.h"

struct pg_spec {
	/* Keyword and value pairs in turn ("host", "127.0.0.1", "password", ...), as for
	 * PQconnectStartParams; a password never appears in an argv or a message. */
	const struct strv *params;
	const char *sql; /* NULL: only connect */
	int64_t timeout_ms;
};

struct pg_query; /* begins with a struct op */

/* done: 0; ERR_UNREACHABLE (no connection); ERR_DENIED (SQLSTATE class 28: wrong password or role);
 * ERR_FAILED (the query failed; detail: SQLSTATE and text); ERR_TIMEOUT. */
int pg_start(struct loop *loop, const struct pg_spec *spec, op_done_fn *done, void *arg,
	struct pg_query **ret, struct error *err);
struct op *pg_op(struct pg_query *q);
/* Rows and the value at (row, column) of the last result; NULL for SQL NULL or out of range. */
int pg_rows(const struct pg_query *q);
/* 0 for a command that gives no rows at all. */
int pg_columns(const struct pg_query *q);
const char *pg_value(const struct pg_query *q, int row, int column);
/* Server version as libpq gives it (150004), 0 when it never connected. */
int pg_server_version(const struct pg_query *q);

/*
 * The statement that gives a role this password: ALTER ROLE with a SCRAM verifier that libpq makes
 * here, so that neither the server nor its log ever sees the password. For PostgreSQL 10 or newer: an
 * older one would take the verifier for the password. Caller releases it with secret_free().
 * ERR_INPUT for what libpq refuses (no UTF-8).
 */
int pg_role_password(const char *role, const char *password, char **ret, struct error *err);

#endif
