/* SPDX-License-Identifier: MIT */
#include "config/override_words.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static const char blanks[] = " \t\r\n";

static bool separates(char c, const char *separators)
{
	return c && (strchr(blanks, c) || strchr(separators, c));
}

/* One item from p on, into item; the first byte behind it, or NULL: a quote is open. */
static const char *scan(const char *p, const char *separators, struct str *item)
{
	for (char quote = '\0'; *p; p++) {
		if (!quote && separates(*p, separators))
			return p;
		if (!quote && (*p == '"' || *p == '\'')) {
			quote = *p;
			if (!strchr(p + 1, quote))
				return NULL;
		} else if (quote && *p == quote) {
			quote = '\0';
		} else if (quote == '"' && *p == '\\' && (p[1] == '"' || p[1] == '\\')) {
			str_addc(item, *++p);
		} else {
			str_addc(item, *p);
		}
		if (quote && !p[1])
			return NULL;
	}
	return p;
}

int words_split(const char *text, const char *separators, struct strv *ret, struct error *err)
{
	const char *p = text;

	for (;;) {
		AUTO(str) struct str item = STR_INIT(STR_FILE);

		while (separates(*p, separators))
			p++;
		if (!*p)
			return 0;
		p = scan(p, separators, &item);
		if (!p)
			return error_set(err, ERR_INPUT, _("a quote is not closed"));
		strv_push(ret, str_text(&item));
	}
}

static bool needs_quotes(const char *item, const char *separators)
{
	for (const char *p = item; *p; p++)
		if (separates(*p, separators) || strchr("\"'\\", *p))
			return true;
	return !*item;
}

char *words_join(const struct strv *items, const char *separators)
{
	struct str out = STR_INIT(STR_FILE);

	for (size_t i = 0; i < items->n; i++) {
		const char *item = items->items[i];

		if (i)
			str_addc(&out, ' ');
		if (!needs_quotes(item, separators)) {
			str_add(&out, item);
			continue;
		}
		str_addc(&out, '"');
		for (; *item; item++) {
			if (strchr("\"\\", *item))
				str_addc(&out, '\\');
			str_addc(&out, *item);
		}
		str_addc(&out, '"');
	}
	return str_take(&out);
}
