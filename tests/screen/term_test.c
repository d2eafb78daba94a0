/* SPDX-License-Identifier: MIT */
/* How the terminal is taken and given back. */
#include "unit.h"

#include "screen.h"

#include <signal.h>
#include <sys/wait.h>

#define FIXTURE "tests/screen/fixture"

static struct tty *start(const char *const *argv)
{
	struct tty_spec spec = {.argv = argv};

	return tty_start(&spec);
}

static struct tty *start_wizard(void)
{
	static const char *const argv[] = {FIXTURE, NULL};
	struct tty *t = start(argv);

	expect_text(t, "JWT_SECRET_KEY");
	return t;
}

static bool is_raw(struct tty *t, const void *arg)
{
	struct termios m;

	(void)arg;
	tty_modes(t, &m);
	return !(m.c_lflag & (ICANON | ECHO | ISIG));
}

static bool is_cooked(struct tty *t, const void *arg)
{
	struct termios m;

	(void)arg;
	tty_modes(t, &m);
	return (m.c_lflag & ICANON) && (m.c_lflag & ECHO) && (m.c_lflag & ISIG);
}

static size_t last(struct tty *t, const char *bytes)
{
	const struct str *out = tty_output(t);
	size_t n = strlen(bytes);

	for (size_t i = out->len; i-- > 0;)
		if (i + n <= out->len && memcmp(out->data + i, bytes, n) == 0)
			return i + 1;
	return 0;
}

/* The alternate screen, paste and mouse reports are off, the cursor is on, the modes are as found.
 */
static void assert_restored(struct tty *t)
{
	assert_false(tty_altscreen(t));
	assert_true(tty_cursor_visible(t));
	assert_true(is_cooked(t, NULL));
	assert_true(last(t, "\033[?2004l") > last(t, "\033[?2004h"));
	assert_true(last(t, "\033[?1000l") > 0 || last(t, "\033[?1006;1000l") > 0);
}

static void test_takes_and_gives_back(void **state)
{
	struct tty *t = start_wizard();
	int status;

	(void)state;
	assert_true(tty_altscreen(t));
	assert_true(is_raw(t, NULL));
	assert_true(last(t, "\033[?2004h") > 0);
	/* No report of mere motion was asked for. */
	assert_int_equal(last(t, "\033[?1003h"), 0);
	assert_int_equal(last(t, "\033[?1002h"), 0);
	tty_send(t, "q");
	expect_text(t, "choice: leave");
	expect_that(t, is_cooked, NULL, "the modes of before");
	assert_restored(t);
	status = expect_end(t);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	tty_free(t);
}

static void test_ctrl_c_asks(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	/* Without an answer, too. */
	expect_text(t, "▸ JWT_SECRET_KEY");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Nothing has been answered");
	tty_send(t, "\033");
	expect_no_text(t, "Leave the setup?");
	tty_send(t, "g");
	expect_text(t, "1 setting changed");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave the setup?");
	expect_text(t, "There is 1 answer");
	tty_send(t, "\033");
	expect_no_text(t, "Leave the setup?");
	expect_text(t, "1 setting changed");
	/* While a value is typed, and in an overlay, as well. */
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave the setup?");
	tty_send(t, "\033\033?");
	expect_text(t, "Keys:");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave the setup?");
	tty_send(t, "d");
	expect_end(t);
	assert_restored(t);
	tty_free(t);
}

static void ended_by(int signum, bool exits)
{
	struct tty *t = start_wizard();
	int status;

	tty_signal(t, signum);
	status = expect_end(t);
	if (exits)
		assert_true(WIFEXITED(status));
	else
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signum);
	assert_restored(t);
	tty_free(t);
}

static void test_signals_restore_the_terminal(void **state)
{
	(void)state;
	ended_by(SIGTERM, true);
	ended_by(SIGHUP, true);
	ended_by(SIGUSR1, false);
	ended_by(SIGALRM, false);
	ended_by(SIGXCPU, false);
}

static void test_crash_restores_the_terminal(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("skipped: the sanitizer handles crashes itself\n");
	skip();
#endif
	ended_by(SIGSEGV, false);
	ended_by(SIGABRT, false);
	ended_by(SIGBUS, false);
}

