/* SPDX-License-Identifier: MIT */
#include "plan/rollout_entry.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/rollout_judge.h"

#include <string.h>

enum { LEAST_TIMEOUT_MS = 120 * 1000 };
/* What may be a one-shot, for all the files say, but runs on this long is taken for a service. */
enum { ONESHOT_MS = 15 * 1000 };

bool rollout_entry_settled(const struct rollout_entry *e)
{
	return e->pub.phase >= ROLLOUT_READY;
}

/* The files leave it open whether a service without a restart policy is meant to end; a condition
 * for its being ready says that it is not, and so does an image that listens. */
static bool is_oneshot(const struct rollout_entry *e)
{
	if (!e->service->oneshot || e->awaited)
		return e->service->oneshot;
	return !e->gate_spec && !rollout_serves(e->service, live_find(e->o->live, e->pub.name));
}

void rollout_entry_set(struct rollout_entry *e, enum rollout_phase phase, char *reason)
{
	char *shown = mask_dup(e->o->mask, reason);
	bool same = e->pub.phase == phase && str_eq(e->pub.reason, shown);

	free(reason);
	free(e->pub.reason);
	e->pub.reason = shown;
	e->pub.phase = phase;
	if (same)
		return;
	if (rollout_entry_settled(e))
		timer_free(take(e->deadline));
	if (phase == ROLLOUT_READY || phase == ROLLOUT_DONE)
		e->pub.ready_ms = loop_wall();
	live_set_note(e->o->live, e->pub.name, shown);
	if (e->o->event)
		e->o->event(e->o->arg, &e->pub);
}

static void changed(struct rollout_entry *e)
{
	e->changed(e->arg);
}

static void fail(struct rollout_entry *e, char *reason)
{
	op_free(e->gate ? gate_op(take(e->gate)) : NULL);
	rollout_entry_set(e, ROLLOUT_FAILED, reason);
	changed(e);
}

/* --- starting */

static void start_done(void *arg, int code, const struct error *err)
{
	struct rollout_entry *e = arg;

	/* An answer after its time is up changes nothing any more. */
	if (code == ERR_CANCELLED || rollout_entry_settled(e))
		return;
	if (code) {
		autofree char *said = err->detail ? xasprintf("%s: %s", err->message, err->detail)
						  : xstrdup(err->message);
		autofree char *why = mask_dup(e->o->mask, said);

		live_start_failed(e->o->live, e->pub.name, why);
		fail(e, take(said));
		return;
	}
	e->pub.started_ms = loop_wall();
	rollout_entry_set(e, ROLLOUT_STARTED, xstrdup(_("started")));
	changed(e);
}

static void deadline_passed(void *arg)
{
	struct rollout_entry *e = arg;
	const struct live_service *s = live_find(e->o->live, e->pub.name);
	autofree char *why = rollout_evidence(s, e->pub.last_try);

	fail(e, why ? xasprintf(_("not ready in time: %s"), why) : xstrdup(_("not ready in time")));
}

static int64_t oneshot_ms(const struct rollout_entry *e)
{
	return e->o->oneshot_ms > 0 ? e->o->oneshot_ms : ONESHOT_MS;
}

static void runs_on(void *arg)
{
	struct rollout_entry *e = arg;

	timer_free(take(e->deadline));
	if (e->pub.phase == ROLLOUT_STARTED)
		rollout_entry_set(e, ROLLOUT_READY, xstrdup(_("runs on")));
	else if (!rollout_entry_settled(e))
		e->deadline = timer_start(e->loop, oneshot_ms(e), 0, runs_on, e);
	changed(e);
}

/* What others need and what runs already is waited for, but not told to start again. */
static bool leave_alone(struct rollout_entry *e, const struct live_service *s)
{
	bool runs = s && (s->state == LIVE_STARTING || s->state == LIVE_RUNNING ||
				 s->state == LIVE_HEALTHY);

	if (!runs || !e->along || e->restart)
		return false;
	e->pub.ran_before = true;
	e->pub.started_ms = loop_wall();
	/* What might be a one-shot has shown by now that it is none. */
	if (s->state == LIVE_RUNNING && is_oneshot(e) && !e->awaited &&
		loop_wall() - rollout_newest_start(s) >= oneshot_ms(e))
		rollout_entry_set(e, ROLLOUT_READY, xstrdup(_("runs on")));
	else
		rollout_entry_set(e, ROLLOUT_STARTED, xstrdup(_("runs already")));
	return true;
}

