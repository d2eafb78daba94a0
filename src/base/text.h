/* SPDX-License-Identifier: MIT */
/*
 * Text for people: safe to show, measured in cells, numbers in words.
 *
 * Text that comes from outside (logs, files, names, probe output) is data: it goes through
 * text_safe() before any terminal, file report or message sees it.
 */
#ifndef SLIPWAY_BASE_TEXT_H
#define SLIPWAY_BASE_TEXT_H

#include "base/error.h"
#include "base/str.h"

#include <stdint.h>

/*
 * Appends the n bytes of text to out, made safe for a terminal: escape sequences (CSI, OSC, DCS, SOS,
 * PM, APC, ESC x, their 8-bit forms, unterminated ones up to the end of line) are dropped, other C0
 * and C1 controls and DEL become U+00B7, tabs go to the next multiple of 8, bidi controls
 * (U+200E/F, U+202A-202E, U+2066-2069), zero-width characters and tag characters are dropped, and
 * invalid UTF-8 becomes U+FFFD (a raw C1 introducer is a sequence, too). A control string is dropped
 * for 4 KiB at most; what is longer never meant to end, and is text again. A '\r' inside a line
 * restarts the line (what a terminal would show); '\n' becomes U+00B7 unless keep_newlines.
 */
void text_safe(struct str *out, const char *text, size_t n, bool keep_newlines);
/* The same for a NUL-terminated string, in a new string; caller frees. */
char *text_safe_dup(const char *text);

/* Width in terminal cells of UTF-8 text (invalid bytes count 1). */
int text_width(const char *text);
/* Number of bytes of the longest prefix that fits in cells; *ret_cells (may be NULL) its width. */
size_t text_fit(const char *text, int cells, int *ret_cells);

/*
 * Appends text and ends the line. The last line of out is `column` cells wide already; what would
 * go beyond `width` cells (0: there is no end) goes to further lines, broken at blanks and begun at
 * `column`; so does what follows a '\n'. A word that is too wide stays whole.
 */
void text_wrap(struct str *out, const char *text, int column, int width);

/* Whole-string decimal number within [min, max]; ERR_INPUT otherwise. */
int text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret, struct error *err);
/* "512", "64k", "1.5GiB", "2 GB" (k, M, G, T and kB.. are binary as in Compose, KiB.. binary). */
int text_to_size(const char *text, int64_t *ret_bytes, struct error *err);
/* Go-style duration, "1m30s", "500ms", "2h45m", in milliseconds; a bare number is refused. */
int text_to_duration(const char *text, int64_t *ret_ms, struct error *err);

/* "512 B", "1.1 GiB", "310 MiB"; "512B", "1.1G", "2.0G", "310M" when brief; caller frees. */
char *text_size(int64_t bytes, bool brief);
/* "12 s", "3 min", "2 h 05", "4 d"; caller frees. */
char *text_ago(int64_t ms);
/* The same, with a tenth for what is shorter than 10 s and no whole second: "0.5 s", "30 s". */
char *text_span(int64_t ms);

#endif
