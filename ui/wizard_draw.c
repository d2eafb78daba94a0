/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum {
	RAIL_FROM = 72,  /* a narrower window has no rail */
	SIDE_FROM = 140, /* from here on the help stands beside the form */
	RAIL_MAX = 26,
	HELP_MIN = 7,
	HELP_MAX = 14,
	HELP_SIDE = 64,
	VALUE_MIN = 18,
	VALUE_EASY = 36, /* wide enough to type most values into */
	VALUE_MAX = 56,
	LABEL_MAX = 36,
};

/* --- the rail */

static int rail_width(const struct wizard *w)
{
	int widest = text_width(_("Review"));

	for (size_t i = 0; i < w->settings->n_pages; i++)
		if (text_width(w->settings->pages[i].title) > widest)
			widest = text_width(w->settings->pages[i].title);
	/* Mark, blank, title, blank, two digits, blank. */
	widest += 4 + 2 + 3;
	return widest > RAIL_MAX ? RAIL_MAX : widest;
}

static enum mark page_mark(const struct wizard *w, size_t page, size_t missing)
{
	if (page == w->page)
		return MARK_HERE;
	return page <= w->reached && !missing ? MARK_OK : MARK_NONE;
}

static void draw_rail(struct wizard *w, const struct pane *p)
{
	int mark_cells = text_width(theme_mark(p->theme, MARK_OK)) + 1;
	size_t n = w->settings->n_pages;
	struct list pages = {.n = n + 1, .at = w->page};

	list_fit(&pages, p->h);
	w->rail_top = pages.top;
	for (int y = 0; y < p->h && pages.top + (size_t)y <= n; y++) {
		size_t i = pages.top + (size_t)y, missing;
		enum role role = i == w->page ? ROLE_SELECTED : ROLE_TEXT;

		if (i == n) {
			draw_text(p, y, mark_cells, p->w - mark_cells - 1, ROLE_TEXT, _("Review"));
			break;
		}
		missing = setup_page_open(w->setup, i);
		draw_mark(p, y, 0, page_mark(w, i, missing));
		draw_text(
			p, y, mark_cells, p->w - mark_cells - 4, role, w->settings->pages[i].title);
		if (missing) {
			char count[24];

			snprintf(count, sizeof(count), "%zu", missing);
			draw_right(p, y, p->w - 4, 2, ROLE_WARN, count);
		}
	}
}

/* --- the form */

struct columns {
	int label, value, note; /* widths; columns are two cells apart */
};

static struct columns measure(struct wizard *w, int width)
{
	struct columns c = {.label = 8};
	int note = 0, room, wide, value = VALUE_MIN;

	for (size_t i = 0; i < w->n_shown; i++) {
		const struct setting *s = &w->settings->items[w->shown[i]];
		enum role role;
		autofree char *text = field_note(w, s, &role);

		/* One cell more, for the cursor behind it. */
		if (!setting_is_secret(s) && setting_effective(s) &&
			text_width(setting_effective(s)) >= value)
			value = text_width(setting_effective(s)) + 1;
		if (text_width(field_label(s)) > c.label)
			c.label = text_width(field_label(s));
		if (text_width(text) > note)
			note = text_width(text);
	}
	if (c.label > LABEL_MAX)
		c.label = LABEL_MAX;
	if (c.label > width / 2)
		c.label = width / 2;
	room = width - 2 - c.label - 2;
	wide = value;
	/* Values come first, up to half of the room; then notes; what is left goes to values, up to
	 * what is easy to type into. */
	value = value > room / 2 ? room / 2 : value;
	c.note = note > room - value - 2 ? room - value - 2 : note;
	c.value = room - (c.note ? c.note + 2 : 0);
	wide = wide > VALUE_EASY ? wide : VALUE_EASY;
	if (wide > VALUE_MAX)
		wide = VALUE_MAX;
	if (c.value > wide) {
		c.value = wide;
		c.note = room - c.value - 2;
	}
	return c;
}

/* A note that does not fit loses what explains it, which the help tells, rather than half a word. */
static void draw_note(
	const struct pane *p, int y, int x, int cells, enum role role, const char *note)
{
	size_t fits = text_fit(note, cells, NULL), n = 0;

	if (note[fits])
		for (size_t i = 1; i <= fits; i++)
			if (strchr(",:;", note[i]) || (note[i] == ' ' && note[i + 1] == '('))
				n = i;
	if (n)
		draw_textn(p, y, x, cells, role, note, n);
	else
		draw_text(p, y, x, cells, role, note);
}

