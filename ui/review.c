/* SPDX-License-Identifier: MIT */
/* The last page: everything that would change, as the plan says it, and the confirmation. */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/plan.h"
#include "ui/overlay.h"

enum review_state {
	REVIEW_MISSING,  /* settings without an answer: they are listed */
	REVIEW_PLANNING, /* the plan is being made */
	REVIEW_FAILED,   /* it could not be made */
	REVIEW_READY,
};

enum review_needs {
	NEED_PLAN = KEY_NEEDS,
	NEED_CHANGES = KEY_NEEDS << 1,
	NEED_MISSING = KEY_NEEDS << 2,
	NEED_SECRETS = KEY_NEEDS << 3,
	NEED_ENGINE = KEY_NEEDS << 4,
	NEED_NO_ENGINE = KEY_NEEDS << 5,
};

struct review {
	struct view view;
	struct wizard *wizard;
	enum review_state state;
	struct strv missing;
	struct op *op;
	struct plan *plan;
	bool write_only; /* op makes the plan that only writes; then the wizard ends */
	struct error err;
	struct list list;   /* of missing, or of rows */
	size_t *rows;       /* indices of plan->steps in view */
	struct list change; /* lines of the selected step's change */
	bool unchanged;     /* steps without a change are listed too */
	bool revealed;
	struct pane list_pane;
};

static struct review *of(struct view *v)
{
	return (struct review *)v;
}

static const struct step *focus(const struct review *r)
{
	return r->state == REVIEW_READY && r->list.n ? r->plan->steps[r->rows[r->list.at]] : NULL;
}

static const char *change_text(const struct review *r, const struct step *s)
{
	return r->revealed && s->change_revealed ? s->change_revealed : s->change;
}

/* --- drawing -----------------------------------------------------------------------------------
 */

static void draw_missing(struct review *r, const struct pane *p)
{
	int label = p->w * 2 / 5 > 36 ? 36 : p->w * 2 / 5, page = p->w / 5 > 20 ? 20 : p->w / 5;

	draw_textf(p, 0, 1, -1, ROLE_TITLE,
		Q_("%zu setting still needs an answer:", "%zu settings still need an answer:",
			r->missing.n),
		r->missing.n);
	list_fit(&r->list, p->h - 2);
	for (int y = 0; y < p->h - 2 && r->list.top + (size_t)y < r->list.n; y++) {
		size_t i = r->list.top + (size_t)y;
		const struct setting *s = settings_find(r->wizard->settings, r->missing.items[i]);
		bool here = i == r->list.at;
		enum role role;
		autofree char *note = field_note(r->wizard, s, &role);

		if (here)
			draw_glyph(p, y + 2, 1, ROLE_ACCENT, GLYPH_HERE);
		draw_text(p, y + 2, 3, label, here ? ROLE_SELECTED : ROLE_TEXT, field_label(s));
		draw_text(p, y + 2, 5 + label, page, ROLE_DIM,
			r->wizard->settings->pages[s->page].title);
		draw_text(p, y + 2, 7 + label + page, p->w - label - page - 9, role, note);
	}
	r->list_pane = pane_sub(p, 2, 0, p->h - 2, -1);
	list_draw_more(&r->list, p, 2, p->w - 1);
}

static enum role step_role(const struct theme *t, const struct step *s)
{
	(void)t;
	if (!s->changes)
		return ROLE_DIM;
	return str_eq(s->ops->ascii, "+")   ? ROLE_ADDED
	       : str_eq(s->ops->ascii, "-") ? ROLE_REMOVED
					    : ROLE_ACCENT;
}

static void draw_steps(struct review *r, const struct pane *p, int title_cells)
{
	list_fit(&r->list, p->h);
	for (int y = 0; y < p->h && r->list.top + (size_t)y < r->list.n; y++) {
		size_t i = r->list.top + (size_t)y;
		const struct step *s = r->plan->steps[r->rows[i]];
		bool here = i == r->list.at;
		const char *glyph = !s->changes      ? theme_glyph(p->theme, GLYPH_SEP)
				    : p->theme->utf8 ? s->ops->glyph
						     : s->ops->ascii;

		if (here)
			draw_glyph(p, y, 1, ROLE_ACCENT, GLYPH_HERE);
		draw_text(p, y, 3, 2, step_role(p->theme, s), glyph);
		draw_text(p, y, 5, title_cells,
			here         ? ROLE_SELECTED
			: s->changes ? ROLE_TEXT
				     : ROLE_DIM,
			s->title);
		draw_text(p, y, 5 + title_cells + 2, p->w - title_cells - 9,
			s->changes ? ROLE_TEXT : ROLE_DIM, s->reason);
	}
	list_draw_more(&r->list, p, 0, p->w - 1);
	r->list_pane = *p;
}

