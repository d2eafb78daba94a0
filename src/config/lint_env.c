/* SPDX-License-Identifier: MIT */
/* Lines of .env and of the env_files of services, as they are written. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* Each entry of a file; NULL: there is none. */
#define EACH_ENTRY(f, e)                                       \
	const struct env_entry *e = (f) ? (f)->entries : NULL; \
	e &&e < (f)->entries + (f)->n;                         \
	e++

typedef void judge_fn(struct lint *l, const struct lint_rule *rule, const struct env_file *f);

/* What is wrong with a line whoever reads it. Shells source .env; an env_file is for Compose. */
static void each_file(struct lint *l, const struct lint_rule *rule, judge_fn *judge)
{
	if (l->dotenv)
		judge(l, rule, l->dotenv);
	for (size_t i = 0; i < l->n_env_files; i++)
		judge(l, rule, l->env_files[i]);
}

void lint_unreadable(struct lint *l, const struct lint_rule *rule)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(error) struct error err = ERROR_INIT;
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autofree char *path = host_path(l->dir, ".env");

	if (host_read(l->host, path, STR_FILE, &text, NULL) == 0 &&
		env_file_parse(".env", str_text(&text), text.len, &f, &err)) {
		int line, column;
		autofree char *file = lint_place(err.detail, &line, &column);

		/* The project could not be read for the same reason. */
		for (size_t i = 0; i < l->n; i++)
			if (str_ends(l->findings[i].file, ".env") && l->findings[i].line == line)
				line = -1;
		if (line >= 0)
			lint_add(l, rule, file, line, column, "%s", err.message);
	}
	str_wipe(&text);
}

static void judge_duplicate(struct lint *l, const struct lint_rule *rule, const struct env_file *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];
		const struct env_entry *last = env_file_find(f, e->key);

		if (last == e || e->inherits)
			continue;
		lint_add_entry(l, rule, f, e, e->key_start,
			_("%s is set again in line %d, and that value counts"), e->key, last->line)
			->fixable = f == l->dotenv && lint_can_remove(f, i);
	}
}

void lint_duplicate(struct lint *l, const struct lint_rule *rule)
{
	each_file(l, rule, judge_duplicate);
}

static char separator_of(const struct env_file *f, const struct env_entry *e)
{
	const char *p = f->text + e->key_end;

	while (*p == ' ' || *p == '\t')
		p++;
	return *p;
}

static void judge_delimiter(struct lint *l, const struct lint_rule *rule, const struct env_file *f)
{
	for (EACH_ENTRY(f, e)) {
		if (e->inherits)
			continue;
		if (separator_of(f, e) == ':')
			lint_add_entry(l, rule, f, e, e->key_end,
				_("\":\" stands between %s and its value"), e->key)
				->fixable = f == l->dotenv;
		else if (!e->quote && e->raw[0] == '=' && e->raw[1] && e->raw[1] != '=')
			lint_add_entry(l, rule, f, e, e->value_start,
				_("the value of %s begins with a second \"=\""), e->key);
	}
}

void lint_delimiter(struct lint *l, const struct lint_rule *rule)
{
	each_file(l, rule, judge_delimiter);
}

static void judge_blanks(struct lint *l, const struct lint_rule *rule, const struct env_file *f)
{
	for (EACH_ENTRY(f, e))
		if (!e->inherits && separator_of(f, e) == '=' && e->value_start - e->key_end > 1)
			lint_add_entry(l, rule, f, e, e->key_end,
				_("there are blanks around the \"=\" of %s"), e->key)
				->fixable = f == l->dotenv;
}

void lint_blanks(struct lint *l, const struct lint_rule *rule)
{
	each_file(l, rule, judge_blanks);
}

bool lint_wants_quotes(const struct env_entry *e)
{
	return !e->quote && !e->inherits && strpbrk(e->raw, " \t'\"`\\;&|<>()") != NULL;
}

