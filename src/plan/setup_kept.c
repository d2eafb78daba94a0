/* SPDX-License-Identifier: MIT */
/* Secrets of which is known that their data was made with another value: said before services are
 * made anew with them, which would then be locked out. */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/setup_home.h"
#include "plan/setup_state.h"

char *setup_kept_ways(const struct setup *s, const char *name)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_addf(&out, _("Keep the old one: slipway config set %s=OLD."), name);
	if (!setup_home_can(s, name, HOME_CHANGE, NULL))
		str_addf(&out,
			_(" Change it inside its service, too: slipway setup --batch --old-secret "
			  "%s=change."),
			name);
	if (!setup_home_can(s, name, HOME_WIPE, NULL))
		str_addf(&out,
			_(" Begin anew, WITHOUT the data: slipway setup --batch --old-secret "
			  "%s=wipe:%s."),
			name, setup_home_volume(s, name));
	return xstrdup(str_text(&out));
}

/* A service that the plan makes or starts anew takes it. */
static bool is_taken(const struct plan *plan, const struct setting *setting)
{
	for (size_t i = 0; i < plan->n_services; i++) {
		enum service_change change = plan->services[i].change;

		if (change != SERVICE_UNCHANGED && change != SERVICE_REMOVE &&
			strv_has(&setting->used_by, plan->services[i].name))
			return true;
	}
	return false;
}

bool setup_kept_matters(struct setup *s, const struct plan *plan)
{
	const struct settings *all = setup_settings(s);

	for (size_t i = 0; i < s->homes.n; i++) {
		const struct setting *setting = settings_find(all, s->homes.items[i].setting);

		if (setting && setting_is_secret(setting) && is_taken(plan, setting))
			return true;
	}
	return false;
}

void setup_kept_hold(struct setup *s, struct plan *plan, const struct strv *allowed)
{
	const struct settings *all = setup_settings(s);

	/* One that was cut short says itself how it goes on. */
	for (size_t i = 0; i < all->n && !s->rotating; i++) {
		const struct setting *setting = &all->items[i];
		autofree char *ways = NULL;

		if (setup_tried(s, setting) != TRIAL_REFUSED || !is_taken(plan, setting))
			continue;
		ways = setup_kept_ways(s, setting->name);
		strv_pushf(&plan->notes, "%s: %s. %s", setting->name, setting->note, ways);
		if (plan->held.code || strv_has(allowed, setting->name))
			continue;
		error_set(&plan->held, ERR_EXISTS, "%s: %s", setting->name, setting->note);
		error_detail(&plan->held, "%s", ways);
		error_hint(&plan->held,
			_("To deploy with it all the same: slipway up --old-secret %s=keep"),
			setting->name);
	}
}
