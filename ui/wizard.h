/* SPDX-License-Identifier: MIT */
/*
 * The wizard: a rail of pages, a form, help of the focused field and what its answer changes.
 * Shared by the wizard's files: wizard.c (life), wizard_keys.c (keys), wizard_draw.c (form),
 * wizard_draft.c (what is kept of the answers), wizard_again.c (after a run that failed),
 * wizard_adjust.c (services one by one), wizard_help.c
 * (help of a field), wizard_field.c (how a setting reads), wizard_edit.c (editing), wizard_home.c
 * (secrets that data remembers), search.c, review.c.
 */
#ifndef SLIPWAY_UI_WIZARD_H
#define SLIPWAY_UI_WIZARD_H

#include "plan/setup_home.h"
#include "ui/list.h"
#include "ui/ui.h"
#include "ui/view.h"

enum { WIZARD_VALUE_MAX = 64 * 1024 };

enum wizard_parting {
	WIZARD_STAYS,
	WIZARD_PARTS,      /* a draft is being written; the last one comes after it */
	WIZARD_LAST_DRAFT, /* that one is: the wizard is left when it is there */
};

struct wizard {
	struct view view;
	struct setup *setup;
	struct setup_again *again; /* what failed before, and where the person was; NULL */
	bool again_cut;            /* that is told in part */
	struct settings *settings;
	size_t page;
	size_t reached;     /* pages up to this one are behind: ticked where nothing is open */
	struct list fields; /* of `shown` */
	size_t *shown;      /* indices into settings->items: this page's fields in view */
	size_t n_shown;
	bool all;      /* every setting, not only what express asks */
	bool revealed; /* the focused secret is shown */
	const struct setting *begun; /* had the focus at first; NULL once the probe has come back, or somebody has done something */
	bool editing;
	const struct compose_service *service; /* whose adjustments are in view */
	const struct setting *choosing;        /* whose choices are on the screen */
	char *home;                            /* the secret whose ways are on the screen */
	int home_items[HOME_WAYS + 1];         /* what its items stand for */
	struct input input;
	struct error wrong; /* why what is being typed cannot be the answer */
	struct op *probe;
	struct op *trials; /* of kept secrets, after it */
	struct op *draft;  /* being written */
	bool drafted;      /* there is one, and it has the answers */
	bool draft_failed; /* it was said that none can be written */
	enum wizard_parting parting;
	struct review *review;            /* on top of it, perhaps waiting for the probe; NULL */
	bool probe_again;                 /* an answer changed while the probe ran */
	bool leaving;                     /* the question is on the screen */
	struct pane rail_pane, form_pane; /* where they were drawn, for the mouse */
	size_t rail_top;                  /* first page in view */
	int fields_y;                     /* first row of the fields in form_pane */
	/* The outcome. */
	enum ui_choice choice;
	struct plan *plan;
	struct error err;
};

/* Takes nothing over but itself; the outcome is read from it before screen_close(). */
struct wizard *wizard_new(struct setup *s, struct setup_again *again);
/* Shows the first page with something to answer; after screen_push(). */
void wizard_begin(struct wizard *w);

/* --- wizard.c: what the parts ask of each other */
/* The focused setting; NULL on an empty page. */
struct setting *wizard_focus(const struct wizard *w);
/* Works out which fields this page shows; the focus stays on its setting. */
void wizard_refill(struct wizard *w);
/* Shows a page, focus on the first field that needs an answer. */
void wizard_go(struct wizard *w, size_t page);
/* Shows a setting, whatever hides it. */
void wizard_show(struct wizard *w, const char *name);
/* Whether express asks for it (or `all` is on). */
bool wizard_shows(const struct wizard *w, const struct setting *s);
/* An answer changed: look at ports again where that matters, refill, draw. */
void wizard_changed(struct wizard *w, const struct setting *s);
/* Takes answer for the setting, in the history; tells what was wrong. */
void wizard_answer(struct wizard *w, const char *name, const char *value);
/* Makes every secret that is required and missing; tells how many. */
void wizard_generate_all(struct wizard *w);
void wizard_review(struct wizard *w);
/* The end of the program's part here. */
void wizard_finish(struct wizard *w, enum ui_choice choice, struct plan *plan);

