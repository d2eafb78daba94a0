/* SPDX-License-Identifier: MIT */
/*
 * struct input: one line of text being edited. Text is UTF-8; control characters of what is typed
 * or pasted are left out, a line break becomes a blank (one at the end nothing). The bytes are
 * wiped when it is done, since they may be a secret.
 */
#ifndef SLIPWAY_UI_INPUT_H
#define SLIPWAY_UI_INPUT_H

#include "ui/draw.h"

struct input {
	struct str text;
	size_t at;    /* byte offset of the cursor, at a character */
	size_t first; /* byte offset of the first character shown */
	struct str killed;
};

/* max: ceiling in bytes; what would pass it is not taken. */
void input_init(struct input *in, const char *text, size_t max);
void input_done(struct input *in);
void input_set(struct input *in, const char *text);
const char *input_text(const struct input *in);
void input_insert(struct input *in, const char *text);
/* Does what an editing key does, or types a character. False: not a key of the editor. */
bool input_key(struct input *in, int code);
/* Draws `cells` cells from (y, x), with the cursor; hidden: dots. */
void input_draw(struct input *in, const struct pane *p, int y, int x, int cells, bool hidden);

/* For the help: the keys of the editor. Ends with a NULL fn. */
struct input_key {
	int codes[4];
	const char *help; /* N_() */
	void (*fn)(struct input *in);
};
extern const struct input_key input_keys[];

#endif
