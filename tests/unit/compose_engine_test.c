/* SPDX-License-Identifier: MIT */
/* How `docker compose` is called, with a program of that name that writes down its arguments. */
#include "unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "engine/compose_cmd.h"
#include "engine/compose_engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct fixture {
	char dir[64];
	struct loop *loop;
	struct host *host;
	struct compose_cmd cmd;
	char *path; /* PATH before the test */
};

static struct compose_file files[] = {
	{.path = (char *)"compose.yaml", .role = COMPOSE_FILE_COMPOSE, .own = true},
	{.path = (char *)"part/included.yaml", .role = COMPOSE_FILE_COMPOSE},
	{.path = (char *)"compose.slipway.yaml", .role = COMPOSE_FILE_COMPOSE, .own = true},
	{.path = (char *)".env", .role = COMPOSE_FILE_DOTENV, .own = true},
	{.path = (char *)"prod.env", .role = COMPOSE_FILE_ENV, .own = true},
	{.path = (char *)"web.env", .role = COMPOSE_FILE_ENV},
};

static char *some_profiles[] = {(char *)"tools", (char *)"both", NULL};
static char *other_profiles[] = {(char *)"both", NULL};

static struct compose_service services[] = {
	{.name = (char *)"web", .active = true, .image = (char *)"nginx:1"},
	{.name = (char *)"built", .active = true, .builds = true},
	{.name = (char *)"tool", .active = true, .profiles = {some_profiles, 2, 3}},
	{.name = (char *)"off", .active = false, .profiles = {other_profiles, 1, 2}},
};

static struct compose compose = {
	.name = (char *)"demo",
	.services = services,
	.n_services = ARRAY_SIZE(services),
	.files = files,
	.n_files = ARRAY_SIZE(files),
};

/* Writes a program called "docker" into the fixture's directory, which becomes all of PATH but
 * /bin. */
static void put_docker(struct fixture *f, const char *script)
{
	autofree char *path = xasprintf("%s/docker", f->dir);
	autofree char *text = xasprintf("#!/bin/sh\n%s", script);

	assert_int_equal(host_write(f->host, path, text, strlen(text), 0755, NULL), 0);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/slipway-compose-test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->loop = loop_new();
	f->host = host_local_new(f->loop);
	f->path = xstrdup(getenv("PATH"));
	setenv("PATH", f->dir, 1);
	compose_cmd_init(&f->cmd, f->host, f->loop);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	autofree char *path = xasprintf("%s/docker", f->dir);

	setenv("PATH", f->path, 1);
	free(f->path);
	compose_cmd_done(&f->cmd);
	host_remove(f->host, path, NULL);
	host_remove(f->host, f->dir, NULL);
	host_free(f->host);
	loop_free(f->loop);
	free(f);
	return 0;
}

static int settle(struct op *op, struct error *err)
{
	int code = op_wait(op, err);

	op_free(op);
	return code;
}

static void test_versions_are_compared_by_number(void **state)
{
	(void)state;
	assert_true(compose_version_compare("2.26.1-4", "2.24.4") > 0);
	assert_true(compose_version_compare("v2.9.0", "2.24.4") < 0);
	assert_true(compose_version_compare("2.24.4", "2.24.4") == 0);
	assert_true(compose_version_compare("5.0.1", "2.40.0") > 0);
	assert_true(compose_version_compare("1.29.2", "2.24.4") < 0);
}

static void test_the_program_is_found_and_asked(void **state)
{
	struct fixture *f = *state;

	put_docker(f, "echo v2.26.1-4\n");
	assert_int_equal(settle(compose_cmd_find(&f->cmd, NULL, NULL), NULL), 0);
	assert_string_equal(f->cmd.version, "2.26.1");
	assert_false(f->cmd.json);
	assert_int_equal(f->cmd.base.n, 2);
	put_docker(f, "echo 5.1.0\n");
	assert_int_equal(settle(compose_cmd_find(&f->cmd, NULL, NULL), NULL), 0);
	assert_true(f->cmd.json);
}

