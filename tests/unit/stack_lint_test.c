/* SPDX-License-Identifier: MIT */
/* Mistakes that only show when the definition is compared with the compose files, and with itself.
 */
#include "host_fixture.h"

#include "base/str.h"
#include "config/stack_lint.h"

/* The compose file of every row. */
#define COMPOSE                                                                 \
	"services:\n"                                                           \
	"  web:\n    image: web:1\n    profiles: [page]\n    volumes: [\"files:/f\"]\n" \
	"    ports: [\"${WEB_PORT}:80\"]\n    environment:\n"                   \
	"      A: ${MODE}\n      B: ${API_KEY}\n      C: ${DEBUG}\n      D: ${TITLE}\n" \
	"  db:\n    image: postgres:16\n    secrets: [pw]\n"                    \
	"    volumes: [\"db_data:/var/lib/postgresql/data\", \"./seen:/s:ro\", \"./kept:/k\"]\n" \
	"    restart: always\n"                                                 \
	"volumes: {db_data: {}, files: {}}\nsecrets: {pw: {file: ./pw}}\n"
/* And the beginning of every definition, up to line 14. */
#define HEAD                                                                      \
	"slipway: 1\nstack: x\ncompose: {files: [compose.yaml]}\nenvironments:\n" \
	"  production: {sets: {MODE: production}}\n"                              \
	"  development: {sets: {MODE: development}}\n"                            \
	"features: {page: {profiles: [page]}}\n"                                  \
	"pages:\n- title: A\n  settings:\n"                                       \
	"  - {name: MODE, type: enum, choices: [development, production]}\n"      \
	"  - {name: DEBUG, type: bool}\n"                                         \
	"  - {name: API_KEY, type: secret}\n"                                     \
	"  - {name: secrets.pw, type: secret}\n"

struct row {
	const char *text; /* behind HEAD */
	int line, column;
	const char *message, *hint; /* the message holds this; NULL: no finding, no hint */
};