void lint_quotes(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l->dotenv, e)) {
		autosecret char *quoted = lint_quoted(e);

		if (lint_wants_quotes(e) && !str_starts(e->raw, "# "))
			lint_add_entry(l, rule, l->dotenv, e, e->value_start,
				strpbrk(e->raw, " \t")
					? _("the value of %s has blanks and no quotes: a shell "
					    "would run what follows the first one")
					: _("the value of %s has characters that a shell acts on, "
					    "and no quotes"),
				e->key)
				->fixable = quoted != NULL;
	}
}

/* " #x" behind a bare value: a comment begins with a blank, a password does not. */
static bool cuts_value(const struct env_file *f, const struct env_entry *e)
{
	const char *p = f->text + e->value_end;

	return !e->quote && e->value_end > e->value_start && str_starts(p, " #") && p[2] &&
	       isalnum((unsigned char)p[2]);
}

static void judge_comment(struct lint *l, const struct lint_rule *rule, const struct env_file *f)
{
	for (EACH_ENTRY(f, e)) {
		if (!e->quote && str_starts(e->raw, "# "))
			lint_add_entry(l, rule, f, e, e->value_start,
				_("what looks like a comment is the value of %s"), e->key);
		else if (cuts_value(f, e) && lint_is_secret_name(e->key, NULL))
			lint_add_entry(l, rule, f, e, e->value_end,
				_("the value of %s ends before the \"#\""), e->key);
	}
}

void lint_comment_value(struct lint *l, const struct lint_rule *rule)
{
	each_file(l, rule, judge_comment);
}

struct dollar {
	const struct lint *l;
	const struct env_file *f;
	bool lost;
};

static const char *no_value(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static void on_use(void *arg, const struct interp_use *use)
{
	struct dollar *d = arg;
	autofree char *shell = NULL;

	if (*use->op || use->depth || env_file_find(d->f, use->name) ||
		(d->l->dotenv && env_file_find(d->l->dotenv, use->name)))
		return;
	shell = host_env(d->l->host, use->name);
	d->lost = d->lost || !shell;
}

static void judge_dollar(struct lint *l, const struct lint_rule *rule, const struct env_file *f)
{
	struct dollar d = {l, f, false};
	const struct interp in = {
		.lookup = no_value, .use = on_use, .use_arg = &d, .tolerant = true};

	for (EACH_ENTRY(f, e)) {
		struct str out = STR_INIT(STR_FILE);
		autosecret char *text = e->quote == '\'' ? NULL : env_entry_unquoted(e);

		d.lost = false;
		if (text)
			interp_expand(&in, text, &out, NULL);
		str_wipe(&out);
		/* The name may be the rest of a password. */
		if (d.lost)
			lint_add_entry(l, rule, f, e, e->value_start,
				_("a $ in the value of %s names a variable that does not exist: "
				  "it and the name behind it are lost"),
				e->key);
	}
}

void lint_dollar(struct lint *l, const struct lint_rule *rule)
{
	each_file(l, rule, judge_dollar);
}

/* What other rules say of a statement need not be said twice. */
static bool is_said(const struct env_file *f, const struct env_entry *e)
{
	return e->inherits || lint_wants_quotes(e) || separator_of(f, e) == ':' ||
	       e->value_start - e->key_end > 1;
}

void lint_shell(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l->dotenv, e))
		if (!is_said(l->dotenv, e) && env_file_differs_in_shell(l->dotenv, e))
			lint_add_entry(l, rule, l->dotenv, e, e->value_start,
				_("a shell reads the value of %s differently"), e->key);
}

void lint_newline(struct lint *l, const struct lint_rule *rule)
{
	const struct env_file *f = l->dotenv;

	if (f && f->n && f->text[f->len - 1] != '\n')
		lint_add_entry(l, rule, f, &f->entries[f->n - 1], f->entries[f->n - 1].key_start,
			"%s", _("the file does not end with a newline"))
			->fixable = true;
}
