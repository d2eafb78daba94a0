/* SPDX-License-Identifier: MIT */
/*
 * struct region: the last lines of a terminal, drawn again in place while something goes on; what was
 * printed before stays above. ECMA-48 sequences that every terminal knows: cursor up, erase. What is
 * shown is made safe by who hands it in.
 */
#ifndef SLIPWAY_CLI_REGION_H
#define SLIPWAY_CLI_REGION_H

#include "base/strv.h"
#include "cli/command.h"

struct region {
	struct cli *cli; /* borrowed */
	int rows;        /* drawn, below which the cursor stands */
};

/* True where a region can be drawn: a terminal, and nobody asked for plain lines, JSON or quiet. */
bool region_suits(const struct cli *cli);
/* The colour of a row's mark. */
enum region_tint { TINT_NONE, TINT_GOOD, TINT_BUSY, TINT_BAD, TINT_DIM };
struct region_rows {
	struct strv lines;
	enum region_tint *tints; /* one a line: of its first word */
	size_t cap;
};
void region_add(struct region_rows *rows, enum region_tint tint, const char *line);
void region_rows_done(struct region_rows *rows);
/* Shows these rows in place of those drawn before, each cut at the width of the terminal, the last
 * ones left out where it has no room for all. Without colour where NO_COLOR is set. */
void region_draw(struct region *r, const struct region_rows *rows);
/* Takes them away, so that something can be printed. */
void region_clear(struct region *r);
/* What is drawn stays; the next drawing goes below. */
void region_leave(struct region *r);

#endif
