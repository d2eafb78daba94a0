/* SPDX-License-Identifier: MIT */
/*
 * The panel on services that really run (process engine): what it shows, what its keys do, and that
 * nothing a service says reaches the terminal but as text. What a service says and how it fares is
 * steered by files below its project.
 */
#include "unit.h"

#include "screen.h"

#include "base/strv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* One project for all tests: its services go on running from test to test. */
struct stage {
	char *dir, *slipway;
};

static const char stack[] =
	"slipway: 1\n"
	"stack: stage\n"
	"title: Stage\n"
	"compose: {files: [compose.yaml]}\n"
	"pages:\n"
	"  - title: Stage\n"
	"    settings:\n"
	"      - {name: PLAY, title: Play, default: Hamlet, used_by: [talk]}\n"
	"services:\n"
	"  talk:\n"
	"    process:\n"
	"      command: [tail, -n, '+1', -F, talk.txt]\n"
	"      environment: {STAGE: center}\n"
	"      health: {test: [test, -e, talk.txt], interval: 200ms, retries: 2}\n"
	"      restart: unless-stopped\n"
	"  other:\n"
	"    process:\n"
	"      command: [tail, -n, '+1', -F, other.txt]\n"
	"      restart: unless-stopped\n"
	"  sick:\n"
	"    process:\n"
	"      command: [tail, -n, '+1', -F, sick.txt]\n"
	"      health: {test: [sh, check.sh], interval: 200ms, retries: 2}\n"
	"      restart: unless-stopped\n"
	"  broken:\n"
	"    process:\n"
	"      command: [sh, -c, 'echo \"ERROR: the vault is locked\" >&2; exit 127']\n"
	"  job:\n"
	"    process:\n"
	"      command: [echo, all swept]\n"
	"      oneshot: true\n"
	"  last:\n"
	"    process:\n"
	"      command: [sleep, '100000']\n";

static const char compose[] =
	"name: stage\n"
	"services:\n"
	"  talk: {image: x, restart: always}\n"
	"  other: {image: x, restart: always}\n"
	"  sick: {image: x, restart: always, depends_on: {talk: {condition: service_healthy}}}\n"
	"  broken: {image: x}\n"
	"  job: {image: x, depends_on: {talk: {condition: service_healthy}}}\n"
	"  last: {image: x, restart: always, depends_on: {sick: {condition: service_healthy}}}\n";

static void put(const struct stage *s, const char *name, const void *data, size_t n, bool append)
{
	autofree char *path = xasprintf("%s/%s", s->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), (int)n);
	close(fd);
}

static void put_text(const struct stage *s, const char *name, const char *text)
{
	put(s, name, text, strlen(text), false);
}

/* A service says a line. */
static void say(const struct stage *s, const char *service, const char *text)
{
	autofree char *name = xasprintf("%s.txt", service);
	autofree char *line = xasprintf("%s\n", text);

	put(s, name, line, strlen(line), true);
}

/* Runs the program for its exit status; what it prints is dropped. */
static int run(const struct stage *s, const char *const *args)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	int status;
	pid_t pid;

	strv_push_all(&argv, s->slipway, "-C", s->dir, "--engine", "process", NULL);
	for (; *args; args++)
		strv_push(&argv, *args);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		setenv("HOME", s->dir, 1);
		execv(s->slipway, argv.items);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(s, ...) run(s, (const char *const[]){__VA_ARGS__, NULL})

static struct tty *panel_of(const struct stage *s, int rows, int cols, const char *const *env)
{
	const char *argv[] = {
		s->slipway, "-C", s->dir, "--engine", "process", "panel", "--tail", "all", NULL};
	struct tty_spec spec = {.rows = rows, .cols = cols, .argv = argv, .env = env};

	return tty_start(&spec);
}

/* The panel with its first full picture. */
static struct tty *open_panel(const struct stage *s)
{
	struct tty *t = panel_of(s, 30, 100, NULL);

	expect_beside(t, "talk", "healthy");
	expect_text(t, "follow");
	return t;
}

static void leave(struct tty *t)
{
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	assert_false(tty_altscreen(t));
	tty_free(t);
}

/* Selects a service from wherever the selection is. */
static void select_service(struct tty *t, const char *name)
{
	autofree char *here = xasprintf("▸ %s", name);

	tty_send(t, "\033OH");
	expect_text(t, "▸ talk");
	for (int i = 0; i < 6 && tty_find(t, here, NULL) < 0; i++) {
		int row = tty_find(t, "▸ ", NULL);

		assert_true(row >= 0);
		tty_send(t, KEY_SEQ_DOWN);
		expect_at(t, row + 1, 1, "▸");
	}
	expect_text(t, here);
}

