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

static int column_at(const struct str *out)
{
	const char *begun = strrchr(str_text(out), '\n');

	return text_width(begun ? begun + 1 : str_text(out));
}

void column_put(struct str *out, const char *text, int cells)
{
	int next = column_at(out) + cells;

	if (text_width(text) < cells) {
		column_add(out, text, cells);
		return;
	}
	str_addf(out, "%s\n", text);
	str_pad(out, ' ', (size_t)next);
}

int column_names(int widest, int least)
{
	enum { MOST = 44 };

	return widest + 2 < least ? least : widest + 2 > MOST ? MOST : widest + 2;
}

static void trim(struct str *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		str_cut(out, out->len - 1);
}

void column_end(struct str *out, const char *text, int width)
{
	enum { EDGE = 4 };
	int column = column_at(out);

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
