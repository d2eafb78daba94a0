/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/plan_build.h"
#include "plan/step_action.h"

/* Runs of a definition's command, a second apart: in a service that runs, and in one that is
 * started for it. */
enum { TRIES = 5, TRIES_STARTED = 30 };

/* --- answers */

static bool is_made_from(const struct setting *s, const char *name)
{
	AUTO(strv) struct strv needs = STRV_INIT;

	if (!secret_format_info(s->rule.format)->derived || str_empty(s->current))
		return false;
	secret_source_needs(&s->made_from, &needs);
	return strv_has(&needs, name);
}

static int answer(struct settings *all, const struct rotation *r, const struct rotation_item *item,
	struct error *err)
{
	const char *value = rotation_to(r, item);
	struct setting *s = settings_find(all, item->name);
	int code = 0;

	if (!s)
		return settings_unknown(all, item->name, err);
	/* The value that is put back may break today's rule: it is what was. */
	setting_answer(s, value, NULL);
	if (str_eq(s->current, value) && s->source == COMPOSE_DOTENV)
		return 0;
	for (size_t i = 0; i < all->n && code == 0; i++)
		if (is_made_from(&all->items[i], item->name))
			code = settings_generate(all, &all->items[i], err);
	return code;
}

int rotation_answer(struct settings *all, const struct rotation *r, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < r->n && code == 0; i++)
		if (!r->items[i].file)
			code = answer(all, r, &r->items[i], err);
	return code;
}

/* --- the steps beside */

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

/* Whose value a service that was told of some has to read again; NULL: nobody's. */
static const struct rotation_item *unread(
	const struct plan *p, const struct rotation *r, const char *service)
{
	const struct rotation_item *first = &r->items[0];
	const struct workspace *w = p->workspace;
	bool told = false;

	for (size_t i = 0; i < r->n; i++) {
		const struct rotation_item *item = &r->items[i];

		if (str_eq(service, item->way.service) && !item->file)
			told = true;
		else if (r->n > 1 && rotation_uses(w, item,
					     compose_find_service(w->project->compose, service)))
			return item;
	}
	return told ? NULL : first;
}

static void restart_users(struct plan *p, const struct rotation *r)
{
	for (size_t i = 0; i < p->n_services; i++) {
		struct plan_service *s = &p->services[i];
		const struct rotation_item *why;

		if (s->change != SERVICE_UNCHANGED || !strv_has(&r->services, s->name) ||
			is_oneshot(p, s->name))
			continue;
		why = unread(p, r, s->name);
		if (why)
			restart(p, s, why->name);
	}
}

/* Steps that come before all others: the last one that is added is the first. */
static int add_telling(
	struct plan *p, const struct rotation *r, struct rotation_item *item, struct error *err)
{
	struct rotation_way *way = &item->way;
	AUTO(rotation_command) struct rotation_command tell = {0};
	int code;

	if (item->file)
		plan_add_first(p, step_secret_file_new(r, item));
	way->tries = way->means != ROTATION_COMMAND                   ? 1
		     : rotation_is_up(p->workspace->live, way->service) ? TRIES
								      : TRIES_STARTED;
	way->keeps = !item->file && !is_recreated(p, way->service);
	if (way->means == ROTATION_RESTART)
		return 0;
	code = rotation_tell(r, item, &tell, err);
	if (code)
		return code;
	plan_add_first(p, step_tell_new(item, &tell));
	return 0;
}

static void add_starts(struct plan *p, const struct rotation *r)
{
	AUTO(strv) struct strv down = STRV_INIT;

	for (size_t i = 0; i < r->n; i++) {
		const struct rotation_way *way = &r->items[i].way;

		if (way->means != ROTATION_RESTART &&
			!rotation_is_up(p->workspace->live, way->service))
			strv_add_once(&down, way->service);
	}
	for (size_t i = 0; i < down.n; i++)
		plan_add_first(p, start_step(p, down.items[i]));
}

static void add_login(struct plan *p, const struct rotation *r, const struct rotation_item *item)
{
	AUTO(rotation_command) struct rotation_command login = {0};

	rotation_login(r, item, &login);
	if (item->way.service && login.argv.n)
		add_last(p, step_login_new(r, item, &login));
}

int rotation_amend(struct plan *p, struct rotation *r, struct error *err)
{
	autofree char *note = rotation_note(r);
	long said = strv_find(&p->notes, note);
	struct step *keep = NULL;
	int code = 0;

	/* This is how it goes on. */
	if (said >= 0)
		strv_remove(&p->notes, (size_t)said);
	restart_users(p, r);
	for (size_t i = r->n; i-- > 0 && code == 0;)
		code = add_telling(p, r, &r->items[i], err);
	if (code)
		return code;
	add_starts(p, r);
	code = step_keep_new(p->workspace, r, &keep, err);
	if (code)
		return code;
	plan_add_first(p, keep);
	/* Backwards: whose password lets others be changed keeps its old one the longest. */
	for (size_t i = r->n; i-- > 0;)
		add_login(p, r, &r->items[i]);
	add_last(p, step_forget_new(r));
	return 0;
}
