/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

#include "base/str.h"
#include "config/feature.h"
#include "config/project.h"
#include "loop/loop.h"

static const char compose[] =
	"services:\n"
	"  web:\n"
	"    image: web\n"
	"    environment: {MODE: \"${MODE:-live}\", SPARSE: \"${SPARSE:-false}\"}\n"
	"  sparse:\n"
	"    image: sparse\n"
	"    profiles: [hybrid]\n";

static const char stack[] = "slipway: 1\n"
			    "stack: shop\n"
			    "environments:\n"
			    "  live: {sets: {MODE: live}}\n"
			    "  test: {files: [compose.test.yaml, other.yaml], sets: {MODE: test}}\n"
			    "features:\n"
			    "  hybrid: {profiles: [hybrid, old-name], sets: {SPARSE: \"true\"}}\n"
			    "  gpu: {files: [compose.gpu.yaml], when: gpu, default: true}\n"
			    "  nothing: {files: [never.yaml], sets: {NOBODY: reads}}\n"
			    "pages:\n"
			    "  - title: Search\n"
			    "    settings:\n"
			    "      - {name: MODE, default: live}\n"
			    "      - {name: SPARSE, type: bool, default: \"false\"}\n"
			    "      - {name: SPARSE_MODEL, when: hybrid, required: true}\n";

static struct project *open_here(struct fixture *f)
{
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return p;
}

static void put_all(const char *dotenv)
{
	fixture_put("compose.yaml", compose, 0644);
	fixture_put("compose.gpu.yaml", "services: {}\n", 0644);
	fixture_put("compose.test.yaml", "services: {}\n", 0644);
	fixture_put("slipway.yaml", stack, 0644);
	if (dotenv)
		fixture_put(".env", dotenv, 0600);
}

static void choose(struct project *p, const char *name, const char *value)
{
	struct setting *s = settings_find(&p->settings, name);

	assert_non_null(s);
	assert_int_equal(setting_answer(s, value, NULL), 0);
}