/* --- actions ------------------------------------------------------------------------------------
 */

static void test_services_stop_start_and_restart(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	select_service(t, "other");
	expect_beside(t, "other", "unchecked");
	tty_send(t, "s");
	expect_text(t, "other: stop?");
	/* No answer is none. */
	tty_send(t, "\033");
	expect_no_text(t, "other: stop?");
	expect_beside(t, "other", "unchecked");
	tty_send(t, "s");
	expect_text(t, "other: stop?");
	tty_send(t, "y");
	expect_beside(t, "▸ other", "stopped");
	expect_text(t, "why other does not run");
	expect_text(t, "other: stopped");
	/* What does not run cannot be stopped, and that is said. */
	tty_send(t, "s");
	expect_text(t, "it does not run");
	tty_send(t, "S");
	expect_text(t, "other: started");
	expect_beside(t, "▸ other", "unchecked");
	tty_send(t, "r");
	expect_text(t, "other: restart?");
	tty_send(t, "y");
	expect_text(t, "other: restarted");
	expect_beside(t, "▸ other", "unchecked");
	leave(t);
	/* Leaving the panel stops nothing. */
	t = open_panel(s);
	expect_beside(t, "other", "unchecked");
	leave(t);
}

static void test_the_menu_of_actions(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	select_service(t, "other");
	tty_send(t, "a");
	expect_text(t, "Stop the selected service");
	expect_text(t, "Make the selected service anew");
	/* Only what can be done now. */
	expect_no_text(t, "Start the selected service");
	tty_send(t, "\033");
	expect_no_text(t, "Stop the selected service");
	tty_send(t, "R");
	expect_text(t, "other: recreate?");
	expect_text(t, "Its container is removed");
	/* Enter alone loses nothing. */
	tty_send(t, "\r");
	expect_no_text(t, "other: recreate?");
	tty_send(t, "a");
	expect_text(t, "Make the selected service anew");
	tty_send(t, "\033OA");
	for (int i = 0; i < 5; i++)
		tty_send(t, KEY_SEQ_DOWN);
	tty_send(t, "\r");
	expect_text(t, "other: recreate?");
	tty_send(t, "y");
	expect_text(t, "other: recreated");
	expect_beside(t, "▸ other", "unchecked");
	leave(t);
}

static void test_filter_and_order_of_the_services(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	select_service(t, "last");
	tty_send(t, "/");
	expect_text(t, "filter:");
	tty_send(t, "o");
	expect_text(t, "4 of 6");
	expect_no_text(t, "  sick ");
	tty_send(t, "TH");
	expect_text(t, "1 of 6");
	expect_text(t, "▸ other");
	expect_text(t, "logs: other");
	/* The filter stays in force, and is seen to. */
	tty_send(t, "\r");
	expect_text(t, "Enter details");
	expect_text(t, "1 of 6");
	tty_send(t, "/zzz");
	expect_text(t, "0 of 6");
	expect_text(t, "no service fits the filter");
	/* Nothing is selected: nothing can be done to it. */
	tty_send(t, "\r");
	expect_text(t, "logs: all services");
	tty_send(t, "r");
	expect_text(t, "no service is selected");
	tty_send(t, "\033");
	expect_text(t, "▸ talk ");
	expect_no_text(t, "of 6");
	/* By state: unhealthy. */
	tty_send(t, "/unhealthy\r");
	expect_text(t, "1 of 6");
	expect_text(t, "▸ sick");
	expect_text(t, "Enter details");
	tty_send(t, "\033");
	expect_no_text(t, "of 6");
	expect_at(t, 3, 3, "talk");
	tty_send(t, "o");
	expect_text(t, "by name");
	expect_at(t, 3, 3, "broken");
	expect_at(t, 8, 3, "talk");
	/* The selection went with its service. */
	expect_text(t, "▸ sick");
	tty_send(t, "o");
	expect_text(t, "by state");
	expect_at(t, 3, 3, "broken");
	expect_at(t, 4, 3, "sick");
	tty_send(t, "ooo");
	expect_at(t, 3, 3, "talk");
	leave(t);
}

/* A shell waits for a command: the cursor is behind a prompt, with nothing typed, and the shell
 * reads keys itself by now (a Ctrl-C before that brings no new prompt). */
