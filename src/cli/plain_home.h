/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_CLI_PLAIN_HOME_H
#define SLIPWAY_CLI_PLAIN_HOME_H

#include "plan/setup_home.h"

/* Prints the ways beside keeping it and typing it, each with its letter; of one that is not
 * possible why. */
void plain_home_list(const struct setup *s, const char *name);
/* Whether the line is the letter of one of them. */
bool plain_home_way(const struct setup *s, const char *name, const char *line, enum home_way *ret);
/* What is asked before the volume is deleted; caller frees. */
char *plain_home_question(const struct setup *s, const char *name);

#endif
