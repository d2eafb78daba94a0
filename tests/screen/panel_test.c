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
	const char *argv[] = {s->slipway, "-C", s->dir, "--engine", "process", "panel", NULL};
	struct tty_spec spec = {.rows = rows, .cols = cols, .argv = argv, .env = env};

	return tty_start(&spec);
}

/* The panel with its first full picture. */
static struct tty *open_panel(const struct stage *s)
{
	struct tty *t = panel_of(s, 30, 100, NULL);

	expect_beside(t, "talk", "healthy");
	expect_text(t, "curtain up");
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
	/* What does not run cannot be stopped, and that is said. */
	tty_send(t, "s");
	expect_text(t, "it does not run");
	tty_send(t, "S");
	expect_beside(t, "▸ other", "unchecked");
	expect_text(t, "other: started");
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
		cmocka_unit_test(test_why_tells_what_the_health_check_said),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
