/* SPDX-License-Identifier: MIT */
/*
 * struct feature_part: a feature or an environment of the stack as it applies to one project: only
 * the files that are there, the profiles that services have, the variables that are settings. What
 * the definition names besides is left alone.
 */
#ifndef SLIPWAY_CONFIG_FEATURE_PART_H
#define SLIPWAY_CONFIG_FEATURE_PART_H

#include "config/project.h"

struct feature_part {
	const struct stack_feature *feature; /* borrowed */
	struct strv files, profiles;
	const struct stack_set **sets; /* of variables the project has */
	size_t n_sets;
};

/* After features_look(), with the settings joined; `feature` is of the project's stack. */
void feature_part_init(
	struct feature_part *part, const struct project *p, const struct stack_feature *feature);
void feature_part_done(struct feature_part *part);
DEFINE_AUTO(feature_part)
/* Whether choosing it would change anything in this project. */
bool feature_part_matters(const struct feature_part *part);
/* A new setting on the page of what there is to choose, which comes before the others. */
struct setting *feature_choice(
	struct project *p, const char *name, const char *title, const char *help);
/* What COMPOSE_FILE and COMPOSE_PROFILES of .env list. */
void feature_listed(const struct project *p, struct strv *ret_files, struct strv *ret_profiles);
/* Whether it is chosen where these files and profiles are in force. They tell; only where it has
 * neither do the variables. */
bool feature_part_is_on(const struct feature_part *part, const struct project *p,
	const struct strv *files, const struct strv *profiles);

/* feature_profile.c: the profiles that no feature asks for. */
void feature_profiles_join(struct project *p);
/* The profile that a setting chooses; NULL: it chooses none. Borrowed. */
const char *feature_profile_of(const struct setting *s);

#endif
