/* SPDX-License-Identifier: MIT */
/* The program itself: guided setup of a directory with a compose file, from the first frame to
 * .env. */
#include "unit.h"

#include "screen.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char compose_yaml[] = "services:\n"
				   "  web:\n"
				   "    image: nginx\n"
				   "    ports: [\"${WEB_PORT:-18080}:80\"]\n"
				   "    environment:\n"
				   "      APP_SECRET: ${APP_SECRET:?signs the sessions}\n"
				   "      TITLE: ${TITLE:-A title}\n";
static const char example[] = "# --- Application ---\n"
			      "# Signs the sessions of the application.\n"
			      "APP_SECRET=changeme\n"
			      "# What stands on the first page.\n"
			      "TITLE=A title\n"
			      "# --- Network ---\n"
			      "WEB_PORT=18080\n";

/* A shell in a directory with a project; the test types the commands. */
static struct tty *start_shell(void)
{
	struct tty *t = tty_shell(NULL, 0, 0);

	tty_put_file(t, "compose.yaml", compose_yaml);
	tty_put_file(t, ".env.example", example);
	return t;
}

static bool has_file(struct tty *t, const char *name)
{
	autofree char *path = xasprintf("%s/%s", tty_home(t), name);

	return access(path, F_OK) == 0;
}

static void test_from_compose_file_to_dotenv(void **state)
{
	struct tty *t = start_shell();
	autofree char *text = NULL, *path = xasprintf("%s/.env", tty_home(t));
	struct stat st;

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	expect_text(t, "Signs the sessions of the application.");
	expect_beside(t, "APP_SECRET", "required");
	/* Why: the line of the files that asks for it, in their own words. */
	tty_send(t, "w");
	expect_text(t, "Required: signs the sessions");
	expect_text(t, "Read at: compose.yaml:6");
	expect_text(t, "Used by: web");
	expect_text(t, "Its value: not set now");
	tty_send(t, "\r");
	expect_no_text(t, "Read at:");
	tty_send(t, "g");
	expect_beside(t, "APP_SECRET", "generated, 64 hex");
	expect_text(t, "all answered");
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "▸ TITLE");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "Bücher $HOME \"x\" #1\r");
	expect_beside(t, "TITLE", "Bücher $HOME \"x\" #1");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	expect_text(t, "+APP_SECRET=••••••••••••••••");
	assert_false(has_file(t, ".env"));
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, "Bücher"));
	assert_null(strstr(text, "changeme"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	/* Again: nothing to answer, nothing to do. */
	tty_send(t, "clear; \"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "all answered · 0 settings changed");
	tty_send(t, "v");
	expect_text(t, "Review: nothing has been written yet.");
	tty_send(t, "q");
	expect_text(t, "status=0");
	tty_free(t);
}

static void test_leaving_keeps_a_draft_without_secrets(void **state)
{
	struct tty *t = start_shell();
	autofree char *draft = NULL;

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "hunter2-hunter2-hunter2-hunter2\r");
	expect_text(t, "▸ TITLE");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "kept\r");
	expect_beside(t, "TITLE", "kept");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "There are 2 answers");
	tty_send(t, "\r");
	expect_text(t, "status=");
	assert_false(has_file(t, ".env"));
	draft = tty_get_file(t, ".slipway/draft.yaml");
	assert_non_null(strstr(draft, "kept"));
	assert_null(strstr(draft, "hunter2"));
	tty_send(t, "clear; \"$SLIPWAY\" setup; echo status=$?\r");
	expect_beside(t, "TITLE", "kept");
	expect_text(t, "1 answer of last time is here");
	tty_send(t, CTRL_KEY('c'));
	expect_text(t, "Leave the setup?");
	tty_send(t, "d");
	expect_text(t, "status=");
	assert_false(has_file(t, ".slipway/draft.yaml"));
	tty_free(t);
}

/* The program that the shell waits for. */
static pid_t child_of(struct tty *t)
{
	autofree char *path =
		xasprintf("/proc/%d/task/%d/children", (int)tty_pid(t), (int)tty_pid(t));
	FILE *f = fopen(path, "re");
	int pid = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

static void check_end_from_outside(int signum, bool again)
{
	struct tty *t = start_shell();
	autofree char *draft = NULL;
	int child;

	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "▸ TITLE");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "outlived\r");
	expect_beside(t, "TITLE", "outlived");
	child = child_of(t);
	assert_int_equal(kill(child, signum), 0);
	while (again && kill(child, signum) == 0)
		sched_yield();
	expect_text(t, "status=1"); /* not the command as typed */
	draft = tty_get_file(t, ".slipway/draft.yaml");
	assert_non_null(draft);
	assert_non_null(strstr(draft, "outlived"));
	tty_free(t);
}

