/* SPDX-License-Identifier: MIT */
/* The answering session: history, generation, kept secrets, ports and their holders. */
#include "host_fixture.h"

#include "plan/secret_keeper.h"
#include "plan/plan.h"
#include "plan/setup_state.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct session {
	struct project project;
	struct compose compose;
	struct workspace workspace;
	struct setup *setup;
};

static struct setting *add(
	struct session *t, const char *name, enum setting_type type, bool required)
{
	struct setting *s = settings_add(&t->project.settings, name);

	s->type = type;
	s->required = required;
	return s;
}

/* A project of four settings; the password's data is in a directory. */
static void session_init(struct session *t, struct fixture *f)
{
	*t = (struct session){0};
	t->compose.name = xstrdup("shop");
	t->compose.dir = xstrdup(f->dir);
	t->project.dir = xstrdup(f->dir);
	t->project.host = f->host;
	t->project.compose = &t->compose;
	t->workspace = (struct workspace){.loop = f->loop, .host = f->host, .project = &t->project};
	settings_page(&t->project.settings, "General");
	add(t, "DB_PASSWORD", SETTING_SECRET, true);
	add(t, "API_TOKEN", SETTING_SECRET, true);
	add(t, "WEB_PORT", SETTING_PORT, true)->default_value = xstrdup("8080");
	add(t, "SITE_NAME", SETTING_TEXT, true);
	t->setup = setup_new(&t->workspace);
}

static void session_done(struct session *t)
{
	setup_free(t->setup);
	settings_done(&t->project.settings);
	free(t->compose.name);
	free(t->compose.dir);
	free(t->project.dir);
}

static const char *value(struct session *t, const char *name)
{
	return setting_effective(settings_find(&t->project.settings, name));
}

static void add_home(struct session *t, const char *setting, bool exists)
{
	struct secret_homes *h = &t->setup->homes;

	VEC_GROW(h->items, h->n, h->cap);
	h->items[h->n++] = (struct secret_home){
		.setting = xstrdup(setting), .volume = xstrdup("shop_db"), .exists = exists};
}

static void test_history_goes_both_ways(void **state)
{
	struct session t;
	const char *name = NULL;

	session_init(&t, *state);
	assert_false(setup_undo(t.setup, NULL));
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "one", NULL), 0);
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "two", NULL), 0);
	assert_int_equal(setup_generate(t.setup, "API_TOKEN", NULL), 0);
	autofree char *token = xstrdup(value(&t, "API_TOKEN"));

	assert_true(setup_undo(t.setup, &name));
	assert_string_equal(name, "API_TOKEN");
	assert_null(value(&t, "API_TOKEN"));
	assert_true(setup_undo(t.setup, NULL));
	assert_string_equal(value(&t, "SITE_NAME"), "one");
	assert_true(setup_redo(t.setup, NULL));
	assert_string_equal(value(&t, "SITE_NAME"), "two");
	assert_true(setup_redo(t.setup, NULL));
	assert_string_equal(value(&t, "API_TOKEN"), token);
	assert_int_equal(settings_find(&t.project.settings, "API_TOKEN")->answer, ANSWER_GENERATE);
	assert_false(setup_redo(t.setup, NULL));
	/* A new answer forgets what was undone. */
	assert_true(setup_undo(t.setup, NULL));
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "three", NULL), 0);
	assert_false(setup_redo(t.setup, NULL));
	session_done(&t);
}

static void test_a_bad_answer_is_kept_and_counts_as_open(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv names = STRV_INIT;

	session_init(&t, *state);
	assert_int_equal(setup_unanswered(t.setup, NULL), 3);
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", "99999", &err), ERR_INPUT);
	assert_string_equal(value(&t, "WEB_PORT"), "99999");
	assert_int_equal(setup_unanswered(t.setup, &names), 4);
	assert_true(strv_has(&names, "WEB_PORT"));
	assert_int_equal(setup_answer(t.setup, "NO_SUCH", "1", &err), ERR_INPUT);
	session_done(&t);
}

static void test_a_secret_is_not_regenerated_while_its_data_lives(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *s;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", true);
	s = settings_find(&t.project.settings, "DB_PASSWORD");
	/* What .env holds is a placeholder, and yet the data was made with it. */
	s->current = xstrdup("changeme");
	s->dotenv = xstrdup("changeme");
	s->source = COMPOSE_DOTENV;
	s->placeholder = true;
	setup_annotate(t.setup, NULL);
	assert_int_equal(s->answer, ANSWER_KEEP);
	assert_non_null(strstr(s->note, "shop_db"));
	assert_int_equal(setup_generate(t.setup, "DB_PASSWORD", &err), ERR_EXISTS);
	assert_non_null(strstr(err.message, "shop_db"));
	assert_int_equal(setup_generate_missing(t.setup, NULL), 1);
	assert_string_equal(value(&t, "DB_PASSWORD"), "changeme");
	assert_non_null(value(&t, "API_TOKEN"));
	assert_false(setting_changes(s));
	session_done(&t);
}

