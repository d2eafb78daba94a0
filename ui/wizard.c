/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay.h"

enum wizard_needs {
	NEED_FIELD = KEY_NEEDS,       /* a setting has the focus */
	NEED_SECRET = KEY_NEEDS << 1, /* and it is a secret */
	NEED_PORT = KEY_NEEDS << 2,   /* or a port */
	NEED_ANSWER = KEY_NEEDS << 3, /* it has been answered */
	NEED_REST = KEY_NEEDS << 4,   /* not while a value is being typed */
	NEED_TYPING = KEY_NEEDS << 5, /* only then */
};

static struct wizard *of(struct view *v)
{
	return (struct wizard *)v;
}

/* --- which fields are in view ------------------------------------------------------------------
 */

struct setting *wizard_focus(const struct wizard *w)
{
	return w->n_shown ? &w->settings->items[w->shown[w->fields.at]] : NULL;
}

bool wizard_shows(const struct wizard *w, const struct setting *s)
{
	if (!setting_asked(w->settings, s))
		return false;
	return w->all || !s->advanced || setting_unanswered(s) || s->answer == ANSWER_VALUE;
}

void wizard_refill(struct wizard *w)
{
	const struct setting *focus = wizard_focus(w);
	size_t at = w->fields.at;

	w->n_shown = 0;
	for (size_t i = 0; i < w->settings->n; i++) {
		const struct setting *s = &w->settings->items[i];

		if (s->page != w->page || !wizard_shows(w, s))
			continue;
		if (s == focus)
			at = w->n_shown;
		w->shown[w->n_shown++] = i;
	}
	list_count(&w->fields, w->n_shown);
	list_select(&w->fields, at);
	screen_dirty(w->view.screen);
}

static void focus_moved(struct wizard *w)
{
	w->revealed = false;
	screen_dirty(w->view.screen);
}

void wizard_go(struct wizard *w, size_t page)
{
	w->visited[w->page] = true;
	w->page = page;
	w->visited[page] = true;
	w->n_shown = 0;
	w->fields = (struct list){0};
	wizard_refill(w);
	for (size_t i = 0; i < w->n_shown; i++) {
		if (setting_unanswered(&w->settings->items[w->shown[i]])) {
			list_select(&w->fields, i);
			break;
		}
	}
	focus_moved(w);
}

void wizard_show(struct wizard *w, const char *name)
{
	const struct setting *s = settings_find(w->settings, name);

	if (!s)
		return;
	if (!wizard_shows(w, s))
		w->all = true;
	wizard_go(w, s->page);
	for (size_t i = 0; i < w->n_shown; i++)
		if (&w->settings->items[w->shown[i]] == s)
			list_select(&w->fields, i);
}

/* The next page with something in view, in either direction; false when there is none. */
static bool step_page(struct wizard *w, int by)
{
	for (long page = (long)w->page + by; page >= 0 && page < (long)w->settings->n_pages;
		page += by) {
		for (size_t i = 0; i < w->settings->n; i++) {
			const struct setting *s = &w->settings->items[i];

			if (s->page == (size_t)page && wizard_shows(w, s)) {
				wizard_go(w, (size_t)page);
				return true;
			}
		}
	}
	return false;
}

/* --- answers -----------------------------------------------------------------------------------
 */

static void start_probe(struct wizard *w);

static size_t count_answers(const struct wizard *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->settings->n; i++)
		n += w->settings->items[i].answer == ANSWER_VALUE ||
		     w->settings->items[i].answer == ANSWER_GENERATE;
	return n;
}

static void probed(void *arg, int code, const struct error *err)
{
	struct wizard *w = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	op_free(take(w->probe));
	wizard_refill(w);
	if (w->probe_again)
		start_probe(w);
	if (count_answers(w))
		screen_note(w->view.screen, ROLE_ACCENT,
			Q_("%zu answer of last time is here", "%zu answers of last time are here",
				count_answers(w)),
			count_answers(w));
}

static void start_probe(struct wizard *w)
{
	w->probe_again = w->probe != NULL;
	if (!w->probe)
		w->probe = setup_probe(w->setup, probed, w);
}

