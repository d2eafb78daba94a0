/* SPDX-License-Identifier: MIT */
#include "base/diff.h"

#include <stdint.h>
#include <string.h>

/* Differences beyond which a comparison line by line tells a reader nothing. */
enum { MAX_DIFFERENCES = 20000 };

struct line {
	const char *text;
	size_t len;  /* without the newline */
	uint32_t id; /* equal lines of both texts have equal ids */
	bool open;
	bool changed;
};

struct side {
	struct line *lines;
	size_t n;
};

static void side_split(struct side *s, const char *text, size_t len)
{
	const char *p = text, *end = len ? text + len : text;
	size_t cap = 0;

	*s = (struct side){NULL, 0};
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;

		VEC_GROW(s->lines, s->n, cap);
		s->lines[s->n++] = (struct line){p, (size_t)(stop - p), 0, !newline, false};
		p = newline ? newline + 1 : end;
	}
}

/* Open-addressed table of lines seen, by content. */
struct intern {
	const struct line **slots;
	size_t mask;
	uint32_t next;
};

static uint64_t hash(const struct line *l)
{
	uint64_t h = 14695981039346656037u ^ l->open;

	for (size_t i = 0; i < l->len; i++)
		h = (h ^ (unsigned char)l->text[i]) * 1099511628211u;
	return h ^ h >> 29;
}

static bool same_text(const struct line *a, const struct line *b)
{
	return a->len == b->len && a->open == b->open &&
	       (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

static void intern_side(struct intern *t, struct side *s)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t at = hash(&s->lines[i]) & t->mask;

		while (t->slots[at] && !same_text(t->slots[at], &s->lines[i]))
			at = (at + 1) & t->mask;
		if (!t->slots[at]) {
			t->slots[at] = &s->lines[i];
			s->lines[i].id = t->next++;
		} else {
			s->lines[i].id = t->slots[at]->id;
		}
	}
}

static void intern(struct side *a, struct side *b)
{
	struct intern t = {NULL, 15, 0};

	while (t.mask < 2 * (a->n + b->n))
		t.mask = t.mask * 2 + 1;
	t.slots = xcalloc(t.mask + 1, sizeof(*t.slots));
	intern_side(&t, a);
	intern_side(&t, b);
	free(t.slots);
}

/* Myers, "An O(ND) Difference Algorithm and Its Variations", section 4b: the middle snake splits
 * the problem, so that memory stays linear. v holds the furthest x on each diagonal, index +
 * offset. */
struct myers {
	struct line *a, *b;
	long *forward, *backward;
	long offset;
};

struct box {
	long a0, a1, b0, b1;
};

static void mark(struct myers *m, const struct box *x)
{
	for (long i = x->a0; i < x->a1; i++)
		m->a[i].changed = true;
	for (long i = x->b0; i < x->b1; i++)
		m->b[i].changed = true;
}

/* One round of the forward search; true when it met the backward one, in *x, *y. */
static bool step_forward(struct myers *m, const struct box *q, long d, long *x, long *y)
{
	long n = q->a1 - q->a0, len = q->b1 - q->b0, delta = n - len;
	long *f = m->forward + m->offset, *r = m->backward + m->offset;

	for (long k = -d; k <= d; k += 2) {
		long i = k == -d || (k != d && f[k - 1] < f[k + 1]) ? f[k + 1] : f[k - 1] + 1;
		long j = i - k;

		while (i < n && j < len && i >= 0 && j >= 0 &&
			m->a[q->a0 + i].id == m->b[q->b0 + j].id)
			i++, j++;
		f[k] = i;
		if (delta % 2 && k >= delta - (d - 1) && k <= delta + (d - 1) &&
			i + r[delta - k] >= n) {
			*x = i;
			*y = j;
			return true;
		}
	}
	return false;
}

/* The same from the far corner; r counts from there. */
static bool step_backward(struct myers *m, const struct box *q, long d, long *x, long *y)
{
	long n = q->a1 - q->a0, len = q->b1 - q->b0, delta = n - len;
	long *f = m->forward + m->offset, *r = m->backward + m->offset;

	for (long k = -d; k <= d; k += 2) {
		long i = k == -d || (k != d && r[k - 1] < r[k + 1]) ? r[k + 1] : r[k - 1] + 1;
		long j = i - k;

		while (i < n && j < len && i >= 0 && j >= 0 &&
			m->a[q->a1 - 1 - i].id == m->b[q->b1 - 1 - j].id)
			i++, j++;
		r[k] = i;
		if (delta % 2 == 0 && k >= delta - d && k <= delta + d && i + f[delta - k] >= n) {
			*x = n - i;
			*y = len - j;
			return true;
		}
	}
	return false;
}

/* A point on a shortest path; false when the differences pass the limit. */
static bool middle(struct myers *m, const struct box *q, long *x, long *y)
{
	m->forward[m->offset + 1] = 0;
	m->backward[m->offset + 1] = 0;
	for (long d = 0; d <= MAX_DIFFERENCES / 2; d++) {
		if (step_forward(m, q, d, x, y) || step_backward(m, q, d, x, y))
			return true;
	}
	return false;
}

