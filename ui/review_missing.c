/* SPDX-License-Identifier: MIT */
/* Settings without an answer, which a plan cannot be made without. */
#include "ui/review.h"

#include "base/i18n.h"

/* All that the selected row says, at the foot; returns its rows, with an empty one above. */
static int draw_reason(struct review *r, const struct pane *p)
{
	const struct setting *s = settings_find(r->wizard->settings, r->missing.items[r->list.at]);
	enum role role;
	autofree char *note = field_note(r->wizard, s, &role);
	int rows = draw_wrap(p, 0, 0, 0, p->w - 4, ROLE_NONE, note), max = p->h / 3;

	rows = rows > max ? max : rows;
	draw_wrap(p, p->h - rows, 3, rows, p->w - 4, role, note);
	return rows + 1;
}

void review_draw_missing(struct review *r, const struct pane *p)
{
	int reason = draw_reason(r, p), body = p->h - 2 - reason;
	int label = p->w * 2 / 5 > 36 ? 36 : p->w * 2 / 5, page = p->w / 5 > 20 ? 20 : p->w / 5;

	draw_textf(p, 0, 1, -1, ROLE_TITLE,
		Q_("%zu setting still needs an answer:", "%zu settings still need an answer:",
			r->missing.n),
		r->missing.n);
	list_fit(&r->list, body);
	for (int y = 0; y < body && r->list.top + (size_t)y < r->list.n; y++) {
		size_t i = r->list.top + (size_t)y;
		const struct setting *s = settings_find(r->wizard->settings, r->missing.items[i]);
		bool here = i == r->list.at;
		enum role role;
		autofree char *note = field_note(r->wizard, s, &role);

		if (here)
			draw_glyph(p, y + 2, 1, ROLE_ACCENT, GLYPH_HERE);
		draw_text(p, y + 2, 3, label, here ? ROLE_SELECTED : ROLE_TEXT, field_label(s));
		draw_text(p, y + 2, 5 + label, page, ROLE_DIM,
			r->wizard->settings->pages[s->page].title);
		draw_text(p, y + 2, 7 + label + page, p->w - label - page - 9, role, note);
	}
	r->list_pane = pane_sub(p, 2, 0, body, -1);
	list_draw_more(&r->list, p, 2, p->w - 1);
}
