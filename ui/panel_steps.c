/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"

static enum mark step_mark(enum step_state state)
{
	static const enum mark marks[] = {
		[STEP_WAITING] = MARK_OFF,
		[STEP_RUNNING] = MARK_BUSY,
		[STEP_DONE] = MARK_OK,
		[STEP_SKIPPED] = MARK_OK,
		[STEP_FAILED] = MARK_BAD,
	};

	return marks[state];
}

void panel_draw_step(const struct step *s, const struct pane *p, int y)
{
	int x = 3 + draw_mark(p, y, 3, step_mark(s->state)) + 1;
	int half = p->w / 2;
	const char *words = s->status ? s->status : s->reason;
	enum role role = s->state == STEP_FAILED    ? ROLE_BAD
			 : s->state == STEP_WAITING ? ROLE_DIM
						    : ROLE_TEXT;

	draw_text(p, y, x, half - x - 1, role, s->title);
	/* The evidence says more than that it failed, which the mark says already. */
	if (s->state == STEP_FAILED && s->err.message)
		words = s->err.detail ? s->err.detail : s->err.message;
	if (s->state == STEP_RUNNING && s->progress >= 0) {
		draw_bar(p, y, half, 16, ROLE_BUSY, s->progress);
		draw_textf(p, y, half + 17, 5, ROLE_TEXT, "%3.0f %%", 100 * s->progress);
		draw_text(p, y, half + 23, -1, ROLE_DIM, words ? words : "");
		return;
	}
	draw_text(
		p, y, half, -1, s->state == STEP_FAILED ? ROLE_BAD : ROLE_DIM, words ? words : "");
}

/* The first row to show so that what runs is in view. */
static size_t first_step(const struct plan *plan, size_t rows)
{
	size_t at = 0;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i]->state == STEP_RUNNING || plan->steps[i]->state == STEP_FAILED) {
			at = i;
			break;
		}
	return at >= rows ? at - rows + 1 : 0;
}

int panel_draw_steps(struct panel *panel, const struct pane *p, int y, int rows)
{
	const struct plan *plan = run_plan(panel->run);
	int used = 2;

	if (rows < 3 || !plan || !plan->n)
		return 0;
	draw_hline(p, y, 1, p->w - 2);
	draw_text(p, y + 1, 1, -1, ROLE_TITLE, _("steps"));
	for (size_t i = first_step(plan, (size_t)(rows - 2)); i < plan->n && used < rows; i++)
		panel_draw_step(plan->steps[i], p, y + used++);
	return used;
}

/* What there is to say of it: the services' own troubles are told below. */
static int draw_error(const struct error *err, const struct pane *p, int y, int rows)
{
	const struct {
		const char *text;
		enum role role;
	} parts[] = {{err->message, ROLE_BAD}, {err->hint, ROLE_TEXT}, {err->detail, ROLE_DIM}};
	int used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].text && used < rows)
			used += draw_wrap(p, y + used, 5, rows - used, p->w - 7, parts[i].role,
				parts[i].text);
	return used;
}

int panel_draw_failure(struct panel *panel, const struct pane *p, int y, int rows)
{
	const struct plan *plan = run_plan(panel->run);
	int used = 2;

	if (rows < 4 || !plan)
		return 0;
	draw_hline(p, y, 1, p->w - 2);
	draw_textf(p, y + 1, 1, -1, ROLE_TITLE, _("why deploy %s failed"), panel_run_id(panel));
	for (size_t i = 0; i < plan->n && used < rows; i++) {
		const struct step *s = plan->steps[i];

		if (s->state != STEP_FAILED)
			continue;
		if (str_eq(s->ops->kind, "service")) {
			panel_draw_step(s, p, y + used++);
			continue;
		}
		draw_text(p, y + used, 3 + draw_mark(p, y + used, 3, MARK_BAD) + 1, -1, ROLE_BAD,
			s->title);
		used++;
		used += draw_error(&s->err, p, y + used, rows - used);
	}
	/* What kept it from beginning is nobody's step. */
	if (used == 2)
		used += draw_error(&run_op(panel->run)->err, p, y + used, rows - used);
	return used;
}