static void check_dotenv(const struct project *p, const char *want)
{
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = NULL;
	size_t len = 0;

	if (project_dotenv(p, &text, &len, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	assert_string_equal(text, want);
}

static const char *is(struct project *p, const char *name)
{
	const struct setting *s = settings_find(&p->settings, name);

	return s && setting_effective(s) ? setting_effective(s) : "(none)";
}

static void test_only_what_matters_is_offered(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	put_all("MODE=live\n");
	p = open_here(*state);
	assert_non_null(settings_find(&p->settings, "hybrid"));
	assert_non_null(settings_find(&p->settings, "gpu"));
	assert_null(settings_find(&p->settings, "nothing"));
	/* On a page of their own, before the others. */
	assert_string_equal(p->settings.pages[0].title, "Features");
	assert_int_equal(settings_find(&p->settings, "hybrid")->page, 0);
	assert_int_equal(settings_find(&p->settings, "MODE")->page, 1);
}

/* The host with a GPU, or without one, whatever this machine has. */
static bool gpu_there;
static const struct host_ops *real_ops;

static int stat_with_gpu(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	if (!str_starts(path, "/dev/nvidia") && !str_starts(path, "/dev/dxg") &&
		!str_starts(path, "/proc/driver/nvidia"))
		return real_ops->stat(h, path, ret, err);
	*ret = (struct host_stat){.type = HOST_FILE};
	return gpu_there ? 0 : error_set(err, ERR_NOT_FOUND, "no %s", path);
}

static void test_a_feature_that_needs_a_gpu(void **state)
{
	struct fixture *f = *state;
	struct host_ops ops = *f->host->ops;

	real_ops = f->host->ops;
	ops.stat = stat_with_gpu;
	f->host->ops = &ops;
	for (int there = 0; there < 2; there++) {
		AUTO_PTR(project) struct project *p = NULL;
		const struct setting *s;

		gpu_there = there;
		put_all(NULL);
		p = open_here(f);
		s = settings_find(&p->settings, "gpu");
		assert_string_equal(setting_effective(s), there ? "true" : "false");
		assert_int_equal(s->help && strstr(s->help, "no NVIDIA GPU"), !there);
	}
	f->host->ops = real_ops;
}

static void test_what_is_chosen_is_read_back(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	put_all("MODE=test\nCOMPOSE_FILE=compose.yaml:compose.test.yaml\n"
		"COMPOSE_PROFILES=mine,hybrid\n");
	p = open_here(*state);
	assert_string_equal(is(p, FEATURE_ENVIRONMENT), "test");
	assert_string_equal(is(p, "hybrid"), "true");
	assert_string_equal(is(p, "gpu"), "false");
	assert_true(setting_asked(&p->settings, settings_find(&p->settings, "SPARSE_MODEL")));
	check_dotenv(p, "MODE=test\nCOMPOSE_FILE=compose.yaml:compose.test.yaml\n"
			"COMPOSE_PROFILES=mine,hybrid\n");
}

static void test_choosing_edits_lists_and_variables(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	put_all("MODE=live\nCOMPOSE_PROFILES=mine\n");
	p = open_here(*state);
	assert_false(setting_asked(&p->settings, settings_find(&p->settings, "SPARSE_MODEL")));
	choose(p, "hybrid", "true");
	choose(p, "gpu", "yes");
	choose(p, FEATURE_ENVIRONMENT, "test");
	assert_true(setting_asked(&p->settings, settings_find(&p->settings, "SPARSE_MODEL")));
	check_dotenv(p, "MODE=test\nCOMPOSE_PROFILES=mine,hybrid\nSPARSE=true\n\n"
			"# The compose files in force; later ones change earlier ones.\n"
			"COMPOSE_FILE=compose.yaml:compose.test.yaml:compose.gpu.yaml\n");
}

static void test_giving_up_takes_back_what_it_brought(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	put_all("MODE=test\nCOMPOSE_PROFILES=mine,hybrid\nSPARSE=true\n"
		"COMPOSE_FILE=compose.yaml:compose.test.yaml:compose.gpu.yaml\n");
	p = open_here(*state);
	choose(p, "hybrid", "false");
	choose(p, "gpu", "false");
	choose(p, FEATURE_ENVIRONMENT, "live");
	check_dotenv(p, "MODE=live\nCOMPOSE_PROFILES=mine\n");
}

static void test_an_answer_beats_what_a_feature_sets(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	put_all("MODE=live\n");
	p = open_here(*state);
	choose(p, "hybrid", "true");
	choose(p, "SPARSE", "false");
	check_dotenv(p, "MODE=live\n\n# The profiles in force.\nCOMPOSE_PROFILES=hybrid\n");
}

static void test_a_file_of_its_own_kind_is_left_alone(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	/* Fits no environment: none is chosen for the user. */
	put_all("MODE=special\n");
	p = open_here(*state);
	assert_string_equal(is(p, FEATURE_ENVIRONMENT), "(none)");
	check_dotenv(p, "MODE=special\n");
}

static const char checkout[] =
	"services:\n"
	"  gateway: {image: g, environment: [\"AUTH_TOKEN=${AUTH_TOKEN}\"]}\n"
	"  catalog: {image: c}\n  search: {image: s}\n  postgres: {image: p}\n"
	"  qdrant: {image: q}\n  minio: {image: m}\n";

static struct project *open_clone(struct fixture *f, const char *name)
{
	const struct project_options options = {
		.dir = f->dir, .stack = name, .tolerant = true, .recognise = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return p;
}

static void test_a_checkout_is_recognised_by_its_services(void **state)
{
	AUTO_PTR(project) struct project *p = NULL, *without = NULL;

	setenv("SLIPWAY_TEMPLATES", TEMPLATES, 1);
	fixture_put("compose.yaml", checkout, 0644);
	p = open_clone(*state, NULL);
	assert_string_equal(p->recognised, "haven");
	assert_int_equal(settings_find(&p->settings, "AUTH_TOKEN")->rule.bytes, 32);
	/* What only our own compose files read is not asked for. */
	assert_null(settings_find(&p->settings, "HAVEN_SOURCE"));
	without = open_clone(*state, STACK_NONE);
	assert_null(without->recognised);
	assert_null(without->stack);
	unsetenv("SLIPWAY_TEMPLATES");
}

/* --- profiles that no feature asks for */

static const char profiled[] = "services:\n"
			       "  web: {image: web, environment: [\"TITLE=${TITLE:-x}\"]}\n"
			       "  admin: {image: admin, profiles: [tools], environment: "
			       "[\"ADMIN_NAME=${ADMIN_NAME:-root}\"]}\n"
			       "  shell: {build: ., profiles: [tools], depends_on: [tracer]}\n"
			       "  tracer: {image: tracer, profiles: [trace]}\n"
			       "  sparse: {image: sparse, profiles: [hybrid]}\n"
			       "  probe: {image: probe, profiles: [debug]}\n";

static struct project *open_profiled(struct fixture *f, const char *dotenv)
{
	fixture_put("compose.yaml", profiled, 0644);
	if (dotenv)
		fixture_put(".env", dotenv, 0600);
	return open_here(f);
}

static void test_profiles_are_asked_with_what_they_start(void **state)
{
	AUTO_PTR(project) struct project *p = open_profiled(*state, "TITLE=y\n");
	const struct setting *tools = settings_find(&p->settings, "profile.tools");

	assert_non_null(tools);
	assert_int_equal(tools->type, SETTING_BOOL);
	assert_string_equal(p->settings.pages[tools->page].title, "Features");
	assert_string_equal(is(p, "profile.tools"), "false");
	assert_non_null(strstr(tools->help, "starts besides: admin (admin), shell (built here)."));
	assert_null(strstr(tools->help, "tracer ("));
	/* Compose refuses the one without the other. */
	assert_non_null(strstr(tools->help, "which is in another profile: trace."));
	assert_non_null(settings_find(&p->settings, "profile.debug"));
	assert_non_null(settings_find(&p->settings, "profile.trace"));
	check_dotenv(p, "TITLE=y\n");
	choose(p, "profile.tools", "true");
	settings_judge(&p->settings);
	assert_string_equal(tools->problem.message,
		"profile.tools: \"shell\" waits for \"tracer\", which only "
		"the profile trace starts");
	choose(p, "profile.trace", "true");
	settings_judge(&p->settings);
	assert_int_equal(tools->problem.code, 0);
}

static void test_a_profile_of_a_feature_is_asked_once(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put("slipway.yaml", stack, 0644);
	p = open_profiled(*state, NULL);
	assert_non_null(settings_find(&p->settings, "hybrid"));
	assert_null(settings_find(&p->settings, "profile.hybrid"));
	assert_ptr_equal(feature_of_profile(p, "hybrid"), settings_find(&p->settings, "hybrid"));
	assert_ptr_equal(
		feature_of_profile(p, "tools"), settings_find(&p->settings, "profile.tools"));
	assert_null(feature_of_profile(p, "no-such"));
}

static void test_a_chosen_profile_joins_the_users_list(void **state)
{
	AUTO_PTR(project)
	struct project *p = open_profiled(*state, "COMPOSE_PROFILES=mine, debug\nTITLE=y\n");

	assert_string_equal(is(p, "profile.debug"), "true");
	assert_string_equal(is(p, "profile.tools"), "false");
	choose(p, "profile.tools", "yes");
	check_dotenv(p, "COMPOSE_PROFILES=mine,debug,tools\nTITLE=y\n");
	choose(p, "profile.debug", "no");
	check_dotenv(p, "COMPOSE_PROFILES=mine,tools\nTITLE=y\n");
	choose(p, "profile.tools", NULL);
	check_dotenv(p, "COMPOSE_PROFILES=mine\nTITLE=y\n");
}

static void test_a_list_that_is_answered_keeps_its_word(void **state)
{
	AUTO_PTR(project)
	struct project *p = open_profiled(*state, "COMPOSE_PROFILES=debug\nTITLE=y\n");

	choose(p, "COMPOSE_PROFILES", "mine");
	check_dotenv(p, "COMPOSE_PROFILES=mine\nTITLE=y\n");
	choose(p, "profile.trace", "true");
	check_dotenv(p, "COMPOSE_PROFILES=mine,trace\nTITLE=y\n");
}

static void test_an_example_chooses_profiles(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;

	fixture_put(".env.example", "COMPOSE_PROFILES=trace\nTITLE=y\n", 0644);
	p = open_profiled(*state, NULL);
	assert_string_equal(is(p, "profile.trace"), "true");
	check_dotenv(p, "COMPOSE_PROFILES=trace\nTITLE=y\n");
	choose(p, "profile.trace", "false");
	choose(p, "profile.debug", "true");
	check_dotenv(p, "COMPOSE_PROFILES=debug\nTITLE=y\n");
}

/* Where all are in force, or nobody can tell which, there is nothing to choose. */
static void test_a_list_that_is_not_edited_is_not_asked(void **state)
{
	static const char *const texts[] = {
		"COMPOSE_PROFILES=*\n", "A=x\nCOMPOSE_PROFILES=${A},y\n"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO_PTR(project) struct project *p = open_profiled(*state, texts[i]);

		assert_null(settings_find(&p->settings, "profile.tools"));
		check_dotenv(p, texts[i]);
	}
}

static void test_what_only_a_profile_reads_is_asked_with_it(void **state)
{
	AUTO_PTR(project) struct project *p = open_profiled(*state, "TITLE=y\n");
	const struct setting *name = settings_find(&p->settings, "ADMIN_NAME");

	assert_true(setting_asked(&p->settings, settings_find(&p->settings, "TITLE")));
	assert_false(setting_asked(&p->settings, name));
	choose(p, "profile.tools", "true");
	assert_true(setting_asked(&p->settings, name));
}

static void test_profiles_of_the_command_line_stay_for_this_once(void **state)
{
	AUTO(strv) struct strv named = STRV_INIT;
	struct fixture *f = *state;
	struct project_options options = {.dir = f->dir, .tolerant = true, .profiles = &named};
	AUTO_PTR(project) struct project *p = NULL;

	strv_push(&named, "debug");
	fixture_put("compose.yaml", profiled, 0644);
	fixture_put(".env", "TITLE=y\n", 0600);
	assert_int_equal(project_open(f->host, &options, &p, NULL), 0);
	check_dotenv(p, "TITLE=y\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_only_what_matters_is_offered),
		TEST(test_a_feature_that_needs_a_gpu),
		TEST(test_what_is_chosen_is_read_back),
		TEST(test_choosing_edits_lists_and_variables),
		TEST(test_giving_up_takes_back_what_it_brought),
		TEST(test_an_answer_beats_what_a_feature_sets),
		TEST(test_a_file_of_its_own_kind_is_left_alone),
		TEST(test_a_checkout_is_recognised_by_its_services),
		TEST(test_profiles_are_asked_with_what_they_start),
		TEST(test_a_profile_of_a_feature_is_asked_once),
		TEST(test_a_chosen_profile_joins_the_users_list),
		TEST(test_a_list_that_is_answered_keeps_its_word),
		TEST(test_an_example_chooses_profiles),
		TEST(test_a_list_that_is_not_edited_is_not_asked),
		TEST(test_what_only_a_profile_reads_is_asked_with_it),
		TEST(test_profiles_of_the_command_line_stay_for_this_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
