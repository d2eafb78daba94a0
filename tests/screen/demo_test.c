/* SPDX-License-Identifier: MIT */
/* The whole way on one screen: an empty directory, the demo stack, the wizard, the review, the
 * panel. */
#include "unit.h"

#include "screen.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing the demo started outlives the test, whatever became of it. */
static void take_down(struct tty *t)
{
	autofree char *slipway = tty_program("slipway");
	autofree char *home = xstrdup(tty_home(t));
	pid_t pid = fork();

	if (pid == 0) {
		char *argv[] = {slipway, (char[]){"-C"}, home, (char[]){"--engine"},
			(char[]){"process"}, (char[]){"down"}, NULL};

		execv(slipway, argv);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	tty_free(t);
}

/* What is going on is drawn in place, its marks in colour but for NO_COLOR. */
static void check_region(struct tty *demo, bool colour)
{
	autofree char *slipway = tty_program("slipway");
	autofree char *home = xstrdup(tty_home(demo));
	const char *argv[] = {
		slipway, "-C", home, "--engine", "process", "restart", "--yes", "cache", NULL};
	static const char *const none[] = {"NO_COLOR=1", NULL};
	struct tty_spec spec = {.rows = 24, .cols = 80, .argv = argv, .env = colour ? NULL : none};
	struct tty *t = tty_start(&spec);
	int row, col;

	expect_text(t, "Restarted.");
	row = tty_find(t, "● cache", &col);
	assert_true(row >= 0);
	assert_int_equal(tty_cell(t, row, col).coloured, colour);
	assert_false(tty_cell(t, row, col + 2).coloured);
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

static void test_demo_becomes_healthy_in_the_panel(void **state)
{
	/* The demo's own port may be another demo's. */
	autofree char *port = xasprintf("WEB_PORT=%d", tty_free_port());
	autofree char *slipway = tty_program("slipway");
	struct tty *t;

	(void)state;
	{
		const char *argv[] = {slipway, "setup", "--stack", "demo", "--engine", "process",
			"--set", port, NULL};
		struct tty_spec spec = {.rows = 30, .cols = 100, .argv = argv, .at_home = true};

		t = tty_start(&spec);
	}
	*state = t;
	expect_text(t, "Session secret");
	expect_text(t, "not set now");
	tty_send(t, "g");
	expect_text(t, "all answered");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	expect_beside(t, "compose.yaml", "new");
	tty_send(t, "\r");
	expect_text(t, "deploy 0001");
	expect_beside(t, "store", "healthy");
	expect_beside(t, "migrate", "done");
	expect_beside(t, "web  ", "healthy");
	expect_beside(t, "worker", "healthy");
	expect_text(t, "4 healthy · 1 done · nothing failed");
	expect_text(t, "deploy 0001 done");
	/* Its lines arrive while it runs. */
	expect_text(t, "store: ready");
	/* A picture with everything in its place: nothing was printed into it. */
	expect_at(t, 0, 1, "slipway-screen-");
	expect_at(t, 2, 3, "SERVICE");
	/* That it was done is no news of what became of it. */
	tty_send(t, "\033OF");
	expect_text(t, "▸ worker");
	tty_send(t, "s");
	expect_text(t, "worker: stop?");
	tty_send(t, "y");
	expect_text(t, "deploy 0001 done · 1 service not well now");
	/* Not before that action is over. */
	expect_text(t, "worker: stopped");
	tty_send(t, "S");
	expect_beside(t, "worker", "healthy");
	expect_no_text(t, "not well now");
	tty_send(t, "q");
	expect_text(t, "Done.");
	assert_int_equal(expect_end(t), 0);
	assert_false(tty_altscreen(t));
	check_region(t, true);
	check_region(t, false);
}

/* A port of this machine that somebody listens on: the test. */
static int taken_port(int *fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(*fd, 1), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &len), 0);
	return ntohs(address.sin_port);
}

/* Nobody gets as far as a deployment that cannot be: it is another question that needs an answer. */
static void test_a_taken_port_is_answered_first(void **state)
{
	autofree char *slipway = tty_program("slipway");
	autoclose int fd = -1;
	autofree char *set = xasprintf("WEB_PORT=%d", taken_port(&fd));
	const char *argv[] = {
		slipway, "setup", "--stack", "demo", "--engine", "process", "--set", set, NULL};
	struct tty_spec spec = {.argv = argv, .at_home = true};
	struct tty *t = tty_start(&spec);

	(void)state;
	expect_text(t, "▸ Port ");
	expect_beside(t, "Port ", "used by demo_test");
	expect_text(t, "2 to answer");
	tty_send(t, "\t");
	expect_text(t, "▸ Session secret");
	tty_send(t, "g");
	expect_text(t, "1 to answer");
	tty_send(t, "v");
	expect_text(t, "1 setting still needs an answer");
	expect_beside(t, "Port ", "used by demo_test");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "1\r");
	expect_text(t, "1024");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "\033");
	expect_text(t, "1 to answer");
	/* Who has it goes: nothing is left to answer. */
	close(fd);
	fd = -1;
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	expect_beside(t, "compose.yaml", "new");
	tty_free(t);
}

static int end_demo(void **state)
{
	if (*state)
		take_down(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_demo_becomes_healthy_in_the_panel, end_demo),
		cmocka_unit_test(test_a_taken_port_is_answered_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
