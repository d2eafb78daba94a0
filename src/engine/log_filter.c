/* SPDX-License-Identifier: MIT */
#include "engine/logs.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Case-insensitive for ASCII, exact for everything else. */
static bool contains(const char *text, size_t len, const char *word, size_t n)
{
	char lower = (char)tolower((unsigned char)word[0]);
	char upper = (char)toupper((unsigned char)word[0]);

	for (size_t i = 0; n <= len && i <= len - n; i++)
		if ((text[i] == lower || text[i] == upper) && !strncasecmp(text + i, word, n))
			return true;
	return false;
}

bool log_filter_match(const struct log_filter *f, const struct log_line *line)
{
	if (!f)
		return true;
	if (line->level < f->min_level)
		return false;
	if (f->sources && (line->source >= f->n_sources || !f->sources[line->source]))
		return false;
	if (!f->text || !*f->text)
		return true;
	return contains(line->text, line->len, f->text, strlen(f->text)) != f->invert;
}
