/* SPDX-License-Identifier: MIT */
/* Who uses a secret, as it runs. */
#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "config/mask.h"
#include "plan/rotation.h"

/* By enum live_state: whether it has the value that it was started with, and whether a command can
 * be run in it. */
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

bool rotation_is_up(const struct live *live, const char *service)
{
	return is_any(live, service, true);
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
	error_set(
		err, ERR_INPUT, _("%s does not run, so it cannot be told of a new value"), service);
	return error_hint(err, _("Start it first: slipway up %s"), service);
}

bool rotation_uses(const struct workspace *w, const struct rotation_item *item,
	const struct compose_service *c)
{
	const struct setting *s = settings_find(&w->project->settings, item->name);
	AUTO(mask) struct mask values;

	mask_init(&values);
	mask_add(&values, item->old);
	mask_add(&values, item->new);
	return (s && strv_has(&s->used_by, c->name)) || str_eq(item->way.service, c->name) ||
	       (item->file && rotation_takes(c, item->name)) || holds(c, &values);
}

static int find_users(const struct workspace *w, struct rotation *r,
	const struct rotation_item *item, struct error *err)
{
	const struct compose *c = w->project->compose;

	for (size_t i = 0; i < c->n_services; i++) {
		const char *name = c->services[i].name;

		if (is_any(w->live, name, false) && rotation_uses(w, item, &c->services[i]))
			strv_add_once(&r->services, name);
	}
	if (item->way.service && !strv_has(&r->services, item->way.service))
		return refuse_stopped(item->way.service, err);
	return 0;
}

int rotation_find_services(const struct workspace *w, struct rotation *r, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < r->n && code == 0; i++)
		code = find_users(w, r, &r->items[i], err);
	return code;
}
