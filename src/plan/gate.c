/* SPDX-License-Identifier: MIT */
#include "plan/gate.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/project_expand.h"
#include "plan/gate_address.h"
#include "probe/probe.h"

#include <ctype.h>
#include <string.h>

enum {
	INTERVAL_MS = 1000,
	PATIENCE_MS = 120 * 1000,
	TRY_MS = 5000,
	COMMAND_MS = 30 * 1000, /* as an engine gives its own health checks */
	GRACE_MS = 5000,        /* for what was told to end */
	OUTPUT_MOST = 4096,
};

struct gate {
	struct op op;
	struct gate_options o;
	char *service;
	struct op *exec;     /* a command under way */
	struct str output;   /* what it said */
	struct probe *probe; /* a question under way */
	struct timer *again;
	struct timer *limit; /* of the try under way */
	int64_t try_ms;
	bool late; /* the try under way had its time */
	int tries;
	int early; /* of them within the start period */
	char *last;
	bool degraded;      /* the last answer will do, although not all is well */
	int64_t start, end; /* loop clock, of the start period and of all; the wall clock may jump */
	int64_t next_ms, deadline_ms;
};

static void try_once(void *arg);

/* --- texts */

/* The definition's texts, expanded; wiped on release, since a password may be among them. */
struct texts {
	char *url, *json_equals, *json_not, *bearer, *host, *port, *user, *password, *database, *query;
	struct strv command, headers;
};

static void texts_done(struct texts *t)
{
	free(t->url);
	free(t->json_equals);
	free(t->json_not);
	secret_free(t->bearer);
	free(t->host);
	free(t->port);
	free(t->user);
	secret_free(t->password);
	free(t->database);
	free(t->query);
	strv_done(&t->command);
	for (size_t i = 0; i < t->headers.n; i++)
		mem_wipe(t->headers.items[i], strlen(t->headers.items[i]));
	strv_done(&t->headers);
}
DEFINE_AUTO(texts)

static int expand(const struct gate *g, const char *text, char **ret, struct error *err)
{
	struct str s = STR_INIT(STR_LINE);
	int r;

	if (!text)
		return 0;
	r = project_expand(g->o.project, NULL, text, &s, err);
	if (r < 0)
		str_wipe(&s);
	else
		*ret = str_take(&s);
	return r;
}

static int texts_make(const struct gate *g, struct texts *t, struct error *err)
{
	const struct stack_gate *s = g->o.spec;
	const struct {
		const char *from;
		char **to;
	} fields[] = {
		{s->url, &t->url},
		{s->json_equals, &t->json_equals},
		{s->json_not, &t->json_not},
		{s->bearer, &t->bearer},
		{s->host, &t->host},
		{s->port, &t->port},
		{s->user, &t->user},
		{s->password, &t->password},
		{s->database, &t->database},
		{s->query, &t->query},
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		int r = expand(g, fields[i].from, fields[i].to, err);

		if (r < 0)
			return r;
	}
	/* What is not published is asked all the same: it says so itself. */
	(void)gate_address_publish_url(g->o.project, &t->url);
	(void)gate_address_publish(g->o.project, &t->host, &t->port);
	if (project_expand_all(g->o.project, NULL, &s->headers, &t->headers, err) < 0)
		return err ? err->code : ERR_INPUT;
	return project_expand_all(g->o.project, NULL, &s->command, &t->command, err);
}

/* As it is asked; as it is written when it cannot be expanded. */
static char *expanded(const struct project *p, const char *text)
{
	struct str s = STR_INIT(STR_LINE);

	if (!text || project_expand(p, NULL, text, &s, NULL) == 0)
		return str_take(&s);
	str_done(&s);
	return xstrdup(text);
}

char *gate_text(const struct project *p, const struct stack_gate *s)
{
	autofree char *command = NULL, *url = NULL, *host = NULL, *port = NULL;

	switch (s->kind) {
	case GATE_HTTP:
		url = expanded(p, s->url);
		(void)gate_address_publish_url(p, &url);
		return xasprintf("GET %s", url);
	case GATE_TCP:
		host = expanded(p, s->host ? s->host : "localhost");
		port = expanded(p, s->port);
		(void)gate_address_publish(p, &host, &port);
		return xasprintf("tcp %s:%s", host, port);
	case GATE_POSTGRES:
		return xstrdup(_("login to PostgreSQL"));
	case GATE_REDIS:
		return xstrdup("redis PING");
	case GATE_COMMAND:
		command = strv_join(&s->command, " ");
		return text_safe_dup(command);
	default:
		return xstrdup(_("waits for its health check"));
	}
}

