/* SPDX-License-Identifier: MIT */
#include "config/env_file.h"

#include "base/i18n.h"
#include "config/rune.h"

#include <string.h>

enum { MAX_ENTRIES = 5000, MAX_LINES = 200 * 1000 };

struct scan {
	struct env_file *f;
	size_t cap;
	const char *at, *end;
	const char *counted; /* lines and columns are counted up to here */
	int line, column;
	enum { STRICT, FOR_EDIT, FOR_SERVICE } mode;
	struct error *err;
};

/* Brings line and column up to p, which never goes back. */
static void count_to(struct scan *s, const char *p)
{
	const char *newline;

	while (s->counted < p && (newline = memchr(s->counted, '\n', (size_t)(p - s->counted)))) {
		s->line++;
		s->column = 1;
		s->counted = newline + 1;
	}
	if (s->counted < p)
		s->column += rune_count(s->counted, p);
	s->counted = p;
}

static int refuse(struct scan *s, const char *at, const char *expected, const char *what)
{
	count_to(s, at);
	error_set(s->err, ERR_INPUT, _("cannot read %s: %s"), s->f->name, what);
	error_detail(s->err, "%s:%d:%d", s->f->name, s->line, s->column);
	error_hint(s->err, "%s", expected);
	return ERR_INPUT;
}

static int too_many(struct scan *s, const char *at)
{
	refuse(s, at, _("Slipway reads env files of at most 5000 variables and 200000 lines."),
		_("it is too long"));
	if (s->err)
		s->err->code = ERR_LIMIT;
	return ERR_LIMIT;
}

static const char *skip_blanks(const char *p, const char *end)
{
	uint32_t c;

	while (p < end) {
		const size_t n = rune_decode(p, end, &c);

		if (!rune_is_blank(c))
			break;
		p += n;
	}
	return p;
}

/* The end of [p, end) without the white space it ends in. */
static const char *trim_end(const char *p, const char *end)
{
	const char *last = p;
	uint32_t c;

	while (p < end) {
		/* Nearly all of a long value. */
		if (*p > ' ' && *p < 0x7f) {
			last = ++p;
			continue;
		}
		p += rune_decode(p, end, &c);
		if (!rune_is_space(c))
			last = p;
	}
	return last;
}

/* To the next statement: over white space and comments. False at the end. */
static bool next_statement(struct scan *s)
{
	uint32_t c;

	while (s->at < s->end) {
		size_t n;

		if (*s->at == ' ' || *s->at == '\n') {
			s->at++;
			continue;
		}
		n = rune_decode(s->at, s->end, &c);
		if (c == '#') {
			s->at = memchr(s->at, '\n', (size_t)(s->end - s->at));
			if (!s->at)
				s->at = s->end;
		} else if (rune_is_space(c)) {
			s->at += n;
		} else {
			return true;
		}
	}
	return false;
}

static bool key_rune(uint32_t c)
{
	return c == '_' || c == '.' || c == '-' || c == '[' || c == ']' || rune_is_blank(c) ||
	       rune_is_word(c);
}

static const char *find_separator(struct scan *s, const char *p, int *rc)
{
	uint32_t c;

	for (; p < s->end; p += rune_decode(p, s->end, &c)) {
		rune_decode(p, s->end, &c);
		if (c == '=' || c == ':' || c == '\n')
			return p;
		if (!key_rune(c)) {
			autofree char *text = NULL;

			text = c < 0x20 || c == 0x7f || c == 0xfffd
				       ? xasprintf(_("unexpected byte 0x%02x in the name of a "
						     "variable"),
						 (unsigned char)*p)
				       : xasprintf(_("unexpected character \"%.*s\" in the name of "
						     "a variable"),
						 (int)rune_decode(p, s->end, &c), p);
			*rc = refuse(s, p, _("Write NAME=value, or put # before a comment."), text);
			return NULL;
		}
	}
	return p;
}

static const char *skip_export(const char *p, const char *end)
{
	if ((size_t)(end - p) > 6 && !memcmp(p, "export", 6) && memchr(" \t\n\f\r", p[6], 5))
		return skip_blanks(p + 6, end);
	return p;
}

/* Finds the closing quote of the value that begins at s->at. */
static const char *closing_quote(const struct scan *s)
{
	bool escaped = false;

	for (const char *p = s->at + 1; p < s->end; p++) {
		if (*p == *s->at && !escaped)
			return p;
		escaped = *p == '\\' && !escaped;
	}
	return NULL;
}