void wizard_changed(struct wizard *w, const struct setting *s)
{
	if (s && s->type == SETTING_PORT)
		start_probe(w);
	wizard_refill(w);
}

void wizard_answer(struct wizard *w, const char *name, const char *value)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_answer(w->setup, name, value, &err) != 0)
		screen_note_error(w->view.screen, &err);
	wizard_changed(w, settings_find(w->settings, name));
}

static void world_changed(void *arg)
{
	struct wizard *w = arg;

	wizard_refill(w);
}

/* --- keys --------------------------------------------------------------------------------------
 */

static void leave_edit_then_move(struct wizard *w, long by)
{
	if (w->editing && !wizard_edit_accept(w))
		return;
	list_move(&w->fields, by);
	focus_moved(w);
}

static void do_up(struct view *v)
{
	leave_edit_then_move(of(v), -1);
}

static void do_down(struct view *v)
{
	leave_edit_then_move(of(v), 1);
}

static void do_page_up(struct view *v)
{
	list_page(&of(v)->fields, -1);
	focus_moved(of(v));
}

static void do_page_down(struct view *v)
{
	list_page(&of(v)->fields, 1);
	focus_moved(of(v));
}

static void do_first(struct view *v)
{
	list_select(&of(v)->fields, 0);
	focus_moved(of(v));
}

static void do_last(struct view *v)
{
	list_select(&of(v)->fields, of(v)->n_shown);
	focus_moved(of(v));
}

/* After an answer the focus goes on, so that a page is Enter, value, Enter, value. */
static void do_enter(struct view *v)
{
	struct wizard *w = of(v);

	if (!w->editing)
		wizard_edit(w);
	else if (wizard_edit_accept(w) && w->fields.at + 1 < w->n_shown)
		do_down(v);
}

static void do_toggle(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);

	if (s->type == SETTING_BOOL)
		wizard_toggle(w);
	else
		wizard_edit(w);
}

static void do_generate(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_generate(w->setup, wizard_focus(w)->name, &err) != 0)
		screen_note_error(w->view.screen, &err);
	wizard_changed(w, NULL);
}

static void do_generate_all(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;
	int n = setup_generate_missing(w->setup, &err);

	if (n < 0)
		screen_note_error(v->screen, &err);
	else
		screen_note(v->screen, ROLE_ACCENT,
			Q_("%d secret generated", "%d secrets generated", (unsigned long)n), n);
	wizard_changed(w, NULL);
}

static void do_reveal(struct view *v)
{
	of(v)->revealed = !of(v)->revealed;
}

static void do_next_port(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);
	const char *value = setting_effective(s);
	char text[16];
	int64_t from = 0;
	int port;

	text_to_int(value ? value : "", 1, 65535, &from, NULL);
	port = setup_free_port(w->setup, (int)from + 1);
	if (!port) {
		screen_note(v->screen, ROLE_WARN, "%s", _("no free port above this one"));
		return;
	}
	snprintf(text, sizeof(text), "%d", port);
	wizard_answer(w, s->name, text);
}

static void do_reset(struct view *v)
{
	wizard_answer(of(v), wizard_focus(of(v))->name, NULL);
}

static void told_history(
	struct wizard *w, bool done, const char *name, const char *what, const char *nothing)
{
	if (!done) {
		screen_note(w->view.screen, ROLE_DIM, "%s", nothing);
		return;
	}
	wizard_show(w, name);
	screen_note(w->view.screen, ROLE_TEXT, "%s: %s", what, name);
}

static void do_undo(struct view *v)
{
	const char *name = NULL;
	bool done = setup_undo(of(v)->setup, &name);

	told_history(of(v), done, name, _("taken back"), _("nothing to take back"));
}

static void do_redo(struct view *v)
{
	const char *name = NULL;
	bool done = setup_redo(of(v)->setup, &name);

	told_history(of(v), done, name, _("done again"), _("nothing to do again"));
}

static void do_search(struct view *v)
{
	search_open(of(v));
}

static void do_all(struct view *v)
{
	struct wizard *w = of(v);

	w->all = !w->all;
	wizard_refill(w);
}

static void do_next(struct view *v)
{
	struct wizard *w = of(v);

	if (w->editing && !wizard_edit_accept(w))
		return;
	if (!step_page(w, 1))
		wizard_review(w);
}

