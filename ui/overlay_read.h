/* SPDX-License-Identifier: MIT */
/* struct reading: what the overlays have in common in which one only reads and scrolls: the help, a
 * message. It begins their own struct; drawing sets list.n and list.rows. */
#ifndef SLIPWAY_UI_OVERLAY_READ_H
#define SLIPWAY_UI_OVERLAY_READ_H

#include "ui/list.h"
#include "ui/view.h"

struct reading {
	struct view view;
	char *title;      /* owned: freed by whoever embeds it */
	struct list list; /* rows; nothing is selected */
};

/* For the tables of their keys and operations. A click closes, the wheel scrolls three rows. */
void reading_title(struct view *v, struct view_line *line);
void reading_mouse(struct view *v, int y, int x, int wheel);
/* For a row's flags: there is more than is in view. With it: */
enum { READING_MORE = KEY_NEEDS };
const char *reading_cannot(const struct view *v, unsigned needs);
void reading_up(struct view *v);
void reading_down(struct view *v);
void reading_page_up(struct view *v);
void reading_page_down(struct view *v);

#endif