static int read_value(struct scan *s, struct env_entry *e)
{
	const char *after = s->at, *stop, *close;

	s->at = skip_blanks(s->at, s->end);
	if (s->at < s->end && (*s->at == '\'' || *s->at == '"')) {
		close = closing_quote(s);
		if (!close)
			return refuse(
				s, s->at, _("Close the quote."), _("unterminated quoted value"));
		e->quote = *s->at;
		e->value_start = (size_t)(s->at - s->f->text);
		e->value_end = (size_t)(close + 1 - s->f->text);
		e->raw = xstrndup(s->at + 1, (size_t)(close - s->at - 1));
		s->at = close + 1;
		return 0;
	}
	stop = memchr(s->at, '\n', (size_t)(s->end - s->at));
	if (!stop)
		stop = s->end;
	close = memmem(s->at, (size_t)(stop - s->at), " #", 2);
	close = trim_end(s->at, close ? close : stop);
	e->raw = xstrndup(s->at, (size_t)(close - s->at));
	e->value_start = (size_t)((close == s->at ? after : s->at) - s->f->text);
	e->value_end = close == s->at ? e->value_start : (size_t)(close - s->f->text);
	s->at = stop;
	return 0;
}

static int check_key(struct scan *s, const char *key, const char *key_end, const char *sep)
{
	const char *blank = memchr(key, ' ', (size_t)(key_end - key));

	if (sep == s->end && s->mode == FOR_SERVICE)
		return 0;
	if (blank)
		return refuse(s, blank, _("Write NAME=value, or put # before a comment."),
			_("a key cannot contain a space"));
	if (s->mode == FOR_SERVICE)
		return 0;
	if (key == key_end && sep < s->end && *sep != '\n')
		return refuse(
			s, sep, _("Write NAME=value."), _("there is no name before the value"));
	if (sep == s->end && s->mode == STRICT)
		return refuse(s, key, _("End the file with a newline, or write NAME=value."),
			_("the last line has neither \"=\" nor a newline"));
	return 0;
}

static int read_statement(struct scan *s)
{
	struct env_file *f = s->f;
	const char *start = s->at, *key = skip_export(start, s->end), *sep, *key_end;
	struct env_entry *e;
	int rc = 0;

	sep = find_separator(s, key, &rc);
	if (!sep)
		return rc;
	key_end = trim_end(key, sep);
	rc = check_key(s, key, key_end, sep);
	if (rc)
		return rc;
	s->at = sep < s->end ? sep + 1 : sep;
	if (sep == s->end && s->mode == FOR_SERVICE)
		s->at = key_end = sep = key; /* all of it is the value of no name */
	if (key == key_end && (sep == s->end || *sep == '\n'))
		return 0; /* "export" alone on a line says nothing */
	if (f->n == MAX_ENTRIES)
		return too_many(s, start);
	VEC_GROW(f->entries, f->n, s->cap);
	e = &f->entries[f->n];
	*e = (struct env_entry){.inherits = sep == s->end || *sep == '\n'};
	count_to(s, start);
	e->line = s->line;
	e->column = s->column;
	e->start = (size_t)(start - f->text);
	e->key_start = (size_t)(key - f->text);
	e->key_end = e->value_start = e->value_end = (size_t)(key_end - f->text);
	rc = e->inherits ? 0 : read_value(s, e);
	if (rc)
		return rc;
	e->key = xstrndup(key, (size_t)(key_end - key));
	if (!e->raw)
		e->raw = xstrdup("");
	f->n++;
	return 0;
}

static int parse(const char *name, const char *text, size_t n, int mode, struct env_file **ret,
	struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = xcalloc(1, sizeof(*f));
	struct scan s = {.f = f, .line = 1, .column = 1, .mode = mode, .err = err};
	const char *nul;
	int rc = 0;

	f->name = xstrdup(name);
	if (n > STR_FILE)
		return error_set(err, ERR_LIMIT, _("cannot read %s: larger than 16 MiB"), name);
	f->text = xmalloc(n + 1);
	if (n)
		memcpy(f->text, text, n);
	f->text[n] = '\0';
	f->len = n;
	s.at = s.counted = f->text;
	s.end = f->text + n;
	if (n >= 3 && !memcmp(f->text, "\xef\xbb\xbf", 3))
		s.at = s.counted = f->text + 3;
	nul = memchr(f->text, '\0', n);
	if (nul)
		return refuse(
			&s, nul, _("The file must be text in UTF-8."), _("it holds a NUL byte"));
	while (!rc && next_statement(&s))
		rc = read_statement(&s);
	count_to(&s, rc ? s.counted : s.end);
	if (!rc && s.line > MAX_LINES)
		rc = too_many(&s, s.end);
	if (!rc)
		*ret = take(f);
	return rc;
}

int env_file_parse(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err)
{
	return parse(name, text, n, STRICT, ret, err);
}

int env_file_parse_for_edit(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err)
{
	return parse(name, text, n, FOR_EDIT, ret, err);
}

int env_file_parse_for_service(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err)
{
	return parse(name, text, n, FOR_SERVICE, ret, err);
}

void env_file_free(struct env_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++) {
		free(f->entries[i].key);
		secret_free(f->entries[i].raw);
	}
	free(f->entries);
	mem_wipe(f->text, f->len);
	free(f->text);
	free(f->name);
	free(f);
}

const struct env_entry *env_file_find(const struct env_file *f, const char *key)
{
	for (size_t i = f->n; i > 0; i--)
		if (!strcmp(f->entries[i - 1].key, key))
			return &f->entries[i - 1];
	return NULL;
}
