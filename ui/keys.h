/* SPDX-License-Identifier: MIT */
/*
 * Keys, and tables of what they do. A table drives dispatch, the bottom line, the `?` overlay and
 * the command palette, so that they cannot disagree.
 *
 * A key code is a Unicode code point for what types text, K_CTRL('x') for control keys, or one of
 * the K_ codes below.
 */
#ifndef SLIPWAY_UI_KEYS_H
#define SLIPWAY_UI_KEYS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	K_SPECIAL = 1 << 24,
	K_UP = K_SPECIAL,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_INSERT,
	K_DELETE,
	K_BACKSPACE,
	K_ENTER,
	K_TAB,
	K_BACKTAB,
	K_ESC,
	K_WORD_LEFT,  /* Ctrl-Left */
	K_WORD_RIGHT, /* Ctrl-Right */
	K_F1,
	K_F2,
	K_F3,
	K_F4,
	K_F5,
	K_F6,
	K_F7,
	K_F8,
	K_F9,
	K_F10,
	K_F11,
	K_F12,
	K_END_OF_KEYS,
};
#define K_CTRL(c) ((c)&0x1f)

struct view;

enum key_flags {
	KEY_BAR = 1 << 0,    /* shown on the bottom line */
	KEY_SECRET = 1 << 1, /* a second way to something: dispatched, in no list */
	KEY_NEEDS = 1 << 8,  /* this bit and those above belong to the view: see view_ops.cannot */
};

enum { KEY_CODES = 4 };

/* One row. Tables end with a row whose fn is NULL. */
struct key {
	int codes[KEY_CODES]; /* ended by 0; the first is the one that lists show first */
	const char *name;     /* N_("generate"): short, for the bottom line and the palette */
	const char *help;     /* N_("Make a new random value"): for the overlay */
	void (*fn)(struct view *v);
	unsigned flags;
};

/* The row of a table that has this code; NULL. */
const struct key *key_find(const struct key *table, int code);
/* True for codes that type text. */
bool key_types(int code);
/* The character of a code that types text. */
void key_utf8(int code, struct str *out);
/* "Enter", "Ctrl-R", "g": appended to out, translated. */
void key_label(int code, struct str *out);
/* All codes of a row: "Up, k". */
void key_labels(const struct key *row, struct str *out);

#endif
