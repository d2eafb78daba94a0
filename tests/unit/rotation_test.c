/* SPDX-License-Identifier: MIT */
/* Rotating a secret: what comes next, what lasts, who is told and in which words, and the plan. */
#include "plan_fixture.h"

#include "plan/rotation.h"

#include <sys/wait.h>
#include <unistd.h>

/* --- the table
 * ------------------------------------------------------------------------------------ */

static void test_what_comes_next(void **state)
{
	static const struct {
		enum rotation_phase phase;
		enum rotation_event event;
		enum rotation_act act;
	} rows[] = {
		{ROTATION_NONE, ROTATION_ASKED, ROTATION_BEGIN},
		{ROTATION_NONE, ROTATION_ASKED_BACK, ROTATION_REFUSE},
		/* Nothing was kept: nothing was touched. */
		{ROTATION_NONE, ROTATION_FAILED, ROTATION_LEAVE},
		{ROTATION_NONE, ROTATION_CUT, ROTATION_LEAVE},
		{ROTATION_FORWARD, ROTATION_ASKED, ROTATION_GO_ON},
		{ROTATION_FORWARD, ROTATION_ASKED_BACK, ROTATION_TURN},
		{ROTATION_FORWARD, ROTATION_FAILED, ROTATION_TURN},
		{ROTATION_FORWARD, ROTATION_CUT, ROTATION_LEAVE},
		{ROTATION_BACK, ROTATION_ASKED, ROTATION_GO_ON},
		{ROTATION_BACK, ROTATION_ASKED_BACK, ROTATION_GO_ON},
		/* There is no third value to turn to. */
		{ROTATION_BACK, ROTATION_FAILED, ROTATION_LEAVE},
		{ROTATION_BACK, ROTATION_CUT, ROTATION_LEAVE},
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(rows), ROTATION_PHASES * ROTATION_EVENTS);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(rotation_next(rows[i].phase, rows[i].event), rows[i].act);
}

/* --- what lasts
 * ----------------------------------------------------------------------------------- */

static void fill(struct rotation *r, enum rotation_phase phase)
{
	*r = (struct rotation){.phase = phase,
		.name = xstrdup("DB_PASSWORD"),
		.old = xstrdup("old\"-\\value"),
		.new = xstrdup("new-value")};
	strv_push_all(&r->services, "db", "web", NULL);
}

static void test_both_values_last(void **state)
{
	struct scene *s = *state;

	scene_mkdir(s, ".slipway", 0700);
	for (int phase = ROTATION_FORWARD; phase < ROTATION_PHASES; phase++) {
		AUTO(rotation) struct rotation r, read;
		autosecret char *text = NULL;

		fill(&r, (enum rotation_phase)phase);
		text = rotation_text(&r);
		scene_put(s, ".slipway/rotation.json", text, 0600);
		assert_int_equal(rotation_load(&read, s->w.host, s->dir, NULL), 0);
		assert_int_equal(read.phase, phase);
		assert_string_equal(read.name, r.name);
		assert_string_equal(read.old, r.old);
		assert_string_equal(read.new, r.new);
		assert_true(strv_equal(&read.services, &r.services));
		assert_string_equal(
			rotation_to(&read), phase == ROTATION_BACK ? r.old : r.new);
		assert_string_equal(
			rotation_from(&read), phase == ROTATION_BACK ? r.new : r.old);
	}
}

static void test_what_is_no_rotation_is_refused(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{\"name\":\"A\",\"phase\":\"forward\"}",
		"{\"name\":\"A\",\"phase\":\"sideways\",\"old\":\"a\",\"new\":\"b\"}",
		"{\"phase\":\"back\",\"old\":\"a\",\"new\":\"b\"}"};
	struct scene *s = *state;
	struct rotation r;

	scene_mkdir(s, ".slipway", 0700);
	assert_int_equal(rotation_load(&r, s->w.host, s->dir, NULL), 0);
	assert_int_equal(r.phase, ROTATION_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		scene_put(s, ".slipway/rotation.json", texts[i], 0600);
		assert_int_equal(rotation_load(&r, s->w.host, s->dir, NULL), ERR_INPUT);
		assert_int_equal(r.phase, ROTATION_NONE);
	}
}

