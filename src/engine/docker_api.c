/* SPDX-License-Identifier: MIT */
#include "engine/docker_api.h"

#include "base/i18n.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_AGE_MS = 60000, /* the Engine drops connections that stay silent */
	JSON_LINE_MAX = 4 * 1024 * 1024,
	ERROR_BODY_MAX = 64 * 1024,
};

/* --- connections */

/*
 * libcurl opens sockets when it needs them and must not wait for one: so they are dialled before. A
 * call starts when there is a ready connection for each call that may still want one; a call that
 * finds a kept connection leaves its own for the next.
 */
struct docker_line {
	struct docker *docker;
	struct op *dial;
	int fd; /* -1: being dialled */
	int64_t since;
	struct docker_line *next;
};

struct docker_call {
	struct op op;
	struct docker *docker;
	struct docker_call *next; /* of those that wait */
	bool waiting;
	bool unheaded;
	bool again; /* it was tried once more already */
	char *method, *url, *body;
	struct docker_spec spec;
	struct http_request *request;
	struct str rest; /* begun JSON line, or what an error says */
	struct error stream_error;
	struct json_object *reply;
};

static void pump(struct docker *d);

static void line_free(struct docker_line *line)
{
	struct docker_line **p = &line->docker->lines;

	while (*p != line)
		p = &(*p)->next;
	*p = line->next;
	op_free(line->dial);
	if (line->fd >= 0)
		close(line->fd);
	free(line);
}

static struct docker_call *next_waiting(struct docker *d)
{
	struct docker_call *c = d->waiting;

	if (c) {
		d->waiting = c->next;
		c->waiting = false;
	}
	return c;
}

static void on_dialled(void *arg, int code, const struct error *err)
{
	struct docker_line *line = arg;
	struct docker *d = line->docker;
	AUTO(error) struct error said = ERROR_INIT;
	struct docker_call *c;

	if (code == ERR_CANCELLED)
		return;
	if (code == 0) {
		line->fd = host_dial_take(line->dial);
		line->since = loop_now(d->loop);
		op_free(take(line->dial));
		pump(d);
		return;
	}
	docker_socket_explain(&d->socket, err, d->user, &said);
	line_free(line);
	c = next_waiting(d);
	if (c)
		op_finish(&c->op, said.code, &said);
	pump(d);
}

/* True unless it failed at once. */
static bool dial(struct docker *d)
{
	struct docker_line *line = xcalloc(1, sizeof(*line));
	struct host_dial_spec spec = {.unix_socket = d->socket.unix_socket,
		.tcp_host = d->socket.tcp_host,
		.tcp_port = d->socket.tcp_port};
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(error) struct error said = ERROR_INIT;
	struct docker_call *c;

	line->docker = d;
	line->fd = -1;
	line->next = d->lines;
	d->lines = line;
	if (host_dial(d->host, &spec, on_dialled, line, &line->dial, &err) == 0)
		return true;
	line_free(line);
	docker_socket_explain(&d->socket, &err, d->user, &said);
	c = next_waiting(d);
	if (c)
		op_finish(&c->op, said.code, &said);
	return false;
}

/* http_connect_fn */
static int take_line(void *arg)
{
	struct docker *d = arg;

	for (struct docker_line *line = d->lines; line; line = line->next) {
		int fd = line->fd;

		if (fd < 0)
			continue;
		line->fd = -1;
		line_free(line);
		return fd;
	}
	return -1;
}

/* Counts connections that are ready, or being made too; drops those that are too old. */
static int count_lines(struct docker *d, bool made)
{
	struct docker_line *line = d->lines;
	int n = 0;

	while (line) {
		struct docker_line *next = line->next;

		if (line->fd >= 0 && loop_now(d->loop) - line->since > LINE_AGE_MS)
			line_free(line);
		else if (line->fd >= 0 || made)
			n++;
		line = next;
	}
	return n;
}

static void start_call(struct docker_call *c);

static void pump(struct docker *d)
{
	int waiting = 0;
	int lines;

	while (d->waiting && count_lines(d, false) > d->unheaded)
		start_call(next_waiting(d));
	for (struct docker_call *c = d->waiting; c; c = c->next)
		waiting++;
	for (lines = count_lines(d, true); waiting + d->unheaded > lines; lines++)
		if (!dial(d))
			waiting--;
}

static void wait_for_line(struct docker_call *c)
{
	struct docker_call **p = &c->docker->waiting;

	while (*p)
		p = &(*p)->next;
	c->next = NULL;
	c->waiting = true;
	*p = c;
	pump(c->docker);
}

