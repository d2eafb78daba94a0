/* SPDX-License-Identifier: MIT */
/* What the review's keys do, and the table of them. */
#include "ui/review.h"

#include "base/i18n.h"

enum review_needs {
	NEED_PLAN = KEY_NEEDS,
	NEED_CHANGES = KEY_NEEDS << 1,
	NEED_MISSING = KEY_NEEDS << 2,
	NEED_SECRETS = KEY_NEEDS << 3,
	NEED_ENGINE = KEY_NEEDS << 4,
	NEED_NO_ENGINE = KEY_NEEDS << 5,
	NEED_MAKEABLE = KEY_NEEDS << 6, /* a missing secret that can be made */
	NEED_FILES = KEY_NEEDS << 7,    /* writing alone does what was chosen */
	NEED_HELD = KEY_NEEDS << 8,     /* a port that no setting names is somebody else's */
	NEED_FREE = KEY_NEEDS << 9,     /* no port is */
	NEED_TAKEN = KEY_NEEDS << 10,   /* nothing but ports is missing */
};

static void do_apply(struct view *v)
{
	struct review *r = review_of(v);

	wizard_finish(r->wizard, UI_DEPLOY, take(r->plan));
}

static void do_write(struct view *v)
{
	review_of(v)->write_only = true;
	review_plan(review_of(v), PLAN_WRITE);
}

static void do_save(struct view *v)
{
	struct review *r = review_of(v);

	wizard_finish(r->wizard, UI_SAVE, take(r->plan));
}

static void do_answer(struct view *v)
{
	struct review *r = review_of(v);
	struct wizard *w = r->wizard;
	autofree char *name = xstrdup(r->missing.items[r->list.at]);

	screen_pop(v);
	wizard_show(w, name);
	wizard_edit(w);
}

/* The ports of the service, as Slipway's override has them. */
static void do_adjust_ports(struct view *v)
{
	struct review *r = review_of(v);
	struct wizard *w = r->wizard;
	autofree char *name = xasprintf("override.%s.ports", r->plan->held_service);

	screen_pop(v);
	wizard_show(w, name);
	wizard_edit(w);
}

/* What is left for people stays in the list. */
static void do_generate(struct view *v)
{
	struct review *r = review_of(v);

	wizard_generate_all(r->wizard);
	strv_clear(&r->missing);
	review_wait(r);
}

void review_moved(struct review *r)
{
	r->change = (struct list){0};
}

static void do_up(struct view *v)
{
	list_move(&review_of(v)->list, -1);
	review_moved(review_of(v));
}

static void do_down(struct view *v)
{
	list_move(&review_of(v)->list, 1);
	review_moved(review_of(v));
}

static void do_first(struct view *v)
{
	list_select(&review_of(v)->list, 0);
	review_moved(review_of(v));
}

static void do_last(struct view *v)
{
	list_select(&review_of(v)->list, review_of(v)->list.n);
	review_moved(review_of(v));
}

static void do_scroll_up(struct view *v)
{
	list_scroll(&review_of(v)->change, -(review_of(v)->change.rows - 1));
}

static void do_scroll_down(struct view *v)
{
	list_scroll(&review_of(v)->change, review_of(v)->change.rows - 1);
}

static void do_line_up(struct view *v)
{
	list_scroll(&review_of(v)->change, -1);
}

static void do_line_down(struct view *v)
{
	list_scroll(&review_of(v)->change, 1);
}

static void do_reveal(struct view *v)
{
	review_of(v)->revealed = !review_of(v)->revealed;
}

static void do_unchanged(struct view *v)
{
	struct review *r = review_of(v);

	r->unchanged = !r->unchanged;
	review_list(r);
}

static void do_search(struct view *v)
{
	struct wizard *w = review_of(v)->wizard;

	screen_pop(v);
	search_open(w);
}

static void do_quit(struct view *v)
{
	review_of(v)->wizard->view.ops->leave(&review_of(v)->wizard->view);
}

