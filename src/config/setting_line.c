/* SPDX-License-Identifier: MIT */
#include "config/setting_line.h"

#include <ctype.h>
#include <string.h>

void setting_line_done(struct setting_line *l)
{
	free(l->text);
	free(l->key);
	secret_free(l->value);
	free(l->beside);
}

char *setting_line_trim(const char *s, size_t n)
{
	while (n && isspace((unsigned char)*s))
		s++, n--;
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return xstrndup(s, n);
}

/* Length of a rule character at s, 0: none; also the lines of box drawings (U+2500..257F). */
static size_t rule_char(const char *s)
{
	if (*s && strchr("-=#*~_+", *s))
		return 1;
	if ((unsigned char)s[0] == 0xe2 &&
		((unsigned char)s[1] == 0x94 || (unsigned char)s[1] == 0x95) && s[2])
		return 3;
	return 0;
}

static size_t rule_run(const char *s)
{
	size_t n = 0, step;

	while ((step = rule_char(s + n)) > 0)
		n += step;
	return n;
}

/* "--- Title ---", "######## Title ####", "[Title]": the title, or NULL. */
static char *decorated(const char *text)
{
	size_t n = strlen(text), lead = rule_run(text);

	if (n > 4 && text[0] == '[' && text[n - 1] == ']' && !strpbrk(text, "\"',"))
		return setting_line_trim(text + 1, n - 2);
	if (lead < 3 || lead == n)
		return NULL;
	while (n > lead && strchr("-=#*~_+", text[n - 1]))
		n--;
	return n > lead ? setting_line_trim(text + lead, n - lead) : NULL;
}

static size_t key_length(const char *s)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*s) && *s != '_')
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '.' || s[n] == '-')
		n++;
	return n;
}

static bool looks_like_variable(const char *s, size_t n)
{
	bool upper = false, mark = false;

	for (size_t i = 0; i < n; i++) {
		upper = upper || isupper((unsigned char)s[i]);
		mark = mark || s[i] == '_';
	}
	return (upper && !islower((unsigned char)s[0])) || mark;
}

static const char *line_end(const char *p, const char *end)
{
	while (p < end && *p != '\n')
		p++;
	return p;
}

/* Splits what stands behind '=' into value and comment; returns where it ends (a quoted value may
 * span lines). */
static const char *read_value(const char *p, const char *end, struct setting_line *l)
{
	const char *start, *stop, *eol;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	eol = line_end(p, end);
	start = p;
	if (p < end && (*p == '"' || *p == '\'')) {
		for (stop = p + 1; stop < end && *stop != *p; stop++)
			if (*stop == '\\' && *p == '"' && stop + 1 < end)
				stop++;
		if (stop < end && (stop < eol || !l->commented)) {
			l->value = xstrndup(p + 1, (size_t)(stop - p - 1));
			eol = line_end(stop, end);
			start = stop + 1;
			l->beside = setting_line_trim(start, (size_t)(eol - start));
			return eol;
		}
	}
	for (stop = start; stop < eol; stop++)
		if (*stop == '#' && (stop == start || stop[-1] == ' ' || stop[-1] == '\t'))
			break;
	l->value = setting_line_trim(start, (size_t)(stop - start));
	l->beside = setting_line_trim(stop, (size_t)(eol - stop));
	return eol;
}

/* A commented-out assignment, or prose with a '=' in it? "(...)" behind the value is its comment.
 */
static bool plausible(struct setting_line *l)
{
	char *open = strstr(l->value, " (");
	int blanks = 0;

	if (open && l->value[strlen(l->value) - 1] == ')') {
		free(l->beside);
		l->beside = xstrndup(open + 2, strlen(open + 2) - 1);
		*open = '\0';
	}
	for (const char *p = l->value; *p; p++)
		blanks += *p == ' ';
	return blanks < 3;
}

static const char *read_key(const char *p, const char *end, struct setting_line *l)
{
	size_t n = key_length(p);
	const char *after = p + n;

	if (!n || (l->commented && !looks_like_variable(p, n)))
		return NULL;
	if (!l->commented)
		while (after < end && *after == ' ')
			after++;
	if (after < end && (*after == '=' || (*after == ':' && !l->commented && after[1] == ' '))) {
		l->key = xstrndup(p, n);
		after = read_value(after + 1, end, l);
		if (!l->commented || plausible(l))
			return after;
		free(l->key);
		secret_free(l->value);
		free(l->beside);
		l->key = l->value = l->beside = NULL;
		return NULL;
	}
	/* "# SOME_NAME" alone. */
	if (l->commented && (after == end || *after == '\n' || *after == '\r') &&
		memchr(p, '_', n) && isupper((unsigned char)p[n - 1])) {
		l->key = xstrndup(p, n);
		l->value = xstrdup("");
		return after;
	}
	return NULL;
}

static void read_comment(const char *p, const char *eol, struct setting_line *l)
{
	autofree char *text = NULL;
	size_t rule;

	text = setting_line_trim(p, (size_t)(eol - p));
	rule = rule_run(text);
	if (*text == '!' && l->number == 1) {
		l->kind = LINE_BLANK; /* "#!/bin/sh" */
	} else if (!*text && l->hashes < 4) {
		l->kind = LINE_EMPTY;
	} else if (!text[rule] && rule + (size_t)l->hashes >= 4) {
		l->kind = LINE_RULER;
	} else {
		autofree char *whole =
			xasprintf("%.*s%s", l->hashes > 2 ? l->hashes : 0, "########", text);

		l->text = decorated(l->hashes > 3 && str_ends(text, "#") ? whole : text);
		l->kind = l->text ? LINE_TITLE : LINE_TEXT;
		if (!l->text)
			l->text = take(text);
	}
}

/* Reads the line at p; returns its end (the newline or the end of the text). */
const char *setting_line_read(const char *p, const char *end, struct setting_line *l)
{
	const char *eol = line_end(p, end), *after;

	while (p < eol && isspace((unsigned char)*p))
		p++;
	if (p == eol) {
		l->kind = LINE_BLANK;
		return eol;
	}
	while (p < eol && *p == '#')
		p++, l->hashes++;
	l->commented = l->hashes > 0;
	if (l->commented)
		while (p < eol && (*p == ' ' || *p == '\t'))
			p++;
	if (!l->commented && str_starts(p, "export "))
		p += strlen("export ");
	after = l->hashes <= 2 ? read_key(p, end, l) : NULL;
	if (after) {
		l->kind = LINE_KEY;
		return after;
	}
	if (l->commented)
		read_comment(p, eol, l);
	else
		l->kind = LINE_BLANK; /* not an env file's line; compose will say so */
	return eol;
}
