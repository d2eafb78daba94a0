/* SPDX-License-Identifier: MIT */
/* Safe mends of .env: bytes change, values do not. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

/* Puts `with` in the place of the bytes [from, to). */
static bool put_text(struct env_file **f, size_t from, size_t to, const char *with)
{
	struct str text = STR_INIT(STR_FILE);
	struct env_file *fresh = NULL;
	int code;

	str_addn(&text, (*f)->text, from);
	str_add(&text, with);
	str_addn(&text, (*f)->text + to, (*f)->len - to);
	code = env_file_parse_for_edit((*f)->name, str_text(&text), text.len, &fresh, NULL);
	str_wipe(&text);
	if (code)
		return false;
	env_file_free(*f);
	*f = fresh;
	return true;
}

/* --- keys that are there twice */

/* Whether the value may use the variable. */
static bool uses(const struct env_entry *e, const char *key)
{
	for (const char *p = e->raw; e->quote != '\'' && (p = strchr(p, '$')) != NULL; p++) {
		const char *name = p + 1 + (p[1] == '{');

		if (str_starts(name, key))
			return true;
	}
	return false;
}

/* The lines [*from, *to) of an entry when nothing else stands on them. */
static bool own_lines(const struct env_file *f, const struct env_entry *e, size_t *from, size_t *to)
{
	size_t at = e->start;

	while (at > 0 && (f->text[at - 1] == ' ' || f->text[at - 1] == '\t'))
		at--;
	if (at > 0 && f->text[at - 1] != '\n')
		return false;
	*from = at;
	at = e->value_end;
	while (at < f->len && strchr(" \t\r", f->text[at]))
		at++;
	if (at < f->len && f->text[at] == '#')
		at += strcspn(f->text + at, "\n");
	if (at < f->len && f->text[at] != '\n')
		return false;
	*to = at < f->len ? at + 1 : at;
	return true;
}

bool lint_can_remove(const struct env_file *f, size_t index)
{
	const struct env_entry *e = &f->entries[index];
	size_t from, to;

	/* What a byte order mark stands before is left alone. */
	if (!own_lines(f, e, &from, &to) || e->inherits)
		return false;
	/* Up to the next setting of the key, the earlier value is the one in force. */
	for (size_t i = index + 1; i < f->n; i++) {
		if (uses(&f->entries[i], e->key))
			return false;
		if (str_eq(f->entries[i].key, e->key))
			return !f->entries[i].inherits;
	}
	return false;
}

bool lint_fix_duplicate(struct env_file **f)
{
	for (size_t i = 0; i < (*f)->n; i++) {
		const struct env_entry *e = &(*f)->entries[i];
		size_t from, to;

		if (env_file_find(*f, e->key) != e && lint_can_remove(*f, i) &&
			own_lines(*f, e, &from, &to))
			return put_text(f, from, to, "");
	}
	return false;
}

/* --- the rest */

bool lint_fix_separator(struct env_file **f)
{
	for (size_t i = 0; i < (*f)->n; i++) {
		const struct env_entry *e = &(*f)->entries[i];
		const char *p = (*f)->text + e->key_end;

		if (e->inherits || (*p == '=' && e->value_start - e->key_end == 1))
			continue;
		return put_text(f, e->key_end, e->value_start, "=");
	}
	return false;
}

char *lint_quoted(const struct env_entry *e)
{
	autosecret char *quoted = NULL;

	if (!lint_wants_quotes(e) || str_starts(e->raw, "# "))
		return NULL;
	/* Variables are expanded between double quotes, and what these act on is not there. */
	if (!strchr(e->raw, '$'))
		quoted = env_quote(e->raw);
	else if (!strpbrk(e->raw, "\"\\"))
		quoted = xasprintf("\"%s\"", e->raw);
	return quoted && *quoted && strchr("'\"", *quoted) ? take(quoted) : NULL;
}

bool lint_fix_quotes(struct env_file **f)
{
	for (size_t i = 0; i < (*f)->n; i++) {
		const struct env_entry *e = &(*f)->entries[i];
		autosecret char *quoted = lint_quoted(e);

		if (quoted)
			return put_text(f, e->value_start, e->value_end, quoted);
	}
	return false;
}

bool lint_fix_newline(struct env_file **f)
{
	return (*f)->len && (*f)->text[(*f)->len - 1] != '\n' &&
	       put_text(f, (*f)->len, (*f)->len, "\n");
}

static const char *no_value(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

/* Every value as before, in the words of Compose's own grammar. */
static bool same_values(const struct env_file *a, const struct env_file *b)
{
	const struct interp in = {.lookup = no_value, .tolerant = true};
	AUTO(env_values) struct env_values x = {0};
	AUTO(env_values) struct env_values y = {0};

	/* A template that cannot be expanded ends both at the same place. */
	(void)env_file_eval(a, &in, &x, NULL);
	(void)env_file_eval(b, &in, &y, NULL);
	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (!str_eq(env_values_get(&y, x.items[i].key), x.items[i].value))
			return false;
	return true;
}

void lint_quote_values(struct env_file **f)
{
	AUTO_PTR(env_file) struct env_file *quoted = NULL;

	if (env_file_parse_for_edit((*f)->name, (*f)->text, (*f)->len, &quoted, NULL))
		return;
	for (size_t i = 0; i < (*f)->n && lint_fix_quotes(&quoted); i++)
		;
	if (!same_values(*f, quoted))
		return;
	env_file_free(*f);
	*f = take(quoted);
}

int lint_fix(const struct lint *l, char **ret, size_t *ret_len, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	bool changed = false;
	int code;

	if (!l->dotenv)
		return 1;
	code = env_file_parse_for_edit(".env", l->dotenv->text, l->dotenv->len, &f, err);
	if (code)
		return code;
	for (const struct lint_rule *r = lint_rules; r->name; r++) {
		/* Each mend takes one place away. */
		for (size_t i = 0; r->fix && !(l->ignore && strv_has(l->ignore, r->name)) &&
				   i <= l->dotenv->n && r->fix(&f);
			i++)
			changed = true;
	}
	if (!same_values(l->dotenv, f)) {
		error_set(err, ERR_FAILED, _("mending .env would change a value"));
		return error_hint(err, _("Nothing was changed. Mend the lines by hand."));
	}
	*ret = xmemdup(f->text, f->len + 1);
	*ret_len = f->len;
	return changed ? 0 : 1;
}
