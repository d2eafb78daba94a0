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
/* Shows these lines in place of those drawn before, each cut at the width of the terminal, the last
 * ones left out where it has no room for all. */
void region_draw(struct region *r, const struct strv *lines);
/* Takes them away, so that something can be printed. */
void region_clear(struct region *r);
/* What is drawn stays; the next drawing goes below. */
void region_leave(struct region *r);

#endif