static void test_a_lost_secret_is_asked_for_and_not_made(void **state)
{
	struct session t;
	AUTO(strv) struct strv names = STRV_INIT;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", true);
	setup_annotate(t.setup, NULL);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 1);
	setup_unanswered(t.setup, &names);
	assert_true(strv_has(&names, "DB_PASSWORD"));
	assert_false(strv_has(&names, "API_TOKEN"));
	session_done(&t);
}

static void test_a_secret_whose_volume_is_gone_is_made(void **state)
{
	struct session t;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", false);
	setup_annotate(t.setup, NULL);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 2);
	session_done(&t);
}

static void test_a_taken_port_names_its_holder_and_a_free_one(void **state)
{
	struct session t;
	struct setting *s;
	bool ours = true;

	session_init(&t, *state);
	strv_push(&t.setup->published, "WEB_PORT");
	t.setup->ports.known = true;
	port_table_add(&t.setup->ports, 8080, xstrdup("nginx (pid 123)"), false, false);
	port_table_add(&t.setup->ports, 8081, NULL, false, false);
	setup_annotate(t.setup, NULL);
	s = settings_find(&t.project.settings, "WEB_PORT");
	assert_non_null(strstr(s->note, "nginx (pid 123)"));
	assert_non_null(strstr(s->note, "8082"));
	assert_string_equal(setup_port_holder(t.setup, 8081, &ours), "");
	assert_false(ours);
	assert_null(setup_port_holder(t.setup, 8082, NULL));
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", "8082", NULL), 0);
	assert_null(s->note);
	/* What another setting has chosen is not free. */
	assert_int_equal(setup_free_port(t.setup, 8080), 8083);
	session_done(&t);
}

static void test_containers_tell_their_ports(void **state)
{
	struct port_table t = {0};

	(void)state;
	port_table_add(&t, 8080, xstrdup("docker-proxy (pid 7)"), false, false);
	assert_false(port_table_add_containers(&t, "{\"Names\":\"y\",\"Labels\":\"\"}\n", "shop"));
	assert_true(port_table_add_containers(&t,
		"{\"Names\":\"shop-web-1\",\"Ports\":\"0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, "
		"443/tcp\","
		"\"Labels\":\"a=b,com.docker.compose.project=shop\"}\n"
		"not json\n"
		"{\"Names\":\"x\",\"Ports\":\"127.0.0.1:9000-9002->9000-9002/"
		"tcp\",\"Labels\":\"\"}\n",
		"shop"));
	assert_true(port_table_find(&t, 8080)->ours);
	assert_non_null(strstr(port_table_find(&t, 8080)->who, "shop-web-1"));
	assert_null(port_table_find(&t, 443));
	assert_false(port_table_find(&t, 9001)->ours);
	assert_non_null(port_table_find(&t, 9002));
	assert_null(port_table_find(&t, 9003));
	port_table_done(&t);
}

/* A listener of our own is found by the kernel's tables, with this process's name. */
static void test_the_host_tells_who_listens(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	autoclose int fd = socket(AF_INET, SOCK_STREAM, 0);
	autofree char *pid = xasprintf("(pid %d)", getpid());
	struct port_table t = {0};
	const struct port_holder *h;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(port_table_read(&t, f->host, NULL), 0);
	assert_true(t.known);
	h = port_table_find(&t, ntohs(address.sin_port));
	assert_non_null(h);
	assert_non_null(strstr(h->who, pid));
	port_table_done(&t);
}

static void test_the_draft_holds_answers_and_no_secret(void **state)
{
	struct fixture *f = *state;
	struct session t;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct host_stat st;

	session_init(&t, f);
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	assert_false(host_exists(f->host, ".slipway"));
	setup_answer(t.setup, "SITE_NAME", "Größe: 3", NULL);
	setup_answer(t.setup, "API_TOKEN", "hunter2hunter2", NULL);
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	assert_int_equal(host_stat(f->host, ".slipway/draft.yaml", &st, NULL), 0);
	assert_int_equal(st.mode, 0600);
	assert_int_equal(host_read(f->host, ".slipway/draft.yaml", STR_FILE, &text, NULL), 0);
	assert_null(strstr(str_text(&text), "hunter2"));
	session_done(&t);

	session_init(&t, f);
	assert_string_equal(value(&t, "SITE_NAME"), "Größe: 3");
	assert_null(value(&t, "API_TOKEN"));
	assert_int_equal(setup_drop_draft(t.setup, NULL), 0);
	session_done(&t);
	session_init(&t, f);
	assert_null(value(&t, "SITE_NAME"));
	session_done(&t);
}

