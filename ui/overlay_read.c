/* SPDX-License-Identifier: MIT */
#include "ui/overlay_read.h"

#include "base/i18n.h"

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

const char *reading_cannot(const struct view *v, unsigned needs)
{
	const struct list *l = &((const struct reading *)v)->list;

	return needs & READING_MORE && l->n <= (size_t)l->rows ? _("all of it is in view") : NULL;
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
