/* SPDX-License-Identifier: MIT */
/* Taking statements over from another .env file: with the comment above them, to the place where
 * the other file has them. */
#include "config/env_file.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_parts.h"

#include <string.h>

/* --- lines between statements */

struct line {
	const char *text; /* without its end */
	size_t len;
	size_t end; /* offset behind its newline */
};

struct gap {
	struct line *lines;
	size_t n, cap;
};

static void gap_done(struct gap *g)
{
	free(g->lines);
}
DEFINE_AUTO(gap)

static bool is_blank(const struct line *l)
{
	for (size_t i = 0; i < l->len; i++)
		if (l->text[i] != ' ' && l->text[i] != '\t')
			return false;
	return true;
}

static bool same_line(const struct line *a, const struct line *b)
{
	return a->len == b->len && (!a->len || memcmp(a->text, b->text, a->len) == 0);
}

static size_t first_byte(const struct env_file *f)
{
	return str_starts(f->text, "\xef\xbb\xbf") ? 3 : 0;
}

/* Behind the line on which the text up to `at` ends: statements may span lines, and share one. */
static size_t behind_line(const struct env_file *f, size_t at)
{
	for (;;) {
		const char *newline = memchr(f->text + at, '\n', f->len - at);
		size_t end = newline ? (size_t)(newline - f->text) + 1 : f->len, next = end;

		for (size_t i = 0; i < f->n; i++)
			if (f->entries[i].start < end && f->entries[i].value_end > next)
				next = f->entries[i].value_end;
		if (next == end || end == f->len)
			return end;
		at = next;
	}
}

/* Where the line of a statement begins. */
static size_t line_start(const struct env_file *f, size_t at)
{
	while (at > first_byte(f) && f->text[at - 1] != '\n')
		at--;
	return at;
}

/* The statement whose line is the first from `at` on; NULL: none. */
static const struct env_entry *next_entry(const struct env_file *f, size_t at)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].start >= at)
			return &f->entries[i];
	return NULL;
}

static void lines_read(struct gap *g, const struct env_file *f, size_t at, size_t end)
{
	while (at < end) {
		const char *newline = memchr(f->text + at, '\n', end - at);
		size_t stop = newline ? (size_t)(newline - f->text) : end, after = stop + !!newline;

		if (stop > at && f->text[stop - 1] == '\r')
			stop--;
		VEC_GROW(g->lines, g->n, g->cap);
		g->lines[g->n++] = (struct line){f->text + at, stop - at, after};
		at = after;
	}
}

/* The lines from `at` to the next statement, or to the end. */
static void gap_read(struct gap *g, const struct env_file *f, size_t at)
{
	const struct env_entry *next = next_entry(f, at);

	lines_read(g, f, at, next ? line_start(f, next->start) : f->len);
}

/* --- the place */

struct place {
	const struct env_file *f, *from;
	const struct env_entry *entry; /* of from */
	size_t at;                     /* in f: behind the statement that it follows */
	bool follows;                  /* there is one */
	struct gap above;              /* lines of from between the statement before and it */
	struct gap here;               /* lines of f from `at` to its next statement */
	struct gap below;              /* lines of from before the statement that comes next in f */
};

static void place_done(struct place *p)
{
	gap_done(&p->above);
	gap_done(&p->here);
	gap_done(&p->below);
}
DEFINE_AUTO(place)

/* The nearest statement of `from` on this side of the entry that f has, too. */
static const struct env_entry *neighbour(const struct place *p, int step)
{
	const struct env_entry *all = p->from->entries, *e = p->entry;

	while (step > 0 ? e + 1 < all + p->from->n : e > all) {
		const struct env_entry *there;

		e += step;
		there = env_file_find(p->f, e->key);
		if (there)
			return there;
	}
	return NULL;
}

static void find_gaps(struct place *p)
{
	const struct env_entry *e = p->entry, *all = p->from->entries, *end = all + p->from->n;
	const struct env_entry *before = neighbour(p, -1);
	size_t above = e > all ? behind_line(p->from, e[-1].value_end) : first_byte(p->from);
	const struct env_entry *next = e + 1;

	p->follows = before != NULL;
	p->at = before ? behind_line(p->f, before->value_end) : first_byte(p->f);
	if (above <= e->start)
		gap_read(&p->above, p->from, above);
	gap_read(&p->here, p->f, p->at);
	while (next < end && !env_file_find(p->f, next->key))
		next++;
	gap_read(&p->below, p->from, behind_line(p->from, next[-1].value_end));
}

/* Whether the lines here from `m` on are the last ones below. */
static bool ends_below(const struct place *p, size_t m)
{
	size_t n = p->here.n - m;

	if (n > p->below.n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_line(&p->here.lines[m + i], &p->below.lines[p->below.n - n + i]))
			return false;
	return true;
}

/*
 * How many of the lines above are here already, so that they are not written again: as many as
 * leave what belongs to the next statement to it. Where that is not clear, all that are the same,
 * but for empty lines at their end, which part rather than belong.
 */
