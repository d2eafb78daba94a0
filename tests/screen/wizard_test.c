/* SPDX-License-Identifier: MIT */
/* The wizard, seen on a terminal. */
#include "unit.h"

#include "screen.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>

#define FIXTURE "tests/screen/fixture"

static struct tty *start(int rows, int cols, const char *const *env, const char *port)
{
	const char *argv[] = {FIXTURE, port, NULL};
	struct tty_spec spec = {.rows = rows, .cols = cols, .argv = argv, .env = env};

	return tty_start(&spec);
}

static struct tty *start_wizard(void)
{
	struct tty *t = start(24, 80, NULL, NULL);

	expect_text(t, "Secrets");
	expect_text(t, "JWT_SECRET_KEY");
	return t;
}

static bool output_has(struct tty *t, const char *bytes, size_t n)
{
	const struct str *out = tty_output(t);

	return out->len && memmem(out->data, out->len, bytes, n);
}

/* Waits until the program has dealt with everything sent so far: a key whose answer is
 * unmistakable. */
static void settle(struct tty *t)
{
	tty_send(t, "?");
	expect_text(t, "Keys: ");
	tty_send(t, "q");
	expect_no_text(t, "Keys: ");
}

/* --- the picture */

static void test_first_frame_has_everything_in_its_place(void **state)
{
	struct tty *t = start_wizard();
	int row, col;

	(void)state;
	expect_at(t, 0, 1, "semantik");
	expect_at(t, 0, 73, "2 of 4");
	expect_at(t, 1, 1, "────");
	expect_at(t, 2, 1, "✓ Environment");
	expect_at(t, 3, 1, "● Secrets");
	expect_beside(t, "▸ JWT_SECRET_KEY", "required");
	expect_text(t, "Signs login tokens. Changing it logs everybody out.");
	expect_at(t, 22, 1, "2 to answer · 0 settings changed");
	expect_at(t, 23, 1, "Enter edit");
	expect_at(t, 23, 78, "?");
	/* The secret that is there is dots, and nowhere in what was written. */
	expect_beside(t, "POSTGRES_PASSWORD", "••••••••••••••••");
	assert_false(output_has(t, "s3cret-of-old", 13));
	row = tty_find(t, "JWT_SECRET_KEY", &col);
	assert_true(tty_cell(t, row, col).bold);
	assert_false(tty_cursor_visible(t));
	tty_free(t);
}

static void test_a_small_window_says_so_and_waits(void **state)
{
	struct tty *t = start(19, 80, NULL, NULL);

	(void)state;
	expect_text(t, "This window is 80 x 19.");
	expect_text(t, "60 x 20");
	tty_send(t, "g");
	/* Once this is seen, the key has been read: it was there before. */
	tty_resize(t, 19, 79);
	expect_text(t, "This window is 79 x 19.");
	tty_resize(t, 20, 60);
	expect_text(t, "▸ JWT_SECRET_KEY");
	/* Keys meant for what could not be seen did nothing. */
	expect_text(t, "0 settings changed");
	tty_resize(t, 20, 59);
	expect_text(t, "This window is 59 x 20.");
	tty_send(t, CTRL_KEY('c'));
	assert_true(WIFEXITED(expect_end(t)));
	tty_free(t);
}

static void test_resizing_keeps_everything(void **state)
{
	static const struct {
		int rows, cols;
	} sizes[] = {{50, 200}, {20, 60}, {24, 71}, {24, 72}, {30, 139}, {30, 140}, {24, 80}};
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "\t\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "90");
	expect_beside(t, "▸ WEBUI_PORT", "90");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		tty_resize(t, sizes[i].rows, sizes[i].cols);
		expect_at(t, sizes[i].rows - 1, 1, "Enter take it");
		expect_at(t, 0, sizes[i].cols - 7, "3 of 4");
		expect_beside(t, "▸ WEBUI_PORT", "90");
		assert_true(tty_cursor_visible(t));
	}
	tty_send(t, "90\r");
	expect_beside(t, "WEBUI_PORT", "9090");
	expect_text(t, "1 setting changed");
	tty_free(t);
}

static void test_ascii_terminal_gets_ascii_only(void **state)
{
	const char *env[] = {"LANG=C", NULL};
	struct tty *t = start(24, 80, env, NULL);

	(void)state;
	expect_text(t, "[->] Secrets");
	expect_text(t, "> JWT_SECRET_KEY");
	expect_beside(t, "POSTGRES_PASSWORD", "****************");
	tty_send(t, KEY_SEQ_BACKTAB);
	expect_beside(t, "PROJECT_TITLE", "B?cherei");
	settle(t);
	for (size_t i = 0; i < tty_output(t)->len; i++)
		assert_true((unsigned char)tty_output(t)->data[i] < 0x80);
	tty_free(t);
}

