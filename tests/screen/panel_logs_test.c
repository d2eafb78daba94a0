/* SPDX-License-Identifier: MIT */
/* Logs in the panel, and that nothing a service says reaches the terminal but as text. */
#include "unit.h"

#include "panel_stage.h"

#include <stdio.h>
#include <string.h>

/* --- logs */

static bool nothing_of(struct tty *t, const void *text)
{
	return tty_find(t, text, NULL) < 0;
}

static void test_logs_follow_and_stay(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	expect_text(t, "follow");
	say(s, "talk", "a line that comes while one looks");
	expect_text(t, "a line that comes while one looks");
	/* The reader stays where he is while lines keep coming. */
	tty_send(t, "\033[5~");
	expect_text(t, "stopped here");
	expect_that(t, nothing_of, "a line that comes", "older lines");
	say(s, "talk", "a line that nobody waits for");
	expect_text(t, "stopped here");
	tty_send(t, "f");
	expect_text(t, "a line that nobody waits for");
	tty_send(t, "f");
	expect_text(t, "stopped here");
	say(s, "talk", "one more");
	tty_send(t, "G");
	expect_text(t, "one more");
	expect_text(t, "follow");
	tty_send(t, "g");
	expect_no_text(t, "one more");
	expect_text(t, "stopped here");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	leave(t);
}

static bool is_marked(struct tty *t, const void *text)
{
	int col, row = tty_find(t, text, &col);

	return row >= 0 && tty_cell(t, row, col).reverse;
}

/* What a service says itself is masked like all else. */
static void test_logs_hide_secrets(void **state)
{
	static const char talk[] = "INFO dials postgres://u:open-sesame@db/x\n";
	const struct stage *s = *state;
	struct tty *t;

	put(s, "talk.txt", talk, strlen(talk), false);
	assert_int_equal(RUN(s, "restart", "--yes", "talk"), 0);
	t = panel_of(s, 30, 100, NULL);
	expect_text(t, "dials postgres://u:***@db/x");
	assert_true(nothing_of(t, "open-sesame"));
	leave(t);
}

static void test_logs_search(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	tty_send(t, "/");
	expect_text(t, "search:");
	tty_send(t, "LINE 05");
	/* Marked while it is typed, found with Enter: the newest hit first. */
	tty_send(t, "\r");
	expect_text(t, "line 059 of the play");
	expect_no_text(t, "line 060 of the play");
	expect_that(t, is_marked, "line 059", "the hit is marked");
	tty_send(t, "N");
	expect_text(t, "line 058 of the play");
	expect_no_text(t, "line 059 of the play");
	tty_send(t, "N");
	expect_no_text(t, "line 058 of the play");
	tty_send(t, "n");
	expect_text(t, "line 058 of the play");
	expect_no_text(t, "line 059 of the play");
	for (int i = 0; i < 2; i++)
		tty_send(t, "n");
	expect_text(t, "no further one");
	/* Esc forgets what was typed, not what was there before. */
	tty_send(t, "/");
	expect_text(t, "search:");
	tty_send(t, "zzz\033");
	expect_no_text(t, "search:");
	expect_text(t, "/ LINE 05");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	leave(t);
}

static void test_logs_filter_level_and_service(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_logs(s);

	tty_send(t, "&");
	expect_text(t, "only lines with:");
	tty_send(t, "7 of the play\r");
	expect_text(t, "line 197 of the play");
	expect_text(t, "line 017 of the play");
	expect_no_text(t, "line 198 of the play");
	expect_text(t, "with \"7 of the play\"");
	tty_send(t, "&\x15\r");
	expect_text(t, "line 198 of the play");
	/* info, warnings, errors */
	tty_send(t, "vvv");
	expect_text(t, "error and worse");
	expect_text(t, "line 050 of the play");
	expect_text(t, "line 200 of the play");
	expect_no_text(t, "line 198 of the play");
	tty_send(t, "v");
	expect_text(t, "line 198 of the play");
	/* To the errors, one by one. */
	tty_send(t, "E");
	expect_no_text(t, "line 200 of the play");
	expect_text(t, "line 150 of the play");
	tty_send(t, "e");
	expect_text(t, "line 200 of the play");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	/* One service alone, and its lines counted alone. */
	for (int i = 2; i <= 4; i++)
		say(s, "other", "INFO the other side again");
	select_service(t, "other");
	tty_send(t, "l");
	expect_text(t, "logs: other");
	expect_text(t, "the other side");
	expect_no_text(t, "of the play");
	expect_text(t, "4 lines ·");
	tty_send(t, "s");
	expect_text(t, "logs: all services");
	expect_text(t, "of the play");
	expect_no_text(t, " 4 lines ·");
	tty_send(t, "s");
	expect_text(t, "logs: other");
	expect_no_text(t, "of the play");
	tty_send(t, "q");
	leave(t);
}

