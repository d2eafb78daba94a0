/* SPDX-License-Identifier: MIT */
#include "ui/overlay_read.h"

static struct list *list_of(struct view *v)
{
	return &((struct reading *)v)->list;
}

void reading_title(struct view *v, struct view_line *line)
{
	str_add(&line->left, ((struct reading *)v)->title);
}

void reading_mouse(struct view *v, int y, int x, int wheel)
{
	(void)y;
	(void)x;
	if (wheel)
		list_scroll(list_of(v), 3 * wheel);
	else
		screen_pop(v);
}

void reading_up(struct view *v)
{
	list_scroll(list_of(v), -1);
}

void reading_down(struct view *v)
{
	list_scroll(list_of(v), 1);
}

void reading_page_up(struct view *v)
{
	list_scroll(list_of(v), -(list_of(v)->rows - 1));
}

void reading_page_down(struct view *v)
{
	list_scroll(list_of(v), list_of(v)->rows - 1);
}
