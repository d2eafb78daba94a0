/* SPDX-License-Identifier: MIT */
#include "ui/frame.h"

#include "base/i18n.h"
#include "base/text.h"

enum { GAP = 2 };

bool frame_too_small(const struct screen *s)
{
	return term_height(s->term) < FRAME_MIN_HEIGHT || term_width(s->term) < FRAME_MIN_WIDTH;
}

const struct key *frame_key_at(const struct screen *s, int y, int x)
{
	if (y != s->bar_y)
		return NULL;
	for (size_t i = 0; i < s->n_bar; i++)
		if (x >= s->bar[i].x && x < s->bar[i].end)
			return s->bar[i].row;
	return NULL;
}

static void draw_too_small(const struct pane *p)
{
	int y = p->h / 2 - 1;

	draw_clear(p);
	draw_textf(p, y < 0 ? 0 : y, 1, -1, ROLE_TITLE, _("This window is %d x %d."), p->w, p->h);
	draw_textf(p, y < 0 ? 1 : y + 1, 1, -1, ROLE_TEXT, _("Slipway needs %d x %d; it waits."),
		FRAME_MIN_WIDTH, FRAME_MIN_HEIGHT);
	draw_text(p, y < 0 ? 2 : y + 2, 1, -1, ROLE_DIM, _("Ctrl-C leaves"));
}

/* Left and right part on one row. Where there is no room for both, a short right part stays and the
 * left one is cut; a long one goes. */
static void draw_line(const struct pane *p, int y, const struct view_line *line)
{
	int room = p->w - 2, left = text_width(str_text(&line->left)),
	    right = text_width(str_text(&line->right));

	if (left + right + GAP > room && right > room / 4)
		right = 0;
	draw_text(
		p, y, 1, right ? room - right - GAP : room, line->left_role, str_text(&line->left));
	if (right)
		draw_right(p, y, 1 + room - right, right, line->right_role, str_text(&line->right));
}

static void draw_title(struct view *v, const struct pane *p)
{
	struct view_line line = VIEW_LINE_INIT;

	if (v->ops->title)
		v->ops->title(v, &line);
	draw_line(p, 0, &line);
	view_line_done(&line);
}

/* A note takes the place of the right part, or of the whole line where it needs that. */
static void draw_state(struct screen *s, struct view *v, const struct pane *p)
{
	struct view_line line = VIEW_LINE_INIT;

	if (v->ops->state)
		v->ops->state(v, &line);
	if (s->note.len) {
		str_clear(&line.right);
		str_addn(&line.right, s->note.data, s->note.len);
		line.right_role = s->note_role;
		if (text_width(str_text(&line.left)) + text_width(s->note.data) + GAP > p->w - 2) {
			str_clear(&line.left);
			str_addn(&line.left, s->note.data, s->note.len);
			line.left_role = s->note_role;
			str_clear(&line.right);
		}
	}
	draw_line(p, p->h - 2, &line);
	view_line_done(&line);
}

static void add_bar_key(
	struct screen *s, const struct pane *p, const struct key *row, int *x, int end)
{
	AUTO(str) struct str key = STR_INIT(64);
	const char *name = _(row->name);
	int width, code = 0;

	/* While characters are typed, only a code that is none can be meant. */
	for (int i = 0; i < KEY_CODES && row->codes[i] && !code; i++)
		if (!view_input(s->top) || !key_types(row->codes[i]))
			code = row->codes[i];
	if (!code)
		return;
	key_label(code, &key);
	width = text_width(str_text(&key)) + 1 + text_width(name);
	if (*x + width > end || s->n_bar == SCREEN_BAR_KEYS)
		return;
	s->bar[s->n_bar].row = row;
	s->bar[s->n_bar].x = *x;
	s->bar[s->n_bar++].end = *x + width;
	*x += draw_text(p, s->bar_y, *x, -1, ROLE_KEY, str_text(&key)) + 1;
	*x += draw_text(p, s->bar_y, *x, -1, ROLE_TEXT, name) + GAP;
}

static void draw_bar_keys(struct screen *s, const struct pane *p)
{
	struct view *v = s->top;
	const struct key *help = key_find(screen_keys, '?');
	struct input *input = view_input(v);
	AUTO(str) struct str key = STR_INIT(64);
	const char *name;
	int x = 1, end;

	/* While characters are typed, `?` is one of them, and what is left does not speak for
	 * itself. */
	key_label(input ? help->codes[1] : help->codes[0], &key);
	name = input ? _(help->name) : "";
	end = p->w - 2 - (int)key.len - (*name ? 1 + text_width(name) : 0);

	s->n_bar = 0;
	s->bar_y = p->h - 1;
	for (const struct key *row = view_keys(v); row && row->fn; row++)
		if (row->flags & KEY_BAR && view_can(v, row))
			add_bar_key(s, p, row, &x, end);
	end++;
	x = end + draw_text(p, s->bar_y, end, -1, ROLE_KEY, str_text(&key));
	draw_text(p, s->bar_y, x + 1, -1, ROLE_TEXT, name);
	if (s->n_bar == SCREEN_BAR_KEYS)
		return;
	s->bar[s->n_bar].row = help;
	s->bar[s->n_bar].x = end;
	s->bar[s->n_bar++].end = p->w - 1;
}

static void draw_full(struct screen *s, struct view *v, const struct pane *p)
{
	int below = v->ops->state || s->note.len ? 2 : 1;

	draw_title(v, p);
	draw_hline(p, 1, 1, p->w - 2);
	v->body = pane_sub(p, 2, 0, p->h - 2 - below, -1);
	v->ops->draw(v, &v->body);
	if (below == 2)
		draw_state(s, v, p);
}

static void draw_overlay(struct view *v, const struct pane *p)
{
	struct view_line title = VIEW_LINE_INIT;
	int h = 0, w = 0;
	struct pane box;

	v->ops->size(v, p->h - 4, p->w - 6, &h, &w);
	h = (h > p->h - 4 ? p->h - 4 : h) + 2;
	w = (w > p->w - 6 ? p->w - 6 : w) + 4;
	box = pane_sub(p, (p->h - 1 - h) / 2, (p->w - w) / 2, h, w);
	if (v->ops->title)
		v->ops->title(v, &title);
	draw_clear(&box);
	draw_box(&box, title.left.len ? str_text(&title.left) : NULL);
	v->body = pane_sub(&box, 1, 2, h - 2, w - 4);
	v->ops->draw(v, &v->body);
	view_line_done(&title);
}

static void draw_views(struct screen *s, struct view *v, const struct pane *p)
{
	if (!v)
		return;
	if (!v->ops->overlay) {
		draw_full(s, v, p);
		return;
	}
	draw_views(s, v->below, p);
	/* The cursor belongs to the topmost view only. */
	s->cursor_y = -1;
	draw_overlay(v, p);
}

void frame_draw(struct screen *s)
{
	struct pane p = pane_screen(&s->theme, &s->cursor_y, &s->cursor_x);

	s->cursor_y = -1;
	draw_clear(&p);
	if (frame_too_small(s)) {
		draw_too_small(&p);
	} else {
		draw_views(s, s->top, &p);
		if (s->top)
			draw_bar_keys(s, &p);
	}
	term_flush(s->term, s->cursor_y, s->cursor_x);
}
