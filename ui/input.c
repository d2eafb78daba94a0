/* SPDX-License-Identifier: MIT */
#include "ui/input.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/keys.h"

void input_init(struct input *in, const char *text, size_t max)
{
	str_init(&in->text, max);
	str_init(&in->killed, max);
	in->first = 0;
	input_set(in, text);
}

void input_done(struct input *in)
{
	str_wipe(&in->text);
	str_wipe(&in->killed);
}

void input_set(struct input *in, const char *text)
{
	str_clear(&in->text);
	str_add(&in->text, text);
	in->at = in->text.len;
	in->first = 0;
}

const char *input_text(const struct input *in)
{
	return str_text(&in->text);
}

static bool continues(const struct input *in, size_t i)
{
	return i < in->text.len && ((unsigned char)in->text.data[i] & 0xc0) == 0x80;
}

static size_t before(const struct input *in, size_t i)
{
	if (i)
		i--;
	while (i && continues(in, i))
		i--;
	return i;
}

static size_t after(const struct input *in, size_t i)
{
	if (i < in->text.len)
		i++;
	while (continues(in, i))
		i++;
	return i;
}

/* Replaces [from, to) by n bytes; the cursor goes behind them. */
static void replace(struct input *in, size_t from, size_t to, const char *text, size_t n)
{
	autosecret char *tail = xstrndup(str_text(&in->text) + to, in->text.len - to);
	size_t rest = in->text.len - to;

	if (from + n + rest > in->text.max)
		return;
	str_cut(&in->text, from);
	str_addn(&in->text, text, n);
	str_addn(&in->text, tail, rest);
	in->at = from + n;
}

static void kill_range(struct input *in, size_t from, size_t to)
{
	if (from == to)
		return;
	str_clear(&in->killed);
	str_addn(&in->killed, in->text.data + from, to - from);
	replace(in, from, to, "", 0);
}

void input_insert(struct input *in, const char *text)
{
	struct str clean = STR_INIT(in->text.max);
	size_t n = strlen(text);

	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n' || c == '\t')
			str_addc(&clean, ' ');
		else if (c >= ' ' && c != 127)
			str_addc(&clean, (char)c);
	}
	replace(in, in->at, in->at, str_text(&clean), clean.len);
	str_wipe(&clean);
}

static bool in_word(const struct input *in, size_t i)
{
	unsigned char c = (unsigned char)in->text.data[i];

	return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static size_t word_before(const struct input *in)
{
	size_t i = in->at;

	while (i && !in_word(in, before(in, i)))
		i = before(in, i);
	while (i && in_word(in, before(in, i)))
		i = before(in, i);
	return i;
}

static size_t word_after(const struct input *in)
{
	size_t i = in->at;

	while (i < in->text.len && !in_word(in, i))
		i = after(in, i);
	while (i < in->text.len && in_word(in, i))
		i = after(in, i);
	return i;
}

static void go_left(struct input *in)
{
	in->at = before(in, in->at);
}

static void go_right(struct input *in)
{
	in->at = after(in, in->at);
}

static void go_start(struct input *in)
{
	in->at = 0;
}

static void go_end(struct input *in)
{
	in->at = in->text.len;
}

static void go_word_left(struct input *in)
{
	in->at = word_before(in);
}

static void go_word_right(struct input *in)
{
	in->at = word_after(in);
}

static void delete_before(struct input *in)
{
	replace(in, before(in, in->at), in->at, "", 0);
}

static void delete_here(struct input *in)
{
	size_t at = in->at;

	replace(in, at, after(in, at), "", 0);
}

static void kill_word(struct input *in)
{
	kill_range(in, word_before(in), in->at);
}

static void kill_start(struct input *in)
{
	kill_range(in, 0, in->at);
}

static void kill_end(struct input *in)
{
	kill_range(in, in->at, in->text.len);
}

static void yank(struct input *in)
{
	if (in->killed.len)
		replace(in, in->at, in->at, in->killed.data, in->killed.len);
}

const struct input_key input_keys[] = {
	{{K_LEFT, K_CTRL('b')}, N_("One character back"), go_left},
	{{K_RIGHT, K_CTRL('f')}, N_("One character on"), go_right},
	{{K_WORD_LEFT}, N_("One word back"), go_word_left},
	{{K_WORD_RIGHT}, N_("One word on"), go_word_right},
	{{K_HOME, K_CTRL('a')}, N_("To the beginning"), go_start},
	{{K_END, K_CTRL('e')}, N_("To the end"), go_end},
	{{K_BACKSPACE}, N_("Delete the character before"), delete_before},
	{{K_DELETE, K_CTRL('d')}, N_("Delete the character here"), delete_here},
	{{K_CTRL('w')}, N_("Delete the word before"), kill_word},
	{{K_CTRL('u')}, N_("Delete all before"), kill_start},
	{{K_CTRL('k')}, N_("Delete all behind"), kill_end},
	{{K_CTRL('y')}, N_("Put back what was deleted"), yank},
	{{0}, NULL, NULL},
};

bool input_key(struct input *in, int code)
{
	if (key_types(code)) {
		AUTO(str) struct str c = STR_INIT(8);

		key_utf8(code, &c);
		replace(in, in->at, in->at, c.data, c.len);
		return true;
	}
	for (const struct input_key *k = input_keys; k->fn; k++) {
		for (int i = 0; i < 4 && k->codes[i]; i++) {
			if (k->codes[i] == code) {
				k->fn(in);
				return true;
			}
		}
	}
	return false;
}

/* Cells of the text in [from, to); hidden text has one dot a character. */
static int cells_of(const struct input *in, size_t from, size_t to, bool hidden)
{
	autosecret char *part = xstrndup(str_text(&in->text) + from, to - from);
	int n = 0;

	if (!hidden)
		return text_width(part);
	for (size_t i = from; i < to; i = after(in, i))
		n++;
	return n;
}

/* A mark in place of the first character in view where there is more before it: the cells of that
 * character, 0 for no mark. */
static int draw_cut(const struct input *in, const struct pane *p, int y, int x, bool hidden)
{
	int cells = in->first ? cells_of(in, in->first, after(in, in->first), hidden) : 0;

	for (int i = 0; i < cells; i++)
		draw_text(p, y, x + i, 1, ROLE_INPUT, " ");
	if (cells)
		draw_glyph(p, y, x, ROLE_INPUT, GLYPH_MORE);
	return cells;
}

void input_draw(struct input *in, const struct pane *p, int y, int x, int cells, bool hidden)
{
	int used, cut;

	if (x + cells > p->w)
		cells = p->w - x;
	/* The cursor is never on the mark. */
	if (in->first >= in->at)
		in->first = before(in, in->at);
	while (in->first < in->at && cells_of(in, in->first, in->at, hidden) >= cells)
		in->first = after(in, in->first);
	cut = draw_cut(in, p, y, x, hidden);
	if (hidden) {
		used = cells_of(in, in->first, in->text.len, true);
		for (int i = cut; i < used && i < cells; i++)
			draw_glyph(p, y, x + i, ROLE_INPUT,
				i == cells - 1 && used > cells ? GLYPH_MORE : GLYPH_DOT);
	} else {
		used = cut +
		       draw_text(p, y, x + cut, cells - cut, ROLE_INPUT,
			       str_text(&in->text) + (cut ? after(in, in->first) : in->first));
	}
	for (int i = used; i < cells; i++)
		draw_text(p, y, x + i, 1, ROLE_INPUT, " ");
	draw_cursor(p, y, x + cells_of(in, in->first, in->at, hidden));
}
