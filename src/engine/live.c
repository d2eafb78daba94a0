/* SPDX-License-Identifier: MIT */
#include "engine/live.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

struct live_watcher {
	live_fn *fn; /* NULL: ended while watchers are being told */
	void *arg;
	struct live_watcher *next;
};

struct live *live_new(struct loop *loop, const char *project)
{
	struct live *live = xcalloc(1, sizeof(*live));

	live->loop = loop;
	live->project = xstrdup(project);
	return live;
}

static void instance_done(struct live_instance *i)
{
	free(i->id);
	free(i->name);
	free(i->image);
	free(i->image_id);
	free(i->error);
	free(i->ports);
	for (size_t k = 0; k < i->n_probes; k++)
		free(i->probes[k].output);
}

static void service_done(struct live_service *s)
{
	for (size_t i = 0; i < s->n_instances; i++)
		instance_done(&s->instances[i]);
	free(s->instances);
	free(s->name);
	free(s->note);
}

void live_free(struct live *live)
{
	if (!live)
		return;
	timer_free(live->notify);
	while (live->watchers) {
		struct live_watcher *w = live->watchers;

		live->watchers = w->next;
		free(w);
	}
	for (size_t i = 0; i < live->n_services; i++)
		service_done(&live->services[i]);
	free(live->services);
	error_done(&live->problem);
	free(live->focus);
	free(live->project);
	free(live);
}

struct live_service *live_find(const struct live *live, const char *service)
{
	for (size_t i = 0; i < live->n_services; i++)
		if (str_eq(live->services[i].name, service))
			return &live->services[i];
	return NULL;
}

struct live_service *live_add(struct live *live, const char *service)
{
	struct live_service *s = live_find(live, service);

	if (s)
		return s;
	live->services =
		xreallocarray(live->services, live->n_services + 1, sizeof(*live->services));
	s = &live->services[live->n_services++];
	*s = (struct live_service){.name = xstrdup(service), .wanted = 1};
	return s;
}

struct live_instance *live_find_instance(
	const struct live *live, const char *id, struct live_service **ret_service)
{
	for (size_t i = 0; i < live->n_services; i++) {
		struct live_service *s = &live->services[i];

		for (size_t k = 0; k < s->n_instances; k++) {
			if (!str_eq(s->instances[k].id, id))
				continue;
			if (ret_service)
				*ret_service = s;
			return &s->instances[k];
		}
	}
	return NULL;
}

struct live_instance *live_add_instance(struct live_service *s, const char *id)
{
	struct live_instance *i;

	for (size_t k = 0; k < s->n_instances; k++)
		if (str_eq(s->instances[k].id, id))
			return &s->instances[k];
	s->instances = xreallocarray(s->instances, s->n_instances + 1, sizeof(*s->instances));
	i = &s->instances[s->n_instances++];
	*i = (struct live_instance){
		.id = xstrdup(id),
		.number = (int)s->n_instances,
		.state = LIVE_CREATED,
		.cpu_percent = -1,
		.memory = -1,
		.memory_limit = -1,
	};
	return i;
}

size_t live_instances(const struct live_service *s)
{
	size_t n = 0;

	for (size_t i = 0; s && i < s->n_instances; i++)
		n += !s->instances[i].oneoff;
	return n;
}

void live_remove_instance(struct live_service *s, const char *id)
{
	for (size_t k = 0; k < s->n_instances; k++) {
		if (!str_eq(s->instances[k].id, id))
			continue;
		instance_done(&s->instances[k]);
		memmove(&s->instances[k], &s->instances[k + 1],
			(s->n_instances - k - 1) * sizeof(*s->instances));
		s->n_instances--;
		return;
	}
}

/* --- the services of the model */

struct ordering {
	struct live *live;
	const struct compose *compose;
	struct live_service *sorted;
	size_t n;
	bool *seen; /* by service of the model */
};

static int wanted_replicas(const struct compose_service *s)
{
	return (int)json_int(s->json, "deploy.replicas", json_int(s->json, "scale", 1));
}

/* What is known of a service moves into its new place. */
static void place_service(struct ordering *o, const struct compose_service *s)
{
	struct live_service *old = live_find(o->live, s->name);
	struct live_service *to = &o->sorted[o->n++];

	if (old) {
		*to = *old;
		*old = (struct live_service){0};
	} else {
		*to = (struct live_service){.name = xstrdup(s->name)};
	}
	to->oneshot = s->oneshot;
	to->wanted = wanted_replicas(s);
}

static const struct compose_service *model_service(const struct compose *c, const char *name)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (str_eq(c->services[i].name, name))
			return &c->services[i];
	return NULL;
}

/* Depth first: what a service depends on comes before it. */
static void visit_service(struct ordering *o, const struct compose_service *s)
{
	size_t index = (size_t)(s - o->compose->services);

	if (!s->active || o->seen[index])
		return;
	o->seen[index] = true;
	for (size_t i = 0; i < s->n_depends; i++) {
		const struct compose_service *d = model_service(o->compose, s->depends[i].service);

		if (d)
			visit_service(o, d);
	}
	place_service(o, s);
}

