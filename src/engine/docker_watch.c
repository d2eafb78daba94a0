/* SPDX-License-Identifier: MIT */
#include "engine/docker_watch.h"

#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_container.h"

#include <inttypes.h>
#include <string.h>

enum {
	MAX_INSPECTS = 30,
	RELIST_MS = 30000,
	REFRESH_MS = 1000, /* how often due health logs are looked for, while any service waits for
			      one */
	BACKOFF_MIN_MS = 500,
	BACKOFF_MAX_MS = 15000,
	ANSWER_MS = 60000,
};

struct watch;

struct tracked {
	struct watch *watch;
	char *id, *service;
	char *seen; /* state and health in the last list */
	struct op *inspect;
	bool want;     /* an inspect is due */
	bool listed;   /* in the list being read */
	int64_t asked; /* loop_now() of the last inspect */
	struct tracked *next;
};

struct watch {
	struct op op;
	struct docker *docker;
	struct live *live;
	char *project;
	struct op *list, *events;
	struct live_watcher *watcher;
	struct timer *relist, *refresh, *reconnect;
	bool list_again;
	bool pictured; /* the first full picture is there */
	int64_t last_event_ns;
	int64_t backoff_ms;
	int inspects;
	struct tracked *tracked;
};

static void start_list(struct watch *w);
static void start_events(struct watch *w);
static void pump(struct watch *w);

/* --- containers */

static struct tracked *find_tracked(struct watch *w, const char *id)
{
	for (struct tracked *t = w->tracked; t; t = t->next)
		if (str_eq(t->id, id))
			return t;
	return NULL;
}

static struct tracked *track(struct watch *w, const char *id, const char *service)
{
	struct tracked *t = find_tracked(w, id);

	if (t)
		return t;
	t = xcalloc(1, sizeof(*t));
	t->watch = w;
	t->id = xstrdup(id);
	t->service = text_safe_dup(service);
	t->next = w->tracked;
	w->tracked = t;
	return t;
}

static void tracked_free(struct tracked *t)
{
	op_free(t->inspect);
	free(t->id);
	free(t->service);
	free(t->seen);
	free(t);
}

/* The container is gone. */
static void forget(struct watch *w, struct tracked *t)
{
	struct live_service *s = live_find(w->live, t->service);
	struct tracked **p = &w->tracked;

	while (*p != t)
		p = &(*p)->next;
	*p = t->next;
	if (t->inspect)
		w->inspects--;
	if (s) {
		live_remove_instance(s, t->id);
		live_update(w->live, s);
	}
	tracked_free(t);
}

static struct live_service *service_of(
	struct watch *w, const char *name, struct json_object *inspect)
{
	struct live_service *s = live_find(w->live, name);

	if (s)
		return s;
	s = live_add(w->live, name);
	/* The model does not know it: what may end by its own policy is taken for a one-shot. */
	s->oneshot = str_eq(json_str(inspect, "HostConfig.RestartPolicy.Name", "no"), "no");
	s->wanted = 0;
	return s;
}

static void finish_picture(struct watch *w)
{
	if (w->pictured || w->inspects || w->list)
		return;
	for (struct tracked *t = w->tracked; t; t = t->next)
		if (t->want)
			return;
	w->pictured = true;
	live_touch(w->live);
	op_finish(&w->op, 0, NULL);
}

static void on_inspected(void *arg, int code, const struct error *err)
{
	struct tracked *t = arg;
	struct watch *w = t->watch;
	struct live_service *s;
	struct json_object *o;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	if (code == ERR_NOT_FOUND) {
		forget(w, t);
	} else {
		o = docker_call_reply(t->inspect);
		if (code == 0 && o) {
			s = service_of(w, t->service, o);
			docker_container_read(o, s->oneshot, live_add_instance(s, t->id));
			live_update(w->live, s);
		} else {
			/* The next list asks again. */
			free(take(t->seen));
		}
		w->inspects--;
		op_free(take(t->inspect));
	}
	pump(w);
	finish_picture(w);
}

static void start_inspect(struct watch *w, struct tracked *t)
{
	autofree char *path = xasprintf("/containers/%s/json", t->id);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	t->want = false;
	t->asked = loop_now(w->op.loop);
	w->inspects++;
	t->inspect = docker_call(w->docker, &spec, on_inspected, t);
}

/* --- health logs of those that are not healthy */

/* The engine tells of a check only when it changes the state. */
static bool waits_for_probe(
	const struct watch *w, const struct tracked *t, const struct live_instance *in)
{
	return in->has_health && (in->state == LIVE_STARTING || in->state == LIVE_UNHEALTHY ||
					 (in->state == LIVE_HEALTHY && w->live->focus &&
						 str_eq(w->live->focus, t->service)));
}

/* A new probe should have come since the last look. */
static bool probe_is_due(
	const struct watch *w, const struct tracked *t, const struct live_instance *in)
{
	int64_t interval =
		in->health_interval_ms < REFRESH_MS ? REFRESH_MS : in->health_interval_ms;

	return loop_now(w->op.loop) - t->asked >= interval;
}

