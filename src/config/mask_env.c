/* SPDX-License-Identifier: MIT */
/* .env files and diffs with their secrets as dots. */
#include "config/mask.h"

#include "base/diff.h"
#include "config/env_file.h"

#include <ctype.h>
#include <string.h>

/* Dots for the bytes [from, to), keeping their line breaks. */
static void add_dots(struct str *out, const char *text, size_t from, size_t to)
{
	if (from < to)
		str_add(out, MASK_DOTS);
	for (size_t i = from; i < to; i++) {
		if (text[i] == '\n')
			str_addc(out, '\n');
	}
}

static bool is_secret(const struct strv *secrets, const char *key, size_t n)
{
	for (size_t i = 0; i < secrets->n; i++) {
		if (strlen(secrets->items[i]) == n && memcmp(secrets->items[i], key, n) == 0)
			return true;
	}
	return false;
}

/* "# KEY=value": where its value begins when KEY is a secret, else n. */
static size_t commented_value(const char *line, size_t n, const struct strv *secrets)
{
	size_t i = 0, key;

	while (i < n && (isspace((unsigned char)line[i]) || line[i] == '#'))
		i++;
	if (i == 0 || !memchr(line, '#', i))
		return n;
	if (n - i > 7 && memcmp(line + i, "export ", 7) == 0)
		i += 7;
	key = i;
	while (i < n && !isspace((unsigned char)line[i]) && line[i] != '=' && line[i] != ':')
		i++;
	if (i >= n || !is_secret(secrets, line + key, i - key))
		return n;
	while (i < n && (isspace((unsigned char)line[i]) || line[i] == '=' || line[i] == ':'))
		i++;
	return i;
}

static void mask_comments(const char *text, size_t n, const struct strv *secrets, struct str *out)
{
	size_t at = 0;

	while (at < n) {
		const char *newline = memchr(text + at, '\n', n - at);
		size_t end = newline ? (size_t)(newline - text) : n;
		size_t value = at + commented_value(text + at, end - at, secrets);

		str_addn(out, text + at, value - at);
		add_dots(out, text, value, end);
		if (newline)
			str_addc(out, '\n');
		at = end + 1;
	}
}

/* Nobody knows what is a value in here: all that follows a separator goes. */
static void mask_all(const char *text, size_t n, struct str *out)
{
	bool hidden = false;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			hidden = false;
		if (!hidden)
			str_addc(out, text[i]);
		if (!hidden && (text[i] == '=' || text[i] == ':' || text[i] == '#')) {
			str_add(out, MASK_DOTS);
			hidden = true;
		}
	}
}

char *mask_dotenv(const char *text, size_t n, const struct strv *secrets)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	struct str out = STR_INIT(STR_OUTPUT);
	AUTO(str) struct str open = STR_INIT(STR_OUTPUT);
	size_t at = 0;

	if (env_file_parse_for_edit("", text, n, &f, NULL) < 0) {
		mask_all(text, n, &out);
		return str_take(&out);
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];

		if (!is_secret(secrets, e->key, strlen(e->key)))
			continue;
		str_addn(&open, text + at, e->value_start - at);
		add_dots(&open, text, e->value_start, e->value_end);
		at = e->value_end;
	}
	str_addn(&open, text + at, n - at);
	mask_comments(open.data ? open.data : "", open.len, secrets, &out);
	str_wipe(&open);
	return str_take(&out);
}

/* Starts of the lines of a text. */
struct lines {
	const char **at;
	size_t n, cap;
};

static void split_lines(struct lines *l, const char *text)
{
	while (*text) {
		VEC_GROW(l->at, l->n, l->cap);
		l->at[l->n++] = text;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

static void show_as(struct diff_line *line, const struct lines *shown, size_t number)
{
	if (number == 0 || number > shown->n)
		return;
	line->text = shown->at[number - 1];
	line->len = strcspn(line->text, "\n");
}

char *mask_diff(const char *name, const char *old, size_t old_len, const char *old_shown,
	const char *new, size_t new_len, const char *new_shown)
{
	AUTO(diff) struct diff d;
	struct lines before = {0}, after = {0};
	struct str out = STR_INIT(STR_OUTPUT);

	diff_init(&d, old, old_len, new, new_len);
	split_lines(&before, old_shown);
	split_lines(&after, new_shown);
	for (size_t i = 0; i < d.n; i++) {
		if (d.lines[i].kind == DIFF_REMOVED)
			show_as(&d.lines[i], &before, d.lines[i].old_line);
		else
			show_as(&d.lines[i], &after, d.lines[i].new_line);
	}
	diff_unified(&d, old_len ? name : "/dev/null", name, 3, &out);
	free(before.at);
	free(after.at);
	if (!out.len) {
		str_done(&out);
		return NULL;
	}
	return str_take(&out);
}
