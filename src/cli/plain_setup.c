/* SPDX-License-Identifier: MIT */
/* The wizard's questions as lines. An empty line takes what stands in brackets; ? explains, g makes
 * a secret, < goes back, u takes the last answer back, = before a value takes it as it is. */
#include "cli/plain.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/plain_home.h"
#include "config/override_feature.h"

#include <stdio.h>
#include <string.h>

const struct front plain_front = {"lines", plain_setup, plain_update, plain_panel};

enum turn { TURN_NEXT, TURN_AGAIN, TURN_BACK, TURN_LEAVE };

struct dialogue {
	struct setup *setup;
	struct settings *settings;
	struct line_reader reader;
	struct str line;   /* wiped */
	bool all;          /* every setting is asked, not only what must be answered */
	size_t page;       /* that was announced last; n_pages: none */
	bool draft_failed; /* it was said that no draft can be written */
};

static bool read_line(struct dialogue *d, bool hidden)
{
	fflush(stdout);
	return hidden ? line_reader_hidden(&d->reader, &d->line)
		      : line_reader_next(&d->reader, &d->line);
}

static bool answered(const struct dialogue *d, const char *key)
{
	return !strcasecmp(str_text(&d->line), key);
}

static void print_safe(const char *prefix, const char *text)
{
	AUTO(str) struct str safe = STR_INIT(STR_FILE);

	text_safe(&safe, text, strlen(text), true);
	printf("%s%s\n", prefix, str_text(&safe));
}

static void print_error(const struct error *e)
{
	print_safe("  ", e->message);
	if (e->hint)
		print_safe("  ", e->hint);
}

/* --- one question */

static void announce_page(struct dialogue *d, const struct setting *s)
{
	const struct setting_page *page =
		s->page < d->settings->n_pages ? &d->settings->pages[s->page] : NULL;

	if (!page || d->page == s->page)
		return;
	d->page = s->page;
	printf("\n");
	printf(_("%s, page %zu of %zu."), page->title, s->page + 1, d->settings->n_pages);
	printf("\n");
	if (page->about)
		print_safe("", page->about);
}

static void explain(const struct dialogue *d, const struct setting *s)
{
	const struct compose *c = setup_workspace(d->setup)->project->compose;
	const struct compose_variable *v = s->service ? NULL : compose_find_variable(c, s->name);
	autofree char *users = strv_join(&s->used_by, ", ");
	autofree char *choices = strv_join(&s->choices, ", ");

	if (s->title)
		print_safe("  ", s->title);
	if (s->help)
		print_safe("  ", s->help);
	if (s->required_why)
		print_safe("  ", s->required_why);
	if (s->service)
		printf("  %s\n", _("- takes the adjustment away."));
	printf("  %s %s\n", _("Expected:"),
		s->service     ? _(override_features[s->feature].expects)
		: s->choices.n ? choices
			       : _(setting_type_info(s->type)->expects));
	if (s->used_by.n)
		printf("  %s %s\n", _("Used by:"), users);
	for (size_t i = 0; v && i < v->n_places; i++)
		printf("  %s %s:%d\n", _("Read at:"), v->places[i].file, v->places[i].line);
	if (s->line)
		printf("  %s .env:%d\n", _("Now:"), s->line);
	printf("  %s\n", _("An empty line takes what stands in brackets; g makes a secret; < goes "
			   "back; u takes the last "
			   "answer back; = before a value takes it as it is."));
}

static bool can_generate(const struct setting *s)
{
	return setting_can_generate(s) && str_empty(setting_effective(s));
}

static void print_prompt(const struct dialogue *d, const struct setting *s)
{
	const char *value = setting_effective(s);
	autofree char *safe = text_safe_dup(value ? value : "");
	autofree char *choices = strv_join(&s->choices, "|");

	printf("%s", s->name);
	if (s->service)
		printf(" (%s%s%s)", _(override_features[s->feature].expects),
			s->otherwise ? _("; now ") : "", s->otherwise ? s->otherwise : "");
	else if (s->choices.n)
		printf(" (%s)", choices);
	else if (s->required)
		printf(" (%s)", _("required"));
	if (s->note)
		printf(" %s", s->note);
	printf(": ");
	if (setting_is_credential(s) && can_generate(s) && setup_home_known(d->setup, s->name))
		printf("%s: ", _("Enter the old value (? shows other ways)"));
	else if (setting_is_credential(s) && can_generate(s))
		printf("%s [g]: ",
			s->published ? _("Enter a value, g to generate, or d to keep the default "
					 "that everybody can read")
				     : _("Enter a value, or g to generate"));
	else if (!str_empty(value))
		printf("[%s]: ", setting_is_secret(s) ? "***" : safe);
}

