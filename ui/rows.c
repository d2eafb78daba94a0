/* SPDX-License-Identifier: MIT */
#include "ui/rows.h"

#include "ui/panel.h"

static struct rows *of(struct view *v)
{
	return (struct rows *)v;
}

void *rows_open(struct panel *panel, const struct view_ops *ops, size_t size, bool selects)
{
	struct rows *r = xcalloc(1, size);

	r->view.ops = ops;
	r->panel = panel;
	r->selects = selects;
	screen_push(panel->view.screen, &r->view);
	return r;
}

static void move(struct view *v, long by)
{
	struct rows *r = of(v);

	if (r->selects)
		list_move(&r->list, by);
	else
		list_scroll(&r->list, (int)by);
	screen_dirty(v->screen);
}

static long page(struct view *v)
{
	return of(v)->list.rows > 1 ? of(v)->list.rows - 1 : 1;
}

void rows_up(struct view *v)
{
	move(v, -1);
}

void rows_down(struct view *v)
{
	move(v, 1);
}

void rows_page_up(struct view *v)
{
	move(v, -page(v));
}

void rows_page_down(struct view *v)
{
	move(v, page(v));
}

void rows_first(struct view *v)
{
	move(v, -(long)of(v)->list.n);
}

void rows_last(struct view *v)
{
	move(v, (long)of(v)->list.n);
}

void rows_mouse(struct view *v, int y, int x, int wheel)
{
	(void)x;
	if (wheel)
		list_scroll(&of(v)->list, 3 * wheel);
	else
		list_click(&of(v)->list, y);
	screen_dirty(v->screen);
}

void rows_title(const struct rows *r, struct view_line *line, const char *fmt, ...)
{
	va_list ap;

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   ", r->panel->workspace->project->compose->name);
	va_start(ap, fmt);
	str_addvf(&line->left, fmt, ap);
	va_end(ap);
}
