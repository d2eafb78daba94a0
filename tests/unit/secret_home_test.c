/* SPDX-License-Identifier: MIT */
/* Where secrets live outside of .env, and that nobody replaces one that does. */
#include "setup_fixture.h"

#include "plan/plan.h"
#include "plan/secret_keeper.h"

/* The home of MY_SECRET that there is when a service of this image takes it as `variable` and
 * mounts `source` at `target`: the volume, or the last part of the directory; NULL. Caller frees.
 */
static char *home_of(struct fixture *f, const char *image, const char *variable, const char *source,
	const char *target, const char *more)
{
	AUTO_PTR(project) struct project *p = NULL;
	struct secret_homes homes = {0};
	autofree char *text = xasprintf("name: shop\nservices:\n  store:\n    image: %s\n"
					"    environment:\n      %s: \"user/${MY_SECRET}\"\n%s"
					"    volumes: [\"%s:%s\"]\nvolumes: {kept: {}}\n",
		image, variable, more, source, target);
	char *home = NULL;

	open_project(f, text, &p);
	secret_homes_find(&homes, p);
	assert_true(homes.n <= 1);
	if (homes.n && homes.items[0].volume)
		home = xstrdup(homes.items[0].volume);
	else if (homes.n)
		home = xstrdup(strrchr(homes.items[0].path, '/') + 1);
	secret_homes_done(&homes);
	return home;
}

/* A name that a pattern takes. */
static char *some_name(const char *pattern)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	for (; *pattern; pattern++)
		if (*pattern == '*')
			str_add(&out, "X_PASSWORD");
		else
			str_addc(&out, *pattern);
	return str_take(&out);
}

static void test_each_keeper_is_known_by_image_variable_and_directory(void **state)
{
	size_t n;
	const struct secret_keeper *keepers = secret_keepers(&n);

	assert_true(n >= 20);
	for (size_t i = 0; i < n; i++) {
		const struct secret_keeper *k = &keepers[i];

		for (size_t d = 0; d < KEEPER_WORDS && k->directories[d]; d++) {
			autofree char *image =
				xasprintf("registry.example:5000/a/%s:1", k->images[0]);
			autofree char *name = some_name(k->variables[0]);
			autofree char *volume =
				home_of(*state, image, name, "kept", k->directories[d], "");
			autofree char *bind =
				home_of(*state, image, name, "./put", k->directories[d], "");

			if (!volume || strcmp(volume, "shop_kept") != 0)
				fail_msg("%s, %s: no volume", k->program, k->directories[d]);
			if (!bind || strcmp(bind, "put") != 0)
				fail_msg("%s, %s: no directory", k->program, k->directories[d]);
		}
	}
}

