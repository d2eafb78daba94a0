/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

void str_init(struct str *s, size_t ceiling)
{
	*s = (struct str)STR_INIT(ceiling);
}

/* Values of secrets go through many hands: no text stays behind in memory that was released. Of what is
 * larger than this only the text is overwritten, and at once what is cut off: to touch all of the
 * room would cost. */
enum { WIPED_WHOLE = 64 * 1024 };

void str_done(struct str *s)
{
	mem_wipe(s->data, s->cap <= WIPED_WHOLE ? s->cap : s->len);
	free(s->data);
	str_init(s, s->max);
}

void str_wipe(struct str *s)
{
	mem_wipe(s->data, s->cap);
	str_done(s);
}

static void shorten(struct str *s, size_t len)
{
	if (s->cap > WIPED_WHOLE)
		mem_wipe(s->data + len, s->len - len);
	s->len = len;
	if (s->data)
		s->data[len] = '\0';
}

void str_clear(struct str *s)
{
	shorten(s, 0);
	s->full = false;
}

/* As realloc(), which may leave the old copy where it was. */
static void regrow(struct str *s, size_t cap)
{
	char *data = xmalloc(cap);

	if (s->data)
		memcpy(data, s->data, s->len + 1);
	mem_wipe(s->data, s->cap <= WIPED_WHOLE ? s->cap : s->len);
	free(s->data);
	s->data = data;
	s->cap = cap;
}

/* Makes room for n more bytes and the NUL; false when that passes the ceiling. */
static bool reserve(struct str *s, size_t n)
{
	size_t need;

	if (s->full || n > s->max || s->len > s->max - n) {
		s->full = true;
		return false;
	}
	need = s->len + n + 1;
	if (need > s->cap) {
		size_t cap = s->cap ? s->cap : 64;

		while (cap < need)
			cap *= 2;
		regrow(s, cap);
	}
	return true;
}

void str_addn(struct str *s, const void *bytes, size_t n)
{
	if (!reserve(s, n))
		return;
	if (n)
		memcpy(s->data + s->len, bytes, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	if (text)
		str_addn(s, text, strlen(text));
}

void str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void str_pad(struct str *s, char c, size_t n)
{
	if (!reserve(s, n))
		return;
	memset(s->data + s->len, c, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void str_addvf(struct str *s, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && reserve(s, (size_t)n)) {
		vsnprintf(s->data + s->len, (size_t)n + 1, fmt, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_addvf(s, fmt, ap);
	va_end(ap);
}

void str_cut(struct str *s, size_t len)
{
	if (len < s->len)
		shorten(s, len);
}

void str_shift(struct str *s, size_t n)
{
	if (!s->data)
		return;
	if (n > s->len)
		n = s->len;
	memmove(s->data, s->data + n, s->len - n);
	shorten(s, s->len - n);
}

const char *str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

char *str_take(struct str *s)
{
	char *text = s->data ? s->data : xstrdup("");

	str_init(s, s->max);
	return text;
}

bool str_eq(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool str_starts(const char *s, const char *prefix)
{
	return s && strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = s ? strlen(s) : 0, m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_empty(const char *s)
{
	return !s || !*s;
}
