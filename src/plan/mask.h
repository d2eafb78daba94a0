/* SPDX-License-Identifier: MIT */
/* Text with secrets shown as dots, line for line, for diffs. */
#ifndef SLIPWAY_PLAN_MASK_H
#define SLIPWAY_PLAN_MASK_H

#include "base/strv.h"

#include <stddef.h>

#define MASK_DOTS "••••••••••••••••"

/*
 * The text of an .env file with the values of these keys as dots, however long they are: also in
 * comments that hold such an assignment. Line breaks stay, so that line N of the result is line N
 * of the text. Text that cannot be parsed shows no value at all. Caller frees.
 */
char *mask_dotenv(const char *text, size_t n, const struct strv *secrets);
/* The same text with every occurrence of these values (of 6 bytes and more) as dots; caller frees.
 */
char *mask_values(const char *text, const struct strv *values);
/* Unified diff of two texts whose lines are shown as those of their masked forms; NULL when the
 * texts are equal. Caller frees with secret_free. */
char *mask_diff(const char *name, const char *old, size_t old_len, const char *old_shown,
	const char *new, size_t new_len, const char *new_shown);

#endif