static void do_previous(struct view *v)
{
	struct wizard *w = of(v);

	if (w->editing && !wizard_edit_accept(w))
		return;
	step_page(w, -1);
}

static void do_review(struct view *v)
{
	wizard_review(of(v));
}

static void do_why(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *used = strv_join(&s->used_by, ", "), *source = field_source(w, s);

	if (s->problem.code)
		str_addf(&text, "%s\n\n", s->problem.message);
	if (s->note)
		str_addf(&text, "%s\n\n", s->note);
	if (s->required_why)
		str_addf(&text, "%s\n\n", s->required_why);
	str_add(&text,
		s->help ? s->help
			: _("Nothing is written about this setting in the files of the stack."));
	if (s->used_by.n)
		str_addf(&text, _("\n\nUsed by: %s"), used);
	str_addf(&text, "\n\n%s", source);
	overlay_message(v->screen, s->name, str_text(&text));
}

/* --- leaving -----------------------------------------------------------------------------------
 */

static const struct answer leave_answers[] = {
	{'l', N_("Leave; the answers are kept as a draft")},
	{'d', N_("Leave and drop the answers")},
	{'s', N_("Stay")},
	{0, NULL},
};
enum { LEAVE_KEEP, LEAVE_DROP };

void wizard_finish(struct wizard *w, enum ui_choice choice, struct plan *plan)
{
	w->choice = choice;
	w->plan = plan;
	screen_stop(w->view.screen);
}

static void drop_answers(struct wizard *w)
{
	for (size_t i = 0; i < w->settings->n; i++)
		if (w->settings->items[i].answer == ANSWER_VALUE ||
			w->settings->items[i].answer == ANSWER_GENERATE)
			setup_answer(w->setup, w->settings->items[i].name, NULL, NULL);
}

static void leave_answered(void *arg, int answer)
{
	struct wizard *w = arg;
	AUTO(error) struct error err = ERROR_INIT;
	int code = 0;

	w->leaving = false;
	if (answer != LEAVE_KEEP && answer != LEAVE_DROP)
		return;
	if (answer == LEAVE_DROP)
		drop_answers(w);
	/* Without an answer the draft of before goes, too. */
	code = setup_save_draft(w->setup, &err);
	if (code != 0) {
		overlay_error(w->view.screen, &err);
		return;
	}
	wizard_finish(w, UI_LEAVE, NULL);
}

static void wizard_leave(struct view *v)
{
	struct wizard *w = of(v);
	size_t n = count_answers(w);
	autofree char *text = NULL;
	struct question q = {.title = _("Leave the setup?"),
		.answers = leave_answers,
		.done = leave_answered,
		.arg = w};

	/* Asked a second time: yes. */
	if (w->leaving) {
		leave_answered(w, LEAVE_KEEP);
		return;
	}
	text = xasprintf(
		Q_("Nothing has been written. There is %zu answer; a draft holds all but secrets.",
			"Nothing has been written. There are %zu answers; a draft holds all but "
			"secrets.",
			n),
		n);
	q.text = text;
	w->leaving = true;
	overlay_ask(v->screen, &q);
}

static void wizard_ending(struct view *v)
{
	setup_save_draft(of(v)->setup, NULL);
}

static void do_back(struct view *v)
{
	struct wizard *w = of(v);

	if (w->editing)
		wizard_edit_cancel(w);
	else if (!step_page(w, -1))
		wizard_leave(v);
}

static void do_quit(struct view *v)
{
	wizard_leave(v);
}

/* --- the view ----------------------------------------------------------------------------------
 */

static const char *wizard_cannot(const struct view *v, unsigned needs)
{
	const struct wizard *w = (const struct wizard *)v;
	const struct setting *s = wizard_focus(w);

	if (needs & NEED_REST && w->editing)
		return _("not while a value is being typed");
	if (needs & NEED_TYPING && !w->editing)
		return _("only while a value is being typed");
	if (needs & (NEED_FIELD | NEED_SECRET | NEED_PORT | NEED_ANSWER) && !s)
		return _("no setting is selected");
	if (needs & NEED_SECRET && s->type != SETTING_SECRET)
		return _("only for secrets");
	if (needs & NEED_PORT && s->type != SETTING_PORT)
		return _("only for ports");
	if (needs & NEED_ANSWER && s->answer != ANSWER_VALUE && s->answer != ANSWER_GENERATE)
		return _("nothing was answered here");
	return NULL;
}

