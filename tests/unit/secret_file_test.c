/* SPDX-License-Identifier: MIT */
/* The files of top-level secrets: what belongs into one, who reads it, and the way from setup to
 * undo. */
#include "plan_fixture.h"

#include "config/secret_file.h"
#include "plan/setup.h"

/* --- what belongs into it */

static const struct {
	const char *name;
	enum secret_file_kind kind;
	enum secret_format format;
} names[] = {
	{"db_password", SECRET_FILE_MADE, SECRET_HEX},
	{"postgres-passwd", SECRET_FILE_MADE, SECRET_HEX},
	{"DB_ROOT_PASS", SECRET_FILE_MADE, SECRET_HEX},
	{"jwt_secret", SECRET_FILE_MADE, SECRET_HEX},
	{"session_token", SECRET_FILE_MADE, SECRET_HEX},
	{"secret_key_base", SECRET_FILE_MADE, SECRET_HEX},
	{"encryption_key", SECRET_FILE_MADE, SECRET_HEX},
	{"app.key", SECRET_FILE_MADE, SECRET_HEX},
	{"airflow_fernet_key", SECRET_FILE_MADE, SECRET_FERNET},
	{"keystore_password", SECRET_FILE_MADE, SECRET_HEX},
	{"tls_key", SECRET_FILE_KEY, 0},
	{"server.key", SECRET_FILE_KEY, 0},
	{"private_key", SECRET_FILE_KEY, 0},
	{"signing_key", SECRET_FILE_KEY, 0},
	{"key", SECRET_FILE_KEY, 0},
	{"site_crt", SECRET_FILE_KEY, 0},
	{"site.cert", SECRET_FILE_KEY, 0},
	{"fullchain.pem", SECRET_FILE_KEY, 0},
	{"ca", SECRET_FILE_KEY, 0},
	{"id_ed25519", SECRET_FILE_KEY, 0},
	{"smtp_password", SECRET_FILE_FOREIGN, 0},
	{"openai_api_key", SECRET_FILE_FOREIGN, 0},
	{"db_user", SECRET_FILE_ACCOUNT, 0},
	{"postgres_db", SECRET_FILE_ACCOUNT, 0},
	{"database_url", SECRET_FILE_FORM, 0},
	{"gcp.json", SECRET_FILE_FORM, 0},
	{"htpasswd", SECRET_FILE_FORM, 0},
	{"db", SECRET_FILE_UNKNOWN, 0},
	{"grafana", SECRET_FILE_UNKNOWN, 0},
	{"", SECRET_FILE_UNKNOWN, 0},
};

static void test_names_tell_what_is_made_and_what_is_brought(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct secret_rule rule = {SECRET_COPY, 0, 0};
		enum secret_file_kind kind = secret_file_kind_of_name(names[i].name, &rule);

		if (kind != names[i].kind)
			fail_msg("%s: %d, not %d", names[i].name, kind, names[i].kind);
		if (kind == SECRET_FILE_MADE && rule.format != names[i].format)
			fail_msg("%s: format %s", names[i].name, secret_format_name(rule.format));
		assert_int_equal(kind == SECRET_FILE_MADE, !secret_file_kind_text(kind));
	}
}

