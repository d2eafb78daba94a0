/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "screen.h"

#include "base/strv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <vterm.h>

enum {
	DEADLINE_MS = 60000, /* of one condition: for machines that are busy or run sanitizers */
	OUTPUT_MAX = 64 * 1024 * 1024,
	ROWS = 24,
	COLS = 80,
};

struct tty {
	int master, rows, cols;
	pid_t pid;
	bool ended, reaped;
	int status;
	VTerm *vt;
	VTermScreen *screen;
	struct str output, row;
	char *home;
	bool altscreen, cursor_visible;
};

/* --- the emulator */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct tty *t = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		t->altscreen = value->boolean;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		t->cursor_visible = value->boolean;
	return 1;
}

/* Answers of the terminal to questions of the program. */
static void on_answer(const char *bytes, size_t n, void *user)
{
	struct tty *t = user;

	if (write(t->master, bytes, n) < 0)
		t->ended = true;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void start_emulator(struct tty *t)
{
	t->vt = vterm_new(t->rows, t->cols);
	vterm_set_utf8(t->vt, 1);
	vterm_output_set_callback(t->vt, on_answer, t);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	t->cursor_visible = true;
}

/* --- the program */

const char *const *tty_german(void)
{
	static const char *const env[] = {"LANG=de_DE.UTF-8", "LANGUAGE=de", NULL};
	locale_t german = newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0);

	if (!german) {
		print_message("there is no locale de_DE.UTF-8 (bootstrap makes it)\n");
		skip();
	}
	freelocale(german);
	return env;
}

static void add_environment(struct strv *env, const struct tty *t, const char *const *more)
{
	static const char *const kept[] = {
		"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", NULL};
	char here[4096];

	for (int i = 0; kept[i]; i++)
		if (getenv(kept[i]))
			strv_pushf(env, "%s=%s", kept[i], getenv(kept[i]));
	strv_pushf(env, "HOME=%s", t->home);
	if (getenv("SLIPWAY_TEMPLATES") || getenv("SLIPWAY_TEMPLATEDIR"))
		strv_pushf(env, "SLIPWAY_TEMPLATES=%s",
			getenv("SLIPWAY_TEMPLATES") ? getenv("SLIPWAY_TEMPLATES")
						    : getenv("SLIPWAY_TEMPLATEDIR"));
	/* The tests run in the build directory, where the catalogues are made. */
	if (getcwd(here, sizeof(here)))
		strv_pushf(env, "SLIPWAY_LOCALEDIR=%s/tests/screen/locale", here);
	strv_push_all(env, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC", NULL);
	for (; more && *more; more++) {
		size_t name = strcspn(*more, "=") + 1;

		for (size_t i = 0; i < env->n; i++)
			if (strncmp(env->items[i], *more, name) == 0)
				strv_remove(env, i--);
		strv_push(env, *more);
	}
}

struct tty *tty_start(const struct tty_spec *spec)
{
	char home[] = "/tmp/slipway-screen-XXXXXX";
	struct tty *t = xcalloc(1, sizeof(*t));
	AUTO(strv) struct strv env = STRV_INIT;
	struct winsize size;

	t->rows = spec->rows ? spec->rows : ROWS;
	t->cols = spec->cols ? spec->cols : COLS;
	size = (struct winsize){
		.ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols};
	str_init(&t->output, OUTPUT_MAX);
	str_init(&t->row, STR_LINE);
	assert_non_null(mkdtemp(home));
	t->home = xstrdup(home);
	add_environment(&env, t, spec->env);
	start_emulator(t);
	t->pid = forkpty(&t->master, NULL, NULL, &size);
	assert_true(t->pid >= 0);
	if (t->pid == 0) {
		if (spec->at_home && chdir(t->home) != 0)
			_exit(126);
		execve(spec->argv[0], (char *const *)(uintptr_t)spec->argv, env.items);
		_exit(127);
	}
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	return t;
}

char *tty_program(const char *name)
{
	autofree char *here = getcwd(NULL, 0);

	assert_non_null(here);
	return xasprintf("%s/%s", here, name);
}

struct tty *tty_shell(const char *host, int rows, int cols)
{
	static const char *const argv[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
	autofree char *slipway = tty_program("slipway"), *program = NULL, *docker = NULL;
	const char *env[4] = {"PS1=shell> "};
	struct tty_spec spec = {.argv = argv, .env = env, .rows = rows, .cols = cols};
	struct tty *t;

	env[1] = program = xasprintf("SLIPWAY=%s", slipway);
	if (host)
		env[2] = docker = xasprintf("DOCKER_HOST=%s", host);
	t = tty_start(&spec);
	expect_text(t, "shell>");
	tty_send(t, "cd; clear\r");
	return t;
}

static bool is_free(int port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	autoclose int six = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autoclose int four = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (four < 0 || bind(four, (struct sockaddr *)&any4, sizeof(any4)) != 0)
		return false;
	/* A machine without IPv6 has nobody there. */
	return six < 0 || setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)) != 0 ||
	       bind(six, (struct sockaddr *)&any, sizeof(any)) == 0 || errno != EADDRINUSE;
}