static const struct key wizard_keys[] = {
	{{K_ENTER}, N_("edit"), N_("Edit the setting"), do_enter, KEY_BAR | NEED_FIELD | NEED_REST},
	{{K_ENTER}, N_("take it"), N_("Take what was typed, and go on"), do_enter,
		KEY_BAR | NEED_TYPING},
	{{K_ESC}, N_("as before"), N_("Leave the value as it was"), do_back, KEY_BAR | NEED_TYPING},
	{{' '}, N_("toggle"), N_("Switch yes and no, or choose"), do_toggle,
		NEED_FIELD | NEED_REST},
	{{'g'}, N_("generate"), N_("Make a new random secret"), do_generate,
		KEY_BAR | NEED_SECRET | NEED_REST},
	{{'G'}, N_("generate all"), N_("Make every secret that is required and missing"),
		do_generate_all, NEED_REST},
	{{'r', K_F2}, N_("reveal"), N_("Show or hide the secret"), do_reveal,
		KEY_BAR | NEED_SECRET},
	{{'n'}, N_("next free"), N_("Take the next free port"), do_next_port,
		KEY_BAR | NEED_PORT | NEED_REST},
	{{'u'}, N_("undo"), N_("Take back the last answer"), do_undo, KEY_BAR | NEED_REST},
	{{K_CTRL('r')}, N_("redo"), N_("Do again what was taken back"), do_redo, NEED_REST},
	{{'d', K_DELETE}, N_("default"), N_("Take back this setting's answer"), do_reset,
		NEED_ANSWER | NEED_REST},
	{{'w'}, N_("why"), N_("Why this is asked, and what it does"), do_why,
		KEY_BAR | NEED_FIELD | NEED_REST},
	{{'/'}, N_("search"), N_("Search all settings"), do_search, KEY_BAR | NEED_REST},
	{{'a'}, N_("all"), N_("All settings, or only what is usually answered"), do_all,
		KEY_BAR | NEED_REST},
	{{K_TAB}, N_("page"), N_("The next page"), do_next, KEY_BAR},
	{{K_RIGHT}, N_("page"), N_("The next page"), do_next, NEED_REST},
	{{K_BACKTAB}, N_("page back"), N_("The page before"), do_previous, 0},
	{{K_LEFT}, N_("page back"), N_("The page before"), do_previous, NEED_REST},
	{{K_ESC, 'b'}, N_("back"), N_("The page before; from the first one, out"), do_back,
		NEED_REST},
	{{'v'}, N_("review"), N_("See every change, and confirm it"), do_review, NEED_REST},
	{{K_UP, 'k'}, N_("up"), N_("The setting above"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("The setting below"), do_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("A window's height up"), do_page_up, NEED_REST},
	{{K_PAGE_DOWN}, N_("page down"), N_("A window's height down"), do_page_down, NEED_REST},
	{{K_HOME}, N_("first"), N_("The first setting of the page"), do_first, NEED_REST},
	{{K_END}, N_("last"), N_("The last setting of the page"), do_last, NEED_REST},
	{{'q'}, N_("leave"), N_("Leave the setup, after asking"), do_quit, NEED_REST},
	{{0}, NULL, NULL, NULL, 0},
};

static void wizard_title(struct view *v, struct view_line *line)
{
	struct wizard *w = of(v);
	const struct workspace *ws = setup_workspace(w->setup);
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   %s %s %s", ws->project->compose->name,
		ws->host ? ws->host->label : _("this machine"), sep, ws->project->dir);
	str_addf(&line->right, _("%zu of %zu"), w->page + 1, w->settings->n_pages);
}

