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
