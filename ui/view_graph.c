/* SPDX-License-Identifier: MIT */
/*
 * Who waits for whom: the services in layers, each below what it waits for, with what of that
 * holds. What the selected service needs, and what needs it, is marked.
 */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/rows.h"

struct view_graph {
	struct rows rows;
	char *service; /* selected; the order of rows may change under it */
};

/* What the picture is made of: row i is services[order[i]] of the live model. */
struct graph {
	const struct live *live;
	const struct workspace *workspace;
	size_t n;
	int *layer;    /* by service */
	size_t *order; /* by row */
};

static void graph_done(struct graph *g)
{
	free(g->layer);
	free(g->order);
}
DEFINE_AUTO(graph)

enum { PASSES = 16 };

static bool is_in_model(const struct graph *g, size_t i)
{
	return compose_find_service(
		g->workspace->project->compose, g->live->services[i].name) != NULL;
}

static struct engine_needs needs_of(const struct graph *g, size_t i)
{
	return engine_needs(
		g->workspace->engine, g->workspace->project, g->live->services[i].name);
}

static size_t index_of(const struct graph *g, const char *name)
{
	size_t i = 0;

	while (i < g->n && !str_eq(g->live->services[i].name, name))
		i++;
	return i;
}

/* One service below what it needs; false: it was there. */
static bool sink(struct graph *g, size_t i)
{
	const struct engine_needs needs = needs_of(g, i);
	int before = g->layer[i];

	for (size_t k = 0; k < needs.n; k++) {
		size_t dep = index_of(g, needs.items[k].service);

		if (dep < g->n && dep != i && g->layer[dep] >= g->layer[i])
			g->layer[i] = g->layer[dep] + 1;
	}
	return g->layer[i] != before;
}

/* The model has what is needed before what needs it, so that one pass is enough; the order of a
 * definition takes some more. A cycle does no harm. */
static void find_layers(struct graph *g)
{
	bool moved = true;

	for (int pass = 0; moved && pass < PASSES; pass++) {
		moved = false;
		for (size_t i = 0; i < g->n; i++)
			moved = sink(g, i) || moved;
	}
}

static void graph_init(struct graph *g, const struct workspace *w)
{
	size_t row = 0;
	int last = 0;

	g->live = w->live;
	g->workspace = w;
	g->n = w->live->n_services;
	g->layer = xcalloc(g->n + 1, sizeof(*g->layer));
	g->order = xcalloc(g->n + 1, sizeof(*g->order));
	find_layers(g);
	for (size_t i = 0; i < g->n; i++)
		last = g->layer[i] > last ? g->layer[i] : last;
	for (int layer = 0; layer <= last; layer++)
		for (size_t i = 0; i < g->n; i++)
			if (g->layer[i] == layer)
				g->order[row++] = i;
}

static bool needs(const struct graph *g, size_t i, const char *what)
{
	const struct engine_needs all = needs_of(g, i);

	for (size_t k = 0; k < all.n; k++)
		if (str_eq(all.items[k].service, what))
			return true;
	return false;
}

/* --- edges */

static enum mark edge_mark(const struct graph *g, const struct compose_depends *d)
{
	const struct live_service *s = live_find(g->live, d->service);
	enum live_state state = s ? s->state : LIVE_ABSENT;
	bool runs = state == LIVE_STARTING || state == LIVE_RUNNING || state == LIVE_HEALTHY ||
		    state == LIVE_UNHEALTHY;

	if (state == LIVE_DONE)
		return MARK_OK;
	if (d->condition == COMPOSE_STARTED && runs)
		return MARK_OK;
	if (d->condition == COMPOSE_HEALTHY && (state == LIVE_HEALTHY || state == LIVE_RUNNING))
		return MARK_OK;
	if (state == LIVE_FAILED || state == LIVE_UNHEALTHY || state == LIVE_RESTARTING)
		return MARK_BAD;
	return state == LIVE_STARTING || state == LIVE_RUNNING ? MARK_BUSY : MARK_OFF;
}

