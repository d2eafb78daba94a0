/* SPDX-License-Identifier: MIT */
#include "plan/rollout.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/gate_address.h"
#include "plan/rollout_entry.h"

#include <string.h>

struct rollout {
	struct op op;
	struct rollout_options o;
	struct rollout_entry *entries;
	size_t n;
	size_t *order; /* of beginning: those that most wait for come first */
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

const char *rollout_phase_label(const struct rollout_service *s)
{
	static const char *const labels[] = {
		[ROLLOUT_WAITING] = N_("waiting"),
		[ROLLOUT_STARTING] = N_("starting"),
		[ROLLOUT_STARTED] = N_("started"),
		[ROLLOUT_READY] = N_("ready"),
		[ROLLOUT_DONE] = N_("done"),
		[ROLLOUT_FAILED] = N_("failed"),
		[ROLLOUT_SKIPPED] = N_("not started"),
	};

	return s->phase == ROLLOUT_READY && s->unchecked ? _("unchecked") : _(labels[s->phase]);
}

static void schedule(void *arg)
{
	struct rollout *r = arg;

	if (!r->turn && !r->op.finished)
		r->turn = loop_defer(r->op.loop, rollout_turn, r);
}

static struct rollout_entry *find(const struct rollout *r, const char *service)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->entries[i].pub.name, service))
			return &r->entries[i];
	return NULL;
}

/* --- waiting for dependencies */

enum verdict { VERDICT_HOLDS, VERDICT_WAIT, VERDICT_NEVER };

