/* SPDX-License-Identifier: MIT */
/* Each stack that comes with Slipway, through the wizard, in an empty directory. */
#include "unit.h"

#include "screen.h"

#include <sys/stat.h>

static const struct stack_row {
	const char *name;
	const char *first;         /* a line of the first page that asks for something */
	const char *options[7];    /* for what cannot be generated */
	const char *file, *holds;  /* a file that is written, and a piece of it */
	const char *feature, *env; /* a feature that is chosen, and what it means in .env */
	const char *lacks;         /* what the review says is missing for a deployment */
} rows[] = {
	{"haven", "Access token", {NULL}, "compose.yaml", "pgvector/pgvector", "Embedding worker",
		"COMPOSE_PROFILES=worker\n", "./haven/schema/init.sql, which does not exist"},
	{"semantik", "Key of the logins", {NULL}, "compose.prod.yaml", "restart: always",
		"Flower", "COMPOSE_FILE=compose.yaml:compose.prod.yaml\n", NULL},
	{"claude-context", "Database password", {NULL}, "compose.yaml", "crawl4ai", "Reranking",
		"POSTGRES_PASSWORD=", NULL},
	{"ragcorp", "Key of the logins",
		{"--set", "FAKE_LLM=1", "--set", "FAKE_EMBEDDINGS=1", "--set",
			"RBAC_CONFIG={\"a\":[\"ask\"]}", NULL},
		"prometheus.yml", "rag-api:8000", "Prometheus and Grafana", "JWT_SECRET=", NULL},
};

static struct tty *start(const struct stack_row *row)
{
	autofree char *slipway = tty_program("slipway");
	const char *argv[12] = {slipway, "setup", "--stack", row->name};
	struct tty_spec spec = {.rows = 30, .cols = 100, .argv = argv, .at_home = true};

	for (size_t i = 0; row->options[i]; i++)
		argv[4 + i] = row->options[i];
	return tty_start(&spec);
}

static void test_a_stack_is_set_up_by_hand(void **state)
{
	const struct stack_row *row = *state;
	struct tty *t = start(row);
	autofree char *dotenv = NULL, *file = NULL;
	autofree char *path = xasprintf("%s/.env", tty_home(t));
	struct stat st;

	expect_text(t, row->first);
	tty_send(t, "G");
	expect_text(t, "all answered");
	/* Features come first, and are found by their titles. */
	tty_send(t, "/");
	tty_send(t, row->feature);
	expect_beside(t, "▸", row->feature);
	tty_send(t, "\r");
	expect_text(t, "Features");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	/* A checkout that is not there yet keeps nobody from writing the files. */
	if (row->lacks)
		expect_text(t, row->lacks);
	assert_int_not_equal(stat(path, &st), 0);
	tty_send(t, "w");
	assert_int_equal(expect_end(t), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	dotenv = tty_get_file(t, ".env");
	assert_non_null(strstr(dotenv, row->env));
	file = tty_get_file(t, row->file);
	assert_non_null(strstr(file, row->holds));
	tty_free(t);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, test_a_stack_is_set_up_by_hand, NULL,
			NULL, (void *)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
