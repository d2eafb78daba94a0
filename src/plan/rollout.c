/* SPDX-License-Identifier: MIT */
#include "plan/rollout.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/gate.h"
#include "plan/rollout_judge.h"

#include <string.h>

/* A crash loop: this many restarts within this time. */
enum { CRASH_RESTARTS = 3, CRASH_WINDOW_MS = 60 * 1000, LEAST_TIMEOUT_MS = 120 * 1000 };
/* What may be a one-shot, for all the files say, but runs on this long is taken for a service. */
enum { ONESHOT_MS = 15 * 1000 };

struct entry {
	struct rollout_service pub;
	struct rollout *rollout;
	const struct compose_service *service;
	const struct stack_gate *gate_spec; /* NULL: none */
	struct op *start;
	struct gate *gate;
	struct timer *deadline;
	int64_t seen_started_ms; /* of the newest instance before we started it: older news does not
				    count */
	int restarts_before;
	int64_t restart_times[CRASH_RESTARTS]; /* loop clock of the last restarts */
	int restarts_seen;
};

struct rollout {
	struct op op;
	struct rollout_options o;
	struct entry *entries;
	size_t n;
	struct live_watcher *watcher;
	struct timer *turn; /* pending evaluation */
};

static void rollout_turn(void *arg);

const char *rollout_phase_name(enum rollout_phase phase)
{
	static const char *const names[] = {
		[ROLLOUT_WAITING] = "waiting",
		[ROLLOUT_STARTING] = "starting",
		[ROLLOUT_STARTED] = "started",
		[ROLLOUT_READY] = "ready",
		[ROLLOUT_DONE] = "done",
		[ROLLOUT_FAILED] = "failed",
		[ROLLOUT_SKIPPED] = "skipped",
	};

	return names[phase];
}

static bool settled(const struct entry *e)
{
	return e->pub.phase >= ROLLOUT_READY;
}

/* State changes only through here: notes, watchers and the next evaluation follow from it. */
static void set_phase(struct entry *e, enum rollout_phase phase, char *reason)
{
	struct rollout *r = e->rollout;
	bool same = e->pub.phase == phase && str_eq(e->pub.reason, reason);

	free(e->pub.reason);
	e->pub.reason = reason;
	e->pub.phase = phase;
	if (same)
		return;
	if (settled(e)) {
		timer_free(e->deadline);
		e->deadline = NULL;
	}
	if (phase == ROLLOUT_READY || phase == ROLLOUT_DONE)
		e->pub.ready_ms = loop_wall();
	live_set_note(r->o.live, e->pub.name, reason);
	if (r->o.event)
		r->o.event(r->o.arg, &e->pub);
}

static void schedule(struct rollout *r)
{
	if (!r->turn && !r->op.finished)
		r->turn = loop_defer(r->op.loop, rollout_turn, r);
}

static void fail(struct entry *e, char *reason)
{
	op_free(e->gate ? gate_op(take(e->gate)) : NULL);
	set_phase(e, ROLLOUT_FAILED, reason);
	schedule(e->rollout);
}

static struct entry *find(const struct rollout *r, const char *service)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->entries[i].pub.name, service))
			return &r->entries[i];
	return NULL;
}

/* --- waiting for dependencies ------------------------------------------------------------------
 */

enum verdict { VERDICT_HOLDS, VERDICT_WAIT, VERDICT_NEVER };

static enum verdict judge_dependency(const struct rollout *r, const struct compose_depends *d)
{
	const struct entry *dep = find(r, d->service);
	static const enum rollout_phase wanted[] = {
		[COMPOSE_STARTED] = ROLLOUT_STARTED,
		[COMPOSE_HEALTHY] = ROLLOUT_READY,
		[COMPOSE_COMPLETED] = ROLLOUT_DONE,
	};

	if (!dep) /* in an inactive profile; Compose has refused it unless it is not required */
		return VERDICT_HOLDS;
	if (dep->pub.phase >= ROLLOUT_FAILED)
		return d->required ? VERDICT_NEVER : VERDICT_HOLDS;
	if (dep->pub.phase == ROLLOUT_DONE)
		return VERDICT_HOLDS;
	if (d->condition == COMPOSE_COMPLETED && dep->pub.phase == ROLLOUT_READY)
		return VERDICT_WAIT;
	return dep->pub.phase >= wanted[d->condition] ? VERDICT_HOLDS : VERDICT_WAIT;
}

static char *waiting_text(const struct compose_depends *d)
{
	switch (d->condition) {
	case COMPOSE_HEALTHY:
		return xasprintf(_("waits for %s to be healthy"), d->service);
	case COMPOSE_COMPLETED:
		return xasprintf(_("waits for %s to finish"), d->service);
	default:
		return xasprintf(_("waits for %s"), d->service);
	}
}

