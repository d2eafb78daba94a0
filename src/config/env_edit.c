/* SPDX-License-Identifier: MIT */
/* Changing a .env file so that nothing but what was asked for changes. */
#include "config/env_file.h"

#include "base/i18n.h"
#include "config/env_parts.h"

#include <ctype.h>
#include <string.h>

static bool bare_is_safe(const char *value)
{
	for (; *value; value++)
		if (!isalnum((unsigned char)*value) && !strchr("_./:@%+,=-", *value))
			return false;
	return true;
}

static char *in_quotes(const char *value)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	const bool literal = !strpbrk(value, "'\\");

	if (literal) {
		str_addf(&out, "'%s'", value);
		return str_take(&out);
	}
	str_addc(&out, '"');
	for (; *value; value++) {
		if (strchr("\\\"$", *value))
			str_addc(&out, '\\');
		str_addc(&out, *value);
	}
	str_addc(&out, '"');
	return str_take(&out);
}

char *env_quote(const char *value)
{
	return bare_is_safe(value) ? xstrdup(value) : in_quotes(value);
}

bool env_quote_differs_in_shell(const char *value)
{
	/* A shell runs what stands in back-ticks between double quotes; Compose has no escape for
	 * it. */
	return strpbrk(value, "'\\") && strchr(value, '`');
}

static const char *seen(void *arg, const char *name)
{
	bool *any = arg;

	(void)name;
	*any = true;
	return NULL;
}

char *env_file_literal(const struct env_file *f, const char *key)
{
	const struct env_entry *e = env_file_find(f, key);
	bool any = false;
	const struct interp in = {.lookup = seen, .lookup_arg = &any, .tolerant = true};
	autosecret char *text = NULL;
	struct str out = STR_INIT(STR_FILE);
	char *value = NULL;

	if (!e || e->inherits)
		return NULL;
	text = env_entry_unquoted(e);
	if (e->quote == '\'')
		return take(text);
	if (!interp_expand(&in, text, &out, NULL) && !any)
		value = xstrdup(str_text(&out));
	str_wipe(&out);
	return value;
}

/* What stands behind the value on its line must stay what it is behind a bare one. */
bool env_bare_fits(const char *rest, bool empty)
{
	const size_t blanks = strspn(rest, " \t\r");

	if (rest[blanks] == '\n' || !rest[blanks])
		return true;
	return !empty && blanks > 0 && rest[blanks] == '#' && rest[blanks - 1] == ' ';
}

const char *env_file_line_end(const struct env_file *f)
{
	const char *newline = memchr(f->text, '\n', f->len);

	return newline && newline > f->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

/* `KEY` as the very last bytes is no statement Compose accepts. */
static bool lacks_newline(const struct env_file *f)
{
	return f->n && f->entries[f->n - 1].inherits && f->len && f->text[f->len - 1] != '\n';
}

int env_file_replace(struct env_file *f, struct str *text, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *fresh = NULL;
	struct env_file old;
	int rc = 0;

	if (lacks_newline(f) && text->len && text->data[text->len - 1] != '\n')
		str_add(text, env_file_line_end(f));
	if (!str_full(text))
		rc = env_file_parse_for_edit(f->name, str_text(text), text->len, &fresh, err);
	if (!rc && fresh && lacks_newline(fresh)) {
		str_add(text, env_file_line_end(f));
		env_file_free(take(fresh));
		rc = env_file_parse(f->name, str_text(text), text->len, &fresh, err);
	}
	if (str_full(text))
		return error_set(
			err, ERR_LIMIT, _("cannot change %s: it would be too long"), f->name);
	if (rc)
		return rc;
	old = *f;
	*f = *fresh;
	*fresh = old;
	return 0;
}

static void add_comment(struct str *out, const char *comment, const char *eol)
{
	while (*comment) {
		const size_t n = strcspn(comment, "\n");

		str_add(out, n ? "# " : "#");
		str_addn(out, comment, n);
		str_add(out, eol);
		comment += n + (comment[n] == '\n');
	}
}

static void append(const struct env_file *f, struct str *out, const char *key, const char *quoted,
	const char *comment)
{
	const char *eol = env_file_line_end(f);

	str_addn(out, f->text, f->len);
	if (out->len && out->data[out->len - 1] != '\n')
		str_add(out, eol);
	if (comment) {
		if (out->len)
			str_add(out, eol);
		add_comment(out, comment, eol);
	}
	str_addf(out, "%s=%s%s", key, quoted, eol);
}

static bool is_key(const char *key)
{
	if (!isalpha((unsigned char)*key) && *key != '_')
		return false;
	for (; *key; key++)
		if (!isalnum((unsigned char)*key) && !strchr("_.-", *key))
			return false;
	return true;
}

static void splice(
	const struct env_file *f, const struct env_entry *e, const char *quoted, struct str *out)
{
	str_addn(out, f->text, e->value_start);
	if (e->inherits)
		str_addc(out, '=');
	str_add(out, quoted);
	str_addn(out, f->text + e->value_end, f->len - e->value_end);
}

int env_file_set(struct env_file *f, const char *key, const char *value, const char *comment,
	struct error *err)
{
	const struct env_entry *e = env_file_find(f, key);
	autosecret char *quoted = NULL;
	struct str text = STR_INIT(STR_FILE);
	int rc;

	/* What is there already is a name by the reader's rules, which allow more. */
	if (!e && !is_key(key))
		return error_set(err, ERR_INPUT, _("\"%s\" is no name for a variable"), key);
	if (!e) {
		quoted = env_quote(value);
		append(f, &text, key, quoted, comment);
	} else {
		autosecret char *now = env_file_literal(f, key);

		if (now && !strcmp(now, value))
			return 0;
		quoted = bare_is_safe(value) && env_bare_fits(f->text + e->value_end, !*value)
				 ? xstrdup(value)
				 : in_quotes(value);
		splice(f, e, quoted, &text);
	}
	rc = env_file_replace(f, &text, err);
	str_wipe(&text);
	return rc;
}

/* The bytes to cut for a statement: its whole line where it stands alone on it. */
static void extent(const struct env_file *f, const struct env_entry *e, size_t *from, size_t *to)
{
	size_t start = e->start, end = e->value_end;

	while (start > 0 && strchr(" \t", f->text[start - 1]) && f->text[start - 1])
		start--;
	end += strspn(f->text + end, " \t\r");
	if (f->text[end] == '#')
		end += strcspn(f->text + end, "\n");
	if ((start == 0 || f->text[start - 1] == '\n') && (f->text[end] == '\n' || !f->text[end])) {
		*from = start;
		*to = end + (f->text[end] == '\n');
	} else {
		*from = e->start;
		*to = e->value_end;
	}
}

int env_file_remove(struct env_file *f, const char *key, struct error *err)
{
	struct str text = STR_INIT(STR_FILE);
	size_t done = 0;
	int rc = 0;

	if (!env_file_find(f, key))
		return 0;
	for (size_t i = 0; i < f->n; i++) {
		size_t from, to;

		if (strcmp(f->entries[i].key, key))
			continue;
		extent(f, &f->entries[i], &from, &to);
		str_addn(&text, f->text + done, from - done);
		done = to;
	}
	str_addn(&text, f->text + done, f->len - done);
	rc = env_file_replace(f, &text, err);
	str_wipe(&text);
	return rc;
}