static void test_an_end_from_outside_keeps_the_draft(void **state)
{
	(void)state;
	check_end_from_outside(SIGTERM, false);
}

/* A connection that breaks is said by the kernel and by the shell. */
static void test_being_hung_up_on_twice_keeps_the_draft(void **state)
{
	(void)state;
	check_end_from_outside(SIGHUP, true);
}

static bool draft_has(struct tty *t, const void *text)
{
	autofree char *draft =
		has_file(t, ".slipway/draft.yaml") ? tty_get_file(t, ".slipway/draft.yaml") : NULL;

	return draft && strstr(draft, text);
}

static bool no_draft(struct tty *t, const void *unused)
{
	(void)unused;
	return !has_file(t, ".slipway/draft.yaml");
}

static void answer_title(struct tty *t, const char *title)
{
	autofree char *typed = xasprintf("%s\r", title);

	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, typed);
	expect_beside(t, "TITLE", title);
}

/* Nobody is asked when the power goes: what was answered is there already. */
static void test_a_killed_setup_loses_no_answer(void **state)
{
	struct tty *t = start_shell();
	struct stat st;
	autofree char *draft = NULL, *path = xasprintf("%s/.slipway/draft.yaml", tty_home(t));

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	expect_no_text(t, "checking ports");
	assert_false(has_file(t, ".slipway"));
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "hunter2-hunter2-hunter2-hunter2\r");
	expect_text(t, "▸ TITLE");
	answer_title(t, "survived");
	expect_that(t, draft_has, "survived", "the draft has the answer");
	expect_text(t, "draft kept");
	assert_int_equal(kill(child_of(t), SIGKILL), 0);
	expect_text(t, "status=137");
	assert_false(has_file(t, ".env"));
	draft = tty_get_file(t, ".slipway/draft.yaml");
	assert_null(strstr(draft, "hunter2"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	tty_send(t, "reset; \"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "1 answer of last time is here");
	expect_beside(t, "TITLE", "survived");
	tty_free(t);
}

/* What is taken back leaves the draft; without an answer none is left, nor what it lay in. */
static void test_the_draft_follows_the_answers(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "▸ TITLE");
	answer_title(t, "first");
	expect_that(t, draft_has, "first", "the draft has the first answer");
	answer_title(t, "second");
	expect_that(t, draft_has, "second", "the draft has the second answer");
	tty_send(t, "u");
	expect_that(t, draft_has, "first", "the draft has the first answer again");
	tty_send(t, "u");
	expect_that(t, no_draft, NULL, "the draft is gone");
	expect_no_text(t, "draft kept");
	tty_send(t, "q");
	expect_text(t, "status=0");
	assert_false(has_file(t, ".slipway"));
	tty_free(t);
}

/* One line for a variable in five services is found, but the other four are not. */
static void test_why_names_every_place(void **state)
{
	struct tty *t = start_shell();
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	(void)state;
	str_add(&text, "services:\n");
	for (int i = 0; i < 20; i++)
		str_addf(&text,
			"  s%d:\n    image: nginx\n    command: run ${TITLE:-x} ${TITLE:-y}\n", i);
	tty_put_file(t, "compose.yaml", str_text(&text));
	tty_put_file(t, "compose.override.yaml",
		"services:\n  s0:\n    environment: {T: \"${TITLE:-x}\"}\n");
	tty_put_file(t, ".env.example", "TITLE=A title\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ TITLE");
	tty_send(t, "w");
	expect_text(t, "Used by: s0, s1, s10");
	expect_text(t, "Read at 21 places:");
	expect_text(t, "  compose.yaml:4");
	assert_int_equal(tty_find(t, "compose.override.yaml:3", NULL), -1);
	for (int i = 0; i < 3; i++)
		tty_send(t, " ");
	expect_text(t, "  compose.override.yaml:3");
	expect_text(t, "  compose.yaml:61");
	tty_free(t);
}

/* What nobody has to answer stays in .env, and services get it: it does not count as unset. */
static void test_an_optional_placeholder_stays(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      MIRROR_URL: ${MIRROR_URL:-}\n      TITLE: ${TITLE:-x}\n");
	tty_put_file(
		t, ".env.example", "MIRROR_URL=postgres://user:changeme@db:5432/app\nTITLE=x\n");
	tty_put_file(t, ".env", "MIRROR_URL=postgres://user:changeme@db:5432/app\nTITLE=y\n");
	tty_send(t, "\"$SLIPWAY\" config list; echo status=$?\r");
	expect_text(t, "status=0");
	expect_text(t, "placeholder: nothing asks for it, but services get it as it is");
	assert_int_equal(tty_find(t, "counts as unset", NULL), -1);
	tty_free(t);
}

/* What Compose refuses is where the cursor begins, although something is missing further up. */
static void test_a_refused_value_is_mended_in_the_wizard(void **state)
{
	struct tty *t = start_shell();
	autofree char *text = NULL;

	(void)state;
	tty_put_file(t, ".env", "# mine\nWEB_PORT=abc\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ WEB_PORT");
	expect_text(t, "\"abc:80\" is no port");
	expect_text(t, "It is used at compose.yaml:4:13.");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "18080\r");
	expect_beside(t, "WEB_PORT", "18080");
	expect_no_text(t, "is no port");
	tty_send(t, "G");
	expect_text(t, "all answered");
	tty_send(t, "v");
	expect_text(t, "+WEB_PORT=18080");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, "# mine\nWEB_PORT=18080\n"));
	tty_free(t);
}

