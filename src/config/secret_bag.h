/* SPDX-License-Identifier: MIT */
/* struct secret_bag: secrets with their values, in memory that is wiped. */
#ifndef SLIPWAY_CONFIG_SECRET_BAG_H
#define SLIPWAY_CONFIG_SECRET_BAG_H

#include "base/error.h"
#include "base/str.h"
#include "base/strv.h"

#include <stdbool.h>

struct secret_item {
	char *name, *value;
};

struct secret_bag {
	struct secret_item *items; /* sorted by name */
	size_t n, cap;
};

void secret_bag_done(struct secret_bag *b);
DEFINE_AUTO(secret_bag)
/* Borrowed; NULL: it has none. */
const char *secret_bag_get(const struct secret_bag *b, const char *name);
/* Adds or replaces; copies. Returns whether anything changed. */
bool secret_bag_set(struct secret_bag *b, const char *name, const char *value);
void secret_bag_copy(struct secret_bag *b, const struct secret_bag *from);
/* Appends the names. */
void secret_bag_names(const struct secret_bag *b, struct strv *ret);

/* As a .env, NAME=value in lines (env_file.h) that end as line_end says; appended to a text that the caller
 * wipes. */
void secret_bag_write(const struct secret_bag *b, const char *line_end, struct str *ret);
/* Reads one; `name` is for messages. ERR_INPUT for what is none, and where a value holds variables; b
 * stays as it is then. */
int secret_bag_read(
	struct secret_bag *b, const char *name, const char *text, size_t n, struct error *err);

#endif
