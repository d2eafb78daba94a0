/* SPDX-License-Identifier: MIT */
#include "loop/pg.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "loop/resolve.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <string.h>

enum { SQLSTATE = 5, DEFAULT_PORT = 5432 };

struct pg_query {
	struct op op;
	struct strv params; /* holds a password: wiped */
	char *sql;
	struct resolve *resolve;
	struct timer *timeout, *begin;
	PGconn *conn;
	int fd; /* what poll watches; libpq may change it while it connects */
	struct loop_poll *poll;
	bool connected;
	int version;
	PGresult *result; /* the last one, or the first that failed */
};

static void wipe(struct strv *params)
{
	for (size_t i = 0; i < params->n; i++)
		mem_wipe(params->items[i], strlen(params->items[i]));
	strv_done(params);
}

static void stop(struct pg_query *q)
{
	loop_poll_free(take(q->poll));
	timer_free(take(q->timeout));
	timer_free(take(q->begin));
	resolve_free(take(q->resolve));
	/* The server's side ends at once; the result stays. */
	PQfinish(take(q->conn));
	wipe(&q->params);
}

/* The SQLSTATE in libpq's "FATAL:  28P01: text" (as written with PQERRORS_VERBOSE); text is left
 * behind it. Empty when the message is libpq's own. */
static void split_state(const char **text, char state[SQLSTATE + 1])
{
	const char *p = strstr(*text, ":  ");

	state[0] = '\0';
	if (!p)
		return;
	p += 3;
	for (int i = 0; i < SQLSTATE; i++) {
		if (!isdigit((unsigned char)p[i]) && !isupper((unsigned char)p[i]))
			return;
	}
	if (p[SQLSTATE] != ':' || p[SQLSTATE + 1] != ' ')
		return;
	memcpy(state, p, SQLSTATE);
	state[SQLSTATE] = '\0';
	*text = p + SQLSTATE + 2;
}

/* Of libpq's message: what the server or the system said, one line, safe. The first part says
 * where, which the caller knows better. */
static char *essence(const char *message, char state[SQLSTATE + 1])
{
	static const char before[] = " failed: ";
	const char *text = message, *at;
	AUTO(str) struct str safe = STR_INIT(STR_LINE);

	/* Of several addresses tried, the last one's. */
	while (str_starts(message, "connection to server") && (at = strstr(text, before)))
		text = at + strlen(before);
	split_state(&text, state);
	text_safe(&safe, text, strcspn(text, "\n"), false);
	return str_take(&safe);
}

static int code_of(const char *state, bool connected)
{
	if (strncmp(state, "28", 2) == 0)
		return ERR_DENIED;
	/* Connection exceptions, and "the database system is starting up". */
	if (!connected && (!*state || strncmp(state, "08", 2) == 0 || strcmp(state, "57P03") == 0))
		return ERR_UNREACHABLE;
	return ERR_FAILED;
}

static void fail(struct pg_query *q, int code, const char *state, const char *text)
{
	AUTO(error) struct error err = ERROR_INIT;

	error_set(&err, code,
		q->connected ? _("the query failed: %s") : _("cannot connect to PostgreSQL: %s"),
		text);
	if (*state)
		error_detail(&err, "SQLSTATE %s: %s", state, text);
	stop(q);
	op_finish(&q->op, code, &err);
}

static void fail_by_libpq(struct pg_query *q, const char *message)
{
	char state[SQLSTATE + 1];
	autofree char *text = essence(message, state);
	int code = code_of(state, q->connected);

	/* libpq found out by itself that it had no password to give. */
	if (!q->connected && PQconnectionNeedsPassword(q->conn))
		code = ERR_DENIED;
	fail(q, code, state, text);
}

static void on_timeout(void *arg)
{
	struct pg_query *q = arg;

	fail(q, ERR_TIMEOUT, "", _("no answer in time"));
}

static void on_ready(void *arg, int events);