static enum role change_role(const char *line)
{
	if (str_starts(line, "--- ") || str_starts(line, "+++ "))
		return ROLE_DIM;
	switch (*line) {
	case '+':
		return ROLE_ADDED;
	case '-':
		return ROLE_REMOVED;
	case '@':
		return ROLE_ACCENT;
	default:
		return ROLE_TEXT;
	}
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; text && *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

static void draw_change(struct review *r, const struct pane *p)
{
	const struct step *s = focus(r);
	const char *text = s ? change_text(r, s) : NULL;
	size_t line = 0;

	r->change.n = count_lines(text);
	r->change.rows = p->h;
	list_scroll(&r->change, 0);
	if (s && !text) {
		draw_text(p, 0, 1, -2, ROLE_DIM, s->changes ? s->reason : _("nothing to do here"));
		return;
	}
	for (; text && *text; line++) {
		size_t n = strcspn(text, "\n");

		if (line >= r->change.top && line < r->change.top + (size_t)p->h)
			draw_textn(p, (int)(line - r->change.top), 1, p->w - 3, change_role(text),
				text, n);
		text += n + (text[n] == '\n');
	}
	list_draw_more(&r->change, p, 0, p->w - 1);
}

/* The notes at the foot of the pane, in at most `max` rows; returns the number of rows. */
static int draw_notes(struct review *r, const struct pane *p, int max)
{
	AUTO(str) struct str all = STR_INIT(STR_LINE);
	int rows;

	for (size_t i = 0; i < r->plan->notes.n; i++)
		str_addf(&all, "%s%s", i ? "\n" : "", r->plan->notes.items[i]);
	rows = draw_wrap(p, 0, 0, 0, p->w - 2, ROLE_NONE, str_text(&all));
	if (rows > max)
		rows = max;
	draw_wrap(p, p->h - rows, 1, rows, p->w - 2, ROLE_WARN, str_text(&all));
	return rows;
}

static void draw_ready(struct review *r, const struct pane *p)
{
	int notes = draw_notes(r, p, p->h / 4), body = p->h - notes, steps, title = 8;
	struct pane part;

	if (!r->list.n) {
		draw_text(p, 0, 1, -1, ROLE_OK,
			_("Nothing to do: everything is as it was answered."));
		return;
	}
	for (size_t i = 0; i < r->list.n; i++) {
		int width = text_width(r->plan->steps[r->rows[i]]->title);

		title = width > title ? width : title;
	}
	title = title > p->w / 3 ? p->w / 3 : title;
	steps = (int)r->list.n < body / 2 ? (int)r->list.n : body / 2;
	part = pane_sub(p, 0, 0, steps, -1);
	draw_steps(r, &part, title);
	draw_hline(p, steps, 1, p->w - 2);
	part = pane_sub(p, steps + 1, 0, body - steps - 1, -1);
	draw_change(r, &part);
}

static void draw_failed(struct review *r, const struct pane *p)
{
	int y = 1;

	draw_mark(p, 0, 1, MARK_BAD);
	draw_text(p, 0, 6, -1, ROLE_TITLE, _("What would change cannot be worked out."));
	if (r->err.message)
		y += draw_wrap(p, y, 1, 4, p->w - 2, ROLE_BAD, r->err.message);
	if (r->err.detail)
		y += draw_wrap(p, y, 1, p->h - y - 4, p->w - 2, ROLE_TEXT, r->err.detail);
	if (r->err.hint)
		draw_wrap(p, y + 1, 1, 3, p->w - 2, ROLE_TEXT, r->err.hint);
}

static void review_draw(struct view *v, const struct pane *p)
{
	struct review *r = of(v);

	switch (r->state) {
	case REVIEW_MISSING:
		draw_missing(r, p);
		break;
	case REVIEW_PLANNING:
		draw_text(p, 0, 1, -1, ROLE_TEXT, _("Working out what would change…"));
		break;
	case REVIEW_FAILED:
		draw_failed(r, p);
		break;
	case REVIEW_READY:
		draw_ready(r, p);
		break;
	}
}

static void review_title(struct view *v, struct view_line *line)
{
	struct review *r = of(v);
	const char *name = setup_workspace(r->wizard->setup)->project->compose->name;

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   ", name);
	if (r->state == REVIEW_READY && r->plan->changes)
		str_addf(&line->left,
			Q_("Review: %zu change. Nothing has been written yet.",
				"Review: %zu changes. Nothing has been written yet.",
				r->plan->changes),
			r->plan->changes);
	else
		str_add(&line->left, _("Review: nothing has been written yet."));
}

static void review_line(struct view *v, struct view_line *line)
{
	struct review *r = of(v);
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);