void live_set_services(struct live *live, const struct compose *c)
{
	struct ordering o = {.live = live, .compose = c};

	o.sorted = xcalloc(c->n_services + live->n_services + 1, sizeof(*o.sorted));
	o.seen = xcalloc(c->n_services + 1, sizeof(*o.seen));
	for (size_t i = 0; i < c->n_services; i++)
		visit_service(&o, &c->services[i]);
	for (size_t i = 0; i < live->n_services; i++) {
		struct live_service *s = &live->services[i];

		/* Runs, though the model does not know it (any more). */
		if (s->name && s->n_instances)
			o.sorted[o.n++] = *s;
		else
			service_done(s);
	}
	free(live->services);
	free(o.seen);
	live->services = o.sorted;
	live->n_services = o.n;
	live_touch(live);
}

/* --- changes and who is told */

/* Watchers that were ended leave the list. */
static void sweep_watchers(struct live *live)
{
	struct live_watcher **p = &live->watchers;

	while (*p) {
		struct live_watcher *w = *p;

		if (w->fn) {
			p = &w->next;
			continue;
		}
		*p = w->next;
		free(w);
	}
}

static void tell_watchers(void *arg)
{
	struct live *live = arg;

	timer_free(take(live->notify));
	live->telling = true;
	for (struct live_watcher *w = live->watchers; w; w = w->next)
		if (w->fn)
			w->fn(w->arg);
	live->telling = false;
	sweep_watchers(live);
}

void live_touch(struct live *live)
{
	live->generation++;
	if (!live->notify && live->watchers)
		live->notify = loop_defer(live->loop, tell_watchers, live);
}

struct live_watcher *live_watch(struct live *live, live_fn *fn, void *arg)
{
	struct live_watcher *w = xcalloc(1, sizeof(*w));
	struct live_watcher **p = &live->watchers;

	while (*p)
		p = &(*p)->next;
	w->fn = fn;
	w->arg = arg;
	*p = w;
	return w;
}

void live_unwatch(struct live *live, struct live_watcher *w)
{
	if (!w)
		return;
	w->fn = NULL;
	if (!live->telling)
		sweep_watchers(live);
}

/* The worst first. */
static const uint8_t badness[] = {
	[LIVE_DONE] = 0,
	[LIVE_HEALTHY] = 1,
	[LIVE_RUNNING] = 2,
	[LIVE_STARTING] = 3,
	[LIVE_ABSENT] = 4,
	[LIVE_CREATED] = 5,
	[LIVE_PAUSED] = 6,
	[LIVE_STOPPED] = 7,
	[LIVE_RESTARTING] = 8,
	[LIVE_UNHEALTHY] = 9,
	[LIVE_FAILED] = 10,
};

static const struct live_instance *worst_instance(const struct live_service *s)
{
	const struct live_instance *worst = NULL;

	for (size_t i = 0; i < s->n_instances; i++) {
		const struct live_instance *in = &s->instances[i];

		if (!in->oneoff && (!worst || badness[in->state] > badness[worst->state]))
			worst = in;
	}
	return worst;
}

/* When the engine's own times tell since when it is so: at the first look, and for starts and ends.
 */
static int64_t known_since(const struct live_instance *in, bool first_look)
{
	if (!in)
		return 0;
	switch (in->state) {
	case LIVE_STARTING:
	case LIVE_RUNNING:
		return in->started_ms;
	case LIVE_STOPPED:
	case LIVE_DONE:
	case LIVE_FAILED:
		return in->finished_ms;
	case LIVE_CREATED:
		return in->created_ms;
	default:
		return first_look ? in->started_ms : 0;
	}
}

void live_update(struct live *live, struct live_service *s)
{
	const struct live_instance *worst = worst_instance(s);
	enum live_state state = worst ? worst->state : LIVE_ABSENT;

	if (state != s->state || !s->since_ms) {
		int64_t since = known_since(worst, !s->since_ms);

		s->state = state;
		s->since_ms = since > 0 ? since : worst || s->since_ms ? loop_wall() : 0;
	}
	live_touch(live);
}

void live_set_note(struct live *live, const char *service, const char *note)
{
	struct live_service *s = live_find(live, service);

	if (!s || (!s->note && !note) || (s->note && note && str_eq(s->note, note)))
		return;
	free(s->note);
	s->note = xstrdup(note);
	live_touch(live);
}

void live_start_failed(struct live *live, const char *service, const char *why)
{
	struct live_service *s = live_find(live, service);

	for (size_t i = 0; s && i < s->n_instances; i++) {
		struct live_instance *in = &s->instances[i];

		if (in->oneoff || in->state != LIVE_CREATED)
			continue;
		free(in->error);
		in->error = xstrdup(why);
		in->state = LIVE_FAILED;
	}
	if (s)
		live_update(live, s);
}

void live_set_focus(struct live *live, const char *service)
{
	free(live->focus);
	live->focus = xstrdup(service);
	live_touch(live);
}

void live_set_connected(struct live *live, bool connected, const struct error *problem)
{
	bool news = live->connected != connected;

	if (!connected && problem && !str_eq(live->problem.message, problem->message))
		news = true;
	if (!news)
		return;
	live->connected = connected;
	error_done(&live->problem);
	live->problem = (struct error)ERROR_INIT;
	if (!connected && problem)
		error_copy(&live->problem, problem);
	live_touch(live);
}

void live_set_unattended(struct live *live, size_t n)
{
	if (live->unattended == n)
		return;
	live->unattended = n;
	live_touch(live);
}
