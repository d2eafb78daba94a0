/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"
#include "base/json.h"
#include "loop/http.h"

#include <string.h>

enum { BODY_MAX = 1024 * 1024, SHOWN_MAX = 1024 };

struct http_probe {
	struct http *http;
	struct http_request *request; /* p->step once it runs */
	int fd;                       /* the stream, until the request takes it */
	struct str body;
};

static int check(const struct probe_spec *spec, struct error *err)
{
	autofree char *host = NULL;
	int port;

	if (spec->expect != 0 && (spec->expect < 100 || spec->expect > 599))
		return error_set(err, ERR_INPUT, _("%d is not an HTTP status"), spec->expect);
	/* A line break in a value would begin another header. */
	for (size_t i = 0; spec->headers && i < spec->headers->n; i++)
		if (strpbrk(spec->headers->items[i], "\r\n") || !strchr(spec->headers->items[i], ':'))
			return error_set(err, ERR_INPUT, _("a header has one line"));
	return http_url_target(spec->url, &host, &port, err);
}

static char *describe(const struct probe_spec *spec)
{
	autofree char *url = http_url_text(spec->url);

	return xasprintf("GET %s", url);
}

static int hand_out(void *arg)
{
	struct http_probe *h = arg;

	return take_fd(h->fd);
}

static bool status_is_right(struct probe *p, int status)
{
	if (p->spec.answers)
		return status < 500;
	return p->spec.expect ? status == p->spec.expect : status >= 200 && status <= 299;
}

/* A string without its quotes, everything else as JSON writes it. */
static char *value_text(struct json_object *o)
{
	if (json_object_is_type(o, json_type_string))
		return xstrdup(json_object_get_string(o));
	return json_text(o);
}

/* json-c has one NULL for "null" and "absent": what holds the key tells. */
static bool has_path(struct json_object *o, const char *path)
{
	const char *dot = strrchr(path, '.');
	autofree char *parent = dot ? xstrndup(path, (size_t)(dot - path)) : NULL;
	struct json_object *in = parent ? json_get(o, parent) : o;

	return json_object_is_type(in, json_type_object) &&
	       json_object_object_get_ex(in, dot ? dot + 1 : path, NULL);
}

static void judge_json(struct probe *p, int status)
{
	struct http_probe *h = p->state;
	const char *path = p->spec.json_path, *want = p->spec.json_equals, *bad = p->spec.json_not;
	autojson struct json_object *o = NULL;
	autofree char *value = NULL;

	if (json_parse(str_text(&h->body), h->body.len, &o, NULL) < 0) {
		probe_answer(p, false, _("%d, but the body is no JSON"), status);
		return;
	}
	if (!has_path(o, path)) {
		probe_answer(p, false, _("%d, but there is no %s"), status, path);
		return;
	}
	value = value_text(json_get(o, path));
	p->is_degraded = strv_has(&p->degraded, value);
	if (p->is_degraded)
		probe_answer(p, true, _("%d, %s is %s: not all is well, but it will do"), status,
			path, value);
	else if (bad && strcmp(value, bad) == 0)
		probe_answer(p, false, _("%d, but %s is %s"), status, path, value);
	else if (want && strcmp(value, want) != 0)
		probe_answer(p, false, _("%d, but %s is %s, not %s"), status, path, value, want);
	else
		probe_answer(p, true, _("%d, %s is %s"), status, path, value);
}

/* By the headers of an answer, be it a refusal: MinIO's name, or the request number of S3. */
static void judge_s3(struct probe *p)
{
	struct http_probe *h = p->state;
	const char *server = http_header(h->request, "Server");
	int status = http_status(h->request);

	if (http_header(h->request, "x-amz-request-id"))
		probe_answer(p, status < 500, _("%d, speaks S3%s%s"), status, server ? ": " : "",
			server ? server : "");
	else
		probe_answer(p, false, _("%d, but not the answer of an S3 server"), status);
}

static void judge(struct probe *p)
{
	struct http_probe *h = p->state;
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	int status = http_status(h->request);
	bool right = status_is_right(p, status);

	if (p->spec.s3) {
		judge_s3(p);
		return;
	}
	if (p->spec.bearer && (status == 401 || status == 403)) {
		probe_answer(p, false, _("%d: the token is not known there"), status);
		return;
	}
	if (right && p->spec.json_path) {
		judge_json(p, status);
		return;
	}
	if (!right)
		probe_add_line(&line, str_text(&h->body), h->body.len, SHOWN_MAX);
	probe_answer(p, right, "%d%s%s", status, line.len ? " " : "", str_text(&line));
}

/* The status is all that is asked for: a body that never ends is not waited for. */
static void on_head(void *arg)
{
	struct probe *p = arg;
	struct http_probe *h = p->state;

	if (!p->spec.json_path && status_is_right(p, http_status(h->request)))
		judge(p);
}

static bool on_body(void *arg, const char *data, size_t n)
{
	struct probe *p = arg;
	struct http_probe *h = p->state;
	size_t room = h->body.max - h->body.len;

	str_addn(&h->body, data, n < room ? n : room);
	return true;
}

static void on_response(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0)
		probe_answer_error(p, err);
	else
		judge(p);
}

static bool late(struct probe *p)
{
	struct http_probe *h = p->state;

	if (!h->request || http_status(h->request) < 200)
		return false;
	judge(p);
	return true;
}

static int ask(struct probe *p, struct error *err)
{
	struct http_probe *h = p->state;
	struct http_options options = {.connect = hand_out, .connect_arg = h};
	struct http_spec spec = {
		.url = p->spec.url, .on_head = on_head, .on_body = on_body, .stream_arg = p};
	AUTO(strv) struct strv headers = STRV_INIT;
	int rc;

	strv_extend(&headers, &p->headers);
	if (!str_empty(p->spec.bearer))
		strv_pushf(&headers, "Authorization: Bearer %s", p->spec.bearer);
	if (headers.n)
		spec.headers = &headers;
	h->http = http_new(p->host->loop, &options);
	rc = http_start(h->http, &spec, on_response, p, &h->request, err);
	if (rc == 0)
		p->step = http_op(h->request);
	for (size_t i = 0; i < headers.n; i++)
		mem_wipe(headers.items[i], strlen(headers.items[i]));
	return rc;
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	struct http_probe *h = p->state;
	AUTO(error) struct error ask_err = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0) {
		probe_answer_error(p, err);
		return;
	}
	h->fd = host_dial_take(p->step);
	op_free(take(p->step));
	if (ask(p, &ask_err) < 0)
		probe_answer_error(p, &ask_err);
}

static int start(struct probe *p, struct error *err)
{
	struct http_probe *h = xcalloc(1, sizeof(*h));
	autofree char *host = NULL;
	int port, rc;

	h->fd = -1;
	str_init(&h->body, BODY_MAX);
	p->state = h;
	rc = http_url_target(p->spec.url, &host, &port, err);
	return rc < 0 ? rc : probe_dial(p, host, port, on_connected, err);
}

static void stop(struct probe *p)
{
	struct http_probe *h = take(p->state);

	if (!h)
		return;
	http_free(h->http);
	mem_close_cleanup(&h->fd);
	str_done(&h->body);
	free(h);
}

const struct probe_kind_ops probe_http = {.name = "http",
	.check = check,
	.describe = describe,
	.start = start,
	.late = late,
	.stop = stop};
