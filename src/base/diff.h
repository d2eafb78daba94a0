/* SPDX-License-Identifier: MIT */
/*
 * Line differences between two texts, as in `diff -u` (POSIX diff, "Diff -u Output Format").
 */
#ifndef SLIPWAY_BASE_DIFF_H
#define SLIPWAY_BASE_DIFF_H

#include "base/str.h"

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

struct diff_line {
	enum diff_kind kind;
	const char *text; /* points into the text it came from; not NUL-terminated */
	size_t len;       /* without the newline */
	size_t old_line;  /* 1-based; 0 for an added line */
	size_t new_line;  /* 1-based; 0 for a removed line */
	bool open;        /* the last line of its text, which does not end in a newline */
};

struct diff {
	struct diff_line *lines;
	size_t n;
	size_t removed, added;
};

/* The texts must outlive the diff. Time is O(lines * differences) (Myers), bounded: two texts that
 * differ in more than 20,000 lines are shown as removed and added as a whole. */
void diff_init(struct diff *d, const char *old_text, size_t old_len, const char *new_text, size_t new_len);
void diff_done(struct diff *d);
DEFINE_AUTO(diff)
/* Appends the "---" and "+++" lines and hunks with `context` unchanged lines around each change;
 * nothing when there is no change. Names and lines go out as they are: text_safe() before a screen. */
void diff_unified(const struct diff *d, const char *old_name, const char *new_name, int context,
	struct str *out);

#endif
