/* SPDX-License-Identifier: MIT */
#include "engine/docker_stream.h"

#include "base/i18n.h"

#include <inttypes.h>
#include <string.h>

/* Waiting lines of one container; the chunk that passes the limit is still taken. */
/* There may be a hundred that follow, each with a buffer of its own; who floods fills it often. */
enum { FOLLOW_BUFFER = 4096 };
enum { SILENT_MS = 60000, LOOK_MS = 300000 };
enum { QUEUE_LIMIT = 256 * 1024, QUEUE_MAX = 16 * 1024 * 1024, ANSWER_MS = 60000 };

struct header {
	int64_t time_ns;
	uint32_t len;
	uint32_t stream;
};

static void on_log_line(void *arg, int stream, int64_t ns, const char *text, size_t len)
{
	struct docker_stream *s = arg;

	s->on_line(s->arg, s, stream, ns, text, len);
}

/* docker_line_fn: only the time matters, and the log keeps that itself. */
static void on_looked_line(void *arg, int stream, int64_t ns, const char *text, size_t len)
{
	(void)arg;
	(void)stream;
	(void)ns;
	(void)text;
	(void)len;
}

struct docker_stream *docker_stream_new(struct docker *d, const char *id, int source)
{
	struct docker_stream *s = xcalloc(1, sizeof(*s));

	s->docker = d;
	s->id = xstrdup(id);
	s->source = source;
	s->ended = true;
	s->tail = -1;
	docker_log_init(&s->log, on_log_line, s);
	docker_log_init(&s->look_log, on_looked_line, s);
	str_init(&s->queue, QUEUE_MAX);
	return s;
}

void docker_stream_free(struct docker_stream *s)
{
	if (!s)
		return;
	op_free(s->call);
	op_free(s->look);
	docker_log_done(&s->log);
	docker_log_done(&s->look_log);
	str_done(&s->queue);
	free(s->id);
	free(s);
}

/* --- waiting lines */

void docker_stream_push(
	struct docker_stream *s, int stream, int64_t ns, const char *text, size_t len)
{
	struct header h = {.time_ns = ns, .len = (uint32_t)len, .stream = (uint32_t)stream};

	if (s->queue.len + sizeof(h) + len > s->queue.max)
		return;
	str_addn(&s->queue, &h, sizeof(h));
	str_addn(&s->queue, text, len);
	s->n_waiting++;
}

bool docker_stream_peek(const struct docker_stream *s, int64_t *ret_ns)
{
	struct header h;

	if (!s->n_waiting)
		return false;
	memcpy(&h, s->queue.data + s->queue_at, sizeof(h));
	if (ret_ns)
		*ret_ns = h.time_ns;
	return true;
}

void docker_stream_pop(struct docker_stream *s, struct docker_waiting *ret)
{
	struct header h;

	memcpy(&h, s->queue.data + s->queue_at, sizeof(h));
	*ret = (struct docker_waiting){
		.time_ns = h.time_ns,
		.stream = (int)h.stream,
		.text = s->queue.data + s->queue_at + sizeof(h),
		.len = h.len,
	};
	s->queue_at += sizeof(h) + h.len;
	if (--s->n_waiting == 0) {
		/* The bytes stay until the next push. */
		s->queue.len = 0;
		s->queue_at = 0;
	}
}

void docker_stream_resume(struct docker_stream *s)
{
	if (!s->paused || !s->call)
		return;
	s->paused = false;
	docker_call_resume(s->call);
}

/* --- responses */

static void begin(struct docker_stream *s);

static void on_head(void *arg, const char *content_type)
{
	struct docker_stream *s = arg;

	/* Since API 1.42 the type says it; before, the container's own setting was asked for. */
	if (content_type && strstr(content_type, "multiplexed-stream"))
		s->raw = false;
	else if (content_type && strstr(content_type, "raw-stream") &&
		 !str_eq(s->docker->api, "1.41"))
		s->raw = true;
	docker_log_begin(&s->log, s->raw);
}

static bool on_data(void *arg, const char *data, size_t n)
{
	struct docker_stream *s = arg;

	if (s->history && s->queue.len - s->queue_at > QUEUE_LIMIT) {
		s->paused = true;
		return false;
	}
	s->heard_ms = loop_now(s->docker->loop);
	if (!s->broken && !docker_log_feed(&s->log, data, n))
		s->broken = true;
	return true;
}

