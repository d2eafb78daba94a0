/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay.h"
#include "ui/review.h"

static struct wizard *of(struct view *v)
{
	return (struct wizard *)v;
}

/* --- which fields are in view */

struct setting *wizard_focus(const struct wizard *w)
{
	return w->n_shown ? &w->settings->items[w->shown[w->fields.at]] : NULL;
}

bool wizard_shows(const struct wizard *w, const struct setting *s)
{
	if (!setting_asked(w->settings, s))
		return false;
	return w->all || !s->advanced || setup_open(w->setup, s) || s->answer == ANSWER_VALUE;
}

/* Of adjustments all of one service are in view, and none of another. */
static bool in_view(const struct wizard *w, const struct setting *s)
{
	if (s->service)
		return s->service == w->service && setting_asked(w->settings, s);
	return wizard_shows(w, s);
}

void wizard_refill(struct wizard *w)
{
	const struct setting *focus = wizard_focus(w);
	size_t at = w->fields.at;

	w->n_shown = 0;
	for (size_t i = 0; i < w->settings->n; i++) {
		const struct setting *s = &w->settings->items[i];

		/* What is being typed belongs to its field, whatever comes back from a probe. */
		if (s->page != w->page || !(in_view(w, s) || (w->editing && s == focus)))
			continue;
		if (s == focus)
			at = w->n_shown;
		w->shown[w->n_shown++] = i;
	}
	list_count(&w->fields, w->n_shown);
	list_select(&w->fields, at);
	screen_dirty(w->view.screen);
}

void wizard_focus_moved(struct wizard *w)
{
	w->begun = NULL;
	w->revealed = false;
	screen_dirty(w->view.screen);
}

/* The first field that is wrong; without one the first that is missing. */
static void focus_open(struct wizard *w)
{
	size_t at = w->n_shown;

	for (size_t i = w->n_shown; i-- > 0;) {
		const struct setting *s = &w->settings->items[w->shown[i]];
		bool better = at == w->n_shown || s->problem.code ||
			      !w->settings->items[w->shown[at]].problem.code;

		if (setup_open(w->setup, s) && better)
			at = i;
	}
	if (at < w->n_shown)
		list_select(&w->fields, at);
}

void wizard_go(struct wizard *w, size_t page)
{
	w->page = page;
	if (page > w->reached)
		w->reached = page;
	w->n_shown = 0;
	w->fields = (struct list){0};
	wizard_adjust_enter(w);
	wizard_refill(w);
	focus_open(w);
	wizard_focus_moved(w);
	wizard_draft_keep(w);
}

void wizard_show(struct wizard *w, const char *name)
{
	const struct setting *s = settings_find(w->settings, name);

	if (!s)
		return;
	if (s->service)
		w->service = s->service;
	else if (!wizard_shows(w, s))
		w->all = true;
	wizard_go(w, s->page);
	for (size_t i = 0; i < w->n_shown; i++)
		if (&w->settings->items[w->shown[i]] == s)
			list_select(&w->fields, i);
}

static bool page_shows(const struct wizard *w, size_t page)
{
	for (size_t i = 0; i < w->settings->n; i++)
		if (w->settings->items[i].page == page && wizard_shows(w, &w->settings->items[i]))
			return true;
	return false;
}

bool wizard_step_page(struct wizard *w, int by)
{
	AUTO(strv) struct strv passed = STRV_INIT;
	autofree char *names = NULL;
	long page = (long)w->page + by;

	for (; page >= 0 && page < (long)w->settings->n_pages; page += by) {
		if (page_shows(w, (size_t)page))
			break;
		strv_push(&passed, w->settings->pages[page].title);
	}
	if (page < 0 || page >= (long)w->settings->n_pages)
		return false;
	wizard_go(w, (size_t)page);
	names = strv_join(&passed, ", ");
	if (passed.n)
		screen_note(w->view.screen, ROLE_DIM, _("nothing to answer on %s (a shows all)"),
			names);
	return true;
}

/* --- answers */

static void start_probe(struct wizard *w);
static size_t first_page(const struct wizard *w);

/* A port that turns out to be taken comes before what else there is to answer: where nobody has done
 * anything yet, the wizard begins there. */
static void begin_again(struct wizard *w)
{
	const struct setting *first = w->begun;

	w->begun = NULL;
	/* Somebody who comes back is where they were, unless something needs an answer now. */
	if (w->again && w->again->focus && !setup_open_settings(w->setup, NULL))
		return;
	if (first && first == wizard_focus(w) && !w->editing && !w->review &&
		first_page(w) < first->page)
		wizard_go(w, first_page(w));
}

static void tried(void *arg, int code, const struct error *err)
{
	struct wizard *w = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	op_free(take(w->trials));
	screen_dirty(w->view.screen);
}

static void probed(void *arg, int code, const struct error *err)
{
	struct wizard *w = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	op_free(take(w->probe));
	begin_again(w);
	wizard_refill(w);
	if (!w->trials)
		w->trials = setup_try(w->setup, NULL, tried, w);
	if (w->probe_again)
		start_probe(w);
	else if (w->review && w->review->waiting)
		review_wait(w->review);
}

static void start_probe(struct wizard *w)
{
	w->probe_again = w->probe != NULL;
	if (!w->probe)
		w->probe = setup_probe(w->setup, probed, w);
}

void wizard_changed(struct wizard *w, const struct setting *s)
{
	w->begun = NULL;
	if (s && s->type == SETTING_PORT)
		start_probe(w);
	wizard_refill(w);
	wizard_draft_keep(w);
}

