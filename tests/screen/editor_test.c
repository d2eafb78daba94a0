/* SPDX-License-Identifier: MIT */
/* `config edit` on a terminal, with a real editor on the screen's own: what is wrong leads back into
 * it, and Ctrl-C in there is the editor's. */
#include "unit.h"

#include "screen.h"

#include <string.h>

/* Reads keys until one of them says what it is to do: w breaks the file, m mends it. */
static const char editor[] =
	"#!/bin/sh\n"
	"trap 'printf \"interrupted\\n\"' INT\n"
	"while printf 'editing\\n'; do\n"
	"  key=\n"
	"  read -r key || [ -t 0 ] || exit\n"
	"  case $key in\n"
	"  w) printf 'PORT=\"80\\n' >\"$1\"; exit ;;\n"
	"  m) printf 'PORT=81\\n' >\"$1\"; exit ;;\n"
	"  esac\n"
	"done\n";

static struct tty *start_edit(void)
{
	struct tty *t = tty_shell("unix:///nowhere/docker.sock", 24, 80);

	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    ports: [\"${PORT:-80}:80\"]\n");
	tty_put_file(t, ".env", "PORT=80\n");
	tty_put_file(t, "editor", editor);
	tty_send(t, "EDITOR='sh ./editor' \"$SLIPWAY\" config edit; echo status=$?\r");
	expect_text(t, "editing");
	return t;
}

static void test_a_mistake_leads_back_into_the_editor(void **state)
{
	struct tty *t = start_edit();
	autofree char *text = NULL;

	(void)state;
	tty_send(t, "\003");
	expect_text(t, "interrupted");
	tty_send(t, "w\r");
	expect_text(t, ".env:1");
	expect_text(t, "e edit again");
	expect_no_text(t, "w write it all the same");
	tty_send(t, "e\r");
	tty_send(t, "m\r");
	expect_text(t, "+PORT=81");
	expect_text(t, "[y/N]");
	tty_send(t, "y\r");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_string_equal(text, "PORT=81\n");
	tty_free(t);
}

static void test_what_was_typed_is_kept_where_it_is_left(void **state)
{
	struct tty *t = start_edit();
	autofree char *text = NULL;

	(void)state;
	tty_send(t, "w\r");
	expect_text(t, "e edit again");
	tty_send(t, "q\r");
	expect_text(t, "What you typed is in");
	expect_text(t, "status=130");
	text = tty_get_file(t, ".env");
	assert_string_equal(text, "PORT=80\n");
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mistake_leads_back_into_the_editor),
		cmocka_unit_test(test_what_was_typed_is_kept_where_it_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
