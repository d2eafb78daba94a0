/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"
#include "base/text.h"
#include "loop/pg.h"
#include "loop/relay.h"

#include <string.h>

enum { PORT = 5432, SHOWN_MAX = 1024 };

struct postgres_probe {
	struct relay *relay;
	struct pg_query *query; /* p->step once it runs */
};

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, PORT), *user = text_safe_dup(spec->user),
		      *database = text_safe_dup(spec->database);

	return xasprintf("postgres %s%s%s%s%s", user, *user ? "@" : "", address,
		*database ? "/" : "", database);
}

/* libpq's number: 150004 is 15.4, 90624 is 9.6.24. */
static char *version_text(int v)
{
	if (v >= 100000)
		return xasprintf("%d.%d", v / 10000, v % 10000);
	return xasprintf("%d.%d.%d", v / 10000, v / 100 % 100, v % 100);
}

static void judge(struct probe *p)
{
	struct pg_query *q = ((struct postgres_probe *)p->state)->query;
	autofree char *version = version_text(pg_server_version(q));
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	const char *value = pg_value(q, 0, 0);

	if (!p->spec.query || pg_columns(q) == 0) {
		probe_answer(p, true, _("PostgreSQL %s answers"), version);
		return;
	}
	if (pg_rows(q) == 0) {
		probe_answer(p, false, "%s", _("the query gives no row"));
		return;
	}
	if (value)
		probe_add_line(&line, value, strlen(value), SHOWN_MAX);
	else
		str_add(&line, "NULL");
	probe_answer(p, value && strcmp(value, "f") != 0, _("the query gives %s"), str_text(&line));
}

static void on_answer(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;

	if (code == ERR_CANCELLED)
		return;
	p->refused = code == ERR_DENIED;
	if (code < 0)
		probe_answer(p, false, "%s", err->message);
	else
		judge(p);
}

static void add_param(struct strv *params, const char *key, const char *value)
{
	if (!str_empty(value))
		strv_push_all(params, key, value, NULL);
}

/* libpq connects by itself; it is lent the stream that the host opened. */
static int ask(struct probe *p, int fd, struct error *err)
{
	struct postgres_probe *s = p->state;
	AUTO(strv) struct strv params = STRV_INIT;
	struct pg_spec spec = {.params = &params, .sql = p->spec.query};
	autofree char *name = NULL, *host = NULL, *suffix = xasprintf("/.s.PGSQL.%d", PORT);
	int rc = relay_start(p->host->loop, fd, suffix, &s->relay, &name, err);

	if (rc < 0)
		return rc;
	host = xasprintf("@%s", name);
	add_param(&params, "host", host);
	strv_push(&params, "port");
	strv_pushf(&params, "%d", PORT);
	add_param(&params, "user", p->spec.user);
	add_param(&params, "password", p->spec.password);
	add_param(&params, "dbname", p->spec.database);
	add_param(&params, "application_name", "slipway");
	rc = pg_start(p->host->loop, &spec, on_answer, p, &s->query, err);
	if (rc == 0)
		p->step = pg_op(s->query);
	/* The vector does not outlive its secret. */
	for (size_t i = 0; i < params.n; i++)
		mem_wipe(params.items[i], strlen(params.items[i]));
	return rc;
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	AUTO(error) struct error ask_err = ERROR_INIT;
	int fd;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0) {
		probe_answer_error(p, err);
		return;
	}
	fd = host_dial_take(p->step);
	op_free(take(p->step));
	if (ask(p, fd, &ask_err) < 0)
		probe_answer_error(p, &ask_err);
}

static int start(struct probe *p, struct error *err)
{
	p->state = xcalloc(1, sizeof(struct postgres_probe));
	return probe_dial(p, p->spec.host, p->spec.port, on_connected, err);
}

static void stop(struct probe *p)
{
	struct postgres_probe *s = take(p->state);

	if (s)
		relay_free(s->relay);
	free(s);
}

const struct probe_kind_ops probe_postgres = {
	.name = "postgres", .port = PORT, .describe = describe, .start = start, .stop = stop};