static void wizard_state(struct view *v, struct view_line *line)
{
	struct wizard *w = of(v);
	size_t missing = setup_unanswered(w->setup, NULL), changes = setup_changes(w->setup),
	       asked = 0, shown = 0;
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);

	for (size_t i = 0; i < w->settings->n; i++) {
		asked += setting_asked(w->settings, &w->settings->items[i]);
		shown += wizard_shows(w, &w->settings->items[i]);
	}
	if (missing)
		str_addf(&line->left, _("%zu to answer"), missing);
	else
		str_add(&line->left, _("all answered"));
	line->left_role = missing ? ROLE_WARN : ROLE_OK;
	str_addf(&line->left, " %s ", sep);
	str_addf(&line->left, Q_("%zu change so far", "%zu changes so far", changes), changes);
	if (w->probe)
		str_addf(&line->left, " %s %s", sep, _("checking ports and volumes"));
	str_addf(&line->right, Q_("%zu setting, %zu shown", "%zu settings, %zu shown", asked),
		asked, shown);
}

static struct input *wizard_input(struct view *v)
{
	return of(v)->editing ? &of(v)->input : NULL;
}

static void wizard_edited(struct view *v)
{
	wizard_edit_check(of(v));
}

static bool inside(const struct pane *p, const struct pane *body, int y, int x)
{
	y += body->y;
	x += body->x;
	return y >= p->y && y < p->y + p->h && x >= p->x && x < p->x + p->w;
}

static void wizard_mouse(struct view *v, int y, int x, int wheel)
{
	struct wizard *w = of(v);

	if (w->editing && !wizard_edit_accept(w))
		return;
	if (wheel) {
		list_move(&w->fields, wheel);
		focus_moved(w);
	} else if (inside(&w->rail_pane, &v->body, y, x)) {
		size_t page = w->rail_top + (size_t)y;

		if (page < w->settings->n_pages)
			wizard_go(w, page);
		else if (page == w->settings->n_pages)
			wizard_review(w);
	} else if (inside(&w->form_pane, &v->body, y, x)) {
		size_t was = w->fields.at;
		int row = y + v->body.y - w->form_pane.y - w->fields_y;

		if (list_click(&w->fields, row) && w->fields.at == was)
			wizard_edit(w);
		else
			focus_moved(w);
	}
}

static void wizard_free(struct view *v)
{
	struct wizard *w = of(v);

	setup_on_change(w->setup, NULL, NULL);
	op_free(w->probe);
	if (w->editing)
		input_done(&w->input);
	error_done(&w->wrong);
	free(w->visited);
	free(w->shown);
	free(w);
}

static const struct view_ops wizard_ops = {
	.name = N_("Setup"),
	.keys = wizard_keys,
	.draw = wizard_draw,
	.title = wizard_title,
	.state = wizard_state,
	.input = wizard_input,
	.edited = wizard_edited,
	.mouse = wizard_mouse,
	.cannot = wizard_cannot,
	.leave = wizard_leave,
	.ending = wizard_ending,
	.free = wizard_free,
};

void wizard_review(struct wizard *w)
{
	for (size_t i = 0; i < w->settings->n_pages; i++)
		w->visited[i] = true;
	review_open(w);
}

struct wizard *wizard_new(struct setup *s)
{
	struct wizard *w = xcalloc(1, sizeof(*w));

	w->view.ops = &wizard_ops;
	w->setup = s;
	w->settings = setup_settings(s);
	w->visited = xcalloc(w->settings->n_pages + 1, sizeof(*w->visited));
	w->shown = xcalloc(w->settings->n + 1, sizeof(*w->shown));
	return w;
}

void wizard_begin(struct wizard *w)
{
	setup_on_change(w->setup, world_changed, w);
	for (w->page = 0; w->page + 1 < w->settings->n_pages; w->page++)
		if (setup_page_unanswered(w->setup, w->page))
			break;
	if (w->page + 1 == w->settings->n_pages && !setup_page_unanswered(w->setup, w->page))
		w->page = 0;
	if (!w->settings->n_pages) {
		wizard_review(w);
		return;
	}
	for (size_t i = 0; i < w->page; i++)
		w->visited[i] = true;
	wizard_go(w, w->page);
	if (!w->n_shown)
		step_page(w, 1);
	start_probe(w);
	if (count_answers(w))
		screen_note(w->view.screen, ROLE_ACCENT,
			Q_("%zu answer of last time is here", "%zu answers of last time are here",
				count_answers(w)),
			count_answers(w));
}
