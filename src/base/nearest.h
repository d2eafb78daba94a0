/* SPDX-License-Identifier: MIT */
/*
 * struct nearest: of several names the one that was probably meant, for hints. Near is a name of
 * which at most half, and at most one letter in three of what was written, would have to change; or
 * one that begins with what was written.
 */
#ifndef SLIPWAY_BASE_NEAREST_H
#define SLIPWAY_BASE_NEAREST_H

#include <stddef.h>
#include <stdint.h>

struct nearest {
	const char *wanted;
	const char *name; /* NULL: none is near. Borrowed from nearest_try() */
	size_t distance;
};
#define NEAREST_TO(text) {.wanted = (text), .distance = SIZE_MAX}

/* Of equally near names the first stays. */
void nearest_try(struct nearest *n, const char *name);
void nearest_try_all(struct nearest *n, const char *const *names, size_t count);

#endif