static const struct row rows[] = {
	{"", 0, 0, NULL, NULL},
	/* Services. */
	{"recognise: {services: [web, bd]}\n", 15, 29, "recognise.services: there is no service bd",
		NULL},
	{"services: {weg: {about: x}}\n", 15, 12, "services.weg: there is no service weg",
		"Did you mean \"web\"?"},
	{"services: {web: {about: x}}\n", 0, 0, NULL, NULL},
	{"  - {name: WEB_PORT, used_by: [web, dbb]}\n", 15, 37,
		"WEB_PORT: there is no service dbb", "Did you mean \"db\"?"},
	{"  - {name: WEB_PORT, pass_to: [weg]}\n", 15, 32, "WEB_PORT: there is no service weg",
		"Did you mean \"web\"?"},
	{"  - {name: WEB_PORT, type: secret, lives_in: {volume: db_data, rotate: {restart: true, "
	 "service: dbx}}}\n",
		15, 97, "WEB_PORT: there is no service dbx", "Did you mean \"db\"?"},
	{"runbooks: {a: [{up: [web, cahce]}]}\n", 15, 27,
		"runbooks.a[0].up: there is no service cahce", NULL},
	{"runbooks: {a: [{scale: {weg: 0}}]}\n", 15, 25, "there is no service weg",
		"Did you mean \"web\"?"},
	{"runbooks: {a: [{exec: {service: weg, command: [x]}}]}\n", 15, 33,
		"there is no service weg", "Did you mean \"web\"?"},
	{"runbooks: {a: [{volume_tar: {volume: files, stop: weg}}]}\n", 15, 51,
		"there is no service weg", "Did you mean \"web\"?"},
	/* Volumes. */
	{"volumes: {db_date: {importance: critical}}\n", 15, 11, "volumes.db_date: there is no volume db_date",
		"Did you mean \"db_data\"?"},
	{"  - {name: WEB_PORT, type: secret, lives_in: db_date}\n", 15, 46,
		"WEB_PORT: there is no volume db_date", "Did you mean \"db_data\"?"},
	{"models: [{from: huggingface, repo: a/b, volume: filse}]\n", 15, 49,
		"models[0].volume: there is no volume filse", "Did you mean \"files\"?"},
	{"runbooks: {a: [{volume_tar: {volume: filse}}]}\n", 15, 38,
		"there is no volume filse", "Did you mean \"files\"?"},
	/* Settings. */
	{"  - {name: NOBODY}\n", 15, 12, "NOBODY: no compose file reads it", NULL},
	{"  - {name: NOBODY_*}\n", 15, 12, "NOBODY_*: no compose file reads it", NULL},
	{"  - {name: secrets.pwd}\n", 15, 12, "secrets.pwd: no compose file reads it", NULL},
	{"  - {name: WEB_PORT, type: port, rules: [{below: WEB_PROT}]}\n", 15, 50,
		"WEB_PORT: there is no setting WEB_PROT", "Did you mean \"WEB_PORT\"?"},
	{"  - {name: WEB_PORT, rules: [{one_of: [TITLE, TITEL]}]}\n", 15, 47,
		"WEB_PORT: there is no setting TITEL", "Did you mean \"TITLE\"?"},
	{"  - {name: TITLE, type: secret, generate: {format: copy, from: API_KYE}}\n", 15, 64,
		"TITLE: there is no setting API_KYE", "Did you mean \"API_KEY\"?"},
	{"renames: {OLD: {to: WEB_PROT}}\n", 15, 11, "renames: OLD becomes WEB_PROT",
		"Did you mean \"WEB_PORT\"?"},
	/* Conditions. */
	{"  - {name: WEB_PORT, when: paeg}\n", 15, 28,
		"WEB_PORT: there is neither a setting nor a feature paeg", "Did you mean \"page\"?"},
	{"  - {name: WEB_PORT, when: page}\n", 0, 0, NULL, NULL},
	{"  - {name: WEB_PORT, when: page=perhaps}\n", 15, 28,
		"\"page=perhaps\" never holds, expected true or false", NULL},
	{"  - {name: WEB_PORT, when: MODE=prodution}\n", 15, 28,
		"WEB_PORT: \"MODE=prodution\" never holds, expected one of development, production",
		"Did you mean \"production\"?"},
	{"  - {name: WEB_PORT, when: MODE!=production}\n", 0, 0, NULL, NULL},
	{"  - {name: WEB_PORT, when: environment=production}\n", 0, 0, NULL, NULL},
	{"  - {name: WEB_PORT, when: environment=staging}\n", 15, 28,
		"never holds, expected one of production, development", NULL},
	{"  - {name: WEB_PORT, when: DEBUG=maybe}\n", 15, 28,
		"never holds, expected true or false", NULL},
	{"  - {name: WEB_PORT, rules: [{min_length: 1, when: MODUS=x}]}\n", 15, 52,
		"neither a setting nor a feature MODUS", NULL},
	{"  - {name: WEB_PORT, requires: DEBGU}\n", 15, 32,
		"neither a setting nor a feature DEBGU", "Did you mean \"DEBUG\"?"},
	{"models: [{from: huggingface, repo: a/b, when: gpu}]\n", 15, 47,
		"models[0].when: there is neither a setting nor a feature gpu", NULL},
	/* Texts with variables. */
	{"services: {web: {ready: {http: \"http://localhost:${WEB_PROT}/\"}}}\n", 15, 32,
		"services.web.ready.http: ${WEB_PROT} is neither a setting nor used",
		"Did you mean \"WEB_PORT\"?"},
	{"services: {web: {ready: {http: \"http://localhost:${WEB_PORT:-80}/\"}}}\n", 0, 0, NULL,
		NULL},
	{"services: {db: {ready: {tcp: \"localhost:${NOPE}\"}}}\n", 15, 30, "${NOPE} is neither",
		NULL},
	{"services: {db: {ready: {postgres: {port: \"1\", user: u, password: \"${NOPE:-x}\"}}}}\n",
		15, 66, "services.db.ready.postgres.password: ${NOPE} is neither", NULL},
	{"services: {db: {ready: {command: [sh, -c, \"echo ${NOPE} $$x\"]}}}\n", 15, 43,
		"services.db.ready.command: ${NOPE} is neither", NULL},
	{"services: {db: {ready: {tcp: \"localhost:${WEB_PORT\"}}}\n", 15, 30,
		"services.db.ready.tcp: ", NULL},
	{"services: {db: {process: {command: [x], environment: {A: \"${NOPE}\"}}}}\n", 15, 58,
		"${NOPE} is neither", NULL},
	{"services: {db: {process: {command: [x, \"${MODE}\"], dir: \"${HOME}\"}}}\n", 0, 0, NULL,
		NULL},
	{"directories: [\"${NOPE:-./data}\"]\n", 15, 15, "directories[0]: ${NOPE} is neither", NULL},
	{"models: [{from: huggingface, repo: \"${MODLE}\", into: .}]\n", 15, 36,
		"models[0].repo: ${MODLE} is neither", NULL},
	{"  - {name: TITLE, type: secret, generate: {format: dsn, template: \"x://${NOPE}@db\"}}\n",
		15, 67, "TITLE: ${NOPE} is neither", NULL},
	{"  - {name: TITLE, type: secret, lives_in: {volume: db_data, rotate: {postgres_role: "
	 "\"${NOPE}\"}}}\n",
		15, 85, "TITLE: ${NOPE} is neither", NULL},
	{"runbooks: {a: [{http: {get: \"http://localhost/\", bearer: \"${NOPE}\"}}]}\n", 15, 58,
		"runbooks.a[0].http.bearer: ${NOPE} is neither", NULL},
	{"runbooks: {a: [{http: {post: \"http://localhost/\", body: {a: [\"${NOPE}\"]}}}]}\n", 15,
		62, "runbooks.a[0].http.body: ${NOPE} is neither", NULL},
	{"services: {db: {ready: {http: {get: \"http://x/\", headers: {A: \"${NOPE}\"}}}}}\n", 15,
		63, "services.db.ready.http.headers: ${NOPE} is neither", NULL},
	{"migrations: [{how: run, service: weg, command: x}]\n", 15, 34,
		"migrations[0].service: there is no service weg", "Did you mean \"web\"?"},
	{"migrations: [{how: files, service: db, files: \"${NOPE}/*.sql\"}]\n", 15, 47,
		"migrations[0].files: ${NOPE} is neither", NULL},
	{"volumes: {files: {backup: {method: tar, stop: [weg]}}}\n", 15, 48,
		"volumes.files.backup.stop: there is no service weg", NULL},
	/* What is on the host is no service of the compose files. */
	{"services: {ollama: {kind: host}}\nrunbooks: {a: [{up: [ollama]}]}\n", 0, 0, NULL, NULL},
	{"services: {web: {kind: host}}\n", 15, 12,
		"services.web: it runs on the host, and yet the compose files have it", NULL},
	{"services: {db: {kind: job}}\n", 15, 12,
		"services.db: it runs once, and yet it is started again (restart: always)", NULL},
	{"services: {web: {kind: job}}\n", 0, 0, NULL, NULL},
	/* What is kept. */
	{"volumes: {files: {importance: critical, backup: none}}\n", 15, 11,
		"volumes.files: it is critical, and yet nothing backs it up", NULL},
	{"volumes: {files: {read_only: true}}\n", 15, 11,
		"volumes.files: it is to be read only, and yet web mounts it for writing", NULL},
	{"volumes: {db_data: {read_only: false}}\n", 0, 0, NULL, NULL},
	{"directories: [{path: ./seen, read_only: true}]\n", 0, 0, NULL, NULL},
	{"directories: [{path: \"${MODE:-./kept}\", read_only: true}]\n", 15, 22,
		"directories[0]: it is to be read only, and yet db mounts it", NULL},
	{"  - {name: WEB_PORT, type: integer, dimensions_of: MODE}\n", 15, 12,
		"WEB_PORT: no model says what dimensions it has", NULL},
	{"  - {name: WEB_PORT, type: integer, dimensions_of: MODLE}\n"
	 "models: [{from: ollama, name: a, dimensions: 1}]\n",
		15, 52, "WEB_PORT: there is no setting MODLE", "Did you mean \"MODE\"?"},
	{"  - {name: WEB_PORT, required: {when: MODUS=x}}\n", 15, 39,
		"WEB_PORT: there is neither a setting nor a feature MODUS", NULL},
	{"runbooks: {a: [{sql: {service: db, query: SELECT 1, user: \"${NOPE}\"}}]}\n", 15, 59,
		"${NOPE} is neither", NULL},
};

