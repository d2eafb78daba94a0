/* SPDX-License-Identifier: MIT */
/*
 * Settings that services need in their environment, as the definition says (setting.pass_to), and
 * that the compose files of a clone do not pass: the override hands them over, as NAME=${NAME}.
 */
#ifndef SLIPWAY_CONFIG_OVERRIDE_PASS_H
#define SLIPWAY_CONFIG_OVERRIDE_PASS_H

#include "config/override.h"

/* Whether the service has no variable of this name in its environment. */
bool override_pass_lacks(const struct compose *c, const char *service, const char *name);
/* Adds to o what base lacks of the settings that have a value; names of what was added by this call
 * go to ret. */
void override_pass(struct override *o, const struct settings *all, const struct compose *base,
	struct strv *ret);

#endif
