/* SPDX-License-Identifier: MIT */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/list.h"

enum { TEXT_WIDTH = 72 };

struct message {
	struct view view;
	char *title, *text;
	struct list list; /* of wrapped rows */
};

static int rows_of(const struct message *m, int width)
{
	struct pane none = {.theme = NULL};

	return draw_wrap(&none, 0, 0, 0, width, ROLE_NONE, m->text);
}

static void message_draw(struct view *v, const struct pane *p)
{
	struct message *m = (struct message *)v;
	int rows = rows_of(m, p->w - 2);
	struct pane all = *p;

	list_count(&m->list, (size_t)rows);
	m->list.rows = p->h;
	list_scroll(&m->list, 0);
	/* Rows above the window have negative positions and are not drawn. */
	draw_wrap(&all, -(int)m->list.top, 0, rows, p->w - 2, ROLE_TEXT, m->text);
	list_draw_more(&m->list, p, 0, p->w - 1);
}

static void message_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	(void)h;
	*ret_w = w > TEXT_WIDTH ? TEXT_WIDTH : w;
	*ret_h = rows_of((struct message *)v, *ret_w - 2);
}

static void message_title(struct view *v, struct view_line *line)
{
	str_add(&line->left, ((struct message *)v)->title);
}

static void message_free(struct view *v)
{
	struct message *m = (struct message *)v;

	free(m->title);
	free(m->text);
	free(m);
}

static void message_mouse(struct view *v, int y, int x, int wheel)
{
	(void)y;
	(void)x;
	if (wheel)
		list_scroll(&((struct message *)v)->list, 3 * wheel);
	else
		screen_pop(v);
}

static void do_up(struct view *v)
{
	list_scroll(&((struct message *)v)->list, -1);
}

static void do_down(struct view *v)
{
	list_scroll(&((struct message *)v)->list, 1);
}

static void do_page_up(struct view *v)
{
	struct list *l = &((struct message *)v)->list;

	list_scroll(l, -(l->rows - 1));
}

static void do_page_down(struct view *v)
{
	struct list *l = &((struct message *)v)->list;

	list_scroll(l, l->rows - 1);
}

static const struct key message_keys[] = {
	{{K_ESC, K_ENTER, 'q'}, N_("close"), N_("Close the message"), screen_pop, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("Scroll up"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("Scroll down"), do_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("A page up"), do_page_up, 0},
	{{K_PAGE_DOWN, ' '}, N_("page down"), N_("A page down"), do_page_down, 0},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops message_ops = {
	.name = N_("Message"),
	.keys = message_keys,
	.overlay = true,
	.draw = message_draw,
	.size = message_size,
	.title = message_title,
	.mouse = message_mouse,
	.free = message_free,
};

void overlay_message(struct screen *s, const char *title, const char *text)
{
	struct message *m = xcalloc(1, sizeof(*m));

	m->view.ops = &message_ops;
	m->title = xstrdup(title);
	m->text = xstrdup(text);
	screen_push(s, &m->view);
}

void overlay_error(struct screen *s, const struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);

	str_add(&text, err->message ? err->message : _("it failed"));
	if (err->detail)
		str_addf(&text, "\n\n%s", err->detail);
	if (err->hint)
		str_addf(&text, "\n\n%s", err->hint);
	overlay_message(s, _("That did not work"), str_text(&text));
}
