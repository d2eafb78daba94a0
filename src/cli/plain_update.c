/* SPDX-License-Identifier: MIT */
/* The decisions about what changed in a stack's own files, as lines. */
#include "cli/plain.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct asking {
	struct update *update;
	struct setup *setup;
	struct line_reader reader;
	struct str line; /* wiped */
};

static bool read_line(struct asking *a)
{
	return line_reader_next(&a->reader, &a->line);
}

static bool is(const struct asking *a, const char *key)
{
	return !strcasecmp(str_text(&a->line), key);
}

/* False: the input ended. An empty line keeps what the user has. */
static bool ask_decision(struct asking *a, enum env_decision *decision)
{
	for (;;) {
		printf("  %s ", _("Yours stays (y), as the stack has it (s), or later (l)? [y]"));
		if (!read_line(a))
			return false;
		*decision = is(a, _("s")) ? ENV_TAKE : is(a, _("l")) ? ENV_OPEN : ENV_KEEP;
		if (!a->line.len || is(a, _("y")) || *decision != ENV_KEEP)
			return true;
	}
}

static char *shown(const struct asking *a, const struct env_change *c, const char *value)
{
	return value && *value && update_is_secret(a->update, c->key)
		       ? xstrdup("***")
		       : text_safe_dup(value ? value : "");
}

static bool ask_conflict(struct asking *a, struct env_change *c)
{
	autosecret char *base = shown(a, c, c->base), *yours = shown(a, c, c->yours);
	autosecret char *theirs = shown(a, c, c->theirs);

	printf(_("%s (.env:%d): you have %s; the stack had %s and has %s now."), c->key, c->line,
		yours, base, theirs);
	printf("\n");
	return ask_decision(a, &c->decision);
}

static bool ask_file(struct asking *a, struct update_file *f)
{
	printf(_("%s: what you changed in it changed in the stack as well."), f->name);
	printf("\n");
	return ask_decision(a, &f->decision);
}

static bool ask_removed(struct asking *a, struct env_change *c)
{
	printf(_("%s (.env:%d) is not in the stack any more. Take it out? [y/N]"), c->key, c->line);
	printf(" ");
	if (!read_line(a))
		return false;
	if (is(a, _("y")) || is(a, _("yes")))
		c->decision = ENV_TAKE;
	return true;
}

static bool ask_answer(struct asking *a, const struct setting *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	while (setting_unanswered(s)) {
		printf("%s (%s): ", s->name, _(setting_type_info(s->type)->expects));
		if (!read_line(a))
			return false;
		error_done(&e);
		if (!a->line.len || !setup_answer(a->setup, s->name, str_text(&a->line), &e))
			continue;
		printf("  %s\n", e.message);
		setup_undo(a->setup, NULL);
	}
	return true;
}

static bool ask_all(struct asking *a)
{
	struct update *u = a->update;
	bool more = true;

	for (size_t i = 0; i < u->files.n && more; i++)
		if (u->files.items[i].decision == ENV_OPEN)
			more = ask_file(a, &u->files.items[i]);
	for (size_t i = 0; i < u->env.n && more; i++) {
		struct env_change *c = &u->env.items[i];
		const struct setting *s = update_asked(c, a->setup);

		if (s && setting_unanswered(s))
			more = ask_answer(a, s);
		else if (c->decision == ENV_OPEN)
			more = c->kind == ENV_REMOVED ? ask_removed(a, c) : ask_conflict(a, c);
	}
	return more;
}

int plain_update(struct update *update, struct setup *setup, bool *ret_go, struct error *err)
{
	struct asking a = {.update = update, .setup = setup};
	int r = 0;

	line_reader_init(&a.reader, setup_workspace(setup)->loop, STDIN_FILENO);
	str_init(&a.line, STR_LINE);
	*ret_go = ask_all(&a);
	if (a.reader.interrupted)
		r = error_set(err, ERR_CANCELLED, _("interrupted"));
	str_wipe(&a.line);
	line_reader_done(&a.reader);
	return r;
}
