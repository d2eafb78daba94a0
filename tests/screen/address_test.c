/* SPDX-License-Identifier: MIT */
/* The addresses of databases in a project without a definition: what would have to be encoded is
 * encoded by a key, and passwords are dots while they are typed. */
#include "unit.h"

#include "screen.h"

#include <string.h>

#define RAW "postgresql://app:p@ss/w#rd@db:5432/x"
#define ENCODED "postgresql://app:p%40ss%2Fw%23rd@db:5432/x"

static struct tty *start_setup(int rows, int cols)
{
	struct tty *t = tty_shell("unix:///nowhere/docker.sock", rows, cols);

	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      - DATABASE_URL=${DATABASE_URL:?}\n      - CACHE_URL=${CACHE_URL}\n");
	tty_put_file(t, ".env", "DATABASE_URL='" RAW "'\nCACHE_URL=redis://cache:6379/0\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ DATABASE_URL");
	return t;
}

static void test_a_key_encodes_what_breaks_an_address(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = {{24, 80}, {50, 200}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct tty *t = start_setup(sizes[i].rows, sizes[i].cols);
		autofree char *text = NULL;

		expect_text(t, "Percent-encode it: write %40 in its place.");
		expect_text(t, "f writes it like that.");
		expect_text(t, "1 to answer");
		tty_send(t, "f");
		expect_text(t, "percent-encoded; u takes it back");
		expect_beside(t, "▸ DATABASE_URL", "••••••••••••••••");
		expect_no_text(t, "Percent-encode it");
		tty_send(t, "u");
		expect_text(t, "f writes it like that.");
		tty_send(t, "f");
		expect_text(t, "percent-encoded; u takes it back");
		assert_null(memmem(tty_output(t)->data, tty_output(t)->len, "w#rd", 4));
		tty_send(t, "v");
		expect_text(t, "Nothing has been written yet.");
		tty_send(t, "w");
		expect_text(t, "status=0");
		text = tty_get_file(t, ".env");
		assert_non_null(strstr(text, ENCODED));
		tty_free(t);
	}
}

static void test_a_key_encodes_what_is_being_typed(void **state)
{
	struct tty *t = start_setup(24, 80);

	(void)state;
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "amqp://u:a^b@mq");
	expect_text(t, "F3 writes it like that.");
	tty_send(t, "\033OR");
	expect_text(t, "percent-encoded; u takes it back");
	tty_send(t, "r");
	expect_beside(t, "▸ DATABASE_URL", "amqp://u:a%5Eb@mq");
	tty_free(t);
}

/* One without a password is no secret; the next one may be. */
static void test_a_password_is_dots_from_the_moment_it_can_be_one(void **state)
{
	struct tty *t = start_setup(24, 80);

	(void)state;
	tty_send(t, KEY_SEQ_DOWN);
	expect_beside(t, "▸ CACHE_URL", "redis://cache:6379/0");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "redis://:");
	expect_beside(t, "▸ CACHE_URL", "redis://:");
	tty_send(t, "hunter2@cache");
	expect_no_text(t, "redis://:");
	assert_null(memmem(tty_output(t)->data, tty_output(t)->len, "hunter2", 7));
	tty_send(t, "\r");
	expect_beside(t, "CACHE_URL", "••••••••••••••••");
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_encodes_what_breaks_an_address),
		cmocka_unit_test(test_a_key_encodes_what_is_being_typed),
		cmocka_unit_test(test_a_password_is_dots_from_the_moment_it_can_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
