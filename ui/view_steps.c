/* SPDX-License-Identifier: MIT */
/* The steps of the run, each with what it does. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay.h"

struct view_steps {
	struct view view;
	struct panel *panel;
	struct list list;
};

static struct view_steps *of(struct view *v)
{
	return (struct view_steps *)v;
}

static const struct plan *plan(struct view *v)
{
	return run_plan(of(v)->panel->run);
}

static void draw(struct view *v, const struct pane *p)
{
	struct list *l = &of(v)->list;
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
	const struct panel *panel = of(v)->panel;

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, _("%s   steps of deploy %s"),
		panel->workspace->project->compose->name,
		run_id(panel->run) ? run_id(panel->run) : "");
}

static void up(struct view *v)
{
	list_move(&of(v)->list, -1);
	screen_dirty(v->screen);
}

static void down(struct view *v)
{
	list_move(&of(v)->list, 1);
	screen_dirty(v->screen);
}

static void show(struct view *v)
{
	const struct plan *pl = plan(v);
	const struct step *s = pl && of(v)->list.at < pl->n ? pl->steps[of(v)->list.at] : NULL;

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

static void destroy(struct view *v)
{
	free(v);
}

static const struct key keys[] = {
	{{K_ENTER}, N_("show"), N_("What the step changes, or why it failed"), show, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("One line back"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("One line on"), down, 0},
	{{K_ESC, 'q', 'p'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Steps"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.free = destroy,
};

void view_steps_open(struct panel *panel)
{
	struct view_steps *s = xcalloc(1, sizeof(*s));

	s->view.ops = &ops;
	s->panel = panel;
	screen_push(panel->view.screen, &s->view);
}