static int lint(struct fixture *f, const char *text, struct stack_findings *findings,
	struct error *err)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO_PTR(compose) struct compose *c = NULL;
	autofree char *path = xasprintf("%s/stack.yaml", f->dir);
	int code = stack_load(path, text, strlen(text), "en", &s, err);

	if (code == 0)
		code = stack_lint_compose(f->host, s, &c, err);
	if (code == 0)
		stack_lint(s, c, findings);
	return code;
}

static void check_row(struct fixture *f, const struct row *row)
{
	autofree char *text = xasprintf("%s%s", HEAD, row->text);
	AUTO(stack_findings) struct stack_findings findings = {0};
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_finding *first;
	int code = lint(f, text, &findings, &err);

	if (code)
		fail_msg("%s\n%s (%s)", row->text, err.message, err.detail ? err.detail : "");
	if (!row->message) {
		if (findings.n)
			fail_msg("%s\n%s", row->text, findings.items[0].message);
		return;
	}
	if (findings.n != 1)
		fail_msg("%s\n%zu findings%s%s", row->text, findings.n, findings.n ? ": " : "",
			findings.n ? findings.items[0].message : "");
	first = findings.items;
	if (first->line != row->line || first->column != row->column ||
		!strstr(first->message, row->message) || (row->hint && !str_eq(first->hint, row->hint)))
		fail_msg("%s\n%d:%d: %s (%s)", row->text, first->line, first->column,
			first->message, first->hint ? first->hint : "no hint");
}

