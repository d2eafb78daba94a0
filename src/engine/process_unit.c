/* SPDX-License-Identifier: MIT */
#include "engine/process_unit.h"

#include "base/str.h"
#include "engine/process_family.h"
#include "engine/process_health.h"
#include "engine/process_lines.h"
#include "loop/child.h"

#include <signal.h>
#include <string.h>

enum {
	BACKOFF_FIRST_MS = 100,
	BACKOFF_MOST_MS = 60 * 1000,
	BACKOFF_RESET_MS = 10 * 1000,
	LINGER_FIRST_MS =
		10, /* how soon we look again whether the last process has ended; doubles */
	LINGER_MOST_MS = 320,
	KILLED_MOST_MS = 5000, /* how long we wait for what was killed: it may hang in the kernel */
	PROBATION_MOST_MS = 10 * 1000,
};

enum unit_state { UNIT_CREATED, UNIT_RUNNING, UNIT_RESTARTING, UNIT_EXITED };

static const char *const state_names[] = {"created", "running", "restarting", "exited"};

struct unit {
	struct loop *loop;
	struct process_spec spec;
	struct process_spec next; /* takes the place of spec at the end; next.name NULL: none */
	char *mark;
	struct unit_events events;
	struct child *child; /* the leader */
	struct family family;
	struct health *health;
	int64_t probation_ms; /* of the start under way: health_begin() */
	struct timer *restart_timer, *kill_timer, *linger_timer;
	struct lines lines[2]; /* stdout, stderr */
	enum unit_state state;
	bool stopping;     /* somebody asked for its end */
	bool start_again;  /* ... and for another beginning */
	bool told;         /* its last end was asked for */
	int64_t killed_at; /* loop_now(); 0: not */
	int64_t linger_ms;
	uint64_t ends;
	int exit_code;
	char *error;
	int restarts;
	int64_t backoff_ms;
	int64_t began;                               /* loop_now() of the start */
	int64_t created_ms, started_ms, finished_ms; /* wall clock */
};

static void start_process(struct unit *u);

static void changed(struct unit *u)
{
	u->events.changed(u->events.arg, u);
}

static void health_changed(void *arg)
{
	changed(arg);
}

static void on_line(void *arg, int stream, const char *text, size_t len)
{
	struct unit *u = arg;

	u->events.line(u->events.arg, u, stream, text, len);
}

static void on_output(void *arg, enum child_stream which, const char *data, size_t n)
{
	struct unit *u = arg;

	lines_add(&u->lines[which - 1], data, n);
}

/* --- the end */

static bool wants_restart(const struct unit *u)
{
	switch (u->spec.restart) {
	case PROCESS_ALWAYS:
	case PROCESS_UNLESS_STOPPED:
		return true;
	case PROCESS_ON_FAILURE:
		return u->exit_code != 0 &&
		       (u->spec.restart_most == 0 || u->restarts < u->spec.restart_most);
	default:
		return false;
	}
}

/* What lived for so long and ended has to live longer before it counts as well. */
static int64_t probation(const struct unit *u)
{
	int64_t lived = u->finished_ms - u->started_ms;

	return lived < 0 ? 0 : lived > PROBATION_MOST_MS / 2 ? PROBATION_MOST_MS : 2 * lived;
}

static void restart_now(void *arg)
{
	struct unit *u = arg;

	timer_free(take(u->restart_timer));
	u->restarts++;
	u->probation_ms = probation(u);
	start_process(u);
	u->probation_ms = 0;
	changed(u);
}

static void restart_later(struct unit *u)
{
	if (loop_now(u->loop) - u->began > BACKOFF_RESET_MS)
		u->backoff_ms = BACKOFF_FIRST_MS;
	u->state = UNIT_RESTARTING;
	u->restart_timer = timer_start(u->loop, u->backoff_ms, 0, restart_now, u);
	u->backoff_ms *= 2;
	if (u->backoff_ms > BACKOFF_MOST_MS)
		u->backoff_ms = BACKOFF_MOST_MS;
}

static void take_next(struct unit *u)
{
	process_spec_done(&u->spec);
	u->spec = u->next;
	u->next = (struct process_spec){0};
	u->state = UNIT_CREATED;
	u->told = false;
	u->exit_code = 0;
	u->restarts = 0;
	u->backoff_ms = BACKOFF_FIRST_MS;
	u->created_ms = loop_wall();
	u->started_ms = u->finished_ms = 0;
	free(take(u->error));
}

static void ended(struct unit *u)
{
	bool again = u->start_again;

	family_done(&u->family);
	timer_free(take(u->kill_timer));
	timer_free(take(u->linger_timer));
	health_end(u->health);
	u->ends++;
	u->killed_at = 0;
	u->finished_ms = loop_wall();
	u->state = UNIT_EXITED;
	u->start_again = false;
	if (u->stopping) {
		u->stopping = false;
		if (u->next.name)
			take_next(u);
		if (again)
			start_process(u);
	} else if (wants_restart(u)) {
		restart_later(u);
	}
	changed(u);
}

/* Those that are asked to end may take their time, whatever the leader did. */
static void linger(void *arg)
{
	struct unit *u = arg;
	bool late = u->killed_at && loop_now(u->loop) - u->killed_at > KILLED_MOST_MS;

	timer_free(take(u->linger_timer));
	/* What began while we looked is killed by the next look. */
	if (late || family_signal(&u->family, u->killed_at ? SIGKILL : 0) == 0) {
		ended(u);
		return;
	}
	u->linger_timer = timer_start(u->loop, u->linger_ms, 0, linger, u);
	if (u->linger_ms < LINGER_MOST_MS)
		u->linger_ms *= 2;
}

