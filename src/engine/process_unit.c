/* SPDX-License-Identifier: MIT */
#include "engine/process_unit.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "engine/live.h"
#include "loop/child.h"

#include <signal.h>
#include <string.h>

enum {
	BACKOFF_FIRST_MS = 100,
	BACKOFF_MOST_MS = 60 * 1000,
	BACKOFF_RESET_MS = 10 * 1000,
	STOP_PATIENCE_MS = 10 * 1000,
	PROBE_OUTPUT = 4096,
	LINE_MOST = 64 * 1024,
};

enum unit_state { UNIT_CREATED, UNIT_RUNNING, UNIT_RESTARTING, UNIT_EXITED };

enum unit_health { HEALTH_NONE, HEALTH_STARTING, HEALTH_HEALTHY, HEALTH_UNHEALTHY };

static const char *const state_names[] = {"created", "running", "restarting", "exited"};
static const char *const health_names[] = {"", "starting", "healthy", "unhealthy"};

struct unit {
	struct loop *loop;
	struct process_spec spec;
	struct unit_events events;
	struct child *child;
	struct child *probe;
	struct timer *probe_timer, *restart_timer, *kill_timer;
	struct str lines[2]; /* unfinished line of stdout, stderr */
	enum unit_state state;
	enum unit_health health;
	bool stopping;    /* somebody asked for its end */
	bool start_again; /* ... and for another beginning */
	bool told;        /* its last end was asked for */
	int pgid;
	int exit_code;
	char *error;
	int restarts;
	int64_t backoff_ms;
	int64_t created_ms, started_ms, finished_ms; /* wall clock */
	int64_t probe_started_ms;
	int streak;
	struct live_probe probes[LIVE_PROBES];
	size_t n_probes;
};

static void start_process(struct unit *u);
static void schedule_probe(struct unit *u);

static void changed(struct unit *u)
{
	u->events.changed(u->events.arg, u);
}

static void say(struct unit *u, const char *text)
{
	u->events.line(u->events.arg, u, 3, text, strlen(text));
}

/* --- output ------------------------------------------------------------------------------------
 */

static void flush_line(struct unit *u, int stream)
{
	struct str *line = &u->lines[stream - 1];

	u->events.line(u->events.arg, u, stream, str_text(line), line->len);
	str_clear(line);
}

static void on_output(void *arg, enum child_stream which, const char *data, size_t n)
{
	struct unit *u = arg;
	int stream = (int)which;
	struct str *line = &u->lines[stream - 1];

	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t part = end ? (size_t)(end - data) : n;

		/* A line without an end is cut where it would pass the ceiling. */
		if (line->len + part > LINE_MOST)
			part = LINE_MOST - line->len;
		str_addn(line, data, part);
		data += part;
		n -= part;
		if (n && *data == '\n') {
			data++;
			n--;
			flush_line(u, stream);
		} else if (line->len == LINE_MOST) {
			flush_line(u, stream);
		}
	}
}

/* --- health ------------------------------------------------------------------------------------
 */

static void remember_probe(struct unit *u, int code, const char *output)
{
	struct live_probe *p;

	if (u->n_probes == LIVE_PROBES) {
		free(u->probes[0].output);
		memmove(u->probes, u->probes + 1, (LIVE_PROBES - 1) * sizeof(*u->probes));
		u->n_probes--;
	}
	p = &u->probes[u->n_probes++];
	p->start_ms = u->probe_started_ms;
	p->end_ms = loop_wall();
	p->exit_code = code;
	p->output = xstrdup(output);
}

static void judge_probe(struct unit *u, bool ok)
{
	bool grace = u->health == HEALTH_STARTING &&
		     loop_wall() - u->started_ms < u->spec.start_period_ms;

	if (ok) {
		u->streak = 0;
		u->health = HEALTH_HEALTHY;
	} else if (!grace && ++u->streak >= u->spec.retries) {
		u->health = HEALTH_UNHEALTHY;
	}
}

