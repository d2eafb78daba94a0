/* SPDX-License-Identifier: MIT */
/* One frame of the screen: title, rule, body, state line, keys; overlays above. For view.c. */
#ifndef SLIPWAY_UI_FRAME_H
#define SLIPWAY_UI_FRAME_H

#include "ui/screen.h"

enum { FRAME_MIN_HEIGHT = 20, FRAME_MIN_WIDTH = 60 };

void frame_draw(struct screen *s);
bool frame_too_small(const struct screen *s);
/* The row of the bottom line at a cell; NULL. */
const struct key *frame_key_at(const struct screen *s, int y, int x);

#endif
