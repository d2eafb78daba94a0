/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "config/stack.h"

#include <string.h>

static int load(const char *text, const char *language, struct stack **ret, struct error *err)
{
	return stack_load("stack.yaml", text, strlen(text), language, ret, err);
}

#define HEAD "slipway: 1\nstack: x\n"

static void test_demo_definition_is_complete(void **state)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_service *worker, *web;
	struct setting *secret;

	(void)state;
	if (stack_open(TEMPLATES "/demo", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	assert_string_equal(s->name, "demo");
	assert_string_equal(s->title, "Demo");
	assert_int_equal(s->n_services, 5);
	assert_true(strv_has(&s->files, "compose.yaml"));
	assert_true(strv_has(&s->copy, ".env.example"));
	assert_int_equal(s->directories[0].mode, 0750);
	secret = settings_find(&s->settings, "SESSION_SECRET");
	assert_int_equal(secret->type, SETTING_SECRET);
	assert_int_equal(secret->min, 32);
	assert_string_equal(s->settings.pages[secret->page].title, "Security");
	web = stack_find_service(s, "web");
	assert_int_equal(web->ready->kind, GATE_HTTP);
	assert_string_equal(web->ready->json_path, "ready");
	assert_int_equal(web->ready->timeout_ms, 60000);
	assert_int_equal(web->process->n_depends, 2);
	assert_int_equal(web->process->depends[1].condition, COMPOSE_COMPLETED);
	worker = stack_find_service(s, "worker");
	assert_string_equal(worker->process->health.items[2], "worker");
	assert_true(strv_has(&worker->process->environment, "LOG_LEVEL=${LOG_LEVEL:-info}"));
	for (size_t i = 0; i < s->n_services; i++)
		assert_non_null(s->services[i].process);
}

static void test_every_definition_that_comes_with_it_loads(void **state)
{
	static const char *const names[] = {
		"claude-context", "demo", "haven", "ragcorp", "semantik"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autofree char *path = xasprintf("%s/%s", TEMPLATES, names[i]);
		AUTO_PTR(stack) struct stack *s = NULL;
		AUTO(error) struct error err = ERROR_INIT;

		if (stack_open(path, &s, &err))
			fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
		assert_string_equal(s->name, names[i]);
		assert_true(s->n_services >= 5);
	}
}

/* Made like a secret, and yet to be seen: who logs in. */
static void test_a_definition_may_show_what_is_made(void **state)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	struct setting *user, *password;

	(void)state;
	assert_int_equal(stack_open(TEMPLATES "/haven", &s, NULL), 0);
	user = settings_find(&s->settings, "MINIO_ACCESS_KEY");
	password = settings_find(&s->settings, "MINIO_SECRET_KEY");
	assert_false(setting_is_secret(user));
	assert_true(setting_is_credential(user));
	assert_int_equal(setting_generate(user, NULL), 0);
	assert_false(setting_is_secret(user));
	assert_true(setting_is_secret(password));
}

static void test_texts_come_in_the_language_asked_for(void **state)
{
	static const char text[] = HEAD "title: {en: Demo, de: Vorführung}\nabout: {fr: Essai}\n";
	static const struct {
		const char *language, *title;
	} rows[] = {{"de_AT.UTF-8", "Vorführung"}, {"de", "Vorführung"}, {"sv_SE", "Demo"},
		{NULL, "Demo"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(stack) struct stack *s = NULL;

		assert_int_equal(load(text, rows[i].language, &s, NULL), 0);
		assert_string_equal(s->title, rows[i].title);
		assert_string_equal(s->about, "Essai");
	}
}

struct mistake {
	const char *text, *detail, *message, *hint;
};

static void check_mistake(const struct mistake *row)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	if (load(row->text, "en", &s, &err) != ERR_INPUT)
		fail_msg("accepted: %s", row->text);
	if (!strstr(err.message, row->message) || !str_eq(err.detail, row->detail) ||
		(row->hint && !str_eq(err.hint, row->hint)))
		fail_msg("%s\n\"%s\" at %s (%s)", row->text, err.message, err.detail,
			err.hint ? err.hint : "no hint");
	assert_null(s);
}