int tty_free_port(void)
{
	enum { FIRST = 20000, MANY = 10000 };
	static int tried;

	for (int i = 0; i < MANY; i++) {
		/* Tests that run at the same time begin apart. */
		int port = FIRST + (getpid() * 7 + tried++) % MANY;

		if (is_free(port))
			return port;
	}
	fail_msg("none of %d ports is free", MANY);
	return -1;
}

void tty_remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		autofree char *below = xasprintf("%s/%s", path, e->d_name);

		if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
			continue;
		if (e->d_type == DT_DIR)
			tty_remove_tree(below);
		else
			unlink(below);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

void tty_free(struct tty *t)
{
	if (!t)
		return;
	if (t->master >= 0)
		close(t->master);
	if (!t->reaped) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	vterm_free(t->vt);
	tty_remove_tree(t->home);
	free(t->home);
	str_done(&t->output);
	str_done(&t->row);
	free(t);
}

const char *tty_home(const struct tty *t)
{
	return t->home;
}

void tty_put_file(const struct tty *t, const char *name, const char *text)
{
	autofree char *path = xasprintf("%s/%s", t->home, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

char *tty_get_file(const struct tty *t, const char *name)
{
	autofree char *path = xasprintf("%s/%s", t->home, name);
	struct str text = STR_INIT(STR_FILE);
	FILE *f = fopen(path, "r");
	char bytes[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		str_addn(&text, bytes, n);
	fclose(f);
	return str_take(&text);
}

pid_t tty_pid(const struct tty *t)
{
	return t->pid;
}

void tty_send(struct tty *t, const char *bytes)
{
	size_t n = strlen(bytes);

	while (n) {
		ssize_t done = write(t->master, bytes, n);

		assert_true(done > 0 || errno == EINTR);
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
}

void tty_resize(struct tty *t, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, cols);
	assert_int_equal(ioctl(t->master, TIOCSWINSZ, &size), 0);
}

void tty_signal(struct tty *t, int signum)
{
	assert_int_equal(kill(t->pid, signum), 0);
}

void tty_hang_up(struct tty *t)
{
	close(t->master);
	t->master = -1;
	t->ended = true;
}

void tty_modes(struct tty *t, struct termios *ret)
{
	assert_int_equal(tcgetattr(t->master, ret), 0);
}

/* --- what is seen */

struct tty_cell tty_cell(struct tty *t, int row, int col)
{
	VTermPos pos = {.row = row, .col = col};
	struct tty_cell cell = {.width = 1};
	VTermScreenCell c;
	struct str text = STR_INIT(sizeof(cell.text) - 1);

	if (!vterm_screen_get_cell(t->screen, pos, &c))
		return cell;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c.chars[i] && c.chars[i] != (uint32_t)-1;
		i++) {
		uint32_t u = c.chars[i];

		if (u < 0x80)
			str_addf(&text, "%c", (int)u);
		else if (u < 0x800)
			str_addf(&text, "%c%c", (int)(0xc0 | u >> 6), (int)(0x80 | (u & 63)));
		else if (u < 0x10000)
			str_addf(&text, "%c%c%c", (int)(0xe0 | u >> 12),
				(int)(0x80 | (u >> 6 & 63)), (int)(0x80 | (u & 63)));
		else
			str_addf(&text, "%c%c%c%c", (int)(0xf0 | u >> 18),
				(int)(0x80 | (u >> 12 & 63)), (int)(0x80 | (u >> 6 & 63)),
				(int)(0x80 | (u & 63)));
	}
	memcpy(cell.text, str_text(&text), text.len);
	str_done(&text);
	cell.width = c.width ? c.width : 1;
	cell.bold = c.attrs.bold;
	cell.underline = c.attrs.underline != 0;
	cell.reverse = c.attrs.reverse;
	cell.coloured = !VTERM_COLOR_IS_DEFAULT_FG(&c.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&c.bg);
	return cell;
}

static void row_text(struct tty *t, int row)
{
	str_clear(&t->row);
	for (int col = 0; col < t->cols;) {
		struct tty_cell cell = tty_cell(t, row, col);

		str_add(&t->row, cell.text[0] ? cell.text : " ");
		col += cell.width;
	}
	while (t->row.len && t->row.data[t->row.len - 1] == ' ')
		str_cut(&t->row, t->row.len - 1);
}

const char *tty_row(struct tty *t, int row)
{
	row_text(t, row);
	return str_text(&t->row);
}

/* Cells before a byte offset of a row. */
static int column_of(struct tty *t, int row, size_t offset)
{
	size_t bytes = 0;

	for (int col = 0; col < t->cols;) {
		struct tty_cell cell = tty_cell(t, row, col);

		if (bytes >= offset)
			return col;
		bytes += cell.text[0] ? strlen(cell.text) : 1;
		col += cell.width;
	}
	return t->cols;
}

int tty_find(struct tty *t, const char *text, int *ret_col)
{
	for (int row = 0; row < t->rows; row++) {
		const char *line = tty_row(t, row), *at = strstr(line, text);

		if (!at)
			continue;
		if (ret_col)
			*ret_col = column_of(t, row, (size_t)(at - line));
		return row;
	}
	return -1;
}

bool tty_altscreen(const struct tty *t)
{
	return t->altscreen;
}

bool tty_cursor_visible(const struct tty *t)
{
	return t->cursor_visible;
}

void tty_cursor(const struct tty *t, int *row, int *col)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
	*row = pos.row;
	*col = pos.col;
}

const struct str *tty_output(const struct tty *t)
{
	return &t->output;
}

void tty_forget(struct tty *t)
{
	str_clear(&t->output);
}

void tty_dump(struct tty *t)
{
	fprintf(stderr, "--- screen, %d x %d%s%s\n", t->cols, t->rows,
		t->altscreen ? "" : ", not the alternate one",
		t->ended ? ", the program has closed it" : "");
	for (int row = 0; row < t->rows; row++)
		fprintf(stderr, "|%s\n", tty_row(t, row));
	fprintf(stderr, "---\n");
}

/* --- waiting */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Takes what the program wrote, waiting up to until_ms for something; false when nothing came. */
static bool take_output(struct tty *t, int64_t until_ms)
{
	struct pollfd p = {.fd = t->master, .events = POLLIN};
	int64_t left = until_ms - now_ms();
	char bytes[65536];
	ssize_t n;

	if (t->ended || poll(&p, 1, left > 0 ? (int)left : 0) <= 0)
		return false;
	n = read(t->master, bytes, sizeof(bytes));
	if (n <= 0) {
		t->ended = true;
		return false;
	}
	str_addn(&t->output, bytes, (size_t)n);
	vterm_input_write(t->vt, bytes, (size_t)n);
	vterm_screen_flush_damage(t->screen);
	return true;
}

/* In the middle of a synchronised update: what is on the screen is half a picture. */
static bool in_frame(const struct tty *t)
{
	static const char mark[] = "\033[?2026";
	size_t n = sizeof(mark) - 1;

	for (size_t i = t->output.len; i-- > 0;)
		if (i + n < t->output.len && memcmp(t->output.data + i, mark, n) == 0)
			return t->output.data[i + n] == 'h';
	return false;
}

void tty_wait(struct tty *t, tty_condition *is, const void *arg, const char *what, const char *file,
	int line)
{
	int64_t until = now_ms() + DEADLINE_MS;

	while (in_frame(t) || !is(t, arg)) {
		if (take_output(t, until))
			continue;
		if (t->ended || now_ms() >= until) {
			tty_dump(t);
			fprintf(stderr, "waited in vain for: %s\n", what);
			_fail(file, line);
		}
	}
}

static bool has_text(struct tty *t, const void *text)
{
	return tty_find(t, text, NULL) >= 0;
}

static bool has_no_text(struct tty *t, const void *text)
{
	return !has_text(t, text);
}

void tty_wait_text(struct tty *t, const char *text, const char *file, int line)
{
	tty_wait(t, has_text, text, text, file, line);
}

void tty_wait_no_text(struct tty *t, const char *text, const char *file, int line)
{
	autofree char *what = xasprintf("no \"%s\"", text);

	tty_wait(t, has_no_text, text, what, file, line);
}

struct place {
	int row, col;
	const char *text, *beside;
};

static bool stands_at(struct tty *t, const void *arg)
{
	const struct place *p = arg;
	const char *line = tty_row(t, p->row), *at = line;

	while ((at = strstr(at, p->text))) {
		if (column_of(t, p->row, (size_t)(at - line)) == p->col)
			return true;
		line = tty_row(t, p->row);
		at++;
	}
	return false;
}

void tty_wait_at(struct tty *t, int row, int col, const char *text, const char *file, int line)
{
	struct place p = {.row = row, .col = col, .text = text};
	autofree char *what = xasprintf("\"%s\" at row %d, column %d", text, row, col);

	tty_wait(t, stands_at, &p, what, file, line);
}

static bool stand_beside(struct tty *t, const void *arg)
{
	const struct place *p = arg;

	for (int row = 0; row < t->rows; row++) {
		const char *line = tty_row(t, row);

		if (strstr(line, p->text) && strstr(line, p->beside))
			return true;
	}
	return false;
}

void tty_wait_beside(
	struct tty *t, const char *text, const char *beside, const char *file, int line)
{
	struct place p = {.text = text, .beside = beside};
	autofree char *what = xasprintf("\"%s\" in one row with \"%s\"", text, beside);

	tty_wait(t, stand_beside, &p, what, file, line);
}

int tty_wait_end(struct tty *t, const char *file, int line)
{
	int64_t until = now_ms() + DEADLINE_MS;

	/* The terminal closes when the last process that has it is gone. */
	while (!t->ended && now_ms() < until)
		take_output(t, until);
	if (!t->ended) {
		tty_dump(t);
		fprintf(stderr, "waited in vain for the end of the program\n");
		_fail(file, line);
	}
	if (!t->reaped)
		waitpid(t->pid, &t->status, 0);
	t->reaped = true;
	return t->status;
}
