/* SPDX-License-Identifier: MIT */
/*
 * The whole way on one screen, on a host that is not this machine (tests/lib/elsewhere.h). On a
 * remote host each operation on a file takes a round trip or many: while a screen is shown none may
 * be made by the thread that draws it.
 */
#include "unit.h"

#include "base/mem.h"
#include "base/strv.h"
#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PROJECT "/srv/elsewhere/demo"

struct far {
	struct tty *t;
	char *program;
	char dir[64];
	char *root, *trace; /* as environment */
};

static int far_setup(void **state)
{
	struct far *f = xcalloc(1, sizeof(*f));
	autofree char *here = getcwd(NULL, 0);
	static const char *const dirs[] = {"srv", "srv/elsewhere", "srv/elsewhere/home",
		"srv/elsewhere/demo", "rest", "rest/run"};

	snprintf(f->dir, sizeof(f->dir), "/tmp/slipway-far-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		autofree char *path = xasprintf("%s/%s", f->dir, dirs[i]);

		assert_int_equal(mkdir(path, 0755), 0);
	}
	f->program = xasprintf("%s/tests/lib/slipway_elsewhere", here);
	f->root = xasprintf("SLIPWAY_ELSEWHERE=%s", f->dir);
	f->trace = xasprintf("SLIPWAY_ELSEWHERE_TRACE=%s/trace", f->dir);
	*state = f;
	return 0;
}

static int run_program(const char *const *argv, char *const *env)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		for (; env && *env; env++)
			putenv(*env);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Nothing the demo started outlives the test, whatever became of it. */
static int far_teardown(void **state)
{
	struct far *f = *state;
	const char *down[] = {f->program, "-C", PROJECT, "--engine", "process", "down", NULL};
	const char *rm[] = {"rm", "-rf", f->dir, NULL};
	char *env[] = {f->root, NULL};

	run_program(down, env);
	tty_free(f->t);
	run_program(rm, NULL);
	free(f->program);
	free(f->root);
	free(f->trace);
	free(f);
	return 0;
}

static void need_namespace(void)
{
	const char *argv[] = {"unshare", "-m", geteuid() ? "-r" : "--", "true", NULL};

	if (run_program(argv, NULL) == 0 && access("/srv/elsewhere", F_OK) != 0)
		return;
	print_message("skipped: a mount namespace of one's own is not to be had here\n");
	skip();
}

static void start(struct far *f, const char *const *args)
{
	const char *argv[12] = {f->program, "-C", PROJECT, "--engine", "process"};
	const char *env[] = {f->root, f->trace, NULL};
	struct tty_spec spec = {.rows = 30, .cols = 100, .argv = argv, .env = env, .at_home = true};
	size_t n = 5;

	while (*args)
		argv[n++] = *args++;
	tty_free(f->t);
	f->t = tty_start(&spec);
}

/* What was asked of the host: fails for each operation that would have stopped the screen. */
static size_t check_trace(struct far *f)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(strv) struct strv lines = STRV_INIT;
	autofree char *path = xasprintf("%s/trace", f->dir);
	size_t on_pool = 0, strays = 0;
	char buffer[4096];
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	while (fgets(buffer, sizeof(buffer), file))
		str_add(&text, buffer);
	fclose(file);
	strv_split(&lines, str_text(&text), '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = lines.items[i], *verb = line + strlen("loop screen ");

		on_pool += str_starts(line, "pool screen ");
		if (!str_starts(line, "loop screen ") || str_starts(verb, "exec ") ||
			str_starts(verb, "dial ") || str_starts(verb, "session "))
			continue;
		print_message("while the screen waits: %s\n", line);
		strays++;
	}
	assert_int_equal(strays, 0);
	assert_int_equal(unlink(path), 0);
	return on_pool;
}

static void test_setup_deploy_and_panel_never_wait_for_the_host(void **state)
{
	/* The demo's own port may be another demo's. */
	autofree char *port = xasprintf("WEB_PORT=%d", tty_free_port());
	const char *setup[] = {"setup", "--stack", "demo", "--set", port, NULL};
	static const char *const panel[] = {"panel", NULL};
	struct far *f = *state;

	need_namespace();
	start(f, setup);
	expect_text(f->t, "Session secret");
	tty_send(f->t, "g");
	expect_text(f->t, "all answered");
	tty_send(f->t, "v");
	expect_text(f->t, "Nothing has been written yet.");
	expect_beside(f->t, "compose.yaml", "new");
	tty_send(f->t, "\r");
	expect_text(f->t, "deploy 0001 done");
	expect_text(f->t, "4 healthy");
	expect_text(f->t, "store: ready");
	tty_send(f->t, "q");
	expect_text(f->t, "Done.");
	assert_int_equal(expect_end(f->t), 0);
	assert_true(check_trace(f) > 0);

	/* Looked at again. */
	start(f, panel);
	expect_text(f->t, "4 healthy");
	tty_send(f->t, "q");
	assert_int_equal(expect_end(f->t), 0);
	check_trace(f);
}

static void test_leaving_the_wizard_never_waits_for_the_host(void **state)
{
	static const char *const setup[] = {"setup", "--stack", "demo", NULL};
	struct far *f = *state;

	need_namespace();
	start(f, setup);
	expect_text(f->t, "Session secret");
	tty_send(f->t, "g");
	expect_text(f->t, "all answered");
	tty_send(f->t, CTRL_KEY('c'));
	expect_text(f->t, "There ");
	tty_send(f->t, "\r");
	expect_end(f->t);
	assert_true(check_trace(f) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_setup_deploy_and_panel_never_wait_for_the_host,
			far_setup, far_teardown),
		cmocka_unit_test_setup_teardown(
			test_leaving_the_wizard_never_waits_for_the_host, far_setup, far_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