static bool prompts(struct tty *t, const void *arg)
{
	struct termios modes;
	const char *text;
	int row, col;

	(void)arg;
	tty_modes(t, &modes);
	if (modes.c_lflag & ICANON)
		return false;
	tty_cursor(t, &row, &col);
	text = tty_row(t, row);
	return *text && (int)strlen(text) == col - 1 && strchr("#$", text[strlen(text) - 1]);
}

static void test_a_shell_and_back(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	select_service(t, "talk");
	for (int i = 0; i < 2; i++) {
		autofree char *where = xasprintf("echo $STAGE-$((40 + %d)); ls *.yaml\r", i);
		autofree char *there = xasprintf("center-4%d", i);
		autofree char *more = xasprintf("echo still $((20 + %d))\r", i);
		autofree char *still = xasprintf("still 2%d", i);

		tty_send(t, "e");
		expect_text(t, "A shell in talk.");
		assert_false(tty_altscreen(t));
		/* In its directory and environment. */
		expect_that(t, prompts, NULL, "a prompt");
		tty_send(t, where);
		expect_text(t, there);
		expect_text(t, "compose.yaml");
		/* The keys of the terminal are the shell's. */
		expect_that(t, prompts, NULL, "a prompt");
		if (!i) {
			/* It answers, so it is the one that the terminal's keys go to. */
			tty_send(t, "echo $((1 + 1))nd; sed -u s/^/got-/\r");
			expect_text(t, "2nd");
			tty_send(t, "x\r");
			expect_text(t, "got-x");
			tty_send(t, CTRL_KEY('c'));
			expect_text(t, "^C");
			expect_that(t, prompts, NULL, "a prompt");
		}
		tty_send(t, more);
		expect_text(t, still);
		tty_resize(t, 25 + i, 90);
		tty_send(t, "echo r''c3; (exit 3)\r");
		expect_text(t, "rc3");
		expect_that(t, prompts, NULL, "a prompt");
		tty_send(t, i ? CTRL_KEY('d') : "exit\r");
		expect_text(t, "the shell in talk has ended");
		assert_true(tty_altscreen(t));
		expect_beside(t, "▸ talk", "healthy");
		tty_send(t, "?");
		expect_text(t, "Keys: Panel");
		tty_send(t, "q");
		expect_text(t, "Enter details");
	}
	leave(t);
}

static void test_graph_shows_who_waits_for_whom(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	select_service(t, "sick");
	tty_send(t, "g");
	expect_text(t, "who waits for whom: 3 layers");
	expect_beside(t, "▸ 2   sick", "✓ talk healthy");
	expect_beside(t, "1 ▲ talk", "waits for nothing");
	expect_beside(t, "3 ▼ last", "✖ sick healthy");
	tty_resize(t, 24, 80);
	expect_beside(t, "3 ▼ last", "✖ sick healthy");
	tty_send(t, KEY_SEQ_DOWN KEY_SEQ_DOWN);
	expect_text(t, "▸ 3   last");
	expect_text(t, "what last needs");
	tty_send(t, "\r");
	expect_text(t, "starts when sick is healthy");
	tty_send(t, "q");
	expect_text(t, "▸ 3   last");
	tty_send(t, "g");
	expect_text(t, "Enter details  l logs");
	leave(t);
}

/* --- why ----------------------------------------------------------------------------------------
 */

static void test_why_tells_what_the_health_check_said(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	say(s, "sick", "ERROR cannot reach the doctor");
	select_service(t, "sick");
	expect_beside(t, "▸ sick", "unhealthy");
	expect_text(t, "why sick is not healthy");
	expect_text(t, "the pulse is 0, expected 60");
	expect_text(t, "first error since start: ERROR cannot reach the doctor");
	tty_send(t, "\r");
	expect_text(t, "health check every 0.2 s");
	expect_text(t, "exit 3: the pulse is 0, expected 60");
	expect_text(t, "starts when talk is healthy");
	expect_text(t, "ERROR cannot reach the doctor");
	tty_send(t, "q");
	select_service(t, "broken");
	expect_text(t, "exited with 127: the command was not found");
	expect_text(t, "first error since start: ERROR: the vault is locked");
	tty_send(t, "\r");
	expect_text(t, "exited with 127: the command was not found");
	tty_send(t, "q");
	leave(t);
}

/* --- logs ---------------------------------------------------------------------------------------
 */

