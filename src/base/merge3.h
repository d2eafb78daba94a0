/* SPDX-License-Identifier: MIT */
/*
 * Three-way merge of texts by lines (diff3): what either side changed of the base, and neither
 * changed in the same place, or both alike.
 */
#ifndef SLIPWAY_BASE_MERGE3_H
#define SLIPWAY_BASE_MERGE3_H

#include "base/str.h"

struct merge3_text {
	const char *text;
	size_t n;
};

/* Appends the merged text to out. Returns the number of places where both sides changed the same lines
 * in different ways; there out has ours, and *ret_line (may be NULL) is the first such line of ours,
 * from 1. Time and bounds as diff_init(). */
size_t merge3(struct merge3_text base, struct merge3_text ours, struct merge3_text theirs,
	struct str *out, size_t *ret_line);

#endif
