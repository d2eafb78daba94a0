/* SPDX-License-Identifier: MIT */
#include "config/setting_doc.h"

#include "config/setting_line.h"

#include <ctype.h>
#include <string.h>

struct reading {
	struct setting_doc *doc;
	struct setting_line *lines;
	size_t n, cap;
	int heading[HEADING_LEVELS];
};

/* A few words, as a heading has. */
static bool title_like(const char *text)
{
	const char *dash = text ? strstr(text, " - ") : NULL;
	size_t words = 1, n = !text ? 0 : dash ? (size_t)(dash - text) : strlen(text);

	for (size_t i = 0; i < n; i++) {
		words += text[i] == ' ';
		if (strchr("`=", text[i]) || strncmp(text + i, "://", 3) == 0)
			return false;
	}
	return n > 2 && n <= 72 && words <= 9 && !strchr(".,;", text[n - 1]);
}

/* "COMMON SETTINGS:" -> "Common settings"; "Auth - the server for ..." gives its second half away.
 */
static char *clean_title(const char *text, char **about)
{
	const char *dash = strstr(text, " - ");
	size_t n = dash && dash - text >= 4 && strlen(text) > 32 ? (size_t)(dash - text)
								 : strlen(text);
	bool lower = false;
	char *title;

	if (dash && n < strlen(text) && !*about)
		*about = xstrdup(dash + 3);
	while (n && strchr(" :.#", text[n - 1]))
		n--;
	title = setting_line_trim(text, n);
	for (char *p = title; *p; p++)
		lower = lower || islower((unsigned char)*p);
	for (char *p = title; *p && !lower && strchr(title, ' '); p++)
		if (p > title && isalpha((unsigned char)p[-1]))
			*p = (char)tolower((unsigned char)*p);
	return title;
}

static void add_heading(
	struct reading *r, const char *text, char *about, enum setting_heading_level level)
{
	struct setting_doc *doc = r->doc;
	char *title;

	for (int i = 0; i <= (int)level; i++)
		r->heading[i] = -1;
	/* "--- END x ---" closes what "--- START x ---" opened. */
	if (strncasecmp(text, "end ", 4) == 0 || strncasecmp(text, "end of ", 7) == 0) {
		free(about);
		return;
	}
	title = clean_title(strncasecmp(text, "start ", 6) == 0 ? text + 6 : text, &about);
	VEC_GROW(doc->headings, doc->n_headings, doc->headings_cap);
	doc->headings[doc->n_headings] = (struct setting_heading){title, about, level};
	r->heading[level] = (int)doc->n_headings++;
}

/* "- one", "* one", "1. one", "•one"; "true: what it does", "fast - what it does". */
static bool is_item(const char *text)
{
	size_t word = strcspn(text, " :");

	if (strchr("-*", *text) || str_starts(text, "•") ||
		(isdigit((unsigned char)*text) && strchr(".)", text[1])))
		return true;
	return word && (str_starts(text + word, " - ") ||
			       (str_starts(text + word, ": ") && word < 20));
}

/* Words after which a line goes on, whatever the next one begins with. */
static bool hangs(const char *text)
{
	static const char *const words[] = {"a", "an", "the", "of", "to", "in", "on", "at", "by",
		"for", "from", "with", "and", "or", "as", "is", "are", "be", "your", "our", "this",
		"that", "see", "via", "using", "if", "when", "like", "than", "not", "into", "use",
		NULL};
	const char *last = strrchr(text, ' ');

	last = last ? last + 1 : text;
	for (size_t i = 0; words[i]; i++)
		if (strcasecmp(last, words[i]) == 0)
			return true;
	return false;
}

/* Whether a comment line begins a line of the help as well: an item, or a sentence after one that ended
 * without a full stop. */
static bool begins_line(const char *before, const char *text)
{
	const char *line = strrchr(before, '\n');
	size_t n = strlen(before);

	line = line ? line + 1 : before;
	if (is_item(text) || str_ends(before, ":"))
		return true;
	return n && isupper((unsigned char)*text) && islower((unsigned char)text[1]) &&
	       (isalnum((unsigned char)before[n - 1]) || strchr(")\"'`", before[n - 1])) &&
	       !hangs(line);
}

