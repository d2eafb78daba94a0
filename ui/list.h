/* SPDX-License-Identifier: MIT */
/* struct list: which of n rows is selected, and which are in view. Draws nothing but its scroll
 * marks. */
#ifndef SLIPWAY_UI_LIST_H
#define SLIPWAY_UI_LIST_H

#include "ui/draw.h"

struct list {
	size_t n;
	size_t at;  /* selected; < n unless n is 0 */
	size_t top; /* first row in view */
	int rows;   /* as last fitted */
};

/* Number of rows; the selection stays where it can. */
void list_count(struct list *l, size_t n);
/* Beyond the end: the last row. */
void list_select(struct list *l, size_t i);
/* Stays at the ends. */
void list_move(struct list *l, long by);
/* A window's height less one up (-1) or down (1). */
void list_page(struct list *l, int direction);
/* For drawing into `rows` rows: brings the selection into view. */
void list_fit(struct list *l, int rows);
/* Scrolls without selecting: turns of the wheel. The selection follows where it would leave the
 * view. */
void list_scroll(struct list *l, int by);
/* Selects the row at `row` of the view; false when there is none. */
bool list_click(struct list *l, int row);
/* Marks at column x where there is more above or below. */
void list_draw_more(const struct list *l, const struct pane *p, int y, int x);

#endif
