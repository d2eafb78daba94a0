/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

#include "base/str.h"
#include "config/project.h"
#include "config/setting_guess.h"
#include "loop/loop.h"

static struct project *open_with(struct fixture *f, const char *stack)
{
	const struct project_options options = {.dir = f->dir, .stack = stack, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return p;
}

static struct setting *setting(struct project *p, const char *name)
{
	struct setting *s = settings_find(&p->settings, name);

	if (!s)
		fail_msg("there is no setting %s", name);
	return s;
}

static void check_dotenv(const struct project *p, const char *want)
{
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = NULL;
	size_t len = 0;

	if (project_dotenv(p, &text, &len, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	assert_string_equal(text, want);
	assert_int_equal(len, strlen(want));
}

static const char compose[] =
	"services:\n"
	"  db:\n"
	"    image: postgres:16\n"
	"    environment:\n"
	"      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set a password}\n"
	"    volumes: [\"pg:/var/lib/postgresql/data\"]\n"
	"  web:\n"
	"    image: nginx\n"
	"    ports: [\"${WEB_PORT:-8080}:80\"]\n"
	"    environment: [\"DATABASE_URL=${DATABASE_URL}\", \"MODE=${MODE:-production}\"]\n"
	"volumes: {pg: {}}\n";

static const char example[] = "# Password of the database\n"
			      "POSTGRES_PASSWORD=changeme\n"
			      "DATABASE_URL=postgres://app:changeme@db/app\n"
			      "\n"
			      "# Port of the site\n"
			      "WEB_PORT=9090\n"
			      "# MODE=staging  # development|staging|production\n";

/* Of many settings, what the example gives a usable value; where it listens is looked at. */
static void test_what_has_a_value_is_shown_with_all(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str files = STR_INIT(STR_LINE), examples = STR_INIT(STR_LINE);

	str_add(&files, "services:\n  web:\n    image: nginx:1\n    ports: ['${WEB_PORT}:80']\n"
			"    environment:\n      A: ${RETRIES}\n      B: ${GREETING}\n"
			"      C: ${NOTHING_YET}\n      D: ${API_TOKEN:?a token}\n");
	str_add(&examples, "RETRIES=3\nGREETING=hello there\nNOTHING_YET=\nAPI_TOKEN=changeme\n"
			   "WEB_PORT=9090\n");
	for (int many = 0; many < 2; many++) {
		AUTO_PTR(project) struct project *p = NULL;

		fixture_put("compose.yaml", str_text(&files), 0644);
		fixture_put(".env.example", str_text(&examples), 0644);
		p = open_with(f, NULL);
		assert_int_equal(setting(p, "RETRIES")->advanced, many);
		assert_int_equal(setting(p, "GREETING")->advanced, many);
		assert_false(setting(p, "NOTHING_YET")->advanced);
		assert_false(setting(p, "API_TOKEN")->advanced);
		assert_false(setting(p, "WEB_PORT")->advanced);
		for (int i = 0; i < 20; i++) {
			str_addf(&files, "      E%d: ${WORD_%d}\n", i, i);
			str_addf(&examples, "WORD_%d=word\n", i);
		}
	}
}

static void test_a_new_dotenv_is_the_example_with_answers(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO_PTR(compose) struct compose *c = NULL;
	struct setting *s;

	fixture_put("compose.yaml", compose, 0644);
	fixture_put(".env.example", example, 0644);
	p = open_with(f, NULL);
	assert_false(p->fresh);
	assert_null(p->dotenv_text);
	s = setting(p, "POSTGRES_PASSWORD");
	assert_int_equal(s->type, SETTING_SECRET);
	assert_true(setting_unanswered(s));
	assert_string_equal(s->required_why, "set a password");
	assert_string_equal(s->help, "Password of the database");
	assert_string_equal(s->used_by.items[0], "db");
	/* The example's 9090 counts, not the compose file's 8080. */
	assert_string_equal(setting_effective(setting(p, "WEB_PORT")), "9090");
	s = setting(p, "MODE");
	assert_int_equal(s->type, SETTING_ENUM);
	assert_true(s->advanced);
	assert_string_equal(setting_effective(s), "production");
	assert_false(setting_changes(s));
	assert_int_equal(setting_answer(setting(p, "POSTGRES_PASSWORD"), "s3cr3t-enough", NULL), 0);
	assert_int_equal(setting_answer(setting(p, "MODE"), "development", NULL), 0);
	check_dotenv(p, "# Password of the database\n"
			"POSTGRES_PASSWORD=s3cr3t-enough\n"
			"DATABASE_URL=postgres://app:s3cr3t-enough@db/app\n"
			"\n"
			"# Port of the site\n"
			"WEB_PORT=9090\n"
			"# MODE=staging  # development|staging|production\n"
			"MODE=development\n");
	assert_int_equal(project_resolve(p, false, &c, NULL), 0);
	assert_string_equal(json_str(c->model, "services.web.environment.MODE", ""), "development");
	assert_string_equal(json_str(c->model, "services.web.environment.DATABASE_URL", ""),
		"postgres://app:s3cr3t-enough@db/app");
	assert_int_equal(compose_find_service(c, "web")->ports[0].published, 9090);
	/* Nothing of this was written. */
	fixture_check_names(f, ".", ".env.example compose.yaml");
}

/* What setup takes over from the example is not what lint warns of afterwards. */
static void test_a_new_dotenv_has_quotes_where_a_shell_needs_them(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put("compose.yaml",
		"services:\n"
		"  web:\n"
		"    image: nginx\n"
		"    environment:\n"
		"      - SITE_NAME=${SITE_NAME}\n"
		"      - MOTTO=${MOTTO}\n"
		"      - TITLE=${TITLE}\n"
		"      - KEPT=${KEPT}\n",
		0644);
	fixture_put(".env.example",
		"SITE_NAME=My Shop # shown above\n"
		"MOTTO=it's so\n"
		"TITLE=${SITE_NAME} at home\n"
		"KEPT='as it is'\n",
		0644);
	p = open_with(f, NULL);
	check_dotenv(p, "SITE_NAME='My Shop' # shown above\n"
			"MOTTO=\"it's so\"\n"
			"TITLE=\"${SITE_NAME} at home\"\n"
			"KEPT='as it is'\n");
	setting_answer(setting(p, "SITE_NAME"), "Your Shop", NULL);
	check_dotenv(p, "SITE_NAME='Your Shop' # shown above\n"
			"MOTTO=\"it's so\"\n"
			"TITLE=\"${SITE_NAME} at home\"\n"
			"KEPT='as it is'\n");
}

static void test_an_existing_dotenv_changes_only_where_asked(void **state)
{
	static const char before[] =
		"# mine\r\nexport WEB_PORT = 7000 # here\r\nPOSTGRES_PASSWORD='old one'\r\nOWN=1";
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put("compose.yaml", compose, 0644);
	fixture_put(".env.example", example, 0644);
	fixture_put(".env", before, 0600);
	p = open_with(f, NULL);
	assert_string_equal(setting(p, "WEB_PORT")->current, "7000");
	assert_int_equal(setting(p, "WEB_PORT")->source, COMPOSE_DOTENV);
	assert_int_equal(setting(p, "WEB_PORT")->line, 2);
	assert_string_equal(setting(p, "OWN")->dotenv, "1");
	for (size_t i = 0; i < p->settings.n; i++)
		assert_false(setting_changes(&p->settings.items[i]));
	check_dotenv(p, before);
	setting_answer(setting(p, "WEB_PORT"), "7000", NULL);
	check_dotenv(p, before);
	setting_answer(setting(p, "WEB_PORT"), "7001", NULL);
	setting_answer(setting(p, "MODE"), "staging", NULL);
	check_dotenv(p, "# mine\r\nexport WEB_PORT = 7001 # here\r\nPOSTGRES_PASSWORD='old "
			"one'\r\nOWN=1\r\n\r\n"
			"# development|staging|production\r\nMODE=staging\r\n");
}

static void test_a_new_project_is_read_from_its_stack(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO_PTR(compose) struct compose *c = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	p = open_with(f, TEMPLATES "/demo");
	assert_true(p->fresh);
	assert_int_equal(p->compose->n_services, 5);
	assert_string_equal(p->dir, p->compose->dir);
	assert_string_equal(p->settings.pages[0].title, "Web server");
	assert_string_equal(setting(p, "SESSION_SECRET")->required_why,
		"the web server refuses to start without it");
	/* Everything but the secret has an answer, and that can be made. */
	for (size_t i = 0; i < p->settings.n; i++)
		assert_int_equal(setting_unanswered(&p->settings.items[i]),
			strcmp(p->settings.items[i].name, "SESSION_SECRET") == 0);
	assert_int_equal(settings_generate_missing(&p->settings, &err), 0);
	assert_int_equal(setting_answer(setting(p, "WEB_PORT"), "18088", &err), 0);
	if (project_resolve(p, false, &c, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	assert_int_equal(compose_find_service(c, "web")->ports[0].published, 18088);
	assert_int_equal(
		strlen(json_str(c->model, "services.web.environment.SESSION_SECRET", "")), 64);
	assert_true(str_starts(compose_find_service(c, "store")->mounts[1].source, f->dir));
	fixture_check_names(f, ".", "");
}

static void test_a_definition_goes_before_what_was_inferred(void **state)
{
	static const char definition[] =
		"slipway: 1\nstack: own\npages:\n  - title: Net\n    settings:\n"
		"      - {name: WEB_PORT, type: port, default: 8443, min: 1024, help: Where it "
		"listens}\n"
		"      - {name: POSTGRES_PASSWORD, reject: [tiger]}\n";
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	struct setting *s;

	fixture_put("compose.yaml", compose, 0644);
	fixture_put("slipway.yaml", definition, 0644);
	fixture_put(".env", "POSTGRES_PASSWORD=tiger\nDATABASE_URL=\nWEB_PORT=80\n", 0600);
	p = open_with(f, NULL);
	assert_string_equal(p->stack->name, "own");
	assert_string_equal(p->settings.pages[0].title, "Net");
	s = setting(p, "WEB_PORT");
	assert_string_equal(s->help, "Where it listens");
	assert_string_equal(s->current, "80");
	assert_int_equal(s->problem.code, ERR_INPUT);
	assert_string_equal(s->problem.detail, ".env:3:10");
	s = setting(p, "POSTGRES_PASSWORD");
	assert_int_equal(s->type, SETTING_SECRET); /* never unmasked by an oversight */
	assert_true(s->placeholder);
	assert_true(setting_unanswered(s));
	assert_true(setting(p, "MODE")->advanced);
	assert_int_equal(setting(p, "MODE")->page, 1);
}

/* By what is in force, whoever answers; what Compose demands is demanded all the same. */
static void test_what_is_required_under_a_condition(void **state)
{
	static const char definition[] =
		"slipway: 1\nstack: own\npages:\n  - title: A\n    settings:\n"
		"      - {name: MODE, type: enum, choices: [trial, production]}\n"
		"      - {name: DATABASE_URL, required: {when: MODE=production, why: trial has its "
		"own}}\n"
		"      - {name: POSTGRES_PASSWORD, required: {when: MODE=production}}\n";
	static const struct {
		const char *dotenv;
		bool required;
	} rows[] = {{"MODE=trial\n", false}, {"MODE=production\n", true}, {"", true}};
	struct fixture *f = *state;

	fixture_put("compose.yaml", compose, 0644);
	fixture_put("slipway.yaml", definition, 0644);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(project) struct project *p = NULL;
		struct setting *s;

		fixture_put(".env", rows[i].dotenv, 0600);
		p = open_with(f, NULL);
		s = setting(p, "DATABASE_URL");
		assert_int_equal(s->required, rows[i].required);
		assert_int_equal(setting_unanswered(s), rows[i].required);
		assert_string_equal(s->required_why, "trial has its own");
		assert_true(setting(p, "POSTGRES_PASSWORD")->required);
	}
}

static void test_the_stack_is_remembered(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;

	assert_int_equal(mkdir(".slipway", 0700), 0);
	fixture_put(".slipway/stack", TEMPLATES "/demo\n", 0600);
	p = open_with(f, NULL);
	assert_string_equal(p->stack->name, "demo");
	assert_true(p->fresh);
}

static void test_an_empty_directory_says_what_to_do(void **state)
{
	struct fixture *f = *state;
	const struct project_options options = {.dir = f->dir};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	assert_int_equal(project_open(f->host, &options, &p, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "there is no compose file"));
	assert_non_null(strstr(err.hint, "-C"));
	assert_null(p);
}

static void test_the_first_broken_value_is_named(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	fixture_put("compose.yaml", compose, 0644);
	fixture_put(".env.example", example, 0644);
	fixture_put(".env", "POSTGRES_PASSWORD=x9\nDATABASE_URL=\nMODE=prod\n", 0600);
	p = open_with(f, NULL);
	assert_int_equal(project_check(p, &err), ERR_INPUT);
	assert_string_equal(err.message,
		"MODE: expected one of development, staging, production, got \"prod\"");
	assert_string_equal(err.detail, ".env:3:6");
	setting_answer(setting(p, "MODE"), "staging", NULL);
	assert_int_equal(project_check(p, &err), 0);
}

/* What somebody chose is not taken away from them, however weak; what the template ships is. */
static void test_weak_is_not_untouched(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	fixture_put("compose.yaml",
		"services: {a: {image: x, command: [\"${A_SECRET}${B_SECRET}${C_SECRET}\"]}}\n",
		0644);
	fixture_put(
		".env.example", "A_SECRET=my_password\nB_SECRET=my_password\nC_SECRET=\n", 0644);
	fixture_put(".env", "A_SECRET=secret\nB_SECRET=my_password\nC_SECRET=changeme\n", 0600);
	p = open_with(f, NULL);
	assert_false(setting_unanswered(setting(p, "A_SECRET")));
	assert_true(setting_unanswered(setting(p, "B_SECRET")));
	assert_true(setting_unanswered(setting(p, "C_SECRET")));
	assert_int_equal(setting_answer(setting(p, "C_SECRET"), "password", &err), 0);
	assert_int_equal(setting_answer(setting(p, "B_SECRET"), "my_password", &err), ERR_INPUT);
	assert_int_equal(setting_answer(setting(p, "C_SECRET"), "change-me", &err), ERR_INPUT);
}

/* Templates of real projects, read where they are: what a stranger would be shown. */
static const struct {
	const char *name;
	size_t pages_min, pages_max;
	const char *must_answer; /* exactly these, in order */
} corpus[] = {
	{"jitsi", 8, 14,
		"JICOFO_AUTH_PASSWORD JVB_AUTH_PASSWORD JIGASI_XMPP_PASSWORD "
		"JIGASI_TRANSCRIBER_PASSWORD "
		"JIBRI_RECORDER_PASSWORD JIBRI_XMPP_PASSWORD"},
	{"supabase", 8, 14, "POSTGRES_PASSWORD JWT_SECRET LOGFLARE_LOGGER_BACKEND_API_KEY"},
	{"hoppscotch", 3, 3, "DATA_ENCRYPTION_KEY"},
	{"mattermost", 4, 6, "POSTGRES_PASSWORD"},
	{"rocketchat", 4, 7, "GRAFANA_ADMIN_PASSWORD"},
	{"n8n-withPostgres", 1, 1,
		"POSTGRES_PASSWORD POSTGRES_NON_ROOT_PASSWORD RUNNERS_AUTH_TOKEN"},
};

static void judge(struct project *p, size_t row)
{
	AUTO(strv) struct strv open = STRV_INIT;
	autofree char *joined = NULL;
	size_t *count = xcalloc(p->settings.n_pages, sizeof(*count));

	assert_in_range(p->settings.n_pages, corpus[row].pages_min, corpus[row].pages_max);
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];

		count[s->page]++;
		if (setting_unanswered(s))
			strv_push(&open, s->name);
		if (s->help && (s->help[0] == '#' || strstr(s->help, "\n#") || !*s->help))
			fail_msg("%s: %s: the help has marks: %s", corpus[row].name, s->name,
				s->help);
		if ((strstr(s->name, "PASSWORD") || str_ends(s->name, "_SECRET")) &&
			!strstr(s->name, "MAX") && s->type != SETTING_SECRET &&
			s->type != SETTING_BOOL)
			fail_msg("%s: %s is no secret", corpus[row].name, s->name);
	}
	for (size_t i = 0; i < p->settings.n_pages; i++) {
		assert_in_range(count[i], 1, 30);
		assert_in_range(strlen(p->settings.pages[i].title), 2, 80);
	}
	free(count);
	joined = strv_join(&open, " ");
	assert_string_equal(joined ? joined : "", corpus[row].must_answer);
}

static void test_real_projects_look_sensible(void **state)
{
	struct fixture *f = *state;

	if (!host_exists(f->host, CORPUS)) {
		print_message("%s is not there: skipped\n", CORPUS);
		skip();
	}
	for (size_t i = 0; i < ARRAY_SIZE(corpus); i++) {
		AUTO_PTR(project) struct project *p = NULL;
		AUTO(error) struct error err = ERROR_INIT;
		autofree char *dir = xasprintf("%s/%s", CORPUS, corpus[i].name);
		const struct project_options options = {.dir = dir, .tolerant = true};

		if (project_open(f->host, &options, &p, &err))
			fail_msg("%s: %s (%s)", corpus[i].name, err.message,
				err.detail ? err.detail : "");
		judge(p, i);
	}
}

/* What Compose would refuse is a field to be mended; resolving still fails. */
static void test_a_refused_value_opens_as_a_problem(void **state)
{
	struct fixture *f = *state;
	const struct project_options options = {.dir = f->dir, .tolerant = true, .lenient = true};
	const struct project_options strict = {.dir = f->dir, .tolerant = true};
	AUTO_PTR(project) struct project *p = NULL, *refused = NULL;
	AUTO_PTR(compose) struct compose *c = NULL;
	AUTO(error) struct error err = ERROR_INIT, own = ERROR_INIT;
	struct setting *s;

	fixture_put("compose.yaml",
		"services:\n  web:\n    image: nginx\n    ports: [\"${WEB_PORT}:80\"]\n"
		"    cpus: ${CPUS:-1}\n    mem_limit: ${MEM}\n",
		0644);
	fixture_put(".env", "# where\nWEB_PORT=abc\nCPUS=many\nMEM=1g\n", 0600);
	assert_int_equal(project_open(f->host, &strict, &refused, &err), ERR_INPUT);
	assert_int_equal(project_open(f->host, &options, &p, &err), 0);
	s = setting(p, "WEB_PORT");
	assert_int_equal(s->problem.code, ERR_INPUT);
	assert_non_null(strstr(s->problem.message, "abc"));
	assert_string_equal(s->problem.detail, ".env:2:10");
	assert_non_null(strstr(s->problem.hint, "compose.yaml:4:13"));
	assert_true(setting_unanswered(s));
	assert_int_equal(setting(p, "CPUS")->problem.code, ERR_INPUT);
	assert_int_equal(setting(p, "MEM")->problem.code, 0);
	assert_int_equal(setting_answer(s, "8080", NULL), 0);
	assert_int_equal(project_resolve(p, true, &c, &own), ERR_INPUT);
	assert_non_null(strstr(own.message, "many"));
	assert_int_equal(setting_answer(setting(p, "CPUS"), "2", NULL), 0);
	assert_int_equal(project_resolve(p, true, &c, &own), 0);
	assert_int_equal(c->services[0].ports[0].published, 8080);
	/* Taken back, it is as wrong as before; and so is the same value typed again. */
	setting_answer(s, NULL, NULL);
	assert_int_equal(s->problem.code, ERR_INPUT);
	assert_int_equal(setting_answer(s, "abc", NULL), ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_what_has_a_value_is_shown_with_all),
		fixture_test(test_a_new_dotenv_is_the_example_with_answers),
		fixture_test(test_a_new_dotenv_has_quotes_where_a_shell_needs_them),
		fixture_test(test_an_existing_dotenv_changes_only_where_asked),
		fixture_test(test_a_new_project_is_read_from_its_stack),
		fixture_test(test_a_definition_goes_before_what_was_inferred),
		fixture_test(test_what_is_required_under_a_condition),
		fixture_test(test_the_stack_is_remembered),
		fixture_test(test_an_empty_directory_says_what_to_do),
		fixture_test(test_the_first_broken_value_is_named),
		fixture_test(test_weak_is_not_untouched),
		fixture_test(test_a_refused_value_opens_as_a_problem),
		fixture_test(test_real_projects_look_sensible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
