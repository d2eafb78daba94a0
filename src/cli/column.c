/* SPDX-License-Identifier: MIT */
#include "cli/column.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

void column_add(struct str *out, const char *text, int cells)
{
	int width = text_width(text);

	str_add(out, text);
	str_pad(out, ' ', width < cells ? (size_t)(cells - width) : 1);
}

static void trim(struct str *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		str_cut(out, out->len - 1);
}

void column_end(struct str *out, const char *text, int width)
{
	enum { EDGE = 4 };
	const char *begun = strrchr(str_text(out), '\n');
	int column;

	column = text_width(begun ? begun + 1 : str_text(out));
	if (str_empty(text)) {
		trim(out);
		str_addc(out, '\n');
		return;
	}
	if (width && column + text_width(text) > width && column > width / 2) {
		trim(out);
		str_addc(out, '\n');
		str_pad(out, ' ', EDGE);
		column = EDGE;
	}
	text_wrap(out, text, column, width);
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