	if (r->state != REVIEW_READY)
		return;
	str_add(&line->left, _("undo: slipway undo"));
	str_addf(&line->left, " %s %s", sep, _("backup: .slipway/backup"));
	if (r->plan->downtime_ms > 0) {
		autofree char *time = text_ago(r->plan->downtime_ms);

		str_addf(&line->left, " %s ", sep);
		str_addf(&line->left, _("downtime: about %s"), time);
	}
	line->left_role = ROLE_DIM;
	if (r->plan->n > r->plan->changes)
		str_addf(&line->right, _("%zu unchanged"), r->plan->n - r->plan->changes);
}

/* --- the plan ----------------------------------------------------------------------------------
 */

static void list_steps(struct review *r)
{
	size_t n = 0;

	r->rows = xreallocarray(r->rows, r->plan->n + 1, sizeof(*r->rows));
	for (size_t i = 0; i < r->plan->n; i++)
		if (r->unchanged || r->plan->steps[i]->changes)
			r->rows[n++] = i;
	list_count(&r->list, n);
	r->change = (struct list){0};
}

static void planned(void *arg, int code, const struct error *err)
{
	struct review *r = arg;
	struct op *op = r->op;
	struct plan *plan;

	if (code == ERR_CANCELLED)
		return;
	r->op = NULL;
	if (code != 0) {
		error_copy(&r->err, err);
		r->state = REVIEW_FAILED;
		op_free(op);
		screen_dirty(r->view.screen);
		return;
	}
	plan = plan_take(op);
	op_free(op);
	if (r->write_only) {
		wizard_finish(r->wizard, UI_WRITE, plan);
		return;
	}
	plan_free(r->plan);
	r->plan = plan;
	r->state = REVIEW_READY;
	list_steps(r);
	screen_dirty(r->view.screen);
}

static void make_plan(struct review *r, unsigned scope)
{
	r->state = REVIEW_PLANNING;
	r->op = plan_start(setup_workspace(r->wizard->setup), scope, planned, r);
	screen_dirty(r->view.screen);
}

/* --- keys --------------------------------------------------------------------------------------
 */

static void do_apply(struct view *v)
{
	struct review *r = of(v);

	wizard_finish(r->wizard, UI_DEPLOY, take(r->plan));
}

static void do_write(struct view *v)
{
	of(v)->write_only = true;
	make_plan(of(v), PLAN_WRITE);
}

static void do_save(struct view *v)
{
	struct review *r = of(v);

	wizard_finish(r->wizard, UI_SAVE, take(r->plan));
}

static void do_answer(struct view *v)
{
	struct review *r = of(v);
	struct wizard *w = r->wizard;
	autofree char *name = xstrdup(r->missing.items[r->list.at]);

	screen_pop(v);
	wizard_show(w, name);
}

static void moved(struct review *r)
{
	r->change = (struct list){0};
}

static void do_up(struct view *v)
{
	list_move(&of(v)->list, -1);
	moved(of(v));
}

static void do_down(struct view *v)
{
	list_move(&of(v)->list, 1);
	moved(of(v));
}

static void do_scroll_up(struct view *v)
{
	list_scroll(&of(v)->change, -(of(v)->change.rows - 1));
}

static void do_scroll_down(struct view *v)
{
	list_scroll(&of(v)->change, of(v)->change.rows - 1);
}

static void do_line_up(struct view *v)
{
	list_scroll(&of(v)->change, -1);
}

static void do_line_down(struct view *v)
{
	list_scroll(&of(v)->change, 1);
}

static void do_reveal(struct view *v)
{
	of(v)->revealed = !of(v)->revealed;
}

static void do_unchanged(struct view *v)
{
	struct review *r = of(v);

	r->unchanged = !r->unchanged;
	list_steps(r);
}

static void do_search(struct view *v)
{
	struct wizard *w = of(v)->wizard;

	screen_pop(v);
	search_open(w);
}