static void compare(struct myers *m, struct box q)
{
	/* The second half is the loop's next turn, so the depth stays logarithmic in most cases. */
	for (;;) {
		long x, y;

		while (q.a0 < q.a1 && q.b0 < q.b1 && m->a[q.a0].id == m->b[q.b0].id)
			q.a0++, q.b0++;
		while (q.a0 < q.a1 && q.b0 < q.b1 && m->a[q.a1 - 1].id == m->b[q.b1 - 1].id)
			q.a1--, q.b1--;
		if (q.a0 == q.a1 || q.b0 == q.b1 || !middle(m, &q, &x, &y)) {
			mark(m, &q);
			return;
		}
		compare(m, (struct box){q.a0, q.a0 + x, q.b0, q.b0 + y});
		q.a0 += x;
		q.b0 += y;
	}
}

static void push(struct diff *d, size_t *cap, enum diff_kind kind, const struct line *l,
	size_t old_line, size_t new_line)
{
	VEC_GROW(d->lines, d->n, *cap);
	d->lines[d->n++] = (struct diff_line){kind, l->text, l->len, old_line, new_line, l->open};
	d->removed += kind == DIFF_REMOVED;
	d->added += kind == DIFF_ADDED;
}

static void collect(struct diff *d, const struct side *a, const struct side *b)
{
	size_t i = 0, j = 0, cap = 0;

	while (i < a->n || j < b->n) {
		if (i < a->n && a->lines[i].changed) {
			push(d, &cap, DIFF_REMOVED, &a->lines[i], i + 1, 0);
			i++;
		} else if (j < b->n && b->lines[j].changed) {
			push(d, &cap, DIFF_ADDED, &b->lines[j], 0, j + 1);
			j++;
		} else {
			push(d, &cap, DIFF_SAME, &a->lines[i], i + 1, j + 1);
			i++, j++;
		}
	}
}

void diff_init(
	struct diff *d, const char *old_text, size_t old_len, const char *new_text, size_t new_len)
{
	struct side a, b;
	struct myers m;
	size_t width;

	*d = (struct diff){NULL, 0, 0, 0};
	side_split(&a, old_text, old_len);
	side_split(&b, new_text, new_len);
	intern(&a, &b);
	/* Diagonals reach d to either side, and one beyond is read. */
	width = a.n + b.n < MAX_DIFFERENCES ? a.n + b.n : MAX_DIFFERENCES;
	m = (struct myers){a.lines, b.lines, xcalloc(2 * width + 3, sizeof(long)),
		xcalloc(2 * width + 3, sizeof(long)), (long)width + 1};
	compare(&m, (struct box){0, (long)a.n, 0, (long)b.n});
	collect(d, &a, &b);
	free(m.forward);
	free(m.backward);
	free(a.lines);
	free(b.lines);
}

void diff_done(struct diff *d)
{
	free(d->lines);
	*d = (struct diff){NULL, 0, 0, 0};
}

/* Lines [from, to) of the diff make one hunk. */
static void hunk(
	const struct diff *d, size_t from, size_t to, size_t old_at, size_t new_at, struct str *out)
{
	size_t counts[3] = {0, 0, 0};
	size_t olds, news;

	for (size_t i = from; i < to; i++)
		counts[d->lines[i].kind]++;
	olds = counts[DIFF_SAME] + counts[DIFF_REMOVED];
	news = counts[DIFF_SAME] + counts[DIFF_ADDED];
	/* An empty range names the line before it; a count of one is left out. */
	str_addf(out, "@@ -%zu", olds ? old_at + 1 : old_at);
	if (olds != 1)
		str_addf(out, ",%zu", olds);
	str_addf(out, " +%zu", news ? new_at + 1 : new_at);
	if (news != 1)
		str_addf(out, ",%zu", news);
	str_add(out, " @@\n");
	for (size_t i = from; i < to; i++) {
		str_addc(out, " -+"[d->lines[i].kind]);
		str_addn(out, d->lines[i].text, d->lines[i].len);
		str_add(out, d->lines[i].open ? "\n\\ No newline at end of file\n" : "\n");
	}
}

/* End of the hunk that begins at the change `first`: changes with at most 2 * context unchanged
 * lines between them share one. */
static size_t hunk_end(const struct diff *d, size_t first, size_t context)
{
	size_t last = first;

	for (size_t i = first; i < d->n && i - last <= 2 * context + 1; i++) {
		if (d->lines[i].kind != DIFF_SAME)
			last = i;
	}
	return last + 1 + context < d->n ? last + 1 + context : d->n;
}

void diff_unified(const struct diff *d, const char *old_name, const char *new_name, int context,
	struct str *out)
{
	size_t around = context > 0 ? (size_t)context : 0, old_at = 0, new_at = 0, i = 0;

	if (d->removed + d->added == 0)
		return;
	str_addf(out, "--- %s\n+++ %s\n", old_name, new_name);
	while (i < d->n) {
		size_t from = i, end;

		if (d->lines[i].kind == DIFF_SAME) {
			old_at++, new_at++, i++;
			continue;
		}
		/* Step back over the context; the lines before belong to no earlier hunk. */
		for (size_t k = 0; k < around && from > 0 && d->lines[from - 1].kind == DIFF_SAME;
			k++)
			from--;
		end = hunk_end(d, i, around);
		hunk(d, from, end, old_at - (i - from), new_at - (i - from), out);
		for (; i < end; i++) {
			old_at += d->lines[i].kind != DIFF_ADDED;
			new_at += d->lines[i].kind != DIFF_REMOVED;
		}
	}
}
