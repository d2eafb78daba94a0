/* SPDX-License-Identifier: MIT */
#include "ui/review.h"

#include "base/i18n.h"
#include "base/text.h"

const struct step *review_focus(const struct review *r)
{
	return r->state == REVIEW_READY && r->list.n ? r->plan->steps[r->rows[r->list.at]] : NULL;
}

bool review_is_notes(const struct step *s)
{
	return step_counts(s) && step_is_note(s);
}

const char *review_change(const struct review *r, const struct step *s)
{
	return r->revealed && s->change_revealed ? s->change_revealed : s->change;
}

static void review_title(struct view *v, struct view_line *line)
{
	struct review *r = review_of(v);
	const char *name = setup_workspace(r->wizard->setup)->project->compose->name;

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   ", name);
	if (r->state == REVIEW_READY && r->plan->changes)
		str_addf(&line->left,
			Q_("Review: %zu change. Nothing has been written yet.",
				"Review: %zu changes. Nothing has been written yet.",
				plan_lines(r->plan)),
			plan_lines(r->plan));
	else
		str_add(&line->left, _("Review: nothing has been written yet."));
}

static void review_line(struct view *v, struct view_line *line)
{
	struct review *r = review_of(v);
	const char *sep = theme_glyph(screen_theme(v->screen), GLYPH_SEP);

	if (r->state != REVIEW_READY)
		return;
	str_add(&line->left, setup_needs_deploy(r->wizard->setup) ? _("undo: not of this")
								  : _("undo: slipway undo"));
	str_addf(&line->left, " %s %s", sep, _("backup: .slipway/backup"));
	if (r->plan->downtime_ms > 0) {
		autofree char *time = text_ago(r->plan->downtime_ms);

		str_addf(&line->left, " %s ", sep);
		str_addf(&line->left, _("downtime: about %s"), time);
	}
	line->left_role = ROLE_DIM;
	if (r->n_unchanged)
		str_addf(&line->right, _("%zu unchanged"), r->n_unchanged);
}

/* --- the plan */

void review_list(struct review *r)
{
	size_t n = 0, notes = r->plan->n;

	r->rows = xreallocarray(r->rows, r->plan->n + 1, sizeof(*r->rows));
	r->n_unchanged = 0;
	for (size_t i = 0; i < r->plan->n; i++) {
		const struct step *s = r->plan->steps[i];

		r->n_unchanged += !s->changes;
		if (step_counts(s) && step_is_note(s))
			notes = i;
		else if (step_counts(s) || (r->unchanged && !s->part))
			r->rows[n++] = i;
	}
	/* One stands for all. */
	if (notes < r->plan->n)
		r->rows[n++] = notes;
	list_count(&r->list, n);
	r->change = (struct list){0};
}

/* What deletes data goes before all else. */
static size_t first_of_interest(const struct review *r)
{
	for (size_t i = 0; i < r->list.n; i++)
		if (str_eq(r->plan->steps[r->rows[i]]->ops->kind, "wipe"))
			return i;
	/* The answers, before the files that a stack brings with it. */
	for (size_t i = 0; i < r->list.n; i++)
		if (str_eq(r->plan->steps[r->rows[i]]->title, ".env"))
			return i;
	return 0;
}

static void planned(void *arg, int code, const struct error *err)
{
	struct review *r = arg;
	struct op *op = r->op;
	struct plan *plan;

	if (code == ERR_CANCELLED)
		return;
	r->op = NULL;
	/* What keeps it from being deployed need not keep the files from being written. */
	if (code == ERR_INPUT && !r->files_only && !r->write_only &&
		!setup_needs_deploy(r->wizard->setup)) {
		error_copy(&r->err, err);
		r->files_only = true;
		op_free(op);
		review_plan(r, PLAN_WRITE);
		return;
	}
	if (code != 0) {
		error_done(&r->err);
		error_copy(&r->err, err);
		r->state = REVIEW_FAILED;
		op_free(op);
		screen_dirty(r->view.screen);
		return;
	}
	plan = plan_take(op);
	op_free(op);
	if (setup_amend(r->wizard->setup, plan, &r->err)) {
		plan_free(plan);
		r->state = REVIEW_FAILED;
		screen_dirty(r->view.screen);
		return;
	}
	if (r->write_only) {
		wizard_finish(r->wizard, UI_WRITE, plan);
		return;
	}
	plan_free(r->plan);
	r->plan = plan;
	r->state = REVIEW_READY;
	review_list(r);
	list_select(&r->list, first_of_interest(r));
	screen_dirty(r->view.screen);
}

void review_plan(struct review *r, unsigned scope)
{
	r->state = REVIEW_PLANNING;
	r->op = plan_start(setup_workspace(r->wizard->setup), scope, planned, r);
	screen_dirty(r->view.screen);
}

/* --- the view */

static void review_mouse(struct view *v, int y, int x, int wheel)
{
	struct review *r = review_of(v);
	int row = y + v->body.y - r->list_pane.y;

	(void)x;
	if (wheel && row >= r->list_pane.h)
		list_scroll(&r->change, 3 * wheel);
	else if (wheel)
		list_move(&r->list, wheel);
	else if (list_click(&r->list, row))
		review_moved(r);
}

static void review_free(struct view *v)
{
	struct review *r = review_of(v);

	r->wizard->review = NULL;
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
	r->state = REVIEW_PLANNING;
	w->review = r;
	screen_push(w->view.screen, &r->view);
	review_wait(r);
}

void review_wait(struct review *r)
{
	struct wizard *w = r->wizard;

	r->waiting = w->probe || setup_making(w->setup);
	if (r->waiting)
		r->state = REVIEW_PLANNING;
	else
		review_begin(r);
}

void review_begin(struct review *r)
{
	r->waiting = false;
	setup_open_settings(r->wizard->setup, &r->missing);
	list_count(&r->list, r->missing.n);
	if (r->missing.n)
		r->state = REVIEW_MISSING;
	else
		review_plan(r, PLAN_ALL);
	screen_dirty(r->view.screen);
}
