/* SPDX-License-Identifier: MIT */
#include "probe/resp.h"

#include <string.h>

enum { REPLY_MAX = 1024 * 1024, LINE_MAX_BYTES = 64 * 1024 };

/* A length of at most REPLY_MAX, or -1 (nil); false for anything else. */
static bool read_length(const char *p, size_t n, long *ret)
{
	long v = 0;

	if (n == 2 && memcmp(p, "-1", 2) == 0) {
		*ret = -1;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
		if (v > REPLY_MAX)
			return false;
	}
	*ret = v;
	return n > 0;
}

static long bulk(const char *data, size_t n, size_t line, struct resp_reply *ret)
{
	size_t head = line + 2;
	long len;

	if (!read_length(data + 1, line - 1, &len))
		return -1;
	if (len < 0) {
		*ret = (struct resp_reply){RESP_NIL, NULL, 0};
		return (long)head;
	}
	if (n < head + (size_t)len + 2)
		return 0;
	if (memcmp(data + head + len, "\r\n", 2) != 0)
		return -1;
	*ret = (struct resp_reply){*data == '!' ? RESP_ERROR : RESP_TEXT, data + head, (size_t)len};
	return (long)head + len + 2;
}

long resp_parse(const char *data, size_t n, struct resp_reply *ret)
{
	static const struct {
		char first;
		enum resp_kind kind;
	} lines[] = {
		{'+', RESP_TEXT},
		{'-', RESP_ERROR},
		{':', RESP_INTEGER},
		{'_', RESP_NIL},
		{'*', RESP_OTHER},
		{'%', RESP_OTHER},
		{'~', RESP_OTHER},
		{'>', RESP_OTHER},
	};
	const char *end;
	size_t line;

	if (n == 0)
		return 0;
	/* What is no reply is known by its first byte, not after waiting for a line of it. */
	if (!*data || !strchr("+-:_*%~>$!", *data))
		return -1;
	end = memmem(data, n, "\r\n", 2);
	if (!end)
		return n > LINE_MAX_BYTES ? -1 : 0;
	line = (size_t)(end - data);
	if (*data == '$' || *data == '!')
		return bulk(data, n, line, ret);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].first == *data) {
			bool has_text = lines[i].kind < RESP_NIL;

			*ret = (struct resp_reply){
				lines[i].kind, has_text ? data + 1 : NULL, has_text ? line - 1 : 0};
		}
	}
	return (long)line + 2;
}

void resp_command(struct str *out, const struct strv *words)
{
	str_addf(out, "*%zu\r\n", words->n);
	for (size_t i = 0; i < words->n; i++)
		str_addf(out, "$%zu\r\n%s\r\n", strlen(words->items[i]), words->items[i]);
}