/* "store healthy ✓, migrate finished ✓" */
static void draw_edges(const struct graph *g, const struct pane *p, int y, int x, size_t i)
{
	static const char *const words[] = {
		[COMPOSE_STARTED] = N_("started"),
		[COMPOSE_HEALTHY] = N_("healthy"),
		[COMPOSE_COMPLETED] = N_("finished"),
	};
	const struct engine_needs needs = needs_of(g, i);

	for (size_t k = 0; k < needs.n && x < p->w - 2; k++) {
		const struct compose_depends *d = &needs.items[k];
		enum mark m = edge_mark(g, d);

		x += draw_mark(p, y, x, m) + 1;
		x += draw_text(p, y, x, -1, m == MARK_BAD ? ROLE_BAD : ROLE_TEXT, d->service) + 1;
		x += draw_text(p, y, x, -1, ROLE_DIM, _(words[d->condition]));
		if (k + 1 < needs.n)
			x += draw_text(p, y, x, -1, ROLE_DIM, ", ");
	}
	if (is_in_model(g, i) && !needs.n)
		draw_text(p, y, x, -1, ROLE_DIM, _("waits for nothing"));
}

/* --- the view */

enum { COLUMN_LAYER = 3, COLUMN_NAME = 7, STATE_CELLS = 15 };

static int name_cells(const struct graph *g, const struct pane *p)
{
	int most = 8;

	for (size_t i = 0; i < g->n; i++) {
		int w = text_width(g->live->services[i].name);

		most = w > most ? w : most;
	}
	return most < p->w / 3 ? most : p->w / 3;
}

static void draw_row(
	const struct graph *g, const struct pane *p, int y, size_t row, const char *selected)
{
	size_t i = g->order[row];
	const struct live_service *s = &g->live->services[i];
	const struct live_state_info *info = live_state_info(s->state);
	enum role role = panel_state_role(s->state);
	int names = name_cells(g, p), x = COLUMN_NAME + names + 2, n;
	bool here = str_eq(s->name, selected);

	if (!row || g->layer[g->order[row - 1]] != g->layer[i])
		draw_textf(p, y, COLUMN_LAYER, 3, ROLE_DIM, "%d", g->layer[i] + 1);
	if (here)
		draw_glyph(p, y, 1, ROLE_SELECTED, GLYPH_HERE);
	else if (needs(g, index_of(g, selected), s->name))
		draw_glyph(p, y, COLUMN_NAME - 2, ROLE_ACCENT, GLYPH_UP);
	else if (needs(g, i, selected))
		draw_glyph(p, y, COLUMN_NAME - 2, ROLE_ACCENT, GLYPH_DOWN);
	draw_text(p, y, COLUMN_NAME, names, here ? ROLE_SELECTED : ROLE_TEXT, s->name);
	n = draw_text(p, y, x, -1, role, p->theme->utf8 ? info->glyph : info->ascii) + 1;
	draw_text(p, y, x + n, STATE_CELLS - n, role, _(info->label));
	draw_edges(g, p, y, x + STATE_CELLS + 1, i);
}

static void draw_heading(const struct graph *g, const struct pane *p)
{
	int x = COLUMN_NAME + name_cells(g, p) + 2;

	draw_text(p, 0, COLUMN_NAME, -1, ROLE_DIM, _("SERVICE"));
	draw_text(p, 0, x, -1, ROLE_DIM, _("STATE"));
	draw_text(p, 0, x + STATE_CELLS + 1, -1, ROLE_DIM, _("STARTS AFTER"));
}

static void draw_legend(const struct pane *p, const char *selected)
{
	int x = 1;

	x += draw_glyph(p, p->h - 1, x, ROLE_ACCENT, GLYPH_UP) + 1;
	x += draw_textf(p, p->h - 1, x, -1, ROLE_DIM, _("what %s needs"), selected) + 3;
	x += draw_glyph(p, p->h - 1, x, ROLE_ACCENT, GLYPH_DOWN) + 1;
	draw_textf(p, p->h - 1, x, -1, ROLE_DIM, _("what needs %s"), selected);
}