static void watch(struct pg_query *q, int events)
{
	int fd = PQsocket(q->conn);

	/* The same number may be another socket by now; libpq closed the old one. */
	if (!q->connected || fd != q->fd || !q->poll) {
		loop_poll_free(q->poll);
		q->fd = fd;
		q->poll = loop_poll_start(q->op.loop, fd, events, on_ready, q);
	} else {
		loop_poll_change(q->poll, events);
	}
}

static void finish(struct pg_query *q)
{
	ExecStatusType status = q->result ? PQresultStatus(q->result) : PGRES_COMMAND_OK;

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
		status == PGRES_EMPTY_QUERY) {
		stop(q);
		op_finish(&q->op, 0, NULL);
	} else {
		fail_by_libpq(q, PQresultErrorMessage(q->result));
	}
}

static bool failed(const PGresult *result)
{
	return PQresultStatus(result) == PGRES_FATAL_ERROR ||
	       PQresultStatus(result) == PGRES_BAD_RESPONSE;
}

static void read_results(struct pg_query *q)
{
	if (!PQconsumeInput(q->conn)) {
		fail_by_libpq(q, PQerrorMessage(q->conn));
		return;
	}
	while (!PQisBusy(q->conn)) {
		PGresult *result = PQgetResult(q->conn);

		if (!result) {
			finish(q);
			return;
		}
		if (q->result && failed(q->result)) {
			PQclear(result);
			continue;
		}
		PQclear(q->result);
		q->result = result;
		/* COPY waits for data that nobody will send. */
		if (PQresultStatus(result) == PGRES_COPY_IN ||
			PQresultStatus(result) == PGRES_COPY_OUT) {
			fail(q, ERR_FAILED, "", _("COPY is not possible here"));
			return;
		}
	}
}