/* SGR with a colour: a parameter in 30-49 or 90-107. */
static bool has_colour(const struct str *out)
{
	for (const char *p = out->data;
		(p = memmem(p, (size_t)(out->data + out->len - p), "\033[", 2)); p += 2) {
		const char *end = p + 2 + strspn(p + 2, "0123456789;:");

		for (const char *n = p + 2; *end == 'm' && n < end; n += strcspn(n, ";:m") + 1) {
			long v = strtol(n, NULL, 10);

			if ((v >= 30 && v <= 49 && v != 39 && v != 49) || (v >= 90 && v <= 107))
				return true;
		}
	}
	return false;
}

static void test_colour_only_where_it_is_wanted(void **state)
{
	static const char *const plain[][2] = {{"NO_COLOR=1", NULL}, {"TERM=vt220", NULL}};
	struct tty *t = start_wizard();
	int row, col;

	(void)state;
	expect_text(t, "required");
	row = tty_find(t, "required", &col);
	assert_true(tty_cell(t, row, col).coloured);
	assert_true(has_colour(tty_output(t)));
	tty_free(t);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		t = start(24, 80, plain[i], NULL);
		expect_text(t, "required");
		settle(t);
		assert_false(has_colour(tty_output(t)));
		row = tty_find(t, "JWT_SECRET_KEY", &col);
		assert_true(tty_cell(t, row, col).bold);
		tty_free(t);
	}
}

static bool cursor_in_column(struct tty *t, const void *arg)
{
	int row, col;

	tty_cursor(t, &row, &col);
	return tty_cursor_visible(t) && col == *(const int *)arg;
}

static void test_wide_characters_line_up(void **state)
{
	struct tty *t = start_wizard();
	int row, value, other;

	(void)state;
	tty_send(t, KEY_SEQ_BACKTAB);
	expect_beside(t, "PROJECT_TITLE", "図書館 Bücherei");
	row = tty_find(t, "図書館", &value);
	assert_int_equal(tty_cell(t, row, value).width, 2);
	tty_find(t, "production", &other);
	assert_int_equal(value, other);
	/* The cursor of the editor counts cells, not bytes. */
	tty_send(t, KEY_SEQ_DOWN "\r");
	expect_text(t, "Enter take it");
	expect_that(t, cursor_in_column, &(int){value + 15}, "the cursor behind the text");
	tty_send(t, KEY_SEQ_LEFT "\177X");
	expect_text(t, "Bücher"
		       "Xi");
	tty_free(t);
}

static void test_hostile_values_never_reach_the_terminal(void **state)
{
	static const char *const never[] = {"\033[31malert", "\xe2\x80\xae", "\033[0m \xe2"};
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, KEY_SEQ_BACKTAB);
	expect_beside(t, "MOTD", "red alert txt.exe");
	tty_send(t, "/motd");
	expect_text(t, "1 of 12");
	tty_send(t, "\r");
	expect_beside(t, "▸ MOTD", "red alert");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "\033w");
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		assert_false(output_has(t, never[i], strlen(never[i])));
	tty_free(t);
}

static void test_speaks_german(void **state)
{
	struct tty *t = start(24, 80, tty_german(), NULL);

	(void)state;
	expect_text(t, "12 Einstellungen");
	expect_text(t, "g erzeugen");
	expect_beside(t, "JWT_SECRET_KEY", "erforderlich");
	tty_free(t);
}

/* --- answering */

static void test_generated_secret_is_dots_until_revealed(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "g");
	/* What does not fit beside the field is whole below it. */
	expect_beside(t, "JWT_SECRET_KEY", "generated");
	expect_no_text(t, "generated, 64…");
	expect_no_text(t, "generated, 64 h…");
	expect_text(t, "generated, 64 hex");
	expect_text(t, "+ JWT_SECRET_KEY=••••••••••••••••");
	expect_text(t, "1 to answer · 1 setting changed");
	tty_send(t, "r");
	expect_no_text(t, "+ JWT_SECRET_KEY=••••");
	tty_send(t, "r");
	expect_text(t, "+ JWT_SECRET_KEY=••••");
	tty_send(t, "u");
	expect_text(t, "2 to answer · 0 settings changed");
	tty_send(t, CTRL_KEY('r'));
	expect_text(t, "1 to answer · 1 setting changed");
	tty_free(t);
}

static void test_value_is_checked_while_it_is_typed(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "\t\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "99999");
	expect_text(t, "✖ expected a number from 1 to 65535, got \"99999\"");
	tty_send(t, "\r");
	/* Not taken: still being edited. */
	expect_text(t, "Enter take it");
	tty_send(t, "\177");
	expect_no_text(t, "✖");
	tty_send(t, "\033");
	expect_beside(t, "WEBUI_PORT", "8080");
	expect_text(t, "0 settings changed");
	tty_free(t);
}

