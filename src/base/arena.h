/* SPDX-License-Identifier: MIT */
/*
 * struct arena: memory for many small things that are released together. Pieces are aligned for any
 * type and zeroed; they cannot be freed one by one. There is no ceiling: what is built in an arena
 * has one of its own (see yaml.h).
 */
#ifndef SLIPWAY_BASE_ARENA_H
#define SLIPWAY_BASE_ARENA_H

#include "base/mem.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

#define ARENA_INIT   \
	{            \
		NULL \
	}

void arena_done(struct arena *a);
DEFINE_AUTO(arena)
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
/* A copy of n bytes and a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) ATTR_PRINTF(2, 3)
	__attribute__((returns_nonnull));

#endif
