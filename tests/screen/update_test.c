/* SPDX-License-Identifier: MIT */
/* config update on the screen: what both changed is decided on a page, and nothing is written before. */
#include "unit.h"

#include "screen.h"

#include <string.h>
#include <unistd.h>

static const char compose_yaml[] = "name: shop\n"
				   "services:\n"
				   "  web:\n"
				   "    image: nginx\n"
				   "    environment:\n"
				   "      PORT: ${WEB_PORT:-80}\n"
				   "      TITLE: ${TITLE:-A title}\n";
static const char newer_yaml[] = "name: shop\n"
				 "services:\n"
				 "  web:\n"
				 "    image: nginx\n"
				 "    environment:\n"
				 "      PORT: ${WEB_PORT:-80}\n"
				 "      TITLE: ${TITLE:-A title}\n"
				 "      ADMIN: ${ADMIN_EMAIL:?who may write}\n";
static const char base[] = "TITLE=A title\nWEB_PORT=8080\n";
static const char mine[] = "TITLE=My own\nWEB_PORT=9090 # mine\n";
static const char theirs[] = "TITLE=The title\n# Who may write\nADMIN_EMAIL=\nWEB_PORT=8081\n";

static struct tty *start(const char *arguments)
{
	struct tty *t = tty_shell("unix:///nonexistent/no.sock", 0, 0);
	autofree char *line = NULL;

	tty_put_file(t, "compose.yaml", compose_yaml);
	tty_put_file(t, ".env.example", base);
	tty_send(t, "\"$SLIPWAY\" setup --batch --yes --set TITLE='My own' >/dev/null; "
		    "echo set=$?\r");
	expect_text(t, "set=0");
	tty_put_file(t, ".env", mine);
	tty_put_file(t, ".env.example", theirs);
	tty_put_file(t, "compose.yaml", newer_yaml);
	line = xasprintf("clear; \"$SLIPWAY\" %s; echo status=$?\r", arguments);
	tty_send(t, line);
	return t;
}

static void test_a_page_of_conflicts(void **state)
{
	struct tty *t = start("config update");
	autofree char *text = NULL, *after = NULL;

	(void)state;
	expect_text(t, "The stack's files changed. Nothing has been written yet.");
	expect_beside(t, "▸ TITLE", "yours stays");
	expect_beside(t, "the stack had", "A title");
	expect_beside(t, "you have", "My own");
	expect_beside(t, "it has now", "The title");
	expect_beside(t, "ADMIN_EMAIL", "needs an answer");
	expect_beside(t, "WEB_PORT", "yours stays");
	tty_send(t, "s");
	expect_beside(t, "▸ TITLE", "the stack's");
	/* What needs an answer comes before going on. */
	tty_send(t, "w");
	expect_beside(t, "▸ ADMIN_EMAIL", "needs an answer");
	tty_send(t, "\rnonsense\r");
	expect_text(t, "expected");
	tty_send(t, "\r");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "me@example.org\r");
	expect_beside(t, "ADMIN_EMAIL", "added");
	text = tty_get_file(t, ".env");
	assert_string_equal(text, mine);
	tty_send(t, "w");
	expect_text(t, "Do it? [y/N]");
	tty_send(t, "y\r");
	expect_text(t, "status=0");
	after = tty_get_file(t, ".env");
	assert_string_equal(after,
		"TITLE=The title\n# Who may write\nADMIN_EMAIL=me@example.org\nWEB_PORT=9090 # mine\n");
	/* Decided is decided. */
	tty_send(t, "clear; \"$SLIPWAY\" config update; echo status=$?\r");
	expect_text(t, "Nothing to do");
	expect_text(t, "status=0");
	tty_free(t);
}

static void test_leaving_writes_nothing(void **state)
{
	struct tty *t = start("config update");
	autofree char *text = NULL;

	(void)state;
	expect_beside(t, "▸ TITLE", "yours stays");
	tty_send(t, "s");
	expect_beside(t, "▸ TITLE", "the stack's");
	tty_send(t, "q");
	expect_text(t, "status=130");
	text = tty_get_file(t, ".env");
	assert_string_equal(text, mine);
	tty_free(t);
}

static void test_the_same_as_lines(void **state)
{
	struct tty *t = start("--plain config update");
	autofree char *text = NULL;

	(void)state;
	expect_text(t, "TITLE (.env:1): you have My own; the stack had A title and has The title now.");
	expect_text(t, "later (l)? [y]");
	tty_send(t, "s\r");
	expect_text(t, "ADMIN_EMAIL (");
	tty_send(t, "me@example.org\r");
	expect_text(t, "WEB_PORT (.env:2): you have 9090;");
	tty_send(t, "\r");
	expect_text(t, "Do it? [y/N]");
	tty_send(t, "y\r");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, "TITLE=The title\n"));
	assert_non_null(strstr(text, "ADMIN_EMAIL=me@example.org\n"));
	assert_non_null(strstr(text, "WEB_PORT=9090 # mine\n"));
	tty_free(t);
}

static void test_a_small_window(void **state)
{
	struct tty *t = start("config update");

	(void)state;
	tty_resize(t, 20, 60);
	expect_beside(t, "▸ TITLE", "yours stays");
	tty_resize(t, 24, 80);
	expect_beside(t, "it has now", "The title");
	tty_send(t, "q");
	expect_text(t, "status=130");
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_page_of_conflicts),
		cmocka_unit_test(test_leaving_writes_nothing),
		cmocka_unit_test(test_the_same_as_lines),
		cmocka_unit_test(test_a_small_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