/* --- trying */

static void give_up(struct gate *g)
{
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *what = gate_text(g->o.project, g->o.spec);

	error_set(&err, ERR_UNHEALTHY,
		Q_("%s did not hold in %d try", "%s did not hold in %d tries",
			(unsigned long)g->tries),
		what, g->tries);
	error_detail(&err, "%s", g->last ? g->last : "");
	op_finish(&g->op, ERR_UNHEALTHY, &err);
}

/* Takes `said`. */
static void tried(struct gate *g, bool holds, char *said)
{
	const struct stack_gate *s = g->o.spec;
	int64_t interval = s->interval_ms > 0 ? s->interval_ms : INTERVAL_MS;

	timer_free(take(g->limit));
	g->tries++;
	g->early += loop_now(g->op.loop) < g->start;
	free(g->last);
	g->last = said;
	if (holds) {
		op_finish(&g->op, 0, NULL);
		return;
	}
	if ((s->retries > 0 && g->tries - g->early >= s->retries) ||
		loop_now(g->op.loop) + interval > g->end) {
		give_up(g);
		return;
	}
	g->next_ms = loop_wall() + interval;
	g->again = timer_start(g->op.loop, interval, 0, try_once, g);
	if (g->o.tried)
		g->o.tried(g->o.arg);
}

static void fail(struct gate *g, struct error *err)
{
	timer_free(take(g->limit));
	op_finish(&g->op, err->code, err);
}

static void probe_done(void *arg, int code, const struct error *err)
{
	struct gate *g = arg;
	struct probe *p = take(g->probe);
	AUTO(error) struct error copy = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	if (code == 0) {
		g->degraded = probe_degraded(p);
		tried(g, probe_ok(p), xstrdup(probe_text(p)));
	} else {
		error_copy(&copy, err);
		fail(g, &copy);
	}
	op_free(probe_op(p));
}

static const enum probe_kind probe_kinds[] = {
	[GATE_HTTP] = PROBE_HTTP,
	[GATE_TCP] = PROBE_TCP,
	[GATE_POSTGRES] = PROBE_POSTGRES,
	[GATE_REDIS] = PROBE_REDIS,
};

static int port_of(const struct texts *t, int *ret, struct error *err)
{
	int64_t port = 0;
	int r = t->port ? text_to_int(t->port, 1, 65535, &port, err) : 0;

	*ret = (int)port;
	return r;
}

static int start_probe(struct gate *g, const struct texts *t, struct error *err)
{
	const struct stack_gate *s = g->o.spec;
	struct probe_spec spec = {
		.kind = probe_kinds[s->kind],
		.url = t->url,
		.expect = s->expect,
		.json_path = s->json_path,
		.json_equals = t->json_equals,
		.json_not = t->json_not,
		.json_degraded = &s->degraded,
		.bearer = t->bearer,
		.headers = &t->headers,
		.host = t->host,
		.user = t->user,
		.password = t->password,
		.database = t->database,
		.query = t->query,
		.timeout_ms = g->try_ms,
	};
	int r = port_of(t, &spec.port, err);

	return r < 0 ? r : probe_start(g->o.engine->host, &spec, probe_done, g, &g->probe, err);
}

static void command_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct gate *g = arg;

	(void)stream;
	if (g->output.len < OUTPUT_MOST)
		str_addn(&g->output, data,
			n < OUTPUT_MOST - g->output.len ? n : OUTPUT_MOST - g->output.len);
}

static char *late_text(const struct gate *g)
{
	autofree char *time = text_ago(g->try_ms);

	return g->output.len
		       ? xasprintf(_("no end within %s; it said: %s"), time, str_text(&g->output))
		       : xasprintf(_("no answer within %s"), time);
}

static void command_done(void *arg, int code, const struct error *err)
{
	struct gate *g = arg;
	AUTO(str) struct str said = STR_INIT(STR_LINE);
	autofree char *late = NULL;

	if (code == ERR_CANCELLED && !g->late)
		return;
	while (g->output.len && isspace((unsigned char)g->output.data[g->output.len - 1]))
		str_cut(&g->output, g->output.len - 1);
	late = g->late ? late_text(g) : NULL;
	if (late)
		text_safe(&said, late, strlen(late), false);
	else
		text_safe(&said, str_text(&g->output), g->output.len, false);
	if (!said.len && code)
		str_add(&said, err->message);
	op_free(take(g->exec));
	tried(g, code == 0 && !late, str_take(&said));
}