static void test_mistakes_are_named_with_their_place(void **state)
{
	static const struct mistake rows[] = {
		{"stack: x\n", "stack.yaml:1:1", "expected the key slipway: 1", NULL},
		{"slipway: 2\nstack: x\n", "stack.yaml:1:10", "slipway: expected 1", NULL},
		{"slipway: 1\n", "stack.yaml:1:1", "expected the key stack", NULL},
		{"slipway: 1\nstack: ../x\n", "stack.yaml:2:8",
			"stack: expected a name of small letters", NULL},
		{HEAD "titel: X\n", "stack.yaml:3:1",
			"unknown key \"titel\", expected one of slipway, stack, title", NULL},
		{HEAD "compose: {files: [../../etc/passwd]}\n", "stack.yaml:3:19",
			"compose.files: expected a file below", NULL},
		{HEAD "compose: {files: [/etc/passwd]}\n", "stack.yaml:3:19",
			"compose.files: expected a file below", NULL},
		{HEAD "pages: [{title: A, settings: [{name: 1X}]}]\n", "stack.yaml:3:38",
			"pages[0].settings[0].name: expected the name of a variable", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: prot}]}]\n", "stack.yaml:3:47",
			"pages[0].settings[0].type: expected one of text, secret, port", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X}, {name: X}]}]\n", "stack.yaml:3:42",
			"X is declared twice", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: enum}]}]\n", "stack.yaml:3:31",
			"needs choices", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: port, default: 70000}]}]\n",
			"stack.yaml:3:62", "X: expected a number from 1 to 65535, got \"70000\"", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: port, min_length: 3}]}]\n",
			"stack.yaml:3:65", "expected min and max for this type", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, generate: {bytes: 8}}]}]\n",
			"stack.yaml:3:51", "only a setting of type secret", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: secret, min_length: 40,\n"
		      "  generate: {bytes: 8}}]}]\n",
			"stack.yaml:4:13", "would have 16 characters", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: secret,\n"
		      "  lives_in: {volume: v, rotate: {postgres_role: a, redis_user: b}}}]}]\n",
			"stack.yaml:4:33",
			"rotate: expected one of the keys postgres_role, redis_user, command, "
			"restart", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, type: secret,\n"
		      "  lives_in: {volume: v, rotate: {postgres_role: a, check: b}}}]}]\n",
			"stack.yaml:4:33", "rotate: check goes with command and restart only", NULL},
		/* A cloned repository names no program. */
		{HEAD "store: command\n", "stack.yaml:3:8",
			"store: expected env or encrypted: a program is named by who uses the stack", NULL},
		{HEAD "store: [pass, show]\n", "stack.yaml:3:8",
			"store: expected env or encrypted", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X_*, default: 1}]}]\n", "stack.yaml:3:52",
			"pages[0].settings[0]: names with a * have no default", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X_*, required: true}]}]\n", "stack.yaml:3:53",
			"pages[0].settings[0]: names with a * have no required", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X_*, type: secret}]}]\n", "stack.yaml:3:49",
			"pages[0].settings[0]: names with a * are no secrets", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X_*}, {name: X_*}]}]\n", "stack.yaml:3:44",
			"pages[0].settings[1]: X_* is declared twice", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, implied: true}]}]\n", "stack.yaml:3:50",
			"pages[0].settings[0]: only a default holds without being written down", NULL},
		{HEAD "pages: [{settings: []}]\n", "stack.yaml:3:9",
			"pages[0]: expected the key title", NULL},
		{HEAD "directories: [{path: d, mode: rwx}]\n", "stack.yaml:3:31",
			"directories[0].mode: expected an octal", NULL},
		{HEAD "directories: [{path: d, owner: me}]\n", "stack.yaml:3:32",
			"directories[0].owner: expected", NULL},
		{HEAD "services: {web: {ready: {http: ftp://x}}}\n", "stack.yaml:3:32",
			"services.web.ready.http: expected an http:// or https:// address", NULL},
		{HEAD "services: {web: {ready: {tcp: \"1\", health: true}}}\n", "stack.yaml:3:25",
			"services.web.ready: expected exactly one of http, tcp", NULL},
		{HEAD "services: {web: {ready: {file: ready}}}\n", "stack.yaml:3:32",
			"services.web.ready.file: expected a path that begins with /", NULL},
		{HEAD "services: {web: {ready: {pid_file: [a]}}}\n", "stack.yaml:3:36",
			"services.web.ready.pid_file: expected a path that begins with /", NULL},
		{HEAD "pages: [{title: A, settings: [{name: X, reject: {ignore_case: true}}]}]\n",
			"stack.yaml:3:49", "pages[0].settings[0].reject: expected the key values", NULL},
		{HEAD "services: {web: {ready: {tcp: {host: a}}}}\n", "stack.yaml:3:31",
			"expected the key port", NULL},
		{HEAD "services: {web: {process: {restart: always}}}\n", "stack.yaml:3:27",
			"expected the key command", NULL},
		{HEAD "services: {web: {process: {command: x, health: {interval: 3}}}}\n",
			"stack.yaml:3:59",
			"services.web.process.health.interval: expected a duration", NULL},
		{HEAD "services: {web: {process: {command: x, depends_on: [db]}}}\n",
			"stack.yaml:3:17", "web depends on db, which has no process", NULL},
		{HEAD "services: []\n", "stack.yaml:3:11", "services: expected a mapping", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_mistake(&rows[i]);
}

static void test_texts_know_languages_only(void **state)
{
	static const struct mistake rows[] = {
		{HEAD "title: {englisch: X}\n", "stack.yaml:3:9",
			"title: expected a language such as en or de, not \"englisch\"", NULL},
		/* A comma that was meant as one. */
		{HEAD "title: {en: A, de: B, und mehr}\n", "stack.yaml:3:23",
			"not \"und mehr\"", "Inside of braces a text with a comma needs quotes."},
		{HEAD "title: {en: X, de: [Y]}\n", "stack.yaml:3:20", "title: expected a text",
			NULL},
	};
	AUTO_PTR(stack) struct stack *s = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_mistake(&rows[i]);
	assert_int_equal(load(HEAD "title: {en: X, pt_BR: Y, zh-Hant: Z}\n", "pt_BR", &s, NULL), 0);
}