/* Where nothing is set up the setup opens although no engine answers, and says so; where Slipway
 * has set something up, what is wrong is said instead of asking all over again. */
static void test_without_an_engine(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_send(t, "export DOCKER_HOST=unix://$HOME/none.sock; clear\r");
	tty_send(t, "\"$SLIPWAY\"; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	expect_text(t, "no engine: only files");
	tty_send(t, "g");
	expect_text(t, "all answered");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "w");
	expect_text(t, "status=0");
	tty_send(t, "clear; \"$SLIPWAY\"; echo status=$?\r");
	expect_text(t, "none.sock");
	expect_text(t, "status=6");
	tty_free(t);
}

/* In an empty directory only the draft knows what was being set up. And without an answer nobody is
 * asked whether to leave. */
static void test_a_draft_knows_its_stack(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_send(t, "mkdir empty; cd empty; \"$SLIPWAY\" setup --stack demo --engine process; echo "
		    "status=$?\r");
	expect_text(t, "Session secret");
	tty_send(t, "g");
	expect_text(t, "all answered");
	tty_send(t, "q");
	expect_text(t, "There is 1 answer");
	tty_send(t, "l");
	expect_text(t, "status=");
	tty_send(t, "clear; \"$SLIPWAY\" --engine process; echo status=$?\r");
	expect_text(t, "1 answer of last time is here");
	expect_text(t, "all answered");
	tty_send(t, "q");
	expect_text(t, "Leave the setup?");
	tty_send(t, "d");
	expect_text(t, "status=");
	assert_false(has_file(t, "empty/.slipway/draft.yaml"));
	tty_free(t);
}

static void test_only_a_draft_is_of_last_time(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup --set TITLE=given; echo status=$?\r");
	expect_beside(t, "TITLE", "given");
	expect_no_text(t, "checking ports");
	assert_int_equal(tty_find(t, "of last time", NULL), -1);
	tty_free(t);
}

/* What is passed over is said; Tab never leaves the form, and keeps to the fields while typing. */
static void test_pages_are_walked_without_surprises(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      A: ${APP_SECRET:?signs}\n      B: ${CACHE_SIZE:-1}\n"
		"      C: ${WEB_PORT}\n      D: ${TITLE}\n");
	tty_put_file(t, ".env.example",
		"# --- Application ---\n# Signs.\nAPP_SECRET=changeme\n# First.\nTITLE=A title\n"
		"# --- Tuning ---\n# Entries.\n# CACHE_SIZE=1\n"
		"# --- Network ---\n# Port.\nWEB_PORT=18080\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	expect_no_text(t, "checking ports");
	tty_send(t, KEY_SEQ_BACKTAB);
	expect_text(t, "the first page with settings");
	tty_send(t, "\t");
	expect_text(t, "▸ WEB_PORT");
	expect_text(t, "nothing to answer on Tuning (a shows all)");
	tty_send(t, "\t");
	expect_text(t, "the last page with settings; v goes to the review");
	expect_text(t, "▸ WEB_PORT");
	tty_send(t, KEY_SEQ_BACKTAB);
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "of-my-own-choice-4711\t");
	expect_text(t, "▸ TITLE");
	expect_beside(t, "APP_SECRET", "••••••••••••••••");
	tty_send(t, "v");
	expect_beside(t, "▸ + .env", "new");
	/* What Slipway keeps for itself is one row, the last one. */
	tty_send(t, "G");
	expect_text(t, "▸ + Slipway's own notes");
	expect_text(t, "+++ .slipway/answers.yaml");
	expect_no_text(t, "+ .slipway/seen ");
	tty_send(t, "g");
	expect_no_text(t, "▸ + Slipway's own notes");
	tty_send(t, "\033[F");
	expect_text(t, "▸ + Slipway's own notes");
	tty_send(t, "\033[H");
	expect_no_text(t, "▸ + Slipway's own notes");
	tty_free(t);
}

