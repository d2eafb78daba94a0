/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

#include "base/i18n.h"

static const struct {
	int code;
	const char *name;
} names[] = {
	{K_UP, N_("Up")},
	{K_DOWN, N_("Down")},
	{K_LEFT, N_("Left")},
	{K_RIGHT, N_("Right")},
	{K_HOME, N_("Home")},
	{K_END, N_("End")},
	{K_PAGE_UP, N_("PgUp")},
	{K_PAGE_DOWN, N_("PgDn")},
	{K_INSERT, N_("Ins")},
	{K_DELETE, N_("Del")},
	{K_BACKSPACE, N_("Backspace")},
	{K_ENTER, N_("Enter")},
	{K_TAB, N_("Tab")},
	{K_BACKTAB, N_("Shift-Tab")},
	{K_ESC, N_("Esc")},
	{K_WORD_LEFT, N_("Ctrl-Left")},
	{K_WORD_RIGHT, N_("Ctrl-Right")},
	{' ', N_("Space")},
};

const struct key *key_find(const struct key *table, int code)
{
	if (!table)
		return NULL;
	for (; table->fn; table++)
		for (int i = 0; i < KEY_CODES && table->codes[i]; i++)
			if (table->codes[i] == code)
				return table;
	return NULL;
}

bool key_types(int code)
{
	return code >= ' ' && code != 127 && code < K_SPECIAL;
}

void key_utf8(int code, struct str *out)
{
	unsigned c = (unsigned)code;

	if (c < 0x80) {
		str_addc(out, (char)c);
	} else if (c < 0x800) {
		str_addc(out, (char)(0xc0 | c >> 6));
		str_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		str_addc(out, (char)(0xe0 | c >> 12));
		str_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		str_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		str_addc(out, (char)(0xf0 | c >> 18));
		str_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		str_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		str_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

void key_label(int code, struct str *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].code == code) {
			str_add(out, _(names[i].name));
			return;
		}
	}
	if (code >= K_F1 && code <= K_F12)
		str_addf(out, "F%d", code - K_F1 + 1);
	else if (code < ' ')
		str_addf(out, _("Ctrl-%c"), code + 'A' - 1);
	else
		key_utf8(code, out);
}

void key_labels(const struct key *row, struct str *out)
{
	for (int i = 0; i < KEY_CODES && row->codes[i]; i++) {
		if (i)
			str_add(out, ", ");
		key_label(row->codes[i], out);
	}
}