/* The list follows the service it was on. */
static const char *selected_of(struct view_graph *v, const struct graph *g)
{
	struct list *l = &v->rows.list;

	list_count(l, g->n);
	if (!g->n)
		return "";
	if (!v->service)
		v->service = xstrdup(g->live->services[g->order[l->at]].name);
	for (size_t row = 0; row < g->n; row++)
		if (str_eq(g->live->services[g->order[row]].name, v->service))
			list_select(l, row);
	return g->live->services[g->order[l->at]].name;
}

static void draw(struct view *view, const struct pane *p)
{
	struct view_graph *v = (struct view_graph *)view;
	AUTO(graph) struct graph g = {0};
	struct list *l = &v->rows.list;
	const char *selected;
	struct pane body;

	graph_init(&g, v->rows.panel->workspace);
	selected = selected_of(v, &g);
	body = pane_sub(p, 1, 0, p->h - 3, -1);
	list_fit(l, body.h);
	draw_heading(&g, p);
	for (int y = 0; y < body.h && l->top + (size_t)y < l->n; y++)
		draw_row(&g, &body, y, l->top + (size_t)y, selected);
	list_draw_more(l, &body, 0, p->w - 1);
	if (g.n)
		draw_legend(p, selected);
}

static void title(struct view *view, struct view_line *line)
{
	AUTO(graph) struct graph g = {0};
	struct rows *r = (struct rows *)view;
	int layers = 0;

	graph_init(&g, r->panel->workspace);
	for (size_t i = 0; i < g.n; i++)
		layers = g.layer[i] + 1 > layers ? g.layer[i] + 1 : layers;
	rows_title(r, line,
		Q_("who waits for whom: %d layer", "who waits for whom: %d layers",
			(unsigned long)layers),
		layers);
}

/* Any move: the service under the list is the selected one from now on. */
static void keep(struct view *view)
{
	struct view_graph *v = (struct view_graph *)view;
	AUTO(graph) struct graph g = {0};

	graph_init(&g, v->rows.panel->workspace);
	list_count(&v->rows.list, g.n);
	if (!g.n)
		return;
	free(v->service);
	v->service = xstrdup(g.live->services[g.order[v->rows.list.at]].name);
}

#define MOVE(name)                       \
	static void name(struct view *v) \
	{                                \
		rows_##name(v);          \
		keep(v);                 \
	}

MOVE(up)
MOVE(down)
MOVE(page_up)
MOVE(page_down)
MOVE(first)
MOVE(last)

static void mouse(struct view *v, int y, int x, int wheel)
{
	rows_mouse(v, y - 1, x, wheel);
	keep(v);
}

static void details(struct view *view)
{
	struct view_graph *v = (struct view_graph *)view;

	if (v->service)
		view_service_open(v->rows.panel, v->service);
}

static void destroy(struct view *view)
{
	free(((struct view_graph *)view)->service);
	free(view);
}

static const struct key keys[] = {
	{{K_ENTER}, N_("details"), N_("Everything about the selected service"), details, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("The service above"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("The service below"), down, 0},
	{{K_PAGE_UP, K_CTRL('b')}, N_("page up"), N_("One page back"), page_up, 0},
	{{K_PAGE_DOWN, K_CTRL('f'), ' '}, N_("page down"), N_("One page on"), page_down, 0},
	{{K_HOME}, N_("first"), N_("To the beginning"), first, 0},
	{{K_END}, N_("last"), N_("To the end"), last, 0},
	{{K_ESC, 'q', 'g'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Dependencies"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.mouse = mouse,
	.free = destroy,
};

void view_graph_open(struct panel *panel, const char *service)
{
	struct view_graph *v = rows_open(panel, &ops, sizeof(*v), true);

	v->service = xstrdup(service);
}