static void draw_field(
	struct wizard *w, const struct pane *p, int y, size_t i, const struct columns *c)
{
	const struct setting *s = &w->settings->items[w->shown[i]];
	bool here = i == w->fields.at;
	int value_x = 2 + c->label + 2;
	enum role role;
	autofree char *note = field_note(w, s, &role);

	if (here)
		draw_glyph(p, y, 0, ROLE_ACCENT, GLYPH_HERE);
	draw_text(p, y, 2, c->label, here ? ROLE_SELECTED : ROLE_TEXT, field_label(s));
	if (here && w->editing)
		input_draw(&w->input, p, y, value_x, c->value, wizard_hides(w, s));
	else
		field_draw_value(p, y, value_x, c->value, s, here && w->revealed, here);
	if (c->note > 0)
		draw_note(p, y, value_x + c->value + 2, c->note, role, note);
}

static void draw_empty_page(struct wizard *w, const struct pane *p, int y)
{
	size_t n = 0;

	for (size_t i = 0; i < w->settings->n; i++)
		n += w->settings->items[i].page == w->page;
	draw_text(p, y, 2, -1, ROLE_TEXT, _("Nothing needs an answer here."));
	if (!w->all && n)
		draw_textf(p, y + 1, 2, -1, ROLE_DIM,
			Q_("a shows the %zu setting of this page.",
				"a shows the %zu settings of this page.", n),
			n);
	draw_text(p, y + 2, 2, -1, ROLE_DIM,
		wizard_can_adjust(w) ? _("v shows what would change; o adjusts a service.")
				     : _("v shows what would change."));
}

static void draw_page_title(struct wizard *w, const struct pane *p)
{
	int x = draw_text(p, 0, 0, -1, ROLE_TITLE, w->settings->pages[w->page].title);
	AUTO(str) struct str place = STR_INIT(STR_LINE);

	if (!wizard_adjusts(w) || !w->service)
		return;
	draw_text(p, 0, x + 2, p->w - x - 2, ROLE_ACCENT, w->service->name);
	wizard_adjust_place(w, &place);
	draw_right(p, 0, x + 2, p->w - x - 3, ROLE_DIM, str_text(&place));
}

static void draw_form(struct wizard *w, const struct pane *p)
{
	const struct setting_page *page = &w->settings->pages[w->page];
	struct columns c = measure(w, p->w - 1);
	int y = 1;

	draw_page_title(w, p);
	if (page->about && p->h > 8)
		y += draw_wrap(p, 1, 0, 2, p->w - 1, ROLE_DIM, page->about);
	y++;
	w->form_pane = *p;
	w->fields_y = y;
	list_fit(&w->fields, p->h - y);
	if (!w->n_shown)
		draw_empty_page(w, p, y);
	for (int row = 0; row < p->h - y && w->fields.top + (size_t)row < w->n_shown; row++)
		draw_field(w, p, y + row, w->fields.top + (size_t)row, &c);
	list_draw_more(&w->fields, p, y, p->w - 1);
}

/* Help below the form: as much as the focused field's fields leave, within limits. */
static int help_height(const struct wizard *w, int h)
{
	int want = h * 2 / 5, spare = h - 4 - (int)w->n_shown;

	if (spare > want)
		want = spare;
	return want < HELP_MIN ? HELP_MIN : want > HELP_MAX ? HELP_MAX : want;
}

void wizard_draw(struct view *v, const struct pane *p)
{
	struct wizard *w = (struct wizard *)v;
	int rail = p->w < RAIL_FROM ? 0 : rail_width(w), x = 1 + rail, help;
	struct pane part;

	if (!w->settings->n_pages)
		return;
	w->rail_pane = pane_sub(p, 0, 1, rail ? p->h : 0, rail);
	if (rail)
		draw_rail(w, &w->rail_pane);
	if (p->w >= SIDE_FROM) {
		part = pane_sub(p, 0, x, p->h, p->w - x - HELP_SIDE - 4);
		draw_form(w, &part);
		draw_vline(p, 0, p->w - HELP_SIDE - 3, p->h);
		part = pane_sub(p, 0, p->w - HELP_SIDE - 1, p->h, HELP_SIDE);
		wizard_draw_help(w, &part);
		return;
	}
	help = help_height(w, p->h);
	part = pane_sub(p, 0, x, p->h - help - 1, p->w - x - 1);
	draw_form(w, &part);
	draw_hline(p, p->h - help - 1, x, p->w - x - 1);
	part = pane_sub(p, p->h - help, x, help, p->w - x - 1);
	wizard_draw_help(w, &part);
}
