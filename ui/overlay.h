/* SPDX-License-Identifier: MIT */
/* What lies over a view: help, the command palette, a message, a question, a choice from a list. */
#ifndef SLIPWAY_UI_OVERLAY_H
#define SLIPWAY_UI_OVERLAY_H

#include "base/strv.h"
#include "ui/view.h"

/* The keys of v (and of its line editor, and of every view), from the tables that dispatch them. */
void overlay_help(struct view *v);
/* Find what v can do by name, and do it. */
void overlay_palette(struct view *v);
/* Text to read; wraps, scrolls. */
void overlay_message(struct screen *s, const char *title, const char *text);
/* An error's message, detail and hint. */
void overlay_error(struct screen *s, const struct error *err);

struct answer {
	int key;           /* a letter */
	const char *label; /* N_() */
};
struct question {
	const char *title;
	const char *text; /* NULL: none */
	const struct answer *
		answers; /* ends with a NULL label; labels are constants; the first is the default */
	/* Runs once, after the overlay is gone: index of the answer, -1 for Esc. */
	void (*done)(void *arg, int answer);
	void *arg;
};
/* title and text are copied. */
void overlay_ask(struct screen *s, const struct question *q);

/* Done only after this word was typed. */
struct typed_word {
	const char *title, *text, *word; /* copied */
	/* Runs once, after the overlay is gone; typed: it was, and accepted. */
	void (*done)(void *arg, bool typed);
	void *arg;
};
void overlay_type(struct screen *s, const struct typed_word *w);

struct choice {
	const char *title;
	const char *text;                   /* NULL */
	const struct strv *items;           /* copied */
	const int *keys;                    /* one an item, that picks it (0: none); NULL: none has one */
	size_t at;                          /* selected first */
	void (*done)(void *arg, long item); /* -1: Esc */
	void *arg;
};
void overlay_choose(struct screen *s, const struct choice *c);

#endif
