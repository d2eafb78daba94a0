/* SPDX-License-Identifier: MIT */
/*
 * The commands of the stacks' definitions that are run inside of containers, run here with stand-ins of the
 * programs they call, which take what those are documented to take and nothing else:
 *
 *	mc --config-dir DIR ls ALIAS	lists with the credentials of MC_HOST_ALIAS=http://USER:PASSWORD@HOST
 *	grafana cli --homepath DIR admin reset-admin-password --password-from-stdin
 *	curl -K - ... -w %{http_code}	asks with the user = "NAME:PASSWORD" of its configuration
 *
 * Each knows one password, that of the file `accepts`, and writes its arguments to `argv`.
 */
#include "templates_fixture.h"

#include "base/str.h"
#include "config/project_expand.h"

#include <sys/wait.h>

static const char mc[] =
	"#!/bin/sh\n"
	"echo \"$@\" >>argv\n"
	"test \"$1 $3 $4\" = '--config-dir ls slipway' -a $# = 4 || exit 64\n"
	"test \"$MC_HOST_slipway\" = \"http://root:$(cat accepts)@127.0.0.1:9000\"\n";

static const char grafana[] = "#!/bin/sh\n"
			      "echo \"$@\" >>argv\n"
			      "test \"$*\" = 'cli --homepath /usr/share/grafana admin "
			      "reset-admin-password --password-from-stdin' || "
			      "exit 64\n"
			      "cat >accepts\n";

static const char curl[] =
	"#!/bin/sh\n"
	"echo \"$@\" >>argv\n"
	"test \"$*\" = '-sS -K - -o /dev/null -w %{http_code} http://127.0.0.1:3000/api/user' || "
	"exit 2\n"
	"test \"$(cat)\" = \"user = \\\"root:$(cat accepts)\\\"\" && printf 200 || printf 401\n";

/* As in the container, with these two values and the user root; returns its exit status. */
static int run_command(
	const struct project *p, const struct strv *command, const char *old, const char *new)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	int status;
	pid_t pid;

	assert_int_equal(project_expand_all(p, NULL, command, &argv, NULL), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		autofree char *path = xasprintf(".:%s", getenv("PATH"));

		setenv("PATH", path, 1);
		setenv("SLIPWAY_OLD", old, 1);
		setenv("SLIPWAY_NEW", new, 1);
		setenv("MINIO_ROOT_USER", "root", 1);
		setenv("GF_SECURITY_ADMIN_USER", "root", 1);
		execvp(argv.items[0], argv.items);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void accept_password(const char *password)
{
	fixture_put("accepts", password, 0600);
}

/* Others on the machine can read them. */
static void assert_no_argument_has(const char *const *passwords)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	FILE *f = fopen("argv", "re");
	char buffer[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		str_addn(&text, buffer, n);
	fclose(f);
	assert_true(text.len > 0);
	for (; *passwords; passwords++)
		assert_null(strstr(str_text(&text), *passwords));
}

static const char old_one[] = "0123456789abcdef", new_one[] = "fedcba9876543210";
static const char *const both[] = {old_one, new_one, NULL};

static const struct trial {
	const char *accepts, *old;
	bool passes;
} trials[] = {
	{new_one, old_one, true},
	{new_one, "", true}, /* there was none before */
	{old_one, old_one, false},
	{"another", old_one, false},
	/* The old one still lets somebody in. */
	{new_one, new_one, false},
};

static void test_checks_let_the_new_one_in_and_the_old_one_not(void **state)
{
	static const struct {
		const char *stack, *setting, *program, *text;
	} rows[] = {
		{"haven", "MINIO_SECRET_KEY", "mc", mc},
		{"ragcorp", "GRAFANA_PASSWORD", "curl", curl},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, rows[i].stack);
		const struct setting *s = settings_find(&p->settings, rows[i].setting);

		assert_non_null(s);
		assert_true(s->rotate.check.n > 0);
		fixture_put(rows[i].program, rows[i].text, 0700);
		for (size_t k = 0; k < ARRAY_SIZE(trials); k++) {
			accept_password(trials[k].accepts);
			if ((run_command(p, &s->rotate.check, trials[k].old, new_one) == 0) !=
				trials[k].passes)
				fail_msg("%s: %s is let in, %s was before", rows[i].setting,
					trials[k].accepts, trials[k].old);
		}
		assert_no_argument_has(both);
		assert_int_equal(unlink("argv"), 0);
	}
}

static void test_grafana_is_told_on_standard_input(void **state)
{
	AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, "ragcorp");
	const struct setting *s = settings_find(&p->settings, "GRAFANA_PASSWORD");

	fixture_put("grafana", grafana, 0700);
	fixture_put("curl", curl, 0700);
	accept_password(old_one);
	assert_int_equal(run_command(p, &s->rotate.command, old_one, new_one), 0);
	assert_int_equal(run_command(p, &s->rotate.check, old_one, new_one), 0);
	/* It can be run again, and back. */
	assert_int_equal(run_command(p, &s->rotate.command, old_one, new_one), 0);
	assert_int_equal(run_command(p, &s->rotate.command, new_one, old_one), 0);
	assert_int_not_equal(run_command(p, &s->rotate.check, old_one, new_one), 0);
	assert_no_argument_has(both);
	/* Another version of it, which takes the password as an argument only. */
	fixture_put("grafana", "#!/bin/sh\nexit 1\n", 0700);
	assert_int_not_equal(run_command(p, &s->rotate.command, old_one, new_one), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_checks_let_the_new_one_in_and_the_old_one_not,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_grafana_is_told_on_standard_input, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
