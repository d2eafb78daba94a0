/* SPDX-License-Identifier: MIT */
/* Rotating a secret: what comes next, what lasts, who is told and in which words, and the plan. */
#include "plan_fixture.h"

#include "plan/rotation.h"

#include <sys/wait.h>
#include <unistd.h>

/* --- the table */

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

/* --- what lasts */

static struct rotation_item *fill(struct rotation *r, enum rotation_phase phase)
{
	*r = (struct rotation){.phase = phase};
	strv_push_all(&r->services, "db", "web", NULL);
	return rotation_add(r, "DB_PASSWORD", "old\"-\\value", "new-value");
}

static void assert_same_rotation(const struct rotation *a, const struct rotation *b)
{
	assert_int_equal(a->phase, b->phase);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->items[i].name, b->items[i].name);
		assert_string_equal(a->items[i].old, b->items[i].old);
		assert_string_equal(a->items[i].new, b->items[i].new);
	}
	assert_true(strv_equal(&a->services, &b->services));
}

static void open_project(struct scene *s, bool defined, struct project **ret);

static void test_both_values_last(void **state)
{
	struct scene *s = *state;
	AUTO_PTR(project) struct project *p = NULL;

	open_project(s, false, &p);
	s->w.project = p;
	scene_mkdir(s, ".slipway", 0700);
	for (int phase = ROTATION_FORWARD; phase < ROTATION_PHASES; phase++) {
		AUTO(rotation) struct rotation r, read;
		autosecret char *text = NULL;

		fill(&r, (enum rotation_phase)phase);
		rotation_add(&r, "CACHE_PASSWORD", "", "other");
		assert_int_equal(rotation_text(&r, &s->w, &text, NULL), 0);
		scene_put(s, ".slipway/rotation.json", text, 0600);
		assert_int_equal(rotation_load(&read, s->w.host, s->dir, NULL), 0);
		assert_same_rotation(&read, &r);
		assert_true(rotation_is_one_way(&read));
		assert_string_equal(rotation_to(&read, &read.items[0]),
			phase == ROTATION_BACK ? r.items[0].old : r.items[0].new);
		assert_string_equal(rotation_from(&read, &read.items[0]),
			phase == ROTATION_BACK ? r.items[0].new : r.items[0].old);
	}
	s->w.project = NULL;
}

static void test_what_an_earlier_version_left_goes_on(void **state)
{
	struct scene *s = *state;
	AUTO(rotation) struct rotation r;

	scene_mkdir(s, ".slipway", 0700);
	scene_put(s, ".slipway/rotation.json",
		"{\"name\":\"A\",\"phase\":\"back\",\"old\":\"a\",\"new\":\"b\"}", 0600);
	assert_int_equal(rotation_load(&r, s->w.host, s->dir, NULL), 0);
	assert_string_equal(rotation_to(&r, &r.items[0]), "a");
}

/* Where the value is in no .env, it is not in this file either: what its store has opens it, old or
 * new. */
static void test_values_of_a_store_are_sealed(void **state)
{
	struct scene *s = *state;
	AUTO_PTR(project) struct project *p = NULL;
	struct setting *setting;
	static const char *const now[] = {"old\"-\\value", "new-value", "neither"};
	AUTO(rotation) struct rotation r;
	autosecret char *text = NULL;

	open_project(s, false, &p);
	s->w.project = p;
	setting = settings_find(&p->settings, "DB_PASSWORD");
	setting->kept = "command";
	p->store.kind = STORE_COMMAND;
	fill(&r, ROTATION_FORWARD);
	scene_mkdir(s, ".slipway", 0700);
	assert_int_equal(rotation_text(&r, &s->w, &text, NULL), 0);
	assert_null(strstr(text, "value"));
	scene_put(s, ".slipway/rotation.json", text, 0600);
	for (size_t i = 0; i < ARRAY_SIZE(now); i++) {
		AUTO(rotation) struct rotation read;
		AUTO(error) struct error err = ERROR_INIT;

		free(setting->dotenv);
		setting->dotenv = xstrdup(now[i]);
		assert_int_equal(rotation_load(&read, s->w.host, s->dir, NULL), 0);
		assert_int_equal(rotation_open(&read, &s->w, &err), i < 2 ? 0 : ERR_DENIED);
		if (i < 2)
			assert_same_rotation(&read, &r);
	}
	s->w.project = NULL;
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

/* --- who is told */

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

/* --- in which words */

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
		assert_null(strstr(c->argv.items[i], r->items[0].old));
		assert_null(strstr(c->argv.items[i], r->items[0].new));
		assert_null(strstr(c->argv.items[i], "SCRAM-SHA-256"));
	}
	assert_string_equal(env_of(c, "SLIPWAY_NEW"), rotation_to(r, &r->items[0]));
	assert_string_equal(env_of(c, "SLIPWAY_OLD"), rotation_from(r, &r->items[0]));
}