static void test_homes_at_other_places(void **state)
{
	static const struct {
		const char *image, *variable, *source, *target, *more, *home;
	} rows[] = {
		/* A directory variable, a database's volume anywhere, a directory with a marker. */
		{"postgres", "POSTGRES_PASSWORD", "./pg", "/srv/pg", "      PGDATA: /srv/pg/data\n",
			"pg"},
		{"postgres", "POSTGRES_PASSWORD", "kept", "/somewhere", "", "shop_kept"},
		{"postgres", "POSTGRES_PASSWORD", "./pg", "/somewhere", "", "pg"},
		/* What is mounted for something else. */
		{"postgres", "POSTGRES_PASSWORD", "./init", "/docker-entrypoint-initdb.d", "",
			NULL},
		{"mysql", "MYSQL_ROOT_PASSWORD", "kept", "/var/log/mysql", "", NULL},
		{"mysql", "MYSQL_ROOT_PASSWORD", "./my", "/var/lib/mysql:ro", "", NULL},
		/* A secret that such a program reads at every start. */
		{"grafana/grafana", "GF_SMTP_PASSWORD", "kept", "/var/lib/grafana", "", NULL},
		{"redis", "REDIS_PASSWORD", "kept", "/data", "", NULL},
		{"n8nio/n8n", "WEBHOOK_TOKEN", "kept", "/home/node/.n8n", "", NULL},
		/* An unknown image, and the directory of a known program. */
		{"example/own", "DB_PASSWORD", "./x", "/var/lib/postgresql/data", "", "x"},
		{"example/own", "DB_PASSWORD", "kept", "/data", "", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *home = home_of(*state, rows[i].image, rows[i].variable,
			rows[i].source, rows[i].target, rows[i].more);

		if (!str_eq(home ? home : "-", rows[i].home ? rows[i].home : "-"))
			fail_msg("row %zu: %s", i, home ? home : "none");
	}
}

/* A directory counts once it holds data: not for its .gitkeep, not for scripts beside the data. */
static void test_a_directory_is_a_home_when_data_is_in_it(void **state)
{
	struct fixture *f = *state;
	struct secret_home home = {.path = (char[]){"pg"}};

	secret_home_look(&home, f->host);
	assert_false(home.exists);
	assert_int_equal(mkdir("pg", 0755), 0);
	fixture_put("pg/.gitkeep", "", 0644);
	secret_home_look(&home, f->host);
	assert_false(home.exists);
	assert_int_equal(mkdir("pg/pgdata", 0755), 0);
	secret_home_look(&home, f->host);
	assert_true(home.exists);
	home.marker = "PG_VERSION";
	secret_home_look(&home, f->host);
	assert_false(home.exists);
	fixture_put("pg/pgdata/PG_VERSION", "17", 0600);
	secret_home_look(&home, f->host);
	assert_true(home.exists);
}

static int generate(struct workspace *w, struct error *err)
{
	struct op *op;
	int code;

	settings_find(&w->project->settings, "PW")->answer = ANSWER_NONE;
	assert_int_equal(setting_generate(settings_find(&w->project->settings, "PW"), NULL), 0);
	op = plan_start(w, PLAN_WRITE, NULL, NULL);
	code = op_wait(op, err);
	op_free(op);
	return code;
}

/* Neither the session nor the plan replaces the secret of a directory with data. */
static void test_a_secret_of_a_directory_is_kept_and_guarded(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct workspace w = {.loop = f->loop, .host = f->host};
	struct setup *setup;
	struct op *op;

	open_project(f,
		"services:\n  db:\n    image: mongo:7\n    environment:\n"
		"      MONGO_INITDB_ROOT_PASSWORD: ${PW:?}\n    volumes: [\"./mongo:/data/db\"]\n",
		&p);
	w.project = p;
	w.options.project.dir = f->dir;
	w.engine_error.code = ERR_UNREACHABLE;
	assert_int_equal(generate(&w, &err), 0);
	assert_int_equal(setting_answer(settings_find(&p->settings, "PW"), NULL, NULL), 0);
	assert_int_equal(mkdir("mongo", 0755), 0);
	fixture_put("mongo/WiredTiger", "", 0600);
	setup = setup_new(&w);
	op = setup_probe(setup, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_int_equal(setup_generate_missing(setup, NULL), 0);
	assert_int_equal(setup_generate(setup, "PW", &err), ERR_EXISTS);
	assert_non_null(strstr(err.message, "mongo"));
	assert_int_equal(generate(&w, &err), ERR_EXISTS);
	assert_non_null(strstr(err.message, "/mongo"));
	setup_free(setup);
}

static int probe(struct setup *setup)
{
	struct op *op = setup_probe(setup, NULL, NULL);
	int code = op_wait(op, NULL);

	op_free(op);
	return code;
}

/* Nobody knows what was made with the default while the project ran with it. */
static void test_a_published_default_is_kept_where_the_project_has_run(void **state)
{
	static const char text[] = "services:\n  web:\n    image: web:1\n    environment:\n"
				   "      SALT: ${SALT:-mysalt}\n    volumes: [\"kept:/data\"]\n"
				   "volumes: {kept: {}}\n";
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	for (int round = 0; round < 4; round++) {
		AUTO_PTR(project) struct project *p = NULL;
		struct workspace w = {.loop = f->loop, .host = f->host};
		struct setup *setup;
		struct setting *salt;

		/* 0: fresh; 1: no engine, but somebody has begun; 2: deployed; 3: its volume. */
		if (round == 1)
			fixture_put(".env", "OTHER=1\n", 0600);
		if (round == 2) {
			assert_int_equal(unlink(".env"), 0);
			assert_int_equal(mkdir(".slipway", 0700), 0);
			fixture_put(".slipway/state.json", "{}", 0600);
		}
		if (round == 3)
			assert_int_equal(unlink(".slipway/state.json"), 0);
		open_project(f, text, &p);
		w.project = p;
		w.options.project.dir = f->dir;
		w.engine_error.code = ERR_UNREACHABLE;
		setup = setup_new(&w);
		salt = settings_find(&p->settings, "SALT");
		assert_int_equal(probe(setup), 0);
		for (size_t i = 0; i < setup->homes.n && round == 3; i++)
			if (setup->homes.items[i].volume)
				setup->homes.items[i].exists = true;
		setup_annotate(setup, NULL);
		assert_int_equal(setup_generate_missing(setup, &err), round ? 0 : 1);
		assert_int_equal(setup_unanswered(setup, NULL), 0);
		assert_int_equal(salt->answer, round ? ANSWER_KEEP : ANSWER_GENERATE);
		if (round)
			assert_string_equal(setting_effective(salt), "mysalt");
		if (round > 1) {
			assert_int_equal(setup_generate(setup, "SALT", &err), ERR_EXISTS);
			assert_non_null(strstr(err.message, "has run"));
			assert_non_null(strstr(salt->note, round == 2 ? ".slipway" : "_kept"));
		}
		setup_free(setup);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_each_keeper_is_known_by_image_variable_and_directory),
		fixture_test(test_homes_at_other_places),
		fixture_test(test_a_directory_is_a_home_when_data_is_in_it),
		fixture_test(test_a_secret_of_a_directory_is_kept_and_guarded),
		fixture_test(test_a_published_default_is_kept_where_the_project_has_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
