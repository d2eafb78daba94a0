/* SPDX-License-Identifier: MIT */
/* What a deployment would do to each service, and which images that needs. On the loop. */
#include "base/i18n.h"
#include "config/compose_address.h"
#include "engine/process_spec.h"
#include "plan/gate.h"
#include "plan/gate_address.h"
#include "plan/plan_build.h"
#include "plan/rollout_judge.h"

#include <string.h>

/* What a live state asks for, and in which words; NULL: it is where it should be. */
static const struct {
	enum service_change change;
	const char *reason;
} remedies[] = {
	[LIVE_ABSENT] = {SERVICE_START, N_("not running")},
	[LIVE_CREATED] = {SERVICE_START, N_("never started")},
	[LIVE_STARTING] = {SERVICE_AWAIT, N_("still starting")},
	[LIVE_RUNNING] = {SERVICE_UNCHANGED, NULL},
	[LIVE_HEALTHY] = {SERVICE_UNCHANGED, NULL},
	/* To start what runs would change nothing. */
	[LIVE_UNHEALTHY] = {SERVICE_RESTART, N_("unhealthy")},
	[LIVE_RESTARTING] = {SERVICE_RESTART, N_("keeps restarting")},
	[LIVE_PAUSED] = {SERVICE_START, N_("paused")},
	[LIVE_STOPPED] = {SERVICE_START, N_("stopped")},
	[LIVE_DONE] = {SERVICE_UNCHANGED, NULL},
	[LIVE_FAILED] = {SERVICE_START, N_("ended with an error")},
};

struct survey {
	struct plan_build *b;
	struct strv create, recreate, active;
	struct json_object *snapshots;
};

/* Of a service without a container: its command as the definition means it now. Of its environment
 * only what the definition names: the rest is the session's. */
static struct json_object *process_extra(const struct plan_build *b, const char *service)
{
	const struct stack_service *d =
		b->project->stack ? stack_find_service(b->project->stack, service) : NULL;
	AUTO(process_spec) struct process_spec spec = {0};
	struct json_object *extra, *whole;

	if (!str_eq(b->w->engine->ops->name, "process") || !d || !d->process ||
		process_spec_make(b->project, NULL, service, &spec, NULL) < 0)
		return NULL;
	whole = process_spec_json(&spec);
	json_object_object_del(whole, "env");
	extra = json_put(json_object_new_object(), "process", whole);
	for (size_t i = 0; i < d->process->environment.n; i++) {
		const char *pair = d->process->environment.items[i];
		size_t n = strcspn(pair, "=");
		autofree char *key = xasprintf("environment %.*s", (int)n, pair);

		for (size_t k = 0; k < spec.env.n; k++) {
			if (strncmp(spec.env.items[k], pair, n) == 0 && spec.env.items[k][n] == '=')
				json_put_str(extra, key, spec.env.items[k] + n + 1);
		}
	}
	return extra;
}

char *plan_image_ref(const struct compose *c, const struct compose_service *service)
{
	/* As Compose names what it builds for a service that names no image. */
	return service->image ? xstrdup(service->image)
			      : xasprintf("%s-%s", c->name, service->name);
}

static bool image_changed(
	struct plan_build *b, const struct compose_service *service, struct json_object *known)
{
	autofree char *ref = plan_image_ref(b->compose, service);
	const struct engine_image *image = engine_find_image(b->w->engine, ref);
	const char *id = json_str(known, "image_id", NULL);

	return image && image->id && id && !str_eq(image->id, id);
}

/* Its state is that of its worst instance; but one that runs badly asks for more than one that does
 * not run at all. */
static enum live_state telling_state(const struct live_service *s)
{
	for (size_t i = 0; i < s->n_instances; i++) {
		const struct live_instance *in = &s->instances[i];

		if (!in->oneoff && remedies[in->state].change == SERVICE_RESTART)
			return in->state;
	}
	return s->state;
}

/* Unhealthy by a check that can never pass: to start it again would change nothing. */
static bool is_misjudged(struct plan_build *b, const struct live_service *live)
{
	const struct compose_service *service = compose_find_service(b->compose, live->name);
	autofree char *why = gate_of_service(b->project, live->name)
				     ? rollout_never_healthy(b->compose, service, live)
				     : NULL;

	if (!why)
		return false;
	plan_note(b->plan,
		_("%s: its own health check cannot pass (%s); the definition's gate decides"),
		live->name, why);
	return true;
}