static void test_paste_is_text_and_no_command(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "\033[200~qgu\033[201~");
	expect_text(t, "nothing here takes text");
	expect_text(t, "▸ JWT_SECRET_KEY");
	tty_send(t, KEY_SEQ_BACKTAB KEY_SEQ_DOWN "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "\033[200~one\ntwo \033[31mred\n\033[201~");
	expect_beside(t, "▸ PROJECT_TITLE", "one two");
	/* Still being edited: the line break confirmed nothing. */
	expect_text(t, "Enter take it");
	tty_free(t);
}

static void test_choice_and_switch(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, KEY_SEQ_BACKTAB "\r");
	expect_text(t, "┌─ DEPLOYMENT ─");
	expect_text(t, "▸ production");
	tty_send(t, KEY_SEQ_UP "\r");
	expect_beside(t, "▸ DEPLOYMENT", "staging");
	tty_send(t, "\t\t\t");
	expect_beside(t, "▸ ENABLE_CACHE", "true");
	tty_send(t, " ");
	expect_beside(t, "▸ ENABLE_CACHE", "false");
	expect_text(t, "2 settings changed");
	tty_free(t);
}

static void test_express_and_all(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "\t\t");
	expect_text(t, "ENABLE_CACHE");
	expect_text(t, "12 settings, 9 shown");
	assert_int_equal(tty_find(t, "DB_POOL_SIZE", NULL), -1);
	tty_send(t, "a");
	expect_beside(t, "DB_POOL_SIZE", "20");
	expect_text(t, "12 settings, 12 shown");
	/* The keys offer what they then do, each with its word. */
	tty_resize(t, 24, 160);
	expect_text(t, "a fewer");
	expect_no_text(t, "a all");
	tty_send(t, "a");
	expect_text(t, "a all");
	tty_send(t, "a");
	expect_text(t, "a fewer");
	tty_send(t, KEY_SEQ_DOWN KEY_SEQ_DOWN "\r");
	expect_beside(t, "Enter take it", "F1 help");
	tty_free(t);
}

/* A field that is narrower than its text says so, on the side where there is more. */
static void test_a_cut_text_has_a_mark(void **state)
{
	static const char many[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
				   "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
	struct tty *t = start_wizard();

	(void)state;
	expect_text(t, "▸ JWT_SECRET_KEY");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, many);
	expect_beside(t, "▸ JWT_SECRET_KEY", " …••");
	tty_send(t, "\033OH");
	expect_beside(t, "▸ JWT_SECRET_KEY", "••…");
	tty_send(t, "\033");
	expect_text(t, "Enter edit");
	tty_send(t, "/");
	tty_send(t, many);
	expect_text(t, "/ …");
	expect_text(t, "xyz ");
	tty_send(t, "\033OH");
	expect_text(t, "/ abc");
	tty_free(t);
}

static void test_search_finds_by_help_and_goes_there(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "/peaks");
	expect_text(t, "1 of 12");
	expect_beside(t, "▸ DB_MAX_OVERFLOW", "Tuning");
	tty_send(t, "\r");
	expect_text(t, "● Tuning");
	expect_beside(t, "▸ DB_MAX_OVERFLOW", "40");
	tty_free(t);
}

/* A port somebody listens on; the caller closes *ret_fd. */
static int taken_port(int *ret_fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);

	*ret_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(*ret_fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(*ret_fd, 1), 0);
	assert_int_equal(getsockname(*ret_fd, (struct sockaddr *)&a, &n), 0);
	return ntohs(a.sin_port);
}

static void test_next_free_port(void **state)
{
	int fd, port = taken_port(&fd);
	autofree char *text = xasprintf("%d", port), *next = xasprintf("%d", port - 1);
	struct tty *t = start(24, 80, NULL, next);

	(void)state;
	expect_text(t, "JWT_SECRET_KEY");
	expect_no_text(t, "checking ports");
	tty_send(t, "\t");
	expect_beside(t, "▸ WEBUI_PORT", next);
	tty_send(t, "n");
	expect_no_text(t, next);
	/* The one that is taken was passed over. */
	settle(t);
	assert_int_equal(tty_find(t, text, NULL), -1);
	close(fd);
	tty_free(t);
}

/* --- help, commands */

