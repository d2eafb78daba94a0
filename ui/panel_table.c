/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* What one service shows in the columns; texts are ready to draw. */
struct row {
	const struct panel *panel;
	const struct live_service *s;
	int64_t now;
};

/* From this width on there is room for more columns. */
enum { WIDE = 96 };

/* A column: width 0 takes what is left. Columns with a window width are left out below it. */
struct column {
	const char *title; /* N_() */
	int width;
	int from_window;
	bool right;
	void (*draw)(const struct row *r, const struct pane *p, int y, int x, int w);
};

enum role panel_state_role(enum live_state state)
{
	switch (state) {
	case LIVE_HEALTHY:
	case LIVE_DONE:
		return ROLE_OK;
	case LIVE_STARTING:
		return ROLE_BUSY;
	case LIVE_UNHEALTHY:
	case LIVE_RESTARTING:
	case LIVE_FAILED:
		return ROLE_BAD;
	case LIVE_RUNNING:
		return ROLE_TEXT;
	default:
		return ROLE_DIM;
	}
}

static void draw_state(const struct row *r, const struct pane *p, int y, int x, int w)
{
	const struct live_state_info *info = live_state_info(r->s->state);
	enum role role = panel_state_role(r->s->state);
	int n = draw_text(p, y, x, -1, role, p->theme->utf8 ? info->glyph : info->ascii);

	draw_text(p, y, x + n + 1, w - n - 1, role, _(info->label));
}

static void draw_name(const struct row *r, const struct pane *p, int y, int x, int w)
{
	draw_text(p, y, x, w, ROLE_TEXT, r->s->name);
}

static void draw_since(const struct row *r, const struct pane *p, int y, int x, int w)
{
	autofree char *ago = NULL;

	if (!r->s->since_ms)
		return;
	ago = text_ago(r->now - r->s->since_ms);
	draw_right(p, y, x, w, ROLE_DIM, ago);
}

static void draw_restarts(const struct row *r, const struct pane *p, int y, int x, int w)
{
	char text[16];
	int n = 0;

	for (size_t i = 0; i < r->s->n_instances; i++)
		n += r->s->instances[i].restarts;
	if (!r->s->n_instances)
		return;
	snprintf(text, sizeof(text), "%d", n);
	draw_right(p, y, x, w, n ? ROLE_WARN : ROLE_DIM, text);
}

static void draw_cpu(const struct row *r, const struct pane *p, int y, int x, int w)
{
	double sum = 0;
	bool known = false;
	char text[16];

	for (size_t i = 0; i < r->s->n_instances; i++) {
		if (!r->s->instances[i].stats_ms || r->s->instances[i].cpu_percent < 0)
			continue;
		known = true;
		sum += r->s->instances[i].cpu_percent;
	}
	if (!known)
		return;
	snprintf(text, sizeof(text), "%.0f %%", sum);
	draw_right(p, y, x, w, sum >= 90 ? ROLE_WARN : ROLE_TEXT, text);
}

static void draw_memory(const struct row *r, const struct pane *p, int y, int x, int w)
{
	int64_t used = 0, limit = 0;
	bool known = false;
	autofree char *a = NULL, *b = NULL, *both = NULL;

	for (size_t i = 0; i < r->s->n_instances; i++) {
		const struct live_instance *in = &r->s->instances[i];

		if (!in->stats_ms || in->memory < 0)
			continue;
		known = true;
		used += in->memory;
		limit += in->memory_limit > 0 ? in->memory_limit : 0;
	}
	if (!known)
		return;
	a = text_size(used, true);
	b = text_size(limit, true);
	both = limit && w > 8 ? xasprintf("%s/%6s", a, b) : xstrdup(a);
	draw_right(p, y, x, w, limit && used > limit - limit / 10 ? ROLE_WARN : ROLE_TEXT, both);
}

static void draw_ports(const struct row *r, const struct pane *p, int y, int x, int w)
{
	if (r->s->n_instances && r->s->instances[0].ports)
		draw_text(p, y, x, w, ROLE_DIM, r->s->instances[0].ports);
}

/* Where to find what runs, in the room that nothing else needs. */
static void draw_addresses(const struct row *r, const struct pane *p, int y, int x, int w)
{
	AUTO(strv) struct strv addresses = STRV_INIT;
	autofree char *text = NULL;

	if (r->s->state != LIVE_HEALTHY && r->s->state != LIVE_RUNNING)
		return;
	workspace_addresses(r->panel->workspace, r->s->name, &addresses);
	text = strv_join(&addresses, "  ");
	draw_text(p, y, x, w, ROLE_DIM, text);
}

static void draw_note(const struct row *r, const struct pane *p, int y, int x, int w)
{
	AUTO(strv) struct strv why = STRV_INIT;

	live_why(r->s, r->now, NULL, &why);
	if (why.n) {
		autofree char *text = panel_masked(r->panel, why.items[0]);

		draw_text(p, y, x, w, panel_state_role(r->s->state), text);
	} else
		draw_addresses(r, p, y, x, w);
}

