/* SPDX-License-Identifier: MIT */
#include "base/merge3.h"

#include "base/diff.h"

#include <string.h>

/* A side: where its lines begin, and which of them each line of the base is. */
struct side {
	struct merge3_text text;
	size_t *starts; /* n + 1 of them */
	size_t n;
	size_t *of_base; /* line number from 1; 0: gone */
	size_t at;       /* lines done */
};

static void side_lines(struct side *s, struct merge3_text text)
{
	size_t cap = 0, at = 0;

	*s = (struct side){.text = text};
	while (at < text.n) {
		const char *newline = memchr(text.text + at, '\n', text.n - at);

		VEC_GROW(s->starts, s->n, cap);
		s->starts[s->n++] = at;
		at = newline ? (size_t)(newline - text.text) + 1 : text.n;
	}
	VEC_GROW(s->starts, s->n, cap);
	s->starts[s->n] = text.n;
}

static void side_match(struct side *s, struct merge3_text base, size_t lines)
{
	AUTO(diff) struct diff d;

	s->of_base = xcalloc(lines + 1, sizeof(*s->of_base));
	diff_init(&d, base.text, base.n, s->text.text, s->text.n);
	for (size_t i = 0; i < d.n; i++)
		if (d.lines[i].kind == DIFF_SAME)
			s->of_base[d.lines[i].old_line - 1] = d.lines[i].new_line;
}

static void side_done(struct side *s)
{
	free(s->starts);
	free(s->of_base);
}

static struct merge3_text range(const struct side *s, size_t from, size_t to)
{
	return (struct merge3_text){
		s->text.text + s->starts[from], s->starts[to] - s->starts[from]};
}

static bool equal(struct merge3_text a, struct merge3_text b)
{
	return a.n == b.n && (!a.n || memcmp(a.text, b.text, a.n) == 0);
}

static void add(struct str *out, struct merge3_text t)
{
	if (t.n)
		str_addn(out, t.text, t.n);
}

struct merge {
	struct side base, ours, theirs;
	struct str *out;
	size_t conflicts, line;
};

/* What stands between two lines that all three have, up to these. */
static void chunk(struct merge *m, size_t base, size_t ours, size_t theirs)
{
	struct merge3_text b = range(&m->base, m->base.at, base);
	struct merge3_text o = range(&m->ours, m->ours.at, ours);
	struct merge3_text t = range(&m->theirs, m->theirs.at, theirs);

	if (equal(o, b)) {
		add(m->out, t);
	} else {
		add(m->out, o);
		if (!equal(t, b) && !equal(t, o)) {
			if (!m->conflicts++)
				m->line = m->ours.at + 1;
		}
	}
	m->base.at = base;
	m->ours.at = ours;
	m->theirs.at = theirs;
}

size_t merge3(struct merge3_text base, struct merge3_text ours, struct merge3_text theirs,
	struct str *out, size_t *ret_line)
{
	struct merge m = {.out = out};

	side_lines(&m.base, base);
	side_lines(&m.ours, ours);
	side_lines(&m.theirs, theirs);
	side_match(&m.ours, base, m.base.n);
	side_match(&m.theirs, base, m.base.n);
	for (size_t i = 0; i < m.base.n; i++) {
		size_t o = m.ours.of_base[i], t = m.theirs.of_base[i];

		if (!o || !t)
			continue;
		/* Nothing but this line: not even an insertion on one side. */
		if (m.base.at != i || m.ours.at != o - 1 || m.theirs.at != t - 1)
			chunk(&m, i, o - 1, t - 1);
		add(out, range(&m.ours, o - 1, o));
		m.base.at = i + 1;
		m.ours.at = o;
		m.theirs.at = t;
	}
	chunk(&m, m.base.n, m.ours.n, m.theirs.n);
	if (ret_line && m.conflicts)
		*ret_line = m.line;
	side_done(&m.base);
	side_done(&m.ours);
	side_done(&m.theirs);
	return m.conflicts;
}