static void test_suspend_and_continue(void **state)
{
	static const char *const argv[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
	static const char *const env[] = {"PS1=shell> ", NULL};
	struct tty_spec spec = {.argv = argv, .env = env};
	struct tty *t = tty_start(&spec);

	(void)state;
	expect_text(t, "shell>");
	tty_send(t, FIXTURE "\r");
	expect_text(t, "JWT_SECRET_KEY");
	tty_send(t, "g");
	expect_text(t, "1 setting changed");
	for (int i = 0; i < 3; i++) {
		tty_send(t, CTRL_KEY('z'));
		expect_text(t, "Stopped");
		assert_false(tty_altscreen(t));
		assert_true(last(t, "\033[?2004l") > 0);
		tty_send(t, "echo the shell $((40 + 2))\r");
		expect_text(t, "the shell 42");
		tty_send(t, "fg\r");
		expect_text(t, "1 setting changed");
		expect_no_text(t, "Stopped");
		assert_true(tty_altscreen(t));
		assert_true(is_raw(t, NULL));
	}
	tty_send(t, "u");
	expect_text(t, "0 settings changed");
	tty_free(t);
}

static bool has_come_back(struct tty *t, const void *arg)
{
	size_t off = last(t, "\033[?2004l");

	(void)arg;
	return off && last(t, "\033[?2004h") > off && tty_altscreen(t);
}

static void test_suspend_where_nobody_could_continue(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	/* The kernel does not stop the leader of a session without a shell; the screen comes back.
	 */
	tty_send(t, CTRL_KEY('z'));
	expect_that(t, has_come_back, NULL, "the screen left and entered again");
	expect_text(t, "JWT_SECRET_KEY");
	assert_true(is_raw(t, NULL));
	tty_send(t, "g");
	expect_text(t, "1 setting changed");
	tty_free(t);
}

static void test_terminal_that_goes_away_ends_the_program(void **state)
{
	static const char *const argv[] = {
		"/bin/bash", "-c", "trap '' HUP; " FIXTURE " </dev/tty >/dev/tty; exit 7", NULL};
	struct tty *t = start(argv);

	(void)state;
	expect_text(t, "JWT_SECRET_KEY");
	tty_hang_up(t);
	assert_int_equal(WEXITSTATUS(expect_end(t)), 7);
	tty_free(t);
}

static void test_stray_output_waits_for_the_end(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "g");
	expect_text(t, "1 setting changed");
	assert_int_equal(last(t, "noise"), 0);
	tty_send(t, "qd");
	expect_text(t, "noise of a library");
	expect_text(t, "noise of a message");
	expect_end(t);
	assert_int_equal(last(t, "\033[31mof"), 0);
	tty_free(t);
}

static void test_small_change_writes_little(void **state)
{
	struct tty *t = start_wizard();
	size_t before;

	(void)state;
	expect_no_text(t, "checking ports");
	/* Help opens and closes; the same picture is not drawn a second time. */
	tty_send(t, "?");
	expect_text(t, "Keys:");
	tty_send(t, "q");
	expect_no_text(t, "Keys:");
	tty_send(t, KEY_SEQ_DOWN KEY_SEQ_UP);
	expect_text(t, "▸ JWT_SECRET_KEY");
	before = tty_output(t)->len;
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "▸ POSTGRES_PASSWORD");
	/* A moved focus costs far less than a screen. */
	assert_true(tty_output(t)->len - before < 1500);
	/* Each frame is one synchronised update. */
	assert_true(last(t, "\033[?2026h") < last(t, "\033[?2026l"));
	tty_free(t);
}

static void test_dumb_terminal_is_refused(void **state)
{
	static const char *const argv[] = {FIXTURE, NULL};
	static const char *const env[] = {"TERM=dumb", NULL};
	struct tty_spec spec = {.argv = argv, .env = env};
	struct tty *t = tty_start(&spec);

	(void)state;
	expect_text(t, "failed: the terminal type \"dumb\" cannot show a screen");
	assert_int_equal(WEXITSTATUS(expect_end(t)), 1);
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_and_gives_back),
		cmocka_unit_test(test_ctrl_c_asks),
		cmocka_unit_test(test_signals_restore_the_terminal),
		cmocka_unit_test(test_crash_restores_the_terminal),
		cmocka_unit_test(test_suspend_and_continue),
		cmocka_unit_test(test_suspend_where_nobody_could_continue),
		cmocka_unit_test(test_terminal_that_goes_away_ends_the_program),
		cmocka_unit_test(test_stray_output_waits_for_the_end),
		cmocka_unit_test(test_small_change_writes_little),
		cmocka_unit_test(test_dumb_terminal_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
