/* SPDX-License-Identifier: MIT */
/* The panel in windows of all sizes, with a mouse, without colours, in ASCII, in German. */
#include "unit.h"

#include "panel_stage.h"

#include <stdio.h>
#include <string.h>

static void test_resize_at_any_moment(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = {{24, 80}, {20, 60}, {50, 200}, {24, 81}, {21, 61}, {40, 100}};
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	static const struct {
		const char *keys, *shows;
	} views[] = {{"", "Enter details"}, {"l", "one/all"}, {"q", "Enter details"},
		{"\r", "process "}, {"q", "Enter details"}, {"?", "Keys: Panel"},
		{"q", "Enter details"}, {":", "Commands"}};

	select_service(t, "other");
	for (size_t k = 0; k < sizeof(views) / sizeof(views[0]); k++) {
		tty_send(t, views[k].keys);
		expect_text(t, views[k].shows);
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			tty_resize(t, 10, 40);
			expect_text(t, "This window is 40 x 10.");
			tty_resize(t, 3, 12);
			expect_no_text(t, "This window is 40 x 10.");
			tty_resize(t, sizes[i].rows, sizes[i].cols);
			expect_text(t, views[k].shows);
		}
	}
	tty_send(t, "\033");
	tty_resize(t, 30, 100);
	/* What was selected still is. */
	tty_send(t, "\033");
	expect_text(t, "▸ other");
	tty_send(t, "q");
	expect_end(t);
	tty_free(t);
}

static void test_small_window_waits(void **state)
{
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 19, 59, NULL);

	expect_text(t, "This window is 59 x 19.");
	expect_text(t, "Slipway needs 60 x 20; it waits.");
	/* No key acts on what is not seen. */
	tty_send(t, "sy");
	/* Once this is seen, the keys have been read: they were there before. */
	tty_resize(t, 19, 58);
	expect_text(t, "This window is 58 x 19.");
	tty_resize(t, 20, 60);
	expect_beside(t, "talk", "healthy");
	expect_no_text(t, "stop?");
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

static void click(struct tty *t, int row, int col)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
		row + 1);
	tty_send(t, bytes);
}

static void wheel(struct tty *t, int row, int col, bool up)
{
	char bytes[64];

	snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM", up ? 64 : 65, col + 1, row + 1);
	tty_send(t, bytes);
}

static void test_mouse(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);
	int row, col;

	tty_send(t, "q");
	expect_text(t, "SERVICE");
	row = tty_find(t, "other", &col);
	click(t, row, col);
	expect_text(t, "▸ other");
	expect_text(t, "logs: other");
	row = tty_find(t, "talk", &col);
	click(t, row, col);
	expect_text(t, "logs: talk");
	expect_text(t, "line 200 of the play");
	wheel(t, 25, 10, true);
	expect_no_text(t, "line 200 of the play");
	wheel(t, 25, 10, false);
	expect_text(t, "line 200 of the play");
	/* The keys of the bottom line are buttons. */
	row = tty_find(t, "l logs", &col);
	click(t, row, col);
	expect_text(t, "one/all");
	row = tty_find(t, "Esc back", &col);
	click(t, row, col);
	expect_text(t, "SERVICE");
	leave(t);
}

static bool any_colour(struct tty *t)
{
	for (int row = 0; row < 30; row++)
		for (int col = 0; col < 100; col++)
			if (tty_cell(t, row, col).coloured)
				return true;
	return false;
}

static void test_without_colour(void **state)
{
	static const char *const env[] = {"NO_COLOR=1", NULL};
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 30, 100, env);

	expect_beside(t, "sick", "✖ unhealthy");
	expect_beside(t, "talk", "● healthy");
	assert_false(any_colour(t));
	leave(t);
	t = open_panel(s);
	assert_true(any_colour(t));
	leave(t);
}

static bool only_ascii(const struct str *out)
{
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)out->data[i] >= 0x80)
			return false;
	return true;
}

static void test_ascii(void **state)
{
	static const char *const env[] = {"LANG=C", NULL};
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 24, 80, env);

	say(s, "talk", "漢字 and “quotes”");
	expect_beside(t, "sick", "[!!] unhealthy");
	expect_beside(t, "talk", "[ok] healthy");
	expect_beside(t, "> talk", "healthy");
	expect_text(t, "and \"quotes\"");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	tty_send(t, "q?");
	expect_text(t, "Keys:");
	tty_send(t, "q");
	expect_no_text(t, "Keys:");
	assert_true(only_ascii(tty_output(t)));
	leave(t);
}

static void test_german(void **state)
{
	const struct stage *s = *state;
	struct tty *t = panel_of(s, 24, 80, tty_german());

	expect_beside(t, "talk", "gesund");
	expect_beside(t, "sick", "ungesund");
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resize_at_any_moment),
		cmocka_unit_test(test_small_window_waits),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_without_colour),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_german),
	};

	return cmocka_run_group_tests(tests, stage_begin, stage_end);
}