static void probe_done(void *arg, int code, const struct error *err)
{
	struct unit *u = arg;
	AUTO(str) struct str output = STR_INIT(2 * PROBE_OUTPUT);
	int status = 1;

	if (code == ERR_CANCELLED)
		return;
	if (code == ERR_TIMEOUT) {
		status = -1;
		str_addf(&output, _("health check took longer than %lld ms"),
			(long long)u->spec.timeout_ms);
	} else {
		status = child_status(u->probe);
		str_addn(&output, str_text(child_out(u->probe)), child_out(u->probe)->len);
		str_addn(&output, str_text(child_err(u->probe)), child_err(u->probe)->len);
		if (!output.len && err->message && status)
			str_add(&output, err->message);
	}
	str_cut(&output, PROBE_OUTPUT);
	remember_probe(u, status, str_text(&output));
	judge_probe(u, status == 0);
	op_free(child_op(take(u->probe)));
	schedule_probe(u);
	changed(u);
}

static void run_probe(void *arg)
{
	struct unit *u = arg;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec spec = {
		.argv = &u->spec.health,
		.env = &u->spec.env,
		.cwd = u->spec.dir,
		.keep = PROBE_OUTPUT,
		.timeout_ms = u->spec.timeout_ms,
		.own_group = true,
	};

	timer_free(take(u->probe_timer));
	u->probe_started_ms = loop_wall();
	if (child_start(u->loop, &spec, probe_done, u, &u->probe, &err) == 0)
		return;
	remember_probe(u, 127, err.message);
	judge_probe(u, false);
	schedule_probe(u);
	changed(u);
}

static void schedule_probe(struct unit *u)
{
	if (u->spec.health.n && u->state == UNIT_RUNNING && !u->probe_timer)
		u->probe_timer = timer_start(u->loop, u->spec.interval_ms, 0, run_probe, u);
}

static void stop_probing(struct unit *u)
{
	timer_free(take(u->probe_timer));
	if (u->probe)
		op_free(child_op(take(u->probe)));
}

/* --- life --------------------------------------------------------------------------------------
 */

static bool wants_restart(const struct unit *u)
{
	switch (u->spec.restart) {
	case PROCESS_ALWAYS:
	case PROCESS_UNLESS_STOPPED:
		return true;
	case PROCESS_ON_FAILURE:
		return u->exit_code != 0;
	default:
		return false;
	}
}

static void restart_now(void *arg)
{
	struct unit *u = arg;

	timer_free(take(u->restart_timer));
	u->restarts++;
	start_process(u);
	changed(u);
}

/* After the leader's end: what is left of its group goes too. */
static void ended(struct unit *u, int status)
{
	if (u->pgid > 0)
		kill(-u->pgid, SIGKILL);
	u->pgid = 0;
	timer_free(take(u->kill_timer));
	stop_probing(u);
	for (int stream = 1; stream <= 2; stream++)
		if (u->lines[stream - 1].len)
			flush_line(u, stream);
	u->exit_code = status;
	u->finished_ms = loop_wall();
	u->state = UNIT_EXITED;
	u->health = HEALTH_NONE;
	if (u->stopping) {
		u->stopping = false;
		if (u->start_again) {
			u->start_again = false;
			start_process(u);
		}
	} else if (wants_restart(u)) {
		if (u->finished_ms - u->started_ms > BACKOFF_RESET_MS)
			u->backoff_ms = BACKOFF_FIRST_MS;
		u->state = UNIT_RESTARTING;
		u->restart_timer = timer_start(u->loop, u->backoff_ms, 0, restart_now, u);
		u->backoff_ms =
			u->backoff_ms * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : u->backoff_ms * 2;
	}
	changed(u);
}

static void child_ended(void *arg, int code, const struct error *err)
{
	struct unit *u = arg;
	int status;

	(void)err;
	if (code == ERR_CANCELLED && !u->child)
		return;
	status = child_status(u->child);
	op_free(child_op(take(u->child)));
	ended(u, status);
}

static void start_process(struct unit *u)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec spec = {
		.argv = &u->spec.argv,
		.env = &u->spec.env,
		.cwd = u->spec.dir,
		.output = on_output,
		.output_arg = u,
		.own_group = true,
	};

	free(take(u->error));
	u->told = false;
	u->started_ms = loop_wall();
	u->streak = 0;
	u->exit_code = 0;
	for (size_t i = 0; i < u->n_probes; i++)
		free(u->probes[i].output);
	u->n_probes = 0;
	if (child_start(u->loop, &spec, child_ended, u, &u->child, &err) < 0) {
		u->error = xstrdup(err.message);
		say(u, err.message);
		u->exit_code = 127;
		u->finished_ms = u->started_ms;
		u->state = UNIT_EXITED;
		return;
	}
	u->pgid = child_pid(u->child);
	u->state = UNIT_RUNNING;
	u->health = u->spec.health.n ? HEALTH_STARTING : HEALTH_NONE;
	schedule_probe(u);
}