/* --- who is told
 * ---------------------------------------------------------------------------------- */

static const char compose[] =
	"services:\n"
	"  db:\n"
	"    image: postgres:16\n"
	"    environment: {POSTGRES_USER: \"${DB_USER:-shop}\", POSTGRES_PASSWORD: "
	"\"${DB_PASSWORD}\",\n"
	"      REPLICATION_PASSWORD: \"${REPLICATION_PASSWORD}\"}\n"
	"    volumes: [db_data:/var/lib/postgresql/data]\n"
	"  cache:\n"
	"    image: registry.example/valkey/valkey:8\n"
	"    command: [--requirepass, \"${CACHE_PASSWORD}\"]\n"
	"  web:\n"
	"    image: shop\n"
	"    environment: {SESSION_SECRET: \"${SESSION_SECRET}\", DATA_ENCRYPTION_KEY: "
	"\"${DATA_ENCRYPTION_KEY}\",\n"
	"      STORE_PASSWORD: \"${STORE_PASSWORD}\", VAULT_TOKEN: \"${VAULT_TOKEN}\"}\n"
	"  store:\n"
	"    image: shop-store\n"
	"    volumes: [store_data:/data, vault_data:/vault:ro]\n"
	"volumes: {db_data: {}, store_data: {}, vault_data: {}}\n";
static const char dotenv[] = "DB_PASSWORD=0123456789abcdef\nREPLICATION_PASSWORD=0123456789abcdeg\n"
			     "CACHE_PASSWORD=0123456789abcdeh\nSESSION_SECRET=0123456789abcdei\n"
			     "DATA_ENCRYPTION_KEY=0123456789abcdej\nSTORE_PASSWORD=0123456789abcdek\n"
			     "VAULT_TOKEN=0123456789abcdel\n";
static const char definition[] =
	"slipway: 1\nstack: told\ntitle: Told\ncompose: {files: [compose.yaml]}\n"
	"pages:\n  - title: All\n    settings:\n"
	"      - name: STORE_PASSWORD\n        type: secret\n        used_by: [web]\n"
	"        lives_in: {volume: store_data, rotate: {command: [change, \"${DB_USER:-me}\"], "
	"check: try}}\n"
	"      - name: VAULT_TOKEN\n        type: secret\n"
	"        lives_in: {volume: vault_data, rotate: {redis_user: \"${DB_USER:-me}\"}}\n"
	"      - name: SESSION_SECRET\n        type: secret\n        lives_in: store_data\n"
	"      - name: FOREIGN_TOKEN\n        type: secret\n        generate: false\n"
	"      - name: HASH\n        type: secret\n        generate: {format: bcrypt, from: "
	"DB_PASSWORD}\n";

