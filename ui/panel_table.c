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

	/* What has not begun has no time: since when it is there is no news. */
	if (!r->s->since_ms || r->s->state == LIVE_ABSENT || r->s->state == LIVE_CREATED)
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

/* Where it is reached: "127.0.0.1:8080, 53/udp" of "127.0.0.1:8080->80/tcp, 53->53/udp". What it
 * leads to inside is in the details. Caller frees. */
static char *outer_ports(const struct live_service *s)
{
	const char *ports = s->n_instances ? s->instances[0].ports : NULL;
	AUTO(strv) struct strv list = STRV_INIT, outer = STRV_INIT;

	if (ports)
		strv_split(&list, ports, ',');
	for (size_t i = 0; i < list.n; i++) {
		const char *port = list.items[i] + strspn(list.items[i], " ");
		const char *arrow = strstr(port, "->");
		size_t n = arrow ? (size_t)(arrow - port) : strlen(port);
		autofree char *text = xasprintf(
			"%.*s%s", (int)n, port, arrow && strstr(arrow, "/udp") ? "/udp" : "");

		if (n)
			strv_add_once(&outer, text);
	}
	return strv_join(&outer, ", ");
}

static void draw_ports(const struct row *r, const struct pane *p, int y, int x, int w)
{
	autofree char *ports = outer_ports(r->s);

	draw_text(p, y, x, w, ROLE_DIM, ports);
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
	{N_("STATE"), 0, 0, false, draw_state},
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
		autofree char *ports = outer_ports(&live->services[i]);
		int w = text_width(ports);

		most = w > most ? w : most;
	}
	return most;
}

static bool all_well(const struct live *live)
{
	for (size_t i = 0; i < live->n_services; i++)
		if (!live_state_info(live->services[i].state)->ok)
			return false;
	return true;
}

/* The wider memory column takes the place of the narrow one where there are limits. What nobody
 * needs is room for the notes. */
static bool shown(const struct column *c, const struct live *live, int width)
{
	if (c->from_window > width)
		return false;
	if (c->draw == draw_restarts && width < WIDE)
		return any_restart(live);
	return c->draw != draw_memory || (width >= WIDE && any_limit(live)) == (c->from_window > 0);
}

/* The columns as they are now; 0: left out. */
struct widths {
	int cells[ARRAY_SIZE(columns)];
};

/* Ports have a column where there are some, but why something is not well is worth more: the notes
 * keep enough room to say that. */
static int ports_cells(const struct live *live, int width, int room)
{
	enum { LEAST = 5, NOTE_LEAST = 24 };
	int longest = longest_ports(live);
	int w = longest < LEAST ? LEAST : longest < width / 4 ? longest : width / 4;

	return longest && (all_well(live) || room - w - 1 >= NOTE_LEAST) ? w : 0;
}

/* Fixed, or as wide as what is in it, or what is left. */
static void widths_find(struct widths *ret, const struct live *live, int width)
{
	int room = width - 4;
	size_t ports = 0, note = 0;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		const struct column *c = &columns[i];
		int *w = &ret->cells[i];

		if (c->draw == draw_ports)
			ports = i;
		if (c->draw == draw_note)
			note = i;
		*w = c->draw == draw_ports || !shown(c, live, width) ? 0
		     : c->draw == draw_name  ? longest_name(live, 8, width / 4)
		     : c->draw == draw_state ? live_state_cells() + 3
					     : c->width;
		if (*w)
			room -= *w + (c->right ? 2 : 1);
	}
	if (columns[ports].from_window <= width)
		ret->cells[ports] = ports_cells(live, width, room);
	if (ret->cells[ports])
		room -= ret->cells[ports] + 1;
	ret->cells[note] = room > 0 ? room : 0;
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

static void draw_cells(const struct widths *widths, const struct row *r, const struct pane *p,
	int y, cell_fn *cell)
{
	int x = 3;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		int w = widths->cells[i];

		if (!w)
			continue;
		cell(&columns[i], r, p, y, x, w);
		x += w + (columns[i].right ? 2 : 1);
	}
}

int panel_draw_table(struct panel *panel, const struct pane *p)
{
	const struct live *live = panel->workspace->live;
	int rows = p->h - 1;
	int64_t now = loop_wall();
	struct widths widths;

	widths_find(&widths, live, p->w);
	list_fit(&panel->list, rows);
	draw_cells(&widths, NULL, p, 0, cell_title);
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
		draw_cells(&widths, &r, p, y + 1, cell_value);
	}
	list_draw_more(&panel->list, p, 1, p->w - 1);
	return rows + 1;
}
