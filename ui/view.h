/* SPDX-License-Identifier: MIT */
/*
 * Views and the screen that shows them. A view is what has the whole window (the wizard, the panel)
 * or lies over it (help, a question); views form a stack, the top one has the keys. Everything is
 * driven by the loop: no view waits, a question reports through a callback.
 *
 * A frame from top to bottom: the title line, a rule, the body (the view's own), the state line,
 * the keys of the focused view. An overlay gets a framed box above that.
 *
 * What happens to an event: a key is looked up in the view's table, then in the screen's own (help,
 * palette, leave, suspend, redraw); while the view has an input, characters and editing keys go
 * there. Nothing is drawn from a callback: call screen_dirty(), and the frame comes: at most 30 a
 * second for what changes by itself; what a key or the mouse does is seen within 8 ms.
 */
#ifndef SLIPWAY_UI_VIEW_H
#define SLIPWAY_UI_VIEW_H

#include "loop/loop.h"
#include "ui/draw.h"
#include "ui/input.h"
#include "ui/keys.h"

struct screen;

/* A line with a left and a right part, filled by ops->title and ops->state. Right yields when
 * narrow. */
struct view_line {
	struct str left, right;
	enum role left_role, right_role;
};

#define VIEW_LINE_INIT                                                      \
	{                                                                   \
		STR_INIT(STR_LINE), STR_INIT(STR_LINE), ROLE_TEXT, ROLE_DIM \
	}
static inline void view_line_done(struct view_line *line)
{
	str_done(&line->left);
	str_done(&line->right);
}

struct view_ops {
	const char *name;       /* N_(): title of the help overlay */
	const struct key *keys; /* the table; may be NULL */
	bool overlay;
	/* Body of a frame; for an overlay the inside of its box. */
	void (*draw)(struct view *v, const struct pane *p);
	/* Overlay: wanted inner size for a window of h by w cells; and its title (NULL: none). */
	void (*size)(struct view *v, int h, int w, int *ret_h, int *ret_w);
	void (*title)(struct view *v, struct view_line *line); /* of an overlay only left is used */
	void (*state)(
		struct view *v, struct view_line *line); /* NULL: the line belongs to the body */
	/* The line editor that has the keys: what types text, pastes and editing keys (input.h) go
	 * to it, after v's own table, and edited() is told. NULL, or returning NULL: none. */
	struct input *(*input)(struct view *v);
	void (*edited)(struct view *v);
	/* A click (wheel 0) or wheel turn at (y, x) of what draw() was given. */
	void (*mouse)(struct view *v, int y, int x, int wheel);
	/* Why a key with these KEY_NEEDS bits cannot be used now, in words (translated); NULL: it
	 * can. A key that cannot is not on the bottom line, is dim in the help, and says why when
	 * pressed. */
	const char *(*cannot)(const struct view *v, unsigned needs);
	/* Somebody wants to leave the program (Ctrl-C): ask, save, screen_stop(). NULL: the view
	 * below is asked; the lowest without: screen_stop(). */
	void (*leave)(struct view *v);
	void (*free)(struct view *v);
};

/* First member of every view's own struct. */
struct view {
	const struct view_ops *ops;
	struct screen *screen; /* set by screen_push() */
	struct view *below;
	struct pane body;       /* as last drawn */
	const struct key *keys; /* instead of ops->keys; for tables made at run time */
};

/* Opens the terminal. */
int screen_open(struct loop *loop, struct screen **ret, struct error *err);
/* Frees all views, top first, and gives the terminal back. NULL is accepted. */
void screen_close(struct screen *s);
static inline void screen_free(struct screen *s)
{
	screen_close(s);
}
DEFINE_AUTO_PTR(screen)

/* Runs the loop until screen_stop(). ERR_CANCELLED when a signal ended it. */
int screen_run(struct screen *s, struct error *err);
void screen_stop(struct screen *s);

/* Takes ownership of the view (heap). */
void screen_push(struct screen *s, struct view *v);
/* Removes v and everything above it. They are freed when the event in hand is over, so v may be
 * used until its key function returns. */
void screen_pop(struct view *v);
struct view *screen_top(const struct screen *s);

/* Something changed: draw a frame soon. */
void screen_dirty(struct screen *s);
/* A short word on the state line until the next key: "copied", "nothing to undo". */
void screen_note(struct screen *s, enum role role, const char *fmt, ...) ATTR_PRINTF(3, 4);
/* The error's message with its hint on the state line; what does not fit there, or has a detail, in
 * an overlay. */
void screen_note_error(struct screen *s, const struct error *err);

struct loop *screen_loop(const struct screen *s);
const struct theme *screen_theme(const struct screen *s);
struct term *screen_term(const struct screen *s);

/* Keys that work in every view, for the help. */
extern const struct key screen_keys[];

/* The table in force for v. */
const struct key *view_keys(const struct view *v);
/* The line editor in force; NULL. */
struct input *view_input(struct view *v);
/* Code of the key in hand, for rows with several codes. */
int screen_key(const struct screen *s);

/* Row is usable in v now. */
bool view_can(const struct view *v, const struct key *row);
/* Why not; NULL when it is. */
const char *view_why_not(const struct view *v, const struct key *row);
/* Does what a row says, or tells why not. */
void view_do(struct view *v, const struct key *row);

#endif
