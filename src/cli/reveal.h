/* SPDX-License-Identifier: MIT */
/* Keeping secrets out of what is printed. */
#ifndef SLIPWAY_CLI_REVEAL_H
#define SLIPWAY_CLI_REVEAL_H

#include "base/json.h"
#include "config/project.h"

#define REVEAL_MASK "***"

/* The value of a setting as it may be printed: itself, "***" for a secret that has one, NULL.
 * Borrowed. */
const char *reveal_value(const struct setting *s, const char *value, bool reveal);
/* A copy of a compose model in which the values of secrets are "***": whole values of variables and
 * keys that are secret, and their occurrences inside longer texts (a database URL). */
struct json_object *reveal_model(const struct project *p);

#endif