static void test_postgres_never_sees_the_password(void **state)
{
	struct rotation_item *item;
	AUTO(rotation) struct rotation r;
	AUTO(rotation_command) struct rotation_command tell = {0}, login = {0};
	const char *sql;

	(void)state;
	item = fill(&r, ROTATION_FORWARD);
	item->way = (struct rotation_way){.means = ROTATION_POSTGRES, .user = xstrdup("a\"b")};
	assert_int_equal(rotation_tell(&r, item, &tell, NULL), 0);
	check_argv(&tell, &r);
	sql = env_of(&tell, "SLIPWAY_SQL");
	assert_non_null(strstr(sql, "ALTER ROLE \"a\"\"b\" PASSWORD 'SCRAM-SHA-256$"));
	assert_null(strstr(sql, item->new));
	rotation_login(&r, item, &login);
	check_argv(&login, &r);
}

/* Exit status of the words for a login, with a server that never answers on its address and answers
 * on its socket with that status of pg_isready(1). */
static int login_without_door(int on_socket)
{
	struct rotation_item *item;
	AUTO(rotation) struct rotation r;
	AUTO(rotation_command) struct rotation_command login = {0};
	autofree char *script = NULL;
	int status;
	pid_t pid;

	item = fill(&r, ROTATION_FORWARD);
	item->way = (struct rotation_way){.means = ROTATION_POSTGRES, .user = xstrdup("shop")};
	rotation_login(&r, item, &login);
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
		const char *user, *old;
		bool keeps;
		const char *add, *words, *try_old, *keep;
	} rows[] = {
		{"default", "o-d", false, "ACL SETUSER \"default\" \"\\x3enew\\x2dvalue\"",
			"CONFIG SET requirepass \"new\\x2dvalue\"", "AUTH \"o\\x2dd\"", ""},
		{"default", "old", true, "ACL SETUSER \"default\" \"\\x3enew\\x2dvalue\"",
			"CONFIG SET requirepass \"new\\x2dvalue\"", "AUTH \"old\"",
			"CONFIG_REWRITE"},
		/* Nothing but the old value goes: the rules of the user stay. */
		{"o p", "old", true, "ACL SETUSER \"o\\x20p\" \"\\x3enew\\x2dvalue\"",
			"ACL SETUSER \"o\\x20p\" \"\\x3cold\" \"\\x3enew\\x2dvalue\"",
			"AUTH \"o\\x20p\" \"old\"", "ACL_SAVE CONFIG_REWRITE"},
		/* Nobody knows what to take away. */
		{"o", "", true, "ACL SETUSER \"o\" \"\\x3enew\\x2dvalue\"",
			"ACL SETUSER \"o\" resetpass \"\\x3enew\\x2dvalue\"", "AUTH \"o\" \"\"",
			"ACL_SAVE CONFIG_REWRITE"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rotation r = {.phase = ROTATION_FORWARD};
		struct rotation_item *item = rotation_add(&r, "CACHE", rows[i].old, "new-value");
		AUTO(rotation_command) struct rotation_command tell = {0}, login = {0};

		item->way = (struct rotation_way){.means = ROTATION_REDIS,
			.user = xstrdup(rows[i].user),
			.keeps = rows[i].keeps};
		assert_int_equal(rotation_tell(&r, item, &tell, NULL), 0);
		assert_string_equal(env_of(&tell, "SLIPWAY_ADD"), rows[i].add);
		rotation_login(&r, item, &login);
		assert_string_equal(env_of(&login, "SLIPWAY_WORDS"), rows[i].words);
		assert_string_equal(env_of(&login, "SLIPWAY_TRY_OLD"), rows[i].try_old);
		assert_string_equal(env_of(&login, "SLIPWAY_KEEP"), rows[i].keep);
		rotation_done(&r);
	}
}

