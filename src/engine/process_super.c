/* SPDX-License-Identifier: MIT */
#include "engine/process_super.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/logs.h"
#include "engine/process_listen.h"
#include "engine/process_proc.h"
#include "engine/process_unit.h"
#include "engine/process_wire.h"

#include <string.h>
#include <time.h>

/* Lines of all services that are kept for those who look later, and what may wait for one reader.
 */
enum { LOG_BYTES = 8 * 1024 * 1024, PENDING_MOST = 1024 * 1024, WAITERS_MOST = 256 };

struct supervisor;

struct client {
	struct client *next;
	struct supervisor *super;
	struct wire *wire;
	bool watching;
	/* A log subscription. */
	bool reading, follow;
	int64_t logs_id;
	uint64_t next_line;
	uint8_t shown[64]; /* by source; all of them when `all` */
	bool all;
};

/* A reply that is owed when a service has ended. */
struct waiter {
	struct client *client; /* NULL: it has gone */
	int64_t id;
	struct unit *unit;
	bool remove;
};

struct supervisor {
	struct loop *loop;
	const char *dir;
	struct unit **units;
	size_t n, cap;
	struct client *clients;
	struct waiter waiters[WAITERS_MOST];
	size_t n_waiters;
	struct logs *logs;
	struct timer *pump; /* pending delivery of log lines */
	struct loop_poll *listener;
	int listen_fd;
	bool ending;
	int64_t ending_id;
	struct client *ending_client;
};

static void end_if_idle(struct supervisor *s);

static struct unit *find(const struct supervisor *s, const char *service, size_t *ret_index)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!str_eq(unit_spec(s->units[i])->name, service))
			continue;
		if (ret_index)
			*ret_index = i;
		return s->units[i];
	}
	return NULL;
}

static void reply(struct client *c, int64_t id, const char *problem)
{
	struct json_object *o = json_object_new_object();

	json_put_int(o, "reply", id);
	if (problem)
		json_put_str(o, "error", problem);
	else
		json_put_bool(o, "ok", true);
	wire_send(c->wire, o);
}

static void send_unit(struct client *c, const struct unit *u)
{
	wire_send(c->wire, json_put(json_object_new_object(), "unit", unit_json(u)));
}

/* --- what units tell ---------------------------------------------------------------------------
 */

static void note_groups(struct supervisor *s)
{
	int pgids[1024];
	size_t n = 0;

	for (size_t i = 0; i < s->n && n < ARRAY_SIZE(pgids); i++)
		if (unit_pgid(s->units[i]))
			pgids[n++] = unit_pgid(s->units[i]);
	process_note_groups(s->dir, pgids, n);
}

static void remove_unit(struct supervisor *s, struct unit *u)
{
	size_t i;

	if (!find(s, unit_spec(u)->name, &i))
		return;
	for (struct client *c = s->clients; c; c = c->next)
		if (c->watching)
			wire_send(c->wire, json_put_str(json_object_new_object(), "removed",
						   unit_spec(u)->name));
	s->units[i] = s->units[--s->n];
	unit_free(u);
}

/* Answers those who waited for u's end. */
static void settle_waiters(struct supervisor *s, struct unit *u)
{
	bool gone = false;

	for (size_t i = 0; i < s->n_waiters;) {
		struct waiter w = s->waiters[i];

		if (w.unit != u) {
			i++;
			continue;
		}
		s->waiters[i] = s->waiters[--s->n_waiters];
		if (w.client)
			reply(w.client, w.id, NULL);
		gone |= w.remove;
	}
	if (gone)
		remove_unit(s, u);
}

struct removal {
	struct supervisor *super;
	struct unit *unit;
	struct timer *timer;
};

/* Not inside the unit's own callback: it may be freed here. */
static void unit_ended(void *arg)
{
	struct removal *r = arg;
	struct supervisor *s = r->super;
	bool known = false;

	for (size_t i = 0; i < s->n; i++)
		known |= s->units[i] == r->unit;
	if (known && !unit_running(r->unit))
		settle_waiters(s, r->unit);
	timer_free(r->timer);
	free(r);
	end_if_idle(s);
}

static void unit_changed(void *arg, struct unit *u)
{
	struct supervisor *s = arg;

	note_groups(s);
	for (struct client *c = s->clients; c; c = c->next)
		if (c->watching)
			send_unit(c, u);
	if (!unit_running(u)) {
		struct removal *r = xcalloc(1, sizeof(*r));

		r->super = s;
		r->unit = u;
		r->timer = loop_defer(s->loop, unit_ended, r);
	}
}

/* --- logs --------------------------------------------------------------------------------------
 */