static void start_done(void *arg, int code, const struct error *err)
{
	struct entry *e = arg;

	/* An answer after its time is up changes nothing any more. */
	if (code == ERR_CANCELLED || settled(e))
		return;
	if (code) {
		fail(e, err->detail ? xasprintf("%s: %s", err->message, err->detail)
				    : xstrdup(err->message));
		return;
	}
	e->pub.started_ms = loop_wall();
	set_phase(e, ROLLOUT_STARTED, xstrdup(_("started")));
	schedule(e->rollout);
}

static void deadline_passed(void *arg)
{
	struct entry *e = arg;
	const struct live_service *s = live_find(e->rollout->o.live, e->pub.name);
	autofree char *why = rollout_evidence(s, e->pub.last_try);

	fail(e, why ? xasprintf(_("not ready in time: %s"), why) : xstrdup(_("not ready in time")));
}

/* Somebody waits for its end. */
static bool awaited(const struct entry *e)
{
	for (size_t i = 0; i < e->rollout->n; i++) {
		const struct compose_service *s = e->rollout->entries[i].service;

		for (size_t k = 0; k < s->n_depends; k++)
			if (s->depends[k].condition == COMPOSE_COMPLETED &&
				str_eq(s->depends[k].service, e->pub.name))
				return true;
	}
	return false;
}

static void runs_on(void *arg)
{
	struct entry *e = arg;

	timer_free(take(e->deadline));
	if (e->pub.phase == ROLLOUT_STARTED)
		set_phase(e, ROLLOUT_READY, xstrdup(_("runs on")));
	else if (!settled(e))
		e->deadline = timer_start(e->rollout->op.loop, ONESHOT_MS, 0, runs_on, e);
	schedule(e->rollout);
}

static void begin(struct entry *e)
{
	struct rollout *r = e->rollout;
	const struct live_service *s = live_find(r->o.live, e->pub.name);
	int64_t timeout = r->o.timeout_ms;

	if (s && s->state == LIVE_DONE && e->service->oneshot) {
		/* Its container is the wanted one (a changed service was made anew): not run again.
		 */
		set_phase(e, ROLLOUT_DONE, xstrdup(_("has run already")));
		return;
	}
	e->seen_started_ms = rollout_newest_start(s);
	e->restarts_before = rollout_restarts(s);
	if (!timeout && !e->service->oneshot)
		timeout = rollout_patience(s, LEAST_TIMEOUT_MS);
	if (timeout) {
		e->pub.deadline_ms = loop_wall() + timeout;
		e->deadline = timer_start(r->op.loop, timeout, 0, deadline_passed, e);
	}
	if (!timeout && !awaited(e))
		e->deadline = timer_start(r->op.loop, ONESHOT_MS, 0, runs_on, e);
	set_phase(e, ROLLOUT_STARTING, xstrdup(_("starting")));
	e->start = r->o.engine->ops->start(r->o.engine, e->pub.name, start_done, e);
}

static void consider_start(struct entry *e)
{
	const struct compose_service *s = e->service;

	for (size_t i = 0; i < s->n_depends; i++) {
		const struct compose_depends *d = &s->depends[i];

		switch (judge_dependency(e->rollout, d)) {
		case VERDICT_HOLDS:
			continue;
		case VERDICT_WAIT:
			set_phase(e, ROLLOUT_WAITING, waiting_text(d));
			return;
		case VERDICT_NEVER:
			set_phase(e, ROLLOUT_SKIPPED,
				xasprintf(_("not started: %s did not become ready"), d->service));
			return;
		}
	}
	begin(e);
}

/* --- waiting for readiness ---------------------------------------------------------------------
 */

static void gate_tried(void *arg)
{
	struct entry *e = arg;
	struct rollout *r = e->rollout;

	e->pub.tries = gate_tries(e->gate);
	free(e->pub.last_try);
	e->pub.last_try = xstrdup(gate_last(e->gate));
	e->pub.next_try_ms = gate_next_ms(e->gate);
	e->pub.deadline_ms = gate_deadline_ms(e->gate);
	live_set_note(r->o.live, e->pub.name, e->pub.last_try);
	if (r->o.event)
		r->o.event(r->o.arg, &e->pub);
}

static void gate_done(void *arg, int code, const struct error *err)
{
	struct entry *e = arg;

	if (code == ERR_CANCELLED)
		return;
	if (code)
		fail(e, err->detail ? xasprintf("%s: %s", err->message, err->detail)
				    : xstrdup(err->message));
	else
		set_phase(e, ROLLOUT_READY, NULL);
	schedule(e->rollout);
}