static bool nothing_of(struct tty *t, const void *text)
{
	return tty_find(t, text, NULL) < 0;
}

/* Opens the log view of all services with 200 numbered lines of talk. */
static struct tty *open_logs(const struct stage *s)
{
	AUTO(str) struct str lines = STR_INIT(STR_LINE);
	struct tty *t;

	str_add(&lines, "INFO curtain up\n");
	for (int i = 1; i <= 200; i++)
		str_addf(&lines, "%s line %03d of the play\n", i % 50 ? "INFO" : "ERROR", i);
	put(s, "talk.txt", str_text(&lines), lines.len, false);
	assert_int_equal(RUN(s, "restart", "--yes", "talk"), 0);
	t = panel_of(s, 30, 100, NULL);
	expect_beside(t, "talk", "healthy");
	expect_text(t, "line 200 of the play");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	expect_text(t, "line 200 of the play");
	return t;
}

static void test_logs_follow_and_stay(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	expect_text(t, "follow");
	say(s, "talk", "a line that comes while one looks");
	expect_text(t, "a line that comes while one looks");
	/* The reader stays where he is while lines keep coming. */
	tty_send(t, "\033[5~");
	expect_text(t, "stopped here");
	expect_that(t, nothing_of, "a line that comes", "older lines");
	say(s, "talk", "a line that nobody waits for");
	expect_text(t, "stopped here");
	tty_send(t, "f");
	expect_text(t, "a line that nobody waits for");
	tty_send(t, "f");
	expect_text(t, "stopped here");
	say(s, "talk", "one more");
	tty_send(t, "G");
	expect_text(t, "one more");
	expect_text(t, "follow");
	tty_send(t, "g");
	expect_no_text(t, "one more");
	expect_text(t, "stopped here");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	leave(t);
}

static bool is_marked(struct tty *t, const void *text)
{
	int col, row = tty_find(t, text, &col);

	return row >= 0 && tty_cell(t, row, col).reverse;
}

static void test_logs_search(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	tty_send(t, "/");
	expect_text(t, "search:");
	tty_send(t, "LINE 05");
	/* Marked while it is typed, found with Enter: the newest hit first. */
	tty_send(t, "\r");
	expect_text(t, "line 059 of the play");
	expect_no_text(t, "line 060 of the play");
	expect_that(t, is_marked, "line 059", "the hit is marked");
	tty_send(t, "N");
	expect_text(t, "line 058 of the play");
	expect_no_text(t, "line 059 of the play");
	tty_send(t, "N");
	expect_no_text(t, "line 058 of the play");
	tty_send(t, "n");
	expect_text(t, "line 058 of the play");
	expect_no_text(t, "line 059 of the play");
	for (int i = 0; i < 2; i++)
		tty_send(t, "n");
	expect_text(t, "no further one");
	/* Esc forgets what was typed, not what was there before. */
	tty_send(t, "/");
	expect_text(t, "search:");
	tty_send(t, "zzz\033");
	expect_no_text(t, "search:");
	expect_text(t, "/ LINE 05");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	leave(t);
}

static void test_logs_filter_level_and_service(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	tty_send(t, "&");
	expect_text(t, "only lines with:");
	tty_send(t, "7 of the play\r");
	expect_text(t, "line 197 of the play");
	expect_text(t, "line 017 of the play");
	expect_no_text(t, "line 198 of the play");
	expect_text(t, "with \"7 of the play\"");
	tty_send(t, "&\x15\r");
	expect_text(t, "line 198 of the play");
	/* info, warnings, errors */
	tty_send(t, "vvv");
	expect_text(t, "error and worse");
	expect_text(t, "line 050 of the play");
	expect_text(t, "line 200 of the play");
	expect_no_text(t, "line 198 of the play");
	tty_send(t, "v");
	expect_text(t, "line 198 of the play");
	/* To the errors, one by one. */
	tty_send(t, "E");
	expect_no_text(t, "line 200 of the play");
	expect_text(t, "line 150 of the play");
	tty_send(t, "e");
	expect_text(t, "line 200 of the play");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	/* One service alone, and its lines counted alone. */
	select_service(t, "other");
	tty_send(t, "l");
	expect_text(t, "logs: other");
	expect_text(t, "the other side");
	expect_no_text(t, "of the play");
	expect_text(t, "4 lines ·");
	tty_send(t, "s");
	expect_text(t, "logs: all services");
	expect_text(t, "of the play");
	expect_no_text(t, " 4 lines ·");
	tty_send(t, "s");
	expect_text(t, "logs: other");
	expect_no_text(t, "of the play");
	tty_send(t, "q");
	leave(t);
}

