/* SPDX-License-Identifier: MIT */
/* Lines of .env, as they are written. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* Each entry of .env. */
#define EACH_ENTRY(l, e)                                                       \
	const struct env_entry *e = (l)->dotenv ? (l)->dotenv->entries : NULL; \
	e &&e < (l)->dotenv->entries + (l)->dotenv->n;                         \
	e++

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

void lint_duplicate(struct lint *l, const struct lint_rule *rule)
{
	for (size_t i = 0; l->dotenv && i < l->dotenv->n; i++) {
		const struct env_entry *e = &l->dotenv->entries[i];
		const struct env_entry *last = env_file_find(l->dotenv, e->key);

		if (last == e || e->inherits)
			continue;
		lint_add_entry(l, rule, l->dotenv, e, e->key_start,
			_("%s is set again in line %d, and that value counts"), e->key, last->line)
			->fixable = lint_can_remove(l->dotenv, i);
	}
}

static char separator_of(const struct env_file *f, const struct env_entry *e)
{
	const char *p = f->text + e->key_end;

	while (*p == ' ' || *p == '\t')
		p++;
	return *p;
}

void lint_delimiter(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l, e)) {
		if (e->inherits)
			continue;
		if (separator_of(l->dotenv, e) == ':')
			lint_add_entry(l, rule, l->dotenv, e, e->key_end,
				_("\":\" stands between %s and its value"), e->key)
				->fixable = true;
		else if (!e->quote && e->raw[0] == '=' && e->raw[1] && e->raw[1] != '=')
			lint_add_entry(l, rule, l->dotenv, e, e->value_start,
				_("the value of %s begins with a second \"=\""), e->key);
	}
}

void lint_blanks(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l, e))
		if (!e->inherits && separator_of(l->dotenv, e) == '=' &&
			e->value_start - e->key_end > 1)
			lint_add_entry(l, rule, l->dotenv, e, e->key_end,
				_("there are blanks around the \"=\" of %s"), e->key)
				->fixable = true;
}

bool lint_wants_quotes(const struct env_entry *e)
{
	return !e->quote && !e->inherits && strpbrk(e->raw, " \t'\"`\\;&|<>()") != NULL;
}

void lint_quotes(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l, e)) {
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

void lint_comment_value(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l, e)) {
		if (!e->quote && str_starts(e->raw, "# "))
			lint_add_entry(l, rule, l->dotenv, e, e->value_start,
				_("what looks like a comment is the value of %s"), e->key);
		else if (cuts_value(l->dotenv, e) && lint_is_secret_name(e->key, NULL))
			lint_add_entry(l, rule, l->dotenv, e, e->value_end,
				_("the value of %s ends before the \"#\""), e->key);
	}
}

struct dollar {
	const struct lint *l;
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

	if (*use->op || use->depth || env_file_find(d->l->dotenv, use->name))
		return;
	shell = host_env(d->l->host, use->name);
	d->lost = d->lost || !shell;
}

void lint_dollar(struct lint *l, const struct lint_rule *rule)
{
	struct dollar d = {l, false};
	const struct interp in = {
		.lookup = no_value, .use = on_use, .use_arg = &d, .tolerant = true};

	for (EACH_ENTRY(l, e)) {
		struct str out = STR_INIT(STR_FILE);
		autosecret char *text = e->quote == '\'' ? NULL : env_entry_unquoted(e);

		d.lost = false;
		if (text)
			interp_expand(&in, text, &out, NULL);
		str_wipe(&out);
		/* The name may be the rest of a password. */
		if (d.lost)
			lint_add_entry(l, rule, l->dotenv, e, e->value_start,
				_("a $ in the value of %s names a variable that does not exist: "
				  "it and the name behind it are lost"),
				e->key);
	}
}

/* What other rules say of a statement need not be said twice. */
static bool is_said(const struct env_file *f, const struct env_entry *e)
{
	return e->inherits || lint_wants_quotes(e) || separator_of(f, e) == ':' ||
	       e->value_start - e->key_end > 1;
}

void lint_shell(struct lint *l, const struct lint_rule *rule)
{
	for (EACH_ENTRY(l, e))
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