static const struct column columns[] = {
	{N_("SERVICE"), 16, 0, false, draw_name},
	{N_("STATE"), 14, 0, false, draw_state},
	{N_("SINCE"), 7, 0, true, draw_since},
	{N_("RST"), 4, 0, true, draw_restarts},
	{N_("CPU"), 6, 0, true, draw_cpu},
	{N_("MEM"), 6, 0, true, draw_memory},
	{N_("MEM/LIMIT"), 14, WIDE, true, draw_memory},
	{N_("PORTS"), 20, WIDE, false, draw_ports},
	{N_("NOTE"), 0, 0, false, draw_note},
};

static int longest_name(const struct live *live, int least, int most)
{
	int w = least;

	for (size_t i = 0; i < live->n_services; i++)
		if (text_width(live->services[i].name) > w)
			w = text_width(live->services[i].name);
	return w < most ? w : most;
}

static bool any_limit(const struct live *live)
{
	for (size_t i = 0; i < live->n_services; i++)
		for (size_t k = 0; k < live->services[i].n_instances; k++)
			if (live->services[i].instances[k].memory_limit > 0)
				return true;
	return false;
}

static bool any_restart(const struct live *live)
{
	for (size_t i = 0; i < live->n_services; i++)
		for (size_t k = 0; k < live->services[i].n_instances; k++)
			if (live->services[i].instances[k].restarts)
				return true;
	return false;
}

/* Cells that the ports of the services take. */
static int longest_ports(const struct live *live)
{
	int most = 0;

	for (size_t i = 0; i < live->n_services; i++) {
		const struct live_service *s = &live->services[i];
		int w = s->n_instances && s->instances[0].ports ? text_width(s->instances[0].ports)
								: 0;

		most = w > most ? w : most;
	}
	return most;
}

/* The wider memory column takes the place of the narrow one where there are limits; ports have a
 * column where there are some. What nobody needs is room for the notes. */
static bool shown(const struct column *c, const struct live *live, int width)
{
	if (c->from_window > width)
		return false;
	if (c->draw == draw_ports)
		return longest_ports(live) > 0;
	if (c->draw == draw_restarts && width < WIDE)
		return any_restart(live);
	return c->draw != draw_memory || (width >= WIDE && any_limit(live)) == (c->from_window > 0);
}

/* Fixed, or as wide as what is in it; 0: what is left. */
static int cells_of(const struct column *c, const struct live *live, int width)
{
	int ports;

	if (c->draw == draw_name)
		return longest_name(live, 8, width / 4);
	if (c->draw != draw_ports)
		return c->width;
	ports = longest_ports(live);
	return ports < 5 ? 5 : ports < width / 4 ? ports : width / 4;
}

typedef void cell_fn(
	const struct column *c, const struct row *r, const struct pane *p, int y, int x, int w);

static void cell_title(
	const struct column *c, const struct row *r, const struct pane *p, int y, int x, int w)
{
	(void)r;
	if (c->right)
		draw_right(p, y, x, w, ROLE_DIM, _(c->title));
	else
		draw_text(p, y, x, w, ROLE_DIM, _(c->title));
}

static void cell_value(
	const struct column *c, const struct row *r, const struct pane *p, int y, int x, int w)
{
	c->draw(r, p, y, x, w);
}

static void draw_cells(
	const struct panel *panel, const struct row *r, const struct pane *p, int y, cell_fn *cell)
{
	const struct live *live = panel->workspace->live;
	int x = 3;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct column *c = &columns[i];
		int w;

		if (!shown(c, live, p->w))
			continue;
		w = cells_of(c, live, p->w);
		if (!w)
			w = p->w - x - 1;
		if (w > 0)
			cell(c, r, p, y, x, w);
		x += w + (c->right ? 2 : 1);
	}
}

int panel_draw_table(struct panel *panel, const struct pane *p)
{
	const struct live *live = panel->workspace->live;
	int rows = p->h - 1;
	int64_t now = loop_wall();

	list_fit(&panel->list, rows);
	draw_cells(panel, NULL, p, 0, cell_title);
	if (!panel->n_order && live->n_services) {
		draw_text(p, 1, 3, -1, ROLE_DIM, _("no service fits the filter"));
		return 2;
	}
	for (int y = 0; y < rows; y++) {
		size_t i = panel->list.top + (size_t)y;
		struct row r = {.panel = panel, .now = now};

		if (i >= panel->n_order)
			return y + 1;
		r.s = &live->services[panel->order[i]];
		if (i == panel->list.at)
			draw_glyph(p, y + 1, 1, ROLE_SELECTED, GLYPH_HERE);
		draw_cells(panel, &r, p, y + 1, cell_value);
	}
	list_draw_more(&panel->list, p, 1, p->w - 1);
	return rows + 1;
}