static void on_refresh(void *arg)
{
	struct watch *w = arg;
	bool any = false;

	for (struct tracked *t = w->tracked; t; t = t->next) {
		const struct live_instance *in = live_find_instance(w->live, t->id, NULL);

		if (!in || !waits_for_probe(w, t, in))
			continue;
		any = true;
		t->want = t->want || probe_is_due(w, t, in);
	}
	if (!any)
		timer_free(take(w->refresh));
	pump(w);
}

static void refresh_if_needed(struct watch *w)
{
	if (w->refresh)
		return;
	for (struct tracked *t = w->tracked; t; t = t->next) {
		const struct live_instance *in = live_find_instance(w->live, t->id, NULL);

		if (!in || !waits_for_probe(w, t, in))
			continue;
		w->refresh = timer_start(w->op.loop, REFRESH_MS, REFRESH_MS, on_refresh, w);
		return;
	}
}

static void on_live(void *arg)
{
	refresh_if_needed(arg);
}

static void pump(struct watch *w)
{
	for (struct tracked *t = w->tracked; t && w->inspects < MAX_INSPECTS; t = t->next)
		if (t->want && !t->inspect)
			start_inspect(w, t);
	refresh_if_needed(w);
}

/* --- the list */

static void read_entry(struct watch *w, struct json_object *entry)
{
	struct json_object *labels = json_get(entry, "Labels");
	const char *service = docker_label(labels, "com.docker.compose.service");
	const char *id = json_str(entry, "Id", NULL);
	autofree char *seen = NULL;
	struct tracked *t;

	if (!id || !service)
		return;
	t = track(w, id, service);
	t->listed = true;
	seen = xasprintf("%s/%s/%s", json_str(entry, "State", ""), docker_list_health(entry),
		json_str(entry, "Image", ""));
	if (!str_eq(seen, t->seen ? t->seen : ""))
		t->want = true;
	free(t->seen);
	t->seen = take(seen);
}

static void read_list(struct watch *w, struct json_object *list)
{
	struct tracked *t, *next;

	for (t = w->tracked; t; t = t->next)
		t->listed = false;
	for (size_t i = 0; i < json_len(list); i++)
		read_entry(w, json_at(list, i));
	for (t = w->tracked; t; t = next) {
		next = t->next;
		if (!t->listed)
			forget(w, t);
	}
}

static void on_listed(void *arg, int code, const struct error *err)
{
	struct watch *w = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	if (code == 0)
		read_list(w, docker_call_reply(w->list));
	op_free(take(w->list));
	if (code) {
		live_set_connected(w->live, false, err);
		error_copy(&said, err);
		op_finish(&w->op, code, &said);
		return;
	}
	live_set_connected(w->live, true, NULL);
	if (w->list_again) {
		w->list_again = false;
		start_list(w);
	}
	pump(w);
	finish_picture(w);
}

static void start_list(struct watch *w)
{
	autofree char *filter = docker_label_filter(w->project, NULL);
	autofree char *path = xasprintf("/containers/json?all=1&filters=%s", filter);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	if (w->list) {
		w->list_again = true;
		return;
	}
	w->list = docker_call(w->docker, &spec, on_listed, w);
}

static void on_relist(void *arg)
{
	struct watch *w = arg;

	/* While the events are gone, the reconnect asks. */
	if (w->events)
		start_list(w);
}

/* --- events */

/* Signals that ask for the end; others leave the process running. SIGKILL asks nothing: after a
 * `stop` something gentler came before it, and alone it is a failure to whoever looks only later,
 * too. */
static bool asks_for_end(const char *signal)
{
	static const char *const ends[] = {"2", "3", "15", "SIGINT", "SIGQUIT", "SIGTERM"};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_eq(signal, ends[i]))
			return true;
	return false;
}

static void note_intent(
	struct watch *w, const char *id, const char *action, struct json_object *attributes)
{
	struct live_instance *in = live_find_instance(w->live, id, NULL);

	if (!in)
		return;
	if (str_eq(action, "start"))
		in->stop_asked = false;
	else if (str_eq(action, "stop") ||
		 (str_eq(action, "kill") && asks_for_end(docker_label(attributes, "signal"))))
		in->stop_asked = true;
}

/* What waits for it need not wait for the inspect that follows, too. Only where nothing newer is
 * being asked already: an answer on its way may be of another run. */
static void note_healthy(struct watch *w, struct tracked *t, const char *action)
{
	struct live_instance *in = live_find_instance(w->live, t->id, NULL);
	struct live_service *s = live_find(w->live, t->service);

	if (!str_eq(action, "health_status: healthy") || t->want || t->inspect || !in || !s ||
		in->state != LIVE_STARTING)
		return;
	in->state = LIVE_HEALTHY;
	live_update(w->live, s);
}

