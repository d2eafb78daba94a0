/* SPDX-License-Identifier: MIT */
/* The wizard on a secret that a volume remembers: tried, and the ways on offer. With a real
 * PostgreSQL. */
#include "unit.h"

#include "engine_stage.h"

#include <stdio.h>
#include <unistd.h>

#define KEY_SEQ_F4 "\033OS"

static const char services[] =
	"services:\n"
	"  db:\n"
	"    image: slipway-test/postgres:1\n"
	"    stop_signal: SIGINT\n"
	"    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: \"${PASSWORD:?}\"}\n"
	"    volumes: [\"data:/var/lib/postgresql/data\"]\n"
	"    healthcheck:\n"
	"      test: [CMD-SHELL, \"pg_isready -h 127.0.0.1 -U shop\"]\n"
	"      interval: 1s\n"
	"      retries: 60\n"
	"volumes: {data: {name: %s}}\n";
/* A name that the test has given is no project's: two runs beside each other would share it. */
static char volume[32];

static int begin(void **state)
{
	autofree char *all = NULL;

	snprintf(volume, sizeof(volume), "old-secret-%010ld", (long)getpid());
	all = xasprintf(services, volume);
	return engine_stage_begin(state, all, 0);
}

/* A line that names the volume. */
static void expect_of_volume(struct tty *t, const char *before, const char *after)
{
	autofree char *line = xasprintf("%s%s%s", before, volume, after);

	expect_text(t, line);
}

static void test_what_becomes_of_it_is_chosen(void **state)
{
	const struct engine_stage *s = *state;
	struct tty *t;

	engine_stage_need(s);
	t = engine_stage_open(s, 24, 80, "setup");
	expect_of_volume(t, "kept: the volume ", " accepts it");
	tty_send(t, KEY_SEQ_F4);
	expect_text(t, "▸ Keep the old one");
	expect_text(t, "A new one: change it inside db, too");
	/* Another one is typed: it is tried at once, and taken back. */
	tty_send(t, KEY_SEQ_DOWN "\r");
	expect_text(t, "Enter take it");
	tty_send(t, "0123456789abcdef0123456789abcdef\r");
	expect_text(t, "was made with another one");
	expect_text(t, "(PostgreSQL: authentication failed)");
	tty_send(t, "u");
	expect_of_volume(t, "kept: the volume ", " accepts it");
	/* g leads there, too. The volume goes only when its name was typed. */
	tty_send(t, "g");
	expect_text(t, "▸ Keep the old one");
	tty_send(t, KEY_SEQ_DOWN KEY_SEQ_DOWN KEY_SEQ_DOWN "\r");
	expect_text(t, "Type the name of the volume:");
	tty_send(t, "old\r");
	expect_text(t, "that is not what was asked for");
	tty_send(t, "\033");
	expect_no_text(t, "Type the name of the volume:");
	expect_text(t, "0 settings changed");
	tty_send(t, KEY_SEQ_F4 KEY_SEQ_DOWN KEY_SEQ_DOWN KEY_SEQ_DOWN "\r");
	expect_text(t, "Type the name of the volume:");
	tty_send(t, volume);
	tty_send(t, "\r");
	expect_of_volume(t, "made anew: the volume ", " is DELETED");
	tty_send(t, "v");
	expect_of_volume(t, "▸ ✖ ", "");
	expect_text(t, "containers of db: stopped and removed");
	expect_no_text(t, "write only");
	tty_send(t, "w");
	expect_text(t, "that needs the deployment");
	/* Something else is chosen: the volume stays. */
	tty_send(t, "e");
	expect_text(t, "F4 old one");
	tty_send(t, KEY_SEQ_F4);
	expect_text(t, "▸ DELETE the volume");
	tty_send(t, KEY_SEQ_UP "\r");
	expect_text(t, "made anew, and changed inside its service");
	tty_send(t, "v");
	expect_text(t, "PostgreSQL in db: ALTER ROLE shop");
	expect_text(t, "db lets in the new value, and refuses the old one");
	expect_no_text(t, "DELETED");
	tty_send(t, "\r");
	expect_text(t, "deploy 0002 done");
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	expect_text(t, "Done. This run is not undone");
	tty_free(t);
	t = engine_stage_open(s, 24, 80, "setup");
	expect_of_volume(t, "kept: the volume ", " accepts it");
	tty_free(t);
}

static void test_in_german(void **state)
{
	const struct engine_stage *s = *state;
	const char *argv[] = {s->slipway, "-C", s->dir, "setup", NULL};
	AUTO(strv) struct strv env = STRV_INIT;
	struct tty_spec spec = {.argv = argv};
	struct tty *t;

	engine_stage_need(s);
	for (const char *const *e = tty_german(); *e; e++)
		strv_push(&env, *e);
	strv_extend(&env, &s->env);
	spec.env = (const char *const *)env.items;
	t = tty_start(&spec);
	expect_of_volume(t, "behalten: das Volume ", " nimmt ihn");
	tty_send(t, KEY_SEQ_F4);
	expect_text(t, "▸ Den alten behalten");
	expect_text(t, "Einen neuen: auch in db ändern");
	tty_send(t, KEY_SEQ_DOWN KEY_SEQ_DOWN KEY_SEQ_DOWN "\r");
	expect_text(t, "Daten löschen?");
	expect_text(t, "eingeben:");
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_becomes_of_it_is_chosen),
		cmocka_unit_test(test_in_german),
	};

	return cmocka_run_group_tests(tests, begin, engine_stage_end);
}
