/* SPDX-License-Identifier: MIT */
/* Typing what the services shown must have in their name or state. */
#include "ui/panel.h"

#include "base/i18n.h"

#include <stdio.h>

static struct panel *of(struct view *v)
{
	return (struct panel *)v;
}

static void set(struct panel *p, const char *text)
{
	snprintf(p->filter, sizeof(p->filter), "%s", text);
	p->user_moved |= *text != '\0';
	screen_dirty(p->view.screen);
}

static void stop(struct panel *p)
{
	p->filtering = false;
	p->view.keys = NULL;
	screen_dirty(p->view.screen);
}

static void keep(struct view *v)
{
	stop(of(v));
}

static void forget(struct view *v)
{
	set(of(v), "");
	input_set(&of(v)->filter_input, "");
	stop(of(v));
}

static void up(struct view *v)
{
	list_move(&of(v)->list, -1);
	panel_choose(of(v));
}

static void down(struct view *v)
{
	list_move(&of(v)->list, 1);
	panel_choose(of(v));
}

static const struct key keys[] = {
	{{K_ENTER}, N_("done"), N_("Keep the filter"), keep, KEY_BAR},
	{{K_ESC}, N_("all"), N_("Show all services again"), forget, KEY_BAR},
	{{K_UP}, N_("up"), N_("The service above"), up, 0},
	{{K_DOWN}, N_("down"), N_("The service below"), down, 0},
	{{0}, NULL, NULL, NULL, 0},
};

void panel_filter_begin(struct panel *p)
{
	p->filtering = true;
	p->view.keys = keys;
	screen_dirty(p->view.screen);
}

void panel_filter_clear(struct panel *p)
{
	forget(&p->view);
}

struct input *panel_input(struct view *v)
{
	return of(v)->filtering ? &of(v)->filter_input : NULL;
}

void panel_edited(struct view *v)
{
	set(of(v), input_text(&of(v)->filter_input));
}

int panel_draw_filter(struct panel *panel, const struct pane *p, int y)
{
	size_t all = panel->workspace->live->n_services;
	autofree char *count = NULL;
	int x;

	if (!panel->filtering && !panel->filter[0])
		return 0;
	count = xasprintf(_("%zu of %zu"), panel->n_order, all);
	x = 1 + draw_text(p, y, 1, -1, ROLE_KEY, _("filter:")) + 1;
	if (panel->filtering)
		input_draw(&panel->filter_input, p, y, x, p->w - x - 14, false);
	else
		draw_text(p, y, x, p->w - x - 14, ROLE_TEXT, panel->filter);
	draw_right(p, y, p->w - 13, 12, ROLE_DIM, count);
	return 1;
}
