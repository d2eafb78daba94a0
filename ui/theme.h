/* SPDX-License-Identifier: MIT */
/*
 * What things look like: roles (what a text is for) become attributes by what the terminal can do,
 * and glyphs become ASCII where the locale is not UTF-8. Colours are chosen to be readable on a
 * dark and on a light background, which is always the terminal's own; colour never says anything
 * alone.
 */
#ifndef SLIPWAY_UI_THEME_H
#define SLIPWAY_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum role {
	ROLE_TEXT,
	ROLE_TITLE,
	ROLE_DIM,      /* secondary: hints, units, rulers' text */
	ROLE_LINE,     /* rules and borders */
	ROLE_KEY,      /* a key on the bottom line */
	ROLE_SELECTED, /* the row or field that has the focus */
	ROLE_INPUT,    /* text being edited */
	ROLE_MATCH,    /* found text */
	ROLE_OK,
	ROLE_BUSY,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_ACCENT, /* generated, changed, noteworthy */
	ROLE_ADDED,
	ROLE_REMOVED,
	ROLE_HUE,                 /* ROLE_HUE + n, n < THEME_HUES: to tell services apart */
	ROLE_NONE = ROLE_HUE + 8, /* draw nothing, only measure; and the number of roles */
};
enum { THEME_HUES = 8, THEME_ROLES = 15 + THEME_HUES };
_Static_assert((int)THEME_ROLES == (int)ROLE_NONE, "roles");

enum glyph {
	GLYPH_NONE,
	GLYPH_HERE,     /* ▸ */
	GLYPH_HLINE,    /* ─ */
	GLYPH_VLINE,    /* │ */
	GLYPH_CORNERS,  /* ┌┐└┘ as four in a row */
	GLYPH_OK,       /* ✓ */
	GLYPH_FULL,     /* ● */
	GLYPH_HALF,     /* ◐ */
	GLYPH_EMPTY,    /* ○ */
	GLYPH_BAD,      /* ✖ */
	GLYPH_UNKNOWN,  /* ? */
	GLYPH_DOT,      /* • : one cell of a hidden secret */
	GLYPH_SEP,      /* · between parts of a line */
	GLYPH_MORE,     /* … */
	GLYPH_ARROW,    /* → */
	GLYPH_UP,       /* ▲ more above */
	GLYPH_DOWN,     /* ▼ more below */
	GLYPH_BAR,      /* █ */
	GLYPH_BAR_REST, /* ░ */
	GLYPH_COUNT,
};

/* A state as people read it: glyph, word and role together. */
enum mark {
	MARK_NONE,
	MARK_OK,        /* ✓ done */
	MARK_HERE,      /* ● current */
	MARK_HEALTHY,   /* ● healthy */
	MARK_BUSY,      /* ◐ starting */
	MARK_BAD,       /* ✖ unhealthy */
	MARK_OFF,       /* ○ stopped */
	MARK_UNCHECKED, /* ? unchecked */
	MARK_COUNT,
};
struct mark_info {
	const char *utf8, *ascii; /* "●", "[ok]" */
	const char *word;         /* N_("healthy") */
	enum role role;
};
const struct mark_info *mark_info(enum mark m);

struct theme {
	bool utf8;
	int colours;
	uint32_t attr[THEME_ROLES]; /* curses attributes with colour pair */
};

/* Needs a running curses screen. colours as term_colours(). */
void theme_init(struct theme *t, bool utf8, int colours);
const char *theme_glyph(const struct theme *t, enum glyph g);
static inline const char *theme_mark(const struct theme *t, enum mark m)
{
	return t->utf8 ? mark_info(m)->utf8 : mark_info(m)->ascii;
}

#endif