/* --- responses */

static void head_came(struct docker_call *c)
{
	if (!c->unheaded)
		return;
	c->unheaded = false;
	c->docker->unheaded--;
}

static void on_head(void *arg)
{
	struct docker_call *c = arg;

	head_came(c);
	if (c->spec.on_head && http_status(c->request) < 300)
		c->spec.on_head(c->spec.stream_arg, http_header(c->request, "Content-Type"));
}

static void take_json_line(struct docker_call *c, const char *text, size_t n)
{
	autojson struct json_object *o = NULL;

	/* json-seq begins each document with a record separator. */
	while (n && (isspace((unsigned char)*text) || *text == 0x1e)) {
		text++;
		n--;
	}
	if (n && json_parse(text, n, &o, NULL) == 0)
		c->spec.on_json(c->spec.stream_arg, o);
}

static bool feed_json(struct docker_call *c, const char *data, size_t n)
{
	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t len = end ? (size_t)(end - data) : n;

		if (c->rest.len || !end) {
			str_addn(&c->rest, data, len);
			if (str_full(&c->rest)) {
				error_set(&c->stream_error, ERR_LIMIT,
					_("the Docker Engine sends a line without end"));
				return false;
			}
		}
		if (!end)
			break;
		if (c->rest.len)
			take_json_line(c, c->rest.data, c->rest.len);
		else
			take_json_line(c, data, len);
		str_clear(&c->rest);
		data += len + 1;
		n -= len + 1;
	}
	return true;
}

static bool on_body(void *arg, const char *data, size_t n)
{
	struct docker_call *c = arg;

	if (http_status(c->request) >= 300) {
		if (c->rest.len < ERROR_BODY_MAX)
			str_addn(&c->rest, data, n);
		return true;
	}
	if (c->spec.on_data)
		return c->spec.on_data(c->spec.stream_arg, data, n);
	if (!c->stream_error.code)
		feed_json(c, data, n);
	return true;
}

/* What the Engine says about a failure: {"message": ...}, or plain text. */
static int explain_status(int status, const char *text, size_t n, struct error *err)
{
	static const struct {
		int status, code;
	} codes[] = {{401, ERR_DENIED}, {403, ERR_DENIED}, {404, ERR_NOT_FOUND}};
	autojson struct json_object *o = NULL;
	autofree char *safe = NULL;
	const char *message = NULL;
	int code = ERR_FAILED;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].status == status)
			code = codes[i].code;
	if (json_parse(text, n, &o, NULL) == 0)
		message = json_str(o, "message", NULL);
	safe = text_safe_dup(message ? message : text);
	if (str_empty(safe))
		return error_set(err, code, _("the Docker Engine answers with status %d"), status);
	return error_set(err, code, _("Docker Engine: %s"), safe);
}

/* Who connects says itself what an Engine that does not answer soundly is (docker_connect.c). */
static int broke(const struct docker_call *c, struct error *err)
{
	AUTO(error) struct error cause = ERROR_INIT;

	if (!c->docker->api)
		return err->code;
	error_move(&cause, err);
	return docker_socket_broke(&c->docker->socket, &cause, err);
}

static int judge_response(struct docker_call *c, struct error *err)
{
	int status = http_status(c->request);
	bool stream = c->spec.on_data || c->spec.on_json;
	const struct str *body = stream ? &c->rest : http_body(c->request);
	const char *type = http_header(c->request, "Content-Type");

	if (c->stream_error.code)
		return error_move(err, &c->stream_error);
	if (status >= 400)
		return explain_status(status, str_text(body), body->len, err);
	if (stream) {
		/* A last line without newline counts. */
		if (c->spec.on_json && c->rest.len && status < 300)
			take_json_line(c, c->rest.data, c->rest.len);
		return 0;
	}
	if (body->len && type && str_starts(type, "application/json") &&
		json_parse(str_text(body), body->len, &c->reply, err) < 0)
		return broke(c, err);
	return 0;
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct docker_call *c = arg;
	AUTO(error) struct error said = ERROR_INIT;
	bool headed = !c->unheaded;

	head_came(c);
	if (c->op.freeing)
		return;
	if (code == 0) {
		code = judge_response(c, &said);
	} else if ((code == ERR_UNREACHABLE || code == ERR_FAILED) && !headed && !c->again &&
		   str_eq(c->method, "GET")) {
		/* A kept connection that the Engine had closed meanwhile. */
		c->again = true;
		op_free(http_op(take(c->request)));
		wait_for_line(c);
		return;
	} else {
		error_copy(&said, err);
		code = broke(c, &said);
	}
	op_finish(&c->op, code, &said);
	if (c->docker->waiting)
		pump(c->docker);
}