static void test_a_flood_is_passed_over_and_held(void **state)
{
	const struct stage *s = *state;
	AUTO(str) struct str lines = STR_INIT(8 * (size_t)STR_LINE);
	struct tty *t = open_panel(s);

	tty_send(t, "l");
	expect_text(t, "logs: all services");
	for (int i = 1; i <= 9000; i++)
		str_addf(&lines, "water %05d\n", i);
	put(s, "other.txt", str_text(&lines), lines.len, true);
	expect_text(t, "water 09000");
	expect_text(t, "skipped: they came too fast to be seen");
	/* The mark goes with the lines it stands for. */
	for (int i = 0; i < 40; i++) {
		autofree char *drop = xasprintf("drop %02d", i);

		say(s, "other", drop);
		expect_text(t, drop);
	}
	expect_no_text(t, "skipped");
	/* A few lines more than there is room for are no flood. */
	str_clear(&lines);
	for (int i = 1; i <= 24; i++)
		str_addf(&lines, "rain %02d\n", i);
	put(s, "other.txt", str_text(&lines), lines.len, true);
	expect_text(t, "rain 24");
	expect_no_text(t, "skipped");
	tty_send(t, "/water 04500\r");
	expect_text(t, "water 04500");
	expect_text(t, "water 04499");
	expect_no_text(t, "water 09000");
	expect_no_text(t, "skipped");
	tty_send(t, "q");
	expect_text(t, "Enter details");
	leave(t);
}

/* --- hostile text */

static size_t count(struct tty *t, const char *bytes, size_t n)
{
	const struct str *out = tty_output(t);
	size_t found = 0;

	for (size_t i = 0; i + n <= out->len; i++)
		found += memcmp(out->data + i, bytes, n) == 0;
	return found;
}
#define assert_never(t, bytes) assert_int_equal(count(t, bytes, sizeof(bytes) - 1), 0)

static void assert_harmless(struct tty *t)
{
	assert_never(t, "\033]");
	assert_never(t, "\033P");
	assert_never(t, "\033_");
	assert_never(t, "\033^");
	assert_never(t, "\033X");
	assert_never(t, "\033c");
	assert_never(t, "\033[5i");
	assert_never(t, "\033[31mred");
	assert_never(t, "\033[6n");
	assert_never(t, "\033[2Jgone");
	assert_never(t, "\033[?1049hgone");
	assert_never(t, "\xc2\x9b");
	assert_never(t, "\xc2\x9d");
	assert_never(t, "\xe2\x80\xae");
	assert_never(t, "\xe2\x81\xa6");
	assert_never(t, "\xff");
	assert_never(t, "PAYLOAD");
}

#define HOSTILE                                                                                 \
	"\033[31mred\033[0m \033]52;c;UEFZTE9BRA==PAYLOAD\007copied \033]0;PAYLOAD\033\\title " \
	"\033Pq PAYLOAD\033\\dcs \233"                                                          \
	"31mc1 \235"                                                                            \
	"0;PAYLOAD\234osc \302\233"                                                             \
	"32mtwo "                                                                               \
	"\033[2Jgone\033[?1049hgone\033[6n\033c\033[5i \342\200\256txt.exe \342\201\246iso "    \
	"\377\376 bad \355\240\200 sur\007\010 e\314\201 \346\274\242\345\255\227 "             \
	"\360\237\246\204 end"

static void test_hostile_lines_are_text(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	AUTO(str) struct str large = STR_INIT(2 * STR_LINE);

	say(s, "talk", HOSTILE " one");
	expect_text(t, "漢字");
	expect_text(t, "copied");
	say(s, "talk", "\033]52;c;PAYLOAD that never ends");
	for (int i = 0; i < 70000; i++)
		str_addc(&large, (char)('a' + i % 26));
	say(s, "talk", str_text(&large));
	say(s, "talk", "after the long one \xe6\xbc");
	expect_text(t, "after the long one");
	tty_send(t, "l");
	expect_text(t, "logs: all services");
	expect_text(t, "copied");
	for (int i = 0; i < 12; i++)
		tty_send(t, KEY_SEQ_RIGHT);
	expect_no_text(t, "copied");
	tty_send(t, "/red\r");
	expect_text(t, "/ red");
	tty_send(t, "q");
	expect_text(t, "SERVICE");
	put_text(s, "check.sh",
		"printf '"
		"%b"
		"' '\\033]52;c;PAYLOAD\\007\\033[31mred pulse\\0233"
		"31m\\nsecond\\xff'; exit 3\n");
	select_service(t, "sick");
	expect_text(t, "red pulse");
	tty_send(t, "\r");
	expect_text(t, "exit 3: red pulse");
	tty_send(t, "q");
	say(s, "sick", "ERROR " HOSTILE);
	expect_text(t, "SERVICE");
	assert_harmless(t);
	leave(t);
	put_text(s, "check.sh", "echo 'the pulse is 0, expected 60'; exit 3\n");
}

static void test_wide_lines_stay_in_their_row(void **state)
{
	const struct stage *s = *state;
	struct tty *t = open_panel(s);
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	int row, col;

	str_add(&line, "wide ");
	for (int i = 0; i < 200; i++)
		str_add(&line, i % 2 ? "漢" : "é");
	say(s, "talk", str_text(&line));
	say(s, "talk", "the row below");
	expect_text(t, "the row below");
	expect_text(t, "wide é漢é");
	row = tty_find(t, "wide é漢", &col);
	assert_true(row >= 0);
	assert_int_equal(tty_find(t, "the row below", NULL), row + 1);
	/* The cut is marked at the edge, and nothing went over it. */
	assert_non_null(strstr(tty_row(t, row), "…"));
	assert_int_equal(tty_cell(t, row, col + 6).width, 2);
	leave(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs_follow_and_stay),
		cmocka_unit_test(test_logs_hide_secrets),
		cmocka_unit_test(test_logs_search),
		cmocka_unit_test(test_logs_filter_level_and_service),
		cmocka_unit_test(test_a_flood_is_passed_over_and_held),
		cmocka_unit_test(test_hostile_lines_are_text),
		cmocka_unit_test(test_wide_lines_stay_in_their_row),
	};

	return cmocka_run_group_tests(tests, stage_begin, stage_end);
}
