/* SPDX-License-Identifier: MIT */
/*
 * struct rows: a view over the panel that is rows and scrolls: the first member of such a view's
 * struct. Its draw() does list_count() and list_fit() on `list`; the functions below are for its
 * tables. Nothing to free but itself: a table without `free` will do.
 */
#ifndef SLIPWAY_UI_ROWS_H
#define SLIPWAY_UI_ROWS_H

#include "ui/list.h"
#include "ui/view.h"

struct panel;

struct rows {
	struct view view;
	struct panel *panel;
	struct list list;
	bool selects; /* one row is selected and marked; else the rows only scroll */
};

/* `size` bytes, zeroed, on top of the panel; they begin with a struct rows. */
void *rows_open(struct panel *panel, const struct view_ops *ops, size_t size, bool selects);

void rows_up(struct view *v);
void rows_down(struct view *v);
void rows_page_up(struct view *v);
void rows_page_down(struct view *v);
void rows_first(struct view *v);
void rows_last(struct view *v);
void rows_mouse(struct view *v, int y, int x, int wheel);
/* "demo   WHAT": the title of a view that belongs to the project. */
void rows_title(const struct rows *r, struct view_line *line, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* Rows of a key table. */
#define ROWS_KEYS                                                                                \
	{{K_UP, 'k'}, N_("up"), N_("One line back"), rows_up, 0},                                \
		{{K_DOWN, 'j'}, N_("down"), N_("One line on"), rows_down, 0},                    \
		{{K_PAGE_UP, K_CTRL('b')}, N_("page up"), N_("One page back"), rows_page_up, 0}, \
		{{K_PAGE_DOWN, K_CTRL('f'), ' '}, N_("page down"), N_("One page on"),            \
			rows_page_down, 0},                                                      \
		{{K_HOME}, N_("first"), N_("To the beginning"), rows_first, 0},                  \
	{                                                                                        \
		{K_END}, N_("last"), N_("To the end"), rows_last, 0                              \
	}

#endif
