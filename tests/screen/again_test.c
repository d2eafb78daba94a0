/* SPDX-License-Identifier: MIT */
/* A run of the setup that fails is not its end: the answers are there again, to be changed. */
#include "unit.h"

#include "screen.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static const char compose_yaml[] = "services:\n"
				   "  web:\n"
				   "    image: nginx\n"
				   "    environment:\n"
				   "      APP_SECRET: ${APP_SECRET:?signs the sessions}\n"
				   "      TITLE: ${TITLE:-A title}\n"
				   "    volumes: [\"${DATA_DIR:-./data}:/data\"]\n";
static const char secret[] = "hunter2-hunter2-hunter2-hunter2";

static bool has_file(struct tty *t, const char *name)
{
	autofree char *path = xasprintf("%s/%s", tty_home(t), name);

	return access(path, F_OK) == 0;
}

static void answer_labelled(struct tty *t, const char *name, const char *label, const char *value)
{
	autofree char *search = xasprintf("/%s", name);
	autofree char *field = xasprintf("▸ %s", label);

	tty_send(t, search);
	expect_text(t, search + 1);
	tty_send(t, "\r");
	expect_text(t, field);
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, value);
	tty_send(t, "\r");
}

static void answer(struct tty *t, const char *name, const char *value)
{
	answer_labelled(t, name, name, value);
}

/* All answered, the data where none can be, and the review confirmed; no engine. */
static struct tty *start_failing(void)
{
	struct tty *t = tty_shell("unix:///nonexistent", 24, 80);

	tty_put_file(t, "compose.yaml", compose_yaml);
	tty_put_file(t, "blocker", "a file\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, secret);
	tty_send(t, "\r");
	expect_text(t, "all answered");
	answer(t, "DATA_DIR", "./blocker/sub");
	expect_beside(t, "DATA_DIR", "./blocker/sub");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	return t;
}

static void test_the_answer_that_failed_is_changed(void **state)
{
	struct tty *t = start_failing();
	autofree char *text = NULL, *draft = NULL;

	(void)state;
	tty_send(t, "w");
	expect_text(t, "Run 0001 failed");
	expect_text(t, "a directory");
	expect_text(t, "What run 0001 changed before it failed stays");
	tty_send(t, "\r");
	expect_no_text(t, "Run 0001 failed");
	expect_beside(t, "DATA_DIR", "./blocker/sub");
	expect_text(t, "0 settings changed");
	answer(t, "DATA_DIR", "./data");
	expect_text(t, "1 setting changed");
	tty_send(t, "v");
	/* What the first run has written is no change any more. */
	expect_text(t, "-DATA_DIR=./blocker/sub");
	assert_int_equal(tty_find(t, "+APP_SECRET", NULL), -1);
	tty_send(t, "w");
	expect_text(t, "status=0");
	expect_text(t, "takes run 0002 back");
	assert_true(has_file(t, "data"));
	assert_false(has_file(t, ".slipway/draft.yaml"));
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, secret));
	tty_free(t);
}

/* A secret is in no draft; all the same it need not be typed again. */
static void test_what_was_taken_back_is_still_answered(void **state)
{
	struct tty *t = start_failing();
	autofree char *text = NULL;

	(void)state;
	tty_send(t, "w");
	expect_text(t, "Run 0001 failed");
	assert_true(has_file(t, ".env"));
	tty_send(t, "u");
	expect_text(t, "run 0001 was taken back");
	assert_false(has_file(t, ".env"));
	expect_text(t, "./blocker/sub");
	answer(t, "DATA_DIR", "./data");
	tty_send(t, "v");
	expect_text(t, "+APP_SECRET=••••");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, secret));
	tty_free(t);
}

/* Who leaves after a failure leaves with it. */
static void test_leaving_tells_the_failure(void **state)
{
	struct tty *t = start_failing();

	(void)state;
	tty_send(t, "w");
	expect_text(t, "Run 0001 failed");
	tty_send(t, "\r");
	expect_no_text(t, "Run 0001 failed");
	answer(t, "TITLE", "Mine");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "What run 0001 changed before it failed stays");
	tty_send(t, "l");
	expect_text(t, "status=1");
	expect_text(t, "Not a directory");
	expect_text(t, "A draft of the answers is kept");
	assert_true(has_file(t, ".slipway/draft.yaml"));
	tty_send(t, "clear; \"$SLIPWAY\" setup; echo status=$?\r");
	expect_beside(t, "TITLE", "Mine");
	tty_free(t);
}

static void test_a_run_that_cannot_begin_is_tried_again(void **state)
{
	struct tty *t = start_failing();
	autofree char *path = xasprintf("%s/.slipway/lock", tty_home(t));
	autofree char *text = NULL;
	autoclose int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_int_equal(flock(lock, LOCK_EX), 0);
	tty_send(t, "w");
	expect_text(t, "The run could not begin");
	assert_false(has_file(t, ".env"));
	close(lock);
	lock = -1;
	tty_send(t, "b");
	expect_no_text(t, "The run could not begin");
	answer(t, "DATA_DIR", "./data");
	tty_send(t, "v");
	expect_text(t, "+APP_SECRET=••••");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, secret));
	tty_free(t);
}

/* --- a deployment, in the panel */

static int take_down(void **state)
{
	autofree char *slipway = tty_program("slipway"), *home = NULL;
	pid_t pid;

	if (!*state)
		return 0;
	home = xstrdup(tty_home(*state));
	pid = fork();
	if (pid == 0) {
		execl(slipway, slipway, "-C", home, "--engine", "process", "down", "--yes",
			(char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	tty_free(*state);
	return 0;
}

static void test_the_panel_leads_back(void **state)
{
	autofree char *port = xasprintf("WEB_PORT=%d", tty_free_port());
	autofree char *slipway = tty_program("slipway");
	const char *argv[] = {slipway, "setup", "--stack", "demo", "--engine", "process", "--set",
		port, "--set", "DATA_DIR=./blocker/sub", NULL};
	struct tty_spec spec = {.argv = argv, .at_home = true};
	struct tty *t;

	t = tty_start(&spec);
	*state = t;
	tty_put_file(t, "blocker", "a file\n");
	expect_text(t, "Session secret");
	tty_send(t, "g");
	expect_text(t, "all answered");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "\r");
	expect_text(t, "why deploy 0001 failed");
	expect_text(t, "Not a directory");
	expect_text(t, "b back to the setup");
	tty_send(t, "b");
	/* It was read already; and somebody is where they were. */
	expect_text(t, "▸ Session secret");
	expect_text(t, "Not a directory");
	assert_int_equal(tty_find(t, "Run 0001 failed", NULL), -1);
	answer_labelled(t, "DATA_DIR", "Data directory", "./data");
	tty_send(t, "v");
	expect_text(t, "-DATA_DIR=./blocker/sub");
	tty_send(t, "\r");
	expect_text(t, "4 healthy · 1 done · nothing failed");
	expect_text(t, "deploy 0002 done");
	tty_send(t, "q");
	expect_text(t, "Done.");
	assert_int_equal(expect_end(t), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_answer_that_failed_is_changed),
		cmocka_unit_test(test_what_was_taken_back_is_still_answered),
		cmocka_unit_test(test_leaving_tells_the_failure),
		cmocka_unit_test(test_a_run_that_cannot_begin_is_tried_again),
		cmocka_unit_test_teardown(test_the_panel_leads_back, take_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