void rollout_entry_begin(struct rollout_entry *e)
{
	const struct live_service *s = live_find(e->o->live, e->pub.name);
	const struct engine_ops *ops = e->o->engine->ops;
	int64_t timeout = e->o->timeout_ms;

	if (s && s->state == LIVE_DONE && is_oneshot(e) && !e->restart) {
		/* Its container is the wanted one (a changed service was made anew): not run again.
		 */
		rollout_entry_set(e, ROLLOUT_DONE, xstrdup(_("has run already")));
		return;
	}
	e->pub.begun_ms = loop_wall();
	e->seen_started_ms = rollout_newest_start(s);
	e->restarts_before = rollout_restarts(s);
	if (!timeout && !is_oneshot(e))
		timeout = rollout_patience(s, LEAST_TIMEOUT_MS);
	if (timeout) {
		e->pub.deadline_ms = loop_wall() + timeout;
		e->deadline = timer_start(e->loop, timeout, 0, deadline_passed, e);
	}
	if (!timeout && !e->awaited)
		e->deadline = timer_start(e->loop, oneshot_ms(e), 0, runs_on, e);
	if (leave_alone(e, s)) {
		if (!rollout_entry_settled(e))
			rollout_entry_consider(e);
		return;
	}
	rollout_entry_set(e, ROLLOUT_STARTING, xstrdup(_("starting")));
	e->start = e->restart ? ops->restart(e->o->engine, e->pub.name, start_done, e)
			      : ops->start(e->o->engine, e->pub.name, start_done, e);
}

/* --- waiting for readiness */

static void gate_tried(void *arg)
{
	struct rollout_entry *e = arg;

	e->pub.tries = gate_tries(e->gate);
	free(e->pub.last_try);
	e->pub.last_try = mask_dup(e->o->mask, gate_last(e->gate));
	e->pub.next_try_ms = gate_next_ms(e->gate);
	e->pub.deadline_ms = gate_deadline_ms(e->gate);
	live_set_note(e->o->live, e->pub.name, e->pub.last_try);
	if (e->o->event)
		e->o->event(e->o->arg, &e->pub);
}

/* What is to be known of a service that is ready by its gate; NULL: nothing. */
static char *ready_words(const struct rollout_entry *e)
{
	if (gate_degraded(e->gate))
		return mask_dup(e->o->mask, gate_last(e->gate));
	return e->never ? xasprintf(
				  _("as the definition asks; its own health check cannot pass: %s"),
				  e->never)
			: NULL;
}

static void gate_done(void *arg, int code, const struct error *err)
{
	struct rollout_entry *e = arg;

	if (code == ERR_CANCELLED)
		return;
	if (code)
		fail(e, err->detail ? xasprintf("%s: %s", err->message, err->detail)
				    : xstrdup(err->message));
	else
		rollout_entry_set(e, ROLLOUT_READY, ready_words(e));
	changed(e);
}

static void steady_over(void *arg)
{
	struct rollout_entry *e = arg;

	timer_free(take(e->steady));
	changed(e);
}

/* Nothing checks it: that it runs says something only when it does so for a while. */
static bool is_steady(struct rollout_entry *e)
{
	const struct live_service *s = live_find(e->o->live, e->pub.name);
	int64_t run = rollout_newest_start(s), now = loop_now(e->loop);

	if (!e->o->steady_ms || e->pub.ran_before || s->state != LIVE_RUNNING)
		return true;
	if (run != e->steady_run || !e->steady_since_ms) {
		e->steady_run = run;
		e->steady_since_ms = now;
		timer_free(take(e->steady));
	}
	if (now - e->steady_since_ms >= e->o->steady_ms)
		return true;
	if (!e->steady)
		e->steady = timer_start(e->loop, e->o->steady_ms, 0, steady_over, e);
	return false;
}

/* The engine says it runs well; a gate of the definition may still have its say. */
static void running_well(struct rollout_entry *e, bool checked)
{
	struct gate_options o = {
		.engine = e->o->engine,
		.project = e->o->project,
		.service = e->pub.name,
		.spec = e->gate_spec,
		.tried = gate_tried,
		.arg = e,
	};

	if (!e->gate_spec) {
		if (!is_steady(e))
			return;
		e->pub.unchecked = !checked;
		rollout_entry_set(e, ROLLOUT_READY, NULL);
		return;
	}
	if (e->gate)
		return;
	/* From here on the gate's own time counts. */
	timer_free(take(e->deadline));
	rollout_entry_set(e, ROLLOUT_STARTED, gate_text(e->o->project, e->gate_spec));
	e->gate = gate_start(e->loop, &o, gate_done, e);
}

