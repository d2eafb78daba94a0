/* SPDX-License-Identifier: MIT */
/*
 * Features and environments of a stack as settings: a feature is asked as yes or no under its own
 * name, the environment as one of several under the name "environment", on a page of their own; so
 * is every profile of the compose files that belongs to no feature, under the name "profile.NAME".
 * They are no variables (setting.choice is true). What is chosen stands in .env as Compose reads it
 * (profiles in COMPOSE_PROFILES, files in COMPOSE_FILE, variables), and from there it is read back:
 * plain `docker compose` does the same, and nothing is kept beside.
 */
#ifndef SLIPWAY_CONFIG_FEATURE_H
#define SLIPWAY_CONFIG_FEATURE_H

#include "config/env_file.h"
#include "config/project.h"

#define FEATURE_ENVIRONMENT "environment"
#define FEATURE_PROFILE "profile."

/* What of that which features name or need the project and its host have, by asking the host; called
 * once when the project is opened. */
void features_look(struct project *p);
/* Adds to what was inferred what only files of features read, each with its feature as condition;
 * after features_look(), before the settings are joined. */
void features_gather(const struct project *p, struct settings *inferred);
/* Adds the settings, with what is chosen now; after the others were joined. A feature that would
 * change nothing in this project is left out; one that needs what the host lacks is off in a new
 * project, and its help says why. */
void features_join(struct project *p);
/* The setting that puts a profile in force: that of a feature, or its own; NULL: no service has it.
 * Borrowed. */
const struct setting *feature_of_profile(const struct project *p, const char *profile);
/* Changes .env to what is chosen. ERR_INPUT where a list holds variables. */
int features_apply(const struct project *p, struct env_file *f, struct error *err);

#endif