/* Comment lines [from, to) as paragraphs; NULL when they say nothing. */
static char *paragraphs(const struct setting_line *lines, size_t from, size_t to)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	bool fresh = true;

	for (size_t i = from; i < to; i++) {
		const char *text = lines[i].text;

		if (lines[i].kind != LINE_TEXT && lines[i].kind != LINE_TITLE) {
			if (!fresh)
				str_add(&out, "\n\n");
			fresh = true;
			continue;
		}
		if (!fresh && begins_line(str_text(&out), text))
			str_addc(&out, '\n');
		else if (!fresh)
			str_addc(&out, ' ');
		str_add(&out, text);
		fresh = false;
	}
	while (out.len && out.data[out.len - 1] == '\n')
		str_cut(&out, out.len - 1);
	return out.len ? str_take(&out) : NULL;
}

static size_t skip_kind(
	const struct setting_line *lines, size_t i, size_t to, enum setting_line_kind kind)
{
	while (i < to && lines[i].kind == kind)
		i++;
	return i;
}

static size_t find_kind(
	const struct setting_line *lines, size_t i, size_t to, enum setting_line_kind kind)
{
	while (i < to && lines[i].kind != kind)
		i++;
	return i;
}

/* Rulers, decorations and frames; returns the first line behind the heading, or `from`. */
static size_t strong_heading(struct reading *r, size_t from, size_t to, bool attached)
{
	const struct setting_line *l = r->lines;
	size_t first = skip_kind(l, from, to, LINE_RULER), rule;

	if (first < to && l[first].kind == LINE_TITLE) {
		rule = skip_kind(l, first + 1, to, LINE_RULER);
		add_heading(r, l[first].text, NULL,
			first > from || rule > first + 1 ? HEADING_STRONG : HEADING_MEDIUM);
		return rule;
	}
	if (first < to && first > from && l[first].kind == LINE_EMPTY)
		first = skip_kind(l, first, to, LINE_EMPTY);
	rule = find_kind(l, first, to, LINE_RULER);
	if (first < to && l[first].kind == LINE_TEXT && rule < to && title_like(l[first].text) &&
		(first > from || rule == first + 1)) {
		size_t end = skip_kind(l, rule, to, LINE_RULER), close = to;

		if (first == from)
			close = find_kind(l, end, to, LINE_RULER);
		if (first == from && close < to) { /* title, ruler, about, ruler */
			add_heading(r, l[first].text, paragraphs(l, end, close), HEADING_STRONG);
			return skip_kind(l, close, to, LINE_RULER);
		}
		add_heading(r, l[first].text, paragraphs(l, first + 1, rule), HEADING_STRONG);
		return end;
	}
	first = skip_kind(l, from, to, LINE_EMPTY);
	if (!attached && first < to && l[to - 1].kind == LINE_EMPTY && title_like(l[first].text) &&
		(first > from || l[first].hashes > 1)) {
		add_heading(r, l[first].text, paragraphs(l, first + 1, to), HEADING_STRONG);
		return to;
	}
	return from;
}

/* How many keys follow at i without a comment or an empty line between them. */
static size_t group_size(const struct reading *r, size_t i)
{
	size_t n = 0;

	while (i + n < r->n && r->lines[i + n].kind == LINE_KEY)
		n++;
	return n;
}

/* A few words, after an empty line, above keys that nothing parts until the next one: the name of
 * the group, not of its first key. */
static bool names_group(const struct reading *r, size_t from, size_t to)
{
	const char *text = r->lines[from].text;
	size_t n = group_size(r, to), end = to + n;

	if (n < 2 || (from > 0 && r->lines[from - 1].kind != LINE_BLANK) ||
		(end < r->n && r->lines[end].kind != LINE_BLANK))
		return false;
	return isupper((unsigned char)*text) && strlen(text) <= 40 && !strpbrk(text, "|:/");
}

/* Headings told by the number of '#', and those above a group; returns the first line behind it. */
static size_t soft_heading(struct reading *r, size_t from, size_t to, bool attached)
{
	const struct setting_line *l = r->lines;

	if (from >= to || l[from].kind != LINE_TEXT || !title_like(l[from].text))
		return from;
	if (to - from > 1 && l[from + 1].kind == LINE_TEXT && l[from + 1].hashes > l[from].hashes) {
		add_heading(r, l[from].text, NULL, HEADING_MEDIUM);
		return from + 1;
	}
	if (to - from == 1 && l[from].hashes > 1 && (!attached || group_size(r, to) > 1)) {
		add_heading(r, l[from].text, NULL, HEADING_MEDIUM);
		return to;
	}
	if (to - from == 1 && attached && names_group(r, from, to)) {
		add_heading(r, l[from].text, NULL, HEADING_WEAK);
		/* It may as well be meant for the first key alone. */
		return from;
	}
	return from;
}

