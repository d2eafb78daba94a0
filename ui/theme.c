/* SPDX-License-Identifier: MIT */
#include "ui/theme.h"

#include "base/i18n.h"

#include <curses.h>

/*
 * The 256-colour column holds colours of a relative luminance near 0.18 (WCAG), which keeps a
 * contrast of about 4 and more against black and against white. -1: the terminal's own text colour.
 */
static const struct {
	short full, few; /* 256 colours; 8 and 16 */
	attr_t colour_attr, mono_attr;
} looks[THEME_ROLES] = {
	[ROLE_TEXT] = {-1, -1, A_NORMAL, A_NORMAL},
	[ROLE_TITLE] = {-1, -1, A_BOLD, A_BOLD},
	[ROLE_DIM] = {243, -1, A_NORMAL, A_NORMAL},
	[ROLE_LINE] = {243, -1, A_NORMAL, A_NORMAL},
	[ROLE_KEY] = {31, COLOR_CYAN, A_BOLD, A_BOLD},
	[ROLE_SELECTED] = {-1, -1, A_BOLD, A_BOLD},
	[ROLE_INPUT] = {-1, -1, A_UNDERLINE, A_UNDERLINE},
	[ROLE_MATCH] = {-1, -1, A_REVERSE, A_REVERSE},
	[ROLE_OK] = {28, COLOR_GREEN, A_NORMAL, A_NORMAL},
	[ROLE_BUSY] = {31, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_WARN] = {166, COLOR_YELLOW, A_NORMAL, A_BOLD},
	[ROLE_BAD] = {196, COLOR_RED, A_NORMAL, A_BOLD},
	[ROLE_ACCENT] = {31, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_ADDED] = {28, COLOR_GREEN, A_NORMAL, A_NORMAL},
	[ROLE_REMOVED] = {196, COLOR_RED, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 0] = {31, COLOR_CYAN, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 1] = {28, COLOR_GREEN, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 2] = {133, COLOR_MAGENTA, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 3] = {130, COLOR_YELLOW, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 4] = {62, COLOR_BLUE, A_NORMAL, A_NORMAL},
	[ROLE_HUE + 5] = {64, COLOR_GREEN, A_NORMAL, A_BOLD},
	[ROLE_HUE + 6] = {168, COLOR_MAGENTA, A_NORMAL, A_BOLD},
	[ROLE_HUE + 7] = {30, COLOR_CYAN, A_NORMAL, A_BOLD},
};

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPH_COUNT] = {
	[GLYPH_NONE] = {" ", " "},
	[GLYPH_HERE] = {"▸", ">"},
	[GLYPH_HLINE] = {"─", "-"},
	[GLYPH_VLINE] = {"│", "|"},
	[GLYPH_CORNERS] = {"┌┐└┘", "++++"},
	[GLYPH_OK] = {"✓", "+"},
	[GLYPH_FULL] = {"●", "*"},
	[GLYPH_HALF] = {"◐", "~"},
	[GLYPH_EMPTY] = {"○", "o"},
	[GLYPH_BAD] = {"✖", "!"},
	[GLYPH_UNKNOWN] = {"?", "?"},
	[GLYPH_DOT] = {"•", "*"},
	[GLYPH_SEP] = {"·", "-"},
	[GLYPH_MORE] = {"…", "~"},
	[GLYPH_ARROW] = {"→", "->"},
	[GLYPH_UP] = {"▲", "^"},
	[GLYPH_DOWN] = {"▼", "v"},
	[GLYPH_BAR] = {"█", "#"},
	[GLYPH_BAR_REST] = {"░", "."},
};

static const struct mark_info marks[MARK_COUNT] = {
	[MARK_NONE] = {" ", "    ", "", ROLE_TEXT},
	[MARK_OK] = {"✓", "[ok]", N_("done"), ROLE_OK},
	[MARK_HERE] = {"●", "[->]", N_("current"), ROLE_ACCENT},
	[MARK_HEALTHY] = {"●", "[ok]", N_("healthy"), ROLE_OK},
	[MARK_BUSY] = {"◐", "[..]", N_("starting"), ROLE_BUSY},
	[MARK_BAD] = {"✖", "[!!]", N_("unhealthy"), ROLE_BAD},
	[MARK_OFF] = {"○", "[--]", N_("stopped"), ROLE_DIM},
	[MARK_UNCHECKED] = {"?", "[??]", N_("unchecked"), ROLE_TEXT},
};

const struct mark_info *mark_info(enum mark m)
{
	return &marks[m];
}

void theme_init(struct theme *t, bool utf8, int colours)
{
	t->utf8 = utf8;
	t->colours = colours;
	for (int i = 0; i < THEME_ROLES; i++) {
		short colour = colours >= 256 ? looks[i].full : looks[i].few;
		attr_t attr = colours ? looks[i].colour_attr : looks[i].mono_attr;

		/* Pair 0 is the terminal's own colours and cannot be changed. */
		if (colours && colour >= 0) {
			init_pair((short)(i + 1), colour, -1);
			attr |= COLOR_PAIR(i + 1);
		}
		t->attr[i] = (uint32_t)attr;
	}
}

const char *theme_glyph(const struct theme *t, enum glyph g)
{
	return t->utf8 ? glyphs[g].utf8 : glyphs[g].ascii;
}
