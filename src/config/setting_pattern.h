/* SPDX-License-Identifier: MIT */
/*
 * Settings whose names are known as a pattern only ("SEARCH_API_*_TIMEOUT_SECONDS"): what a project's files
 * have of such a name becomes a setting of that type, page and help. A pattern itself is no setting;
 * settings.patterns holds those of a definition.
 */
#ifndef SLIPWAY_CONFIG_SETTING_PATTERN_H
#define SLIPWAY_CONFIG_SETTING_PATTERN_H

#include "config/setting.h"

bool setting_is_pattern(const char *name);
/* The first pattern that the name fits; NULL. */
const struct setting *settings_pattern(const struct settings *all, const char *name);
/* The setting of this name, as the pattern has it; a * of its title becomes what stands for the first one
 * of the pattern. Into what the caller releases with setting_done(). */
void setting_from_pattern(const struct setting *pattern, const char *name, struct setting *ret);

#endif