static void test_help_lists_what_dispatches(void **state)
{
	struct tty *t = start(50, 100, NULL, NULL);

	(void)state;
	expect_text(t, "JWT_SECRET_KEY");
	tty_send(t, "?");
	expect_text(t, "Keys: Setup");
	expect_beside(t, "  g   ", "Make a new random secret");
	expect_beside(t, "Ctrl-C", "Leave Slipway, after asking");
	expect_text(t, "Not now");
	expect_beside(t, "Take the next free port", "(only for ports)");
	/* The bar names the keys that scroll where there is something to scroll. */
	expect_text(t, "PgDn page down");
	tty_resize(t, 80, 120);
	expect_no_text(t, "PgDn page down");
	tty_resize(t, 50, 100);
	tty_send(t, "q");
	expect_no_text(t, "Keys: Setup");
	/* A key that cannot be used says why, in the same words. */
	tty_send(t, "n");
	expect_beside(t, "2 to answer", "only for ports");
	tty_send(t, ":gen");
	expect_beside(t, "▸ generate", "Make a new random secret");
	tty_send(t, "\r");
	expect_beside(t, "JWT_SECRET_KEY", "generated, 64 hex");
	tty_free(t);
}

static void test_mouse_selects_and_presses_keys(void **state)
{
	struct tty *t = start_wizard();
	int row, col;
	autofree char *press = NULL;

	(void)state;
	row = tty_find(t, "FLOWER_PASSWORD", &col);
	press = xasprintf("\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1, row + 1);
	tty_send(t, press);
	expect_text(t, "▸ FLOWER_PASSWORD");
	row = tty_find(t, "g generate  r reveal", &col);
	free(press);
	press = xasprintf("\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1, row + 1);
	tty_send(t, press);
	expect_beside(t, "FLOWER_PASSWORD", "generated");
	/* The rail. */
	tty_send(t, "\033[<0;5;5M\033[<0;5;5m");
	expect_text(t, "● Ports");
	tty_free(t);
}

/* --- the review */

static void test_review_lists_what_is_missing_and_leads_there(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "gv");
	expect_text(t, "1 setting still needs an answer:");
	expect_beside(t, "▸ FLOWER_PASSWORD", "Secrets");
	tty_send(t, "\r");
	expect_text(t, "● Secrets");
	expect_text(t, "▸ FLOWER_PASSWORD");
	tty_free(t);
}

static void test_review_shows_and_confirms(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "Gv");
	expect_text(t, "Review: 5 changes. Nothing has been written yet.");
	expect_beside(t, "▸ ~ .env", "2 set, 1 added, 9 untouched");
	expect_text(t, "+JWT_SECRET_KEY=••••••••••••••••");
	expect_text(t, "POSTGRES_PASSWORD is kept");
	assert_false(output_has(t, "seen-in-the-clear", 17));
	tty_send(t, "r");
	expect_text(t, "+JWT_SECRET_KEY=seen-in-the-clear");
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "+services:");
	tty_send(t, "e");
	expect_text(t, "● Secrets");
	tty_send(t, "v");
	expect_text(t, "Review: 5 changes");
	tty_send(t, "\r");
	expect_text(t, "choice: deploy, 5 steps");
	expect_text(t, "JWT_SECRET_KEY generated, 64");
	assert_true(WIFEXITED(expect_end(t)));
	assert_false(tty_altscreen(t));
	tty_free(t);
}

static void test_review_write_only(void **state)
{
	struct tty *t = start_wizard();

	(void)state;
	tty_send(t, "Gv");
	expect_text(t, "Review: 5 changes");
	tty_send(t, "w");
	expect_text(t, "choice: write, 2 steps");
	expect_end(t);
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_frame_has_everything_in_its_place),
		cmocka_unit_test(test_a_small_window_says_so_and_waits),
		cmocka_unit_test(test_resizing_keeps_everything),
		cmocka_unit_test(test_ascii_terminal_gets_ascii_only),
		cmocka_unit_test(test_colour_only_where_it_is_wanted),
		cmocka_unit_test(test_wide_characters_line_up),
		cmocka_unit_test(test_hostile_values_never_reach_the_terminal),
		cmocka_unit_test(test_speaks_german),
		cmocka_unit_test(test_generated_secret_is_dots_until_revealed),
		cmocka_unit_test(test_value_is_checked_while_it_is_typed),
		cmocka_unit_test(test_paste_is_text_and_no_command),
		cmocka_unit_test(test_choice_and_switch),
		cmocka_unit_test(test_express_and_all),
		cmocka_unit_test(test_a_cut_text_has_a_mark),
		cmocka_unit_test(test_search_finds_by_help_and_goes_there),
		cmocka_unit_test(test_next_free_port),
		cmocka_unit_test(test_help_lists_what_dispatches),
		cmocka_unit_test(test_mouse_selects_and_presses_keys),
		cmocka_unit_test(test_review_lists_what_is_missing_and_leads_there),
		cmocka_unit_test(test_review_shows_and_confirms),
		cmocka_unit_test(test_review_write_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