static void on_end(void *arg, int code, const struct error *err)
{
	struct docker_stream *s = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	/* A connection that broke is the owner's to notice; a refusal will not change by asking
	 * again. */
	s->refused = docker_call_status(s->call) >= 400;
	if (s->refused)
		error_copy(&said, err);
	docker_log_end(&s->log);
	op_free(take(s->call));
	s->ended = true;
	s->paused = false;
	if (s->broken)
		error_set(&said, ERR_FAILED, _("the Docker Engine's log stream is broken"));
	if (s->again && s->follow && !code) {
		s->again = false;
		begin(s);
		return;
	}
	s->again = false;
	s->on_end(s->arg, s, said.code ? &said : NULL);
}

static void request(struct docker_stream *s)
{
	AUTO(str) struct str path = STR_INIT(STR_LINE);
	struct docker_spec spec = {.on_head = on_head, .on_data = on_data, .stream_arg = s};
	char since[32];

	docker_log_since(&s->log, since);
	str_addf(&path, "/containers/%s/logs?stdout=1&stderr=1&timestamps=1", s->id);
	spec.buffer = FOLLOW_BUFFER;
	if (s->follow)
		str_add(&path, "&follow=1");
	else
		spec.buffer = s->buffer;
	if (*since)
		str_addf(&path, "&since=%s", since);
	else if (s->tail >= 0 && (!s->follow || s->tail == 0))
		str_addf(&path, "&tail=%d", s->tail);
	spec.path = str_text(&path);
	s->call = docker_call(s->docker, &spec, on_end, s);
}

static void on_inspected(void *arg, int code, const struct error *err)
{
	struct docker_stream *s = arg;
	struct op *call = s->call;

	if (code == ERR_CANCELLED)
		return;
	if (code) {
		on_end(s, code, err);
		return;
	}
	s->raw = json_truth(docker_call_reply(call), "Config.Tty", false);
	s->call = NULL;
	op_free(call);
	request(s);
}

/* Whether the container has a terminal: Engines before API 1.42 do not say with the log. */
static void ask_terminal(struct docker_stream *s)
{
	autofree char *path = xasprintf("/containers/%s/json", s->id);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	s->call = docker_call(s->docker, &spec, on_inspected, s);
}

static void begin(struct docker_stream *s)
{
	s->ended = false;
	s->broken = false;
	s->heard_ms = loop_now(s->docker->loop);
	if (str_eq(s->docker->api, "1.41"))
		ask_terminal(s);
	else
		request(s);
}

void docker_stream_history(struct docker_stream *s, int tail)
{
	s->history = true;
	s->tail = tail;
	begin(s);
}

void docker_stream_follow(struct docker_stream *s)
{
	if (s->call) {
		/* A start that overtook the end of the run before. */
		s->again = true;
		return;
	}
	if (s->refused)
		return;
	if (!s->follow) {
		str_done(&s->queue);
		str_init(&s->queue, QUEUE_MAX);
	}
	s->follow = true;
	begin(s);
}

/* --- stalls */

static bool on_look_data(void *arg, const char *data, size_t n)
{
	struct docker_stream *s = arg;

	docker_log_feed(&s->look_log, data, n);
	return true;
}

static void on_looked(void *arg, int code, const struct error *err)
{
	struct docker_stream *s = arg;
	const char *text = _("(the stream had stalled and was opened anew)");

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	docker_log_end(&s->look_log);
	op_free(take(s->look));
	if (code || s->look_log.last_ns <= s->log.last_ns || !s->call || !s->log.last_ns)
		return;
	op_free(take(s->call));
	s->on_line(s->arg, s, 3, s->log.last_ns, text, strlen(text));
	begin(s);
}

void docker_stream_check(struct docker_stream *s, int64_t now_ms)
{
	autofree char *path = NULL;
	struct docker_spec spec = {
		.timeout_ms = ANSWER_MS, .on_data = on_look_data, .stream_arg = s};

	if (!s->follow || !s->call || s->look || now_ms - s->heard_ms < SILENT_MS ||
		(s->looked_ms && now_ms - s->looked_ms < LOOK_MS))
		return;
	s->looked_ms = now_ms;
	docker_log_begin(&s->look_log, s->raw);
	path = xasprintf("/containers/%s/logs?stdout=1&stderr=1&timestamps=1&tail=1", s->id);
	spec.path = path;
	s->look = docker_call(s->docker, &spec, on_looked, s);
}