static void test_a_flood_is_passed_over_and_held(void **state)
{
	const struct stage *s = *state;
	AUTO(str) struct str lines = STR_INIT(8 * (size_t)STR_LINE);
	struct tty *t = open_panel(s);

	tty_send(t, "l");
	expect_text(t, "logs: all services");
	for (int i = 1; i <= 9000; i++)
		str_addf(&lines, "water %05d\n", i);
	put(s, "other.txt", str_text(&lines), lines.len, true);
	expect_text(t, "water 09000");
	expect_text(t, "skipped: they came too fast to be seen");
	/* The mark goes with the lines it stands for. */
	for (int i = 0; i < 40; i++) {
		autofree char *drop = xasprintf("drop %02d", i);

		say(s, "other", drop);
		expect_text(t, drop);
	}
	expect_no_text(t, "skipped");
	/* A few lines more than there is room for are no flood. */
	str_clear(&lines);
	for (int i = 1; i <= 24; i++)
		str_addf(&lines, "rain %02d\n", i);
	put(s, "other.txt", str_text(&lines), lines.len, true);
	expect_text(t, "rain 24");
	expect_no_text(t, "skipped");
	tty_send(t, "/water 04500\r");
	expect_text(t, "water 04500");
	expect_text(t, "water 04499");
	expect_no_text(t, "water 09000");
	expect_no_text(t, "skipped");
	tty_send(t, "q");
	expect_text(t, "Enter details");
	leave(t);
}

/* --- hostile text -------------------------------------------------------------------------------
 */

static size_t count(struct tty *t, const char *bytes, size_t n)
{
	const struct str *out = tty_output(t);
	size_t found = 0;

	for (size_t i = 0; i + n <= out->len; i++)
		found += memcmp(out->data + i, bytes, n) == 0;
	return found;
}
#define assert_never(t, bytes) assert_int_equal(count(t, bytes, sizeof(bytes) - 1), 0)

static void assert_harmless(struct tty *t)
{
	assert_never(t, "\033]");
	assert_never(t, "\033P");
	assert_never(t, "\033_");
	assert_never(t, "\033^");
	assert_never(t, "\033X");
	assert_never(t, "\033c");
	assert_never(t, "\033[5i");
	assert_never(t, "\033[31mred");
	assert_never(t, "\033[6n");
	assert_never(t, "\033[2Jgone");
	assert_never(t, "\033[?1049hgone");
	assert_never(t, "\xc2\x9b");
	assert_never(t, "\xc2\x9d");
	assert_never(t, "\xe2\x80\xae");
	assert_never(t, "\xe2\x81\xa6");
	assert_never(t, "\xff");
	assert_never(t, "PAYLOAD");
}

#define HOSTILE                                                                                 \
	"\033[31mred\033[0m \033]52;c;UEFZTE9BRA==PAYLOAD\007copied \033]0;PAYLOAD\033\\title " \
	"\033Pq PAYLOAD\033\\dcs \233"                                                          \
	"31mc1 \235"                                                                            \
	"0;PAYLOAD\234osc \302\233"                                                             \
	"32mtwo "                                                                               \
	"\033[2Jgone\033[?1049hgone\033[6n\033c\033[5i \342\200\256txt.exe \342\201\246iso "    \
	"\377\376 bad \355\240\200 sur\007\010 e\314\201 \346\274\242\345\255\227 "             \
	"\360\237\246\204 end"

static void test_hostile_lines_are_text(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	AUTO(str) struct str large = STR_INIT(2 * STR_LINE);

	say(s, "talk", HOSTILE " one");
	expect_text(t, "漢字");
	expect_text(t, "copied");
	say(s, "talk", "\033]52;c;PAYLOAD that never ends");
	for (int i = 0; i < 70000; i++)
		str_addc(&large, (char)('a' + i % 26));
	say(s, "talk", str_text(&large));
	say(s, "talk", "after the long one \xe6\xbc");
	expect_text(t, "after the long one");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	expect_text(t, "copied");
	for (int i = 0; i < 12; i++)
		tty_send(t, KEY_SEQ_RIGHT);
	expect_no_text(t, "copied");
	tty_send(t, "/red\r");
	expect_text(t, "/ red");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	put_text(s, "check.sh",
		"printf '"
		"%b"
		"' '\\033]52;c;PAYLOAD\\007\\033[31mred pulse\\0233"
		"31m\\nsecond\\xff'; exit 3\n");
	select_service(t, "sick");
	expect_text(t, "red pulse");
	tty_send(t, "\r");
	expect_text(t, "exit 3: red pulse");
	tty_send(t, "q");
	say(s, "sick", "ERROR " HOSTILE);
	expect_text(t, "SERVICE");
	assert_harmless(t);
	leave(t);
	put_text(s, "check.sh", "echo 'the pulse is 0, expected 60'; exit 3\n");
}

