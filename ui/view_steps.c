/* SPDX-License-Identifier: MIT */
/* The steps of the run, each with what it does. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay.h"
#include "ui/rows.h"

static const struct plan *plan(struct view *v)
{
	return run_plan(((struct rows *)v)->panel->run);
}

static void draw(struct view *v, const struct pane *p)
{
	struct list *l = &((struct rows *)v)->list;
	const struct plan *pl = plan(v);

	list_count(l, pl ? pl->n : 0);
	list_fit(l, p->h);
	for (int y = 0; y < p->h; y++) {
		size_t i = l->top + (size_t)y;

		if (i >= l->n)
			break;
		if (i == l->at)
			draw_glyph(p, y, 1, ROLE_SELECTED, GLYPH_HERE);
		panel_draw_step(pl->steps[i], p, y);
	}
	list_draw_more(l, p, 0, p->w - 1);
}

static void title(struct view *v, struct view_line *line)
{
	const struct rows *r = (const struct rows *)v;

	rows_title(r, line, _("steps of deploy %s"), panel_run_id(r->panel));
}

static void show(struct view *v)
{
	const struct plan *pl = plan(v);
	size_t at = ((struct rows *)v)->list.at;
	const struct step *s = pl && at < pl->n ? pl->steps[at] : NULL;

	if (!s)
		return;
	if (s->state == STEP_FAILED)
		overlay_error(v->screen, &s->err);
	else
		overlay_message(v->screen, s->title,
			s->change   ? s->change
			: s->reason ? s->reason
				    : "");
}

static const struct key keys[] = {
	{{K_ENTER}, N_("show"), N_("What the step changes, or why it failed"), show, KEY_BAR},
	ROWS_KEYS,
	{{K_ESC, 'q', 'p'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Steps"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.mouse = rows_mouse,
};

void view_steps_open(struct panel *panel)
{
	rows_open(panel, &ops, sizeof(struct rows), true);
}
