/* SPDX-License-Identifier: MIT */
#include "ui/term.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/keys.h"
#include "ui/term_rescue.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <wchar.h>

enum {
	ESC_DELAY_MS = 25, /* how long the rest of a key's sequence may take */
	PASTE_MAX = 64 * 1024,
	PASTE_STALL_MS = 1000, /* a paste whose end never comes is over after this silence */
	COPY_MAX = 74000,      /* what common terminals accept in one OSC 52 */
	RESUME_MS = 100,
	KEY_PASTE_BEGIN = KEY_MAX + 1,
	KEY_PASTE_END,
	KEY_CTRL_LEFT,
	KEY_CTRL_RIGHT,
};

static const int handled_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP};
enum { N_SIGNALS = ARRAY_SIZE(handled_signals) };

/* What was written to a descriptor while the screen was up; -1: not captured. */
struct capture {
	int file, real;
};

struct term {
	struct loop *loop;
	term_event_fn *fn;
	void *arg;
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading from it refreshes nothing */
	struct loop_poll *poll;
	struct loop_signal *signals[N_SIGNALS];
	struct timer *resume;
	bool utf8, suspended, mouse;
	int colours;
	struct str paste;
	bool pasting;
	int64_t paste_at;
	FILE *tty; /* the terminal, apart from standard output */
	struct capture out, err;
};

static void say(const struct term *t, const char *bytes)
{
	term_rescue_write(fileno(t->tty), bytes, strlen(bytes));
}

static void emit(struct term *t, const struct term_event *e)
{
	t->fn(t->arg, e);
}

/* --- modes ------------------------------------------------------------------------------------ */

static void modes_on(struct term *t)
{
	say(t, "\033[?2004h");
	if (t->mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED,
			NULL);
}

static void modes_off(const struct term *t)
{
	mousemask(0, NULL);
	say(t, "\033[?2004l");
}

void term_mouse(struct term *t, bool on)
{
	t->mouse = on;
	if (on)
		modes_on(t);
	else
		mousemask(0, NULL);
}

static int count_colours(void)
{
	const char *no = getenv("NO_COLOR");

	if ((no && *no) || !has_colors() || start_color() == ERR)
		return 0;
	use_default_colors();
	return COLORS >= 256 && COLOR_PAIRS > 64 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
}

/* --- standard output and error -----------------------------------------------------------------
 */

static void capture_begin(struct capture *c, int fd)
{
	c->file = memfd_create("captured", MFD_CLOEXEC);
	c->real = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (c->file >= 0 && c->real >= 0)
		dup2(c->file, fd);
}

static void capture_end(struct capture *c, int fd)
{
	AUTO(str) struct str raw = STR_INIT(STR_LINE), safe = STR_INIT(4 * (size_t)STR_LINE);
	char chunk[4096];
	ssize_t n;

	if (c->file >= 0 && c->real >= 0) {
		dup2(c->real, fd);
		lseek(c->file, 0, SEEK_SET);
		while (!str_full(&raw) && (n = read(c->file, chunk, sizeof(chunk))) > 0)
			str_addn(&raw, chunk, (size_t)n);
	}
	if (c->file >= 0)
		close(c->file);
	if (c->real >= 0)
		close(c->real);
	c->file = c->real = -1;
	text_safe(&safe, str_text(&raw), raw.len, true);
	term_rescue_write(fd, str_text(&safe), safe.len);
}

/* --- keys ------------------------------------------------------------------------------------- */

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

static int char_code(const struct term *t, wint_t c)
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
		return c >= 128 && (c < 160 || !t->utf8) ? 0 : (int)c;
	}
}

static void paste_finish(struct term *t)
{
	struct term_event e = {.kind = TERM_PASTE};
	autofree char *text = str_take(&t->paste);

	t->pasting = false;
	e.text = text;
	if (*text)
		emit(t, &e);
}

static void paste_add(struct term *t, wint_t c)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t n;

	if (c == '\r')
		c = '\n';
	n = wcrtomb(bytes, (wchar_t)c, &state);
	if (n != (size_t)-1)
		str_addn(&t->paste, bytes, n);
	t->paste_at = loop_now(t->loop);
}