static void child_ended(void *arg, int code, const struct error *err)
{
	struct unit *u = arg;

	(void)err;
	if (code == ERR_CANCELLED && !u->child)
		return;
	u->exit_code = child_status(u->child);
	op_free(child_op(take(u->child)));
	for (int i = 0; i < 2; i++)
		lines_end(&u->lines[i]);
	if (u->stopping) {
		u->linger_ms = LINGER_FIRST_MS;
		linger(u);
	} else {
		family_signal(&u->family, SIGKILL);
		ended(u);
	}
}

static void kill_family(void *arg)
{
	struct unit *u = arg;

	timer_free(take(u->kill_timer));
	u->killed_at = loop_now(u->loop);
	u->linger_ms = LINGER_FIRST_MS;
	family_signal(&u->family, SIGKILL);
}

/* --- the beginning */

static void start_process(struct unit *u)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv env = STRV_INIT;
	struct child_spec spec = {
		.argv = &u->spec.argv,
		.env = &env,
		.cwd = u->spec.dir,
		.output = on_output,
		.output_arg = u,
		.own_group = true,
	};

	free(take(u->error));
	u->told = false;
	u->began = loop_now(u->loop);
	u->started_ms = loop_wall();
	u->exit_code = 0;
	family_environ(&env, &u->spec.env, u->mark);
	if (child_start(u->loop, &spec, child_ended, u, &u->child, &err) < 0) {
		u->error = xstrdup(err.message);
		on_line(u, 3, err.message, strlen(err.message));
		u->exit_code = 127;
		u->finished_ms = u->started_ms;
		u->state = UNIT_EXITED;
		u->ends++;
	} else {
		family_of(&u->family, child_pid(u->child), u->mark);
		u->state = UNIT_RUNNING;
		health_begin(u->health, &u->spec, u->probation_ms);
	}
	strv_wipe(&env);
}

struct unit *unit_new(struct loop *loop, struct process_spec *spec, const char *mark,
	const struct unit_events *events)
{
	struct unit *u = xcalloc(1, sizeof(*u));

	u->loop = loop;
	u->next = *spec;
	*spec = (struct process_spec){0};
	u->mark = xstrdup(mark);
	u->events = *events;
	u->health = health_new(loop, mark, health_changed, u);
	take_next(u);
	for (int i = 0; i < 2; i++)
		lines_init(&u->lines[i], i + 1, on_line, u);
	return u;
}

void unit_free(struct unit *u)
{
	struct child *child;

	if (!u)
		return;
	health_free(u->health);
	timer_free(u->restart_timer);
	timer_free(u->kill_timer);
	timer_free(u->linger_timer);
	if (unit_running(u))
		family_signal(&u->family, SIGKILL);
	family_done(&u->family);
	child = take(u->child);
	if (child)
		op_free(child_op(child));
	for (int i = 0; i < 2; i++)
		lines_done(&u->lines[i]);
	process_spec_done(&u->spec);
	process_spec_done(&u->next);
	free(u->mark);
	free(u->error);
	free(u);
}

const struct process_spec *unit_spec(const struct unit *u)
{
	return &u->spec;
}

/* --- what people ask for */

bool unit_start(struct unit *u)
{
	if (unit_running(u) && u->stopping) {
		u->start_again = true;
		return true;
	}
	if (unit_running(u) || u->restart_timer)
		return false;
	u->restarts = 0;
	u->backoff_ms = BACKOFF_FIRST_MS;
	start_process(u);
	changed(u);
	return true;
}

void unit_stop(struct unit *u)
{
	u->start_again = false;
	u->told = true;
	if (u->restart_timer) {
		timer_free(take(u->restart_timer));
		u->state = UNIT_EXITED;
		changed(u);
	}
	if (!unit_running(u) || u->stopping)
		return;
	u->stopping = true;
	health_end(u->health);
	u->kill_timer = timer_start(u->loop, u->spec.stop_ms, 0, kill_family, u);
	family_signal(&u->family, u->spec.stop_signal);
}

void unit_restart(struct unit *u)
{
	if (!unit_running(u)) {
		timer_free(take(u->restart_timer));
		unit_start(u);
		return;
	}
	unit_stop(u);
	u->start_again = true;
}

void unit_define(struct unit *u, struct process_spec *spec)
{
	process_spec_done(&u->next);
	u->next = *spec;
	*spec = (struct process_spec){0};
	unit_stop(u);
	if (unit_running(u))
		return;
	take_next(u);
	changed(u);
}

bool unit_running(const struct unit *u)
{
	return u->child || u->linger_timer;
}

uint64_t unit_ends(const struct unit *u)
{
	return u->ends;
}

int unit_pgid(const struct unit *u)
{
	return u->family.leader;
}

struct json_object *unit_json(const struct unit *u)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "service", u->spec.name);
	json_put_str(o, "state", state_names[u->state]);
	json_put_bool(o, "oneshot", u->spec.oneshot);
	json_put_bool(o, "told", u->told);
	json_put_int(o, "pid", u->family.leader);
	json_put_int(o, "exit_code", u->exit_code);
	json_put_str(o, "error", u->error);
	json_put_int(o, "restarts", u->restarts);
	json_put_int(o, "created_ms", u->created_ms);
	json_put_int(o, "started_ms", u->started_ms);
	json_put_int(o, "finished_ms", u->finished_ms);
	health_put(u->health, &u->spec, o);
	return o;
}
