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

/* Slower than the last time: by half, and by so much. */
enum { SLOWER_MS = 500 };

struct span {
	int64_t begin, end; /* wall clock ms */
};

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* A frame of the timeline. */
struct timeline {
	const struct last_run *last;
	struct span all;
	int names, bar; /* cells */
	int words;      /* of the times on the right */
};

static struct span whole(const struct rollout *r, const struct last_run *last)
{
	struct span s = {0, 0};

	for (size_t i = 0; i < rollout_count(r); i++) {
		const struct rollout_service *e = rollout_at(r, i);

		int64_t before = last_run_service(last, e->name);

		s.begin = earlier(s.begin, e->started_ms);
		if (e->started_ms && e->started_ms + before > s.end)
			s.end = e->started_ms + before;
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

/* "3.4 s  was 2.2 s", the latter in colour when it is clearly slower now. */
static void draw_times(const struct timeline *t, const struct pane *p, int y, enum role role,
	int64_t now, int64_t before)
{
	bool slower = now > before + before / 2 && now > before + SLOWER_MS;
	autofree char *text = NULL;

	draw_textf(p, y, p->w - t->words, 9, role, "%6.1f s", (double)now / 1000);
	if (before < 0)
		return;
	text = xasprintf(_("was %.1f s"), (double)before / 1000);
	draw_right(p, y, p->w - t->words + 9, t->words - 10, slower ? ROLE_WARN : ROLE_DIM, text);
}

static void draw_service(
	const struct timeline *t, const struct pane *p, int y, const struct rollout_service *e)
{
	int64_t end = e->ready_ms                   ? e->ready_ms
		      : e->phase <= ROLLOUT_STARTED ? loop_wall()
						    : e->started_ms;
	int64_t before = last_run_service(t->last, e->name);
	enum role role = phase_role(e->phase);

	draw_text(p, y, 1, 1, ROLE_ACCENT, e->critical ? "!" : " ");
	draw_text(p, y, 3, t->names - 4, e->critical ? ROLE_TITLE : ROLE_TEXT, e->name);
	if (!e->started_ms) {
		draw_text(p, y, t->names, t->bar, ROLE_DIM, e->reason ? e->reason : "");
		return;
	}
	if (before > end - e->started_ms)
		draw_span(p, y, t->names, t->bar, t->all, e->started_ms, e->started_ms + before,
			GLYPH_BAR_REST, ROLE_DIM);
	draw_span(p, y, t->names, t->bar, t->all, e->started_ms, end, GLYPH_BAR, role);
	draw_times(t, p, y, role, end - e->started_ms, before);
}

static void draw_sum(const struct timeline *t, const struct pane *p, const struct rollout *r)
{
	struct span own = whole(r, &(struct last_run){0});
	const char *shade = theme_glyph(p->theme, GLYPH_BAR_REST);

	draw_textf(p, p->h - 1, 1, -1, ROLE_DIM,
		_("%.1f s from the first start to the last ready; ! is on the critical path"),
		(double)(own.end - own.begin) / 1000);
	if (t->last->n)
		draw_textf(p, p->h - 2, 1, -1, ROLE_DIM, _("%s is how long it took in deploy %s"),
			shade, t->last->id);
}

static void draw(struct view *v, const struct pane *p)
{
	const struct rollout *r = rollout(v);
	const struct rows *view = (const struct rows *)v;
	struct list *l = &((struct rows *)v)->list;
	struct timeline t = {.last = &view->panel->last};
	int rows = p->h - 3;

	if (!r || !rollout_count(r)) {
		draw_text(p, 0, 1, -1, ROLE_DIM,
			_("No service has been started by this deployment yet."));
		return;
	}
	t.all = whole(r, t.last);
	t.words = t.last->n ? 22 : 10;
	t.names = p->w / 5;
	t.bar = p->w - t.names - t.words - 1;
	list_count(l, rollout_count(r));
	list_fit(l, rows);
	for (int y = 0; y < rows; y++) {
		size_t i = l->top + (size_t)y;

		if (i < rollout_count(r))
			draw_service(&t, p, y, rollout_at(r, i));
	}
	list_draw_more(l, p, 0, p->w - 1);
	draw_sum(&t, p, r);
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
