/* SPDX-License-Identifier: MIT */
/* Columns of what is printed in lines, as wide as the terminal shows them: bytes and characters tell
 * nothing of that. */
#ifndef SLIPWAY_CLI_COLUMN_H
#define SLIPWAY_CLI_COLUMN_H

#include "base/str.h"

/* Appends text and blanks up to `cells`, at least one. */
void column_add(struct str *out, const char *text, int cells);
/* The same, but what leaves no blank behind it has the line to itself: what follows goes below, where
 * its column begins. */
void column_put(struct str *out, const char *text, int cells);
/* Cells of a first column of names: of the widest (text_width()), at least `least`, no more than
 * reads well. */
int column_names(int widest, int least);
/* Ends the line that was begun in out (its last one) with `text`, fitted to `width` cells (0: not):
 * what is too long goes on below where it began, or near the left edge where that leaves little
 * room. No blanks are left at the end. */
void column_end(struct str *out, const char *text, int width);
/* Cells of the widest of these texts in the language of the user; the list ends with NULL. */
int column_width(const char *const *texts);

#endif