/* Why something is needed is read to its end, in the list of the review as well. */
static void test_a_long_reason_is_not_cut(void **state)
{
	struct tty *t = start_shell();

	(void)state;
	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      A: ${SITE_ADDRESS:?the address under which your visitors reach the site, "
		"with "
		"scheme and without a path}\n");
	tty_put_file(t, ".env.example", "");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ SITE_ADDRESS");
	expect_text(t, "scheme and without a path");
	tty_send(t, "v");
	expect_text(t, "1 setting still needs an answer:");
	expect_text(t, "and without a path");
	tty_free(t);
}

/* A default that everybody can read: said, made from the review, and kept where that is wanted. */
/* Files of top-level secrets are a page: what is there, what is made, what has to be brought. */
static void test_secret_files_are_a_page(void **state)
{
	struct tty *t = start_shell();
	autofree char *made = NULL, *brought = NULL,
		      *path = xasprintf("%s/secrets/token", tty_home(t));
	struct stat st;

	(void)state;
	tty_put_file(t, "here", "already-there-and-mine");
	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    user: '1234'\n"
		"    secrets: [here, token, tls_cert]\n"
		"secrets:\n  here: {file: ./here}\n  token: {file: ./secrets/token}\n"
		"  tls_cert: {file: ./certs/tls.pem}\n");
	tty_put_file(t, ".env.example", "");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "● Secret files    1");
	expect_text(t, "1 to answer · 0 settings changed");
	expect_beside(t, "▸ token", "will be made");
	expect_beside(t, "here", "is there");
	expect_beside(t, "tls_cert", "to be brought");
	tty_send(t, "g");
	expect_beside(t, "token", "generated, 64 hex");
	expect_text(t, "+ ./secrets/token: ••••••••••••••••");
	tty_send(t, "/tls_cert\r");
	expect_text(t, "▸ tls_cert");
	expect_text(t, "/run/secrets/tls_cert. It has to be brought: a");
	tty_send(t, "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "typed-by-hand\r");
	expect_beside(t, "tls_cert", "new");
	expect_no_text(t, "typed-by-hand");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	expect_beside(t, "secrets/token", "new, generated, 64 hex");
	expect_text(t, "certs/tls.pem");
	expect_no_text(t, "typed-by-hand");
	tty_send(t, "w");
	expect_text(t, "status=0");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, geteuid() == 0 ? 0400 : 0444);
	made = tty_get_file(t, "secrets/token");
	assert_int_equal(strlen(made), 64);
	brought = tty_get_file(t, "certs/tls.pem");
	assert_string_equal(brought, "typed-by-hand");
	tty_free(t);
}

static void test_a_published_secret_is_made_or_kept(void **state)
{
	struct tty *t = start_shell();
	autofree char *text = NULL;

	(void)state;
	tty_put_file(t, "compose.yaml",
		"services:\n  web:\n    image: nginx\n    environment:\n"
		"      SALT: ${SALT:-mysalt}\n      PEPPER_SECRET: ${PEPPER_SECRET:-mypepper}\n"
		"      DATABASE_URL: ${DATABASE_URL:-postgres://a:dbword11@db/x}\n"
		"      DB_PASSWORD: ${DB_PASSWORD:-dbword11}\n");
	tty_put_file(t, ".env.example", "");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "3 to answer · 0 settings changed");
	expect_text(t, "everybody can read its default in compose.yaml:");
	expect_no_text(t, "checking ports");
	tty_send(t, "/PEPPER\r");
	expect_text(t, "▸ PEPPER_SECRET");
	tty_send(t, "D");
	expect_text(t, "2 to answer · 1 setting changed");
	tty_send(t, "v");
	expect_text(t, "2 settings still need an answer:");
	tty_send(t, "g");
	expect_text(t, "Nothing has been written yet.");
	expect_text(t, "are made anew: everybody can read");
	tty_send(t, "e");
	expect_text(t, "all answered · 4 settings changed");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_non_null(strstr(text, "PEPPER_SECRET=mypepper\n"));
	assert_null(strstr(text, "mysalt"));
	assert_non_null(strstr(text, "DATABASE_URL=postgres://a:"));
	assert_null(strstr(text, "dbword11"));
	tty_free(t);
}

