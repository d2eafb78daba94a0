/* SPDX-License-Identifier: MIT */
#include "engine/process_client.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_super.h"
#include "engine/process_wire.h"

#include <string.h>

struct request {
	struct op op;
	struct process_client *client; /* NULL once it is gone */
	struct request *next;
	int64_t id;
};

struct process_client {
	struct loop *loop;
	struct wire *wire;
	struct process_client_events events;
	struct request *waiting;
	int64_t last_id;
};

/* --- connecting */

struct connecting {
	struct op op;
	struct host *host;
	char *dir, *self;
	enum process_spawn spawn;
	bool spawned;
	struct op *dial;
	struct child *child;
	int fd;
};

static void dial(struct connecting *c);

static void connecting_destroy(struct op *op)
{
	struct connecting *c = (struct connecting *)op;
	struct child *child = take(c->child);

	op_free(c->dial);
	if (child)
		op_free(child_op(child));
	if (c->fd >= 0)
		close(c->fd);
	free(c->dir);
	free(c->self);
	free(c);
}

static const struct op_class connecting_class = {"process-connect", NULL, connecting_destroy};

static void spawned(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	op_free(child_op(take(c->child)));
	if (code == 0) {
		dial(c);
		return;
	}
	error_copy(&e, err);
	error_prefix(&e, _("cannot start the supervisor"));
	op_finish(&c->op, ERR_UNREACHABLE, &e);
}

static void spawn(struct connecting *c)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv, .cwd = "/"};

	c->spawned = true;
	/* Of a program that was replaced meanwhile the kernel keeps what runs. */
	strv_push_all(&argv, str_ends(c->self, " (deleted)") ? "/proc/self/exe" : c->self,
		"__supervise", c->dir, NULL);
	if (host_exec(c->host, &spec, spawned, c, &c->child, &err) == 0)
		return;
	error_prefix(&err, _("cannot start the supervisor"));
	op_finish(&c->op, ERR_UNREACHABLE, &err);
}

/* Without a socket nothing was left behind either. */
static void none_answers(struct connecting *c, const struct error *why)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (!c->spawned && c->self &&
		(c->spawn == PROCESS_SPAWN ||
			(c->spawn == PROCESS_SPAWN_LEFT && why->code != ERR_NOT_FOUND))) {
		spawn(c);
		return;
	}
	if (c->spawned || why->code == ERR_DENIED || why->code == ERR_TIMEOUT) {
		error_copy(&err, why);
		err.code = ERR_UNREACHABLE;
	} else {
		error_set(&err, ERR_NOT_FOUND, _("no supervisor runs for %s"), c->dir);
	}
	op_finish(&c->op, err.code, &err);
}

static void dialled(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	error_copy(&e, err);
	c->fd = code == 0 ? host_dial_take(c->dial) : -1;
	op_free(take(c->dial));
	if (code == 0)
		op_finish(&c->op, 0, NULL);
	else
		none_answers(c, &e);
}

static void dial(struct connecting *c)
{
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *path = host_path(c->dir, PROCESS_SOCKET);
	struct host_dial_spec spec = {.unix_socket = path};

	if (host_dial(c->host, &spec, dialled, c, &c->dial, &err) < 0)
		none_answers(c, &err);
}

struct op *process_client_connect(struct host *h, struct loop *loop, const char *dir,
	enum process_spawn spawn_when, const char *self, op_done_fn *done, void *arg)
{
	struct connecting *c = xcalloc(1, sizeof(*c));

	op_init(&c->op, &connecting_class, loop, done, arg);
	c->host = h;
	c->dir = xstrdup(dir);
	c->self = xstrdup(self);
	c->spawn = spawn_when;
	c->fd = -1;
	dial(c);
	return &c->op;
}

/* --- requests */

static struct request *unhook(struct process_client *c, int64_t id)
{
	for (struct request **at = &c->waiting; *at; at = &(*at)->next) {
		struct request *r = *at;

		if (r->id != id)
			continue;
		*at = r->next;
		r->client = NULL;
		return r;
	}
	return NULL;
}

static void request_destroy(struct op *op)
{
	struct request *r = (struct request *)op;

	if (r->client)
		unhook(r->client, r->id);
	free(r);
}

static const struct op_class request_class = {"process-request", NULL, request_destroy};

static void answer(struct process_client *c, struct json_object *o)
{
	struct request *r = unhook(c, json_int(o, "reply", 0));
	const char *problem = json_str(o, "error", NULL), *code = json_str(o, "code", "");
	AUTO(error) struct error err = ERROR_INIT;

	if (!r)
		return;
	if (problem)
		error_set(&err,
			str_eq(code, "ending")    ? ERR_LOCKED
			: str_eq(code, "unknown") ? ERR_NOT_FOUND
						  : ERR_FAILED,
			"%s", problem);
	op_finish(&r->op, err.code, &err);
}

static void on_message(void *arg, struct json_object *o)
{
	struct process_client *c = arg;

	if (json_key(o, "reply"))
		answer(c, o);
	else
		c->events.message(c->events.arg, o);
}

static void on_closed(void *arg)
{
	struct process_client *c = arg;

	while (c->waiting) {
		struct request *r = unhook(c, c->waiting->id);
		AUTO(error) struct error err = ERROR_INIT;

		error_set(&err, ERR_UNREACHABLE, _("the supervisor has ended"));
		op_finish(&r->op, err.code, &err);
	}
	c->events.closed(c->events.arg);
}

struct process_client *process_client_take(
	struct op *op, const struct process_client_events *events)
{
	struct connecting *connecting = (struct connecting *)op;
	struct process_client *c = xcalloc(1, sizeof(*c));
	struct wire_events wire = {.message = on_message, .closed = on_closed, .arg = c};

	c->loop = op->loop;
	c->events = *events;
	c->wire = wire_new(op->loop, take_fd(connecting->fd), &wire);
	return c;
}

void process_client_free(struct process_client *c)
{
	if (!c)
		return;
	while (c->waiting)
		op_cancel(&unhook(c, c->waiting->id)->op);
	wire_free(c->wire);
	free(c);
}

struct op *process_client_request(struct process_client *c, const char *name,
	struct json_object *fields, op_done_fn *done, void *arg)
{
	struct request *r = xcalloc(1, sizeof(*r));
	struct json_object *o = fields ? fields : json_object_new_object();

	op_init(&r->op, &request_class, c->loop, done, arg);
	r->client = c;
	r->id = ++c->last_id;
	r->next = c->waiting;
	c->waiting = r;
	json_put_int(o, "id", r->id);
	json_put_str(o, "op", name);
	wire_send(c->wire, o);
	return &r->op;
}
