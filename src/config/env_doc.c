/* SPDX-License-Identifier: MIT */
/* What the comments of a .env file say about its keys. */
#include "config/env_file.h"

#include <ctype.h>
#include <string.h>

struct line {
	char *text; /* without '#' and the blanks around; rulers: "" */
	int number;
	bool ruler, banner;
};

/* Comment lines that follow each other. */
struct block {
	struct line *lines;
	size_t n, cap;
};

struct reading {
	const struct env_file *f;
	struct env_doc *doc;
	struct block block;
	bool section_open; /* nothing but comments since its banner */
};

static char *trimmed(const char *s, size_t n)
{
	while (n && isspace((unsigned char)s[0])) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return xstrndup(s, n);
}

/* Length of a key followed by '=' at s, 0 when there is none: a commented-out assignment. */
static size_t assignment(const char *s)
{
	size_t n = 0;

	if (!isalpha((unsigned char)s[0]) && s[0] != '_')
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '.')
		n++;
	return s[n] == '=' ? n : 0;
}

static bool is_rule_char(char c)
{
	return c && strchr("-=#*~_+", c);
}

/* "--- Title ---", "[Title]", "## Title": gives the title. */
static char *banner_title(const char *s, size_t hashes)
{
	size_t n = strlen(s), lead = 0;

	if (n > 2 && s[0] == '[' && s[n - 1] == ']')
		return trimmed(s + 1, n - 2);
	while (is_rule_char(s[lead]))
		lead++;
	if (lead >= 2 || (hashes >= 2 && n && n <= 72)) {
		while (n > lead && is_rule_char(s[n - 1]))
			n--;
		return n > lead ? trimmed(s + lead, n - lead) : NULL;
	}
	return NULL;
}

static void add_line(struct block *b, const char *raw, size_t n, int number)
{
	size_t hashes = 0, rule = 0;
	autofree char *text = NULL;
	struct line line = {.number = number};

	while (hashes < n && raw[hashes] == '#')
		hashes++;
	text = trimmed(raw + hashes, n - hashes);
	while (is_rule_char(text[rule]))
		rule++;
	line.ruler = !text[rule] && rule + hashes >= 4;
	line.text = line.ruler ? NULL : banner_title(text, hashes);
	line.banner = line.text != NULL;
	if (!line.text)
		line.text = line.ruler ? xstrdup("") : take(text);
	VEC_GROW(b->lines, b->n, b->cap);
	b->lines[b->n++] = line;
}

static void clear_block(struct block *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->lines[i].text);
	b->n = 0;
}

static char *join(const struct block *b, size_t from, size_t to)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	while (from < to && !b->lines[from].text[0])
		from++;
	while (to > from && !b->lines[to - 1].text[0])
		to--;
	for (size_t i = from; i < to; i++) {
		if (b->lines[i].ruler)
			continue;
		str_addf(&out, "%s%s", out.len ? "\n" : "", b->lines[i].text);
	}
	return out.len ? str_take(&out) : NULL;
}

static void open_section(struct reading *r, const struct line *title, char *about)
{
	struct env_doc *doc = r->doc;

	VEC_GROW(doc->sections, doc->n_sections, doc->sections_cap);
	doc->sections[doc->n_sections++] =
		(struct env_doc_section){xstrdup(title->text), about, title->number};
	r->section_open = true;
}

/* Finds the banner of the block; returns the index of the first line behind it. */
static size_t take_banner(struct reading *r)
{
	const struct block *b = &r->block;
	size_t rule = 0, end;

	while (rule < b->n && !b->lines[rule].ruler)
		rule++;
	if (rule == b->n) {
		if (!b->n || !b->lines[0].banner)
			return 0;
		open_section(r, &b->lines[0], NULL);
		return 1;
	}
	if (rule > 0) { /* a title that is underlined */
		open_section(r, &b->lines[rule - 1], join(b, 0, rule - 1));
		return rule + 1;
	}
	for (rule = 0; rule < b->n && !b->lines[rule].text[0];)
		rule++;
	if (rule == b->n)
		return b->n;
	for (end = rule + 1; end < b->n && !b->lines[end].ruler;)
		end++;
	if (end < b->n) {
		open_section(r, &b->lines[rule], join(b, rule + 1, end));
		return end + 1;
	}
	open_section(r, &b->lines[rule], NULL);
	return rule + 1;
}