/* --- calls */

static void call_destroy(struct op *op)
{
	struct docker_call *c = (struct docker_call *)op;
	struct docker_call **p = &c->docker->waiting;

	for (; c->waiting && *p; p = &(*p)->next)
		if (*p == c) {
			*p = c->next;
			break;
		}
	if (c->request)
		op_free(http_op(c->request));
	head_came(c);
	json_object_put(c->reply);
	str_done(&c->rest);
	error_done(&c->stream_error);
	free((char *)c->spec.path);
	free(c->method);
	free(c->url);
	secret_free(c->body);
	free(c);
}

static const struct op_class call_class = {
	.name = "Docker Engine request", .destroy = call_destroy};

static void start_call(struct docker_call *c)
{
	AUTO(strv) struct strv headers = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	bool stream = c->spec.on_data || c->spec.on_json;
	struct http_spec spec = {
		.method = c->method,
		.url = c->url,
		.body = c->body,
		.body_len = c->body ? strlen(c->body) : 0,
		.headers = &headers,
		.on_head = on_head,
		.on_body = stream ? on_body : NULL,
		.stream_arg = c,
		.timeout_ms = c->spec.timeout_ms,
		.buffer = c->spec.buffer,
	};
	int code;

	if (c->body)
		strv_push(&headers, "Content-Type: application/json");
	c->unheaded = true;
	c->docker->unheaded++;
	code = http_start(c->docker->http, &spec, on_done, c, &c->request, &err);
	if (code < 0) {
		head_came(c);
		op_finish(&c->op, code, &err);
	}
}

struct op *docker_call(
	struct docker *d, const struct docker_spec *spec, op_done_fn *done, void *arg)
{
	struct docker_call *c = xcalloc(1, sizeof(*c));

	op_init(&c->op, &call_class, d->loop, done, arg);
	c->docker = d;
	c->spec = *spec;
	c->spec.path = xstrdup(spec->path);
	c->spec.body = NULL;
	c->method = xstrdup(spec->method ? spec->method : "GET");
	/* An address, so that nothing is looked up; the connection is made elsewhere. */
	if (spec->unversioned || !d->api)
		c->url = xasprintf("http://127.0.0.1%s", spec->path);
	else
		c->url = xasprintf("http://127.0.0.1/v%s%s", d->api, spec->path);
	c->body = spec->body ? json_secret_text(spec->body) : NULL;
	str_init(&c->rest, JSON_LINE_MAX);
	wait_for_line(c);
	return &c->op;
}

struct json_object *docker_call_reply(struct op *call)
{
	return ((struct docker_call *)call)->reply;
}

int docker_call_status(struct op *call)
{
	const struct docker_call *c = (struct docker_call *)call;

	return c->request ? http_status(c->request) : 0;
}

const char *docker_call_header(struct op *call, const char *name)
{
	const struct docker_call *c = (struct docker_call *)call;

	return c->request ? http_header(c->request, name) : NULL;
}

void docker_call_resume(struct op *call)
{
	struct docker_call *c = (struct docker_call *)call;

	if (c->request)
		http_resume(c->request);
}

char *docker_escape(const char *text)
{
	AUTO(str) struct str s = STR_INIT(STR_LINE);

	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (isalnum(*p) || strchr("-._~", *p))
			str_addc(&s, (char)*p);
		else
			str_addf(&s, "%%%02X", *p);
	}
	return str_take(&s);
}

char *docker_label_filter(const char *project, const char *service)
{
	autojson struct json_object *filter = json_object_new_object();
	struct json_object *labels = json_object_new_array();
	autofree char *label = xasprintf("com.docker.compose.project=%s", project);
	autofree char *of_service = NULL;
	autofree char *text = NULL;

	json_push_str(labels, label);
	if (service) {
		of_service = xasprintf("com.docker.compose.service=%s", service);
		json_push_str(labels, of_service);
	}
	json_put(filter, "label", labels);
	text = json_text(filter);
	return docker_escape(text);
}

void docker_init(struct docker *d, struct host *h, struct loop *loop)
{
	struct http_options options = {.connect = take_line, .connect_arg = d};

	*d = (struct docker){.host = h, .loop = loop};
	d->http = http_new(loop, &options);
}

void docker_done(struct docker *d)
{
	http_free(take(d->http));
	while (d->lines)
		line_free(d->lines);
	docker_socket_done(&d->socket);
	free(d->user);
	free(d->api);
	free(d->version);
	free(d->name);
}