/* Comment lines [from, to); gives what is left as help for the key that follows, when one does. */
static char *end_block(struct reading *r, size_t from, size_t to, bool attached)
{
	size_t before = r->doc->n_headings, rest = strong_heading(r, from, to, attached);
	struct setting_heading *heading;
	char *help;

	rest = soft_heading(r, rest, to, attached);
	help = paragraphs(r->lines, rest, to);
	if (attached || !help)
		return help;
	heading = r->doc->n_headings > before ? &r->doc->headings[r->doc->n_headings - 1] : NULL;
	if (heading && !heading->about)
		heading->about = help;
	else
		free(help);
	return NULL;
}

/* Whether what is said about one key holds for another: FILEBEAT_PASSWORD, HEARTBEAT_PASSWORD. */
static bool related(const char *a, const char *b)
{
	const char *last_a = strrchr(a, '_'), *last_b = strrchr(b, '_');

	return last_a && last_b && strcmp(last_a, last_b) == 0;
}

static char *with_beside(char *help, const char *beside)
{
	char *both;

	if (!beside)
		return help;
	beside += strspn(beside, "# \t");
	if (!*beside)
		return help;
	both = help ? xasprintf("%s\n\n%s", help, beside) : xstrdup(beside);
	free(help);
	return both;
}

static void add_item(struct reading *r, struct setting_line *l, char *help)
{
	struct setting_doc *doc = r->doc;
	struct setting_doc_item *item;

	VEC_GROW(doc->items, doc->n, doc->cap);
	item = &doc->items[doc->n++];
	*item = (struct setting_doc_item){.key = take(l->key),
		.value = take(l->value),
		.commented = l->commented,
		.line = l->number};
	item->help = with_beside(help, l->beside);
	memcpy(item->heading, r->heading, sizeof(r->heading));
}

static void read_items(struct reading *r)
{
	autofree char *shared = NULL; /* help of the group, for related keys without their own */
	autofree char *owner = NULL;  /* the key it stands above */
	size_t block = 0;

	for (size_t i = 0; i <= r->n; i++) {
		struct setting_line *l = i < r->n ? &r->lines[i] : NULL;
		char *help;

		if (l && l->kind != LINE_KEY && l->kind != LINE_BLANK)
			continue;
		help = block < i ? end_block(r, block, i, l && l->kind == LINE_KEY) : NULL;
		if (!l || l->kind == LINE_BLANK || block < i) {
			free(shared);
			free(owner);
			shared = xstrdup(help);
			owner = xstrdup(l ? l->key : NULL);
		} else if (shared && owner && related(owner, l->key)) {
			help = xstrdup(shared);
		}
		block = i + 1;
		if (l && l->kind == LINE_KEY)
			add_item(r, l, help);
		else
			free(help);
	}
}

void setting_doc_read(struct setting_doc *doc, const char *text, size_t n)
{
	struct reading r = {.doc = doc, .heading = {-1, -1, -1}};
	const char *p = text, *end = text + n;
	int number = 1;

	*doc = (struct setting_doc){0};
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (p < end) {
		const char *start = p;
		struct setting_line line = {.number = number};

		p = setting_line_read(p, end, &line);
		p = p < end ? p + 1 : end;
		for (; start < p; start++)
			number += *start == '\n';
		VEC_GROW(r.lines, r.n, r.cap);
		r.lines[r.n++] = line;
	}
	read_items(&r);
	for (size_t i = 0; i < r.n; i++)
		setting_line_done(&r.lines[i]);
	free(r.lines);
}

void setting_doc_done(struct setting_doc *doc)
{
	for (size_t i = 0; i < doc->n; i++) {
		free(doc->items[i].key);
		secret_free(doc->items[i].value);
		free(doc->items[i].help);
	}
	for (size_t i = 0; i < doc->n_headings; i++) {
		free(doc->headings[i].title);
		free(doc->headings[i].about);
	}
	free(doc->items);
	free(doc->headings);
	*doc = (struct setting_doc){0};
}
