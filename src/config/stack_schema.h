/* SPDX-License-Identifier: MIT */
/*
 * Reading YAML by tables of keys: each row says which key fills which member through which reader.
 * An unknown key, a wrong kind of node and a duplicate name are ERR_INPUT with file:line:column.
 *
 * A reader stores into `into`, which it owns the old contents of (it is called once per key, on
 * zeroed or initialised memory).
 */
#ifndef SLIPWAY_CONFIG_STACK_SCHEMA_H
#define SLIPWAY_CONFIG_STACK_SCHEMA_H

#include "base/str.h"
#include "base/yaml.h"

struct mentions;

struct schema {
	const char *language; /* "de"; which of the texts per language is taken */
	struct str path;      /* where the reader is, for messages: "services.web.ready" */
	struct mentions *mentions; /* stack_mention.h: what is named is noted here; NULL: nowhere */
};

typedef int schema_read_fn(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err);

struct schema_key {
	const char *key;
	size_t offset; /* of the member in the struct that is filled */
	schema_read_fn *read;
};

/* Reads a mapping. */
int schema_map(struct schema *schema, const struct yaml_node *node, const struct schema_key *keys,
	size_t n_keys, void *into, struct error *err);
/* Adds to the path; schema_leave() with what it returned takes that away again. */
size_t schema_enter(struct schema *schema, const char *key);
size_t schema_enter_item(struct schema *schema, size_t index);
void schema_leave(struct schema *schema, size_t length);

/* Readers. */
schema_read_fn schema_string;   /* char *: any scalar's text */
schema_read_fn schema_text;     /* char *: a string, or a map of language to string */
schema_read_fn schema_bool;     /* bool */
schema_read_fn schema_int;      /* int, not negative */
schema_read_fn schema_duration; /* int64_t ms */
schema_read_fn schema_strings;  /* struct strv: a list of scalars, or one */
schema_read_fn schema_argv;     /* struct strv: a list, or a string that sh -c runs */
schema_read_fn schema_node;     /* const struct yaml_node *: kept as it is */
schema_read_fn schema_any;      /* nothing is stored: it is read elsewhere */

/* One of n words, with the nearest as hint; what is stored is the list's own. */
int schema_word(struct schema *schema, const struct yaml_node *node, const char *const *words,
	size_t n, const char **ret, struct error *err);

/* ERR_INPUT "<path>: <message>" with the node's place as detail. */
int schema_fail(const struct schema *schema, const struct yaml_node *node, struct error *err,
	const char *fmt, ...) ATTR_PRINTF(4, 5);

#endif