struct unit *unit_new(
	struct loop *loop, struct process_spec *spec, const struct unit_events *events)
{
	struct unit *u = xcalloc(1, sizeof(*u));

	u->loop = loop;
	u->spec = *spec;
	*spec = (struct process_spec){0};
	u->events = *events;
	u->created_ms = loop_wall();
	u->backoff_ms = BACKOFF_FIRST_MS;
	str_init(&u->lines[0], LINE_MOST);
	str_init(&u->lines[1], LINE_MOST);
	return u;
}

void unit_free(struct unit *u)
{
	struct child *child;

	if (!u)
		return;
	stop_probing(u);
	timer_free(u->restart_timer);
	timer_free(u->kill_timer);
	if (u->pgid > 0)
		kill(-u->pgid, SIGKILL);
	child = take(u->child);
	if (child)
		op_free(child_op(child));
	for (size_t i = 0; i < u->n_probes; i++)
		free(u->probes[i].output);
	str_done(&u->lines[0]);
	str_done(&u->lines[1]);
	process_spec_done(&u->spec);
	free(u->error);
	free(u);
}

const struct process_spec *unit_spec(const struct unit *u)
{
	return &u->spec;
}

bool unit_start(struct unit *u)
{
	if (u->child && u->stopping) {
		u->start_again = true;
		return true;
	}
	if (u->child || u->restart_timer)
		return false;
	u->restarts = 0;
	u->backoff_ms = BACKOFF_FIRST_MS;
	start_process(u);
	changed(u);
	return true;
}

static void kill_group(void *arg)
{
	struct unit *u = arg;

	timer_free(take(u->kill_timer));
	if (u->pgid > 0)
		kill(-u->pgid, SIGKILL);
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
	if (!u->child || u->stopping)
		return;
	u->stopping = true;
	stop_probing(u);
	kill(-u->pgid, SIGTERM);
	u->kill_timer = timer_start(u->loop, STOP_PATIENCE_MS, 0, kill_group, u);
}

void unit_restart(struct unit *u)
{
	if (!u->child) {
		timer_free(take(u->restart_timer));
		unit_start(u);
		return;
	}
	unit_stop(u);
	u->start_again = true;
}

bool unit_running(const struct unit *u)
{
	return u->child != NULL;
}

int unit_pgid(const struct unit *u)
{
	return u->pgid;
}

struct json_object *unit_json(const struct unit *u)
{
	struct json_object *o = json_object_new_object();
	struct json_object *probes = json_object_new_array();

	json_put_str(o, "service", u->spec.name);
	json_put_str(o, "state", state_names[u->state]);
	json_put_str(o, "health", health_names[u->health]);
	json_put_bool(o, "has_health", u->spec.health.n > 0);
	json_put_bool(o, "oneshot", u->spec.oneshot);
	json_put_bool(o, "told", u->told);
	json_put_int(o, "pid", u->pgid);
	json_put_int(o, "exit_code", u->exit_code);
	json_put_str(o, "error", u->error);
	json_put_int(o, "restarts", u->restarts);
	json_put_int(o, "created_ms", u->created_ms);
	json_put_int(o, "started_ms", u->started_ms);
	json_put_int(o, "finished_ms", u->finished_ms);
	json_put_int(o, "streak", u->streak);
	json_put_int(o, "interval_ms", u->spec.interval_ms);
	json_put_int(o, "timeout_ms", u->spec.timeout_ms);
	json_put_int(o, "start_period_ms", u->spec.start_period_ms);
	json_put_int(o, "retries", u->spec.retries);
	for (size_t i = 0; i < u->n_probes; i++) {
		struct json_object *p = json_object_new_object();
		AUTO(str) struct str output = STR_INIT(STR_LINE);

		text_safe(&output, u->probes[i].output, strlen(u->probes[i].output), true);
		json_put_int(p, "start_ms", u->probes[i].start_ms);
		json_put_int(p, "end_ms", u->probes[i].end_ms);
		json_put_int(p, "exit_code", u->probes[i].exit_code);
		json_put_str(p, "output", str_text(&output));
		json_push(probes, p);
	}
	return json_put(o, "probes", probes);
}