static void open_project(struct scene *s, bool defined, struct project **ret)
{
	struct project_options o = {.dir = s->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;

	scene_put(s, "compose.yaml", compose, 0644);
	scene_put(s, ".env", dotenv, 0600);
	if (defined)
		scene_put(s, "slipway.yaml", definition, 0644);
	if (project_open(s->w.host, &o, ret, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
}

static void test_who_is_told(void **state)
{
	static const struct {
		bool defined;
		const char *name;
		int code;
		enum rotation_means means;
		const char *service, *user;
	} rows[] = {
		{false, "DB_PASSWORD", 0, ROTATION_POSTGRES, "db", "shop"},
		{false, "CACHE_PASSWORD", 0, ROTATION_REDIS, "cache", "default"},
		{false, "SESSION_SECRET", 0, ROTATION_RESTART, NULL, NULL},
		/* PostgreSQL keeps it, and nobody said for what. */
		{false, "REPLICATION_PASSWORD", ERR_INPUT, 0, NULL, NULL},
		{false, "DATA_ENCRYPTION_KEY", ERR_INPUT, 0, NULL, NULL},
		{false, "DB_USER", ERR_INPUT, 0, NULL, NULL},
		{true, "DB_PASSWORD", 0, ROTATION_POSTGRES, "db", "shop"},
		{true, "STORE_PASSWORD", 0, ROTATION_COMMAND, "store", NULL},
		/* Nobody can write to its volume. */
		{true, "VAULT_TOKEN", ERR_INPUT, 0, NULL, NULL},
		{true, "SESSION_SECRET", ERR_INPUT, 0, NULL, NULL},
		{true, "FOREIGN_TOKEN", ERR_INPUT, 0, NULL, NULL},
		{true, "HASH", ERR_INPUT, 0, NULL, NULL},
	};
	struct scene *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(project) struct project *p = NULL;
		AUTO(rotation_way) struct rotation_way way = {0};
		AUTO(error) struct error err = ERROR_INIT;
		const struct setting *setting;
		int code;

		open_project(s, rows[i].defined, &p);
		setting = settings_find(&p->settings, rows[i].name);
		assert_non_null(setting);
		code = rotation_way_find(p, setting, &way, &err);
		if (code != rows[i].code)
			fail_msg("%s: %d %s", rows[i].name, code, err.message ? err.message : "");
		if (code) {
			assert_non_null(err.message);
			assert_non_null(err.hint);
			continue;
		}
		assert_int_equal(way.means, rows[i].means);
		assert_true(str_eq(way.service, rows[i].service));
		assert_true(str_eq(way.user, rows[i].user));
	}
}

static void test_the_definitions_command_is_expanded(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(rotation_way) struct rotation_way way = {0};

	open_project(*state, true, &p);
	assert_int_equal(rotation_way_find(p, settings_find(&p->settings, "STORE_PASSWORD"), &way,
				 NULL),
		0);
	assert_int_equal(way.command.n, 2);
	assert_string_equal(way.command.items[1], "shop");
	assert_int_equal(way.check.n, 3);
	assert_string_equal(way.check.items[2], "try");
}

/* --- in which words
 * -------------------------------------------------------------------------------- */

static const char *env_of(const struct rotation_command *c, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < c->env.n; i++)
		if (strncmp(c->env.items[i], name, n) == 0 && c->env.items[i][n] == '=')
			return c->env.items[i] + n + 1;
	return NULL;
}

/* No value is in an argv: others can read that. */
static void check_argv(const struct rotation_command *c, const struct rotation *r)
{
	assert_true(c->argv.n > 0);
	for (size_t i = 0; i < c->argv.n; i++) {
		assert_null(strstr(c->argv.items[i], r->old));
		assert_null(strstr(c->argv.items[i], r->new));
		assert_null(strstr(c->argv.items[i], "SCRAM-SHA-256"));
	}
	assert_string_equal(env_of(c, "SLIPWAY_NEW"), rotation_to(r));
	assert_string_equal(env_of(c, "SLIPWAY_OLD"), rotation_from(r));
}

static void test_postgres_never_sees_the_password(void **state)
{
	static char user[] = "a\"b";
	struct rotation_way way = {.means = ROTATION_POSTGRES, .user = user};
	AUTO(rotation) struct rotation r;
	AUTO(rotation_command) struct rotation_command tell = {0}, login = {0};
	const char *sql;

	(void)state;
	fill(&r, ROTATION_FORWARD);
	assert_int_equal(rotation_tell(&way, &r, &tell, NULL), 0);
	check_argv(&tell, &r);
	sql = env_of(&tell, "SLIPWAY_SQL");
	assert_non_null(strstr(sql, "ALTER ROLE \"a\"\"b\" PASSWORD 'SCRAM-SHA-256$"));
	assert_null(strstr(sql, r.new));
	rotation_login(&way, &r, &login);
	check_argv(&login, &r);
}

/* Exit status of the words for a login, with a server that never answers on its address and answers
 * on its socket with that status of pg_isready(1). */
static int login_without_door(int on_socket)
{
	struct rotation_way way = {.means = ROTATION_POSTGRES, .user = (char *)"shop"};
	AUTO(rotation) struct rotation r;
	AUTO(rotation_command) struct rotation_command login = {0};
	autofree char *script = NULL;
	int status;
	pid_t pid;

	fill(&r, ROTATION_FORWARD);
	rotation_login(&way, &r, &login);
	script = xasprintf("hostname() { echo 192.0.2.1; }; sleep() { :; }; psql() { return 1; }\n"
			   "pg_isready() { [ -n \"$PGHOST\" ] && return 2; return %d; }\n%s",
		on_socket, login.argv.items[2]);
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < login.env.n; i++)
			putenv(login.env.items[i]);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_a_postgres_that_never_answers_let_nobody_in(void **state)
{
	(void)state;
	assert_int_equal(login_without_door(0), 0);
	assert_int_equal(login_without_door(2), 2);
}

/* What the words for a trial say, with a server that lets in the passwords that `knows` lists. */
static char *tried(const char *knows, const char *refusal)
{
	struct rotation_way way = {.means = ROTATION_POSTGRES, .user = (char *)"shop"};
	AUTO(rotation_command) struct rotation_command command = {0};
	autofree char *script = NULL;
	char heard[256];
	int out[2], status;
	ssize_t n;
	pid_t pid;

	rotation_try(&way, "right", &command);
	for (size_t i = 0; i < command.argv.n; i++)
		assert_null(strstr(command.argv.items[i], "right"));
	script = xasprintf(
		"hostname() { echo 192.0.2.1; }\n"
		"psql() { [ \"$PGHOST\" = 192.0.2.1 ] || return 0\n"
		"case ' %s ' in *\" $PGPASSWORD \"*) ;; *) echo '%s' >&2; false ;; esac; }\n%s",
		knows, refusal, command.argv.items[2]);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < command.env.n; i++)
			putenv(command.env.items[i]);
		dup2(out[1], 1);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	close(out[1]);
	n = read(out[0], heard, sizeof(heard) - 1);
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	heard[n > 0 ? n : 0] = '\0';
	return xstrdup(heard);
}

