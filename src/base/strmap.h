/* SPDX-License-Identifier: MIT */
/*
 * struct strmap: pointers by name, in the order in which the names came. Names and pointers are
 * borrowed; both outlive the map or the entry.
 */
#ifndef SLIPWAY_BASE_STRMAP_H
#define SLIPWAY_BASE_STRMAP_H

#include "base/mem.h"

struct strmap_entry {
	const char *name;
	void *value;
};

struct strmap {
	struct strmap_entry *entries; /* in order */
	size_t n;
	size_t cap;
	size_t *slots; /* hash table: index + 1 into entries, 0 is free */
	size_t n_slots;
};

#define STRMAP_INIT                 \
	{                           \
		NULL, 0, 0, NULL, 0 \
	}

void strmap_done(struct strmap *m);
DEFINE_AUTO(strmap)
/* NULL when absent (or stored as NULL). */
void *strmap_get(const struct strmap *m, const char *name);
/* Entry of a name, NULL when absent; valid until the next change. */
struct strmap_entry *strmap_find(const struct strmap *m, const char *name);
/* Adds or replaces; a replaced entry keeps its place and its name. */
void strmap_put(struct strmap *m, const char *name, void *value);
/* Takes an entry out; the others keep their order. Costs time in proportion to the map. */
void strmap_remove(struct strmap *m, const char *name);

#endif
