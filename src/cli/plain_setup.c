/* SPDX-License-Identifier: MIT */
/* The wizard as lines: which questions are asked, and what comes of the answers. */
#include "cli/plain_ask.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/setup_home.h"

#include <stdio.h>
#include <string.h>

const struct front plain_front = {"lines", plain_setup, plain_update, plain_panel};

static bool is_wanted(const struct dialogue *d, const struct setting *s)
{
	return setting_asked(d->settings, s) &&
	       ((d->all && !s->service) || setup_open(d->setup, s));
}

/* Indices of the questions asked so far, to go back. */
struct trail {
	size_t *items;
	size_t n, cap;
};

static enum turn ask_all(struct dialogue *d)
{
	struct trail trail = {0};
	enum turn turn = TURN_NEXT;

	for (size_t i = 0; i < d->settings->n && turn != TURN_LEAVE; i++) {
		if (!is_wanted(d, &d->settings->items[i]) && turn != TURN_BACK)
			continue;
		turn = plain_ask_one(d, &d->settings->items[i]);
		if (turn == TURN_BACK) {
			/* The loop goes one on. */
			i = trail.n ? trail.items[--trail.n] - 1 : i - 1;
			continue;
		}
		VEC_GROW(trail.items, trail.n, trail.cap);
		trail.items[trail.n++] = i;
	}
	free(trail.items);
	return turn;
}

/* Everything of one service that can be adjusted; "-" takes an adjustment away. */
static enum turn adjust_service(struct dialogue *d, const char *name)
{
	enum turn turn = TURN_NEXT;
	bool found = false;

	for (size_t i = 0; i < d->settings->n && turn != TURN_LEAVE && turn != TURN_BACK; i++) {
		const struct setting *s = &d->settings->items[i];

		if (!s->service || strcmp(s->service->name, name) != 0)
			continue;
		found = true;
		if (!setting_asked(d->settings, s))
			continue;
		turn = plain_ask_adjustment(d, s);
	}
	if (!found)
		printf("  %s\n", _("There is no such service."));
	return turn;
}

static enum turn adjust(struct dialogue *d)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *all = NULL;
	enum turn turn = TURN_NEXT;

	for (size_t i = 0; i < d->settings->n; i++)
		if (d->settings->items[i].service)
			strv_add_once(&names, d->settings->items[i].service->name);
	all = strv_join(&names, ", ");
	while (turn != TURN_LEAVE) {
		autofree char *name = NULL;

		printf(_("Adjust which service (%s)? An empty line goes on:"), all ? all : "");
		printf(" ");
		if (!plain_read_line(d, false))
			return TURN_LEAVE;
		if (!d->line.len)
			return TURN_AGAIN;
		name = xstrdup(str_text(&d->line));
		turn = adjust_service(d, name);
	}
	return turn;
}

static enum turn choose_extent(struct dialogue *d)
{
	const struct setup_count count = setup_count(d->setup);
	const size_t open = count.unanswered + count.taken;

	printf(Q_("%zu setting", "%zu settings", count.settings), count.settings);
	printf(", ");
	printf(Q_("%zu to answer.", "%zu to answer.", open), open);
	printf(" %s ", _("Go through all of them? [y/N, a: adjust a service]"));
	if (!plain_read_line(d, false))
		return TURN_LEAVE;
	if (plain_answered(d, "a"))
		return adjust(d);
	d->all = plain_answered(d, _("y")) || plain_answered(d, _("yes"));
	return TURN_NEXT;
}

/* --- review */

static int make_plan(struct dialogue *d, unsigned scope, struct plan **ret, struct error *err)
{
	struct op *op = plan_start(setup_workspace(d->setup), scope, NULL, NULL);
	int r = op_wait(op, err);

	if (!r)
		*ret = plan_take(op);
	op_free(op);
	return r;
}

static const struct {
	const char *key; /* N_() */
	enum front_choice choice;
} review_keys[] = {
	{N_("d"), FRONT_DEPLOY},
	{N_("w"), FRONT_WRITE},
	{N_("s"), FRONT_SAVE},
	{N_("q"), FRONT_LEAVE},
};