#define SETTING(text) HEAD "pages: [{title: A, settings: [{" text "}]}]\n"

static void test_what_else_has_types(void **state)
{
	static const struct mistake rows[] = {
		/* Settings. */
		{SETTING("name: X, required: {when: A, whi: b}"), "stack.yaml:3:61",
			"required: unknown key \"whi\"", "Did you mean \"why\"?"},
		{SETTING("name: X, required: {when: [A]}"), "stack.yaml:3:58", "expected a text",
			NULL},
		{SETTING("name: X, required: {always: x}"), "stack.yaml:3:52",
			"expected a language such as en or de", NULL},
		{SETTING("name: X, type: secret, generate: {format: hex, prefix: \"a b\"}"),
			"stack.yaml:3:87", "expected up to 32 letters, digits and - . _", NULL},
		{SETTING("name: X, type: secret, generate: {format: fernet, prefix: a}"),
			"stack.yaml:3:90", "format fernet has no use for the key prefix", NULL},
		{SETTING("name: X, type: secret, max_length: 10, generate: {format: alnum, "
			 "length: 8, prefix: abc}"),
			"stack.yaml:3:81", "would have 11 characters", NULL},
		{SETTING("name: X, type: secret, url_safe: true, generate: {format: base64}"),
			"stack.yaml:3:65", "what format base64 makes is not safe", NULL},
		{SETTING("name: X, type: port, url_safe: true"), "stack.yaml:3:63",
			"only a text or a secret", NULL},
		{SETTING("name: X, dimensions_of: M"), "stack.yaml:3:56",
			"only a setting of type integer counts dimensions", NULL},
		/* Services. */
		{HEAD "services: {a: {kind: jbo}}\n", "stack.yaml:3:22",
			"services.a.kind: expected one of container, host, job", NULL},
		{HEAD "services: {a: {only_on: macosx}}\n", "stack.yaml:3:25",
			"expected one of linux, macos", "Did you mean \"macos\"?"},
		{HEAD "services: {a: {test_only: maybe}}\n", "stack.yaml:3:27",
			"expected true or false", NULL},
		{HEAD "services: {a: {ready: {http: {get: \"http://x/\", expect: 20}}}}\n",
			"stack.yaml:3:57", "expected an HTTP status", NULL},
		{HEAD "services: {a: {ready: {http: {get: \"http://x/\", headers: x}}}}\n",
			"stack.yaml:3:58", "expected a mapping of names of headers", NULL},
		{HEAD "services: {a: {ready: {http: {get: \"http://x/\", json: {path: a, degraded: "
		      "[b]}}}}}\n",
			"stack.yaml:3:55", "expected the key path, and equals or not", NULL},
		{HEAD "services: {a: {ready: {health: true, start_period: 5}}}\n",
			"stack.yaml:3:52", "start_period: expected a duration", NULL},
		/* What is kept. */
		{HEAD "volumes: {v: {mode: rwx}}\n", "stack.yaml:3:21", "expected an octal mode",
			NULL},
		{HEAD "volumes: {v: {size: big}}\n", "stack.yaml:3:21", "expected a size", NULL},
		{HEAD "volumes: {v: {read_only: 1}}\n", "stack.yaml:3:26", "expected true or false",
			NULL},
		{HEAD "volumes: {v: {importance: critcal}}\n", "stack.yaml:3:27",
			"expected one of critical, rebuildable", "Did you mean \"critical\"?"},
		{HEAD "volumes: {v: {backup: postgres_dum}}\n", "stack.yaml:3:23",
			"volumes.v.backup: expected one of postgres_dump, tar",
			"Did you mean \"postgres_dump\"?"},
		{HEAD "volumes: {v: {backup: {format: custom}}}\n", "stack.yaml:3:23",
			"expected the key method", NULL},
		{HEAD "volumes: {v: {backup: {method: tar, format: custom}}}\n", "stack.yaml:3:45",
			"format goes with the method postgres_dump only", NULL},
		{HEAD "directories: [{path: d, backup: {method: zip}}]\n", "stack.yaml:3:42",
			"directories[0].backup.method: expected one of", NULL},
		/* Models. */
		{HEAD "models: [{from: huggingfase, repo: a}]\n", "stack.yaml:3:17",
			"models[0].from: expected one of huggingface, ollama, playwright",
			"Did you mean \"huggingface\"?"},
		{HEAD "models: [{from: ollama, name: a, revision: b}]\n", "stack.yaml:3:44",
			"a model of huggingface only has a revision", NULL},
		{HEAD "models: [{from: ollama, name: a, into: b, volume: c}]\n", "stack.yaml:3:10",
			"expected one of the keys into, volume", NULL},
		{HEAD "models: [{from: ollama, name: a, layout: tree}]\n", "stack.yaml:3:42",
			"expected one of hub, flat", NULL},
		{HEAD "models: [{from: ollama, name: a, files: [{path: ../x}]}]\n",
			"stack.yaml:3:49", "expected a file of the model", NULL},
		{HEAD "models: [{from: ollama, name: a, files: [{path: x, sha256: abc}]}]\n",
			"stack.yaml:3:60", "expected a SHA-256 sum", NULL},
		{HEAD "models: [{from: ollama, name: a, memory: {int8: much}}]\n",
			"stack.yaml:3:49", "models[0].memory.int8: expected a size", NULL},
		{HEAD "models: [{from: ollama, name: a, dimensions: 0}]\n", "stack.yaml:3:46",
			"expected a number of dimensions", NULL},
		/* Migrations. */
		{HEAD "migrations: [{how: strat, service: a}]\n", "stack.yaml:3:20",
			"migrations[0].how: expected one of start, run, exec, files, helm_hook", NULL},
		{HEAD "migrations: [{service: a}]\n", "stack.yaml:3:14", "expected the key how", NULL},
		{HEAD "migrations: [{how: run, service: a}]\n", "stack.yaml:3:14",
			"expected the key command", NULL},
		{HEAD "migrations: [{how: start, service: a, command: b}]\n", "stack.yaml:3:48",
			"a migration by start has no use for the key command", NULL},
		{HEAD "migrations: [{how: helm_hook, hook: [before]}]\n", "stack.yaml:3:38",
			"expected one of pre-install", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_mistake(&rows[i]);
}

static void test_what_is_kept_is_read(void **state)
{
	static const char text[] = HEAD
		"volumes:\n"
		"  v: {owner: \"1:2\", mode: \"0700\", size: 20GiB, importance: critical, read_only: true,\n"
		"      backup: {method: postgres_dump, format: plain, service: db, user: u, database: d,\n"
		"               stop: [a, b]}}\n"
		"  w: {backup: tar}\n"
		"directories:\n"
		"  - {path: d, owner: \"3:4\", mode: \"0750\", recursive: true, about: {de: Das},\n"
		"     importance: rebuildable, size: 1MiB, read_only: true, backup: none}\n"
		"services:\n"
		"  ollama: {kind: host, only_on: macos, test_only: true}\n"
		"  init: {kind: job}\n"
		"  web: {about: x}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_volume *v;
	const struct stack_directory *d;

	(void)state;
	if (load(text, "de", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	v = s->volumes;
	assert_int_equal(v[0].mode, 0700);
	assert_int_equal(v[0].kept.size, 20LL << 30);
	assert_true(v[0].kept.critical && v[0].kept.read_only);
	assert_string_equal(v[0].kept.backup.method, "postgres_dump");
	assert_string_equal(v[0].kept.backup.format, "plain");
	assert_string_equal(v[0].kept.backup.service, "db");
	assert_int_equal(v[0].kept.backup.stop.n, 2);
	assert_int_equal(v[1].mode, -1);
	assert_string_equal(v[1].kept.backup.method, "tar");
	d = s->directories;
	assert_int_equal(d->gid, 4);
	assert_int_equal(d->mode, 0750);
	assert_true(d->recursive && d->kept.read_only);
	assert_string_equal(d->kept.about, "Das");
	assert_string_equal(d->kept.backup.method, "none");
	assert_int_equal(s->services[0].kind, SERVICE_HOST);
	assert_string_equal(s->services[0].only_on, "macos");
	assert_true(s->services[0].test_only);
	assert_int_equal(s->services[1].kind, SERVICE_JOB);
	assert_int_equal(s->services[2].kind, SERVICE_CONTAINER);
}

static void test_models_and_migrations_are_read(void **state)
{
	static const char text[] = HEAD
		"models:\n"
		"  - {from: huggingface, repo: a/b, revision: main, into: ./m, layout: hub, memory: 2GiB,\n"
		"     dimensions: 384}\n"
		"  - from: ollama\n    name: c\n    files: [x, {path: y/z, size: 5MiB, sha256:\n"
		"      0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}]\n"
		"    memory: {float16: 2GiB, int8: 1GiB}\n    dimensions: {c: 10, d: 20}\n"
		"migrations:\n"
		"  - {how: run, service: web, command: [m, up], current: [m, is], head: [m, newest]}\n"
		"  - {how: files, service: db, files: \"*.sql\", user: u, database: d, destructive: true}\n"
		"  - {how: helm_hook, hook: [pre-install, pre-upgrade]}\n"
		"  - {how: start, service: web, about: By itself}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_model *m;
	const struct stack_migration *g;

	(void)state;
	if (load(text, "en", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	m = s->models;
	assert_string_equal(m[0].revision, "main");
	assert_string_equal(m[0].layout, "hub");
	assert_null(m[0].memory[0].quantisation);
	assert_int_equal(m[0].memory[0].bytes, 2LL << 30);
	assert_int_equal(m[0].dimensions[0].count, 384);
	assert_string_equal(m[1].files[0].path, "x");
	assert_int_equal(m[1].files[1].size, 5 << 20);
	assert_int_equal(strlen(m[1].files[1].sha256), 64);
	assert_string_equal(m[1].memory[1].quantisation, "int8");
	assert_string_equal(m[1].dimensions[1].model, "d");
	g = s->migrations;
	assert_string_equal(g[0].how, "run");
	assert_string_equal(g[0].head.items[1], "newest");
	assert_string_equal(g[1].files.items[0], "*.sql");
	assert_true(g[1].destructive);
	assert_string_equal(g[2].hook.items[1], "pre-upgrade");
	assert_string_equal(g[3].about, "By itself");
}

/* What is said of settings acts: in what is made, and in what is judged. */
static void test_settings_act_on_what_is_said(void **state)
{
	static const char text[] = HEAD
		"pages:\n- title: A\n  settings:\n"
		"  - {name: MODE, type: enum, choices: [dev, live], default: dev}\n"
		"  - {name: NEEDED, required: {when: MODE=live, why: live is open to all}}\n"
		"  - {name: LOGIN, type: secret, generate: {format: alnum, length: 8, prefix: lib_}}\n"
		"  - {name: PASSWORD, type: secret, url_safe: true}\n"
		"  - {name: MODEL, default: bge-m3}\n"
		"  - {name: DIM, type: integer, default: 1024, dimensions_of: MODEL}\n"
		"models:\n"
		"  - {from: huggingface, repo: BAAI/bge-m3, same_as: bge-m3, dimensions: 1024}\n"
		"  - {from: ollama, name: \"${MODEL}\", dimensions: {small: 384, large: 1536}}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct settings *all;
	struct setting *mode, *needed, *login, *password, *model, *dim;

	(void)state;
	if (load(text, "en", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	all = &s->settings;
	mode = settings_find(all, "MODE");
	needed = settings_find(all, "NEEDED");
	login = settings_find(all, "LOGIN");
	password = settings_find(all, "PASSWORD");
	model = settings_find(all, "MODEL");
	dim = settings_find(all, "DIM");

	settings_judge(all);
	assert_false(needed->required || setting_unanswered(needed));
	assert_int_equal(setting_answer(mode, "live", NULL), 0);
	settings_judge(all);
	assert_true(needed->required && setting_unanswered(needed));
	assert_string_equal(needed->required_why, "live is open to all");
	assert_int_equal(setting_answer(mode, "dev", NULL), 0);
	settings_judge(all);
	assert_false(needed->required);

	assert_int_equal(settings_generate(all, login, NULL), 0);
	assert_int_equal(strncmp(login->value, "lib_", 4), 0);
	assert_int_equal(strlen(login->value), 12);

	assert_int_equal(setting_answer(password, "p@ss/word", &err), ERR_INPUT);
	assert_non_null(strstr(err.message, "inside of an address"));
	error_done(&err);
	assert_int_equal(setting_answer(password, "p.ss-word_~", NULL), 0);
	assert_int_equal(settings_generate(all, password, NULL), 0);

	assert_int_equal(dim->problem.code, 0);
	assert_int_equal(setting_answer(model, "small", NULL), 0);
	settings_judge(all);
	assert_string_equal(dim->problem.message, "DIM: expected 384, the dimensions of small");
	assert_int_equal(setting_answer(dim, "384", NULL), 0);
	settings_judge(all);
	assert_int_equal(dim->problem.code, 0);
	assert_int_equal(setting_answer(model, "BAAI/bge-m3", NULL), 0);
	settings_judge(all);
	assert_non_null(strstr(dim->problem.message, "expected 1024"));
	/* Of one that nobody knows, nothing is said. */
	assert_int_equal(setting_answer(model, "own", NULL), 0);
	settings_judge(all);
	assert_int_equal(dim->problem.code, 0);
}

#define STEP(text) HEAD "runbooks: {a: [{" text "}]}\n"

static void test_steps_have_types(void **state)
{
	static const struct mistake rows[] = {
		{STEP("images: nonsense"), "stack.yaml:3:25",
			"runbooks.a[0].images: expected one of previous", NULL},
		{STEP("images: previuos"), "stack.yaml:3:25", "expected one of previous",
			"Did you mean \"previous\"?"},
		{STEP("wait: banana"), "stack.yaml:3:23",
			"runbooks.a[0].wait: expected a duration", NULL},
		{STEP("wait: 5"), "stack.yaml:3:23", "expected a duration", NULL},
		{STEP("up: []"), "stack.yaml:3:21", "expected the names of services", NULL},
		{STEP("upp: [web]"), "stack.yaml:3:17",
			"unknown step \"upp\", expected one of up, stop", "Did you mean \"up\"?"},
		{STEP("scale: {web: many}"), "stack.yaml:3:30", "expected a whole number", NULL},
		{STEP("scale: [web]"), "stack.yaml:3:24", "expected a mapping of services", NULL},
		{STEP("run: {}"), "stack.yaml:3:22", "runbooks.a[0].run: expected the key service",
			NULL},
		{STEP("run: {service: web}"), "stack.yaml:3:22",
			"expected one of the keys command, entrypoint", NULL},
		{STEP("run: {service: [a, b], command: x}"), "stack.yaml:3:32", "expected a text",
			NULL},
		{STEP("run: {service: web, command: []}"), "stack.yaml:3:46", "expected a command",
			NULL},
		{STEP("run: {service: web, command: x, state: {}}"), "stack.yaml:3:56",
			"expected a command", NULL},
		{STEP("run: {service: web, command: x, ask: [no name]}"), "stack.yaml:3:55",
			"expected the name of a variable", NULL},
		{STEP("run: {service: web, command: x, environment: x}"), "stack.yaml:3:62",
			"expected a mapping of names to values", NULL},
		{STEP("run: {service: web, command: x, destructive: very}"), "stack.yaml:3:62",
			"expected true or false", NULL},
		{STEP("exec: {service: web, comand: x}"), "stack.yaml:3:38",
			"unknown key \"comand\"", "Did you mean \"command\"?"},
		{STEP("http: {expect: 200}"), "stack.yaml:3:23",
			"expected one of the keys get, post", NULL},
		{STEP("http: {get: \"http://x/\", post: \"http://x/\"}"), "stack.yaml:3:23",
			"expected one of the keys get, post", NULL},
		{STEP("http: {get: /x}"), "stack.yaml:3:29", "expected an http:// or https://", NULL},
		{STEP("http: {get: \"http://x/\", expect: ok}"), "stack.yaml:3:50",
			"expected an HTTP status", NULL},
		{STEP("http: {get: \"http://x/\", expect: 99}"), "stack.yaml:3:50",
			"expected an HTTP status", NULL},
		{STEP("http: {get: \"http://x/\", json: {path: a}}"), "stack.yaml:3:48",
			"expected the key path, and equals or not", NULL},
		{STEP("http: {get: \"http://x/\", json: {equals: a}}"), "stack.yaml:3:48",
			"expected the key path, and equals or not", NULL},
		{STEP("http: {get: \"http://x/\", json: {path: a, equals: b, not: c}}"),
			"stack.yaml:3:48", "expected the key path, and equals or not", NULL},
		{STEP("http: {get: \"http://x/\", headers: [a]}"), "stack.yaml:3:51",
			"expected a mapping of names of headers", NULL},
		{STEP("http: {get: \"http://x/\", headers: {\"a b\": c}}"), "stack.yaml:3:52",
			"expected the name of a header", NULL},
		{STEP("http: {get: \"http://x/\", headers: {a: \"b\\nc\"}}"), "stack.yaml:3:55",
			"a header has one line", NULL},
		{STEP("sql: {service: db}"), "stack.yaml:3:22", "expected the key query", NULL},
		{STEP("sql: {query: SELECT 1}"), "stack.yaml:3:22", "expected the key service", NULL},
		{STEP("sql_files: {service: db}"), "stack.yaml:3:28", "expected the key files", NULL},
		{STEP("postgres_dump: {service: db, format: tarr}"), "stack.yaml:3:54",
			"expected one of custom, plain", NULL},
		{STEP("postgres_dump: {service: db, format: custum}"), "stack.yaml:3:54",
			"expected one of custom, plain", "Did you mean \"custom\"?"},
		{STEP("volume_tar: {}"), "stack.yaml:3:29", "expected the key volume", NULL},
		{STEP("volume_tar: {volume: [a]}"), "stack.yaml:3:38", "expected a text", NULL},
		{STEP("qdrant_snapshot: {service: q, collections: some}"), "stack.yaml:3:60",
			"expected all, or a list of collections", NULL},
		{STEP("qdrant_snapshot: {service: q, collections: [\"*\"]}"), "stack.yaml:3:61",
			"there are no wildcards", NULL},
		{STEP("confirm: {}"), "stack.yaml:3:26", "expected one of the keys text, type", NULL},
		{HEAD "runbooks: {deploy: [smok], smoke: [{wait: 1s}]}\n", "stack.yaml:3:21",
			"runbooks: there is no runbook smok", "Did you mean \"smoke\"?"},
		{HEAD "runbooks: {a: [a]}\n", "stack.yaml:3:16", "the runbook a runs itself", NULL},
		{HEAD "runbooks: {a: [b], b: [c], c: [a]}\n", "stack.yaml:3:16",
			"the runbook a runs itself", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_mistake(&rows[i]);
}

static void test_steps_are_read(void **state)
{
	static const char text[] = HEAD
		"runbooks:\n  a:\n"
		"    - scale: {worker: 0, web: 2}\n"
		"    - run: {service: web, command: [m, up], entrypoint: e, environment: {A: 1},\n"
		"            ask: [NAME], state: [m, version], destructive: true}\n"
		"    - http: {service: s, post: \"http://s/\", body: {q: [1, x]}, expect: 201,\n"
		"             json: {path: a.b, not: bad}, bearer: t, headers: {X-Key: k}}\n"
		"    - sql: {service: db, query: SELECT 1, expect: \"1\", user: u, database: d}\n"
		"    - postgres_dump: {service: db, format: custom}\n"
		"    - volume_tar: {volume: v, stop: [a, b]}\n"
		"    - qdrant_snapshot: {service: q, collections: [one, two], api_key: k}\n"
		"    - qdrant_snapshot: {service: q, collections: all}\n"
		"    - confirm: {type: YES, text: {en: Sure?, de: Sicher?}}\n"
		"    - wait: 90s\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_step *step;

	(void)state;
	if (load(text, "de", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	step = s->runbooks[0].steps;
	assert_string_equal(step[0].counts[1].service, "web");
	assert_int_equal(step[0].counts[1].count, 2);
	assert_string_equal(step[1].command.items[1], "up");
	assert_string_equal(step[1].entrypoint.items[2], "e");
	assert_string_equal(step[1].environment.items[0], "A=1");
	assert_string_equal(step[1].ask.items[0], "NAME");
	assert_string_equal(step[1].state.items[1], "version");
	assert_true(step[1].destructive);
	assert_true(step[2].post);
	assert_string_equal(step[2].body, "{\"q\":[1,\"x\"]}");
	assert_int_equal(step[2].status, 201);
	assert_string_equal(step[2].json_path, "a.b");
	assert_string_equal(step[2].json_not, "bad");
	assert_string_equal(step[2].headers.items[0], "X-Key: k");
	assert_string_equal(step[3].answer, "1");
	assert_string_equal(step[3].services.items[0], "db");
	assert_string_equal(step[4].format, "custom");
	assert_string_equal(step[5].volume, "v");
	assert_int_equal(step[5].services.n, 2);
	assert_int_equal(step[6].collections.n, 2);
	assert_int_equal(step[7].collections.n, 0);
	assert_string_equal(step[8].typed, "YES");
	assert_string_equal(step[8].text, "Sicher?");
	assert_int_equal(step[9].wait_ms, 90000);
}

static void test_names_of_before(void **state)
{
	static const char *const wrong[] = {"renames: [A, B]\n", "renames: {A: A}\n",
		"renames: {A: B-C}\n", "renames: {A: {since: \"2\"}}\n",
		"renames: {A: {to: B, at: 1}}\n"};
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	if (load(HEAD "renames:\n  A: B\n  B: {to: C, since: \"2.0\"}\n  X: Y\n  Y: X\n", NULL, &s,
		    &err))
		fail_msg("%s (%s)", err.message, err.detail);
	assert_int_equal(s->n_renames, 4);
	assert_string_equal(s->renames[1].since, "2.0");
	assert_string_equal(stack_renamed(s, "A"), "C");
	assert_string_equal(stack_renamed(s, "C"), "C");
	/* A circle ends. */
	assert_non_null(stack_renamed(s, "X"));
	assert_string_equal(stack_renamed(NULL, "A"), "A");
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		autofree char *text = xasprintf("%s%s", HEAD, wrong[i]);
		AUTO_PTR(stack) struct stack *none = NULL;

		error_done(&err);
		assert_int_equal(load(text, NULL, &none, &err), ERR_INPUT);
		assert_non_null(strstr(err.detail, "stack.yaml:3:"));
	}
}

static void test_a_near_miss_is_suggested(void **state)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(load(HEAD "direktories: []\n", "en", &s, &err), ERR_INPUT);
	assert_string_equal(err.hint, "Did you mean \"directories\"?");
}

static void test_short_forms_mean_the_long_ones(void **state)
{
	static const char text[] = HEAD
		"directories: [./data, {path: ./x, owner: \"33\"}]\n"
		"services:\n"
		"  a: {ready: {tcp: \"${HOST:-localhost}:${PORT:-5432}\"}}\n"
		"  b: {ready: {redis: \"6379\"}}\n"
		"  c: {ready: {command: [pg_isready, -q], interval: 2s, retries: 4}}\n"
		"  d:\n"
		"    process:\n"
		"      command: run --fast\n"
		"      environment: [A=1, B=2]\n"
		"      health: {test: [CMD-SHELL, test -f x]}\n"
		"      depends_on: [e]\n"
		"  e: {process: {command: [e], health: {test: [CMD, e, -h]}, oneshot: true}}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct stack_process *d;

	(void)state;
	if (load(text, "en", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	assert_string_equal(s->directories[0].path, "./data");
	assert_int_equal(s->directories[0].uid, -1);
	assert_int_equal(s->directories[1].uid, 33);
	assert_int_equal(s->directories[1].gid, -1);
	assert_string_equal(s->services[0].ready->host, "${HOST:-localhost}");
	assert_string_equal(s->services[0].ready->port, "${PORT:-5432}");
	assert_null(s->services[1].ready->host);
	assert_string_equal(s->services[1].ready->port, "6379");
	assert_int_equal(s->services[2].ready->command.n, 2);
	assert_int_equal(s->services[2].ready->retries, 4);
	assert_int_equal(s->services[2].ready->interval_ms, 2000);
	d = s->services[3].process;
	assert_string_equal(d->command.items[2], "run --fast");
	assert_string_equal(d->health.items[0], "sh");
	assert_string_equal(d->environment.items[1], "B=2");
	assert_string_equal(d->restart, "no");
	assert_true(d->depends[0].required);
	assert_string_equal(s->services[4].process->health.items[0], "e");
	assert_true(s->services[4].process->oneshot);
}

static void test_definition_of_the_design_is_accepted(void **state)
{
	static const char text[] =
		"slipway: 1\nstack: semantik\ntitle: Semantik\nabout: Search\n"
		"compose:\n  files: [docker-compose.yml]\n"
		"  environments: {development: [docker-compose.dev.yml]}\n"
		"  features: {cuda: {files: [docker-compose.cuda.yml], when: gpu, help: GPU}}\n"
		"requires: {cpus: 2, memory: 4GiB, engine: \">=20.10\"}\n"
		"pages:\n  - title: Security\n    settings:\n"
		"      - name: JWT_SECRET_KEY\n        type: secret\n        generate: {format: "
		"hex, bytes: 32}\n"
		"        reject: [CHANGE_THIS]\n        min_length: 64\n        used_by: [webui]\n"
		"      - name: POSTGRES_PASSWORD\n        type: secret\n"
		"        lives_in: {volume: postgres_data, rotate: {postgres_role: "
		"\"${POSTGRES_USER}\"}}\n"
		"      - name: TOKEN\n        type: secret\n        generate: false\n        "
		"required: from the vendor\n"
		"directories:\n  - {path: ./data, owner: \"1000:1000\", mode: \"0750\"}\n"
		"models:\n  - {from: huggingface, repo: \"${M}\", into: \"${D}\"}\n"
		"services:\n  webui: {ready: {http: "
		"\"http://localhost:${WEBUI_PORT}/api/health/readyz\"}}\n"
		"runbooks:\n  deploy:\n    - up: [postgres]\n    - smoke\n"
		"  smoke:\n    - http: {get: \"http://localhost/\", expect: 200}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *token;

	(void)state;
	if (load(text, "en", &s, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	assert_string_equal(
		settings_find(&s->settings, "POSTGRES_PASSWORD")->lives_in, "postgres_data");
	token = settings_find(&s->settings, "TOKEN");
	assert_false(setting_can_generate(token));
	assert_true(token->required);
	assert_string_equal(token->required_why, "from the vendor");
	assert_int_equal(s->directories[0].gid, 1000);
	assert_string_equal(s->environments[0].files.items[0], "docker-compose.dev.yml");
	assert_string_equal(s->features[0].help, "GPU");
	assert_string_equal(s->models[0].from, "huggingface");
	assert_string_equal(s->runbooks[0].steps[0].services.items[0], "postgres");
	assert_string_equal(s->runbooks[0].steps[1].runbook, "smoke");
}

static void test_stacks_are_listed_and_missing_ones_named(void **state)
{
	AUTO(stack_refs) struct stack_refs refs = {NULL, 0};
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	setenv("SLIPWAY_TEMPLATES", "/nonexistent:" TEMPLATES, 1);
	assert_int_equal(stack_list(&refs, &err), 0);
	assert_true(refs.n >= 1);
	assert_string_equal(refs.items[0].name, "claude-context");
	assert_string_equal(refs.items[1].name, "demo");
	assert_int_equal(stack_open("demo", &s, &err), 0);
	stack_free(take(s));
	assert_int_equal(stack_open("demon", &s, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.hint, "demo"));
	unsetenv("SLIPWAY_TEMPLATES");
}

/* What a template ships counts as unset, and may be refused in other letters, too. */
static void test_values_are_refused_in_whatever_case(void **state)
{
	static const char text[] = HEAD
		"pages:\n- title: A\n  settings:\n"
		"  - {name: ANY, reject: {values: [library, books], ignore_case: true}}\n"
		"  - {name: THESE, reject: [library]}\n"
		"services: {clock: {ready: {pid_file: /run/c.pid}}, reader: {ready: {file: /tmp/r}}}\n";
	AUTO_PTR(stack) struct stack *s = NULL;
	struct setting *any, *these;

	(void)state;
	assert_int_equal(stack_load("stack.yaml", text, strlen(text), "en", &s, NULL), 0);
	any = settings_find(&s->settings, "ANY");
	these = settings_find(&s->settings, "THESE");
	assert_int_not_equal(setting_answer(any, "books", NULL), 0);
	(void)setting_answer(any, "Books", NULL);
	(void)setting_answer(these, "Library", NULL);
	settings_judge(&s->settings);
	assert_string_equal(any->problem.message, "ANY: this value is not allowed");
	assert_int_equal(these->problem.code, 0);
	/* Files are looked at in the container. */
	assert_int_equal(stack_find_service(s, "clock")->ready->kind, GATE_COMMAND);
	assert_string_equal(stack_find_service(s, "clock")->ready->command.items[2],
		"kill -0 \"$$(cat \"$$0\")\"");
	assert_string_equal(
		stack_find_service(s, "reader")->ready->command.items[2], "test -e \"$$0\"");
	assert_string_equal(stack_find_service(s, "reader")->ready->command.items[3], "/tmp/r");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_demo_definition_is_complete),
		cmocka_unit_test(test_every_definition_that_comes_with_it_loads),
		cmocka_unit_test(test_a_definition_may_show_what_is_made),
		cmocka_unit_test(test_texts_come_in_the_language_asked_for),
		cmocka_unit_test(test_mistakes_are_named_with_their_place),
		cmocka_unit_test(test_texts_know_languages_only),
		cmocka_unit_test(test_what_else_has_types),
		cmocka_unit_test(test_what_is_kept_is_read),
		cmocka_unit_test(test_models_and_migrations_are_read),
		cmocka_unit_test(test_settings_act_on_what_is_said),
		cmocka_unit_test(test_steps_have_types),
		cmocka_unit_test(test_steps_are_read),
		cmocka_unit_test(test_names_of_before),
		cmocka_unit_test(test_a_near_miss_is_suggested),
		cmocka_unit_test(test_short_forms_mean_the_long_ones),
		cmocka_unit_test(test_definition_of_the_design_is_accepted),
		cmocka_unit_test(test_stacks_are_listed_and_missing_ones_named),
		cmocka_unit_test(test_values_are_refused_in_whatever_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