static bool shows(const struct client *c, int source)
{
	return c->all || (source < (int)sizeof(c->shown) && c->shown[source]);
}

static void send_line(struct client *c, const struct log_line *line)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "service", logs_source_name(c->super->logs, line->source));
	json_put_int(o, "stream", line->stream);
	json_put_int(o, "time_ns", line->time_ns);
	json_put(o, "text", json_object_new_string_len(line->text, (int)line->len));
	wire_send(c->wire, json_put(json_object_new_object(), "line", o));
}

static void pump_client(struct client *c)
{
	struct logs *logs = c->super->logs;

	if (c->next_line < logs_first(logs))
		c->next_line = logs_first(logs);
	while (c->next_line < logs_end(logs) && wire_pending(c->wire) < PENDING_MOST) {
		struct log_line line;

		if (logs_get(logs, c->next_line++, &line) && shows(c, line.source))
			send_line(c, &line);
	}
	if (!c->follow && c->next_line >= logs_end(logs)) {
		c->reading = false;
		reply(c, c->logs_id, NULL);
	}
}

static void pump(void *arg)
{
	struct supervisor *s = arg;

	timer_free(take(s->pump));
	for (struct client *c = s->clients; c; c = c->next)
		if (c->reading)
			pump_client(c);
}

static void unit_line(void *arg, struct unit *u, int stream, const char *text, size_t len)
{
	struct supervisor *s = arg;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	logs_append(s->logs, logs_source(s->logs, unit_spec(u)->name), stream,
		now.tv_sec * 1000000000LL + now.tv_nsec, text, len);
	if (!s->pump)
		s->pump = loop_defer(s->loop, pump, s);
}

/* Where a reader that wants the last `tail` lines of what it shows begins. */
static uint64_t tail_start(const struct client *c, int64_t tail)
{
	struct logs *logs = c->super->logs;
	uint64_t seq = logs_end(logs);

	if (tail < 0)
		return logs_first(logs);
	while (tail > 0 && seq > logs_first(logs)) {
		struct log_line line;

		if (logs_get(logs, --seq, &line) && shows(c, line.source))
			tail--;
	}
	return seq;
}

/* --- requests ----------------------------------------------------------------------------------
 */

static void op_define(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(process_spec) struct process_spec spec = {0};
	struct unit_events events = {.changed = unit_changed, .line = unit_line, .arg = s};
	struct unit *old;

	if (process_spec_parse(json_get(o, "spec"), &spec, &err) < 0) {
		reply(c, id, err.message);
		return;
	}
	old = find(s, spec.name, NULL);
	if (old)
		remove_unit(s, old);
	VEC_GROW(s->units, s->n, s->cap);
	s->units[s->n++] = unit_new(s->loop, &spec, &events);
	unit_changed(s, s->units[s->n - 1]);
	reply(c, id, NULL);
}

static void op_start(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	struct unit *u = find(s, json_str(o, "service", ""), NULL);

	if (u)
		unit_start(u);
	reply(c, id, u ? NULL : _("no such service"));
}

/* stop and remove answer when the service has ended. */
static void end_unit(
	struct supervisor *s, struct client *c, int64_t id, struct json_object *o, bool remove)
{
	struct unit *u = find(s, json_str(o, "service", ""), NULL);

	if (!u) {
		reply(c, id, remove ? NULL : _("no such service"));
		return;
	}
	unit_stop(u);
	if (!unit_running(u) || s->n_waiters == WAITERS_MOST) {
		if (remove)
			remove_unit(s, u);
		reply(c, id, NULL);
		return;
	}
	s->waiters[s->n_waiters++] = (struct waiter){c, id, u, remove};
}

static void op_stop(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	end_unit(s, c, id, o, false);
}

static void op_remove(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	end_unit(s, c, id, o, true);
}

static void op_restart(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	struct unit *u = find(s, json_str(o, "service", ""), NULL);

	if (u)
		unit_restart(u);
	reply(c, id, u ? NULL : _("no such service"));
}

static void op_stats(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	struct json_object *stats = json_object_new_array();
	struct json_object *answer = json_object_new_object();

	(void)o;
	for (size_t i = 0; i < s->n; i++) {
		struct process_usage usage;
		struct json_object *row;

		if (!unit_running(s->units[i]))
			continue;
		process_group_usage(unit_pgid(s->units[i]), &usage);
		row = json_object_new_object();
		json_put_str(row, "service", unit_spec(s->units[i])->name);
		json_put_int(row, "cpu_ms", usage.cpu_ms);
		json_put_int(row, "memory", usage.memory);
		json_push(stats, row);
	}
	json_put(answer, "stats", stats);
	wire_send(c->wire, answer);
	reply(c, id, NULL);
}