/* Ends the block: its banner opens a section; what is left is above the item to come, if one comes
 * right away, else it tells about the section. */
static char *end_block(struct reading *r, bool item_follows)
{
	const size_t from = take_banner(r);
	char *rest = join(&r->block, from, r->block.n);
	struct env_doc *doc = r->doc;

	clear_block(&r->block);
	if (item_follows) {
		r->section_open = false;
		return rest;
	}
	if (rest && r->section_open && !doc->sections[doc->n_sections - 1].about)
		doc->sections[doc->n_sections - 1].about = rest;
	else
		free(rest);
	return NULL;
}

static char *comment_behind(const char *p)
{
	const size_t blanks = strspn(p, " \t\r");

	if (p[blanks] != '#')
		return NULL;
	p += blanks + 1;
	return trimmed(p, strcspn(p, "\n"));
}

static void add_item(struct reading *r, const struct env_file *f, const struct env_entry *e,
	int line, bool commented)
{
	struct env_doc *doc = r->doc;
	struct env_doc_item item = {
		.key = xstrdup(e->key),
		.value = env_file_literal(f, e->key),
		.commented = commented,
		.beside = comment_behind(f->text + e->value_end),
		.line = line,
	};

	if (!item.value || e != env_file_find(f, e->key)) {
		free(item.value);
		item.value = env_entry_unquoted(e);
	}
	item.above = end_block(r, true);
	item.section = (int)doc->n_sections - 1;
	VEC_GROW(doc->items, doc->n, doc->cap);
	doc->items[doc->n++] = item;
}

static void comment_line(struct reading *r, const char *s, size_t n, int number)
{
	const size_t hash = strspn(s, "# \t");
	AUTO_PTR(env_file) struct env_file *one = NULL;
	autofree char *text = NULL;

	if (hash < n && assignment(s + hash)) {
		text = xasprintf("%.*s\n", (int)(n - hash), s + hash);
		if (!env_file_parse("", text, strlen(text), &one, NULL) && one->n) {
			add_item(r, one, &one->entries[0], number, true);
			return;
		}
	}
	add_line(&r->block, s, n, number);
}

void env_doc_read(const struct env_file *f, struct env_doc *doc)
{
	struct reading r = {.f = f, .doc = doc};
	const char *p = f->text, *end = f->text + f->len;
	size_t next = 0;

	if (str_starts(p, "\xef\xbb\xbf"))
		p += 3;
	for (int number = 1; p < end; number++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		const char *text = p + strspn(p, " \t\r");

		if (next < f->n && f->text + f->entries[next].start < stop) {
			/* Statements of this line; a value may go on for more lines. */
			add_item(&r, f, &f->entries[next], number, false);
			while (next < f->n && f->text + f->entries[next].start < stop) {
				const char *value_end = f->text + f->entries[next++].value_end;

				for (; stop < value_end; number++) {
					newline = memchr(stop + 1, '\n', (size_t)(end - stop - 1));
					stop = newline ? newline : end;
				}
			}
		} else if (text >= stop) {
			end_block(&r, false);
		} else {
			comment_line(&r, text, (size_t)(stop - text), number);
		}
		p = stop + 1;
	}
	end_block(&r, false);
	free(r.block.lines);
}

void env_doc_done(struct env_doc *doc)
{
	for (size_t i = 0; i < doc->n; i++) {
		free(doc->items[i].key);
		secret_free(doc->items[i].value);
		free(doc->items[i].above);
		free(doc->items[i].beside);
	}
	for (size_t i = 0; i < doc->n_sections; i++) {
		free(doc->sections[i].title);
		free(doc->sections[i].about);
	}
	free(doc->items);
	free(doc->sections);
	*doc = (struct env_doc){0};
}
