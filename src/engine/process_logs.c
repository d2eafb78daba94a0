/* SPDX-License-Identifier: MIT */
/* Reading logs from the supervisor, over a connection of its own so that it can end by itself. */
#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_client.h"
#include "engine/process_engine.h"

#include <string.h>

struct reading {
	struct op op;
	struct engine_logs o;
	char *service;
	struct host *host; /* borrowed */
	char *dir;
	struct op *connect, *request;
	struct process_client *client;
	struct timer *told;  /* pending call of changed */
	struct timer *again; /* pending attempt to connect */
	bool broken;
};

/* How often one who follows looks whether there is a supervisor (again). */
enum { AGAIN_MS = 500 };

static void begin(void *arg);

static void reading_destroy(struct op *op)
{
	struct reading *r = (struct reading *)op;

	op_free(r->connect);
	op_free(r->request);
	process_client_free(r->client);
	timer_free(r->told);
	timer_free(r->again);
	free(r->service);
	free(r->dir);
	free(r);
}

static const struct op_class reading_class = {"process-logs", NULL, reading_destroy};

static void tell(void *arg)
{
	struct reading *r = arg;

	timer_free(take(r->told));
	r->o.changed(r->o.arg);
}

static void on_message(void *arg, struct json_object *o)
{
	struct reading *r = arg;
	struct json_object *line = json_key(o, "line");
	const char *text = json_str(line, "text", "");

	if (!line)
		return;
	logs_append(r->o.into, logs_source(r->o.into, json_str(line, "service", "")),
		(int)json_int(line, "stream", 1), json_int(line, "time_ns", 0), text, strlen(text));
	if (r->o.changed && !r->told)
		r->told = loop_defer(r->op.loop, tell, r);
}

static void wait_or_end(struct reading *r)
{
	if (r->o.follow)
		r->again = timer_start(r->op.loop, AGAIN_MS, 0, begin, r);
	else
		op_finish(&r->op, 0, NULL);
}

static void on_closed(void *arg)
{
	struct reading *r = arg;

	AUTO(error) struct error why = ERROR_INIT;

	/* The supervisor has ended: so have the logs, until there is another one. */
	op_free(take(r->request));
	process_client_free(take(r->client));
	r->broken = true;
	error_set(&why, ERR_UNREACHABLE, _("the supervisor has ended"));
	if (r->o.broken && r->o.follow)
		r->o.broken(r->o.arg, &why);
	wait_or_end(r);
}

static void read_all(void *arg, int code, const struct error *err)
{
	struct reading *r = arg;

	(void)err;
	if (code == 0)
		op_finish(&r->op, 0, NULL);
}

static void connected(void *arg, int code, const struct error *err)
{
	struct reading *r = arg;
	struct process_client_events events = {
		.message = on_message, .closed = on_closed, .arg = r};
	struct json_object *fields;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	if (code) {
		op_free(take(r->connect));
		wait_or_end(r);
		return;
	}
	r->client = process_client_take(r->connect, &events);
	op_free(take(r->connect));
	fields = json_put_str(json_object_new_object(), "service", r->service);
	json_put_int(fields, "tail", r->o.tail);
	json_put_bool(fields, "follow", r->o.follow);
	r->request = process_client_request(r->client, "logs", fields, read_all, r);
	if (r->broken && r->o.broken)
		r->o.broken(r->o.arg, NULL);
	r->broken = false;
}

static void begin(void *arg)
{
	struct reading *r = arg;

	timer_free(take(r->again));
	r->connect = process_client_connect(
		r->host, r->op.loop, r->dir, PROCESS_SPAWN_NEVER, NULL, connected, r);
}

struct op *process_logs(struct engine *e, const struct engine_logs *l, op_done_fn *done, void *arg)
{
	struct reading *r = xcalloc(1, sizeof(*r));

	op_init(&r->op, &reading_class, e->loop, done, arg);
	r->o = *l;
	r->service = xstrdup(l->service);
	r->host = e->host;
	r->dir = xstrdup(e->project->dir);
	begin(r);
	return &r->op;
}
