/* SPDX-License-Identifier: MIT */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay_read.h"

enum { TEXT_WIDTH = 72 };

struct message {
	struct reading reading; /* its rows: the text's, wrapped */
	char *text;
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

	list_count(&m->reading.list, (size_t)rows);
	m->reading.list.rows = p->h;
	list_scroll(&m->reading.list, 0);
	/* Rows above the window have negative positions and are not drawn. */
	draw_wrap(&all, -(int)m->reading.list.top, 0, rows, p->w - 2, ROLE_TEXT, m->text);
	list_draw_more(&m->reading.list, p, 0, p->w - 1);
}

static void message_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	(void)h;
	*ret_w = w > TEXT_WIDTH ? TEXT_WIDTH : w;
	*ret_h = rows_of((struct message *)v, *ret_w - 2);
}

static void message_free(struct view *v)
{
	struct message *m = (struct message *)v;

	free(m->reading.title);
	free(m->text);
	free(m);
}

static const struct key message_keys[] = {
	{{K_ESC, K_ENTER, 'q'}, N_("close"), N_("Close the message"), screen_pop, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("Scroll up"), reading_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("Scroll down"), reading_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("A page up"), reading_page_up, 0},
	{{K_PAGE_DOWN, ' '}, N_("page down"), N_("A page down"), reading_page_down,
		KEY_BAR | READING_MORE},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops message_ops = {
	.name = N_("Message"),
	.keys = message_keys,
	.overlay = true,
	.draw = message_draw,
	.size = message_size,
	.title = reading_title,
	.mouse = reading_mouse,
	.cannot = reading_cannot,
	.free = message_free,
};

void overlay_message(struct screen *s, const char *title, const char *text)
{
	struct message *m = xcalloc(1, sizeof(*m));

	m->reading.view.ops = &message_ops;
	m->reading.title = xstrdup(title);
	m->text = xstrdup(text);
	screen_push(s, &m->reading.view);
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
