/* SPDX-License-Identifier: MIT */
/*
 * Runs a program on a terminal of its own (200x50, a model by libvterm) and measures it from outside.
 *
 *	screen first TEXT -- COMMAND...            "MS": exec to the frame that shows TEXT
 *	screen idle TEXT SECONDS -- COMMAND...     "CPU% KIB": from TEXT on, CPU of one core and resident memory
 *	screen flood TEXT KEYS -- COMMAND...       "MS KIB P99_MS N": exec to TEXT, resident memory then, and how
 *	                                           long each key (KEYS in turn) took to show meanwhile
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

enum { ROWS = 50, COLS = 200, KEYS_MOST = 100000, LIMIT_MS = 300000, KEY_EVERY_MS = 20 };

struct screen {
	int fd;
	pid_t pid;
	VTerm *vt;
	VTermScreen *cells;
	double start_ms;
	bool ended;
	bool fresh; /* something came since it was last looked at */
	/* A key that has been sent and not been seen. */
	double sent_ms;
	char before[COLS * 4 + 1];
	double latencies[KEYS_MOST];
	int n;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void run(struct screen *s, char **argv)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};

	s->start_ms = now_ms();
	s->pid = forkpty(&s->fd, NULL, NULL, &size);
	if (s->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	s->vt = vterm_new(ROWS, COLS);
	vterm_set_utf8(s->vt, 1);
	s->cells = vterm_obtain_screen(s->vt);
	vterm_screen_reset(s->cells, 1);
}

static void row_text(const struct screen *s, int row, char *out, size_t max)
{
	VTermRect rect = {.start_row = row, .end_row = row + 1, .start_col = 0, .end_col = COLS};
	size_t n = vterm_screen_get_text(s->cells, out, max - 1, rect);

	out[n] = '\0';
}

static bool shows(const struct screen *s, const char *text)
{
	char line[COLS * 4 + 1];

	for (int row = 0; row < ROWS; row++) {
		row_text(s, row, line, sizeof(line));
		if (strstr(line, text))
			return true;
	}
	return false;
}

/* Looking costs time that the program under test would have: only what may have changed is looked at. */
static bool shows_now(struct screen *s, const char *text)
{
	bool fresh = s->fresh;

	s->fresh = false;
	return fresh && shows(s, text);
}

/* Rows that carry the mark of the selection. */
static void selection(const struct screen *s, char *out, size_t max)
{
	char line[COLS * 4 + 1];

	out[0] = '\0';
	for (int row = 0; row < ROWS; row++) {
		row_text(s, row, line, sizeof(line));
		if (strstr(line, "\xe2\x96\xb8"))
			snprintf(out, max, "%d %.40s", row, line);
	}
}

static void take(struct screen *s, int timeout_ms)
{
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	char chunk[65536];
	ssize_t n;

	if (poll(&p, 1, timeout_ms) <= 0)
		return;
	n = read(s->fd, chunk, sizeof(chunk));
	if (n <= 0)
		s->ended = true;
	else
		vterm_input_write(s->vt, chunk, (size_t)n);
	s->fresh = true;
}

static long resident_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static double cpu_ms(pid_t pid)
{
	char path[64], text[1024], *after;
	unsigned long user = 0, sys = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fgets(text, sizeof(text), f) && (after = strrchr(text, ')')))
		sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
	fclose(f);
	return (double)(user + sys) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static void wait_text(struct screen *s, const char *text)
{
	while (!s->ended && !shows(s, text) && now_ms() - s->start_ms < LIMIT_MS)
		take(s, 100);
	if (!shows(s, text)) {
		fprintf(stderr, "never showed: %s\n", text);
		for (int row = 0; row < ROWS; row++) {
			char line[COLS * 4 + 1];

			row_text(s, row, line, sizeof(line));
			fprintf(stderr, "|%s\n", line);
		}
		kill(s->pid, SIGTERM);
		exit(1);
	}
}

static void key_seen(struct screen *s)
{
	char now[sizeof(s->before)];

	if (!s->sent_ms || !s->fresh)
		return;
	selection(s, now, sizeof(now));
	if (strcmp(now, s->before) == 0 || s->n == KEYS_MOST)
		return;
	s->latencies[s->n++] = now_ms() - s->sent_ms;
	s->sent_ms = 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void flood(struct screen *s, const char *text, const char *keys)
{
	double next = 0;
	size_t at = 0;
	double done;

	while (!s->ended && !shows_now(s, text) && now_ms() - s->start_ms < LIMIT_MS) {
		if (!s->sent_ms && now_ms() > next) {
			selection(s, s->before, sizeof(s->before));
			if (s->before[0] && write(s->fd, &keys[at++ % strlen(keys)], 1) == 1)
				s->sent_ms = now_ms();
			next = now_ms() + KEY_EVERY_MS;
		}
		take(s, 5);
		key_seen(s);
	}
	done = now_ms() - s->start_ms;
	wait_text(s, text);
	qsort(s->latencies, (size_t)s->n, sizeof(*s->latencies), compare);
	printf("%.1f %ld %.1f %d\n", done, resident_kib(s->pid),
		s->n ? s->latencies[(s->n - 1) * 99 / 100] : -1.0, s->n);
}

static void idle(struct screen *s, const char *text, double seconds)
{
	double begin, cpu;

	wait_text(s, text);
	begin = now_ms();
	cpu = cpu_ms(s->pid);
	while (!s->ended && now_ms() - begin < seconds * 1000)
		take(s, 100);
	printf("%.2f %ld\n", (cpu_ms(s->pid) - cpu) / (now_ms() - begin) * 100, resident_kib(s->pid));
}

static void end(struct screen *s)
{
	kill(s->pid, SIGTERM);
	while (!s->ended)
		take(s, 1000);
	waitpid(s->pid, NULL, 0);
	vterm_free(s->vt);
	close(s->fd);
}

int main(int argc, char **argv)
{
	static struct screen s;
	int command = 1;

	while (command < argc && strcmp(argv[command], "--") != 0)
		command++;
	if (command < 3 || command + 1 >= argc)
		return 2;
	run(&s, argv + command + 1);
	if (strcmp(argv[1], "first") == 0) {
		wait_text(&s, argv[2]);
		printf("%.2f\n", now_ms() - s.start_ms);
	} else if (strcmp(argv[1], "idle") == 0) {
		idle(&s, argv[2], strtod(argv[3], NULL));
	} else if (strcmp(argv[1], "flood") == 0) {
		flood(&s, argv[2], argv[3]);
	}
	end(&s);
	return 0;
}