static size_t shared_lines(const struct place *p, bool *ret_exact)
{
	size_t same = 0;

	while (same < p->above.n && same < p->here.n &&
		same_line(&p->above.lines[same], &p->here.lines[same]))
		same++;
	for (size_t m = 0; m <= same; m++)
		if ((*ret_exact = ends_below(p, m)))
			return m;
	while (same && is_blank(&p->above.lines[same - 1]))
		same--;
	return same;
}

/* Nothing before it is here: before what comes after it, with that one's own comment. */
static size_t before_next(const struct place *p)
{
	const struct env_entry *after = neighbour(p, 1);
	AUTO(gap) struct gap lines = {0};
	size_t start, at;

	if (!after)
		return p->f->len;
	start = line_start(p->f, after->start);
	at = after > p->f->entries ? behind_line(p->f, after[-1].value_end) : first_byte(p->f);
	if (at > start)
		return at;
	gap_read(&lines, p->f, at);
	for (size_t i = lines.n; i-- > 0 && !is_blank(&lines.lines[i]);)
		start = i ? lines.lines[i - 1].end : at;
	return start;
}

/* An empty file has no lines to go by. */
static const char *line_end_for(const struct env_file *f, const struct env_file *from)
{
	return env_file_line_end(memchr(f->text, '\n', f->len) ? f : from);
}

/* --- writing */

static void add_line(struct str *out, const struct line *l, const char *eol)
{
	str_addn(out, l->text, l->len);
	str_add(out, eol);
}

/* The statement's own line as it stands there, or only the statement where it shares the line. */
static void add_statement(const struct place *p, struct str *out, const char *eol)
{
	const struct env_entry *e = p->entry;
	size_t start = line_start(p->from, e->start), end = behind_line(p->from, e->value_end);
	bool alone = e == p->from->entries || e[-1].value_end <= start;

	if (alone && e + 1 < p->from->entries + p->from->n && e[1].start < end)
		alone = false;
	if (!alone) {
		start = e->start;
		end = e->value_end;
	}
	while (end > start && strchr("\r\n", p->from->text[end - 1]))
		end--;
	str_addn(out, p->from->text + start, end - start);
	str_add(out, eol);
}

static int insert_one(struct env_file *f, const struct env_file *from, const struct env_entry *e,
	struct error *err)
{
	AUTO(place) struct place p = {.f = f, .from = from, .entry = e};
	const char *eol = line_end_for(f, from);
	struct str text = STR_INIT(STR_FILE);
	size_t at, shared;
	bool exact = false;
	int code;

	if (env_file_find(f, e->key))
		return 0;
	find_gaps(&p);
	shared = shared_lines(&p, &exact);
	at = shared ? p.here.lines[shared - 1].end : p.at;
	if (!p.follows && !shared && !exact)
		at = before_next(&p);
	str_addn(&text, f->text, at);
	if (at && f->text[at - 1] != '\n' && at > first_byte(f))
		str_add(&text, eol);
	for (size_t i = shared; i < p.above.n; i++)
		add_line(&text, &p.above.lines[i], eol);
	add_statement(&p, &text, eol);
	str_addn(&text, f->text + at, f->len - at);
	code = env_file_replace(f, &text, err);
	str_wipe(&text);
	return code;
}

/*
 * A whole stretch of new statements between two that both files have. Where f has nothing there
 * that `from` has not, it becomes what `from` has: that leaves every comment with its own
 * statement.
 */
struct stretch {
	const struct env_file *f, *from;
	size_t at;        /* in f: behind the statement before it */
	struct gap there; /* lines of from */
	struct gap here;  /* lines of f */
};

/* False where the two files do not go on with the same statement, or values span lines. */
static bool stretch_find(
	struct stretch *s, const struct env_entry *first, const struct env_entry *end)
{
	const struct env_entry *before =
		first > s->from->entries ? env_file_find(s->f, first[-1].key) : NULL;
	const struct env_entry *after = end < s->from->entries + s->from->n ? end : NULL, *next;
	size_t from, to;

	if (first > s->from->entries && !before)
		return false;
	for (const struct env_entry *e = first; e < end; e++)
		if (memchr(s->from->text + e->start, '\n', e->value_end - e->start))
			return false;
	s->at = before ? behind_line(s->f, before->value_end) : first_byte(s->f);
	next = next_entry(s->f, s->at);
	if (after ? !next || strcmp(next->key, after->key) != 0 : next != NULL)
		return false;
	from = first > s->from->entries ? behind_line(s->from, first[-1].value_end)
					: first_byte(s->from);
	to = after ? line_start(s->from, after->start) : s->from->len;
	if (to < end[-1].value_end || (s->at && s->f->text[s->at - 1] != '\n'))
		return false;
	lines_read(&s->there, s->from, from, to);
	gap_read(&s->here, s->f, s->at);
	return true;
}