static enum verdict judge_dependency(const struct rollout *r, const struct compose_depends *d)
{
	const struct rollout_entry *dep = find(r, d->service);
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

static char *never_text(const struct compose_depends *d)
{
	return d->condition == COMPOSE_COMPLETED
		       ? xasprintf(_("%s did not end well"), d->service)
		       : xasprintf(_("%s did not become ready"), d->service);
}

/* What can never hold is said at once, whatever else is still waited for. */
static void consider_start(struct rollout *r, struct rollout_entry *e)
{
	const struct compose_depends *wait = NULL;

	for (size_t i = 0; i < e->n_depends; i++) {
		const struct compose_depends *d = &e->depends[i];
		enum verdict verdict = judge_dependency(r, d);

		if (verdict == VERDICT_NEVER) {
			rollout_entry_set(e, ROLLOUT_SKIPPED, never_text(d));
			return;
		}
		if (verdict == VERDICT_WAIT && !wait)
			wait = d;
	}
	if (wait)
		rollout_entry_set(e, ROLLOUT_WAITING, waiting_text(wait));
	else
		rollout_entry_begin(e);
}

/* --- the whole */

/* Marks the chain of services that decided how long it took: from the last one ready back through
 * the dependency that was ready last. */
static void mark_critical(struct rollout *r)
{
	struct rollout_entry *at = NULL;

	for (size_t i = 0; i < r->n; i++)
		/* Of two in the same millisecond the one further down the graph came last. */
		if (!at || r->entries[i].pub.ready_ms >= at->pub.ready_ms)
			at = &r->entries[i];
	while (at && !at->pub.critical) {
		struct rollout_entry *last = NULL;

		at->pub.critical = true;
		for (size_t i = 0; i < at->n_depends; i++) {
			struct rollout_entry *dep = find(r, at->depends[i].service);

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
	const struct rollout_entry *first = NULL;

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
		struct rollout_entry *e = &r->entries[r->order[i]];
		enum rollout_phase before = e->pub.phase;

		if (before == ROLLOUT_WAITING)
			consider_start(r, e);
		else if (before == ROLLOUT_STARTED)
			rollout_entry_consider(e);
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
		open += !rollout_entry_settled(&r->entries[i]);
	if (open && stuck(r)) {
		for (size_t i = 0; i < r->n; i++)
			if (!rollout_entry_settled(&r->entries[i]))
				rollout_entry_set(&r->entries[i], ROLLOUT_FAILED,
					xstrdup(_("services wait for each other")));
		open = 0;
	}
	if (!open)
		finish(r);
}

static void release(struct rollout *r)
{
	for (size_t i = 0; i < r->n; i++)
		rollout_entry_halt(&r->entries[i]);
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
	for (size_t i = 0; i < r->n; i++)
		rollout_entry_done(&r->entries[i]);
	free(r->entries);
	free(r->order);
	free(r);
}

static const struct op_class rollout_class = {"rollout", rollout_cancel, rollout_destroy};

/* --- who takes part */

/* Adds a service with everything it needs. */
static void collect(const struct rollout_options *o, const char *name, struct strv *names)
{
	const struct compose *c = o->project->compose;
	const struct compose_service *s = compose_find_service(c, name);
	struct engine_needs needs;

	if (!s || strv_has(names, name))
		return;
	strv_push(names, name);
	needs = engine_needs(o->engine, o->project, s->name);
	for (size_t i = 0; i < needs.n; i++) {
		const struct compose_service *d = compose_find_service(c, needs.items[i].service);

		if (d && d->active)
			collect(o, d->name, names);
	}
}

static void choose(const struct rollout_options *o, struct strv *names)
{
	const struct compose *c = o->project->compose;

	if (o->services) {
		for (size_t i = 0; i < o->services->n; i++)
			collect(o, o->services->items[i], names);
		return;
	}
	for (size_t i = 0; i < c->n_services; i++)
		if (c->services[i].active)
			collect(o, c->services[i].name, names);
}

/* Notes for each service who waits for it: whether for its end, and how long the longest chain of
 * those is that could not begin without it. */
static void measure(struct rollout *r)
{
	bool grew = true;

	/* As many rounds as the longest chain has links; services that wait for each other would
	 * grow for ever. */
	for (size_t round = 0; grew && round < r->n; round++) {
		grew = false;
		for (size_t i = 0; i < r->n; i++) {
			const struct rollout_entry *e = &r->entries[i];

			for (size_t k = 0; k < e->n_depends; k++) {
				const struct compose_depends *d = &e->depends[k];
				struct rollout_entry *on = find(r, d->service);

				if (!on)
					continue;
				on->awaited |= d->condition == COMPOSE_COMPLETED;
				if (on->height > e->height)
					continue;
				on->height = e->height + 1;
				grew = true;
			}
		}
	}
}

/* Those at the root of the longest chain first: what is begun first is ready first, where the
 * engine starts one after the other. The order of the files otherwise. */
static void put_in_order(struct rollout *r)
{
	measure(r);
	r->order = xcalloc(r->n ? r->n : 1, sizeof(*r->order));
	for (size_t i = 0; i < r->n; i++) {
		size_t at = i;

		while (at > 0 && r->entries[r->order[at - 1]].height < r->entries[i].height) {
			r->order[at] = r->order[at - 1];
			at--;
		}
		r->order[at] = i;
	}
}

struct rollout *rollout_start(
	struct loop *loop, const struct rollout_options *o, op_done_fn *done, void *arg)
{
	struct rollout *r = xcalloc(1, sizeof(*r));
	AUTO(strv) struct strv names = STRV_INIT;

	op_init(&r->op, &rollout_class, loop, done, arg);
	r->o = *o;
	r->o.services = r->o.restart = NULL; /* borrowed for this call only */
	choose(o, &names);
	r->entries = xcalloc(names.n, sizeof(*r->entries));
	r->n = names.n;
	for (size_t i = 0; i < names.n; i++) {
		struct rollout_entry *e = &r->entries[i];
		struct engine_needs needs;

		e->loop = loop;
		e->o = &r->o;
		e->changed = schedule;
		e->arg = r;
		e->service = compose_find_service(o->project->compose, names.items[i]);
		needs = engine_needs(o->engine, o->project, e->service->name);
		e->depends = needs.items;
		e->n_depends = needs.n;
		e->pub.name = e->service->name;
		e->gate_spec = gate_of_service(o->project, e->pub.name);
		e->restart = o->restart && strv_has(o->restart, e->pub.name);
		e->along = o->services && !strv_has(o->services, e->pub.name);
	}
	put_in_order(r);
	r->watcher = live_watch(o->live, schedule, r);
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
	const struct rollout_entry *e = find(r, service);

	return e ? &e->pub : NULL;
}
