/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "panel_stage.h"

#include "base/strv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

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

const char stage_compose[] =
	"name: stage\n"
	"services:\n"
	"  talk: {image: x, restart: always}\n"
	"  other: {image: x, restart: always}\n"
	"  sick: {image: x, restart: always, depends_on: {talk: {condition: service_healthy}}}\n"
	"  broken: {image: x}\n"
	"  job: {image: x, depends_on: {talk: {condition: service_healthy}}}\n"
	"  last: {image: x, restart: always, depends_on: {sick: {condition: service_healthy}}}\n";

void put(const struct stage *s, const char *name, const void *data, size_t n, bool append)
{
	autofree char *path = xasprintf("%s/%s", s->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), (int)n);
	close(fd);
}

void put_text(const struct stage *s, const char *name, const char *text)
{
	put(s, name, text, strlen(text), false);
}

void say(const struct stage *s, const char *service, const char *text)
{
	autofree char *name = xasprintf("%s.txt", service);
	autofree char *line = xasprintf("%s\n", text);

	put(s, name, line, strlen(line), true);
}

int run(const struct stage *s, const char *const *args)
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

struct tty *panel_of(const struct stage *s, int rows, int cols, const char *const *env)
{
	const char *argv[] = {
		s->slipway, "-C", s->dir, "--engine", "process", "panel", "--tail", "all", NULL};
	struct tty_spec spec = {.rows = rows, .cols = cols, .argv = argv, .env = env};

	return tty_start(&spec);
}

struct tty *open_panel(const struct stage *s)
{
	struct tty *t = panel_of(s, 30, 100, NULL);

	expect_beside(t, "talk", "healthy");
	expect_text(t, "follow");
	return t;
}

void leave(struct tty *t)
{
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	assert_false(tty_altscreen(t));
	tty_free(t);
}

struct tty *open_logs(const struct stage *s)
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

void select_service(struct tty *t, const char *name)
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

int stage_begin(void **state)
{
	char dir[] = "/tmp/slipway-panel-XXXXXX";
	struct stage *s = xcalloc(1, sizeof(*s));
	autofree char *definition = NULL;

	if (!mkdtemp(dir))
		return -1;
	s->dir = xstrdup(dir);
	s->slipway = tty_program("slipway");
	put_text(s, "stack.yaml", stack);
	put_text(s, "compose.yaml", stage_compose);
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

int stage_end(void **state)
{
	struct stage *s = *state;

	if (!s)
		return 0;
	RUN(s, "down", "--yes");
	tty_remove_tree(s->dir);
	free(s->dir);
	free(s->slipway);
	free(s);
	return 0;
}
