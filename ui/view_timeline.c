/* SPDX-License-Identifier: MIT */
/* One bar a service: from its creation over its start to readiness; the critical path is marked. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/rows.h"

static const struct rollout *rollout(struct view *v)
{
	return run_rollout(((struct rows *)v)->panel->run);
}

struct span {
	int64_t begin, end; /* wall clock ms */
};

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static struct span whole(const struct rollout *r)
{
	struct span s = {0, 0};

	for (size_t i = 0; i < rollout_count(r); i++) {
		const struct rollout_service *e = rollout_at(r, i);

		s.begin = earlier(s.begin, e->started_ms);
		if (e->ready_ms > s.end)
			s.end = e->ready_ms;
		if (e->phase < ROLLOUT_READY)
			s.end = loop_wall();
	}
	if (s.end <= s.begin)
		s.end = s.begin + 1;
	return s;
}

static void draw_span(const struct pane *p, int y, int x, int cells, struct span all, int64_t from,
	int64_t to, enum glyph g, enum role role)
{
	int64_t length = all.end - all.begin;
	int a = (int)((from - all.begin) * cells / length);
	int b = (int)((to - all.begin) * cells / length);

	/* What took no time is seen as well, also at the very end. */
	if (a >= cells)
		a = cells - 1;
	if (b <= a)
		b = a + 1;
	for (int i = a; i < b && i < cells; i++)
		draw_glyph(p, y, x + i, role, g);
}

static enum role phase_role(enum rollout_phase phase)
{
	switch (phase) {
	case ROLLOUT_READY:
	case ROLLOUT_DONE:
		return ROLE_OK;
	case ROLLOUT_FAILED:
		return ROLE_BAD;
	case ROLLOUT_STARTING:
	case ROLLOUT_STARTED:
		return ROLE_BUSY;
	default:
		return ROLE_DIM;
	}
}

static void draw_service(
	const struct pane *p, int y, const struct rollout_service *e, struct span all)
{
	int names = p->w / 5, bar = p->w - names - 12;
	int64_t end = e->ready_ms                   ? e->ready_ms
		      : e->phase <= ROLLOUT_STARTED ? loop_wall()
						    : e->started_ms;
	enum role role = phase_role(e->phase);

	draw_text(p, y, 1, 1, ROLE_ACCENT, e->critical ? "!" : " ");
	draw_text(p, y, 3, names - 3, e->critical ? ROLE_TITLE : ROLE_TEXT, e->name);
	if (!e->started_ms) {
		draw_text(p, y, names, bar, ROLE_DIM, e->reason ? e->reason : "");
		return;
	}
	draw_span(p, y, names, bar, all, e->started_ms, end, GLYPH_BAR, role);
	draw_textf(p, y, p->w - 10, 9, role, "%6.1f s", (double)(end - e->started_ms) / 1000);
}

static void draw(struct view *v, const struct pane *p)
{
	const struct rollout *r = rollout(v);
	struct list *l = &((struct rows *)v)->list;
	struct span all;
	int rows = p->h - 2;

	if (!r || !rollout_count(r)) {
		draw_text(p, 0, 1, -1, ROLE_DIM,
			_("No service has been started by this deployment yet."));
		return;
	}
	all = whole(r);
	list_count(l, rollout_count(r));
	list_fit(l, rows);
	for (int y = 0; y < rows; y++) {
		size_t i = l->top + (size_t)y;

		if (i < rollout_count(r))
			draw_service(p, y, rollout_at(r, i), all);
	}
	list_draw_more(l, p, 0, p->w - 1);
	draw_textf(p, p->h - 1, 1, -1, ROLE_DIM,
		_("%.1f s from the first start to the last ready; ! is on the critical path"),
		(double)(all.end - all.begin) / 1000);
}

static void title(struct view *v, struct view_line *line)
{
	const struct rows *r = (const struct rows *)v;

	rows_title(r, line, _("timeline of deploy %s"), panel_run_id(r->panel));
}

static const struct key keys[] = {
	ROWS_KEYS,
	{{K_ESC, 'q', 't'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Timeline"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.mouse = rows_mouse,
};

void view_timeline_open(struct panel *panel)
{
	rows_open(panel, &ops, sizeof(struct rows), false);
}
