/* SPDX-License-Identifier: MIT */
/* What of a project may be printed: config/mask.h with the keys of settings and models. */
#ifndef SLIPWAY_CLI_REVEAL_H
#define SLIPWAY_CLI_REVEAL_H

#include "base/json.h"
#include "config/mask.h"
#include "config/project.h"

/* The secrets of a project (NULL: there is none). With `all` (--reveal) nothing is hidden below. */
struct reveal {
	struct mask mask;
	const struct project *project;
	bool all;
};
void reveal_init(struct reveal *r, const struct project *p, bool all);
void reveal_done(struct reveal *r);
DEFINE_AUTO(reveal)

/* The value of a setting (s may be NULL) as it may be printed: itself, with the secrets in it as
 * "***"; NULL for NULL. Caller frees with secret_free. */
char *reveal_value(const struct reveal *r, const struct setting *s, const char *value);
/* The same for any text. */
char *reveal_text(const struct reveal *r, const char *text);
/* A copy of a compose model in which the values of secrets are "***": whole values of variables and
 * keys that are secret, and their occurrences inside longer texts (a database URL). */
struct json_object *reveal_model(const struct reveal *r);

#endif