/* What was typed is tried before the next question: the outcome is said. */
static void try_kept(struct dialogue *d, const struct setting *s)
{
	struct op *op;

	if (!setup_home_known(d->setup, s->name))
		return;
	op = setup_try(d->setup, s->name, NULL, NULL);
	(void)op_wait(op, NULL);
	op_free(op);
}

/* A way beside typing it; a volume goes only when its name is typed. */
static enum turn take_way(struct dialogue *d, const struct setting *s, enum home_way way)
{
	AUTO(error) struct error e = ERROR_INIT;
	int r = setup_home_can(d->setup, s->name, way, &e);

	if (!r && way == HOME_WIPE) {
		autofree char *question = plain_home_question(d->setup, s->name);

		printf("%s ", question);
		if (!read_line(d, false))
			return TURN_LEAVE;
		if (!d->line.len)
			return TURN_AGAIN;
	}
	if (!r)
		r = setup_home_choose(d->setup, s->name, way, str_text(&d->line), &e);
	if (r) {
		print_error(&e);
		return TURN_AGAIN;
	}
	try_kept(d, s);
	if (s->note)
		print_safe("  ", s->note);
	return TURN_NEXT;
}

/* "kept, because ...": only a yes leads to the question. */
static enum turn ask_kept(struct dialogue *d, const struct setting *s)
{
	enum home_way way;

	printf(_("%s: %s. Change it all the same? [y/N]"), s->name, s->note ? s->note : _("kept"));
	printf(" ");
	if (setup_home_known(d->setup, s->name))
		printf("%s ", _("(? shows other ways)"));
	if (!read_line(d, false))
		return TURN_LEAVE;
	if (answered(d, "<"))
		return TURN_BACK;
	if (answered(d, "?")) {
		plain_home_list(d->setup, s->name);
		return ask_kept(d, s);
	}
	if (plain_home_way(d->setup, s->name, str_text(&d->line), &way)) {
		enum turn turn = take_way(d, s, way);

		return turn == TURN_AGAIN ? ask_kept(d, s) : turn;
	}
	return answered(d, _("y")) || answered(d, _("yes")) ? TURN_AGAIN : TURN_NEXT;
}

static enum turn generate(struct dialogue *d, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!setup_generate(d->setup, s->name, &e)) {
		printf("  %s\n", s->note ? s->note : _("generated"));
		return TURN_NEXT;
	}
	print_error(&e);
	return TURN_AGAIN;
}

/* Where it is clear what was meant: whether that is to be taken. */
static enum turn offer_mended(struct dialogue *d, const struct setting *s, const char *value)
{
	autosecret char *mended = setting_mended(s, value);

	if (!mended)
		return TURN_AGAIN;
	printf("  %s ", _("Take it percent-encoded? [Y/n]"));
	if (!read_line(d, false))
		return TURN_LEAVE;
	if (d->line.len && !answered(d, _("y")) && !answered(d, _("yes")))
		return TURN_AGAIN;
	return setup_answer(d->setup, s->name, mended, NULL) ? TURN_AGAIN : TURN_NEXT;
}

static enum turn take_answer(struct dialogue *d, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;
	autosecret char *text = xstrdup(str_text(&d->line));
	const char *value = text[0] == '=' ? text + 1 : text;

	if (!setup_answer(d->setup, s->name, value, &e)) {
		try_kept(d, s);
		if (s->note)
			printf("  %s\n", s->note);
		return TURN_NEXT;
	}
	print_error(&e);
	/* What was refused does not stay. */
	setup_undo(d->setup, NULL);
	return offer_mended(d, s, value);
}

static enum turn keep_default(struct dialogue *d, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!setup_keep_default(d->setup, s->name, &e))
		return TURN_NEXT;
	print_error(&e);
	return TURN_AGAIN;
}

static enum turn take_back(struct dialogue *d)
{
	const char *name = NULL;

	if (setup_undo(d->setup, &name))
		printf(_("  %s is as it was."), name);
	else
		printf("%s", _("  There is nothing to take back."));
	printf("\n");
	return TURN_AGAIN;
}

static enum turn ask(struct dialogue *d, const struct setting *s)
{
	enum home_way way;

