/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/str.h"
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
		if (!rotation_is_up(p->workspace->live, way->service))
			add_first(p, start_step(p, way->service));
		rotation_login(way, r, &login);
	}
	add_first(p, step_keep_new(p->workspace, r));
	if (login.argv.n)
		add_last(p, step_login_new(r, way, &login));
	add_last(p, step_forget_new(r));
	return 0;
}
