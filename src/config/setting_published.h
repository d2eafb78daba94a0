/* SPDX-License-Identifier: MIT */
/*
 * Secrets whose value everybody can read: the default in a compose file, or the line of the example
 * that a new .env would begin with. Such a value counts as none. One that a compose file also holds
 * as plain text is left alone: a new one would reach one half of the services only.
 */
#ifndef SLIPWAY_CONFIG_SETTING_PUBLISHED_H
#define SLIPWAY_CONFIG_SETTING_PUBLISHED_H

#include "config/setting.h"

/* Secrets that compose files and env_files hold as plain text. */
struct written {
	struct strv values, places; /* values: wiped */
	bool *in_url;               /* the password of an address */
	bool looked;
};
void written_done(struct written *w);

/* Judges a setting whose value would be this one, which stands at `place` ("compose.yaml:24"): a
 * secret that Slipway can make becomes `published`, required and without a default. */
void setting_publish(struct setting *s, const char *value, const char *place,
	const struct compose *c, struct written *written);
/* Whether the default of ${NAME:-...} is made from other variables. */
bool setting_default_refers(const struct compose *c, const char *name);
/* Secrets that were shown with the same value become copies of the first of them; addresses with
 * such a value as password are made from it. After all settings are judged. */
void settings_find_kin(struct settings *all, const struct compose *c);
/* Whether two secrets that are both shown with this value are meant to be one and the same. */
bool setting_is_shared(const char *shown, bool published);

#endif
