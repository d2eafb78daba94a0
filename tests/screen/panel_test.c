/* SPDX-License-Identifier: MIT */
/* The panel on services that really run: what it shows, what its keys do. */
#include "unit.h"

#include "panel_stage.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* --- actions */

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
	/* What it needs is not well: that is said before it is started all the same. */
	select_service(t, "last");
	tty_send(t, "S");
	expect_text(t, "last: start?");
	expect_text(t, "It needs sick, which is: unhealthy.");
	tty_send(t, "n");
	expect_no_text(t, "last: start?");
	expect_beside(t, "▸ last", "not started");
	leave(t);
	/* Leaving the panel stops nothing. */
	t = open_panel(s);
	expect_beside(t, "other", "unchecked");
	leave(t);
}

static void test_ctrl_c_asks(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);

	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave Slipway?");
	expect_text(t, "The services keep running.");
	tty_send(t, "s");
	expect_no_text(t, "Leave Slipway?");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave Slipway?");
	/* A second time it means it. */
	tty_send(t, CTRL_KEY('c'));
	expect_end(t);
	tty_free(t);
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
	/* The keys that the rows name work there, too. */
	tty_send(t, "a");
	expect_text(t, "Stop the selected service");
	tty_send(t, "s");
	expect_text(t, "other: stop?");
	tty_send(t, "n");
	expect_no_text(t, "other: stop?");
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
	expect_no_text(t, "  sick  ");
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

/* --- why */

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

/* --- a deployment */

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
	put_text(fresh, "compose.yaml", stage_compose);
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
	expect_text(t, "deploy 0004 failed");
	tty_send(t, "q");
	assert_int_equal(WEXITSTATUS(expect_end(t)), 5);
	tty_free(t);
	assert_int_equal(RUN(&fresh, "down", "--yes"), 0);
	free(fresh.dir);
}

/* Where the column begins that follows one which holds `word`, in the row of `service`. */
static int column_behind(struct tty *t, const char *service, const char *word)
{
	const char *row, *at;

	expect_beside(t, service, word);
	row = tty_row(t, tty_find(t, word, NULL));
	at = strstr(row, word) + strlen(word);
	assert_int_equal(strncmp(row, service, strlen(service)), 0);
	return (int)(at + strspn(at, " ") - row);
}

/* Words of another language are longer. */
static void test_states_fit_in_german(void **state)
{
	const struct stage *s = *state;
	const char *argv[] = {s->slipway, "-C", s->dir, "--engine", "process", "status", NULL};
	const char *const *german = tty_german();
	struct tty_spec spec = {.rows = 24, .cols = 80, .argv = argv, .env = german};
	struct tty *t = tty_start(&spec);

	assert_int_equal(WEXITSTATUS(expect_end(t)), 5);
	assert_int_equal(
		column_behind(t, "broken", "fehlgeschlagen"), column_behind(t, "talk", "gesund"));
	tty_free(t);
	t = panel_of(s, 24, 80, german);
	expect_beside(t, "broken", "fehlgeschlagen ");
	expect_beside(t, "last", "nicht gestartet");
	leave(t);
}

/* --- without the panel */

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
	put_text(&fresh, "compose.yaml", stage_compose);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services_stop_start_and_restart),
		cmocka_unit_test(test_ctrl_c_asks),
		cmocka_unit_test(test_the_menu_of_actions),
		cmocka_unit_test(test_filter_and_order_of_the_services),
		cmocka_unit_test(test_a_shell_and_back),
		cmocka_unit_test(test_graph_shows_who_waits_for_whom),
		cmocka_unit_test(test_why_tells_what_the_health_check_said),
		cmocka_unit_test(test_help_lists_the_keys_of_the_view),
		cmocka_unit_test(test_timeline_and_steps_of_a_deployment),
		cmocka_unit_test(test_states_fit_in_german),
		cmocka_unit_test(test_up_is_drawn_in_place),
	};

	return cmocka_run_group_tests(tests, stage_begin, stage_end);
}
