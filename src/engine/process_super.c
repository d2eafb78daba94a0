/* SPDX-License-Identifier: MIT */
#include "engine/process_super.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/logs.h"
#include "engine/process_audience.h"
#include "engine/process_family.h"
#include "engine/process_proc.h"
#include "engine/process_roster.h"
#include "engine/process_seat.h"
#include "loop/orphans.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum {
	LOG_BYTES = 8 * 1024 * 1024, /* of all services, kept for those who look later */
	SURVIVOR_PATIENCE_MS = 10 * 1000,
	SEAT_LOOK_MS = 2000,
	FAREWELL_MS = 2000, /* for those who do not take the last word */
	ACCEPT_AGAIN_MS = 1000,
};

/* Who asked for the end and is told when it has come. */
struct ender {
	struct peer *peer;
	int64_t id;
};

struct supervisor {
	struct loop *loop;
	struct seat seat;
	struct roster *roster;
	struct logs *logs;
	struct audience audience;
	struct timer *reap; /* pending look for orphans that have ended */
	struct timer *look; /* at the seat, now and then */
	struct timer *again, *farewell;
	struct loop_poll *listener;
	struct ender *enders;
	size_t n_enders, cap_enders;
	bool ending, said_farewell;
};

/* --- what the services tell */

static struct json_object *unit_news(const struct unit *u)
{
	return json_put(json_object_new_object(), "unit", unit_json(u));
}

static void on_unit_changed(void *arg, struct unit *u)
{
	audience_tell(&((struct supervisor *)arg)->audience, unit_news(u));
}

static void on_unit_removed(void *arg, const char *service)
{
	audience_tell(&((struct supervisor *)arg)->audience,
		json_put_str(json_object_new_object(), "removed", service));
}

static void on_unit_ended(void *arg, void *who, int64_t id)
{
	(void)arg;
	peer_reply(who, id, NULL, NULL);
}

static void on_unit_line(void *arg, struct unit *u, int stream, const char *text, size_t len)
{
	struct supervisor *s = arg;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	logs_append(s->logs, logs_source(s->logs, unit_spec(u)->name), stream,
		now.tv_sec * 1000000000LL + now.tv_nsec, text, len);
	audience_line(&s->audience);
}

/* --- the end */

static void stop_now(void *arg)
{
	struct supervisor *s = arg;

	loop_stop(s->loop);
}

/* The last word goes out before the lights do. */
static void stop_when_drained(struct supervisor *s)
{
	if (audience_drained(&s->audience))
		stop_now(s);
}

static void on_idle(void *arg)
{
	struct supervisor *s = arg;

	if (!s->ending || s->said_farewell)
		return;
	s->said_farewell = true;
	/* Whoever is told that it is down finds nothing of it. */
	loop_poll_free(take(s->listener));
	timer_free(take(s->again));
	timer_free(take(s->look));
	family_end_children();
	seat_leave(&s->seat);
	for (size_t i = 0; i < s->n_enders; i++)
		peer_reply(s->enders[i].peer, s->enders[i].id, NULL, NULL);
	s->farewell = timer_start(s->loop, FAREWELL_MS, 0, stop_now, s);
	stop_when_drained(s);
}

static void end(struct supervisor *s)
{
	s->ending = true;
	roster_stop(s->roster);
}

static void on_signal(void *arg, int signum)
{
	(void)signum;
	end(arg);
}

/* --- requests */

static const char too_many[] = N_("too many requests wait");

static void op_define(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(process_spec) struct process_spec spec = {0};
	struct unit *u;
	int r;

	if (process_spec_parse(json_get(o, "spec"), &spec, &err) < 0) {
		peer_reply(p, id, NULL, err.message);
		return;
	}
	if (json_truth(o, "keep", false) && roster_find(s->roster, spec.name)) {
		peer_reply(p, id, NULL, NULL);
		return;
	}
	r = roster_define(s->roster, &spec, &u, &err);
	if (r == 0)
		r = roster_wait(s->roster, u, p, id);
	if (r)
		peer_reply(p, id, NULL, r > 0 ? NULL : err.message ? err.message : _(too_many));
}