/* The same column for what takes two cells a character. */
static void test_columns_line_up_in_lines(void **state)
{
	struct tty *t = start_shell();
	int first, second = 0;

	(void)state;
	tty_put_file(t, "slipway.yaml",
		"slipway: 1\nstack: x\npages:\n- title: A\n  settings:\n"
		"  - {name: ONE, default: narrow, required: one}\n"
		"  - {name: TWO, default: メモリ, required: two}\n");
	tty_send(t, "\"$SLIPWAY\" stack show ./slipway.yaml; echo status=$?\r");
	expect_text(t, "status=0");
	expect_beside(t, "narrow", "required");
	expect_beside(t, "メモリ", "required");
	first = tty_find(t, "narrow", NULL);
	for (int col = 0; col < 80; col++) {
		struct tty_cell a = tty_cell(t, first, col), b = tty_cell(t, first + 1, col);

		if (strcmp(a.text, "r") == 0 && col > 60) {
			second = col;
			assert_string_equal(b.text, a.text);
		}
	}
	assert_in_range(second, 61, 79);
	tty_send(t, "clear; \"$SLIPWAY\" config list; echo status=$?\r");
	expect_text(t, "# 5 settings, 1 to answer");
	tty_free(t);
}

/* The page of adjustments: a service's ports, checked while typed, seen in the review, taken back.
 */
static void test_a_service_is_adjusted(void **state)
{
	struct tty *t = start_shell();
	autofree char *text = NULL;

	(void)state;
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, "go");
	expect_text(t, "service 1 of 1");
	expect_beside(t, "▸ Ports", "18080:80");
	expect_text(t, "override.web.ports");
	tty_send(t, KEY_SEQ_DOWN "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "localhost");
	expect_text(t, "this is no IP address");
	tty_send(t, CTRL_KEY('u'));
	tty_send(t, "127.0.0.1\r");
	expect_beside(t, "Bind to", "new");
	/* Found by its name, and switched. */
	tty_send(t, "/hardening");
	expect_text(t, "Hardened: web");
	tty_send(t, "\r");
	expect_beside(t, "▸ Hardened", "(as it is)");
	tty_send(t, " ");
	expect_beside(t, "▸ Hardened", "true");
	tty_send(t, KEY_SEQ_DOWN);
	expect_beside(t, "▸ Capabilities", "CHOWN DAC_OVERRIDE");
	tty_send(t, "v");
	expect_text(t, "web: Bind to, Hardened");
	tty_send(t, "eu");
	expect_text(t, "taken back: override.web.hardening");
	tty_send(t, "v");
	expect_beside(t, "compose.slipway.yaml", "web: Bind to");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, "compose.slipway.yaml");
	assert_non_null(strstr(text, "127.0.0.1:${WEB_PORT:-18080}:80"));
	assert_null(strstr(text, "cap_drop"));
	tty_free(t);
}

/* Each profile says what it starts; what was chosen comes to the list that is there. */
static void test_profiles_are_a_page(void **state)
{
	struct tty *t = tty_shell(NULL, 0, 0);
	autofree char *text = NULL;

	(void)state;
	tty_put_file(t, "compose.yaml",
		"services:\n"
		"  web: {image: nginx, environment: [\"TITLE=${TITLE:-A title}\"]}\n"
		"  admin: {image: adminer, profiles: [tools]}\n"
		"  mailer: {image: mailpit, profiles: [mail, tools]}\n");
	tty_put_file(t, ".env", "COMPOSE_PROFILES=mine\nTITLE=x\n");
	tty_send(t, "\"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "Features");
	expect_beside(t, "▸ Profile tools", "false");
	expect_text(t, "starts besides: admin");
	expect_text(t, "mailer (mailpit).");
	tty_send(t, " ");
	expect_beside(t, "▸ Profile tools", "true");
	tty_send(t, KEY_SEQ_DOWN);
	expect_beside(t, "▸ Profile mail", "false");
	tty_send(t, "v");
	expect_text(t, "+COMPOSE_PROFILES=mine,tools");
	tty_send(t, "w");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".env");
	assert_string_equal(text, "COMPOSE_PROFILES=mine,tools\nTITLE=x\n");
	tty_free(t);
}

