/* SPDX-License-Identifier: MIT */
#include "ui/term.h"

#include "base/i18n.h"
#include "base/str.h"
#include "ui/capture.h"
#include "ui/term_input.h"
#include "ui/term_rescue.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

enum {
	ESC_DELAY_MS = 25, /* how long the rest of a key's sequence may take */
	COPY_MAX = 74000,  /* what common terminals accept in one OSC 52 */
	RESUME_MS = 100,
};

static const int handled_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP};
enum { N_SIGNALS = ARRAY_SIZE(handled_signals) };

struct term {
	struct loop *loop;
	term_event_fn *fn;
	void *arg;
	SCREEN *screen;
	struct loop_poll *poll;
	struct loop_signal *signals[N_SIGNALS];
	struct timer *resume;
	bool utf8, suspended, mouse;
	bool lent; /* suspended, but for another program */
	bool gone; /* nobody is at the terminal any more */
	int colours;
	struct term_input input;
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

/* --- modes */

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

static void quit(struct term *t, int signum)
{
	struct term_event e = {.kind = TERM_QUIT, .signum = signum};

	t->gone = t->gone || signum == SIGHUP;
	emit(t, &e);
}

static void on_input(void *arg, int events)
{
	struct term *t = arg;
	struct term_event idle = {.kind = TERM_IDLE};
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	(void)events;
	if (term_input_read(&t->input)) {
		emit(t, &idle);
		return;
	}
	/* Readable without a key to read: the terminal is gone, and would stay readable. */
	if (!t->suspended && poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL)) {
		loop_poll_free(take(t->poll));
		quit(t, SIGHUP);
	}
}

/* --- signals */

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
	t->suspended = t->input.paused = false;
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

/* The terminal as others want it. */
static void give_up(struct term *t)
{
	t->suspended = t->input.paused = true;
	loop_poll_change(t->poll, 0);
	modes_off(t);
	endwin();
	term_rescue_arm(false);
}

void term_suspend(struct term *t)
{
	if (t->suspended)
		return;
	give_up(t);
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

void term_lend(struct term *t, const char *text, int ret_fds[3])
{
	give_up(t);
	t->lent = true;
	say(t, text);
	say(t, "\r\n");
	ret_fds[0] = STDIN_FILENO;
	ret_fds[1] = ret_fds[2] = fileno(t->tty);
}

void term_return(struct term *t)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

	if (!t->lent)
		return;
	/* A shell makes its own process group the terminal's; taking that back from the background
	 * would stop us. */
	sigaction(SIGTTOU, &ignore, &before);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	resume(t);
	sigaction(SIGTTOU, &before, NULL);
	t->lent = false;
}

/* Keys of the terminal are for the program that has it. */
static void on_signal_lent(struct term *t, int signum)
{
	if (signum == SIGTERM || signum == SIGHUP)
		quit(t, signum);
	/* It was stopped, and no shell of ours would continue it. */
	if (signum == SIGTSTP)
		kill(0, SIGCONT);
}

static void on_signal(void *arg, int signum)
{
	struct term *t = arg;

	if (t->lent) {
		on_signal_lent(t, signum);
		return;
	}
	if (signum == SIGWINCH && !t->suspended)
		resized(t);
	else if (signum == SIGCONT)
		continued(t);
	else if (signum == SIGTSTP)
		term_suspend(t);
	else if (signum != SIGWINCH)
		quit(t, signum);
}

/* --- life */

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
	term_input_init(&t->input, t->loop, t->fn, t->arg, t->utf8);
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

static void say_nothing(void *arg, int signum)
{
	(void)arg;
	(void)signum;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	loop_poll_free(t->poll);
	timer_free(t->resume);
	/* The kernel says it and the shell once more: the second one must not end us in the middle
	 * of what is kept now. Its handler is there without a gap, until the loop ends. */
	if (t->gone)
		loop_signal_start(t->loop, SIGHUP, say_nothing, NULL);
	for (size_t i = 0; i < N_SIGNALS; i++)
		loop_signal_free(t->signals[i]);
	if (!t->suspended) {
		modes_off(t);
		endwin();
	}
	term_rescue_done();
	term_input_done(&t->input);
	delscreen(t->screen);
	fclose(t->tty);
	fflush(stdout);
	capture_end(&t->out, STDOUT_FILENO);
	capture_end(&t->err, STDERR_FILENO);
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