const char *review_cannot(const struct view *v, unsigned needs)
{
	const struct review *r = (const struct review *)v;

	if (needs & NEED_MISSING && r->state != REVIEW_MISSING)
		return _("nothing is missing");
	if (needs & NEED_MAKEABLE && !setup_count(r->wizard->setup).made)
		return _("no secret is missing that could be made");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_MISSING)
		return _("settings still need an answer");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_PLANNING)
		return _("what would change is not known yet");
	if (needs & (NEED_PLAN | NEED_SECRETS) && r->state == REVIEW_FAILED)
		return _("what would change cannot be worked out");
	if (needs & NEED_TAKEN && setup_unanswered(r->wizard->setup, NULL))
		return _("settings still need an answer");
	if (needs & NEED_HELD && !r->plan->held.code)
		return _("no port is taken");
	if (needs & NEED_FREE && r->plan->held.code)
		return r->plan->held.message;
	if (needs & NEED_ENGINE && r->files_only)
		return r->err.message;
	if (needs & NEED_ENGINE && !r->plan->workspace->engine)
		return _("there is no engine to deploy with");
	if (needs & NEED_FILES && setup_needs_deploy(r->wizard->setup))
		return _("a secret that data remembers changes: that needs the deployment");
	if (needs & NEED_NO_ENGINE && !r->files_only && r->plan->workspace->engine)
		return _("only where there is no engine");
	if (needs & NEED_CHANGES && !r->plan->changes)
		return _("there is nothing to do");
	if (needs & NEED_SECRETS && (!review_focus(r) || !review_focus(r)->change_revealed))
		return _("no secret is in this change");
	return NULL;
}

const struct key review_keys[] = {
	{{K_ENTER}, N_("answer"), N_("Go to the selected setting"), do_answer,
		KEY_BAR | NEED_MISSING},
	{{'g', 'G'}, N_("generate"), N_("Make every secret that is required and missing"),
		do_generate, KEY_BAR | NEED_MISSING | NEED_MAKEABLE},
	{{K_ENTER}, N_("apply and deploy"), N_("Write the files, then start the services"),
		do_apply, KEY_BAR | NEED_PLAN | NEED_ENGINE | NEED_FREE},
	{{K_ENTER}, N_("other port"), N_("Give the service another port in place of the one that is taken"),
		do_adjust_ports, KEY_BAR | NEED_PLAN | NEED_ENGINE | NEED_HELD},
	{{K_ENTER, 'w'}, N_("write"), N_("Write the files"), do_write,
		KEY_BAR | NEED_PLAN | NEED_CHANGES | NEED_NO_ENGINE | NEED_FILES},
	{{'w'}, N_("write only"), N_("Write the files, start nothing"), do_write,
		KEY_BAR | NEED_PLAN | NEED_CHANGES | NEED_ENGINE | NEED_FILES},
	{{'w'}, N_("write only"), N_("Write the files with the ports as they are, start nothing"),
		do_write, KEY_BAR | NEED_MISSING | NEED_TAKEN | NEED_FILES},
	{{'s'}, N_("save the plan"), N_("Leave with the plan in a file and the answers in a draft, write nothing else"), do_save,
		KEY_BAR | NEED_PLAN | NEED_CHANGES},
	{{'e', K_ESC, 'b', K_BACKTAB}, N_("edit"), N_("Back to the answers"), screen_pop, KEY_BAR},
	{{'r', K_F2}, N_("reveal"), N_("Show or hide the secrets of this change"), do_reveal,
		KEY_BAR | NEED_SECRETS},
	{{'a'}, N_("unchanged"), N_("List what stays as it is, too"), do_unchanged, NEED_PLAN},
	{{'/'}, N_("search"), N_("Search all settings"), do_search, 0},
	{{K_UP, 'k'}, N_("up"), N_("The one above"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("The one below"), do_down, 0},
	{{K_HOME, 'g'}, N_("first"), N_("To the beginning"), do_first, 0},
	{{K_END, 'G'}, N_("last"), N_("To the end"), do_last, 0},
	{{K_PAGE_UP, K_CTRL('b')}, N_("page up"), N_("Scroll the change up"), do_scroll_up, 0},
	{{K_PAGE_DOWN, K_CTRL('f'), ' '}, N_("page down"), N_("Scroll the change down"),
		do_scroll_down, 0},
	{{K_LEFT, 'K'}, N_("line up"), N_("Scroll the change a line up"), do_line_up, 0},
	{{K_RIGHT, 'J'}, N_("line down"), N_("Scroll the change a line down"), do_line_down, 0},
	{{'q'}, N_("leave"), N_("Leave the setup, after asking"), do_quit, 0},
	{{0}, NULL, NULL, NULL, 0},
};