#define KEY "0123456789abcdef0123456789abcdef"

/* A setup that is through, up to what its definition suggests. */
static struct tty *start_suggested(void)
{
	struct tty *t = start_shell();

	tty_put_file(t, "slipway.yaml",
		"slipway: 1\nstack: kept\ntitle: Kept\nabout: Kept well\nstore: encrypted\n");
	tty_put_file(t, "open.key", KEY);
	tty_send(t, "install -m 600 open.key shop.key; \"$SLIPWAY\" setup; echo status=$?\r");
	expect_text(t, "▸ APP_SECRET");
	tty_send(t, "g");
	expect_text(t, "all answered");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "w");
	expect_text(t, "Move them now?");
	tty_send(t, "y\r");
	return t;
}

/* What the definition suggests is asked when the files are there; a no leaves them as they are. */
static void test_a_suggested_store_is_asked(void **state)
{
	struct tty *t = start_suggested();
	autofree char *text = NULL, *env = NULL;

	(void)state;
	expect_text(t, "assphrase");
	tty_send(t, "correct horse battery\r");
	expect_text(t, "gain");
	tty_send(t, "correct horse battery\r");
	expect_text(t, "[y/N]");
	tty_send(t, "y\r");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".slipway/store.json");
	assert_non_null(strstr(text, "\"encrypted\""));
	env = tty_get_file(t, ".env");
	assert_null(strstr(env, "APP_SECRET="));
	tty_free(t);
}

/* It opens with a key file as well; one that cannot be taken is asked for again. */
static void test_a_suggested_store_takes_a_key_file(void **state)
{
	struct tty *t = start_suggested();
	autofree char *text = NULL, *env = NULL;

	(void)state;
	expect_text(t, "(f: a key file instead):");
	tty_send(t, "f\r");
	expect_text(t, "The path of the key file:");
	tty_send(t, "nowhere.key\r");
	expect_text(t, "head -c 32 /dev/urandom >");
	tty_send(t, "open.key\r");
	expect_text(t, "chmod 600");
	tty_send(t, "~/shop.key\r");
	expect_text(t, "Do it?");
	tty_send(t, "y\r");
	expect_text(t, "status=0");
	text = tty_get_file(t, ".slipway/store.json");
	assert_non_null(strstr(text, "shop.key\""));
	env = tty_get_file(t, ".env");
	assert_null(strstr(env, "APP_SECRET="));
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_compose_file_to_dotenv),
		cmocka_unit_test(test_leaving_keeps_a_draft_without_secrets),
		cmocka_unit_test(test_an_end_from_outside_keeps_the_draft),
		cmocka_unit_test(test_being_hung_up_on_twice_keeps_the_draft),
		cmocka_unit_test(test_a_killed_setup_loses_no_answer),
		cmocka_unit_test(test_the_draft_follows_the_answers),
		cmocka_unit_test(test_why_names_every_place),
		cmocka_unit_test(test_an_optional_placeholder_stays),
		cmocka_unit_test(test_a_refused_value_is_mended_in_the_wizard),
		cmocka_unit_test(test_without_an_engine),
		cmocka_unit_test(test_only_a_draft_is_of_last_time),
		cmocka_unit_test(test_a_draft_knows_its_stack),
		cmocka_unit_test(test_pages_are_walked_without_surprises),
		cmocka_unit_test(test_a_long_reason_is_not_cut),
		cmocka_unit_test(test_columns_line_up_in_lines),
		cmocka_unit_test(test_secret_files_are_a_page),
		cmocka_unit_test(test_a_published_secret_is_made_or_kept),
		cmocka_unit_test(test_a_service_is_adjusted),
		cmocka_unit_test(test_profiles_are_a_page),
		cmocka_unit_test(test_a_suggested_store_is_asked),
		cmocka_unit_test(test_a_suggested_store_takes_a_key_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
