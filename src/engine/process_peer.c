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

/* --- the log -------------------------------------------------------------------------------------
 */

static bool shows(const struct peer *p, const struct log_line *line)
{
	return p->source < 0 || line->source == p->source;
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
	if (p->next_line < logs_first(p->logs))
		p->next_line = logs_first(p->logs);
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

/* Where a reader that wants the last `tail` lines of what it shows begins. */
static uint64_t tail_start(const struct peer *p, int64_t tail)
{
	uint64_t seq = logs_end(p->logs);

	if (tail < 0)
		return logs_first(p->logs);
	while (tail > 0 && seq > logs_first(p->logs)) {
		struct log_line line;

		if (logs_get(p->logs, --seq, &line) && shows(p, &line))
			tail--;
	}
	return seq;
}

void peer_read(struct peer *p, int64_t id, int source, int64_t tail, bool follow)
{
	p->source = source;
	p->reading = true;
	p->follow = follow;
	p->read_id = id;
	p->next_line = tail_start(p, tail);
	peer_pump(p);
}