/* The engine says it runs well; a gate of the definition may still have its say. */
static void running_well(struct entry *e)
{
	struct rollout *r = e->rollout;
	struct gate_options o = {
		.engine = r->o.engine,
		.project = r->o.project,
		.service = e->pub.name,
		.spec = e->gate_spec,
		.tried = gate_tried,
		.arg = e,
	};

	if (!e->gate_spec) {
		set_phase(e, ROLLOUT_READY, NULL);
		return;
	}
	if (e->gate)
		return;
	/* From here on the gate's own time counts. */
	timer_free(take(e->deadline));
	set_phase(e, ROLLOUT_STARTED, gate_text(e->rollout->o.project, e->gate_spec));
	e->gate = gate_start(r->op.loop, &o, gate_done, e);
}

/* True when the service keeps restarting. */
static bool crash_loops(struct entry *e, const struct live_service *s)
{
	int64_t now = loop_now(e->rollout->op.loop);
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

static void fail_with_evidence(struct entry *e, const struct live_service *s, const char *what)
{
	autofree char *why = rollout_evidence(s, e->pub.last_try);

	fail(e, why ? xasprintf("%s: %s", what, why) : xstrdup(what));
}

static void consider_ready(struct entry *e)
{
	const struct live_service *s = live_find(e->rollout->o.live, e->pub.name);
	bool news = s && rollout_newest_start(s) != e->seen_started_ms;

	if (!s)
		return;
	if (!e->pub.created_ms)
		e->pub.created_ms = rollout_created(s);
	if (crash_loops(e, s)) {
		fail_with_evidence(e, s, _("keeps restarting"));
		return;
	}
	switch (s->state) {
	case LIVE_HEALTHY:
		running_well(e);
		break;
	case LIVE_RUNNING:
		if (e->service->oneshot)
			set_phase(e, ROLLOUT_STARTED, xstrdup(_("runs; waits for its end")));
		else
			running_well(e);
		break;
	case LIVE_STARTING:
		set_phase(e, ROLLOUT_STARTED, xstrdup(_("waits for its health check")));
		break;
	case LIVE_RESTARTING:
		set_phase(e, ROLLOUT_STARTED, xstrdup(_("restarts")));
		break;
	case LIVE_DONE:
		set_phase(e, ROLLOUT_DONE, NULL);
		break;
	case LIVE_UNHEALTHY:
		fail_with_evidence(e, s, _("unhealthy"));
		break;
	case LIVE_STOPPED:
	case LIVE_FAILED:
		/* Before its start event came this is the story of an earlier run. */
		if (news && s->state == LIVE_STOPPED && rollout_exited_well(s))
			set_phase(e, ROLLOUT_DONE, xstrdup(_("ended with status 0")));
		else if (news)
			fail_with_evidence(e, s, _("ended"));
		break;
	default:
		break;
	}
}

/* --- the whole ----------------------------------------------------------------------------------
 */

/* Marks the chain of services that decided how long it took: from the last one ready back through
 * the dependency that was ready last. */
static void mark_critical(struct rollout *r)
{
	struct entry *at = NULL;

	for (size_t i = 0; i < r->n; i++)
		/* Of two in the same millisecond the one further down the graph came last. */
		if (!at || r->entries[i].pub.ready_ms >= at->pub.ready_ms)
			at = &r->entries[i];
	while (at && !at->pub.critical) {
		struct entry *last = NULL;

		at->pub.critical = true;
		for (size_t i = 0; i < at->service->n_depends; i++) {
			struct entry *dep = find(r, at->service->depends[i].service);

			if (dep && (!last || dep->pub.ready_ms > last->pub.ready_ms))
				last = dep;
		}
		at = last;
	}
}

static void finish(struct rollout *r)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv failed = STRV_INIT;
	autofree char *names = NULL;
	const struct entry *first = NULL;

	mark_critical(r);
	for (size_t i = 0; i < r->n; i++) {
		if (r->entries[i].pub.phase != ROLLOUT_FAILED)
			continue;
		strv_push(&failed, r->entries[i].pub.name);
		if (!first)
			first = &r->entries[i];
	}
	if (!first) {
		op_finish(&r->op, 0, NULL);
		return;
	}
	names = strv_join(&failed, ", ");
	error_set(&err, ERR_UNHEALTHY,
		Q_("%zu service did not become ready: %s", "%zu services did not become ready: %s",
			failed.n),
		failed.n, names);
	error_detail(&err, "%s: %s", first->pub.name, first->pub.reason ? first->pub.reason : "");
	error_hint(&err,
		_("\"slipway why %s\" shows the evidence, \"slipway logs %s\" its output."),
		first->pub.name, first->pub.name);
	op_finish(&r->op, ERR_UNHEALTHY, &err);
}

/* Services that wait for each other: nothing runs any more and nothing will. */
static bool stuck(const struct rollout *r)
{
	for (size_t i = 0; i < r->n; i++) {
		enum rollout_phase p = r->entries[i].pub.phase;

		if (p == ROLLOUT_STARTING || p == ROLLOUT_STARTED)
			return false;
	}
	return true;
}