static void on_event(void *arg, struct json_object *o)
{
	struct watch *w = arg;
	struct json_object *attributes = json_get(o, "Actor.Attributes");
	const char *action = json_str(o, "Action", "");
	const char *id = json_str(o, "Actor.ID", NULL);
	const char *service = docker_label(attributes, "com.docker.compose.service");
	int64_t ns = json_int(o, "timeNano", 0);
	struct tracked *t;

	if (ns > w->last_event_ns)
		w->last_event_ns = ns;
	if (!str_eq(json_str(o, "Type", "container"), "container") || !id || !service ||
		str_starts(action, "exec_"))
		return;
	if (str_eq(action, "destroy")) {
		t = find_tracked(w, id);
		if (t)
			forget(w, t);
		finish_picture(w);
		return;
	}
	note_intent(w, id, action, attributes);
	t = track(w, id, service);
	note_healthy(w, t, action);
	t->want = true;
	pump(w);
}

char *docker_events_path(const char *project, const char *since)
{
	static const char *const actions[] = {"create", "start", "die", "stop", "kill", "oom",
		"pause", "unpause", "restart", "rename", "destroy", "health_status"};
	autojson struct json_object *filter = json_object_new_object();
	struct json_object *types = json_object_new_array();
	struct json_object *labels = json_object_new_array();
	struct json_object *events = json_object_new_array();
	autofree char *label = xasprintf("com.docker.compose.project=%s", project);
	autofree char *text = NULL;
	autofree char *escaped = NULL;

	json_push_str(types, "container");
	json_push_str(labels, label);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		json_push_str(events, actions[i]);
	json_put(filter, "type", types);
	json_put(filter, "label", labels);
	json_put(filter, "event", events);
	text = json_text(filter);
	escaped = docker_escape(text);
	return xasprintf("/events?filters=%s%s%s", escaped, *since ? "&since=" : "", since);
}

static void on_reconnect(void *arg)
{
	struct watch *w = arg;

	timer_free(take(w->reconnect));
	for (struct tracked *t = w->tracked; t; t = t->next)
		free(take(t->seen));
	start_events(w);
	start_list(w);
}

void docker_events_ended(int code, const struct error *err, struct error *ret)
{
	if (code)
		error_copy(ret, err);
	else
		error_set(ret, ERR_UNREACHABLE,
			_("the Docker Engine ended the stream of its events"));
}

/* The stream ended: the Engine stopped, or the connection broke. */
static void on_events_end(void *arg, int code, const struct error *err)
{
	struct watch *w = arg;
	AUTO(error) struct error said = ERROR_INIT;
	int64_t jitter;

	if (code == ERR_CANCELLED)
		return;
	docker_events_ended(code, err, &said);
	op_free(take(w->events));
	live_set_connected(w->live, false, &said);
	/* Different watchers shall not come back in step. */
	jitter = loop_wall() % (w->backoff_ms / 4 + 1);
	w->reconnect = timer_start(w->op.loop, w->backoff_ms + jitter, 0, on_reconnect, w);
	w->backoff_ms = w->backoff_ms * 2 < BACKOFF_MAX_MS ? w->backoff_ms * 2 : BACKOFF_MAX_MS;
}

static void on_events_head(void *arg, const char *content_type)
{
	struct watch *w = arg;

	(void)content_type;
	w->backoff_ms = BACKOFF_MIN_MS;
	/* What happened between the list and the first event. */
	start_list(w);
}

static void start_events(struct watch *w)
{
	autofree char *since = w->last_event_ns ? xasprintf("%" PRId64 ".%09" PRId64,
							  (w->last_event_ns + 1) / 1000000000,
							  (w->last_event_ns + 1) % 1000000000)
						: xstrdup("");
	autofree char *path = docker_events_path(w->project, since);
	struct docker_spec spec = {
		.path = path, .on_head = on_events_head, .on_json = on_event, .stream_arg = w};

	w->events = docker_call(w->docker, &spec, on_events_end, w);
}

/* --- the operation */

static void watch_destroy(struct op *op)
{
	struct watch *w = (struct watch *)op;

	live_unwatch(w->live, w->watcher);
	timer_free(w->relist);
	timer_free(w->refresh);
	timer_free(w->reconnect);
	op_free(w->events);
	op_free(w->list);
	while (w->tracked) {
		struct tracked *t = w->tracked;

		w->tracked = t->next;
		tracked_free(t);
	}
	free(w->project);
	free(w);
}

static const struct op_class watch_class = {.name = "watch", .destroy = watch_destroy};

struct op *docker_watch_start(
	struct docker *d, struct live *live, const char *project, op_done_fn *done, void *arg)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	op_init(&w->op, &watch_class, d->loop, done, arg);
	w->docker = d;
	w->live = live;
	w->project = xstrdup(project);
	w->backoff_ms = BACKOFF_MIN_MS;
	w->watcher = live_watch(live, on_live, w);
	w->relist = timer_start(d->loop, RELIST_MS, RELIST_MS, on_relist, w);
	start_events(w);
	start_list(w);
	return &w->op;
}
