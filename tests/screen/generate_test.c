/* SPDX-License-Identifier: MIT */
/* A key that takes long to make: the wizard goes on meanwhile, and Esc stops it. */
#include "unit.h"

#include "screen.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The wizard on SIGNING_KEY; nothing is made before open_gate(). */
static struct tty *start_before_gate(int rows, int cols)
{
	static const char *const argv[] = {"tests/screen/fixture", "8080", "gate", NULL};
	static const char *const env[] = {"UV_THREADPOOL_SIZE=1", NULL};
	struct tty_spec spec = {.rows = rows, .cols = cols, .argv = argv, .env = env};
	struct tty *t = tty_start(&spec);

	expect_text(t, "JWT_SECRET_KEY");
	tty_send(t, "/signing");
	expect_text(t, "1 of 13");
	tty_send(t, "\r");
	expect_text(t, "▸ SIGNING_KEY");
	return t;
}

static void open_gate(struct tty *t)
{
	autofree char *path = xasprintf("%s/gate", tty_home(t));
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
}

static void test_keys_are_read_while_a_secret_is_made(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = {{24, 80}, {50, 200}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct tty *t = start_before_gate(sizes[i].rows, sizes[i].cols);

		tty_send(t, "g");
		expect_beside(t, "▸ SIGNING_KEY", "being generated...");
		expect_beside(t, "▸ SIGNING_KEY", "Esc stops it");
		expect_text(t, "generating · checking ports and volumes");
		expect_at(t, sizes[i].rows - 1, 1, "Enter edit  Esc stop");
		/* Somewhere else and back. */
		tty_send(t, "/motd");
		expect_text(t, "▸ MOTD");
		tty_send(t, "\033");
		expect_beside(t, "▸ SIGNING_KEY", "being generated...");
		open_gate(t);
		expect_beside(t, "▸ SIGNING_KEY", "generated, rsa");
		expect_beside(t, "▸ SIGNING_KEY", "••••••••••••••••");
		expect_text(t, "1 setting changed");
		tty_send(t, "u");
		expect_text(t, "0 settings changed");
		tty_free(t);
	}
}

static void test_escape_stops_it(void **state)
{
	struct tty *t = start_before_gate(24, 80);

	(void)state;
	tty_send(t, "g");
	expect_beside(t, "▸ SIGNING_KEY", "being generated...");
	tty_send(t, "\033");
	expect_beside(t, "▸ SIGNING_KEY", "(empty)");
	open_gate(t);
	expect_no_text(t, "checking ports");
	expect_beside(t, "▸ SIGNING_KEY", "(empty)");
	expect_text(t, "0 settings changed");
	tty_free(t);
}

/* What would change is not known before it is there. */
static void test_the_review_waits_for_it(void **state)
{
	struct tty *t = start_before_gate(24, 80);

	(void)state;
	tty_send(t, "gG");
	expect_text(t, "1 secret is being generated");
	tty_send(t, "v");
	expect_text(t, "Working out what would change");
	open_gate(t);
	expect_text(t, "Review: 5 changes");
	tty_send(t, "\r");
	/* Its numbers may be a byte or two shorter, and its text. */
	expect_text(t, "SIGNING_KEY generated, 1");
	assert_true(WIFEXITED(expect_end(t)));
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_read_while_a_secret_is_made),
		cmocka_unit_test(test_escape_stops_it),
		cmocka_unit_test(test_the_review_waits_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