static void test_the_diff_masks_secrets(void **state)
{
	struct session t;
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	session_init(&t, *state);
	setup_answer(t.setup, "API_TOKEN", "hunter2hunter2", NULL);
	setup_answer(t.setup, "SITE_NAME", "my shop", NULL);
	setup_diff(t.setup, "API_TOKEN", false, &out);
	assert_null(strstr(str_text(&out), "hunter2"));
	setup_diff(t.setup, "API_TOKEN", true, &out);
	assert_non_null(strstr(str_text(&out), "+ API_TOKEN=hunter2hunter2"));
	setup_diff(t.setup, "SITE_NAME", false, &out);
	assert_non_null(strstr(str_text(&out), "+ SITE_NAME='my shop'"));
	session_done(&t);
}

/* --- where secrets live --------------------------------------------------------------------------
 */

static void open_project(struct fixture *f, const char *text, struct project **ret)
{
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;

	fixture_put("compose.yaml", text, 0644);
	if (project_open(f->host, &options, ret, &err))
		fail_msg("%s (%s): %s", err.message, err.detail ? err.detail : "", text);
}

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

/* Adjustments are settings of the session: drafted, counted, and gone with it. */
static void test_adjustments_are_drafted(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct workspace w = {.loop = f->loop, .host = f->host};
	struct setup *setup;
	size_t before;

	open_project(f, "services:\n  web: {image: nginx, ports: [\"${WEB_PORT:-80}:80\"]}\n", &p);
	before = p->settings.n;
	w.project = p;
	setup = setup_new(&w);
	assert_int_equal(setup_count(setup).changed, 0);
	assert_int_equal(setup_answer(setup, "override.web.limits.memory", "512m", NULL), 0);
	assert_int_equal(setup_answer(setup, "override.web.user", "a b", &err), ERR_INPUT);
	assert_string_equal(
		err.message, "override.web.user: expected a user or user:group, such as 1000:1000");
	assert_int_equal(setup_unanswered(setup, NULL), 1);
	assert_true(setup_undo(setup, NULL));
	assert_int_equal(setup_unanswered(setup, NULL), 0);
	assert_int_equal(setup_count(setup).changed, 1);
	assert_int_equal(setup_save_draft(setup, NULL), 0);
	setup_free(setup);
	assert_int_equal(p->settings.n, before);
	assert_int_equal(host_read(f->host, ".slipway/draft.yaml", STR_FILE, &text, NULL), 0);
	assert_non_null(
		strstr(str_text(&text), "override:\n  web:\n    limits:\n      memory: 512m"));
	setup = setup_new(&w);
	assert_int_equal(setup_drafted(setup), 1);
	assert_string_equal(
		setting_effective(settings_find(&p->settings, "override.web.limits.memory")),
		"512m");
	setup_free(setup);
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(test_history_goes_both_ways),
		WITH_FIXTURE(test_a_bad_answer_is_kept_and_counts_as_open),
		WITH_FIXTURE(test_a_secret_is_not_regenerated_while_its_data_lives),
		WITH_FIXTURE(test_a_lost_secret_is_asked_for_and_not_made),
		WITH_FIXTURE(test_a_secret_whose_volume_is_gone_is_made),
		WITH_FIXTURE(test_a_taken_port_names_its_holder_and_a_free_one),
		WITH_FIXTURE(test_containers_tell_their_ports),
		WITH_FIXTURE(test_the_host_tells_who_listens),
		WITH_FIXTURE(test_the_draft_holds_answers_and_no_secret),
		WITH_FIXTURE(test_the_diff_masks_secrets),
		WITH_FIXTURE(test_each_keeper_is_known_by_image_variable_and_directory),
		WITH_FIXTURE(test_homes_at_other_places),
		WITH_FIXTURE(test_a_directory_is_a_home_when_data_is_in_it),
		WITH_FIXTURE(test_a_secret_of_a_directory_is_kept_and_guarded),
		WITH_FIXTURE(test_a_published_default_is_kept_where_the_project_has_run),
		WITH_FIXTURE(test_adjustments_are_drafted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
