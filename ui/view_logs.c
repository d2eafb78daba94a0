/* SPDX-License-Identifier: MIT */
/* The full log view. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/term.h"

#include <string.h>

/* What the line editor at the bottom is for. */
enum editing { EDIT_NONE, EDIT_SEARCH, EDIT_KEEP };

struct view_logs {
	struct view view;
	struct panel *panel;
	struct log_pane lp;
	struct input input;
	enum editing editing;
	char *before;  /* the text while it was not edited, for Esc */
	char *service; /* that `s` toggles to; NULL */
};

static void set_editing(struct view_logs *l, enum editing what);

static struct view_logs *of(struct view *v)
{
	return (struct view_logs *)v;
}

static void draw(struct view *v, const struct pane *p)
{
	struct view_logs *l = of(v);
	struct pane body = pane_sub(p, 0, 0, l->editing ? p->h - 1 : p->h, -1);
	const char *label = l->editing == EDIT_SEARCH ? _("search:") : _("only lines with:");
	int x;

	log_pane_draw(&l->lp, &body);
	if (!l->editing)
		return;
	x = 1 + draw_text(p, p->h - 1, 1, -1, ROLE_KEY, label) + 1;
	input_draw(&l->input, p, p->h - 1, x, p->w - x - 1, false);
}

static void title(struct view *v, struct view_line *line)
{
	struct view_logs *l = of(v);
	int room;

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, _("%s   logs: %s"), l->panel->workspace->project->compose->name,
		l->lp.only[0] ? l->lp.only : _("all services"));
	/* Two margins and the gap between the parts. */
	room = term_width(screen_term(v->screen)) - 4 - text_width(str_text(&line->left));
	log_pane_summary(&l->lp, room > 1 ? room : 1, &line->right);
}

static struct input *input(struct view *v)
{
	return of(v)->editing ? &of(v)->input : NULL;
}

static void apply(struct view_logs *l, const char *text)
{
	if (l->editing == EDIT_SEARCH)
		log_pane_search(&l->lp, text);
	else
		log_pane_keep(&l->lp, text);
}

static void edited(struct view *v)
{
	apply(of(v), input_text(&of(v)->input));
	screen_dirty(v->screen);
}

static void begin(struct view_logs *l, enum editing what)
{
	const char *now = what == EDIT_SEARCH ? l->lp.search : l->lp.keep;

	free(l->before);
	l->before = xstrdup(now);
	input_set(&l->input, now);
	set_editing(l, what);
}

static void not_found(struct view *v)
{
	screen_note(v->screen, ROLE_WARN, _("no further one"));
}

static void find(struct view *v, enum log_level level, int step)
{
	if (!log_pane_find(&of(v)->lp, level, step))
		not_found(v);
	screen_dirty(v->screen);
}

/* Enter ends editing, and goes to the newest hit of a search. */
static void enter(struct view *v)
{
	struct view_logs *l = of(v);
	enum editing was = l->editing;

	if (!was)
		return;
	set_editing(l, EDIT_NONE);
	if (was == EDIT_SEARCH && l->lp.search[0])
		find(v, LOG_UNKNOWN, -1);
}

static void escape(struct view *v)
{
	struct view_logs *l = of(v);

	if (l->editing) {
		apply(l, l->before);
		set_editing(l, EDIT_NONE);
		return;
	}
	screen_pop(v);
}

#define MOVE(name, call)                          \
	static void name(struct view *v)          \
	{                                         \
		struct log_pane *lp = &of(v)->lp; \
		call;                             \
		screen_dirty(v->screen);          \
	}

MOVE(up, log_pane_scroll(lp, -1))
MOVE(down, log_pane_scroll(lp, 1))
MOVE(page_up, log_pane_page(lp, -1))
MOVE(page_down, log_pane_page(lp, 1))
MOVE(first, log_pane_first(lp))
MOVE(last, log_pane_last(lp))
MOVE(left, log_pane_shift(lp, -16))
MOVE(right, log_pane_shift(lp, 16))
MOVE(level, log_pane_next_level(lp))

static void follow(struct view *v)
{
	struct log_pane *lp = &of(v)->lp;

	if (lp->follow)
		log_pane_scroll(lp, -1);
	else
		log_pane_last(lp);
	screen_dirty(v->screen);
}