static void op_start(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	struct unit *u = roster_find(s->roster, json_str(o, "service", ""));

	if (u)
		unit_start(u);
	peer_reply(p, id, u ? NULL : "unknown", u ? NULL : _("no such service"));
}

/* Answers when the run that is under way has ended. */
static void when_ended(struct supervisor *s, struct peer *p, int64_t id, struct unit *u,
	void (*ask)(struct supervisor *s, struct unit *u))
{
	int r;

	if (!u) {
		peer_reply(p, id, "unknown", _("no such service"));
		return;
	}
	r = roster_wait(s->roster, u, p, id);
	if (r >= 0)
		ask(s, u);
	if (r)
		peer_reply(p, id, NULL, r > 0 ? NULL : _(too_many));
}

static void ask_stop(struct supervisor *s, struct unit *u)
{
	(void)s;
	unit_stop(u);
}

static void ask_restart(struct supervisor *s, struct unit *u)
{
	(void)s;
	unit_restart(u);
}

static void ask_remove(struct supervisor *s, struct unit *u)
{
	roster_remove(s->roster, u);
}

static void op_stop(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	when_ended(s, p, id, roster_find(s->roster, json_str(o, "service", "")), ask_stop);
}

static void op_restart(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	when_ended(s, p, id, roster_find(s->roster, json_str(o, "service", "")), ask_restart);
}

static void op_remove(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	struct unit *u = roster_find(s->roster, json_str(o, "service", ""));

	if (u)
		when_ended(s, p, id, u, ask_remove);
	else
		peer_reply(p, id, NULL, NULL);
}

static void op_stats(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	struct json_object *stats = json_object_new_array();

	(void)o;
	for (size_t i = 0; i < roster_count(s->roster); i++) {
		const struct unit *u = roster_at(s->roster, i);
		struct process_usage usage;
		struct json_object *row;

		if (!unit_running(u))
			continue;
		process_group_usage(unit_pgid(u), &usage);
		row = json_object_new_object();
		json_put_str(row, "service", unit_spec(u)->name);
		json_put_int(row, "cpu_ms", usage.cpu_ms);
		json_put_int(row, "memory", usage.memory);
		json_push(stats, row);
	}
	peer_send(p, json_put(json_object_new_object(), "stats", stats));
	peer_reply(p, id, NULL, NULL);
}

static void op_watch(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	(void)o;
	peer_watch(p);
	for (size_t i = 0; i < roster_count(s->roster); i++)
		peer_send(p, unit_news(roster_at(s->roster, i)));
	peer_reply(p, id, NULL, NULL);
}

static void op_logs(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	const char *service = json_str(o, "service", NULL);

	peer_read(p, id, service ? logs_source(s->logs, service) : -1, json_int(o, "tail", -1),
		json_truth(o, "follow", false));
}

static void op_shutdown(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o)
{
	(void)o;
	if (s->said_farewell) {
		peer_reply(p, id, NULL, NULL);
		return;
	}
	VEC_GROW(s->enders, s->n_enders, s->cap_enders);
	s->enders[s->n_enders++] = (struct ender){p, id};
	end(s);
}

static const struct request {
	const char *name;
	void (*run)(struct supervisor *s, struct peer *p, int64_t id, struct json_object *o);
	bool begins; /* something, which is not done while everything ends */
} requests[] = {
	{"define", op_define, true},
	{"logs", op_logs, false},
	{"remove", op_remove, false},
	{"restart", op_restart, true},
	{"shutdown", op_shutdown, false},
	{"start", op_start, true},
	{"stats", op_stats, false},
	{"stop", op_stop, false},
	{"watch", op_watch, false},
};

static void on_request(void *arg, struct peer *p, int64_t id, struct json_object *o)
{
	struct supervisor *s = arg;

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!str_eq(requests[i].name, json_str(o, "op", "")))
			continue;
		if (requests[i].begins && s->ending)
			peer_reply(p, id, "ending",
				_("all services of the project are being stopped"));
		else
			requests[i].run(s, p, id, o);
		return;
	}
	peer_reply(p, id, NULL, _("unknown request"));
}

/* --- peers */