/* "unhealthy: connection refused". */
static void judge_running(
	struct plan_build *b, const struct live_service *live, struct plan_service *ret)
{
	enum live_state state = telling_state(live);
	const char *reason;
	autofree char *why = NULL;

	if (state == LIVE_UNHEALTHY && is_misjudged(b, live))
		state = LIVE_HEALTHY;
	reason = remedies[state].reason;
	ret->change = remedies[state].change;
	if (ret->change == SERVICE_RESTART)
		why = rollout_evidence(live, NULL);
	if (why) {
		autofree char *text = xasprintf("%s: %s", _(reason), why);

		ret->reason = mask_dup(&b->mask, text);
	} else
		ret->reason = reason ? xstrdup(_(reason)) : NULL;
}

static void judge_existing(struct survey *s, const struct compose_service *service,
	const struct live_service *live, struct plan_service *ret)
{
	struct json_object *known = state_find(&s->b->state, service->name);

	ret->change = SERVICE_RECREATE;
	if (!known) {
		ret->reason = xstrdup(_("nothing is known of what it was made from"));
		return;
	}
	ret->reason =
		state_difference(json_key(known, "keys"), json_key(s->snapshots, service->name));
	if (ret->reason)
		return;
	if (image_changed(s->b, service, known)) {
		ret->reason = xstrdup(_("image changed"));
		return;
	}
	judge_running(s->b, live, ret);
}

static void add_part(struct str *out, char *part)
{
	str_addf(out, "%s%s", out->len ? ", " : "", part);
	free(part);
}

/* What there will be: "slipway/web:1, http://localhost:8080". */
static char *what_comes(const struct plan_build *b, const struct compose_service *service)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	AUTO(strv) struct strv addresses = STRV_INIT;

	if (!str_eq(b->w->engine->ops->name, "process") && service->image)
		add_part(&out, xstrdup(service->image));
	if (!str_eq(b->w->engine->ops->name, "process") && service->builds)
		add_part(&out, xstrdup(_("built here")));
	compose_addresses(service, &addresses);
	if (addresses.n)
		add_part(&out, strv_join(&addresses, ", "));
	return out.len ? mask_dup(&b->mask, str_text(&out)) : xstrdup(_("not created yet"));
}

/* The volume that it uses and that is deleted first; NULL: none. */
static const char *wiped_volume(const struct survey *s, const struct compose_service *service)
{
	const struct workspace *w = s->b->w;

	for (size_t i = 0; i < service->n_mounts && w->wipe; i++) {
		const struct compose_mount *m = &service->mounts[i];
		autofree char *name = m->type == COMPOSE_VOLUME && m->source
					      ? compose_volume_name(s->b->compose, m->source)
					      : NULL;
		long at = name ? strv_find(w->wipe, name) : -1;

		if (at >= 0)
			return w->wipe->items[at];
	}
	return NULL;
}

static void judge(struct survey *s, const struct compose_service *service, struct plan_service *ret)
{
	const struct live_service *live =
		s->b->w->live ? live_find(s->b->w->live, service->name) : NULL;
	size_t instances = live_instances(live);
	autojson struct json_object *extra = process_extra(s->b, service->name);

	json_put(s->snapshots, service->name,
		state_snapshot(&s->b->state, s->b->compose, service, extra));
	*ret = (struct plan_service){.name = xstrdup(service->name)};
	if (instances == 0) {
		ret->change = SERVICE_CREATE;
		ret->reason = what_comes(s->b, service);
		return;
	}
	if (wiped_volume(s, service)) {
		ret->change = SERVICE_RECREATE;
		ret->reason = xasprintf(_("its volume %s is deleted"), wiped_volume(s, service));
		return;
	}
	judge_existing(s, service, live, ret);
	if ((ret->change == SERVICE_UNCHANGED || ret->change == SERVICE_AWAIT) &&
		live->wanted > 0 && instances < (size_t)live->wanted) {
		ret->change = SERVICE_CREATE;
		ret->reason =
			xasprintf(_("%zu of %d instances are there"), instances, live->wanted);
	}
}

