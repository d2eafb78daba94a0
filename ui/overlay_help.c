/* SPDX-License-Identifier: MIT */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay_read.h"

struct help_row {
	char *keys;
	const char *text; /* NULL: a blank line, or a heading when keys is there */
	const char *why;  /* cannot be used now, because; NULL */
};

struct help {
	struct reading reading;
	struct help_row *rows;
	size_t n, cap;
	int key_width;
};

static void add_row(struct help *h, char *keys, const char *text, const char *why)
{
	VEC_GROW(h->rows, h->n, h->cap);
	h->rows[h->n++] = (struct help_row){keys, text, why};
	if (keys && text && text_width(keys) > h->key_width)
		h->key_width = text_width(keys);
}

static void add_heading(struct help *h, const char *text)
{
	if (h->n)
		add_row(h, NULL, NULL, NULL);
	add_row(h, xstrdup(text), NULL, NULL);
}

/* A heading that got no rows, and the blank line before it. */
static void drop_heading(struct help *h)
{
	free(h->rows[--h->n].keys);
	h->n--;
}

/* The codes of a row that reach it: not those that type text where text is typed. */
static struct key reaching(struct view *v, const struct key *row)
{
	bool typing = view_input(v) != NULL;
	struct key r = *row;
	int n = 0;

	for (int i = 0; i < KEY_CODES && row->codes[i]; i++)
		if (!typing || !key_types(row->codes[i]))
			r.codes[n++] = row->codes[i];
	if (n < KEY_CODES)
		r.codes[n] = 0;
	return r;
}

/* Rows that do the same read as one: "Tab, Right". */
static void join_row(struct help *h, const struct key *row)
{
	struct help_row *last = &h->rows[h->n - 1];
	struct str names = STR_INIT(128);

	str_addf(&names, "%s, ", last->keys);
	key_labels(row, &names);
	free(last->keys);
	last->keys = str_take(&names);
	if (text_width(last->keys) > h->key_width)
		h->key_width = text_width(last->keys);
}

/* The rows of a table that can be used now, or those that cannot. */
static void add_table(struct help *h, struct view *v, const struct key *table, bool can)
{
	const struct key *last = NULL;

	for (; table && table->fn; table++) {
		struct key row = reaching(v, table);
		struct str names = STR_INIT(128);

		if (table->flags & KEY_SECRET || view_can(v, table) != can || !row.codes[0])
			continue;
		if (last && last->fn == table->fn && last->help == table->help) {
			join_row(h, &row);
			continue;
		}
		last = table;
		key_labels(&row, &names);
		add_row(h, str_take(&names), _(table->help), can ? NULL : view_why_not(v, table));
	}
}

static void add_input_keys(struct help *h)
{
	for (const struct input_key *k = input_keys; k->fn; k++) {
		struct key row = {.codes = {k->codes[0], k->codes[1], k->codes[2], k->codes[3]}};
		struct str names = STR_INIT(128);

		key_labels(&row, &names);
		add_row(h, str_take(&names), _(k->help), NULL);
	}
}

static void help_draw(struct view *v, const struct pane *p)
{
	struct help *h = (struct help *)v;

	h->reading.list.rows = p->h;
	list_scroll(&h->reading.list, 0);
	for (int y = 0; y < p->h && h->reading.list.top + (size_t)y < h->n; y++) {
		const struct help_row *row = &h->rows[h->reading.list.top + (size_t)y];

		if (!row->text) {
			draw_text(p, y, 0, p->w - 2, ROLE_TITLE, row->keys);
			continue;
		}
		draw_text(p, y, 1, h->key_width, row->why ? ROLE_DIM : ROLE_KEY, row->keys);
		if (row->why)
			draw_textf(p, y, h->key_width + 3, p->w - h->key_width - 5, ROLE_DIM,
				"%s (%s)", row->text, row->why);
		else
			draw_text(p, y, h->key_width + 3, p->w - h->key_width - 5, ROLE_TEXT,
				row->text);
	}
	list_draw_more(&h->reading.list, p, 0, p->w - 1);
}

static void help_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	struct help *help = (struct help *)v;
	int widest = 0;

	(void)h;
	(void)w;
	for (size_t i = 0; i < help->n; i++) {
		int n = help->rows[i].text ? text_width(help->rows[i].text) : 0;

		if (help->rows[i].text && help->rows[i].why)
			n += 3 + text_width(help->rows[i].why);
		if (n > widest)
			widest = n;
	}
	*ret_h = (int)help->n;
	*ret_w = help->key_width + 3 + widest + 2;
}

static void help_free(struct view *v)
{
	struct help *h = (struct help *)v;

	for (size_t i = 0; i < h->n; i++)
		free(h->rows[i].keys);
	free(h->rows);
	free(h->reading.title);
	free(h);
}

static const struct key help_keys[] = {
	{{K_ESC, 'q', '?', K_ENTER}, N_("close"), N_("Close the help"), screen_pop, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("Scroll up"), reading_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("Scroll down"), reading_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("A page up"), reading_page_up, 0},
	{{K_PAGE_DOWN, ' '}, N_("page down"), N_("A page down"), reading_page_down,
		KEY_BAR | READING_MORE},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops help_ops = {
	.name = N_("Help"),
	.keys = help_keys,
	.overlay = true,
	.draw = help_draw,
	.size = help_size,
	.title = reading_title,
	.mouse = reading_mouse,
	.cannot = reading_cannot,
	.free = help_free,
};

void overlay_help(struct view *v)
{
	struct help *h;

	if (v->ops == &help_ops)
		return;
	h = xcalloc(1, sizeof(*h));
	h->reading.view.ops = &help_ops;
	h->reading.title = xasprintf(_("Keys: %s"), _(v->ops->name));
	add_table(h, v, view_keys(v), true);
	if (view_input(v)) {
		add_heading(h, _("While typing"));
		add_input_keys(h);
	}
	add_heading(h, _("Everywhere"));
	add_table(h, v, screen_keys, true);
	add_heading(h, _("Not now"));
	add_table(h, v, view_keys(v), false);
	if (!h->rows[h->n - 1].text)
		drop_heading(h);
	list_count(&h->reading.list, h->n);
	screen_push(v->screen, &h->reading.view);
}