/* --- the plan */

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

static struct rotation_way postgres_in_db(void)
{
	return (struct rotation_way){
		.means = ROTATION_POSTGRES, .service = xstrdup("db"), .user = xstrdup("shop")};
}

static void test_the_plan_keeps_first_and_forgets_last(void **state)
{
	struct scene *s = *state;
	AUTO(rotation) struct rotation r;
	AUTO_PTR(plan) struct plan *p = xcalloc(1, sizeof(*p));
	AUTO_PTR(project) struct project *project = NULL;
	struct live_service *live;

	open_project(s, false, &project);
	p->workspace = &s->w;
	s->w.project = project;
	s->w.live = live_new(s->w.loop, "shop");
	live = live_add(s->w.live, "db");
	live_add_instance(live, "1")->state = LIVE_RUNNING;
	add_service(p, "db", SERVICE_RECREATE);
	add_service(p, "web", SERVICE_UNCHANGED);
	add_service(p, "mail", SERVICE_UNCHANGED);
	fill(&r, ROTATION_FORWARD)->way = postgres_in_db();
	assert_int_equal(rotation_amend(p, &r, NULL), 0);
	assert_int_equal(p->n, 7);
	assert_int_equal(p->changes, 6);
	assert_int_equal(at(p, "keep:DB_PASSWORD"), 0);
	assert_int_equal(at(p, "rotate:DB_PASSWORD"), 1);
	assert_int_equal(at(p, "forget:DB_PASSWORD"), 6);
	assert_true(strv_has(&p->steps[1]->after, "keep:DB_PASSWORD"));
	/* Nothing is touched before both values are on disk, nothing forgotten before all is done. */
	for (size_t i = 1; i < 6; i++) {
		assert_true(strv_has(&p->steps[i]->after, "keep:DB_PASSWORD"));
		assert_true(strv_has(&p->steps[6]->after, p->steps[i]->id));
	}
	assert_true(strv_has(&p->steps[at(p, "service:db")]->after, "rotate:DB_PASSWORD"));
	assert_true(strv_has(&p->steps[at(p, "login:DB_PASSWORD")]->after, "service:web"));
	/* What is not made anew reads it at its start. */
	assert_int_equal(p->services[1].change, SERVICE_RESTART);
	/* A plan of setup has services that do not use it. */
	assert_int_equal(p->services[2].change, SERVICE_UNCHANGED);
	live_free(take(s->w.live));
	s->w.project = NULL;
}

static void test_a_service_that_is_down_is_brought_up_first(void **state)
{
	struct scene *s = *state;
	/* A start that was cut short with the program that asked for it counts as failed. */
	static const struct {
		enum live_state state;
		const char *id;
	} rows[] = {{LIVE_CREATED, "start:db"}, {LIVE_FAILED, "start:db"},
		{LIVE_STOPPED, "start:db"}, {LIVE_ABSENT, "recreate:db"}};

	AUTO_PTR(project) struct project *project = NULL;

	open_project(s, false, &project);
	s->w.project = project;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(rotation) struct rotation r;
		AUTO_PTR(plan) struct plan *p = xcalloc(1, sizeof(*p));

		p->workspace = &s->w;
		s->w.live = live_new(s->w.loop, "shop");
		if (rows[i].state != LIVE_ABSENT)
			live_add_instance(live_add(s->w.live, "db"), "1")->state = rows[i].state;
		fill(&r, ROTATION_BACK)->way = postgres_in_db();
		assert_int_equal(rotation_amend(p, &r, NULL), 0);
		assert_int_equal(at(p, rows[i].id), 1);
		assert_true(strv_has(&p->steps[at(p, "rotate:DB_PASSWORD")]->after, rows[i].id));
		live_free(take(s->w.live));
	}
	s->w.project = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_comes_next),
		scene_test(test_both_values_last),
		scene_test(test_what_an_earlier_version_left_goes_on),
		scene_test(test_values_of_a_store_are_sealed),
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