/* True when the service keeps restarting. */
static bool crash_loops(struct rollout_entry *e, const struct live_service *s)
{
	int64_t now = loop_now(e->loop);
	int restarts;

	/* Starting by hand begins the engine's count anew. */
	if (rollout_restarts(s) < e->restarts_before)
		e->restarts_before = 0;
	restarts = rollout_restarts(s) - e->restarts_before;

	while (e->restarts_seen < restarts)
		e->restart_times[e->restarts_seen++ % CRASH_RESTARTS] = now;
	return e->restarts_seen >= CRASH_RESTARTS &&
	       now - e->restart_times[e->restarts_seen % CRASH_RESTARTS] <= CRASH_WINDOW_MS;
}

static void fail_with_evidence(
	struct rollout_entry *e, const struct live_service *s, const char *what)
{
	autofree char *why = rollout_evidence(s, e->pub.last_try);

	fail(e, why ? xasprintf("%s: %s", what, why) : xstrdup(what));
}

/* After a restart all that is said of the time before it, health too, is the story of an earlier
 * run; and until each instance began anew, part of it is. */
static bool stale(const struct rollout_entry *e, const struct live_service *s)
{
	return e->restart && e->seen_started_ms && rollout_oldest_start(s) <= e->seen_started_ms;
}

/* A check that cannot pass is not waited for where the definition has something else to go by. */
static bool overruled(struct rollout_entry *e, const struct live_service *s)
{
	if (e->gate_spec && !e->never)
		e->never = rollout_never_healthy(e->o->project->compose, e->service, s);
	return e->never != NULL;
}

void rollout_entry_consider(struct rollout_entry *e)
{
	const struct live_service *s = live_find(e->o->live, e->pub.name);
	bool news = s && rollout_newest_start(s) != e->seen_started_ms;

	if (!s || stale(e, s))
		return;
	if (!e->pub.created_ms)
		e->pub.created_ms = rollout_created(s);
	if (crash_loops(e, s)) {
		fail_with_evidence(e, s, _("keeps restarting"));
		return;
	}
	switch (s->state) {
	case LIVE_HEALTHY:
		running_well(e, true);
		break;
	case LIVE_RUNNING:
		if (is_oneshot(e))
			rollout_entry_set(e, ROLLOUT_STARTED,
				xstrdup(e->awaited ? _("runs; waits for its end")
						   : _("runs; looks whether it ends")));
		else
			running_well(e, false);
		break;
	case LIVE_STARTING:
		if (overruled(e, s))
			running_well(e, true);
		else
			rollout_entry_set(
				e, ROLLOUT_STARTED, xstrdup(_("waits for its health check")));
		break;
	case LIVE_RESTARTING:
		rollout_entry_set(e, ROLLOUT_STARTED, xstrdup(_("restarts")));
		break;
	case LIVE_DONE:
		rollout_entry_set(e, ROLLOUT_DONE, NULL);
		break;
	case LIVE_UNHEALTHY:
		if (overruled(e, s))
			running_well(e, true);
		else
			fail_with_evidence(e, s, _("unhealthy"));
		break;
	case LIVE_STOPPED:
	case LIVE_FAILED:
		/* Before its start event came this is the story of an earlier run. */
		if (news && s->state == LIVE_STOPPED && rollout_exited_well(s))
			rollout_entry_set(e, ROLLOUT_DONE, xstrdup(_("ended with status 0")));
		else if (news)
			fail_with_evidence(e, s, _("ended"));
		break;
	default:
		break;
	}
}

void rollout_entry_halt(struct rollout_entry *e)
{
	struct gate *gate = take(e->gate);

	op_free(take(e->start));
	op_free(gate ? gate_op(gate) : NULL);
	timer_free(take(e->deadline));
	timer_free(take(e->steady));
}

void rollout_entry_done(struct rollout_entry *e)
{
	rollout_entry_halt(e);
	free(take(e->never));
	free(e->pub.reason);
	free(e->pub.last_try);
}
