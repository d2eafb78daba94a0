/* SPDX-License-Identifier: MIT */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/list.h"

enum { PALETTE_MAX = 128 };

struct palette {
	struct view view;
	struct input input;
	struct list list;
	const struct key *rows[PALETTE_MAX]; /* that match */
};

static bool matches(const char *text, const char *wanted)
{
	return strcasestr(text, wanted) != NULL;
}

static size_t add_matches(struct palette *p, size_t n, const struct key *table, bool can)
{
	const char *wanted = input_text(&p->input);

	for (; table && table->fn && n < PALETTE_MAX; table++)
		if (!(table->flags & KEY_SECRET) && view_can(p->view.below, table) == can &&
			(matches(_(table->name), wanted) || matches(_(table->help), wanted)) &&
			!(n && p->rows[n - 1]->fn == table->fn))
			p->rows[n++] = table;
	return n;
}

static void refill(struct view *v)
{
	struct palette *p = (struct palette *)v;
	size_t n = add_matches(p, 0, view_keys(v->below), true);

	n = add_matches(p, n, screen_keys, true);
	p->list.at = 0;
	list_count(&p->list, add_matches(p, n, view_keys(v->below), false));
}

static void palette_draw(struct view *v, const struct pane *pane)
{
	struct palette *p = (struct palette *)v;

	draw_text(pane, 0, 0, 1, ROLE_KEY, ":");
	input_draw(&p->input, pane, 0, 2, pane->w - 2, false);
	list_fit(&p->list, pane->h - 2);
	if (!p->list.n)
		draw_text(pane, 2, 2, -1, ROLE_DIM, _("no command matches"));
	for (int y = 0; y < pane->h - 2 && p->list.top + (size_t)y < p->list.n; y++) {
		size_t i = p->list.top + (size_t)y;
		const struct key *row = p->rows[i];
		AUTO(str) struct str keys = STR_INIT(128);
		bool here = i == p->list.at, can = view_can(v->below, row);

		key_label(row->codes[0], &keys);
		if (here)
			draw_glyph(pane, y + 2, 0, ROLE_ACCENT, GLYPH_HERE);
		draw_text(pane, y + 2, 2, 16,
			!can   ? ROLE_DIM
			: here ? ROLE_SELECTED
			       : ROLE_TEXT,
			_(row->name));
		draw_text(pane, y + 2, 19, pane->w - 32, ROLE_DIM, _(row->help));
		draw_right(pane, y + 2, pane->w - 12, 10, ROLE_KEY, str_text(&keys));
	}
	list_draw_more(&p->list, pane, 2, pane->w - 1);
}

static void palette_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	(void)v;
	*ret_h = h > 16 ? 16 : h;
	*ret_w = w > 80 ? 80 : w;
}

static void palette_title(struct view *v, struct view_line *line)
{
	(void)v;
	str_add(&line->left, _("Commands"));
}

static struct input *palette_input(struct view *v)
{
	return &((struct palette *)v)->input;
}

static void palette_free(struct view *v)
{
	struct palette *p = (struct palette *)v;

	input_done(&p->input);
	free(p);
}

static void do_run(struct view *v)
{
	struct palette *p = (struct palette *)v;
	struct view *below = v->below;

	if (!p->list.n)
		return;
	screen_pop(v);
	view_do(below, p->rows[p->list.at]);
}

static void palette_mouse(struct view *v, int y, int x, int wheel)
{
	struct palette *p = (struct palette *)v;

	(void)x;
	if (wheel)
		list_move(&p->list, wheel);
	else if (list_click(&p->list, y - 2))
		do_run(v);
}

static void do_up(struct view *v)
{
	list_move(&((struct palette *)v)->list, -1);
}

static void do_down(struct view *v)
{
	list_move(&((struct palette *)v)->list, 1);
}

static const struct key palette_keys[] = {
	{{K_ENTER}, N_("do it"), N_("Do what is selected"), do_run, KEY_BAR},
	{{K_UP, K_CTRL('p'), K_BACKTAB}, N_("up"), N_("The command above"), do_up, 0},
	{{K_DOWN, K_CTRL('n'), K_TAB}, N_("down"), N_("The command below"), do_down, 0},
	{{K_ESC}, N_("close"), N_("Do nothing"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops palette_ops = {
	.name = N_("Commands"),
	.keys = palette_keys,
	.overlay = true,
	.draw = palette_draw,
	.size = palette_size,
	.title = palette_title,
	.input = palette_input,
	.edited = refill,
	.mouse = palette_mouse,
	.free = palette_free,
};

void overlay_palette(struct view *v)
{
	struct palette *p = xcalloc(1, sizeof(*p));

	p->view.ops = &palette_ops;
	input_init(&p->input, "", 256);
	screen_push(v->screen, &p->view);
	refill(&p->view);
}