/* What runs under the project's name but is in no file is left alone, and named; so is what a feature or
 * a profile started that is off now. */
static void note_strangers(struct plan_build *b)
{
	const struct live *live = b->w->live;

	for (size_t i = 0; live && i < live->n_services; i++) {
		const struct live_service *s = &live->services[i];
		const struct compose_service *known = compose_find_service(b->compose, s->name);

		if (!live_instances(s))
			continue;
		if (!known)
			plan_note(b->plan, _("%s runs but is in no compose file: left alone"),
				s->name);
		else if (!known->active && known->profiles.n && s->state != LIVE_STOPPED &&
			 s->state != LIVE_DONE && s->state != LIVE_FAILED &&
			 s->state != LIVE_CREATED)
			plan_note(b->plan,
				_("%s runs on, although nothing chosen starts it any more: docker "
				  "compose --profile %s stop %s"),
				s->name, known->profiles.items[0], s->name);
	}
}

/* A project that was renamed would start with empty volumes beside its full ones. */
static void note_volumes(struct plan_build *b)
{
	struct engine *e = b->w->engine;
	struct json_object *volumes = json_key(b->compose->model, "volumes");

	if (!volumes)
		return;
	json_object_object_foreach(volumes, key, value)
	{
		autofree char *name = compose_volume_name(b->compose, key);

		if (json_truth(value, "external", false) || engine_find_volume(e, name))
			continue;
		for (size_t i = 0; i < e->n_volumes; i++) {
			const struct engine_volume *v = &e->volumes[i];

			if (str_eq(v->key, key) && !str_eq(v->name, name))
				plan_note(b->plan,
					_("the volume %s would be new and empty, while %s of the "
					  "project %s is there"),
					name, v->name, v->project ? v->project : "?");
		}
	}
}

static void add_service_steps(struct plan_build *b)
{
	for (size_t i = 0; i < b->plan->n_services; i++) {
		struct step *step = step_service_new(&b->plan->services[i]);

		plan_after_all(b->plan, step, "file");
		plan_after_all(b->plan, step, "store");
		plan_after_all(b->plan, step, "secret");
		plan_after_all(b->plan, step, "directory");
		plan_after_all(b->plan, step, "owner");
		plan_after_all(b->plan, step, "image");
		plan_after_all(b->plan, step, "create");
		plan_add(b->plan, step);
	}
}

/* Before everything else: what comes then finds the volume gone, or it is not reached. */
static void add_wipes(struct survey *s)
{
	const struct workspace *w = s->b->w;
	const struct compose *c = s->b->compose;

	for (size_t i = w->wipe ? w->wipe->n : 0; i-- > 0;) {
		AUTO(strv) struct strv users = STRV_INIT;

		for (size_t k = 0; k < c->n_services; k++)
			if (str_eq(wiped_volume(s, &c->services[k]), w->wipe->items[i]))
				strv_push(&users, c->services[k].name);
		plan_add_first(s->b->plan, step_wipe_new(w->wipe->items[i], &users));
	}
}

/* The containers, once for all, before the first of them starts. */
static void add_create_step(struct survey *s)
{
	struct plan *p = s->b->plan;
	struct create_spec spec = {.create = &s->create,
		.recreate = &s->recreate,
		.active = &s->active,
		.snapshots = s->snapshots,
		.state = &s->b->state};
	struct step *step;

	for (size_t i = 0; i < p->n; i++)
		spec.reload = spec.reload || str_eq(p->steps[i]->ops->kind, "file") ||
			      str_eq(p->steps[i]->ops->kind, "store");
	step = step_create_new(&spec);
	s->snapshots = NULL;
	plan_after_all(p, step, NULL);
	plan_add(p, step);
}

/* The longest of those that are made anew: they go down and come up side by side. */
static void estimate_downtime(struct plan_build *b, const struct strv *recreate)
{
	for (size_t i = 0; i < json_len(b->phases); i++) {
		struct json_object *o = json_at(b->phases, i);
		int64_t started = json_int(o, "started_ms", 0), ready = json_int(o, "ready_ms", 0);

		if (started > 0 && ready - started > b->plan->downtime_ms &&
			strv_has(recreate, json_str(o, "service", "")))
			b->plan->downtime_ms = ready - started;
	}
}