/* Appends the lines there, those that are here with the bytes they have here; false where some line
 * here is not there. */
static bool stretch_write(const struct stretch *s, struct str *out, const char *eol)
{
	size_t here = 0, start = s->at;

	for (size_t i = 0; i < s->there.n; i++) {
		if (here < s->here.n && same_line(&s->here.lines[here], &s->there.lines[i])) {
			str_addn(out, s->f->text + start, s->here.lines[here].end - start);
			start = s->here.lines[here++].end;
		} else {
			add_line(out, &s->there.lines[i], eol);
		}
	}
	return here == s->here.n;
}

/* 1: it is done. */
static int insert_stretch(struct env_file *f, const struct env_file *from,
	const struct env_entry *first, const struct env_entry *end, struct error *err)
{
	struct stretch s = {.f = f, .from = from};
	struct str text = STR_INIT(STR_FILE);
	int code = 0;

	if (stretch_find(&s, first, end)) {
		str_addn(&text, f->text, s.at);
		if (stretch_write(&s, &text, line_end_for(f, from))) {
			size_t rest = s.here.n ? s.here.lines[s.here.n - 1].end : s.at;

			str_addn(&text, f->text + rest, f->len - rest);
			code = env_file_replace(f, &text, err);
			code = code ? code : 1;
		}
	}
	gap_done(&s.there);
	gap_done(&s.here);
	str_wipe(&text);
	return code;
}

int env_file_insert(struct env_file *f, const struct env_file *from, const struct env_entry *e,
	size_t n, struct error *err)
{
	int code = n > 1 ? insert_stretch(f, from, e, e + n, err) : 0;

	for (size_t i = 0; i < n && code == 0; i++)
		code = insert_one(f, from, &e[i], err);
	return code < 0 ? code : 0;
}

/* --- values and names */

/* A bare value where it cannot stay bare: in double quotes, which expand variables, too. */
static char *quoted_bare(const char *raw)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	str_addc(&out, '"');
	for (; *raw; raw++) {
		if (*raw == '"' || *raw == '\\')
			str_addc(&out, '\\');
		str_addc(&out, *raw);
	}
	str_addc(&out, '"');
	return str_take(&out);
}

int env_file_set_as(struct env_file *f, const char *key, const struct env_file *from,
	const struct env_entry *as, struct error *err)
{
	const struct env_entry *e = env_file_find(f, key);
	struct str text = STR_INIT(STR_FILE);
	autosecret char *value = NULL;
	int code;

	if (!e || as->inherits)
		return error_set(err, ERR_INPUT, _("%s has no value to be replaced"), key);
	if (!as->quote && !env_bare_fits(f->text + e->value_end, as->value_end == as->value_start))
		value = quoted_bare(as->raw);
	else
		value = xstrndup(from->text + as->value_start, as->value_end - as->value_start);
	str_addn(&text, f->text, e->value_start);
	if (e->inherits)
		str_addc(&text, '=');
	str_add(&text, value);
	str_addn(&text, f->text + e->value_end, f->len - e->value_end);
	code = env_file_replace(f, &text, err);
	str_wipe(&text);
	return code;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Appends the text with $OLD and ${OLD...} made $NEW; "$$" stands for a dollar sign. */
static void rename_uses(
	const char *s, size_t len, const char *old, const char *new, bool quoted, struct str *out)
{
	size_t n = strlen(old);

	for (size_t i = 0; i < len; i++) {
		size_t open = i + 1 < len && s[i + 1] == '{' ? 2 : 1;

		str_addc(out, s[i]);
		if (quoted && s[i] == '\\' && i + 1 < len)
			str_addc(out, s[++i]);
		else if (s[i] == '$' && i + 1 < len && s[i + 1] == '$')
			str_addc(out, s[++i]);
		else if (s[i] == '$' && i + open + n <= len && strncmp(s + i + open, old, n) == 0 &&
			 (i + open + n == len || !is_name_byte(s[i + open + n]))) {
			if (open == 2)
				str_addc(out, '{');
			str_add(out, new);
			i += open + n - 1;
		}
	}
}

int env_file_rename(struct env_file *f, const char *old, const char *new, struct error *err)
{
	struct str text = STR_INIT(STR_FILE);
	size_t done = 0;
	int code;

	for (size_t i = 0; i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];
		bool named = strcmp(e->key, old) == 0;

		str_addn(&text, f->text + done, (named ? e->key_start : e->value_start) - done);
		if (named) {
			str_add(&text, new);
			str_addn(&text, f->text + e->key_end, e->value_start - e->key_end);
		}
		if (e->quote == '\'')
			str_addn(&text, f->text + e->value_start, e->value_end - e->value_start);
		else
			rename_uses(f->text + e->value_start, e->value_end - e->value_start, old,
				new, e->quote == '"', &text);
		done = e->value_end;
	}
	str_addn(&text, f->text + done, f->len - done);
	code = env_file_replace(f, &text, err);
	str_wipe(&text);
	return code;
}
