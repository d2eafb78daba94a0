/* SPDX-License-Identifier: MIT */
/* Items in one line of text: separated by blanks (and by commas where the separators say so), in
 * single or double quotes where they hold such. */
#ifndef SLIPWAY_CONFIG_OVERRIDE_WORDS_H
#define SLIPWAY_CONFIG_OVERRIDE_WORDS_H

#include "base/error.h"
#include "base/strv.h"

/* Items appended to ret. ERR_INPUT: a quote is not closed. */
int words_split(const char *text, const char *separators, struct strv *ret, struct error *err);
/* The other way; caller frees. */
char *words_join(const struct strv *items, const char *separators);

#endif