/* That there is nothing to do is no good news then. */
static void note_nothing_enabled(struct plan_build *b)
{
	AUTO(error) struct error why = ERROR_INIT;

	if (compose_check_enabled(b->compose, &why))
		strv_pushf(&b->plan->notes, "%s. %s", why.message, why.hint);
}

/* A definition cannot know what the compose files of a clone publish. */
static void note_gates(struct plan_build *b, const struct strv *active)
{
	const struct stack *stack = b->project->stack;
	struct project view = *b->project;

	view.compose = b->compose;
	for (size_t i = 0; stack && i < active->n; i++) {
		const struct stack_service *s = stack_find_service(stack, active->items[i]);
		autofree char *what = NULL;

		if (!s || !s->ready || gate_address_reachable(&view, s->ready))
			continue;
		what = gate_text(&view, s->ready);
		plan_note(b->plan,
			_("%s publishes no such port: \"%s\" of the definition is not asked, its "
			  "health check decides"),
			s->name, what);
	}
}

int plan_build_services(struct plan_build *b, struct error *err)
{
	struct survey s = {.b = b, .snapshots = json_object_new_object()};
	struct plan *p = b->plan;
	int code = 0;

	p->services = xcalloc(
		b->compose->n_services ? b->compose->n_services : 1, sizeof(p->services[0]));
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *service = &b->compose->services[i];
		struct plan_service *ps = &p->services[p->n_services];

		if (!service->active)
			continue;
		strv_push(&s.active, service->name);
		if (b->w->only && !strv_has(b->w->only, service->name))
			continue;
		judge(&s, service, ps);
		p->n_services++;
		if (ps->change == SERVICE_CREATE)
			strv_push(&s.create, service->name);
		else if (ps->change == SERVICE_RECREATE)
			strv_push(&s.recreate, service->name);
		else if (ps->change == SERVICE_AWAIT)
			strv_push(&p->waits, service->name);
	}
	note_nothing_enabled(b);
	note_gates(b, &s.active);
	if (b->plan->scope & PLAN_IMAGES)
		code = plan_build_images(b, err);
	if (code == 0 && s.create.n + s.recreate.n > 0)
		add_create_step(&s);
	if (code == 0) {
		add_service_steps(b);
		add_wipes(&s);
		estimate_downtime(b, &s.recreate);
		note_strangers(b);
		note_volumes(b);
		plan_build_ports(b);
	}
	json_object_put(s.snapshots);
	strv_done(&s.create);
	strv_done(&s.recreate);
	strv_done(&s.active);
	return code;
}

/* --- images */

/* Without PLAN_DEPLOY every active service counts, else those that get new containers. */
static bool needs_image(const struct plan_build *b, const struct compose_service *service)
{
	if (!service->active)
		return false;
	for (size_t i = 0; i < b->plan->n_services; i++) {
		if (str_eq(b->plan->services[i].name, service->name))
			return b->plan->services[i].change == SERVICE_CREATE ||
			       b->plan->services[i].change == SERVICE_RECREATE;
	}
	return !(b->plan->scope & PLAN_DEPLOY);
}

int plan_build_images(struct plan_build *b, struct error *err)
{
	struct strv services[2] = {STRV_INIT, STRV_INIT}, refs[2] = {STRV_INIT, STRV_INIT};

	(void)err;
	if (str_eq(b->w->engine->ops->name, "process"))
		return 0;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *service = &b->compose->services[i];
		autofree char *ref = plan_image_ref(b->compose, service);
		const struct engine_image *image = engine_find_image(b->w->engine, ref);

		if (!needs_image(b, service) || (image && image->id))
			continue;
		strv_push(&services[service->builds], service->name);
		strv_add_once(&refs[service->builds], ref);
	}
	for (int build = 0; build < 2; build++) {
		if (services[build].n) {
			struct step *step = step_image_new(build, &services[build], &refs[build]);

			plan_after_all(b->plan, step, "file");
			plan_after_all(b->plan, step, "secret");
			plan_add(b->plan, step);
		}
		strv_done(&services[build]);
		strv_done(&refs[build]);
	}
	return 0;
}