/* What was told to end did not: it is let go of. */
static void grace_passed(void *arg)
{
	struct gate *g = arg;

	timer_free(take(g->limit));
	op_free(take(g->exec)); /* ends in command_done() */
}

static void limit_passed(void *arg)
{
	struct gate *g = arg;
	struct probe *p = take(g->probe);

	timer_free(take(g->limit));
	g->late = true;
	if (p) {
		op_free(probe_op(p));
		tried(g, false, late_text(g));
		return;
	}
	g->limit = timer_start(
		g->op.loop, g->try_ms < GRACE_MS ? g->try_ms : GRACE_MS, 0, grace_passed, g);
	op_cancel(g->exec);
}

/* No try outlasts the whole. */
static void limit_try(struct gate *g)
{
	bool command = g->o.spec->kind == GATE_COMMAND;
	int64_t left = g->end - loop_now(g->op.loop);

	g->try_ms = g->o.try_ms > 0 ? g->o.try_ms : command ? COMMAND_MS : TRY_MS;
	if (g->try_ms > left)
		g->try_ms = left > 1 ? left : 1;
	g->late = false;
	/* A question ends by itself, and knows better why. */
	g->limit =
		timer_start(g->op.loop, g->try_ms + (command ? 0 : GRACE_MS), 0, limit_passed, g);
}

static void try_once(void *arg)
{
	struct gate *g = arg;
	AUTO(texts) struct texts t = {0};
	AUTO(error) struct error err = ERROR_INIT;
	struct engine_exec exec = {.service = g->service,
		.argv = &t.command,
		.output = command_output,
		.output_arg = g};

	timer_free(take(g->again));
	g->next_ms = 0;
	str_clear(&g->output);
	if (texts_make(g, &t, &err) < 0) {
		fail(g, &err);
		return;
	}
	limit_try(g);
	if (g->o.spec->kind == GATE_COMMAND)
		g->exec = g->o.engine->ops->exec(g->o.engine, &exec, command_done, g);
	else if (start_probe(g, &t, &err) < 0)
		fail(g, &err);
}

static void stop(struct gate *g)
{
	struct probe *p = take(g->probe);

	timer_free(take(g->again));
	timer_free(take(g->limit));
	g->late = false;
	op_free(take(g->exec));
	if (p)
		op_free(probe_op(p));
}

static void gate_cancel(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;

	stop((struct gate *)op);
	error_set(&err, ERR_CANCELLED, _("interrupted"));
	op_finish(op, ERR_CANCELLED, &err);
}

static void gate_destroy(struct op *op)
{
	struct gate *g = (struct gate *)op;

	stop(g);
	str_done(&g->output);
	free(g->service);
	free(g->last);
	free(g);
}

static const struct op_class gate_class = {"gate", gate_cancel, gate_destroy};

struct gate *gate_start(
	struct loop *loop, const struct gate_options *o, op_done_fn *done, void *arg)
{
	struct gate *g = xcalloc(1, sizeof(*g));
	int64_t patience;

	op_init(&g->op, &gate_class, loop, done, arg);
	g->o = *o;
	g->service = xstrdup(o->service);
	str_init(&g->output, OUTPUT_MOST);
	patience = o->spec->timeout_ms > 0 ? o->spec->timeout_ms : PATIENCE_MS;
	g->start = loop_now(loop) + o->spec->start_period_ms;
	patience += o->spec->start_period_ms;
	g->end = loop_now(loop) + patience;
	g->deadline_ms = loop_wall() + patience;
	g->again = loop_defer(loop, try_once, g);
	return g;
}

struct op *gate_op(struct gate *g)
{
	return &g->op;
}

int gate_tries(const struct gate *g)
{
	return g->tries;
}

const char *gate_last(const struct gate *g)
{
	return g->last;
}

bool gate_degraded(const struct gate *g)
{
	return g->degraded;
}

int64_t gate_next_ms(const struct gate *g)
{
	return g->next_ms;
}

int64_t gate_deadline_ms(const struct gate *g)
{
	return g->deadline_ms;
}
