/* SPDX-License-Identifier: MIT */
/*
 * Answers to settings in a file:
 *
 *	WEB_PORT: 8080
 *	SESSION_SECRET: {generate: true}
 *
 * Either the document itself is the mapping, or its key `settings` is; `slipway`, `stack`,
 * `profiles` (a list of those to choose) and `override` may stand beside. The last is what the
 * services are adjusted by (override.h), nested:
 *
 *	override: {web: {ports: ["8080:80"], restart: always, limits: {memory: 512m}}}
 *
 * which is the same as answers to override.web.ports, override.web.restart and so on. Such files
 * are written without values of secrets.
 */
#ifndef SLIPWAY_CONFIG_ANSWERS_H
#define SLIPWAY_CONFIG_ANSWERS_H

#include "base/error.h"
#include "config/env_file.h"
#include "config/mask.h"
#include "config/override.h"
#include "config/setting.h"

struct answer {
	char *name;
	char *value; /* NULL: generate, or nothing (`NAME:` takes an earlier answer back) */
	bool generate;
	char *place; /* file:line:column of the name, for messages */
};

/* What a setup that was left keeps, below the project. */
#define ANSWERS_DRAFT ".slipway/draft.yaml"
enum { ANSWERS_DRAFT_MAX = 1024 * 1024 };

struct answers {
	struct answer *items; /* in file order */
	size_t n;
	char *stack; /* `stack: NAME`; NULL: none */
};

void answers_done(struct answers *a); /* wipes values */
DEFINE_AUTO(answers)

/* `file` is for messages. ERR_INPUT with file:line:column, ERR_LIMIT. */
int answers_read(
	const char *file, const char *text, size_t n, struct answers *ret, struct error *err);
/* ERR_INPUT, with the place as detail and the nearest name as hint, when one names no setting. */
int answers_check(const struct answers *a, const struct settings *settings, struct error *err);
/* The present answers as such a file: generated secrets as {generate: true}, other secrets not at
 * all. Caller frees. */
int answers_text(const struct settings *settings, const char *stack, char **ret, struct error *err);
/*
 * What a .env file holds as answers, so that a setup with them, in a copy of the project without
 * .env, comes to the same: no secrets (a setup makes its own), nothing that a secret is part of, no
 * value that holds a variable; features and environment as chosen, and the override. Caller frees.
 */
int answers_of_env(const struct settings *settings, const struct env_file *env,
	const struct override *override, const struct mask *mask, const char *stack, char **ret,
	struct error *err);

#endif
