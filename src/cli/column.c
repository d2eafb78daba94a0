/* SPDX-License-Identifier: MIT */
#include "cli/column.h"

#include "base/i18n.h"
#include "base/text.h"

void column_add(struct str *out, const char *text, int cells)
{
	int width = text_width(text);

	str_add(out, text);
	str_pad(out, ' ', width < cells ? (size_t)(cells - width) : 1);
}

int column_width(const char *const *texts)
{
	int widest = 0;

	for (; *texts; texts++) {
		int width = text_width(_(*texts));

		if (width > widest)
			widest = width;
	}
	return widest;
}
