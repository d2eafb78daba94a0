/* SPDX-License-Identifier: MIT */
/*
 * struct strv: a list of strings it owns. items is NULL until the first push and NULL-terminated
 * from then on, so that it can be passed where an argv is wanted.
 */
#ifndef SLIPWAY_BASE_STRV_H
#define SLIPWAY_BASE_STRV_H

#include "base/mem.h"

#include <stdbool.h>

struct strv {
	char **items;
	size_t n;
	size_t cap;
};

#define STRV_INIT {NULL, 0, 0}

void strv_done(struct strv *v);
DEFINE_AUTO(strv)
void strv_clear(struct strv *v);
/* Overwrites the strings before releasing them; for secrets. */
void strv_wipe(struct strv *v);
void strv_push(struct strv *v, const char *s);
/* Takes ownership of s. */
void strv_push_take(struct strv *v, char *s);
void strv_pushf(struct strv *v, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* Pushes each of a NULL-terminated argument list: strv_push_all(&v, "docker", "compose", NULL). */
void strv_push_all(struct strv *v, ...) __attribute__((sentinel));
void strv_extend(struct strv *v, const struct strv *other);
void strv_remove(struct strv *v, size_t index);
/* Index of s, or -1. */
long strv_find(const struct strv *v, const char *s);
bool strv_has(const struct strv *v, const char *s);
/* Pushes s unless it is there. Returns true when it was added. */
bool strv_add_once(struct strv *v, const char *s);
/* Splits text at each sep, keeping empty parts; "" gives no part. */
void strv_split(struct strv *v, const char *text, char sep);
/* Joins; caller frees. */
char *strv_join(const struct strv *v, const char *sep);
void strv_sort(struct strv *v);
bool strv_equal(const struct strv *a, const struct strv *b);

#endif
