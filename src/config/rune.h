/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8 text, classified as the reader of .env files in Compose does. */
#ifndef SLIPWAY_CONFIG_RUNE_H
#define SLIPWAY_CONFIG_RUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at s (s < end); invalid bytes are U+FFFD of length 1. Returns its length.
 */
size_t rune_decode(const char *s, const char *end, uint32_t *ret);
/* White space, line breaks among it. */
bool rune_is_space(uint32_t c);
/* Blank, but no line feed: what may stand around a key. */
bool rune_is_blank(uint32_t c);
/* A letter or number of any script. */
bool rune_is_word(uint32_t c);
/* Number of characters in [s, end). */
int rune_count(const char *s, const char *end);

#endif