static void do_quit(struct view *v)
{
	of(v)->wizard->view.ops->leave(&of(v)->wizard->view);
}

static const char *review_cannot(const struct view *v, unsigned needs)
{
	const struct review *r = (const struct review *)v;

	if (needs & NEED_MISSING && r->state != REVIEW_MISSING)
		return _("nothing is missing");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_MISSING)
		return _("settings still need an answer");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_PLANNING)
		return _("what would change is not known yet");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_FAILED)
		return _("what would change cannot be worked out");
	if (needs & NEED_ENGINE && !r->plan->workspace->engine)
		return _("there is no engine to deploy with");
	if (needs & NEED_NO_ENGINE && r->plan->workspace->engine)
		return _("only where there is no engine");
	if (needs & NEED_CHANGES && !r->plan->changes)
		return _("there is nothing to do");
	if (needs & NEED_SECRETS && (!focus(r) || !focus(r)->change_revealed))
		return _("no secret is in this change");
	return NULL;
}

static const struct key review_keys[] = {
	{{K_ENTER}, N_("answer"), N_("Go to the selected setting"), do_answer,
		KEY_BAR | NEED_MISSING},
	{{K_ENTER}, N_("apply and deploy"), N_("Write the files, then start the services"),
		do_apply, KEY_BAR | NEED_PLAN | NEED_ENGINE},
	{{K_ENTER, 'w'}, N_("write"), N_("Write the files"), do_write,
		KEY_BAR | NEED_PLAN | NEED_CHANGES | NEED_NO_ENGINE},
	{{'w'}, N_("write only"), N_("Write the files, start nothing"), do_write,
		KEY_BAR | NEED_PLAN | NEED_CHANGES | NEED_ENGINE},
	{{'s'}, N_("save the plan"), N_("Save the plan to a file, write nothing else"), do_save,
		KEY_BAR | NEED_PLAN | NEED_CHANGES},
	{{'e', K_ESC, 'b', K_BACKTAB}, N_("edit"), N_("Back to the answers"), screen_pop, KEY_BAR},
	{{'r', K_F2}, N_("reveal"), N_("Show or hide the secrets of this change"), do_reveal,
		KEY_BAR | NEED_SECRETS},
	{{'a'}, N_("unchanged"), N_("List what stays as it is, too"), do_unchanged, NEED_PLAN},
	{{'/'}, N_("search"), N_("Search all settings"), do_search, 0},
	{{K_UP, 'k'}, N_("up"), N_("The one above"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("The one below"), do_down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("Scroll the change up"), do_scroll_up, 0},
	{{K_PAGE_DOWN, ' '}, N_("page down"), N_("Scroll the change down"), do_scroll_down, 0},
	{{K_LEFT, 'K'}, N_("line up"), N_("Scroll the change a line up"), do_line_up, 0},
	{{K_RIGHT, 'J'}, N_("line down"), N_("Scroll the change a line down"), do_line_down, 0},
	{{'q'}, N_("leave"), N_("Leave the setup, after asking"), do_quit, 0},
	{{0}, NULL, NULL, NULL, 0},
};

static void review_mouse(struct view *v, int y, int x, int wheel)
{
	struct review *r = of(v);
	int row = y + v->body.y - r->list_pane.y;

	(void)x;
	if (wheel && row >= r->list_pane.h)
		list_scroll(&r->change, 3 * wheel);
	else if (wheel)
		list_move(&r->list, wheel);
	else if (list_click(&r->list, row))
		moved(r);
}

static void review_free(struct view *v)
{
	struct review *r = of(v);

	op_free(r->op);
	plan_free(r->plan);
	strv_done(&r->missing);
	error_done(&r->err);
	free(r->rows);
	free(r);
}

static const struct view_ops review_ops = {
	.name = N_("Review"),
	.keys = review_keys,
	.draw = review_draw,
	.title = review_title,
	.state = review_line,
	.mouse = review_mouse,
	.cannot = review_cannot,
	.free = review_free,
};

void review_open(struct wizard *w)
{
	struct review *r = xcalloc(1, sizeof(*r));

	r->view.ops = &review_ops;
	r->wizard = w;
	setup_unanswered(w->setup, &r->missing);
	list_count(&r->list, r->missing.n);
	screen_push(w->view.screen, &r->view);
	if (r->missing.n)
		r->state = REVIEW_MISSING;
	else
		make_plan(r, PLAN_ALL);
}