static void send_query(struct pg_query *q)
{
	q->connected = true;
	q->version = PQserverVersion(q->conn);
	if (!q->sql) {
		finish(q);
		return;
	}
	if (PQsetnonblocking(q->conn, 1) != 0 || !PQsendQuery(q->conn, q->sql)) {
		fail_by_libpq(q, PQerrorMessage(q->conn));
		return;
	}
	watch(q, PQflush(q->conn) == 1 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void step_connect(struct pg_query *q)
{
	switch (PQconnectPoll(q->conn)) {
	case PGRES_POLLING_READING:
		watch(q, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(q, LOOP_WRITE);
		break;
	case PGRES_POLLING_OK:
		send_query(q);
		break;
	default:
		fail_by_libpq(q, PQerrorMessage(q->conn));
	}
}

static void on_ready(void *arg, int events)
{
	struct pg_query *q = arg;

	if (!q->connected) {
		step_connect(q);
		return;
	}
	if (events & LOOP_WRITE)
		watch(q, PQflush(q->conn) == 1 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
	if (events & LOOP_READ)
		read_results(q);
}

/* libpq would print what servers remark. */
static void ignore_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static void begin(struct pg_query *q)
{
	size_t n = q->params.n / 2;
	autofree const char **keys = xcalloc(n + 1, sizeof(*keys));
	autofree const char **values = xcalloc(n + 1, sizeof(*values));

	for (size_t i = 0; i < n; i++) {
		keys[i] = q->params.items[2 * i];
		values[i] = q->params.items[2 * i + 1];
	}
	q->conn = PQconnectStartParams(keys, values, 0);
	if (!q->conn)
		abort(); /* out of memory */
	PQsetNoticeProcessor(q->conn, ignore_notice, NULL);
	PQsetErrorVerbosity(q->conn, PQERRORS_VERBOSE);
	if (PQstatus(q->conn) == CONNECTION_BAD)
		fail_by_libpq(q, PQerrorMessage(q->conn));
	else
		watch(q, LOOP_WRITE);
}

static const char *param(const struct pg_query *q, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i + 1 < q->params.n; i += 2) {
		if (strcmp(q->params.items[i], key) == 0)
			value = q->params.items[i + 1];
	}
	return value;
}

/* libpq resolves names itself, and blocks; given addresses, it does not. The name is kept:
 * certificates and .pgpass go by it. */
static void on_resolved(void *arg, int code, const char *why, struct addrinfo *addresses)
{
	struct pg_query *q = arg;
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(strv) struct strv numbers = STRV_INIT;

	if (code) {
		fail(q, ERR_UNREACHABLE, "", why);
		return;
	}
	for (struct addrinfo *a = addresses; a; a = a->ai_next) {
		char text[NI_MAXHOST];

		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0,
			    NI_NUMERICHOST) == 0) {
			strv_push(&names, param(q, "host"));
			strv_push(&numbers, text);
		}
	}
	freeaddrinfo(addresses);
	strv_push(&q->params, "host");
	strv_push_take(&q->params, strv_join(&names, ","));
	strv_push(&q->params, "hostaddr");
	strv_push_take(&q->params, strv_join(&numbers, ","));
	begin(q);
}

static void on_begin(void *arg)
{
	struct pg_query *q = arg;
	const char *host = param(q, "host");

	timer_free(take(q->begin));
	/* Directories of sockets, abstract sockets and lists are libpq's business. */
	if (str_empty(host) || strchr("/@", host[0]) || strchr(host, ',') || param(q, "hostaddr"))
		begin(q);
	else
		q->resolve = resolve_start(q->op.loop, host, DEFAULT_PORT, on_resolved, q);
}

static void pg_cancel(struct op *op)
{
	struct pg_query *q = (struct pg_query *)op;

	fail(q, ERR_CANCELLED, "", _("cancelled"));
}

static void pg_destroy(struct op *op)
{
	struct pg_query *q = (struct pg_query *)op;

	stop(q);
	PQclear(q->result);
	free(q->sql);
	free(q);
}

static const struct op_class pg_class = {
	.name = N_("query"), .cancel = pg_cancel, .destroy = pg_destroy};

int pg_start(struct loop *loop, const struct pg_spec *spec, op_done_fn *done, void *arg,
	struct pg_query **ret, struct error *err)
{
	struct pg_query *q;

	if (!spec->params || spec->params->n % 2)
		return error_set(err, ERR_INPUT, _("connection parameters come in pairs"));
	q = xcalloc(1, sizeof(*q));
	op_init(&q->op, &pg_class, loop, done, arg);
	q->fd = -1;
	q->sql = xstrdup(spec->sql);
	strv_extend(&q->params, spec->params);
	if (spec->timeout_ms > 0)
		q->timeout = timer_start(loop, spec->timeout_ms, 0, on_timeout, q);
	q->begin = loop_defer(loop, on_begin, q);
	*ret = q;
	return 0;
}

struct op *pg_op(struct pg_query *q)
{
	return q ? &q->op : NULL;
}

int pg_rows(const struct pg_query *q)
{
	return PQntuples(q->result);
}

int pg_columns(const struct pg_query *q)
{
	return PQnfields(q->result);
}

const char *pg_value(const struct pg_query *q, int row, int column)
{
	if (row < 0 || row >= PQntuples(q->result) || column < 0 ||
		column >= PQnfields(q->result) || PQgetisnull(q->result, row, column))
		return NULL;
	return PQgetvalue(q->result, row, column);
}

int pg_server_version(const struct pg_query *q)
{
	return q->version;
}

int pg_role_password(const char *role, const char *password, char **ret, struct error *err)
{
	/* Quoting and hashing want a connection, but nothing of it: this one is never made. */
	static const char *const keys[] = {"host", NULL};
	static const char *const values[] = {"/nonexistent", NULL};
	PGconn *conn = PQconnectStartParams(keys, values, 0);
	char *verifier = PQencryptPasswordConn(conn, password, role, "scram-sha-256");
	char *name = PQescapeIdentifier(conn, role, strlen(role));
	char *literal = verifier ? PQescapeLiteral(conn, verifier, strlen(verifier)) : NULL;
	int code = 0;

	if (name && literal)
		*ret = xasprintf("ALTER ROLE %s PASSWORD %s", name, literal);
	else
		code = error_set(err, ERR_INPUT, _("libpq cannot make a verifier for the role %s"), role);
	PQfreemem(verifier);
	PQfreemem(name);
	PQfreemem(literal);
	PQfinish(conn);
	return code;
}
