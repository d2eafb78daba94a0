/* SPDX-License-Identifier: MIT */
/*
 * What a stack definition names (services, volumes, settings, conditions, texts with ${NAME}), and
 * where it does. The readers note it while the file is read; stack_lint() looks each name up when
 * the compose files are known.
 */
#ifndef SLIPWAY_CONFIG_STACK_MENTION_H
#define SLIPWAY_CONFIG_STACK_MENTION_H

#include <stddef.h>

enum mention_kind {
	MENTION_SERVICE,
	MENTION_VOLUME,
	MENTION_SETTING,
	MENTION_CONDITION, /* NAME, NAME=value, NAME!=value */
	MENTION_TEXT,      /* may hold ${NAME} */
	MENTION_DECLARED,  /* a setting, feature, environment or old name: where it is declared */
};

struct mention {
	enum mention_kind kind;
	char *path; /* "services.web.ready.http", or the name of the setting it is said of */
	char *name;
	int line, column;
};

struct mentions {
	struct mention *items;
	size_t n, cap;
};

void mentions_add(struct mentions *m, enum mention_kind kind, const char *path, const char *name,
	int line, int column);
/* Those from `first` on are said of `owner`: that is their path. */
void mentions_own(struct mentions *m, size_t first, const char *owner);
/* Where the name is declared; NULL. */
const struct mention *mentions_declared(const struct mentions *m, const char *name);
void mentions_done(struct mentions *m);

#endif
