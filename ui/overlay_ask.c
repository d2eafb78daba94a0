/* SPDX-License-Identifier: MIT */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/list.h"

enum { ASK_WIDTH = 60, ASK_FIXED_KEYS = 6, ASK_ANSWERS = 16 };

/* Questions with letters and choices from a list are the same view; a choice shows no letters. */
struct ask {
	struct view view;
	char *title, *text;
	struct strv items;
	int letters[ASK_ANSWERS]; /* 0: none */
	int picks[ASK_ANSWERS];   /* the same of a choice, whose items name them */
	struct list list;
	int text_rows;
	struct key keys[ASK_FIXED_KEYS + ASK_ANSWERS + 1];
	void (*answered)(void *arg, int answer);
	void (*chosen)(void *arg, long item);
	void *arg;
};

static void finish(struct view *v, long item)
{
	struct ask *a = (struct ask *)v;

	screen_pop(v);
	if (a->answered)
		a->answered(a->arg, (int)item);
	else
		a->chosen(a->arg, item);
}

static int text_rows(const struct ask *a, int width)
{
	struct pane none = {.theme = NULL};

	return a->text ? draw_wrap(&none, 0, 0, 0, width, ROLE_NONE, a->text) + 1 : 0;
}

static void ask_draw(struct view *v, const struct pane *p)
{
	struct ask *a = (struct ask *)v;
	int y0 = text_rows(a, p->w), rows;

	a->text_rows = y0;
	draw_wrap(p, 0, 0, y0 - 1, p->w, ROLE_TEXT, a->text);
	rows = p->h - y0;
	list_fit(&a->list, rows);
	for (int y = 0; y < rows && a->list.top + (size_t)y < a->list.n; y++) {
		size_t i = a->list.top + (size_t)y;
		bool here = i == a->list.at;
		int x = 2;

		if (here)
			draw_glyph(p, y0 + y, 0, ROLE_ACCENT, GLYPH_HERE);
		if (i < ASK_ANSWERS && a->letters[i])
			x += draw_textf(p, y0 + y, x, 2, ROLE_KEY, "%c", a->letters[i]) + 2;
		draw_text(p, y0 + y, x, p->w - x - 2, here ? ROLE_SELECTED : ROLE_TEXT,
			a->items.items[i]);
	}
	list_draw_more(&a->list, p, y0, p->w - 1);
}

static void ask_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	struct ask *a = (struct ask *)v;
	int widest = a->text ? ASK_WIDTH - 4 : text_width(a->title) + 6;

	(void)h;
	for (size_t i = 0; i < a->items.n; i++)
		if (text_width(a->items.items[i]) + 8 > widest)
			widest = text_width(a->items.items[i]) + 8;
	*ret_w = widest < w ? widest : w;
	*ret_h = text_rows(a, *ret_w) + (int)a->items.n;
}

static void ask_title(struct view *v, struct view_line *line)
{
	str_add(&line->left, ((struct ask *)v)->title);
}

static void ask_free(struct view *v)
{
	struct ask *a = (struct ask *)v;

	free(a->title);
	free(a->text);
	strv_done(&a->items);
	free(a);
}

static void do_accept(struct view *v)
{
	finish(v, (long)((struct ask *)v)->list.at);
}

static void do_cancel(struct view *v)
{
	finish(v, -1);
}

static void do_letter(struct view *v)
{
	struct ask *a = (struct ask *)v;

	for (long i = 0; i < ASK_ANSWERS; i++) {
		if (a->letters[i] == screen_key(v->screen) ||
			a->picks[i] == screen_key(v->screen)) {
			finish(v, i);
			return;
		}
	}
}

static void do_up(struct view *v)
{
	list_move(&((struct ask *)v)->list, -1);
}

static void do_down(struct view *v)
{
	list_move(&((struct ask *)v)->list, 1);
}

static void ask_mouse(struct view *v, int y, int x, int wheel)
{
	struct ask *a = (struct ask *)v;

	(void)x;
	if (wheel)
		list_move(&a->list, wheel);
	else if (list_click(&a->list, y - a->text_rows))
		do_accept(v);
}

static const struct key ask_keys[] = {
	{{K_ENTER}, N_("take it"), N_("Take what is selected"), do_accept, KEY_BAR},
	{{K_ESC}, N_("back"), N_("Back without deciding"), do_cancel, KEY_BAR},
	{{K_UP, K_BACKTAB}, N_("up"), N_("The one above"), do_up, 0},
	{{K_DOWN, K_TAB}, N_("down"), N_("The one below"), do_down, 0},
};

static const struct view_ops ask_ops = {
	.name = N_("Question"),
	.overlay = true,
	.draw = ask_draw,
	.size = ask_size,
	.title = ask_title,
	.mouse = ask_mouse,
	.free = ask_free,
};

static struct ask *ask_new(const char *title, const char *text, void *arg)
{
	struct ask *a = xcalloc(1, sizeof(*a));

	a->view.ops = &ask_ops;
	a->view.keys = a->keys;
	a->title = xstrdup(title);
	a->text = xstrdup(text);
	a->arg = arg;
	memcpy(a->keys, ask_keys, sizeof(ask_keys));
	return a;
}

void overlay_ask(struct screen *s, const struct question *q)
{
	struct ask *a = ask_new(q->title, q->text, q->arg);
	struct key *row = a->keys + ARRAY_SIZE(ask_keys);

	a->answered = q->done;
	for (const struct answer *w = q->answers; w->label && a->items.n < ASK_ANSWERS; w++) {
		a->letters[a->items.n] = w->key;
		*row++ = (struct key){{w->key}, w->label, w->label, do_letter, 0};
		strv_push(&a->items, _(w->label));
	}
	list_count(&a->list, a->items.n);
	screen_push(s, &a->view);
}

void overlay_choose(struct screen *s, const struct choice *c)
{
	struct ask *a = ask_new(c->title, c->text, c->arg);

	struct key *row = a->keys + ARRAY_SIZE(ask_keys);

	a->chosen = c->done;
	for (size_t i = 0; c->keys && i < c->items->n && i < ASK_ANSWERS; i++) {
		if (c->keys[i] <= ' ' || c->keys[i] > '~')
			continue;
		a->picks[i] = c->keys[i];
		*row++ = (struct key){{c->keys[i]}, N_("take it"), N_("Take the one with this key"),
			do_letter, 0};
	}
	strv_extend(&a->items, c->items);
	list_count(&a->list, a->items.n);
	list_select(&a->list, c->at);
	screen_push(s, &a->view);
}