static void on_gone(void *arg, struct peer *p)
{
	struct supervisor *s = arg;
	size_t kept = 0;

	for (size_t i = 0; i < s->n_enders; i++)
		if (s->enders[i].peer != p)
			s->enders[kept++] = s->enders[i];
	s->n_enders = kept;
	roster_forget(s->roster, p);
	audience_leave(&s->audience, p);
	if (s->said_farewell)
		stop_when_drained(s);
}

static void on_drained(void *arg, struct peer *p)
{
	struct supervisor *s = arg;

	(void)p;
	if (s->said_farewell)
		stop_when_drained(s);
}

static void on_connect(void *arg, int events);

static void listen_again(void *arg)
{
	struct supervisor *s = arg;

	timer_free(take(s->again));
	loop_poll_free(s->listener);
	s->listener = loop_poll_start(s->loop, s->seat.fd, LOOP_READ, on_connect, s);
}

static void on_connect(void *arg, int events)
{
	struct supervisor *s = arg;
	int fd = seat_accept(&s->seat);

	(void)events;
	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
		/* It stays readable: looking again at once would burn the processor. */
		loop_poll_free(take(s->listener));
		s->again = timer_start(s->loop, ACCEPT_AGAIN_MS, 0, listen_again, s);
		return;
	}
	if (fd >= 0)
		audience_join(&s->audience, fd);
}

/* --- the life of the daemon */

static void reap(void *arg)
{
	struct supervisor *s = arg;

	timer_free(take(s->reap));
	orphans_reap(s->loop);
}

/* Later in the turn, when the loop has met its own children. */
static void on_child_signal(void *arg, int signum)
{
	struct supervisor *s = arg;

	(void)signum;
	if (!s->reap)
		s->reap = loop_defer(s->loop, reap, s);
}

static void look_at_seat(void *arg)
{
	struct supervisor *s = arg;

	switch (seat_look(&s->seat)) {
	case SEAT_MOVED:
		listen_again(s);
		break;
	case SEAT_LOST:
		end(s); /* nobody could reach us to stop what runs */
		break;
	default:
		break;
	}
}

static void serve(struct seat *seat)
{
	struct supervisor s = {.seat = *seat};
	autofree char *mark = family_mark(seat->dir_dev, seat->dir_ino);
	struct family survivors = {.mark = mark};
	struct roster_events events = {.changed = on_unit_changed,
		.line = on_unit_line,
		.ended = on_unit_ended,
		.removed = on_unit_removed,
		.idle = on_idle,
		.arg = &s};
	struct peer_events told = {
		.request = on_request, .gone = on_gone, .drained = on_drained, .arg = &s};
	struct loop_signal *term, *child;

	/* What a killed supervisor left behind holds ports and files that the services want. */
	family_end(&survivors, SURVIVOR_PATIENCE_MS);
	family_done(&survivors);
	s.loop = loop_new();
	if (!s.loop)
		_exit(1); /* who waits for the socket says that it did not come */
	s.logs = logs_new(LOG_BYTES);
	audience_init(&s.audience, s.loop, s.logs, &told);
	s.roster = roster_new(s.loop, mark, &events);
	s.listener = loop_poll_start(s.loop, s.seat.fd, LOOP_READ, on_connect, &s);
	s.look = timer_start(s.loop, SEAT_LOOK_MS, SEAT_LOOK_MS, look_at_seat, &s);
	term = loop_signal_start(s.loop, SIGTERM, on_signal, &s);
	child = loop_signal_start(s.loop, SIGCHLD, on_child_signal, &s);
	loop_run(s.loop);
	loop_signal_free(term);
	loop_signal_free(child);
	roster_free(s.roster);
	/* All else ends with the process. */
	_exit(0);
}

static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	for (int fd = 0; fd <= 2; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	if (null > 2)
		close(null);
	/* What our children leave behind becomes ours. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_DFL);
}

int process_supervise(const char *dir, struct error *err)
{
	struct seat seat;
	int r = seat_take(dir, &seat, err);
	pid_t pid;

	if (r)
		return r < 0 ? r : 0;
	/* The socket listens before the fork: when this process ends, connecting works. */
	pid = fork();
	if (pid == 0) {
		detach();
		serve(&seat);
	}
	if (pid < 0)
		error_errno(err, errno, _("cannot start the supervisor"));
	seat_close(&seat);
	return pid < 0 ? ERR_FAILED : 0;
}
