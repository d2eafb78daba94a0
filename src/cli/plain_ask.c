/* SPDX-License-Identifier: MIT */
#include "cli/plain_ask.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/plain_home.h"
#include "config/override_feature.h"

#include <stdio.h>
#include <string.h>

bool plain_read_line(struct dialogue *d, bool hidden)
{
	return hidden ? line_reader_hidden(&d->reader, &d->line)
		      : line_reader_next(&d->reader, &d->line);
}

bool plain_answered(const struct dialogue *d, const char *key)
{
	return !strcasecmp(str_text(&d->line), key);
}

static void print_safe(const char *prefix, const char *text)
{
	AUTO(str) struct str safe = STR_INIT(STR_FILE);

	text_safe(&safe, text, strlen(text), true);
	printf("%s%s\n", prefix, str_text(&safe));
}

void plain_print_error(const struct error *e)
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
		if (!plain_read_line(d, false))
			return TURN_LEAVE;
		if (!d->line.len)
			return TURN_AGAIN;
	}
	if (!r)
		r = setup_home_choose(d->setup, s->name, way, str_text(&d->line), &e);
	if (r) {
		plain_print_error(&e);
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
	if (!plain_read_line(d, false))
		return TURN_LEAVE;
	if (plain_answered(d, "<"))
		return TURN_BACK;
	if (plain_answered(d, "?")) {
		plain_home_list(d->setup, s->name);
		return ask_kept(d, s);
	}
	if (plain_home_way(d->setup, s->name, str_text(&d->line), &way)) {
		enum turn turn = take_way(d, s, way);

		return turn == TURN_AGAIN ? ask_kept(d, s) : turn;
	}
	return plain_answered(d, _("y")) || plain_answered(d, _("yes")) ? TURN_AGAIN : TURN_NEXT;
}

static enum turn generate(struct dialogue *d, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!setup_generate(d->setup, s->name, &e)) {
		printf("  %s\n", s->note ? s->note : _("generated"));
		return TURN_NEXT;
	}
	plain_print_error(&e);
	return TURN_AGAIN;
}

/* Where it is clear what was meant: whether that is to be taken. */
static enum turn offer_mended(struct dialogue *d, const struct setting *s, const char *value)
{
	autosecret char *mended = setting_mended(s, value);

	if (!mended)
		return TURN_AGAIN;
	printf("  %s ", _("Take it percent-encoded? [Y/n]"));
	if (!plain_read_line(d, false))
		return TURN_LEAVE;
	if (d->line.len && !plain_answered(d, _("y")) && !plain_answered(d, _("yes")))
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
	plain_print_error(&e);
	/* What was refused does not stay. */
	setup_undo(d->setup, NULL);
	return offer_mended(d, s, value);
}

static enum turn keep_default(struct dialogue *d, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (!setup_keep_default(d->setup, s->name, &e))
		return TURN_NEXT;
	plain_print_error(&e);
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
	if (!plain_read_line(d, setting_is_secret(s)))
		return TURN_LEAVE;
	if (plain_answered(d, "<"))
		return TURN_BACK;
	if (plain_answered(d, "u"))
		return take_back(d);
	if (plain_answered(d, "?")) {
		explain(d, s);
		if (setup_home_known(d->setup, s->name))
			plain_home_list(d->setup, s->name);
		return TURN_AGAIN;
	}
	if (plain_home_way(d->setup, s->name, str_text(&d->line), &way))
		return take_way(d, s, way);
	if (setting_is_credential(s) &&
		(plain_answered(d, "g") || (!d->line.len && can_generate(s))))
		return generate(d, s);
	if (s->published && plain_answered(d, "d"))
		return keep_default(d, s);
	if (s->service && plain_answered(d, "-"))
		str_clear(&d->line);
	else if (s->service && !d->line.len)
		return TURN_NEXT;
	if (d->line.len || s->service)
		return take_answer(d, s);
	if (!setup_open(d->setup, s))
		return TURN_NEXT;
	printf("  %s\n", _("This one needs an answer. ? explains it."));
	return TURN_AGAIN;
}

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
	plain_print_error(&e);
}

enum turn plain_ask_one(struct dialogue *d, const struct setting *s)
{
	enum turn turn = TURN_AGAIN;

	announce_page(d, s);
	introduce(s);
	if (s->answer == ANSWER_KEEP)
		turn = ask_kept(d, s);
	if (s->problem.code) {
		plain_print_error(&s->problem);
		turn = offer_mended(d, s, setting_effective(s));
	}
	while (turn == TURN_AGAIN)
		turn = ask(d, s);
	keep_draft(d);
	return turn;
}

enum turn plain_ask_adjustment(struct dialogue *d, const struct setting *s)
{
	enum turn turn;

	announce_page(d, s);
	do
		turn = ask(d, s);
	while (turn == TURN_AGAIN);
	keep_draft(d);
	return turn;
}
