/* SPDX-License-Identifier: MIT */
#include "ui/list.h"

void list_count(struct list *l, size_t n)
{
	l->n = n;
	if (l->at >= n)
		l->at = n ? n - 1 : 0;
}

void list_select(struct list *l, size_t i)
{
	l->at = i < l->n ? i : l->n ? l->n - 1 : 0;
}

void list_move(struct list *l, long by)
{
	long to = (long)l->at + by;

	list_select(l, to < 0 ? 0 : (size_t)to);
}

void list_page(struct list *l, int direction)
{
	long step = l->rows > 1 ? l->rows - 1 : 1;

	list_move(l, direction * step);
}

void list_fit(struct list *l, int rows)
{
	size_t height = rows > 0 ? (size_t)rows : 1;

	l->rows = rows;
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + height)
		l->top = l->at + 1 - height;
	if (l->n <= height)
		l->top = 0;
	else if (l->top > l->n - height)
		l->top = l->n - height;
}

void list_scroll(struct list *l, int by)
{
	size_t height = l->rows > 0 ? (size_t)l->rows : 1;
	long top = (long)l->top + by;
	long last = l->n > height ? (long)(l->n - height) : 0;

	l->top = (size_t)(top < 0 ? 0 : top > last ? last : top);
	if (l->at < l->top)
		list_select(l, l->top);
	if (l->at >= l->top + height)
		list_select(l, l->top + height - 1);
}

bool list_click(struct list *l, int row)
{
	size_t i = l->top + (size_t)row;

	if (row < 0 || row >= l->rows || i >= l->n)
		return false;
	l->at = i;
	return true;
}

void list_draw_more(const struct list *l, const struct pane *p, int y, int x)
{
	if (l->top)
		draw_glyph(p, y, x, ROLE_DIM, GLYPH_UP);
	if (l->top + (size_t)l->rows < l->n)
		draw_glyph(p, y + l->rows - 1, x, ROLE_DIM, GLYPH_DOWN);
}
