/* SPDX-License-Identifier: MIT */
/*
 * struct str: a string of bytes that grows up to a ceiling given when it is initialised.
 *
 * Invariants: data is never NULL after the first append and is always NUL-terminated at data[len];
 * the bytes may contain NUL. An append that would pass the ceiling stores nothing, and sets `full`,
 * which stays set: a series of appends needs one str_full() check at its end.
 */
#ifndef SLIPWAY_BASE_STR_H
#define SLIPWAY_BASE_STR_H

#include "base/mem.h"

#include <stdbool.h>

struct str {
	char *data;
	size_t len;
	size_t cap;
	size_t max; /* ceiling in bytes, the NUL not counted */
	bool full;
};

/* Common ceilings. */
enum {
	STR_LINE = 64 * 1024,          /* a message, a line of output, a path */
	STR_FILE = 16 * 1024 * 1024,   /* a configuration file, a JSON document */
	STR_OUTPUT = 64 * 1024 * 1024, /* the output of a program */
};

#define STR_INIT(ceiling) {NULL, 0, 0, (ceiling), false}

void str_init(struct str *s, size_t ceiling);
void str_done(struct str *s);
DEFINE_AUTO(str)
/* Wipes the bytes before releasing them. */
void str_wipe(struct str *s);
/* Empties; keeps the memory; clears `full`. */
void str_clear(struct str *s);

void str_add(struct str *s, const char *text); /* NULL adds nothing */
void str_addn(struct str *s, const void *bytes, size_t n);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) ATTR_PRINTF(2, 3);
void str_addvf(struct str *s, const char *fmt, va_list ap) ATTR_PRINTF(2, 0);
/* Appends c n times. */
void str_pad(struct str *s, char c, size_t n);
/* Shortens to len bytes (no effect when it is shorter). */
void str_cut(struct str *s, size_t len);
/* Removes the first n bytes. */
void str_shift(struct str *s, size_t n);

static inline bool str_full(const struct str *s)
{
	return s->full;
}
/* The text, never NULL. */
const char *str_text(const struct str *s);
/* Hands the bytes out (caller frees) and empties s. Never NULL. */
char *str_take(struct str *s);

/* Small questions about plain strings. NULL counts as "". */
bool str_eq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_empty(const char *s);

#endif
