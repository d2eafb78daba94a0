/* SPDX-License-Identifier: MIT */
#include "base/strv.h"

#include "base/str.h"

#include <string.h>

void strv_clear(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->items[i]);
	v->n = 0;
	if (v->items)
		v->items[0] = NULL;
}

void strv_wipe(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		mem_wipe(v->items[i], strlen(v->items[i]));
	strv_done(v);
}

void strv_done(struct strv *v)
{
	strv_clear(v);
	free(v->items);
	*v = (struct strv)STRV_INIT;
}

void strv_push_take(struct strv *v, char *s)
{
	if (v->n + 1 >= v->cap) {
		v->cap = v->cap ? v->cap * 2 : 8;
		v->items = xreallocarray(v->items, v->cap, sizeof(*v->items));
	}
	v->items[v->n++] = s;
	v->items[v->n] = NULL;
}

void strv_push(struct strv *v, const char *s)
{
	strv_push_take(v, xstrdup(s));
}

void strv_pushf(struct strv *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_push_take(v, xvasprintf(fmt, ap));
	va_end(ap);
}

void strv_push_all(struct strv *v, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, v);
	while ((s = va_arg(ap, const char *)))
		strv_push(v, s);
	va_end(ap);
}

void strv_extend(struct strv *v, const struct strv *other)
{
	for (size_t i = 0; i < other->n; i++)
		strv_push(v, other->items[i]);
}

void strv_remove(struct strv *v, size_t index)
{
	if (index >= v->n)
		return;
	free(v->items[index]);
	memmove(v->items + index, v->items + index + 1, (v->n - index) * sizeof(*v->items));
	v->n--;
}

long strv_find(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->items[i], s))
			return (long)i;
	return -1;
}

bool strv_has(const struct strv *v, const char *s)
{
	return strv_find(v, s) >= 0;
}

bool strv_add_once(struct strv *v, const char *s)
{
	if (strv_has(v, s))
		return false;
	strv_push(v, s);
	return true;
}

void strv_split(struct strv *v, const char *text, char sep)
{
	if (str_empty(text))
		return;
	for (;;) {
		const char *end = strchr(text, sep);

		if (!end)
			break;
		strv_push_take(v, xstrndup(text, (size_t)(end - text)));
		text = end + 1;
	}
	strv_push(v, text);
}

char *strv_join(const struct strv *v, const char *sep)
{
	struct str s = STR_INIT(STR_FILE);

	for (size_t i = 0; i < v->n; i++) {
		if (i)
			str_add(&s, sep);
		str_add(&s, v->items[i]);
	}
	return str_take(&s);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->n > 1)
		qsort(v->items, v->n, sizeof(*v->items), compare);
}

bool strv_equal(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->items[i], b->items[i]))
			return false;
	return true;
}
