/* SPDX-License-Identifier: MIT */
/* The last page: everything that would change, and its confirmation. Shared by its files: review.c
 * (life, the plan), review_keys.c (keys), review_missing.c (what still needs an answer),
 * review_draw.c (steps and their changes). */
#ifndef SLIPWAY_UI_REVIEW_H
#define SLIPWAY_UI_REVIEW_H

#include "plan/plan.h"
#include "ui/wizard.h"

enum review_state {
	REVIEW_MISSING,  /* settings without an answer: they are listed */
	REVIEW_PLANNING, /* the plan is being made */
	REVIEW_FAILED,   /* it could not be made */
	REVIEW_READY,
};

struct review {
	struct view view;
	struct wizard *wizard;
	enum review_state state;
	struct strv missing;
	struct op *op;
	struct plan *plan;
	bool waiting;    /* for the wizard's probe, or for secrets that are being made */
	bool write_only; /* op makes the plan that only writes; then the wizard ends */
	bool files_only; /* it cannot be deployed, as err says: the plan writes files, no more */
	struct error err;
	struct list list;   /* of missing, or of rows */
	size_t *rows;       /* indices of plan->steps in view */
	size_t n_unchanged; /* steps with nothing to do */
	struct list change; /* lines of the selected step's change */
	bool unchanged;     /* steps without a change are listed too */
	bool revealed;
	struct pane list_pane;
};

static inline struct review *review_of(struct view *v)
{
	return (struct review *)v;
}

/* The selected step; NULL. */
const struct step *review_focus(const struct review *r);
/* True for the row that stands for all that Slipway keeps for itself. */
bool review_is_notes(const struct step *s);
/* What the change of a step reads like now, revealed or not; NULL: it has none. */
const char *review_change(const struct review *r, const struct step *s);
/* Begins as soon as everything is known: at once, or when the wizard calls it again. */
void review_wait(struct review *r);
/* Volumes, ports, the engine and what was generated are known: lists what is missing, or makes the
 * plan. */
void review_begin(struct review *r);
/* The plan is made anew, for this scope. */
void review_plan(struct review *r, unsigned scope);
/* Lists its steps. */
void review_list(struct review *r);

/* --- review_keys.c */
extern const struct key review_keys[];
const char *review_cannot(const struct view *v, unsigned needs);
/* Another row is selected: its change is shown from its beginning. */
void review_moved(struct review *r);

/* --- review_draw.c, review_missing.c */
void review_draw(struct view *v, const struct pane *p);
void review_draw_missing(struct review *r, const struct pane *p);

#endif
