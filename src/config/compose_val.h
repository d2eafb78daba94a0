/* SPDX-License-Identifier: MIT */
/*
 * The tree a compose project is made of while it is read: like JSON, but every value knows the
 * place it came from, and integers, floats and dates stay apart as they are in the reference
 * implementation. All of it lives in one struct val_tree and goes with it. Only the files
 * compose_*.c use this.
 */
#ifndef SLIPWAY_CONFIG_COMPOSE_VAL_H
#define SLIPWAY_CONFIG_COMPOSE_VAL_H

#include "base/arena.h"
#include "base/strmap.h"
#include "base/yaml.h"

enum val_kind {
	VAL_NULL = 1,
	VAL_BOOL = 2,
	VAL_INT = 4,
	VAL_FLOAT = 8,
	VAL_STR = 16,
	VAL_SEQ = 32,
	VAL_MAP = 64,
};

/* The variables that went into a string. */
struct val_use {
	const char *name;
	bool empty; /* it had no value, and there was no default */
	const struct val_use *next;
};

struct val {
	enum val_kind kind;
	struct yaml_mark mark;
	union {
		bool boolean;
		int64_t integer;
		double number;
		const char *text;
		struct {
			struct val **items;
			size_t n, cap;
		} seq;
		struct strmap map; /* struct val * by key */
	};
	const char *written; /* VAL_FLOAT: how it prints where a string is wanted; VAL_STR: it was a
				date */
	const struct val_use *uses; /* VAL_STR */
};

struct val_tree {
	struct arena arena;
	struct val **maps; /* whose tables are to be released */
	size_t n_maps, maps_cap;
	size_t n_values;
};

void val_tree_done(struct val_tree *t);
DEFINE_AUTO(val_tree)

/* New values; at is copied. Strings are copied into the tree. */
struct val *val_new(struct val_tree *t, enum val_kind kind, const struct yaml_mark *at);
struct val *val_str(struct val_tree *t, const struct yaml_mark *at, const char *text);
struct val *val_bool(struct val_tree *t, const struct yaml_mark *at, bool value);
struct val *val_int(struct val_tree *t, const struct yaml_mark *at, int64_t value);
struct val *val_float(struct val_tree *t, const struct yaml_mark *at, double value);
/* A deep copy. */
struct val *val_clone(struct val_tree *t, const struct val *v);

/* Questions; v may be NULL. */
bool val_is(const struct val *v, unsigned kinds);
struct val *val_get(const struct val *map, const char *key);
/* The text of map[key] when that is a string, else NULL. */
const char *val_get_str(const struct val *map, const char *key);
bool val_has(const struct val *map, const char *key);
bool val_equal(const struct val *a, const struct val *b);
/* The value where a string is wanted ("true", "288", "1e+30"; null is ""); in the tree's memory. */
const char *val_print(struct val_tree *t, const struct val *v);
/* "a mapping", "a list", "a string"... for messages; translated. */
const char *val_kind_name(const struct val *v);

/* Changes. Keys are not copied: they belong to the tree or are constant. */
void val_set(struct val *map, const char *key, struct val *value);
void val_remove(struct val *map, const char *key);
void val_push(struct val_tree *t, struct val *seq, struct val *value);

/* Shortest text that reads back as the same number (of 32 or 64 bits), as Go prints it with %v. */
void val_format_float(double value, int bits, char out[40]);

#endif
