/* SPDX-License-Identifier: MIT */
#include "engine/docker_logs.h"

#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_container.h"
#include "engine/docker_stream.h"
#include "engine/docker_watch.h"

#include <string.h>

enum {
	ANSWER_MS = 60000,
	BACKOFF_MIN_MS = 500,
	BACKOFF_MAX_MS = 15000,
	FEW = 4, /* streams whose histories are read in large pieces */
	LARGE = 128 * 1024,
	STALL_MS = 60000, /* how often silent streams are looked for */
	RELIST_MS = 1000, /* after a stream ended: does its container still run? */
};

struct reading {
	struct op op;
	struct docker *docker;
	struct engine_logs o;
	char *project, *service;
	struct op *list, *events;
	struct docker_stream *streams;
	bool history; /* until all of it is merged */
	bool list_again, broken;
	struct timer *merge, *tell, *again, *stall;
	int64_t backoff_ms;
};

static void start_list(struct reading *r);
static void start_events(struct reading *r);

/* --- telling */

static void on_tell(void *arg)
{
	struct reading *r = arg;

	timer_free(take(r->tell));
	if (r->o.changed)
		r->o.changed(r->o.arg);
}

static void append(struct reading *r, const struct docker_stream *s, int stream, int64_t ns,
	const char *text, size_t len)
{
	logs_append(r->o.into, s->source, stream, ns, text, len);
	if (!r->tell && r->o.changed)
		r->tell = loop_defer(r->op.loop, on_tell, r);
}

static void tell_broken(struct reading *r, const struct error *why)
{
	bool broken = why != NULL;

	if (r->broken == broken)
		return;
	r->broken = broken;
	if (r->o.broken)
		r->o.broken(r->o.arg, why);
}

/* --- history, merged */

/* The stream whose first waiting line is the oldest; NULL while a stream has yet to say what it
 * has. */
static struct docker_stream *oldest_stream(struct reading *r, bool *ret_blocked)
{
	struct docker_stream *oldest = NULL;
	int64_t oldest_ns = 0, ns;

	*ret_blocked = false;
	for (struct docker_stream *s = r->streams; s; s = s->next) {
		if (!s->history)
			continue;
		if (!docker_stream_peek(s, &ns)) {
			*ret_blocked = true;
			return NULL;
		}
		if (!oldest || ns < oldest_ns) {
			oldest = s;
			oldest_ns = ns;
		}
	}
	return oldest;
}

static void drop_spent_streams(struct reading *r)
{
	for (struct docker_stream *s = r->streams; s; s = s->next)
		if (s->history && s->ended && !docker_stream_peek(s, NULL))
			s->history = false;
}

static void end_history(struct reading *r)
{
	r->history = false;
	if (!r->o.follow) {
		op_finish(&r->op, 0, NULL);
		return;
	}
	for (struct docker_stream *s = r->streams; s; s = s->next)
		docker_stream_follow(s);
}

static void on_merge(void *arg)
{
	struct reading *r = arg;
	struct docker_stream *s;
	bool blocked = false;

	timer_free(take(r->merge));
	drop_spent_streams(r);
	while ((s = oldest_stream(r, &blocked))) {
		struct docker_waiting line;

		docker_stream_pop(s, &line);
		append(r, s, line.stream, line.time_ns, line.text, line.len);
		if (!docker_stream_peek(s, NULL)) {
			docker_stream_resume(s);
			s->history = !s->ended;
		}
	}
	if (!blocked && r->history && !r->list)
		end_history(r);
}

static void merge_soon(struct reading *r)
{
	if (!r->merge)
		r->merge = loop_defer(r->op.loop, on_merge, r);
}

/* With one stream there is nothing to merge. */
static bool is_alone(struct reading *r, const struct docker_stream *s)
{
	if (s->n_waiting)
		return false;
	for (struct docker_stream *other = r->streams; other; other = other->next)
		if (other != s && other->history)
			return false;
	return !r->list;
}

/* --- streams */

static void on_line(
	void *arg, struct docker_stream *s, int stream, int64_t ns, const char *text, size_t len)
{
	struct reading *r = arg;

	if (!s->history || is_alone(r, s)) {
		append(r, s, stream, ns, text, len);
		return;
	}
	docker_stream_push(s, stream, ns, text, len);
	merge_soon(r);
}

static void on_again(void *arg)
{
	struct reading *r = arg;

	timer_free(take(r->again));
	if (!r->events)
		start_events(r);
	start_list(r);
}

static void list_later(struct reading *r, int64_t ms)
{
	if (!r->again && r->o.follow)
		r->again = timer_start(r->op.loop, ms, 0, on_again, r);
}

static void on_stream_end(void *arg, struct docker_stream *s, const struct error *err)
{
	struct reading *r = arg;

	if (err && err->code != ERR_NOT_FOUND) {
		/* What cannot be read is said where it would stand. */
		autofree char *safe = text_safe_dup(err->message);

		append(r, s, 3, loop_wall() * 1000000, safe, strlen(safe));
	}
	if (r->history)
		merge_soon(r);
	else
		list_later(r, RELIST_MS);
}

static struct docker_stream *find_stream(struct reading *r, const char *id)
{
	for (struct docker_stream *s = r->streams; s; s = s->next)
		if (str_eq(s->id, id))
			return s;
	return NULL;
}

/* The stream of a container; labels as in lists and events. NULL: it is none of those to be read.
 */
