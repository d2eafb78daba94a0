/* SPDX-License-Identifier: MIT */
#include "engine/process_peer.h"

#include "base/str.h"
#include "engine/process_wire.h"

/* How much of the log may wait for one reader. */
enum { PENDING_MOST = 1024 * 1024 };

struct peer {
	struct wire *wire;
	const struct logs *logs;
	struct peer_events events;
	bool watching;
	/* What it reads of the log. */
	bool reading, follow;
	int64_t read_id;
	int source;
	uint64_t next_line;
	uint64_t tail_end; /* up to there, `skip` lines of each source are left out */
	uint64_t *skip;
	size_t n_skip;
};

static void on_message(void *arg, struct json_object *o)
{
	struct peer *p = arg;

	p->events.request(p->events.arg, p, json_int(o, "id", 0), o);
}

static void on_closed(void *arg)
{
	struct peer *p = arg;

	p->events.gone(p->events.arg, p);
}

static void on_drained(void *arg)
{
	struct peer *p = arg;

	peer_pump(p);
	if (peer_drained(p))
		p->events.drained(p->events.arg, p);
}

struct peer *peer_new(
	struct loop *loop, int fd, const struct logs *logs, const struct peer_events *events)
{
	struct peer *p = xcalloc(1, sizeof(*p));
	struct wire_events wire = {
		.message = on_message, .closed = on_closed, .drained = on_drained, .arg = p};

	p->logs = logs;
	p->events = *events;
	p->wire = wire_new(loop, fd, &wire);
	return p;
}

void peer_free(struct peer *p)
{
	if (!p)
		return;
	wire_free(p->wire);
	free(p->skip);
	free(p);
}

void peer_send(struct peer *p, struct json_object *o)
{
	wire_send(p->wire, o);
}

void peer_reply(struct peer *p, int64_t id, const char *code, const char *problem)
{
	struct json_object *o = json_object_new_object();

	json_put_int(o, "reply", id);
	if (problem)
		json_put_str(o, "error", problem);
	else
		json_put_bool(o, "ok", true);
	if (code)
		json_put_str(o, "code", code);
	peer_send(p, o);
}

bool peer_drained(const struct peer *p)
{
	return wire_pending(p->wire) == 0;
}

bool peer_watches(const struct peer *p)
{
	return p->watching;
}

void peer_watch(struct peer *p)
{
	p->watching = true;
}

/* --- the log */

static bool shows(struct peer *p, const struct log_line *line)
{
	if (p->source >= 0 && line->source != p->source)
		return false;
	if (line->seq >= p->tail_end || line->source >= p->n_skip || !p->skip[line->source])
		return true;
	p->skip[line->source]--;
	return false;
}

static void send_line(struct peer *p, const struct log_line *line)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "service", logs_source_name(p->logs, line->source));
	json_put_int(o, "stream", line->stream);
	json_put_int(o, "time_ns", line->time_ns);
	json_put(o, "text", json_object_new_string_len(line->text, (int)line->len));
	peer_send(p, json_put(json_object_new_object(), "line", o));
}

void peer_pump(struct peer *p)
{
	if (!p->reading)
		return;
	if (p->next_line < logs_first(p->logs)) {
		p->next_line = logs_first(p->logs);
		p->tail_end = 0; /* of what is gone nothing is left to leave out */
	}
	while (p->next_line < logs_end(p->logs) && wire_pending(p->wire) < PENDING_MOST) {
		struct log_line line;

		if (logs_get(p->logs, p->next_line++, &line) && shows(p, &line))
			send_line(p, &line);
	}
	if (!p->follow && p->next_line >= logs_end(p->logs)) {
		p->reading = false;
		peer_reply(p, p->read_id, NULL, NULL);
	}
}

/* Of each source the last `tail` lines: one that says much does not take the place of the others.
 */
static void leave_out(struct peer *p, int64_t tail)
{
	free(take(p->skip));
	p->n_skip = tail < 0 ? 0 : logs_sources(p->logs);
	p->tail_end = logs_end(p->logs);
	p->next_line = tail ? logs_first(p->logs) : p->tail_end;
	p->skip = xcalloc(p->n_skip + 1, sizeof(*p->skip));
	for (size_t i = 0; i < p->n_skip; i++) {
		uint64_t held = 0;

		for (enum log_level l = LOG_UNKNOWN; l <= LOG_ERROR; l++)
			held += logs_count(p->logs, (int)i, l);
		p->skip[i] = held > (uint64_t)tail ? held - (uint64_t)tail : 0;
	}
}

void peer_read(struct peer *p, int64_t id, int source, int64_t tail, bool follow)
{
	p->source = source;
	p->reading = true;
	p->follow = follow;
	p->read_id = id;
	leave_out(p, tail);
	peer_pump(p);
}