static bool advance(struct rollout *r)
{
	bool changed = false;

	for (size_t i = 0; i < r->n; i++) {
		struct entry *e = &r->entries[i];
		enum rollout_phase before = e->pub.phase;

		if (before == ROLLOUT_WAITING)
			consider_start(e);
		else if (before == ROLLOUT_STARTED)
			consider_ready(e);
		changed |= e->pub.phase != before;
	}
	return changed;
}

static void rollout_turn(void *arg)
{
	struct rollout *r = arg;
	size_t open = 0;

	timer_free(take(r->turn));
	if (r->op.finished)
		return;
	/* One service's end is another one's beginning: until nothing moves. */
	while (advance(r))
		;
	for (size_t i = 0; i < r->n; i++)
		open += !settled(&r->entries[i]);
	if (open && stuck(r)) {
		for (size_t i = 0; i < r->n; i++)
			if (!settled(&r->entries[i]))
				set_phase(&r->entries[i], ROLLOUT_FAILED,
					xstrdup(_("services wait for each other")));
		open = 0;
	}
	if (!open)
		finish(r);
}

static void live_changed(void *arg)
{
	schedule(arg);
}

static void release(struct rollout *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct entry *e = &r->entries[i];

		op_free(e->start);
		op_free(e->gate ? gate_op(e->gate) : NULL);
		timer_free(e->deadline);
		e->start = NULL;
		e->gate = NULL;
		e->deadline = NULL;
	}
	timer_free(take(r->turn));
	if (r->watcher)
		live_unwatch(r->o.live, take(r->watcher));
}

static void rollout_cancel(struct op *op)
{
	struct rollout *r = (struct rollout *)op;
	AUTO(error) struct error err = ERROR_INIT;

	release(r);
	error_set(&err, ERR_CANCELLED, _("deployment interrupted"));
	op_finish(op, ERR_CANCELLED, &err);
}

static void rollout_destroy(struct op *op)
{
	struct rollout *r = (struct rollout *)op;

	release(r);
	for (size_t i = 0; i < r->n; i++) {
		free(r->entries[i].pub.reason);
		free(r->entries[i].pub.last_try);
	}
	free(r->entries);
	free(r);
}

static const struct op_class rollout_class = {"rollout", rollout_cancel, rollout_destroy};

/* Adds a service with everything it needs, dependencies first. */
static void collect(const struct compose *c, const char *name, struct strv *names)
{
	const struct compose_service *s = compose_find_service(c, name);

	if (!s || strv_has(names, name))
		return;
	strv_push(names, name);
	for (size_t i = 0; i < s->n_depends; i++) {
		const struct compose_service *d = compose_find_service(c, s->depends[i].service);

		if (d && d->active)
			collect(c, d->name, names);
	}
}

static void choose(const struct rollout_options *o, struct strv *names)
{
	const struct compose *c = o->project->compose;

	if (o->services) {
		for (size_t i = 0; i < o->services->n; i++)
			collect(c, o->services->items[i], names);
		return;
	}
	for (size_t i = 0; i < c->n_services; i++)
		if (c->services[i].active)
			collect(c, c->services[i].name, names);
}

static const struct stack_gate *gate_of(const struct project *p, const char *service)
{
	const struct stack_service *s = p->stack ? stack_find_service(p->stack, service) : NULL;

	return s && s->ready && s->ready->kind != GATE_HEALTH ? s->ready : NULL;
}

struct rollout *rollout_start(
	struct loop *loop, const struct rollout_options *o, op_done_fn *done, void *arg)
{
	struct rollout *r = xcalloc(1, sizeof(*r));
	AUTO(strv) struct strv names = STRV_INIT;

	op_init(&r->op, &rollout_class, loop, done, arg);
	r->o = *o;
	r->o.services = NULL; /* borrowed for this call only */
	choose(o, &names);
	r->entries = xcalloc(names.n, sizeof(*r->entries));
	r->n = names.n;
	for (size_t i = 0; i < names.n; i++) {
		struct entry *e = &r->entries[i];

		e->rollout = r;
		e->service = compose_find_service(o->project->compose, names.items[i]);
		e->pub.name = e->service->name;
		e->gate_spec = gate_of(o->project, e->pub.name);
	}
	r->watcher = live_watch(o->live, live_changed, r);
	schedule(r);
	return r;
}

struct op *rollout_op(struct rollout *r)
{
	return r ? &r->op : NULL;
}

size_t rollout_count(const struct rollout *r)
{
	return r->n;
}

const struct rollout_service *rollout_at(const struct rollout *r, size_t i)
{
	return i < r->n ? &r->entries[i].pub : NULL;
}

const struct rollout_service *rollout_find(const struct rollout *r, const char *service)
{
	const struct entry *e = find(r, service);

	return e ? &e->pub : NULL;
}
