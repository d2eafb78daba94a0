/* SPDX-License-Identifier: MIT */
/* What the values of a .env file come to. */
#include "config/env_file.h"

#include "base/i18n.h"
#include "config/rune.h"

#include <string.h>

/* Between quotes only the escaped quote itself is special so far. */
static char *undo_quote(const char *raw, char quote)
{
	char *out = xmalloc(strlen(raw) + 1), *o = out;

	for (const char *p = raw; *p; p++) {
		if (*p == '\\' && p[1] == quote) {
			*o++ = *++p;
		} else if (*p == '\\' && p[1]) {
			*o++ = *p++;
			*o++ = *p;
		} else {
			*o++ = *p;
		}
	}
	*o = '\0';
	return out;
}

/* "\0ddd": three octal digits of a byte give its character, anything else loses only the zero. */
static const char *octal(const char *p, struct str *out)
{
	const size_t digits = strspn(p + 2, "0123456789");
	const size_t n = digits < 3 ? digits : 3;
	unsigned v = 0;

	if (strspn(p + 2, "01234567") >= 3)
		v = (unsigned)(p[2] - '0') * 64 + (unsigned)(p[3] - '0') * 8 +
		    (unsigned)(p[4] - '0');
	if (n < 3 || v > 255 || strspn(p + 2, "01234567") < 3) {
		str_addc(out, '\\');
		str_addn(out, p + 2, n);
	} else if (v < 0x80) {
		str_addc(out, (char)v);
	} else {
		str_addc(out, (char)(0xc0 | v >> 6));
		str_addc(out, (char)(0x80 | (v & 0x3f)));
	}
	return p + 2 + n;
}

static char *undo_escapes(const char *text)
{
	static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	while (*text) {
		const char *which = text[0] == '\\' && text[1] ? strchr(from, text[1]) : NULL;

		if (which) {
			str_addc(&out, to[which - from]);
			text += 2;
		} else if (text[0] == '\\' && text[1] == '$') {
			str_add(&out, "$$");
			text += 2;
		} else if (text[0] == '\\' && text[1] == '0') {
			text = octal(text, &out);
		} else {
			str_addc(&out, *text++);
		}
	}
	return str_take(&out);
}

char *env_entry_unquoted(const struct env_entry *e)
{
	autosecret char *text = NULL;

	if (!e->quote)
		return xstrdup(e->raw);
	text = undo_quote(e->raw, e->quote);
	return e->quote == '\'' ? take(text) : undo_escapes(text);
}

void env_values_done(struct env_values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->items[i].key);
		secret_free(v->items[i].value);
	}
	free(v->items);
	strmap_done(&v->index);
	*v = (struct env_values){0};
}

const struct env_value *env_values_find(const struct env_values *v, const char *key)
{
	const size_t i = (size_t)strmap_get(&v->index, key);

	return i ? &v->items[i - 1] : NULL;
}

const char *env_values_get(const struct env_values *v, const char *key)
{
	const struct env_value *found = env_values_find(v, key);

	return found ? found->value : NULL;
}

void env_values_set(struct env_values *v, const char *key, const char *value,
	const struct env_file *file, int line)
{
	size_t i = (size_t)strmap_get(&v->index, key);

	if (!i) {
		VEC_GROW(v->items, v->n, v->cap);
		v->items[v->n++] = (struct env_value){.key = xstrdup(key)};
		i = v->n;
		strmap_put(&v->index, v->items[i - 1].key, (void *)i);
	}
	secret_free(v->items[i - 1].value);
	v->items[i - 1].value = xstrdup(value);
	v->items[i - 1].file = file;
	v->items[i - 1].line = line;
}

/* A file reads its own keys only where neither the process nor a file before it has one. */
struct scope {
	const struct interp *in;
	const struct env_values *before, *own;
	size_t expanded; /* bytes of all values so far; at most STR_OUTPUT */
};

static const char *outer(const struct scope *scope, const char *name)
{
	const char *value = scope->in->lookup(scope->in->lookup_arg, name);

	return value ? value : env_values_get(scope->before, name);
}

static const char *lookup(void *arg, const char *name)
{
	const struct scope *scope = arg;
	const char *value = outer(scope, name);

	return value ? value : env_values_get(scope->own, name);
}

static int eval_entry(const struct env_file *f, const struct env_entry *e, struct scope *scope,
	struct env_values *own, struct error *err)
{
	struct interp in = *scope->in;
	autosecret char *text = NULL;
	struct str out = STR_INIT(STR_FILE);
	int rc;

	if (e->inherits) {
		const char *value = outer(scope, e->key);

		if (value)
			env_values_set(own, e->key, value, f, e->line);
		return 0;
	}
	text = env_entry_unquoted(e);
	if (e->quote == '\'') {
		env_values_set(own, e->key, text, f, e->line);
		return 0;
	}
	in.lookup = lookup;
	in.lookup_arg = scope;
	rc = interp_expand(&in, text, &out, err);
	scope->expanded += out.len;
	if (!rc && scope->expanded > STR_OUTPUT)
		rc = error_set(
			err, ERR_LIMIT, _("the values of %s are too long together"), f->name);
	if (rc)
		error_detail(err, "%s:%d:%d", f->name, e->line,
			e->column + rune_count(f->text + e->start, f->text + e->value_start));
	else
		env_values_set(own, e->key, str_text(&out), f, e->line);
	str_wipe(&out);
	return rc;
}

int env_file_eval(const struct env_file *f, const struct interp *in, struct env_values *values,
	struct error *err)
{
	AUTO(env_values) struct env_values own = {0};
	struct scope scope = {.in = in, .before = values, .own = &own};

	for (size_t i = 0; i < f->n; i++) {
		const int rc = eval_entry(f, &f->entries[i], &scope, &own, err);

		if (rc)
			return rc;
	}
	for (size_t i = 0; i < own.n; i++)
		env_values_set(values, own.items[i].key, own.items[i].value, f, own.items[i].line);
	return 0;
}