/* TURN_NEXT: chosen; TURN_BACK: ask again. */
static enum turn review(
	struct dialogue *d, const struct plan *plan, bool can_deploy, enum front_choice *ret)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	plan_text(plan, PLAN_TOLD, false, 0, &text);
	printf("\n%s\n%s", _("Review. Nothing has been written yet."), str_text(&text));
	for (;;) {
		if (can_deploy)
			printf("%s ", _("d applies and deploys, w only writes, s saves the plan, e "
					"asks again, q leaves:"));
		else
			printf("%s ", _("w writes, s saves the plan, e asks again, q leaves:"));
		if (!plain_read_line(d, false))
			return TURN_LEAVE;
		if (plain_answered(d, _("e")))
			return TURN_BACK;
		for (size_t i = can_deploy ? 0 : 1; i < ARRAY_SIZE(review_keys); i++)
			if (plain_answered(d, _(review_keys[i].key))) {
				*ret = review_keys[i].choice;
				if (*ret != FRONT_WRITE || !setup_needs_deploy(d->setup))
					return TURN_NEXT;
				printf("  %s\n",
					_("A secret that data remembers changes: that needs "
					  "the deployment."));
			}
	}
}

static int conclude(struct dialogue *d, enum turn *turn, enum front_choice *ret_choice,
	struct plan **ret, struct error *err)
{
	bool can_deploy = setup_workspace(d->setup)->live != NULL;
	AUTO_PTR(plan) struct plan *plan = NULL;
	int r = make_plan(d, can_deploy ? PLAN_ALL : PLAN_WRITE, &plan, err);

	if (!r)
		r = setup_amend(d->setup, plan, err);
	if (r)
		return r;
	if (!plan->changes) {
		autofree char *nothing = plan_nothing(plan);

		printf("%s\n", nothing);
		*turn = TURN_NEXT;
		return 0;
	}
	*turn = review(d, plan, can_deploy, ret_choice);
	if (*turn != TURN_NEXT || *ret_choice == FRONT_LEAVE)
		return 0;
	if (*ret_choice == FRONT_WRITE && can_deploy)
		return make_plan(d, PLAN_WRITE, ret, err);
	*ret = take(plan);
	return 0;
}

/* Watching makes the picture that a plan of services is made from. */
static void watch(struct workspace *w)
{
	if (!w->engine)
		op_free(({
			struct op *op = workspace_connect(w, NULL, NULL);

			(void)op_wait(op, NULL);
			op;
		}));
	if (w->engine && !w->watch)
		(void)op_wait(workspace_watch(w, NULL, NULL), NULL);
}

int plain_setup(struct setup *s, struct setup_again *again, enum front_choice *ret_choice,
	struct plan **ret, struct error *err)
{
	struct workspace *w = setup_workspace(s);
	struct dialogue d = {.setup = s, .settings = setup_settings(s)};
	autofree char *dir = text_safe_dup(w->project->dir);
	enum turn turn = TURN_BACK;
	int r = 0;

	(void)again;
	d.page = d.settings->n_pages;
	setup_draft_mark(s);
	line_reader_init(&d.reader, w->loop, STDIN_FILENO);
	str_init(&d.line, STR_LINE);
	*ret_choice = FRONT_LEAVE;
	watch(w);
	printf("%s, %s\n", w->project->compose->name, dir);
	if (!w->engine && w->engine_error.code) {
		plain_print_error(&w->engine_error);
		printf("  %s\n", _("Files can be written all the same; nothing is deployed."));
	}
	while (turn == TURN_BACK && !r) {
		do
			turn = choose_extent(&d);
		while (turn == TURN_AGAIN);
		if (turn != TURN_LEAVE)
			turn = ask_all(&d);
		if (turn != TURN_LEAVE)
			r = conclude(&d, &turn, ret_choice, ret, err);
	}
	if (turn == TURN_LEAVE)
		printf("\n");
	if (!r && d.reader.interrupted)
		r = error_set(err, ERR_CANCELLED, _("interrupted"));
	str_wipe(&d.line);
	line_reader_done(&d.reader);
	return r;
}
