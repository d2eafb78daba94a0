/* SPDX-License-Identifier: MIT */
/* What the override adjusts, as settings (setting.service) beside those of the project, so that it
 * is asked, searched, undone and drafted like any other. */
#ifndef SLIPWAY_CONFIG_OVERRIDE_SETTINGS_H
#define SLIPWAY_CONFIG_OVERRIDE_SETTINGS_H

#include "config/override.h"

/* One setting a service and feature, on a page of their own at the end. base is the project without
 * the override and must outlive the settings; present is what the file says now. */
void override_settings_add(
	struct settings *all, const struct compose *base, const struct override *present);
/* Takes them away again, with their page. */
void override_settings_remove(struct settings *all);
/* What was answered, into o. */
void override_settings_take(const struct settings *all, struct override *o);

#endif