static void op_watch(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	(void)o;
	c->watching = true;
	for (size_t i = 0; i < s->n; i++)
		send_unit(c, s->units[i]);
	reply(c, id, NULL);
}

static void op_logs(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	const char *service = json_str(o, "service", NULL);

	memset(c->shown, 0, sizeof(c->shown));
	c->all = !service;
	if (service) {
		int source = logs_source(s->logs, service);

		if (source < (int)sizeof(c->shown))
			c->shown[source] = 1;
	}
	c->reading = true;
	c->follow = json_truth(o, "follow", false);
	c->logs_id = id;
	c->next_line = tail_start(c, json_int(o, "tail", -1));
	pump_client(c);
}

static void op_shutdown(struct supervisor *s, struct client *c, int64_t id, struct json_object *o)
{
	(void)o;
	s->ending = true;
	s->ending_id = id;
	s->ending_client = c;
	for (size_t i = 0; i < s->n; i++)
		unit_stop(s->units[i]);
	end_if_idle(s);
}

static const struct {
	const char *name;
	void (*run)(struct supervisor *s, struct client *c, int64_t id, struct json_object *o);
} requests[] = {
	{"define", op_define},
	{"logs", op_logs},
	{"remove", op_remove},
	{"restart", op_restart},
	{"shutdown", op_shutdown},
	{"start", op_start},
	{"stats", op_stats},
	{"stop", op_stop},
	{"watch", op_watch},
};

static void on_message(void *arg, struct json_object *o)
{
	struct client *c = arg;
	int64_t id = json_int(o, "id", 0);

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!str_eq(requests[i].name, json_str(o, "op", "")))
			continue;
		requests[i].run(c->super, c, id, o);
		return;
	}
	reply(c, id, _("unknown request"));
}

static void drop_client(struct client *c)
{
	struct supervisor *s = c->super;

	for (struct client **at = &s->clients; *at; at = &(*at)->next) {
		if (*at != c)
			continue;
		*at = c->next;
		break;
	}
	for (size_t i = 0; i < s->n_waiters; i++)
		if (s->waiters[i].client == c)
			s->waiters[i].client = NULL;
	if (s->ending_client == c)
		s->ending_client = NULL;
	wire_free(c->wire);
	free(c);
}

static void on_closed(void *arg)
{
	drop_client(arg);
}

static void on_drained(void *arg)
{
	struct client *c = arg;
	struct supervisor *s = c->super;

	if (s->ending && c == s->ending_client && !s->ending_id)
		loop_stop(s->loop);
	else if (c->reading)
		pump_client(c);
}

static void on_connect(void *arg, int events)
{
	struct supervisor *s = arg;
	int fd = process_accept(s->listen_fd);
	struct client *c;

	(void)events;
	if (fd < 0)
		return;
	c = xcalloc(1, sizeof(*c));
	c->super = s;
	c->wire = wire_new(s->loop, fd,
		&(struct wire_events){.message = on_message,
			.closed = on_closed,
			.drained = on_drained,
			.arg = c});
	c->next = s->clients;
	s->clients = c;
}

static void end_if_idle(struct supervisor *s)
{
	struct client *c = s->ending_client;

	if (!s->ending)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (unit_running(s->units[i]))
			return;
	if (!c || !s->ending_id) {
		loop_stop(s->loop);
		return;
	}
	/* The last word goes out before the lights do: on_drained() ends the loop. */
	reply(c, s->ending_id, NULL);
	s->ending_id = 0;
}

static void on_signal(void *arg, int signum)
{
	struct supervisor *s = arg;

	(void)signum;
	s->ending = true;
	for (size_t i = 0; i < s->n; i++)
		unit_stop(s->units[i]);
	end_if_idle(s);
}

/* The life of the daemon. */
static void serve(const char *dir, int listen_fd)
{
	struct supervisor s = {.dir = dir, .listen_fd = listen_fd};
	struct loop_signal *term;

	process_reap_leftovers(dir);
	s.loop = loop_new();
	s.logs = logs_new(LOG_BYTES);
	s.listener = loop_poll_start(s.loop, listen_fd, LOOP_READ, on_connect, &s);
	term = loop_signal_start(s.loop, SIGTERM, on_signal, &s);
	loop_run(s.loop);
	process_unlisten(dir);
	loop_signal_free(term);
	for (size_t i = 0; i < s.n; i++)
		unit_free(s.units[i]);
	process_end_children();
	_exit(0);
}

int process_supervise(const char *dir, struct error *err)
{
	int fd;
	int r = process_daemonize(dir, &fd, err);

	if (r <= 0)
		return r;
	serve(dir, fd);
	return 0;
}