static void take_mouse(struct term *t)
{
	struct term_event e = {.kind = TERM_MOUSE};
	MEVENT m;

	if (getmouse(&m) != OK)
		return;
	e.y = m.y;
	e.x = m.x;
	e.wheel = m.bstate & BUTTON4_PRESSED ? -1 : m.bstate & BUTTON5_PRESSED ? 1 : 0;
	if (e.wheel || m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		emit(t, &e);
}

static void take_key(struct term *t, int kind, wint_t c)
{
	struct term_event e = {.kind = TERM_KEY};

	if (kind == KEY_CODE_YES && c == KEY_MOUSE) {
		take_mouse(t);
	} else if (kind == KEY_CODE_YES && c == KEY_PASTE_BEGIN) {
		str_clear(&t->paste);
		t->pasting = true;
		t->paste_at = loop_now(t->loop);
	} else if (kind == KEY_CODE_YES && c == KEY_PASTE_END) {
		paste_finish(t);
	} else {
		e.key = kind == KEY_CODE_YES ? key_code(c) : char_code(t, c);
		if (e.key)
			emit(t, &e);
	}
}

static void quit(struct term *t, int signum)
{
	struct term_event e = {.kind = TERM_QUIT, .signum = signum};

	emit(t, &e);
}

static void on_input(void *arg, int events)
{
	struct term *t = arg;
	struct term_event idle = {.kind = TERM_IDLE};
	bool any = false;
	wint_t c;
	int kind;

	(void)events;
	while (!t->suspended && (kind = wget_wch(t->keys, &c)) != ERR) {
		any = true;
		if (t->pasting && loop_now(t->loop) - t->paste_at > PASTE_STALL_MS)
			paste_finish(t);
		if (t->pasting && kind == OK)
			paste_add(t, c);
		else if (!t->pasting || c == KEY_PASTE_END)
			take_key(t, kind, c);
	}
	if (!any && !t->suspended) {
		struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

		/* Readable without a key to read: the terminal is gone, and would stay readable. */
		if (poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL)) {
			loop_poll_free(take(t->poll));
			quit(t, SIGHUP);
		}
		return;
	}
	emit(t, &idle);
}

/* --- signals ---------------------------------------------------------------------------------- */