static void test_wide_lines_stay_in_their_row(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	int row, col;

	str_add(&line, "wide ");
	for (int i = 0; i < 200; i++)
		str_add(&line, i % 2 ? "漢" : "é");
	say(s, "talk", str_text(&line));
	say(s, "talk", "the row below");
	expect_text(t, "the row below");
	expect_text(t, "wide é漢é");
	row = tty_find(t, "wide é漢", &col);
	assert_true(row >= 0);
	assert_int_equal(tty_find(t, "the row below", NULL), row + 1);
	/* The cut is marked at the edge, and nothing went over it. */
	assert_non_null(strstr(tty_row(t, row), "…"));
	assert_int_equal(tty_cell(t, row, col + 6).width, 2);
	leave(t);
}

/* --- window, colours, mouse ---------------------------------------------------------------------
 */

static void test_resize_at_any_moment(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = {{24, 80}, {20, 60}, {50, 200}, {24, 81}, {21, 61}, {40, 100}};
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	static const struct {
		const char *keys, *shows;
	} views[] = {{"", "Enter details"}, {"l", "one/all"}, {"q", "Enter details"},
		{"\r", "process "}, {"q", "Enter details"}, {"?", "Keys: Panel"},
		{"q", "Enter details"}, {":", "Commands"}};

	select_service(t, "other");
	for (size_t k = 0; k < sizeof(views) / sizeof(views[0]); k++) {
		tty_send(t, views[k].keys);
		expect_text(t, views[k].shows);
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			tty_resize(t, 10, 40);
			expect_text(t, "This window is 40 x 10.");
			tty_resize(t, 3, 12);
			expect_no_text(t, "This window is 40 x 10.");
			tty_resize(t, sizes[i].rows, sizes[i].cols);
			expect_text(t, views[k].shows);
		}
	}
	tty_send(t, "\033");
	tty_resize(t, 30, 100);
	/* What was selected still is. */
	tty_send(t, "\033");
	expect_text(t, "▸ other");
	tty_send(t, "q");
	expect_end(t);
	tty_free(t);
}

static void test_small_window_waits(void **state)
{
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 19, 59, NULL);

	expect_text(t, "This window is 59 x 19.");
	expect_text(t, "Slipway needs 60 x 20; it waits.");
	/* No key acts on what is not seen. */
	tty_send(t, "sy");
	/* Once this is seen, the keys have been read: they were there before. */
	tty_resize(t, 19, 58);
	expect_text(t, "This window is 58 x 19.");
	tty_resize(t, 20, 60);
	expect_beside(t, "talk", "healthy");
	expect_no_text(t, "stop?");
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

static void click(struct tty *t, int row, int col)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
		row + 1);
	tty_send(t, bytes);
}

static void wheel(struct tty *t, int row, int col, bool up)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM", up ? 64 : 65, col + 1, row + 1);
	tty_send(t, bytes);
}

static void test_mouse(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);
	int row, col;

	tty_send(t, "q");
	expect_text(t, "SERVICE");
	row = tty_find(t, "other", &col);
	click(t, row, col);
	expect_text(t, "▸ other");
	expect_text(t, "logs: other");
	row = tty_find(t, "talk", &col);
	click(t, row, col);
	expect_text(t, "logs: talk");
	expect_text(t, "line 200 of the play");
	wheel(t, 25, 10, true);
	expect_no_text(t, "line 200 of the play");
	wheel(t, 25, 10, false);
	expect_text(t, "line 200 of the play");
	/* The keys of the bottom line are buttons. */
	row = tty_find(t, "l logs", &col);
	click(t, row, col);
	expect_text(t, "one/all");
	row = tty_find(t, "Esc back", &col);
	click(t, row, col);
	expect_text(t, "SERVICE");
	leave(t);
}

