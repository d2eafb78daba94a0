/* SPDX-License-Identifier: MIT */
/* The steps of the plan, and the change of the selected one. */
#include "ui/review.h"

#include "base/i18n.h"
#include "base/text.h"

static enum role step_role(const struct theme *t, const struct step *s)
{
	(void)t;
	if (!s->changes)
		return ROLE_DIM;
	return str_eq(s->ops->ascii, "+")   ? ROLE_ADDED
	       : str_eq(s->ops->ascii, "-") ? ROLE_REMOVED
					    : ROLE_ACCENT;
}

/* Of the row that stands for Slipway's own notes: which they are. */
static char *reason_of(const struct review *r, const struct step *s)
{
	AUTO(strv) struct strv own = STRV_INIT;

	if (!review_is_notes(s))
		return xstrdup(s->reason);
	plan_notes_of_own(r->plan, &own);
	return strv_join(&own, ", ");
}

static const char *title_of(const struct step *s)
{
	return review_is_notes(s) ? plan_notes_title() : s->title;
}

static void draw_steps(struct review *r, const struct pane *p, int title_cells)
{
	list_fit(&r->list, p->h);
	for (int y = 0; y < p->h && r->list.top + (size_t)y < r->list.n; y++) {
		size_t i = r->list.top + (size_t)y;
		const struct step *s = r->plan->steps[r->rows[i]];
		autofree char *reason = reason_of(r, s);
		bool here = i == r->list.at;
		const char *glyph = !s->changes      ? theme_glyph(p->theme, GLYPH_SEP)
				    : p->theme->utf8 ? s->ops->glyph
						     : s->ops->ascii;

		if (here)
			draw_glyph(p, y, 1, ROLE_ACCENT, GLYPH_HERE);
		draw_text(p, y, 3, 2, step_role(p->theme, s), glyph);
		draw_text(p, y, 5, title_cells,
			here         ? ROLE_SELECTED
			: s->changes ? ROLE_TEXT
				     : ROLE_DIM,
			title_of(s));
		draw_text(p, y, 5 + title_cells + 2, p->w - title_cells - 9,
			s->changes ? ROLE_TEXT : ROLE_DIM, reason);
	}
	list_draw_more(&r->list, p, 0, p->w - 1);
	r->list_pane = *p;
}

static enum role change_role(const char *line)
{
	if (str_starts(line, "--- ") || str_starts(line, "+++ "))
		return ROLE_DIM;
	switch (*line) {
	case '+':
		return ROLE_ADDED;
	case '-':
		return ROLE_REMOVED;
	case '@':
		return ROLE_ACCENT;
	default:
		return ROLE_TEXT;
	}
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; text && *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

/* The changes of all of Slipway's own notes. */
static char *notes_change(const struct review *r)
{
	struct str out = STR_INIT(STR_OUTPUT);

	for (size_t i = 0; i < r->plan->n; i++) {
		const struct step *s = r->plan->steps[i];
		const char *text = review_is_notes(s) ? review_change(r, s) : NULL;

		if (text)
			str_add(&out, text);
		else if (review_is_notes(s))
			str_addf(&out, "+++ %s: %s\n", s->title, s->reason ? s->reason : "");
	}
	return str_take(&out);
}

static void draw_change(struct review *r, const struct pane *p)
{
	const struct step *s = review_focus(r);
	autosecret char *notes = s && review_is_notes(s) ? notes_change(r) : NULL;
	const char *text = notes ? notes : s ? review_change(r, s) : NULL;
	size_t line = 0;

	r->change.n = count_lines(text);
	r->change.rows = p->h;
	list_scroll(&r->change, 0);
	if (s && !text) {
		draw_text(p, 0, 1, -2, ROLE_DIM, s->changes ? s->reason : _("nothing to do here"));
		return;
	}
	for (; text && *text; line++) {
		size_t n = strcspn(text, "\n");

		if (line >= r->change.top && line < r->change.top + (size_t)p->h)
			draw_textn(p, (int)(line - r->change.top), 1, p->w - 3, change_role(text),
				text, n);
		text += n + (text[n] == '\n');
	}
	list_draw_more(&r->change, p, 0, p->w - 1);
}

/* The notes at the foot of the pane, in at most `max` rows; returns the number of rows. */
static int draw_notes(struct review *r, const struct pane *p, int max)
{
	AUTO(str) struct str all = STR_INIT(STR_LINE);
	int rows;

	for (size_t i = 0; i < r->plan->notes.n; i++)
		str_addf(&all, "%s%s", i ? "\n" : "", r->plan->notes.items[i]);
	rows = draw_wrap(p, 0, 0, 0, p->w - 2, ROLE_NONE, str_text(&all));
	if (rows > max)
		rows = max;
	draw_wrap(p, p->h - rows, 1, rows, p->w - 2, ROLE_WARN, str_text(&all));
	return rows;
}

static void draw_ready(struct review *r, const struct pane *p)
{
	int notes = draw_notes(r, p, p->h / 4), body = p->h - notes, steps, title = 8;
	struct pane part;

	if (!r->list.n) {
		draw_text(p, 0, 1, -1, ROLE_OK,
			plan_saw_services(r->plan)
				? _("Nothing to do: everything is as it was answered.")
				: _("Nothing to do: the files are as they were answered."));
		return;
	}
	for (size_t i = 0; i < r->list.n; i++) {
		int width = text_width(title_of(r->plan->steps[r->rows[i]]));

		title = width > title ? width : title;
	}
	title = title > p->w / 3 ? p->w / 3 : title;
	steps = (int)r->list.n < body / 2 ? (int)r->list.n : body / 2;
	part = pane_sub(p, 0, 0, steps, -1);
	draw_steps(r, &part, title);
	draw_hline(p, steps, 1, p->w - 2);
	part = pane_sub(p, steps + 1, 0, body - steps - 1, -1);
	draw_change(r, &part);
}

static void draw_failed(struct review *r, const struct pane *p)
{
	int y = 1;

	draw_mark(p, 0, 1, MARK_BAD);
	draw_text(p, 0, 6, -1, ROLE_TITLE, _("What would change cannot be worked out."));
	if (r->err.message)
		y += draw_wrap(p, y, 1, 4, p->w - 2, ROLE_BAD, r->err.message);
	if (r->err.detail)
		y += draw_wrap(p, y, 1, p->h - y - 4, p->w - 2, ROLE_TEXT, r->err.detail);
	if (r->err.hint)
		draw_wrap(p, y + 1, 1, 3, p->w - 2, ROLE_TEXT, r->err.hint);
}

void review_draw(struct view *v, const struct pane *p)
{
	struct review *r = review_of(v);

	switch (r->state) {
	case REVIEW_MISSING:
		review_draw_missing(r, p);
		break;
	case REVIEW_PLANNING:
		draw_text(p, 0, 1, -1, ROLE_TEXT, _("Working out what would change…"));
		break;
	case REVIEW_FAILED:
		draw_failed(r, p);
		break;
	case REVIEW_READY:
		draw_ready(r, p);
		break;
	}
}
