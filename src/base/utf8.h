/* SPDX-License-Identifier: MIT */
/* Decoding UTF-8 (RFC 3629) from bytes that nobody vouches for. */
#ifndef SLIPWAY_BASE_UTF8_H
#define SLIPWAY_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* What utf8_decode() gives for bytes that are no UTF-8. */
#define UTF8_INVALID UINT32_MAX

/* Reads one character from s[0..n), n > 0. Returns the number of bytes it takes, at least 1. Of an
 * ill-formed sequence that is its longest valid beginning (Unicode, 3.9, "maximal subparts"), so that
 * a damaged character costs one replacement. Overlong forms, surrogates and values above U+10FFFF
 * are invalid. */
size_t utf8_decode(const char *s, size_t n, uint32_t *ret);

/* What stands in for a typographic character where there is only ASCII: '"' for U+201C; 0: nothing
 * does. */
char utf8_ascii(uint32_t c);

#endif