static void test_arguments_say_everything(void **state)
{
	struct fixture *f = *state;
	struct project p = {.dir = (char *)"/srv/demo", .compose = &compose};
	AUTO(strv) struct strv argv = STRV_INIT;
	autofree char *joined = NULL;

	strv_push_all(&f->cmd.base, "docker", "compose", NULL);
	compose_cmd_arguments(&f->cmd, &p, false, &argv);
	joined = strv_join(&argv, " ");
	/* What is included is not named; a profile that would activate more is not named. */
	assert_string_equal(joined,
		"docker compose --progress=plain --project-directory=/srv/demo --project-name=demo "
		"--file=/srv/demo/compose.yaml --file=/srv/demo/compose.slipway.yaml "
		"--env-file=/srv/demo/prod.env --profile=tools");
}

static void test_builds_are_always_told_in_plain(void **state)
{
	struct fixture *f = *state;
	struct project p = {.dir = (char *)"/srv/demo", .compose = &compose};
	AUTO(strv) struct strv json = STRV_INIT;
	AUTO(strv) struct strv plain = STRV_INIT;

	f->cmd.json = true;
	compose_cmd_arguments(&f->cmd, &p, false, &json);
	compose_cmd_arguments(&f->cmd, &p, true, &plain);
	assert_true(strv_has(&json, "--progress=json"));
	assert_true(strv_has(&plain, "--progress=plain"));
}

static void test_our_own_environment_is_scrubbed(void **state)
{
	struct fixture *f = *state;
	struct project p = {.dir = (char *)"/srv/demo", .compose = &compose};
	AUTO(strv) struct strv before = STRV_INIT;
	AUTO(strv) struct strv env = STRV_INIT;
	autofree char *joined = NULL;

	strv_push_all(&before, "HOME=/root", "COMPOSE_FILE=x.yaml", "COMPOSE_PROFILES=a",
		"COMPOSE_MENU=1", "DOCKER_HOST=ssh://x", "DOCKER_CONTEXT=y", "DOCKER_CONFIG=/c",
		"PWD=/else", NULL);
	f->cmd.docker_host = xstrdup("unix:///x.sock");
	compose_cmd_environment(&f->cmd, &p, &before, &env);
	joined = strv_join(&env, " ");
	assert_string_equal(joined,
		"HOME=/root DOCKER_CONFIG=/c PWD=/srv/demo COMPOSE_MENU=0 COMPOSE_ANSI=never "
		"DOCKER_HOST=unix:///x.sock");
}

static const char *image_of(void *arg, const char *service)
{
	(void)arg;
	return str_eq(service, "web") ? "nginx:1" : NULL;
}

static struct op *run_command(
	struct fixture *f, const char *command, size_t keep, struct project *p)
{
	AUTO(strv) struct strv args = STRV_INIT;
	struct compose_run r = {.args = &args, .keep = keep, .image_of = image_of};

	strv_clear(&f->cmd.base);
	strv_push_all(&f->cmd.base, "docker", "compose", NULL);
	strv_push_all(&args, command, "--", "web", NULL);
	*p = (struct project){.dir = f->dir, .compose = &compose};
	return compose_run(&f->cmd, p, &r, NULL, NULL);
}

static struct op *run(struct fixture *f, size_t keep, struct project *p)
{
	return run_command(f, "create", keep, p);
}