static void toggle_service(struct view *v)
{
	struct view_logs *l = of(v);

	log_pane_only(&l->lp, l->lp.only[0] ? NULL : l->service);
	screen_dirty(v->screen);
}

static void search(struct view *v)
{
	begin(of(v), EDIT_SEARCH);
}

static void keep(struct view *v)
{
	begin(of(v), EDIT_KEEP);
}

static void next(struct view *v)
{
	find(v, LOG_UNKNOWN, 1);
}

static void previous(struct view *v)
{
	find(v, LOG_UNKNOWN, -1);
}

static void next_error(struct view *v)
{
	find(v, LOG_ERROR, 1);
}

static void previous_error(struct view *v)
{
	find(v, LOG_ERROR, -1);
}

static void next_warning(struct view *v)
{
	find(v, LOG_WARN, 1);
}

static void previous_warning(struct view *v)
{
	find(v, LOG_WARN, -1);
}

static const struct key reading_keys[] = {
	{{'/'}, N_("search"), N_("Search, ignoring case; the hits are marked"), search, KEY_BAR},
	{{'n'}, N_("next"), N_("Next hit, towards newer lines"), next, 0},
	{{'N'}, N_("previous"), N_("Previous hit, towards older lines"), previous, 0},
	{{'&'}, N_("filter"), N_("Show only lines with a text; empty shows all"), keep, KEY_BAR},
	{{'v'}, N_("level"), N_("From which level on: all, info, warnings, errors"), level,
		KEY_BAR},
	{{'s'}, N_("one/all"), N_("The selected service alone, or all"), toggle_service, KEY_BAR},
	{{'f'}, N_("follow"), N_("Follow the newest line, or stop"), follow, KEY_BAR},
	{{'E'}, N_("error back"), N_("Previous error"), previous_error, KEY_BAR},
	{{'e'}, N_("error on"), N_("Next error"), next_error, 0},
	{{'W'}, N_("warning back"), N_("Previous warning or error"), previous_warning, 0},
	{{'w'}, N_("warning on"), N_("Next warning or error"), next_warning, 0},
	{{K_UP, 'k'}, N_("up"), N_("One line back"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("One line on"), down, 0},
	{{K_PAGE_UP, K_CTRL('b')}, N_("page up"), N_("One page back"), page_up, 0},
	{{K_PAGE_DOWN, K_CTRL('f'), ' '}, N_("page down"), N_("One page on"), page_down, 0},
	{{'g', K_HOME}, N_("oldest"), N_("The oldest line held"), first, 0},
	{{'G', K_END}, N_("newest"), N_("The newest line, and follow"), last, 0},
	{{K_LEFT}, N_("left"), N_("Scroll long lines back"), left, 0},
	{{K_RIGHT}, N_("right"), N_("Scroll to the rest of long lines"), right, 0},
	{{K_ESC, 'q'}, N_("back"), N_("Back to the panel"), escape, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct key editing_keys[] = {
	{{K_ENTER}, N_("done"), N_("Keep the text"), enter, KEY_BAR},
	{{K_ESC}, N_("back"), N_("Forget what was typed"), escape, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static void mouse(struct view *v, int y, int x, int wheel)
{
	(void)y;
	(void)x;
	log_pane_scroll(&of(v)->lp, 3 * wheel);
	screen_dirty(v->screen);
}

static void destroy(struct view *v)
{
	struct view_logs *l = of(v);

	input_done(&l->input);
	free(l->before);
	free(l->service);
	free(l);
}

static void set_editing(struct view_logs *l, enum editing what)
{
	l->editing = what;
	l->view.keys = what ? editing_keys : reading_keys;
	screen_dirty(l->view.screen);
}

static const struct view_ops ops = {
	.name = N_("Logs"),
	.keys = reading_keys,
	.draw = draw,
	.title = title,
	.input = input,
	.edited = edited,
	.mouse = mouse,
	.free = destroy,
};

void view_logs_open(struct panel *panel, const char *service)
{
	struct view_logs *l = xcalloc(1, sizeof(*l));
	const struct live_service *s = panel_selected(panel);

	l->view.ops = &ops;
	l->panel = panel;
	l->lp = panel->logs;
	l->service = xstrdup(service ? service : s ? s->name : NULL);
	log_pane_only(&l->lp, service);
	input_init(&l->input, "", LOG_PANE_TEXT - 1);
	screen_push(panel->view.screen, &l->view);
}
