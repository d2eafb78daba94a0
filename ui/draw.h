/* SPDX-License-Identifier: MIT */
/*
 * Drawing into a rectangle of the screen, by cells. Text from anywhere may be passed: it goes
 * through text_safe(). Every piece is placed by an explicit move and clipped to its pane, so that a
 * character whose width the terminal sees differently cannot push anything else aside. Coordinates
 * are relative to the pane; what lies outside is not drawn.
 */
#ifndef SLIPWAY_UI_DRAW_H
#define SLIPWAY_UI_DRAW_H

#include "base/str.h"
#include "ui/theme.h"

struct pane {
	const struct theme *theme;
	int y, x, h, w;           /* on the screen */
	int *cursor_y, *cursor_x; /* where the frame's cursor is kept */
};

/* The part of p at (y, x), h by w cells, clipped to p; h or w negative: up to that far from the
 * edge
 * (-1: to the edge). */
struct pane pane_sub(const struct pane *p, int y, int x, int h, int w);

/* Draws at most `cells` cells (negative: to the edge); a text that does not fit ends in an
 * ellipsis. Return the number of cells drawn. */
int draw_text(const struct pane *p, int y, int x, int cells, enum role role, const char *text);
int draw_textf(const struct pane *p, int y, int x, int cells, enum role role, const char *fmt, ...)
	ATTR_PRINTF(6, 7);
/* n bytes of text. */
int draw_textn(
	const struct pane *p, int y, int x, int cells, enum role role, const char *text, size_t n);
/* Ends at column x + cells. */
int draw_right(const struct pane *p, int y, int x, int cells, enum role role, const char *text);
/* Wraps at blanks into rows of `cells`, from row y on, at most `rows` (the last one ends in an
 * ellipsis when there is more); '\n' ends a paragraph's line. With ROLE_NONE nothing is drawn.
 * Returns the number of rows (needed, when nothing is drawn). */
int draw_wrap(
	const struct pane *p, int y, int x, int rows, int cells, enum role role, const char *text);
int draw_glyph(const struct pane *p, int y, int x, enum role role, enum glyph g);
/* Glyph of a mark in its role. */
int draw_mark(const struct pane *p, int y, int x, enum mark m);
/* A rule from x on, `cells` long (negative: to the edge). */
void draw_hline(const struct pane *p, int y, int x, int cells);
void draw_vline(const struct pane *p, int y, int x, int rows);
/* Blanks the whole pane. */
void draw_clear(const struct pane *p);
/* A frame around the pane with a title in its upper edge (NULL: none). */
void draw_box(const struct pane *p, const char *title);
/* A bar of `cells`, filled from 0 to 1. */
void draw_bar(const struct pane *p, int y, int x, int cells, enum role role, double part);
/* The terminal's cursor goes here this frame. */
void draw_cursor(const struct pane *p, int y, int x);

/* For the owner of the frame: the whole screen as a pane. */
struct pane pane_screen(const struct theme *theme, int *cursor_y, int *cursor_x);

#endif
