/* SPDX-License-Identifier: MIT */
/* All settings of the project by a word in their name, title, help, value or page. */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"

enum { SEARCH_MAX = 128, LABEL_CELLS = 32, VALUE_CELLS = 20, PAGE_CELLS = 14 };

struct search {
	struct view view;
	struct wizard *wizard;
	struct input input;
	struct list list;
	size_t *found; /* indices into settings->items, best first */
};

static bool has(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

/* 0: no match; the smaller the better. A secret's value is never searched. */
static int rank(const struct search *s, const struct setting *setting, const char *word)
{
	if (has(setting->name, word))
		return strcasestr(setting->name, word) == setting->name ? 1 : 2;
	if (has(setting->title, word))
		return 2;
	if (has(s->wizard->settings->pages[setting->page].title, word))
		return 3;
	if (!setting_is_secret(setting) && has(setting_effective(setting), word))
		return 3;
	for (size_t i = 0; i < setting->used_by.n; i++)
		if (has(setting->used_by.items[i], word))
			return 4;
	return has(setting->help, word) ? 4 : 0;
}

static void refill(struct view *v)
{
	struct search *s = (struct search *)v;
	const struct settings *all = s->wizard->settings;
	size_t n = 0;

	for (int want = 1; want <= 4; want++)
		for (size_t i = 0; i < all->n; i++)
			if (setting_asked(all, &all->items[i]) &&
				rank(s, &all->items[i], input_text(&s->input)) == want)
				s->found[n++] = i;
	s->list.at = 0;
	list_count(&s->list, n);
}

static void draw_row(struct search *s, const struct pane *p, int y, size_t i)
{
	const struct settings *all = s->wizard->settings;
	const struct setting *setting = &all->items[s->found[i]];
	bool here = i == s->list.at;
	int label = p->w / 3 > LABEL_CELLS ? LABEL_CELLS : p->w / 3, x = 2;
	enum role role;
	autofree char *note = field_note(s->wizard, setting, &role);
	/* Of an adjustment it matters first what, then of which service. */
	autofree char *name =
		setting->service ? xasprintf("%s: %s", field_label(setting), setting->service->name)
				 : xstrdup(field_label(setting));

	if (here)
		draw_glyph(p, y, 0, ROLE_ACCENT, GLYPH_HERE);
	draw_text(p, y, x, label, here ? ROLE_SELECTED : ROLE_TEXT, name);
	x += label + 2;
	field_draw_value(p, y, x, VALUE_CELLS, setting, false, here);
	x += VALUE_CELLS + 2;
	draw_text(p, y, x, PAGE_CELLS, ROLE_DIM, all->pages[setting->page].title);
	x += PAGE_CELLS + 2;
	if (*note)
		draw_text(p, y, x, p->w - x - 1, role, note);
	else if (setting->help)
		draw_textn(p, y, x, p->w - x - 1, ROLE_DIM, setting->help,
			strcspn(setting->help, "\n"));
}

static void search_draw(struct view *v, const struct pane *p)
{
	struct search *s = (struct search *)v;
	AUTO(str) struct str count = STR_INIT(64);
	size_t adjustments = 0;

	/* Adjustments of services are found as well, but counted apart. */
	for (size_t i = 0; i < s->list.n; i++)
		adjustments += s->wizard->settings->items[s->found[i]].service != NULL;
	str_addf(&count, _("%zu of %zu"), s->list.n - adjustments,
		setup_count(s->wizard->setup).settings);
	if (adjustments)
		str_addf(&count, " + %zu", adjustments);
	draw_text(p, 0, 0, 1, ROLE_KEY, "/");
	input_draw(&s->input, p, 0, 2, p->w - 4 - text_width(str_text(&count)), false);
	draw_right(p, 0, p->w - text_width(str_text(&count)), text_width(str_text(&count)),
		ROLE_DIM, str_text(&count));
	list_fit(&s->list, p->h - 2);
	if (!s->list.n)
		draw_text(p, 2, 2, -1, ROLE_DIM, _("no setting matches"));
	for (int y = 0; y < p->h - 2 && s->list.top + (size_t)y < s->list.n; y++)
		draw_row(s, p, y + 2, s->list.top + (size_t)y);
	list_draw_more(&s->list, p, 2, p->w - 1);
}

static void search_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	(void)v;
	*ret_h = h > 24 ? 24 : h;
	*ret_w = w > 120 ? 120 : w;
}

static void search_title(struct view *v, struct view_line *line)
{
	(void)v;
	str_add(&line->left, _("Search all settings"));
}

static struct input *search_input(struct view *v)
{
	return &((struct search *)v)->input;
}

static void do_show(struct view *v)
{
	struct search *s = (struct search *)v;
	struct wizard *w = s->wizard;

	if (!s->list.n)
		return;
	screen_pop(v);
	wizard_show(w, w->settings->items[s->found[s->list.at]].name);
}

static void do_up(struct view *v)
{
	list_move(&((struct search *)v)->list, -1);
}

static void do_down(struct view *v)
{
	list_move(&((struct search *)v)->list, 1);
}

static void do_page_up(struct view *v)
{
	list_page(&((struct search *)v)->list, -1);
}

static void do_page_down(struct view *v)
{
	list_page(&((struct search *)v)->list, 1);
}

static void search_mouse(struct view *v, int y, int x, int wheel)
{
	struct search *s = (struct search *)v;

	(void)x;
	if (wheel)
		list_move(&s->list, wheel);
	else if (list_click(&s->list, y - 2))
		do_show(v);
}

static void search_free(struct view *v)
{
	struct search *s = (struct search *)v;

	input_done(&s->input);
	free(s->found);
	free(s);
}

static const struct key search_keys[] = {
	{{K_ENTER}, N_("show"), N_("Go to the setting"), do_show, KEY_BAR},
	{{K_UP, K_CTRL('p'), K_BACKTAB}, N_("up"), N_("The one above"), do_up, 0},
	{{K_DOWN, K_CTRL('n'), K_TAB}, N_("down"), N_("The one below"), do_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("A window's height up"), do_page_up, 0},
	{{K_PAGE_DOWN}, N_("page down"), N_("A window's height down"), do_page_down, 0},
	{{K_ESC}, N_("back"), N_("Back to where you were"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops search_ops = {
	.name = N_("Search"),
	.keys = search_keys,
	.overlay = true,
	.draw = search_draw,
	.size = search_size,
	.title = search_title,
	.input = search_input,
	.edited = refill,
	.mouse = search_mouse,
	.free = search_free,
};

void search_open(struct wizard *w)
{
	struct search *s = xcalloc(1, sizeof(*s));

	s->view.ops = &search_ops;
	s->wizard = w;
	s->found = xcalloc(w->settings->n + 1, sizeof(*s->found));
	input_init(&s->input, "", SEARCH_MAX);
	refill(&s->view);
	screen_push(w->view.screen, &s->view);
}