static void test_every_mistake_has_its_place(void **state)
{
	struct fixture *f = *state;

	fixture_put("compose.yaml", COMPOSE, 0600);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(f, &rows[i]);
}

/* What is chosen gives settings that are there values that they can have. */
static void test_what_features_set_is_judged(void **state)
{
	static const struct {
		const char *was, *is, *message, *hint;
	} changes[] = {
		{"{MODE: production}", "{MODUS: production}", "there is no setting MODUS", NULL},
		{"{MODE: production}", "{MODE: prod}", "production: MODE: expected one of", NULL},
		{"{profiles: [page]}", "{profiles: [paeg]}",
			"page: no service has one of its profiles", NULL},
		{"{profiles: [page]}", "{files: [compose.page.yaml]}",
			"page: none of its files comes with the definition", NULL},
		{"{profiles: [page]}", "{title: Page}", "page: choosing it changes nothing", NULL},
	};
	struct fixture *f = *state;

	fixture_put("compose.yaml", COMPOSE, 0600);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		const char *at = strstr(HEAD, changes[i].was);
		autofree char *text = xasprintf("%.*s%s%s", (int)(at - HEAD), HEAD, changes[i].is,
			at + strlen(changes[i].was));
		AUTO(stack_findings) struct stack_findings findings = {0};
		AUTO(error) struct error err = ERROR_INIT;

		if (lint(f, text, &findings, &err))
			fail_msg("%s: %s", changes[i].is, err.message);
		if (findings.n != 1 || !strstr(findings.items[0].message, changes[i].message))
			fail_msg("%s: %zu: %s", changes[i].is, findings.n,
				findings.n ? findings.items[0].message : "");
		assert_true(findings.items[0].line >= 5 && findings.items[0].line <= 7);
	}
}

/* A project's own definition is compared with the project. */
static void test_a_projects_own_definition(void **state)
{
	static const char text[] = "slipway: 1\nstack: x\npages:\n- title: A\n  settings:\n"
				   "  - {name: ELSEWHERE}\n  - {name: MODE, used_by: [weg]}\n";
	struct fixture *f = *state;
	autofree char *path = xasprintf("%s/slipway.yaml", f->dir);

	for (int there = 0; there < 2; there++) {
		AUTO_PTR(stack) struct stack *s = NULL;
		AUTO_PTR(compose) struct compose *c = NULL;
		AUTO(stack_findings) struct stack_findings findings = {0};

		if (there)
			fixture_put("compose.yaml", COMPOSE, 0600);
		assert_int_equal(stack_load(path, text, strlen(text), "en", &s, NULL), 0);
		assert_int_equal(stack_lint_compose(f->host, s, &c, NULL), 0);
		stack_lint(s, c, &findings);
		assert_int_equal(findings.n, there);
		if (there)
			assert_string_equal(
				findings.items[0].message, "MODE: there is no service weg");
	}
}

static void test_what_comes_with_it_is_fine(void **state)
{
	static const char *const names[] = {
		"claude-context", "demo", "haven", "ragcorp", "semantik"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autofree char *path = xasprintf("%s/%s", TEMPLATES, names[i]);
		AUTO_PTR(stack) struct stack *s = NULL;
		AUTO_PTR(compose) struct compose *c = NULL;
		AUTO(stack_findings) struct stack_findings findings = {0};

		assert_int_equal(stack_open(path, &s, NULL), 0);
		assert_int_equal(stack_lint_compose(f->host, s, &c, NULL), 0);
		assert_non_null(c);
		stack_lint(s, c, &findings);
		if (findings.n)
			fail_msg("%s:%d: %s", s->source, findings.items[0].line,
				findings.items[0].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_mistake_has_its_place, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_what_features_set_is_judged, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_projects_own_definition, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_what_comes_with_it_is_fine, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