	print_prompt(d, s);
	if (!read_line(d, setting_is_secret(s)))
		return TURN_LEAVE;
	if (answered(d, "<"))
		return TURN_BACK;
	if (answered(d, "u"))
		return take_back(d);
	if (answered(d, "?")) {
		explain(d, s);
		if (setup_home_known(d->setup, s->name))
			plain_home_list(d->setup, s->name);
		return TURN_AGAIN;
	}
	if (plain_home_way(d->setup, s->name, str_text(&d->line), &way))
		return take_way(d, s, way);
	if (setting_is_credential(s) && (answered(d, "g") || (!d->line.len && can_generate(s))))
		return generate(d, s);
	if (s->published && answered(d, "d"))
		return keep_default(d, s);
	if (s->service && answered(d, "-"))
		str_clear(&d->line);
	else if (s->service && !d->line.len)
		return TURN_NEXT;
	if (d->line.len || s->service)
		return take_answer(d, s);
	if (!setting_unanswered(s))
		return TURN_NEXT;
	printf("  %s\n", _("This one needs an answer. ? explains it."));
	return TURN_AGAIN;
}

/* --- all of them */

static bool is_wanted(const struct dialogue *d, const struct setting *s)
{
	return setting_asked(d->settings, s) && ((d->all && !s->service) || setting_unanswered(s));
}

/* Indices of the questions asked so far, to go back. */
struct trail {
	size_t *items;
	size_t n, cap;
};

/* What it is, as far as one line says it; ? says the rest. */
static void introduce(const struct setting *s)
{
	autofree char *first = NULL;

	if (str_empty(s->help))
		return;
	first = xstrndup(s->help, strcspn(s->help, "\n"));
	print_safe("  ", first);
}

/* From answer to answer, so that a setup that is killed loses none. */
static void keep_draft(struct dialogue *d)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!setup_draft_due(d->setup) || !setup_save_draft(d->setup, &e) || d->draft_failed)
		return;
	d->draft_failed = true;
	print_error(&e);
}

static enum turn ask_one(struct dialogue *d, const struct setting *s)
{
	enum turn turn = TURN_AGAIN;

	announce_page(d, s);
	introduce(s);
	if (s->answer == ANSWER_KEEP)
		turn = ask_kept(d, s);
	if (s->problem.code) {
		print_error(&s->problem);
		turn = offer_mended(d, s, setting_effective(s));
	}
	while (turn == TURN_AGAIN)
		turn = ask(d, s);
	keep_draft(d);
	return turn;
}

static enum turn ask_all(struct dialogue *d)
{
	struct trail trail = {0};
	enum turn turn = TURN_NEXT;

	for (size_t i = 0; i < d->settings->n && turn != TURN_LEAVE; i++) {
		if (!is_wanted(d, &d->settings->items[i]) && turn != TURN_BACK)
			continue;
		turn = ask_one(d, &d->settings->items[i]);
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
		announce_page(d, s);
		do
			turn = ask(d, s);
		while (turn == TURN_AGAIN);
		keep_draft(d);
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
		if (!read_line(d, false))
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

	printf(Q_("%zu setting", "%zu settings", count.settings), count.settings);
	printf(", ");
	printf(Q_("%zu to answer.", "%zu to answer.", count.unanswered), count.unanswered);
	printf(" %s ", _("Go through all of them? [y/N, a: adjust a service]"));
	if (!read_line(d, false))
		return TURN_LEAVE;
	if (answered(d, "a"))
		return adjust(d);
	d->all = answered(d, _("y")) || answered(d, _("yes"));
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
		if (!read_line(d, false))
			return TURN_LEAVE;
		if (answered(d, _("e")))
			return TURN_BACK;
		for (size_t i = can_deploy ? 0 : 1; i < ARRAY_SIZE(review_keys); i++)
			if (answered(d, _(review_keys[i].key))) {
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

int plain_setup(
	struct setup *s, enum front_choice *ret_choice, struct plan **ret, struct error *err)
{
	struct workspace *w = setup_workspace(s);
	struct dialogue d = {.setup = s, .settings = setup_settings(s)};
	enum turn turn = TURN_BACK;
	int r = 0;

	d.page = d.settings->n_pages;
	setup_draft_mark(s);
	line_reader_init(&d.reader, w->loop, STDIN_FILENO);
	str_init(&d.line, STR_LINE);
	*ret_choice = FRONT_LEAVE;
	watch(w);
	printf("%s, %s\n", w->project->compose->name, w->project->dir);
	if (!w->engine && w->engine_error.code) {
		print_error(&w->engine_error);
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