static bool any_colour(struct tty *t)
{
	for (int row = 0; row < 30; row++)
		for (int col = 0; col < 100; col++)
			if (tty_cell(t, row, col).coloured)
				return true;
	return false;
}

static void test_without_colour(void **state)
{
	static const char *const env[] = {"NO_COLOR=1", NULL};
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 30, 100, env);

	expect_beside(t, "sick", "✖ unhealthy");
	expect_beside(t, "talk", "● healthy");
	assert_false(any_colour(t));
	leave(t);
	t = open_panel(s);
	assert_true(any_colour(t));
	leave(t);
}

static bool only_ascii(const struct str *out)
{
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)out->data[i] >= 0x80)
			return false;
	return true;
}

static void test_ascii(void **state)
{
	static const char *const env[] = {"LANG=C", NULL};
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 24, 80, env);

	say(s, "talk", "漢字 and “quotes”");
	expect_beside(t, "sick", "[!!] unhealthy");
	expect_beside(t, "talk", "[ok] healthy");
	expect_beside(t, "> talk", "healthy");
	expect_text(t, "and \"quotes\"");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	tty_send(t, "q?");
	expect_text(t, "Keys:");
	tty_send(t, "q");
	expect_no_text(t, "Keys:");
	assert_true(only_ascii(tty_output(t)));
	leave(t);
}

static void test_german(void **state)
{
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 24, 80, tty_german());

	expect_beside(t, "talk", "gesund");
	expect_beside(t, "sick", "ungesund");
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

static void test_help_lists_the_keys_of_the_view(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	tty_send(t, "?");
	expect_text(t, "Keys: Panel");
	expect_text(t, "Restart the selected service");
	tty_send(t, "q");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	tty_send(t, "?");
	expect_text(t, "Keys: Logs");
	expect_text(t, "Search, ignoring case; the hits are marked");
	expect_no_text(t, "Restart the selected service");
	tty_send(t, "qq");
	expect_text(t, "SERVICE");
	leave(t);
}

/* --- a deployment -------------------------------------------------------------------------------
 */

/* The same services in a project of their own, deployed on the screen. */
static struct tty *deploy(const struct stage *s, struct stage *fresh)
{
	autofree char *definition = xasprintf("%s/stack.yaml", s->dir);
	const char *argv[] = {s->slipway, "-C", fresh->dir, "--engine", "process", "setup",
		"--stack", definition, NULL};
	struct tty_spec spec = {.rows = 30, .cols = 100, .argv = argv};
	struct tty *t;

	fresh->dir = xasprintf("%s/fresh", s->dir);
	argv[2] = fresh->dir;
	fresh->slipway = s->slipway;
	assert_int_equal(mkdir(fresh->dir, 0755), 0);
	put_text(fresh, "compose.yaml", compose);
	put_text(fresh, "talk.txt", "INFO curtain up\n");
	put_text(fresh, "other.txt", "INFO the other side\n");
	put_text(fresh, "sick.txt", "");
	put_text(fresh, "check.sh", "echo fine\n");
	/* Once without a screen: what the second time is compared with. */
	assert_int_equal(RUN(fresh, "setup", "--stack", definition, "--batch", "--yes"), 0);
	assert_int_equal(RUN(fresh, "up", "--yes", "--plain"), 5);
	assert_int_equal(RUN(fresh, "down", "--yes"), 0);
	t = tty_start(&spec);
	expect_text(t, "Hamlet");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "\r");
	return t;
}

static void test_timeline_and_steps_of_a_deployment(void **state)
{
	struct stage fresh = {0};
	struct tty *t = deploy(*state, &fresh);

	expect_beside(t, "talk", "healthy");
	expect_beside(t, "sick", "healthy");
	expect_text(t, "deploy 000");
	tty_send(t, "t");
	expect_text(t, "timeline of deploy");
	expect_beside(t, "talk", "█");
	expect_beside(t, "sick", "█");
	expect_beside(t, "last", "█");
	expect_beside(t, "sick", "was ");
	expect_text(t, "░ is how long it took in deploy 0002");
	tty_send(t, "\033");
	tty_send(t, "p");
	expect_text(t, "steps of deploy");
	expect_beside(t, "broken", "exited with 127");
	tty_send(t, "G\033OF\r");
	expect_no_text(t, "▸ ○");
	tty_send(t, "\033\033");
	expect_text(t, "SERVICE");
	expect_text(t, "failed");
	tty_send(t, "q");
	assert_int_equal(WEXITSTATUS(expect_end(t)), 5);
	tty_free(t);
	assert_int_equal(RUN(&fresh, "down", "--yes"), 0);
	free(fresh.dir);
}

