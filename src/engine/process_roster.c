/* SPDX-License-Identifier: MIT */
#include "engine/process_roster.h"

#include "base/i18n.h"
#include "base/str.h"

enum { UNITS_MOST = 4096, WAITS_MOST = 4096 };

struct member {
	struct unit *unit;
	bool going; /* forgotten at its end */
};

/* A word that is owed. */
struct wait {
	void *who;
	int64_t id;
	struct unit *unit;
	uint64_t ends; /* unit_ends() when it began to wait */
};

struct roster {
	struct loop *loop;
	char *mark;
	struct roster_events events;
	struct member *members;
	size_t n, cap;
	struct wait *waits;
	size_t n_waits, cap_waits;
	struct timer *settling; /* pending look at who has ended */
};

static struct member *member_of(const struct roster *r, const struct unit *u)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->members[i].unit == u)
			return &r->members[i];
	return NULL;
}

static struct member *member_named(const struct roster *r, const char *service)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(unit_spec(r->members[i].unit)->name, service))
			return &r->members[i];
	return NULL;
}

/* --- ends */

static bool is_over(const struct wait *w)
{
	return !unit_running(w->unit) || unit_ends(w->unit) != w->ends;
}

static void tell_waiting(struct roster *r)
{
	for (size_t i = 0; i < r->n_waits;) {
		struct wait w = r->waits[i];

		if (!is_over(&w)) {
			i++;
			continue;
		}
		/* In the order they came; telling one may make others leave. */
		for (size_t k = i + 1; k < r->n_waits; k++)
			r->waits[k - 1] = r->waits[k];
		r->n_waits--;
		r->events.ended(r->events.arg, w.who, w.id);
	}
}

static void remove_gone(struct roster *r)
{
	for (size_t i = 0; i < r->n;) {
		struct unit *u = r->members[i].unit;

		if (!r->members[i].going || unit_running(u)) {
			i++;
			continue;
		}
		r->members[i] = r->members[--r->n];
		r->events.removed(r->events.arg, unit_spec(u)->name);
		unit_free(u);
	}
}

/* Not inside a unit's own callback: it may be freed here. */
static void settle(void *arg)
{
	struct roster *r = arg;

	timer_free(take(r->settling));
	tell_waiting(r);
	remove_gone(r);
	if (!roster_running(r))
		r->events.idle(r->events.arg);
}

static void settle_soon(struct roster *r)
{
	if (!r->settling)
		r->settling = loop_defer(r->loop, settle, r);
}

static void unit_changed(void *arg, struct unit *u)
{
	struct roster *r = arg;

	r->events.changed(r->events.arg, u);
	if (!unit_running(u) || r->n_waits)
		settle_soon(r);
}

static void unit_line(void *arg, struct unit *u, int stream, const char *text, size_t len)
{
	struct roster *r = arg;

	r->events.line(r->events.arg, u, stream, text, len);
}

/* --- the members */

struct roster *roster_new(struct loop *loop, const char *mark, const struct roster_events *events)
{
	struct roster *r = xcalloc(1, sizeof(*r));

	r->loop = loop;
	r->mark = xstrdup(mark);
	r->events = *events;
	return r;
}

void roster_free(struct roster *r)
{
	if (!r)
		return;
	timer_free(r->settling);
	for (size_t i = 0; i < r->n; i++)
		unit_free(r->members[i].unit);
	free(r->members);
	free(r->waits);
	free(r->mark);
	free(r);
}

size_t roster_count(const struct roster *r)
{
	return r->n;
}

struct unit *roster_at(const struct roster *r, size_t i)
{
	return r->members[i].unit;
}

struct unit *roster_find(const struct roster *r, const char *service)
{
	struct member *m = member_named(r, service);

	return m && !m->going ? m->unit : NULL;
}

int roster_define(struct roster *r, struct process_spec *spec, struct unit **ret, struct error *err)
{
	struct unit_events events = {.changed = unit_changed, .line = unit_line, .arg = r};
	struct member *m = member_named(r, spec->name);
	autofree char *mark = NULL;

	if (m) {
		m->going = false;
		*ret = m->unit;
		unit_define(m->unit, spec);
		return 0;
	}
	if (r->n == UNITS_MOST)
		return error_set(err, ERR_LIMIT, _("more than %d services"), UNITS_MOST);
	mark = xasprintf("%s%s", r->mark, spec->name);
	VEC_GROW(r->members, r->n, r->cap);
	*ret = unit_new(r->loop, spec, mark, &events);
	r->members[r->n++] = (struct member){*ret, false};
	unit_changed(r, *ret);
	return 0;
}

void roster_remove(struct roster *r, struct unit *u)
{
	member_of(r, u)->going = true;
	unit_stop(u);
	settle_soon(r);
}

int roster_wait(struct roster *r, struct unit *u, void *who, int64_t id)
{
	if (!unit_running(u))
		return 1;
	if (r->n_waits == WAITS_MOST)
		return ERR_LIMIT;
	VEC_GROW(r->waits, r->n_waits, r->cap_waits);
	r->waits[r->n_waits++] = (struct wait){who, id, u, unit_ends(u)};
	return 0;
}

void roster_forget(struct roster *r, const void *who)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n_waits; i++)
		if (r->waits[i].who != who)
			r->waits[kept++] = r->waits[i];
	r->n_waits = kept;
}

bool roster_running(const struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (unit_running(r->members[i].unit))
			return true;
	return false;
}

void roster_stop(struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		unit_stop(r->members[i].unit);
	settle_soon(r);
}