static void test_a_trial_asks_where_a_password_counts(void **state)
{
	static const struct {
		const char *knows, *refusal, *said;
	} rows[] = {
		{"right", "", "accepted\n"},
		{"right right-", "", "open\n"},
		{"wrong", "FATAL:  password authentication failed for user", "refused\n"},
		{"wrong", "FATAL:  too many clients", "FATAL:  too many clients\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *said = tried(rows[i].knows, rows[i].refusal);

		assert_string_equal(said, rows[i].said);
	}
}

static void test_redis_gets_one_word(void **state)
{
	static const struct {
		const char *user;
		bool keeps;
		const char *words, *keep;
	} rows[] = {
		{"default", false, "CONFIG SET requirepass \"new\\x2dvalue\"", ""},
		{"default", true, "CONFIG SET requirepass \"new\\x2dvalue\"", "CONFIG_REWRITE"},
		{"o p", true, "ACL SETUSER \"o\\x20p\" resetpass \"\\x3enew\\x2dvalue\"",
			"ACL_SAVE CONFIG_REWRITE"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *user = xstrdup(rows[i].user);
		struct rotation_way way = {
			.means = ROTATION_REDIS, .user = user, .keeps = rows[i].keeps};
		AUTO(rotation) struct rotation r;
		AUTO(rotation_command) struct rotation_command tell = {0}, login = {0};

		fill(&r, ROTATION_FORWARD);
		assert_int_equal(rotation_tell(&way, &r, &tell, NULL), 0);
		check_argv(&tell, &r);
		assert_string_equal(env_of(&tell, "SLIPWAY_WORDS"), rows[i].words);
		rotation_login(&way, &r, &login);
		assert_string_equal(env_of(&login, "SLIPWAY_KEEP"), rows[i].keep);
	}
}

/* --- the plan
 * ------------------------------------------------------------------------------------- */

static size_t at(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->steps[i]->id, id))
			return i;
	fail_msg("there is no step %s", id);
	return 0;
}

static void add_service(struct plan *p, const char *name, enum service_change change)
{
	p->services = xreallocarray(p->services, p->n_services + 1, sizeof(p->services[0]));
	p->services[p->n_services++] =
		(struct plan_service){.name = xstrdup(name), .change = change};
	plan_add(p, step_service_new(&p->services[p->n_services - 1]));
}