static struct docker_stream *add_stream(
	struct reading *r, const char *id, struct json_object *labels)
{
	const char *service = docker_label(labels, "com.docker.compose.service");
	const char *number = docker_label(labels, "com.docker.compose.container-number");
	struct docker_stream *s = find_stream(r, id);
	autofree char *name = NULL;
	autofree char *safe = NULL;

	if (s)
		return s;
	if (!service || str_eq(docker_label(labels, "com.docker.compose.oneoff"), "True") ||
		(r->service && !str_eq(service, r->service)))
		return NULL;
	name = str_empty(number) || str_eq(number, "1") ? xstrdup(service)
							: xasprintf("%s-%s", service, number);
	safe = text_safe_dup(name);
	s = docker_stream_new(r->docker, id, logs_source(r->o.into, safe));
	s->on_line = on_line;
	s->on_end = on_stream_end;
	s->arg = r;
	s->next = r->streams;
	r->streams = s;
	return s;
}

/* --- the list */

static void read_list(struct reading *r, struct json_object *list)
{
	bool first = r->history && !r->streams;

	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *o = json_at(list, i);
		const char *id = json_str(o, "Id", NULL);
		struct docker_stream *s = id ? find_stream(r, id) : NULL;
		bool known = s;

		if (!id || (!s && !(s = add_stream(r, id, json_get(o, "Labels")))))
			continue;
		if (first) {
			s->buffer = json_len(list) <= FEW ? LARGE : 0;
			docker_stream_history(s, r->o.tail);
		} else if (!r->history && (!known || str_eq(json_str(o, "State", ""), "running")))
			docker_stream_follow(s);
	}
}

static void on_listed(void *arg, int code, const struct error *err)
{
	struct reading *r = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED || r->op.freeing)
		return;
	if (code == 0)
		read_list(r, docker_call_reply(r->list));
	op_free(take(r->list));
	if (code && !r->o.follow) {
		error_copy(&said, err);
		op_finish(&r->op, code, &said);
		return;
	}
	if (code)
		list_later(r, r->backoff_ms);
	else if (r->history)
		merge_soon(r);
	if (r->list_again) {
		r->list_again = false;
		list_later(r, RELIST_MS);
	}
}

static void start_list(struct reading *r)
{
	autofree char *filter = docker_label_filter(r->project, r->service);
	autofree char *path = xasprintf("/containers/json?all=1&filters=%s", filter);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	if (r->list) {
		r->list_again = true;
		return;
	}
	r->list = docker_call(r->docker, &spec, on_listed, r);
}

/* --- events: who starts */

static void on_event(void *arg, struct json_object *o)
{
	struct reading *r = arg;
	struct docker_stream *s;
	const char *id = json_str(o, "Actor.ID", NULL);

	/* During the history, the list that follows it finds what has started. */
	if (!id || r->history || !str_eq(json_str(o, "Action", ""), "start"))
		return;
	s = add_stream(r, id, json_get(o, "Actor.Attributes"));
	if (s)
		docker_stream_follow(s);
}

static void on_events_head(void *arg, const char *content_type)
{
	struct reading *r = arg;

	(void)content_type;
	r->backoff_ms = BACKOFF_MIN_MS;
	list_later(r, RELIST_MS);
	tell_broken(r, NULL);
}

static void on_events_end(void *arg, int code, const struct error *err)
{
	struct reading *r = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED || r->op.freeing)
		return;
	docker_events_ended(code, err, &said);
	op_free(take(r->events));
	timer_free(take(r->again));
	list_later(r, r->backoff_ms);
	r->backoff_ms = r->backoff_ms * 2 < BACKOFF_MAX_MS ? r->backoff_ms * 2 : BACKOFF_MAX_MS;
	tell_broken(r, &said);
}

static void start_events(struct reading *r)
{
	autofree char *path = docker_events_path(r->project, "");
	struct docker_spec spec = {
		.path = path, .on_head = on_events_head, .on_json = on_event, .stream_arg = r};

	r->events = docker_call(r->docker, &spec, on_events_end, r);
}

static void on_stall(void *arg)
{
	struct reading *r = arg;

	for (struct docker_stream *s = r->streams; s; s = s->next)
		docker_stream_check(s, loop_now(r->op.loop));
}

/* --- the operation */

static void reading_destroy(struct op *op)
{
	struct reading *r = (struct reading *)op;

	timer_free(r->merge);
	timer_free(r->tell);
	timer_free(r->again);
	timer_free(r->stall);
	op_free(r->events);
	op_free(r->list);
	while (r->streams) {
		struct docker_stream *s = r->streams;

		r->streams = s->next;
		docker_stream_free(s);
	}
	free(r->project);
	free(r->service);
	free(r);
}

static const struct op_class reading_class = {.name = "logs", .destroy = reading_destroy};

struct op *docker_logs_start(struct docker *d, const char *project, const struct engine_logs *l,
	op_done_fn *done, void *arg)
{
	struct reading *r = xcalloc(1, sizeof(*r));

	op_init(&r->op, &reading_class, d->loop, done, arg);
	r->docker = d;
	r->o = *l;
	r->project = xstrdup(project);
	r->service = xstrdup(l->service);
	r->o.service = r->service;
	r->history = true;
	r->backoff_ms = BACKOFF_MIN_MS;
	start_list(r);
	if (l->follow) {
		start_events(r);
		r->stall = timer_start(d->loop, STALL_MS, STALL_MS, on_stall, r);
	}
	return &r->op;
}
