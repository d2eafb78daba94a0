/* SPDX-License-Identifier: MIT */
/* Inside of struct screen, for view.c and frame.c; others use view.h. */
#ifndef SLIPWAY_UI_SCREEN_H
#define SLIPWAY_UI_SCREEN_H

#include "ui/term.h"
#include "ui/view.h"

enum { SCREEN_BAR_KEYS = 24 };

struct screen {
	struct loop *loop;
	struct term *term;
	struct theme theme;
	struct view *top;
	struct view *gone; /* popped, to be freed after the event */
	struct timer *bury, *frame_timer;
	bool dirty, in_event, mouse;
	int64_t last_frame;
	int64_t frame_after; /* ms behind the last frame that frame_timer waits for */
	int key;    /* in hand */
	int signum; /* that ended it */
	struct str note;
	enum role note_role;
	int cursor_y, cursor_x; /* of the frame; -1: hidden */
	/* Where the bottom line shows which row of the focused table. */
	struct {
		const struct key *row;
		int x, end;
	} bar[SCREEN_BAR_KEYS];
	size_t n_bar;
	int bar_y;
};

void screen_bury(void *screen);

#endif