static void resized(struct term *t)
{
	struct term_event e = {.kind = TERM_RESIZE};
	struct winsize size;

	if (ioctl(fileno(t->tty), TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
		return;
	resizeterm(size.ws_row, size.ws_col);
	emit(t, &e);
}

static void on_signal(void *arg, int signum);

/* Starts (or, with on false, ends) handling one of handled_signals. */
static void handle(struct term *t, int signum, bool on)
{
	for (size_t i = 0; i < N_SIGNALS; i++) {
		if (handled_signals[i] != signum)
			continue;
		loop_signal_free(t->signals[i]);
		t->signals[i] = on ? loop_signal_start(t->loop, signum, on_signal, t) : NULL;
	}
}

static void resume(void *arg)
{
	struct term *t = arg;
	struct term_event e = {.kind = TERM_RESUME};

	if (!t->suspended)
		return;
	timer_free(take(t->resume));
	t->suspended = false;
	handle(t, SIGTSTP, true);
	reset_prog_mode();
	term_rescue_arm(true);
	say(t, term_rescue_enter());
	modes_on(t);
	loop_poll_change(t->poll, LOOP_READ);
	term_repaint(t);
	resized(t);
	emit(t, &e);
}

void term_suspend(struct term *t)
{
	if (t->suspended)
		return;
	t->suspended = true;
	loop_poll_change(t->poll, 0);
	modes_off(t);
	endwin();
	term_rescue_arm(false);
	handle(t, SIGTSTP, false);
	/* SIGCONT ends the stop. Where nobody could continue us the kernel does not stop us either,
	 * and the timer does it. */
	t->resume = timer_start(t->loop, RESUME_MS, 0, resume, t);
	kill(0, SIGTSTP);
}

/* Continued after a stop that nobody announced (SIGSTOP): the modes may be anything. */
static void continued(struct term *t)
{
	struct term_event e = {.kind = TERM_RESUME};

	if (t->suspended) {
		resume(t);
		return;
	}
	reset_prog_mode();
	say(t, term_rescue_enter());
	modes_on(t);
	term_repaint(t);
	emit(t, &e);
}

static void on_signal(void *arg, int signum)
{
	struct term *t = arg;

	if (signum == SIGWINCH && !t->suspended)
		resized(t);
	else if (signum == SIGCONT)
		continued(t);
	else if (signum == SIGTSTP)
		term_suspend(t);
	else if (signum != SIGWINCH)
		quit(t, signum);
}

/* --- life ------------------------------------------------------------------------------------- */

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
}

static bool has_capability(const char *name)
{
	const char *s = tigetstr(name);

	return s && s != (char *)-1;
}

static int start_curses(struct term *t, struct error *err)
{
	const char *name = getenv("TERM");

	set_escdelay(ESC_DELAY_MS);
	t->screen = newterm(NULL, t->tty, stdin);
	if (!t->screen || !has_capability("cup")) {
		if (t->screen) {
			endwin();
			delscreen(t->screen);
		}
		error_set(err, ERR_FAILED, _("the terminal type \"%s\" cannot show a screen"),
			name ? name : "");
		return error_hint(err, _("Use --plain, or set TERM to what your terminal is."));
	}
	raw();
	noecho();
	nonl();
	leaveok(stdscr, FALSE);
	typeahead(-1);
	mouseinterval(0);
	t->keys = newpad(1, 1);
	keypad(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	define_keys();
	t->colours = count_colours();
	return 0;
}

int term_open(struct loop *loop, term_event_fn *fn, void *arg, struct term **ret, struct error *err)
{
	struct term *t = xcalloc(1, sizeof(*t));

	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	t->mouse = true;
	t->utf8 = str_eq(nl_langinfo(CODESET), "UTF-8");
	str_init(&t->paste, PASTE_MAX);
	t->tty = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
	if (!t->tty) {
		free(t);
		return error_errno(err, errno, _("the terminal cannot be written to"));
	}
	term_rescue_save(STDIN_FILENO, fileno(t->tty));
	/* Before curses, which installs its own handlers only where there are none. */
	for (size_t i = 0; i < N_SIGNALS; i++)
		handle(t, handled_signals[i], true);
	if (start_curses(t, err) != 0) {
		for (size_t i = 0; i < N_SIGNALS; i++)
			loop_signal_free(t->signals[i]);
		fclose(t->tty);
		free(t);
		return ERR_FAILED;
	}
	fflush(stdout);
	capture_begin(&t->out, STDOUT_FILENO);
	capture_begin(&t->err, STDERR_FILENO);
	term_rescue_prepare(t->err.file, t->err.real);
	term_rescue_arm(true);
	modes_on(t);
	t->poll = loop_poll_start(loop, STDIN_FILENO, LOOP_READ, on_input, t);
	*ret = t;
	return 0;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	loop_poll_free(t->poll);
	timer_free(t->resume);
	for (size_t i = 0; i < N_SIGNALS; i++)
		loop_signal_free(t->signals[i]);
	if (!t->suspended) {
		modes_off(t);
		endwin();
	}
	term_rescue_done();
	delwin(t->keys);
	delscreen(t->screen);
	fclose(t->tty);
	fflush(stdout);
	capture_end(&t->out, STDOUT_FILENO);
	capture_end(&t->err, STDERR_FILENO);
	str_done(&t->paste);
	free(t);
}

int term_height(const struct term *t)
{
	(void)t;
	return LINES;
}

int term_width(const struct term *t)
{
	(void)t;
	return COLS;
}

bool term_utf8(const struct term *t)
{
	return t->utf8;
}

int term_colours(const struct term *t)
{
	return t->colours;
}

bool term_active(const struct term *t)
{
	return !t->suspended;
}

void term_flush(struct term *t, int y, int x)
{
	if (t->suspended)
		return;
	curs_set(y >= 0);
	if (y >= 0)
		move(y, x);
	say(t, "\033[?2026h");
	wnoutrefresh(stdscr);
	doupdate();
	say(t, "\033[?2026l");
}

void term_repaint(struct term *t)
{
	(void)t;
	clearok(curscr, TRUE);
}

void term_bell(struct term *t)
{
	(void)t;
	beep();
}

bool term_copy(struct term *t, const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	AUTO(str) struct str out = STR_INIT(2 * (size_t)COPY_MAX);
	const unsigned char *s = (const unsigned char *)text;
	size_t n = strlen(text);

	if (t->suspended || n > COPY_MAX)
		return false;
	str_add(&out, "\033]52;c;");
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16;

		v |= i + 1 < n ? (unsigned)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? s[i + 2] : 0;
		str_addc(&out, digits[v >> 18]);
		str_addc(&out, digits[v >> 12 & 63]);
		str_addc(&out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		str_addc(&out, i + 2 < n ? digits[v & 63] : '=');
	}
	str_add(&out, "\007");
	say(t, str_text(&out));
	return true;
}
