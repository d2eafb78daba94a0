/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/str.h"
#include "config/mask.h"
#include "plan/plan_build.h"
#include "plan/step_action.h"

#include <string.h>

/* --- answers
 * -------------------------------------------------------------------------------------- */

static bool is_made_from(const struct setting *s, const char *name)
{
	AUTO(strv) struct strv needs = STRV_INIT;

	if (!secret_format_info(s->rule.format)->derived || str_empty(s->current))
		return false;
	secret_source_needs(&s->made_from, &needs);
	return strv_has(&needs, name);
}

int rotation_answer(struct settings *all, const struct rotation *r, struct error *err)
{
	struct setting *s = settings_find(all, r->name);
	int code = 0;

	if (!s)
		return error_set(err, ERR_INPUT, _("there is no setting %s"), r->name);
	/* The value that is put back may break today's rule: it is what was. */
	setting_answer(s, rotation_to(r), NULL);
	if (str_eq(s->current, rotation_to(r)) && s->source == COMPOSE_DOTENV)
		return 0;
	for (size_t i = 0; i < all->n && code == 0; i++)
		if (is_made_from(&all->items[i], r->name))
			code = settings_generate(all, &all->items[i], err);
	return code;
}

/* --- who uses it
 * ---------------------------------------------------------------------------------- */

/* By enum live_state: whether it has the value that it was started with, and whether a command can be
 * run in it. */
static const struct {
	bool uses, up;
} states[] = {
	[LIVE_ABSENT] = {false, false},
	[LIVE_CREATED] = {false, false},
	[LIVE_STARTING] = {true, true},
	[LIVE_RUNNING] = {true, true},
	[LIVE_HEALTHY] = {true, true},
	[LIVE_UNHEALTHY] = {true, true},
	[LIVE_RESTARTING] = {true, false},
	[LIVE_PAUSED] = {true, false},
	[LIVE_STOPPED] = {false, false},
	/* A one-shot would be made anew by the next deployment: it is now. */
	[LIVE_DONE] = {true, false},
	[LIVE_FAILED] = {false, false},
};

static bool is_any(const struct live *live, const char *service, bool up)
{
	const struct live_service *s = live ? live_find(live, service) : NULL;

	for (size_t i = 0; s && i < s->n_instances; i++) {
		enum live_state state = s->instances[i].state;

		if (!s->instances[i].oneoff && (up ? states[state].up : states[state].uses))
			return true;
	}
	return false;
}

/* Its definition as resolved holds one of the values, however it came there. */
static bool holds(const struct compose_service *s, const struct mask *values)
{
	autosecret char *text = json_text(s->json);
	autosecret char *masked = mask_dup(values, text);

	return !str_eq(text, masked);
}

static int refuse_stopped(const char *service, struct error *err)
{
	error_set(err, ERR_INPUT, _("%s does not run, so it cannot be told of a new value"), service);
	return error_hint(err, _("Start it first: slipway up %s"), service);
}

int rotation_find_services(const struct workspace *w, struct rotation *r,
	const struct rotation_way *way, struct error *err)
{
	const struct setting *s = settings_find(&w->project->settings, r->name);
	const struct compose *c = w->project->compose;
	AUTO(mask) struct mask values;

	mask_init(&values);
	mask_add(&values, r->old);
	mask_add(&values, r->new);
	for (size_t i = 0; i < c->n_services; i++) {
		const char *name = c->services[i].name;
		bool uses = (s && strv_has(&s->used_by, name)) || str_eq(way->service, name) ||
			    holds(&c->services[i], &values);

		if (uses && is_any(w->live, name, false))
			strv_add_once(&r->services, name);
	}
	if (way->service && !strv_has(&r->services, way->service))
		return refuse_stopped(way->service, err);
	return 0;
}

/* --- the steps beside
 * ------------------------------------------------------------------------------ */

/* Puts a step before all others, which wait for it. */
static void add_first(struct plan *p, struct step *step)
{
	for (size_t i = 0; i < p->n; i++)
		strv_push(&p->steps[i]->after, step->id);
	plan_add(p, step);
	memmove(p->steps + 1, p->steps, (p->n - 1) * sizeof(p->steps[0]));
	p->steps[0] = step;
}

static void add_last(struct plan *p, struct step *step)
{
	plan_after_all(p, step, NULL);
	plan_add(p, step);
}

static size_t index_of(const struct plan *p, const char *id)
{
	size_t i = 0;

	while (i < p->n && !str_eq(p->steps[i]->id, id))
		i++;
	return i;
}

/* Who is not made anew reads the value from somewhere else at its start. */
static void restart(struct plan *p, struct plan_service *service, const char *name)
{
	autofree char *id = xasprintf("service:%s", service->name);
	size_t at = index_of(p, id);
	struct step *old = at < p->n ? p->steps[at] : NULL, *step;

	free(service->reason);
	service->change = SERVICE_RESTART;
	service->reason = xasprintf(_("uses %s"), name);
	step = step_service_new(service);
	if (old) {
		strv_extend(&step->after, &old->after);
		p->changes -= old->changes;
		old->ops->free(old);
		p->steps[at] = step;
		p->changes += step->changes;
	} else {
		plan_add(p, step);
	}
}

static bool is_oneshot(const struct plan *p, const char *service)
{
	const struct live_service *s = live_find(p->workspace->live, service);

	return s && s->oneshot;
}

static bool is_recreated(const struct plan *p, const char *service)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (str_eq(p->services[i].name, service))
			return p->services[i].change == SERVICE_RECREATE;
	return false;
}

static struct step *start_step(const struct plan *p, const char *service)
{
	const struct live_service *s = live_find(p->workspace->live, service);

	return step_action_new(s && s->n_instances ? "start" : "recreate", service, 0);
}

int rotation_amend(
	struct plan *p, const struct rotation *r, struct rotation_way *way, struct error *err)
{
	AUTO(rotation_command) struct rotation_command tell = {0};
	AUTO(rotation_command) struct rotation_command login = {0};
	autofree char *note = rotation_note(r);
	long said = strv_find(&p->notes, note);
	int code = 0;

	/* This is how it goes on. */
	if (said >= 0)
		strv_remove(&p->notes, (size_t)said);
	for (size_t i = 0; i < p->n_services; i++) {
		struct plan_service *s = &p->services[i];

		if (s->change == SERVICE_UNCHANGED && !str_eq(s->name, way->service) &&
			!is_oneshot(p, s->name))
			restart(p, s, r->name);
	}
	if (way->means != ROTATION_RESTART) {
		way->keeps = !is_recreated(p, way->service);
		code = rotation_tell(way, r, &tell, err);
		if (code)
			return code;
		add_first(p, step_tell_new(r, way, &tell));
		if (!is_any(p->workspace->live, way->service, true))
			add_first(p, start_step(p, way->service));
		rotation_login(way, r, &login);
	}
	add_first(p, step_keep_new(p->workspace, r));
	if (login.argv.n)
		add_last(p, step_login_new(r, way, &login));
	add_last(p, step_forget_new(r));
	return 0;
}