/* The focus is on another setting: what was revealed is hidden again. */
void wizard_focus_moved(struct wizard *w);
/* The next page with something in view, forward (1) or back (-1); false when there is none. */
bool wizard_step_page(struct wizard *w, int by);

/* --- wizard_draft.c */
/* Writes the draft from the pool when the answers are others than those in it. */
void wizard_draft_keep(struct wizard *w);
/* Asks whether to leave; asked a second time, leaves. */
void wizard_leave(struct view *v);

/* --- wizard_again.c */
/* Tells of the run that failed, or was taken back; nothing where neither is. */
void wizard_again(struct wizard *w);
/* What is there of it while nothing else is written; NULL: nothing. Caller frees. */
char *wizard_again_stays(const struct wizard *w);

/* --- wizard_adjust.c */
/* Whether there is a page of adjustments; whether it is the one in view. */
bool wizard_can_adjust(const struct wizard *w);
bool wizard_adjusts(const struct wizard *w);
/* Goes there: to the service that uses the focused setting, else to the one seen last. */
void wizard_adjust(struct wizard *w);
/* Before the page is shown: some service is in view. */
void wizard_adjust_enter(struct wizard *w);
/* The next service (1), or the one before (-1), round and round. */
void wizard_adjust_step(struct wizard *w, int by);
void wizard_adjust_choose(struct wizard *w);
/* "service 2 of 6", appended. */
void wizard_adjust_place(const struct wizard *w, struct str *out);

/* --- wizard_keys.c */
extern const struct key wizard_keys[];
const char *wizard_cannot(const struct view *v, unsigned needs);

/* --- wizard_field.c */
/* The label people read. */
const char *field_label(const struct setting *s);
/* The message of a problem, without the setting's name, which stands nearby. Caller frees. */
char *field_problem(const struct setting *s, const struct error *problem);
/* What stands beside the value: a problem, a note, where it comes from; role how. Caller frees. */
char *field_note(const struct wizard *w, const struct setting *s, enum role *ret_role);
/* What is to be said about a placeholder that stays (setting_left()). */
const char *field_left_text(void);
/* Draws the value (dots for a secret unless reveal) into `cells` cells. */
void field_draw_value(const struct pane *p, int y, int x, int cells, const struct setting *s,
	bool reveal, bool here);
/* "now .env:12 · default 30 s · example 20"; caller frees. */
char *field_source(const struct wizard *w, const struct setting *s);
/* What is wrong or to be known, why it is required, which lines of the compose files read it, who uses
 * it, where its value comes from, and the help. Caller frees. */
char *field_why(const struct wizard *w, const struct setting *s);

/* --- drawing */
void wizard_draw(struct view *v, const struct pane *p);
void wizard_draw_help(struct wizard *w, const struct pane *p);

/* --- wizard_edit.c */
void wizard_edit(struct wizard *w);
void wizard_edit_check(struct wizard *w);
/* Takes what was typed; false when it cannot be the answer (the reason is shown). */
bool wizard_edit_accept(struct wizard *w);
void wizard_edit_cancel(struct wizard *w);
void wizard_toggle(struct wizard *w);
/* Whether what is being typed for it is dots. */
bool wizard_hides(const struct wizard *w, const struct setting *s);
/* What was meant by what is being typed, else by what the focused setting is (setting_mended()). */
char *wizard_mended(const struct wizard *w);
/* Answers with that. */
void wizard_mend(struct wizard *w);

/* --- wizard_home.c */
/* Whether data remembers the setting, so that there is something to choose. */
bool wizard_can_home(const struct wizard *w, const struct setting *s);
/* Asks what becomes of the focused secret. */
void wizard_home(struct wizard *w);

/* --- search.c, review.c */
void search_open(struct wizard *w);
void review_open(struct wizard *w);

#endif