static void test_the_plan_keeps_first_and_forgets_last(void **state)
{
	static char db[] = "db", user[] = "shop";
	struct scene *s = *state;
	struct rotation_way way = {.means = ROTATION_POSTGRES, .service = db, .user = user};
	AUTO(rotation) struct rotation r;
	AUTO_PTR(plan) struct plan *p = xcalloc(1, sizeof(*p));
	struct live_service *live;

	p->workspace = &s->w;
	s->w.live = live_new(s->w.loop, "shop");
	live = live_add(s->w.live, "db");
	live_add_instance(live, "1")->state = LIVE_RUNNING;
	add_service(p, "db", SERVICE_RECREATE);
	add_service(p, "web", SERVICE_UNCHANGED);
	fill(&r, ROTATION_FORWARD);
	assert_int_equal(rotation_amend(p, &r, &way, NULL), 0);
	assert_int_equal(p->n, 6);
	assert_int_equal(p->changes, 6);
	assert_int_equal(at(p, "keep:DB_PASSWORD"), 0);
	assert_int_equal(at(p, "rotate:DB_PASSWORD"), 1);
	assert_int_equal(at(p, "forget:DB_PASSWORD"), 5);
	assert_true(strv_has(&p->steps[1]->after, "keep:DB_PASSWORD"));
	/* Nothing is touched before both values are on disk, nothing forgotten before all is done. */
	for (size_t i = 1; i < 5; i++) {
		assert_true(strv_has(&p->steps[i]->after, "keep:DB_PASSWORD"));
		assert_true(strv_has(&p->steps[5]->after, p->steps[i]->id));
	}
	assert_true(strv_has(&p->steps[at(p, "service:db")]->after, "rotate:DB_PASSWORD"));
	assert_true(strv_has(&p->steps[at(p, "login:DB_PASSWORD")]->after, "service:web"));
	/* What is not made anew reads it at its start. */
	assert_int_equal(p->services[1].change, SERVICE_RESTART);
	live_free(take(s->w.live));
}

static void test_a_service_that_is_down_is_brought_up_first(void **state)
{
	static char db[] = "db", user[] = "shop";
	struct scene *s = *state;
	struct rotation_way way = {.means = ROTATION_POSTGRES, .service = db, .user = user};
	/* A start that was cut short with the program that asked for it counts as failed. */
	static const struct {
		enum live_state state;
		const char *id;
	} rows[] = {{LIVE_CREATED, "start:db"}, {LIVE_FAILED, "start:db"},
		{LIVE_STOPPED, "start:db"}, {LIVE_ABSENT, "recreate:db"}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(rotation) struct rotation r;
		AUTO_PTR(plan) struct plan *p = xcalloc(1, sizeof(*p));

		p->workspace = &s->w;
		s->w.live = live_new(s->w.loop, "shop");
		if (rows[i].state != LIVE_ABSENT)
			live_add_instance(live_add(s->w.live, "db"), "1")->state = rows[i].state;
		fill(&r, ROTATION_BACK);
		assert_int_equal(rotation_amend(p, &r, &way, NULL), 0);
		assert_int_equal(at(p, rows[i].id), 1);
		assert_true(strv_has(&p->steps[at(p, "rotate:DB_PASSWORD")]->after, rows[i].id));
		live_free(take(s->w.live));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_next),
		scene_test(test_both_values_last),
		scene_test(test_what_is_no_rotation_is_refused),
		scene_test(test_who_is_told),
		scene_test(test_the_definitions_command_is_expanded),
		cmocka_unit_test(test_postgres_never_sees_the_password),
		cmocka_unit_test(test_a_postgres_that_never_answers_let_nobody_in),
		cmocka_unit_test(test_a_trial_asks_where_a_password_counts),
		cmocka_unit_test(test_redis_gets_one_word),
		scene_test(test_the_plan_keeps_first_and_forgets_last),
		scene_test(test_a_service_that_is_down_is_brought_up_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