/* Who only looks asks for no version; who acts then has it asked first. */
static void test_the_program_is_found_when_it_is_needed(void **state)
{
	static const char script[] = "case \"$*\" in *version*) echo %s ;; *) echo acted ;; esac\n";
	struct fixture *f = *state;
	struct project p = {.dir = f->dir, .compose = &compose};
	AUTO(strv) struct strv args = STRV_INIT;
	struct compose_run r = {.args = &args, .keep = STR_LINE};
	autofree char *fit = xasprintf(script, "2.26.1"), *old = xasprintf(script, "2.20.0");
	AUTO(error) struct error err = ERROR_INIT;
	struct op *op;

	strv_push_all(&args, "create", NULL);
	put_docker(f, old);
	assert_int_equal(settle(compose_run(&f->cmd, &p, &r, NULL, NULL), &err), ERR_INPUT);
	assert_string_equal(err.message, "Docker Compose 2.20.0 is too old");
	put_docker(f, fit);
	op = compose_run(&f->cmd, &p, &r, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	assert_string_equal(str_text(compose_run_output(op)), "acted\n");
	op_free(op);
	assert_string_equal(f->cmd.version, "2.26.1");
	/* Given up while it is looked for. */
	strv_clear(&f->cmd.base);
	op_free(compose_run(&f->cmd, &p, &r, NULL, NULL));
	op = compose_run(&f->cmd, &p, &r, NULL, NULL);
	op_cancel(op);
	assert_int_equal(settle(op, NULL), ERR_CANCELLED);
}

static void test_input_is_empty_and_the_directory_is_the_project(void **state)
{
	struct fixture *f = *state;
	struct project p;
	autofree char *want = xasprintf("%s\nnone\n--yes 0\n", f->dir);
	struct op *op;

	put_docker(f, "pwd; read line && echo input || echo none; n=0; for a in \"$@\"; do [ "
		      "\"$a\" = --yes ] && n=1; done; echo "
		      "--yes $n\n");
	op = run(f, STR_LINE, &p);
	assert_int_equal(op_wait(op, NULL), 0);
	assert_string_equal(str_text(compose_run_output(op)), want);
	op_free(op);
}

static void test_a_failure_says_what_compose_said(void **state)
{
	struct fixture *f = *state;
	struct project p;
	AUTO(error) struct error err = ERROR_INIT;

	put_docker(f, "echo ' Container demo-web-1  Creating' >&2\n"
		      "echo 'Error response from daemon: No such image: x' >&2\nexit 1\n");
	assert_int_equal(settle(run(f, 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message, "there is no image x");
	assert_string_equal(err.detail, "docker compose create: No such image: x");
}

#define NO_HOST                                                                                    \
	"Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on "      \
	"192.0.2.1:53: no such host"
#define WARNING "time=\"2026-11-21T13:53:23Z\" level=warning msg=\"The X variable is not set.\""

static void test_a_failed_pull_names_image_service_cause_and_remedy(void **state)
{
	struct fixture *f = *state;
	struct project p;
	AUTO(error) struct error err = ERROR_INIT;

	put_docker(f, "/bin/cat >&2 <<'.'\n" WARNING "\n web Pulling \n web Error " NO_HOST
		      "\nError response from daemon: " NO_HOST "\n.\nexit 1\n");
	assert_int_equal(settle(run_command(f, "pull", 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message,
		"cannot pull nginx:1 (web): this machine cannot find registry-1.docker.io");
	assert_string_equal(err.detail, NO_HOST);
	assert_non_null(strstr(err.hint, "DNS"));
	/* Several; those that were given up because of the first are no failures of their own. */
	put_docker(f, "/bin/cat >&2 <<'.'\n" WARNING "\n web Error " NO_HOST "\n db Error " NO_HOST
		      "\n x Error context canceled\nError response from daemon: " NO_HOST
		      "\n.\nexit 1\n");
	assert_int_equal(settle(run_command(f, "pull", 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message,
		"cannot pull nginx:1 (web) and 1 more image: this machine cannot find "
		"registry-1.docker.io");
	assert_string_equal(err.detail, "nginx:1 (web)\ndb\n" NO_HOST);
	/* Nothing but the last words. */
	put_docker(f, "echo 'Error response from daemon: toomanyrequests: slow' >&2\nexit 1\n");
	assert_int_equal(settle(run_command(f, "pull", 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message,
		"the images cannot be pulled: the registry allows no more pulls for now");
	assert_string_equal(err.detail, "toomanyrequests: slow");
}

/* As BuildKit 0.12 says it. */
static void test_a_failed_build_names_service_line_cause_and_remedy(void **state)
{
	struct fixture *f = *state;
	struct project p;
	AUTO(error) struct error err = ERROR_INIT;

	put_docker(f,
		"/bin/cat <<'.'\n#2 [web internal] load metadata for ghcr.io/team/base:1\n"
		"#2 ERROR: failed to do request: Head "
		"\"https://ghcr.io/v2/team/base/manifests/1\": "
		"dial tcp: lookup ghcr.io on 192.0.2.1:53: no such host\n.\n"
		"echo 'failed to solve: ghcr.io/team/base:1: failed to resolve' >&2\nexit 17\n");
	assert_int_equal(settle(run_command(f, "build", 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message,
		"cannot build web: its base image ghcr.io/team/base:1 cannot be pulled: this "
		"machine cannot find ghcr.io");
	assert_non_null(strstr(err.detail, "192.0.2.1:53: no such host"));
	assert_non_null(strstr(err.hint, "DNS"));
	put_docker(f,
		"/bin/cat <<'.'\n#5 [web 2/2] RUN make all\n#5 0.1 no rule\n"
		"#5 ERROR: process \"/bin/sh -c make all\" did not complete successfully: "
		"exit code: 2\n.\n"
		"/bin/cat >&2 <<'.'\n------\n > [web 2/2] RUN make all:\n0.1 no rule\n------\n"
		"Dockerfile:2\n--------------------\n   2 | >>> RUN make all\n.\nexit 17\n");
	assert_int_equal(settle(run_command(f, "build", 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message,
		"cannot build web: Dockerfile:2, RUN make all: process \"/bin/sh -c make all\" did "
		"not complete successfully: exit code: 2");
	assert_non_null(strstr(err.detail, "no rule"));
	assert_non_null(strstr(err.hint, "docker compose build web"));
}

static void test_warnings_are_no_evidence_of_a_failure(void **state)
{
	struct fixture *f = *state;
	struct project p;
	AUTO(error) struct error err = ERROR_INIT;

	put_docker(f, "/bin/cat >&2 <<'.'\n" WARNING "\nno such service: web\n.\nexit 1\n");
	assert_int_equal(settle(run(f, 0, &p), &err), ERR_FAILED);
	assert_string_equal(err.message, "docker compose create: no such service: web");
	assert_null(err.detail);
}

static void test_too_old_and_missing_are_told_with_the_remedy(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	/* Other programs of that name on this machine are looked at, too: a newer one may be found.
	 */
	put_docker(f, "echo 2.20.0\n");
	assert_int_equal(settle(compose_cmd_find(&f->cmd, NULL, NULL), &err), ERR_INPUT);
	assert_string_equal(err.message, "Docker Compose 2.20.0 is too old");
	assert_non_null(err.hint);
	put_docker(f, "exit 1\n");
	assert_int_equal(settle(compose_cmd_find(&f->cmd, NULL, NULL), &err), ERR_NOT_FOUND);
	assert_non_null(err.hint);
}

static void test_escapes_are_undone(void **state)
{
	static const char text[] = "{\"a\":\"$$x $$$$ y$\",\"b\":[\"1$$\",{\"c\":\"$\"}],\"d\":5}";
	autojson struct json_object *o = NULL;
	autofree char *plain = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &o, NULL), 0);
	compose_undo_escapes(o);
	plain = json_text(o);
	assert_string_equal(plain, "{\"a\":\"$x $$ y$\",\"b\":[\"1$\",{\"c\":\"$\"}],\"d\":5}");
}

static void test_images_have_the_names_that_compose_gives_them(void **state)
{
	autofree char *own = compose_image_ref(&compose, &services[0]);
	autofree char *built = compose_image_ref(&compose, &services[1]);

	(void)state;
	assert_string_equal(own, "nginx:1");
	assert_string_equal(built, "demo-built");
}

static void test_the_name_of_an_image_stays_below_images(void **state)
{
	static const struct {
		const char *ref, *path;
	} rows[] = {
		{"registry:5000/team/app:1@sha256:ab", "/images/registry:5000/team/app:1@sha256:ab/json"},
		{"../containers/web", "/images/..%2Fcontainers%2Fweb/json"},
		{"a/../../containers/web", "/images/a%2F..%2F..%2Fcontainers%2Fweb/json"},
		{"a?x=1#y", "/images/a%3Fx%3D1%23y/json"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *path = compose_image_path(rows[i].ref);

		assert_string_equal(path, rows[i].path);
	}
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_are_compared_by_number),
		WITH_DIR(test_the_program_is_found_and_asked),
		WITH_DIR(test_arguments_say_everything),
		WITH_DIR(test_builds_are_always_told_in_plain),
		WITH_DIR(test_our_own_environment_is_scrubbed),
		WITH_DIR(test_the_program_is_found_when_it_is_needed),
		WITH_DIR(test_input_is_empty_and_the_directory_is_the_project),
		WITH_DIR(test_a_failure_says_what_compose_said),
		WITH_DIR(test_a_failed_pull_names_image_service_cause_and_remedy),
		WITH_DIR(test_a_failed_build_names_service_line_cause_and_remedy),
		WITH_DIR(test_warnings_are_no_evidence_of_a_failure),
		WITH_DIR(test_too_old_and_missing_are_told_with_the_remedy),
		cmocka_unit_test(test_escapes_are_undone),
		cmocka_unit_test(test_images_have_the_names_that_compose_gives_them),
		cmocka_unit_test(test_the_name_of_an_image_stays_below_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
