/* SPDX-License-Identifier: MIT */
#include "engine/process_lines.h"

#include <string.h>

enum { LINE_MOST = 64 * 1024 };

void lines_init(struct lines *l, int stream, lines_fn *fn, void *arg)
{
	str_init(&l->rest, LINE_MOST);
	l->stream = stream;
	l->fn = fn;
	l->arg = arg;
}

void lines_done(struct lines *l)
{
	str_done(&l->rest);
}

static void flush(struct lines *l)
{
	l->fn(l->arg, l->stream, str_text(&l->rest), l->rest.len);
	str_clear(&l->rest);
}

void lines_add(struct lines *l, const char *data, size_t n)
{
	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t part = end ? (size_t)(end - data) : n;

		if (l->rest.len + part > LINE_MOST)
			part = LINE_MOST - l->rest.len;
		str_addn(&l->rest, data, part);
		data += part;
		n -= part;
		if (n && *data == '\n') {
			data++;
			n--;
			flush(l);
		} else if (l->rest.len == LINE_MOST) {
			flush(l);
		}
	}
}

void lines_end(struct lines *l)
{
	if (l->rest.len)
		flush(l);
}