/* Of two names the one counts that forbids making it up. */
static void test_all_names_are_weighed(void **state)
{
	static const struct {
		const char *name, *path, *variable;
		enum secret_file_kind kind;
	} cases[] = {
		{"db", "/p/db.txt", "POSTGRES_PASSWORD", SECRET_FILE_MADE},
		{"db", "/p/secrets/db_password.txt", NULL, SECRET_FILE_MADE},
		{"mail_token", "/p/x", "SMTP_PASSWORD", SECRET_FILE_FOREIGN},
		{"app_password", "/p/app_password.txt", "DATABASE_URL", SECRET_FILE_FORM},
		{"app_secret", "/p/app.pem", NULL, SECRET_FILE_KEY},
		{"db", "/p/db", NULL, SECRET_FILE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct secret_file f = {
			.name = (char *)cases[i].name, .path = (char *)cases[i].path};
		enum secret_file_kind kind;

		if (cases[i].variable)
			strv_push(&f.variables, cases[i].variable);
		kind = secret_file_kind(&f, NULL);
		strv_done(&f.variables);
		if (kind != cases[i].kind)
			fail_msg("%s in %s: %d", cases[i].name, cases[i].path, kind);
	}
}

/* --- from setup to undo */

static const char compose_text[] = "name: shop\n"
				   "services:\n"
				   "  db:\n"
				   "    image: postgres:16\n"
				   "    user: \"0\"\n"
				   "    environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}\n"
				   "    secrets: [db]\n"
				   "    volumes: [\"./data:/var/lib/postgresql/data\"]\n"
				   "  web:\n"
				   "    image: web:1\n"
				   "    user: \"1234\"\n"
				   "    secrets: [db, {source: web_token, target: tok}, tls_cert]\n"
				   "    environment: {WEB_TOKEN_FILE: /run/secrets/tok}\n"
				   "  other:\n"
				   "    image: other:1\n"
				   "    secrets: [shared_token]\n"
				   "  sleeper:\n"
				   "    image: web:1\n"
				   "    profiles: [never]\n"
				   "    secrets: [unused_password]\n"
				   "secrets:\n"
				   "  db: {file: ./secrets/db.txt}\n"
				   "  web_token: {file: ./secrets/web_token}\n"
				   "  tls_cert: {file: ./certs/tls.pem}\n"
				   "  shared_token: {file: ./secrets/shared_token}\n"
				   "  unused_password: {file: ./secrets/unused_password}\n";

struct shop {
	struct scene *s;
	struct workspace *w;
	struct setup *setup;
};

static void shop_open(struct shop *t, struct scene *s)
{
	struct workspace_options o = {.project = {.dir = s->dir, .tolerant = true}};
	AUTO(error) struct error err = ERROR_INIT;

	*t = (struct shop){.s = s};
	if (workspace_open(s->w.loop, s->w.host, &o, &t->w, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	t->setup = setup_new(t->w);
}

static void shop_done(struct shop *t)
{
	setup_free(t->setup);
	workspace_free(t->w);
}

static struct plan *make(struct shop *t)
{
	struct op *op = plan_start(t->w, PLAN_WRITE, NULL, NULL);
	AUTO(error) struct error err = ERROR_INIT;
	struct plan *p;

	if (op_wait(op, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	p = plan_take(op);
	op_free(op);
	return p;
}

static void check_mode(struct scene *s, const char *name, mode_t mode, uid_t uid)
{
	autofree char *path = host_path(s->dir, name);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
	assert_int_equal(st.st_uid, uid);
}

static char *content(struct scene *s, const char *name)
{
	autofree char *path = host_path(s->dir, name);
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	assert_int_equal(host_read(s->w.host, path, STR_FILE, &text, NULL), 0);
	return str_take(&text);
}

static void write_all(struct scene *s)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct shop t;

	shop_open(&t, s);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 3);
	if (scene_run(make(&t), &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	shop_done(&t);
}

static bool has_note(const struct plan *p, const char *part)
{
	for (size_t i = 0; i < p->notes.n; i++)
		if (strstr(p->notes.items[i], part))
			return true;
	return false;
}

static void test_what_is_missing_is_made(void **state)
{
	struct scene *s = *state;
	bool root = geteuid() == 0;
	autofree char *text = NULL;

	scene_put(s, "compose.yaml", compose_text, 0644);
	write_all(s);
	/* Everybody on the machine is kept out by the mode, or by the directory. */
	check_mode(s, "secrets", 0700, geteuid());
	/* Who starts as root may become anybody. */
	check_mode(s, "secrets/db.txt", 0444, geteuid());
	check_mode(s, "secrets/web_token", root ? 0400 : 0444, root ? 1234 : geteuid());
	check_mode(s, "secrets/shared_token", 0444, geteuid());
	text = content(s, "secrets/db.txt");
	assert_int_equal(strlen(text), 64);
	assert_int_equal(strspn(text, "0123456789abcdef"), 64);
	assert_false(scene_has(s, "secrets/unused_password"));
	assert_false(scene_has(s, "certs"));
	assert_false(scene_has(s, ".env"));
}

static void test_the_second_time_changes_nothing(void **state)
{
	struct scene *s = *state;
	autofree char *before = NULL, *after = NULL;
	struct shop t;
	struct plan *p;

	scene_put(s, "compose.yaml", compose_text, 0644);
	write_all(s);
	before = scene_tree(s, NULL);
	shop_open(&t, s);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 0);
	p = make(&t);
	assert_int_equal(p->changes, 0);
	assert_true(has_note(p, "./certs/tls.pem, which is not there"));
	plan_free(p);
	shop_done(&t);
	after = scene_tree(s, NULL);
	assert_string_equal(before, after);
}

static void test_no_output_holds_the_value(void **state)
{
	struct scene *s = *state;
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	struct shop t;
	struct plan *p;
	const char *value;

	scene_put(s, "compose.yaml", compose_text, 0644);
	shop_open(&t, s);
	assert_int_equal(setup_generate(t.setup, "secrets.db", NULL), 0);
	value = setting_effective(settings_find(setup_settings(t.setup), "secrets.db"));
	p = make(&t);
	plan_text(p, PLAN_PROPOSED, true, 0, &out);
	assert_non_null(strstr(str_text(&out), "secrets/db.txt"));
	assert_null(strstr(str_text(&out), value));
	plan_free(p);
	shop_done(&t);
}

static void test_undo_takes_them_away(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;

	scene_put(s, "compose.yaml", compose_text, 0644);
	write_all(s);
	if (scene_undo(s, "0001", false, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	assert_false(scene_has(s, "secrets"));
}

/* What a kill between writing and giving away leaves. */
static void test_one_that_cannot_be_read_is_given_away(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *path = host_path(s->dir, "secrets/web_token");
	struct shop t;

	if (geteuid() != 0)
		skip();
	scene_put(s, "compose.yaml", compose_text, 0644);
	write_all(s);
	assert_int_equal(chown(path, 0, 0), 0);
	shop_open(&t, s);
	if (scene_run(make(&t), &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	check_mode(s, "secrets/web_token", 0400, 1234);
	shop_done(&t);
}

/* A directory of secrets alone is closed where one of them must be open; another keeps its mode. */
static void test_directories_that_are_there(void **state)
{
	struct scene *s = *state;
	struct shop t;
	struct plan *p;

	scene_put(s, "compose.yaml", compose_text, 0644);
	assert_int_equal(chmod(s->dir, 0755), 0);
	scene_mkdir(s, "secrets", 0755);
	shop_open(&t, s);
	setup_generate_missing(t.setup, NULL);
	p = make(&t);
	assert_non_null(plan_find(p, "owner:./secrets"));
	plan_free(p);
	scene_put(s, "secrets/README", "not a secret\n", 0644);
	p = make(&t);
	assert_null(plan_find(p, "owner:./secrets"));
	assert_true(has_note(p, "can be read by its owner alone"));
	plan_free(p);
	shop_done(&t);
}

/* Promise 3 holds for files, too. */
static void test_none_is_made_while_its_data_lives(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv missing = STRV_INIT;
	struct setting *setting;
	struct op *op;
	struct shop t;

	scene_put(s, "compose.yaml", compose_text, 0644);
	scene_mkdir(s, "data", 0755);
	scene_put(s, "data/PG_VERSION", "16\n", 0644);
	shop_open(&t, s);
	op = setup_probe(t.setup, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_int_equal(setup_generate(t.setup, "secrets.db", &err), ERR_EXISTS);
	assert_non_null(strstr(err.hint, "./secrets/db.txt"));
	assert_int_equal(setup_generate_missing(t.setup, NULL), 2);
	assert_int_equal(setup_unanswered(t.setup, &missing), 1);
	assert_string_equal(missing.items[0], "secrets.db");
	/* Whoever asked for it. */
	error_done(&err);
	setting = settings_find(setup_settings(t.setup), "secrets.db");
	assert_int_equal(setting_generate(setting, NULL), 0);
	op = plan_start(t.w, PLAN_WRITE, NULL, NULL);
	assert_int_equal(op_wait(op, &err), ERR_EXISTS);
	op_free(op);
	/* The old value may be entered. */
	assert_int_equal(setup_answer(t.setup, "secrets.db", "the-old-value-of-it", NULL), 0);
	assert_int_equal(scene_run(make(&t), NULL), 0);
	autofree char *text = content(s, "secrets/db.txt");
	assert_string_equal(text, "the-old-value-of-it");
	shop_done(&t);
}

/* Several lines, as they were given; one that is there changes only by an answer. */
static void test_a_value_of_ones_own(void **state)
{
	static const char pem[] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
	struct scene *s = *state;
	struct shop t;

	scene_put(s, "compose.yaml", compose_text, 0644);
	scene_mkdir(s, "secrets", 0700);
	scene_put(s, "secrets/web_token", "mine and nobody else's\n", 0640);
	shop_open(&t, s);
	assert_int_equal(setup_answer(t.setup, "secrets.tls_cert", pem, NULL), 0);
	assert_int_equal(scene_run(make(&t), NULL), 0);
	autofree char *cert = content(s, "certs/tls.pem"), *token = content(s, "secrets/web_token");
	assert_string_equal(cert, pem);
	assert_string_equal(token, "mine and nobody else's\n");
	shop_done(&t);
	shop_open(&t, s);
	assert_int_equal(
		setup_answer(t.setup, "secrets.web_token", "another one of mine", NULL), 0);
	assert_int_equal(scene_run(make(&t), NULL), 0);
	autofree char *other = content(s, "secrets/web_token");
	assert_string_equal(other, "another one of mine");
	shop_done(&t);
}

/* `environment:` makes the variable a setting that is secret, and has to be there. */
static void test_secrets_of_variables_are_asked_for(void **state)
{
	struct scene *s = *state;
	const struct setting *setting;
	struct shop t;

	scene_put(s, "compose.yaml",
		"name: shop\n"
		"services:\n"
		"  web: {image: \"web:1\", secrets: [token, pass]}\n"
		"secrets:\n"
		"  token: {environment: FORTUNE}\n"
		"  pass: {environment: WEB_PASSWORD}\n",
		0644);
	shop_open(&t, s);
	setting = settings_find(setup_settings(t.setup), "FORTUNE");
	assert_non_null(setting);
	assert_int_equal(setting->type, SETTING_SECRET);
	assert_true(setting->required);
	assert_false(setting_can_generate(setting));
	assert_string_equal(setting->used_by.items[0], "web");
	setting = settings_find(setup_settings(t.setup), "WEB_PASSWORD");
	assert_non_null(setting);
	assert_true(setting_can_generate(setting));
	shop_done(&t);
}

/* The definition says how it is made, whatever its name says. */
static void test_a_definition_says_the_format(void **state)
{
	struct scene *s = *state;
	const struct setting *setting;
	struct shop t;

	scene_put(s, "compose.yaml",
		"name: shop\n"
		"services:\n"
		"  web: {image: \"web:1\", secrets: [pin, tls_key]}\n"
		"secrets:\n"
		"  pin: {file: ./pin}\n"
		"  tls_key: {file: ./tls.key}\n",
		0644);
	scene_put(s, "slipway.yaml",
		"slipway: 1\n"
		"stack: shop\n"
		"title: Shop\n"
		"pages:\n"
		"  - title: Security\n"
		"    settings:\n"
		"      - {name: secrets.pin, type: secret, help: Of the till.,\n"
		"         generate: {format: alnum, length: 12}}\n"
		"      - {name: secrets.tls_key, type: secret, generate: {format: ed25519}}\n",
		0644);
	shop_open(&t, s);
	setting = settings_find(setup_settings(t.setup), "secrets.pin");
	assert_non_null(setting);
	assert_string_equal(setting->help, "Of the till.");
	assert_int_equal(setting->rule.format, SECRET_ALNUM);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 2);
	assert_int_equal(scene_run(make(&t), NULL), 0);
	autofree char *pin = content(s, "pin"), *key = content(s, "tls.key");
	assert_int_equal(strlen(pin), 12);
	assert_true(str_starts(key, "-----BEGIN PRIVATE KEY-----\n"));
	shop_done(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_tell_what_is_made_and_what_is_brought),
		cmocka_unit_test(test_all_names_are_weighed),
		scene_test(test_what_is_missing_is_made),
		scene_test(test_the_second_time_changes_nothing),
		scene_test(test_no_output_holds_the_value),
		scene_test(test_undo_takes_them_away),
		scene_test(test_one_that_cannot_be_read_is_given_away),
		scene_test(test_directories_that_are_there),
		scene_test(test_none_is_made_while_its_data_lives),
		scene_test(test_a_value_of_ones_own),
		scene_test(test_secrets_of_variables_are_asked_for),
		scene_test(test_a_definition_says_the_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
