/* SPDX-License-Identifier: MIT */
#include "ui/term_rescue.h"

#include "base/mem.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <termios.h>

enum { SEQUENCE_MAX = 512 };

/* Whatever ends the program and is handled nowhere else. */
static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS,
	SIGTRAP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU};

static struct {
	volatile sig_atomic_t armed;
	bool have_modes, registered;
	int in_fd, out_fd, captured, real_stderr;
	struct termios modes;
	struct sigaction old[ARRAY_SIZE(fatal_signals)];
	bool handling;
	char leave[SEQUENCE_MAX], enter[SEQUENCE_MAX];
} rescue = {.captured = -1, .real_stderr = -1};

void term_rescue_write(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		bytes += done;
		n -= (size_t)done;
	}
}

static void show_captured(void)
{
	char chunk[512];
	ssize_t n;

	if (rescue.captured < 0 || rescue.real_stderr < 0 ||
		lseek(rescue.captured, 0, SEEK_SET) < 0)
		return;
	while ((n = read(rescue.captured, chunk, sizeof(chunk))) > 0)
		term_rescue_write(rescue.real_stderr, chunk, (size_t)n);
}

static void restore(void)
{
	if (!rescue.armed)
		return;
	rescue.armed = 0;
	term_rescue_write(rescue.out_fd, rescue.leave, strlen(rescue.leave));
	if (rescue.have_modes)
		tcsetattr(rescue.in_fd, TCSANOW, &rescue.modes);
	show_captured();
}

static void on_fatal(int signum)
{
	restore();
	/* The handler was installed with SA_RESETHAND: this ends the program the way it was meant
	 * to. */
	raise(signum);
}

void term_rescue_save(int in_fd, int out_fd)
{
	rescue.in_fd = in_fd;
	rescue.out_fd = out_fd;
	rescue.have_modes = tcgetattr(in_fd, &rescue.modes) == 0;
}

/* Appends a terminfo string without its padding ("$<5/>"), which only real serial terminals need.
 */
static void add_capability(char *to, const char *s)
{
	size_t n = strlen(to);

	if (!s || s == (char *)-1)
		return;
	for (; *s && n < SEQUENCE_MAX - 1; s++) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;

		if (end)
			s = end;
		else
			to[n++] = *s;
	}
	to[n] = '\0';
}

static void install(void)
{
	struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_RESETHAND | SA_NODEFER};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &action, &rescue.old[i]);
	rescue.handling = true;
	if (!rescue.registered)
		atexit(restore);
	rescue.registered = true;
}

void term_rescue_prepare(int captured, int real_stderr)
{
	rescue.captured = captured;
	rescue.real_stderr = real_stderr;
	rescue.leave[0] = rescue.enter[0] = '\0';
	/* Synchronised update, paste and mouse reports off; unknown private modes are ignored. */
	add_capability(rescue.leave, "\033[?2026l\033[?2004l\033[?1006l\033[?1000l");
	add_capability(rescue.leave, tigetstr("sgr0"));
	add_capability(rescue.leave, tigetstr("op"));
	add_capability(rescue.leave, tigetstr("cnorm"));
	add_capability(rescue.leave, tigetstr("rmkx"));
	add_capability(rescue.leave, tigetstr("rmcup"));
	add_capability(rescue.leave, "\r");
	add_capability(rescue.enter, tigetstr("smcup"));
	add_capability(rescue.enter, tigetstr("smkx"));
	install();
}

void term_rescue_arm(bool on)
{
	rescue.armed = on;
}

void term_rescue_done(void)
{
	rescue.armed = 0;
	if (!rescue.handling)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &rescue.old[i], NULL);
	rescue.handling = false;
}

const char *term_rescue_enter(void)
{
	return rescue.enter;
}
