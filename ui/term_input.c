/* SPDX-License-Identifier: MIT */
#include "ui/term_input.h"

#include "ui/keys.h"

#include <curses.h>
#include <limits.h>
#include <wchar.h>

enum {
	PASTE_MAX = 64 * 1024,
	PASTE_STALL_MS = 1000, /* a paste whose end never comes is over after this silence */
	KEY_PASTE_BEGIN = KEY_MAX + 1,
	KEY_PASTE_END,
	KEY_CTRL_LEFT,
	KEY_CTRL_RIGHT,
};

static int key_code(wint_t c)
{
	static const struct {
		int curses, code;
	} table[] = {{KEY_UP, K_UP}, {KEY_DOWN, K_DOWN}, {KEY_LEFT, K_LEFT}, {KEY_RIGHT, K_RIGHT},
		{KEY_HOME, K_HOME}, {KEY_END, K_END}, {KEY_PPAGE, K_PAGE_UP},
		{KEY_NPAGE, K_PAGE_DOWN}, {KEY_IC, K_INSERT}, {KEY_DC, K_DELETE},
		{KEY_BACKSPACE, K_BACKSPACE}, {KEY_ENTER, K_ENTER}, {KEY_BTAB, K_BACKTAB},
		{KEY_SLEFT, K_WORD_LEFT}, {KEY_SRIGHT, K_WORD_RIGHT}, {KEY_CTRL_LEFT, K_WORD_LEFT},
		{KEY_CTRL_RIGHT, K_WORD_RIGHT}, {KEY_FIND, K_HOME}, {KEY_SELECT, K_END}};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if ((int)c == table[i].curses)
			return table[i].code;
	if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(12))
		return K_F1 + (int)c - KEY_F(1);
	return 0;
}

static int char_code(const struct term_input *in, wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return K_ENTER;
	case '\t':
		return K_TAB;
	case 27:
		return K_ESC;
	case 8:
	case 127:
		return K_BACKSPACE;
	default:
		/* C1 controls type nothing, and where the locale is not UTF-8 neither do bytes
		 * whose meaning is unknown. */
		return c >= 128 && (c < 160 || !in->utf8) ? 0 : (int)c;
	}
}

static void paste_finish(struct term_input *in)
{
	struct term_event e = {.kind = TERM_PASTE};
	autofree char *text = str_take(&in->paste);

	in->pasting = false;
	e.text = text;
	if (*text)
		in->fn(in->arg, &e);
}

static void paste_add(struct term_input *in, wint_t c)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t n;

	if (c == '\r')
		c = '\n';
	n = wcrtomb(bytes, (wchar_t)c, &state);
	if (n != (size_t)-1)
		str_addn(&in->paste, bytes, n);
	in->paste_at = loop_now(in->loop);
}

static void take_mouse(struct term_input *in)
{
	struct term_event e = {.kind = TERM_MOUSE};
	MEVENT m;

	if (getmouse(&m) != OK)
		return;
	e.y = m.y;
	e.x = m.x;
	e.wheel = m.bstate & BUTTON4_PRESSED ? -1 : m.bstate & BUTTON5_PRESSED ? 1 : 0;
	if (e.wheel || m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		in->fn(in->arg, &e);
}

static void take_key(struct term_input *in, int kind, wint_t c)
{
	struct term_event e = {.kind = TERM_KEY};

	if (kind == KEY_CODE_YES && c == KEY_MOUSE) {
		take_mouse(in);
	} else if (kind == KEY_CODE_YES && c == KEY_PASTE_BEGIN) {
		str_clear(&in->paste);
		in->pasting = true;
		in->paste_at = loop_now(in->loop);
	} else if (kind == KEY_CODE_YES && c == KEY_PASTE_END) {
		paste_finish(in);
	} else {
		e.key = kind == KEY_CODE_YES ? key_code(c) : char_code(in, c);
		if (e.key)
			in->fn(in->arg, &e);
	}
}

bool term_input_read(struct term_input *in)
{
	bool any = false;
	wint_t c;
	int kind;

	while (!in->paused && (kind = wget_wch(in->keys, &c)) != ERR) {
		any = true;
		if (in->pasting && loop_now(in->loop) - in->paste_at > PASTE_STALL_MS)
			paste_finish(in);
		if (in->pasting && kind == OK)
			paste_add(in, c);
		else if (!in->pasting || c == KEY_PASTE_END)
			take_key(in, kind, c);
	}
	return any;
}

static void define_keys(void)
{
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	define_key("\033[1;5D", KEY_CTRL_LEFT);
	define_key("\033[1;5C", KEY_CTRL_RIGHT);
	/* The other mode's cursor keys, which some terminals send regardless. */
	define_key("\033[A", KEY_UP);
	define_key("\033[B", KEY_DOWN);
	define_key("\033[C", KEY_RIGHT);
	define_key("\033[D", KEY_LEFT);
	define_key("\033[H", KEY_HOME);
	define_key("\033[F", KEY_END);
	/* What terminals send whose description lacks the key: an Esc and letters otherwise. */
	define_key("\033[Z", KEY_BTAB);
	define_key("\033[1~", KEY_HOME);
	define_key("\033[7~", KEY_HOME);
	define_key("\033[4~", KEY_END);
	define_key("\033[8~", KEY_END);
}

void term_input_init(
	struct term_input *in, struct loop *loop, term_event_fn *fn, void *arg, bool utf8)
{
	*in = (struct term_input){.loop = loop, .fn = fn, .arg = arg, .utf8 = utf8};
	str_init(&in->paste, PASTE_MAX);
	in->keys = newpad(1, 1);
	keypad(in->keys, TRUE);
	nodelay(in->keys, TRUE);
	define_keys();
}

void term_input_done(struct term_input *in)
{
	delwin(in->keys);
	str_done(&in->paste);
}