void wizard_answer(struct wizard *w, const char *name, const char *value)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_answer(w->setup, name, value, &err) != 0)
		screen_note_error(w->view.screen, &err);
	else if (value)
		setup_test_kept(w->setup, name);
	wizard_changed(w, settings_find(w->settings, name));
}

void wizard_generate_all(struct wizard *w)
{
	struct screen *screen = w->view.screen;
	AUTO(error) struct error err = ERROR_INIT;
	int n = setup_generate_missing(w->setup, &err);
	size_t making = setup_making(w->setup);

	if (n < 0)
		screen_note_error(screen, &err);
	else if (making)
		screen_note(screen, ROLE_ACCENT,
			Q_("%zu secret is being generated", "%zu secrets are being generated",
				making),
			making);
	else
		screen_note(screen, ROLE_ACCENT,
			Q_("%d secret generated", "%d secrets generated", (unsigned long)n), n);
	wizard_changed(w, NULL);
}

static void world_changed(void *arg)
{
	struct wizard *w = arg;

	wizard_refill(w);
	wizard_draft_keep(w);
	if (w->review && w->review->waiting)
		review_wait(w->review);
}

void wizard_finish(struct wizard *w, enum ui_choice choice, struct plan *plan)
{
	w->choice = choice;
	w->plan = plan;
	screen_stop(w->view.screen);
}

/* --- the view */

static void wizard_title(struct view *v, struct view_line *line)
{
	struct wizard *w = of(v);
	const struct workspace *ws = setup_workspace(w->setup);
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   %s %s %s", ws->project->compose->name,
		ws->host ? ws->host->label : _("this machine"), sep, ws->project->dir);
	if (w->drafted)
		str_addf(&line->right, "%s %s ", _("draft kept"), sep);
	str_addf(&line->right, _("%zu of %zu"), w->page + 1, w->settings->n_pages);
}

static void wizard_state(struct view *v, struct view_line *line)
{
	struct wizard *w = of(v);
	const struct workspace *ws = setup_workspace(w->setup);
	const struct setup_count count = setup_count(w->setup);
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);
	const size_t open = count.unanswered + count.taken;
	size_t shown = 0;

	for (size_t i = 0; i < w->settings->n; i++)
		shown += !w->settings->items[i].service && wizard_shows(w, &w->settings->items[i]);
	if (open)
		str_addf(&line->left, _("%zu to answer"), open);
	else
		str_add(&line->left, _("all answered"));
	line->left_role = open ? ROLE_WARN : ROLE_OK;
	str_addf(&line->left, " %s ", sep);
	str_addf(&line->left, Q_("%zu setting changed", "%zu settings changed", count.changed),
		count.changed);
	if (setup_making(w->setup))
		str_addf(&line->left, " %s %s", sep, _("generating"));
	if (w->probe)
		str_addf(&line->left, " %s %s", sep, _("checking ports and volumes"));
	else if (w->trials)
		str_addf(&line->left, " %s %s", sep, _("trying the old secrets"));
	else if (!ws->engine && ws->engine_error.code)
		str_addf(&line->left, " %s %s", sep, _("no engine: only files"));
	str_addf(&line->right,
		Q_("%zu setting, %zu shown", "%zu settings, %zu shown", count.settings),
		count.settings, shown);
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
		wizard_focus_moved(w);
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
			wizard_focus_moved(w);
	}
}

static void wizard_free(struct view *v)
{
	struct wizard *w = of(v);

	setup_on_change(w->setup, NULL, NULL);
	op_free(w->probe);
	op_free(w->trials);
	op_free(w->draft);
	if (w->editing)
		input_done(&w->input);
	error_done(&w->wrong);
	free(w->home);
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
	.free = wizard_free,
};

void wizard_review(struct wizard *w)
{
	w->reached = w->settings->n_pages;
	/* Who has a port may have gone. */
	if (setup_count(w->setup).taken)
		start_probe(w);
	review_open(w);
}

struct wizard *wizard_new(struct setup *s, struct setup_again *again)
{
	struct wizard *w = xcalloc(1, sizeof(*w));

	w->view.ops = &wizard_ops;
	w->setup = s;
	w->again = again;
	w->settings = setup_settings(s);
	w->shown = xcalloc(w->settings->n + 1, sizeof(*w->shown));
	return w;
}

/* Where to begin: what is wrong goes before what is missing, and that before the first page. */
static size_t first_page(const struct wizard *w)
{
	const struct setting *missing = NULL;

	for (size_t i = 0; i < w->settings->n; i++) {
		const struct setting *s = &w->settings->items[i];

		if (!setting_asked(w->settings, s) || !setup_open(w->setup, s))
			continue;
		if (s->problem.code)
			return s->page;
		if (!missing)
			missing = s;
	}
	return missing ? missing->page : 0;
}

void wizard_begin(struct wizard *w)
{
	const size_t drafted = setup_drafted(w->setup);

	setup_on_change(w->setup, world_changed, w);
	setup_draft_mark(w->setup);
	w->page = first_page(w);
	if (!w->settings->n_pages) {
		start_probe(w);
		wizard_review(w);
		wizard_again(w);
		return;
	}
	wizard_go(w, w->page);
	if (!w->n_shown)
		wizard_step_page(w, 1);
	w->begun = wizard_focus(w);
	start_probe(w);
	if (drafted)
		screen_note(w->view.screen, ROLE_ACCENT,
			Q_("%zu answer of last time is here", "%zu answers of last time are here",
				drafted),
			drafted);
	wizard_again(w);
}