/* --- without the panel --------------------------------------------------------------------------
 */

/* One line a service, drawn again in place: of what it went through nothing is left. */
static void test_up_is_drawn_in_place(void **state)
{
	const struct stage *s = *state;
	autofree char *definition = xasprintf("%s/stack.yaml", s->dir);
	struct stage fresh = {.dir = xasprintf("%s/lines", s->dir), .slipway = s->slipway};
	const char *argv[] = {s->slipway, "-C", fresh.dir, "--engine", "process", "up", NULL};
	struct tty_spec spec = {.rows = 30, .cols = 70, .argv = argv};
	struct tty *t;

	assert_int_equal(mkdir(fresh.dir, 0755), 0);
	put_text(&fresh, "compose.yaml", compose);
	put_text(&fresh, "talk.txt", "INFO curtain up\n");
	put_text(&fresh, "other.txt", "");
	put_text(&fresh, "sick.txt", "");
	put_text(&fresh, "check.sh", "echo fine\n");
	assert_int_equal(RUN(&fresh, "setup", "--stack", definition, "--batch", "--yes"), 0);
	t = tty_start(&spec);
	assert_int_equal(WEXITSTATUS(expect_end(t)), 5);
	expect_beside(t, "● talk", "ready");
	expect_beside(t, "● sick", "ready");
	expect_beside(t, "✓ job", "done");
	expect_beside(t, "✖ broken", "failed");
	expect_beside(t, "✖ broken", "exited with 127");
	expect_no_text(t, "◐");
	expect_no_text(t, "waiting");
	assert_false(tty_altscreen(t));
	tty_free(t);
	assert_int_equal(RUN(&fresh, "down", "--yes"), 0);
	free(fresh.dir);
}

/* --- setup --------------------------------------------------------------------------------------
 */

static int begin(void **state)
{
	char dir[] = "/tmp/slipway-panel-XXXXXX";
	struct stage *s = xcalloc(1, sizeof(*s));
	autofree char *definition = NULL;
	char here[4096];

	if (!mkdtemp(dir) || !getcwd(here, sizeof(here)))
		return -1;
	s->dir = xstrdup(dir);
	s->slipway = xasprintf("%s/slipway", here);
	put_text(s, "stack.yaml", stack);
	put_text(s, "compose.yaml", compose);
	put_text(s, "talk.txt", "INFO curtain up\n");
	put_text(s, "other.txt", "INFO the other side\n");
	put_text(s, "sick.txt", "");
	put_text(s, "check.sh", "echo 'the pulse is 0, expected 60'; exit 3\n");
	*state = s;
	definition = xasprintf("%s/stack.yaml", dir);
	if (RUN(s, "setup", "--stack", definition, "--batch", "--yes") != 0)
		return -1;
	/* Some of them never become healthy. */
	RUN(s, "up", "--yes", "--plain");
	return 0;
}

static int end(void **state)
{
	struct stage *s = *state;
	autofree char *remove = NULL;
	pid_t pid;

	if (!s)
		return 0;
	RUN(s, "down", "--yes");
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", s->dir, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	free(s->dir);
	free(s->slipway);
	free(s);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services_stop_start_and_restart),
		cmocka_unit_test(test_the_menu_of_actions),
		cmocka_unit_test(test_filter_and_order_of_the_services),
		cmocka_unit_test(test_a_shell_and_back),
		cmocka_unit_test(test_graph_shows_who_waits_for_whom),
		cmocka_unit_test(test_why_tells_what_the_health_check_said),
		cmocka_unit_test(test_logs_follow_and_stay),
		cmocka_unit_test(test_logs_search),
		cmocka_unit_test(test_logs_filter_level_and_service),
		cmocka_unit_test(test_a_flood_is_passed_over_and_held),
		cmocka_unit_test(test_hostile_lines_are_text),
		cmocka_unit_test(test_wide_lines_stay_in_their_row),
		cmocka_unit_test(test_resize_at_any_moment),
		cmocka_unit_test(test_small_window_waits),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_without_colour),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_german),
		cmocka_unit_test(test_help_lists_the_keys_of_the_view),
		cmocka_unit_test(test_timeline_and_steps_of_a_deployment),
		cmocka_unit_test(test_up_is_drawn_in_place),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
