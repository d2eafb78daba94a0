/* SPDX-License-Identifier: MIT */
/* The panel on containers of a real Engine; skipped with the reason where there is none. */
#include "unit.h"

#include "screen.h"

#include "base/strv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

struct stage {
	char *dir, *slipway;
	struct strv env; /* that leads to the Engine */
	char *why_not;   /* why there is none */
};

static const char services[] =
	"services:\n"
	"  web:\n"
	"    image: slipway-test/busybox:1\n"
	"    command: [sh, -c, 'echo INFO the web is spun; exec sleep 100000']\n"
	"    environment: {STAGE: center}\n"
	"    healthcheck: {test: [CMD-SHELL, '[ -e /tmp/sign ] && echo the sign is up; true'],\n"
	"      interval: 1s}\n"
	"    init: true\n"
	"    stop_grace_period: 0s\n"
	"  sick:\n"
	"    image: slipway-test/busybox:1\n"
	"    command: [sh, -c, \"printf 'ERROR \\\\033]52;c;UEE=\\\\007no water\\\\n'; exec sleep "
	"100000\"]\n"
	"    healthcheck: {test: [CMD-SHELL, \"printf '\\\\033[31mthe well is dry'; exit 3\"],\n"
	"      interval: 1s, retries: 2}\n"
	"    init: true\n"
	"    stop_grace_period: 0s\n"
	"    depends_on: {web: {condition: service_healthy}}\n";

/* Output of a command of a shell, at most 64 KiB; its exit status in *ret_status. */
static char *output_of(const struct stage *s, const char *command, int *ret_status)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	char chunk[4096];
	int ends[2];
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		for (size_t i = 0; i < s->env.n; i++)
			putenv(s->env.items[i]);
		execlp("bash", "bash", "-c", command, NULL);
		_exit(127);
	}
	close(ends[1]);
	while ((n = read(ends[0], chunk, sizeof(chunk))) > 0)
		str_addn(&out, chunk, (size_t)n);
	close(ends[0]);
	assert_int_equal(waitpid(pid, ret_status, 0), pid);
	*ret_status = WIFEXITED(*ret_status) ? WEXITSTATUS(*ret_status) : -1;
	return xstrdup(str_text(&out));
}

static int run(const struct stage *s, const char *args)
{
	autofree char *command = xasprintf(
		"exec '%s' -C '%s' %s </dev/null >/dev/null 2>&1", s->slipway, s->dir, args);
	autofree char *out = NULL;
	int status;

	out = output_of(s, command, &status);
	return status;
}

static struct tty *open_panel(const struct stage *s)
{
	const char *argv[] = {s->slipway, "-C", s->dir, "panel", NULL};
	struct tty_spec spec = {
		.rows = 30, .cols = 100, .argv = argv, .env = (const char *const *)s->env.items};
	struct tty *t = tty_start(&spec);

	expect_beside(t, "web", "healthy");
	expect_text(t, "follow");
	return t;
}

static void leave(struct tty *t)
{
	tty_send(t, "q");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
}

static void need_engine(const struct stage *s)
{
	if (!s->why_not)
		return;
	print_message("skipped: no Engine: %s\n", s->why_not);
	skip();
}

static void test_why_logs_and_graph_of_containers(void **state)
{
	const struct stage *s = *state;
	struct tty *t;

	need_engine(s);
	t = open_panel(s);
	expect_beside(t, "sick", "unhealthy");
	expect_text(t, "why sick is not healthy");
	expect_text(t, "the well is dry");
	expect_text(t, "the web is spun");
	expect_text(t, "no water");
	tty_send(t, KEY_SEQ_DOWN);
	expect_text(t, "▸ sick");
	tty_send(t, "\r");
	expect_text(t, "exit 3: the well is dry");
	expect_text(t, "image slipway-test/busybox:1");
	expect_text(t, "starts when web is healthy");
	tty_send(t, "q");
	expect_text(t, "Enter details");
	tty_send(t, "g");
	expect_beside(t, "sick", "✓ web healthy");
	tty_send(t, "g");
	expect_text(t, "Enter details");
	assert_null(strstr(str_text(tty_output(t)), "\033]52"));
	assert_null(strstr(str_text(tty_output(t)), "\033[31mthe well"));
	leave(t);
}

static void test_containers_stop_start_restart_and_are_made_anew(void **state)
{
	const struct stage *s = *state;
	struct tty *t;

	need_engine(s);
	t = open_panel(s);
	expect_text(t, "▸ web");
	tty_send(t, "\033OH");
	tty_send(t, "s");
	expect_text(t, "web: stop?");
	tty_send(t, "y");
	expect_text(t, "web: stopped");
	expect_beside(t, "▸ web", "stopped");
	tty_send(t, "S");
	expect_text(t, "web: started");
	expect_beside(t, "▸ web", "healthy");
	tty_send(t, "r");
	expect_text(t, "web: restart?");
	tty_send(t, "y");
	expect_text(t, "web: restarted");
	expect_beside(t, "▸ web", "healthy");
	tty_send(t, "R");
	expect_text(t, "web: recreate?");
	tty_send(t, "y");
	expect_text(t, "web: recreated");
	expect_beside(t, "▸ web", "healthy");
	leave(t);
	/* What runs goes on running. */
	t = open_panel(s);
	leave(t);
}

static void test_a_shell_in_a_container(void **state)
{
	const struct stage *s = *state;
	struct tty *t;

	need_engine(s);
	t = open_panel(s);
	tty_send(t, "\033OH");
	expect_text(t, "logs: web");
	tty_send(t, "e");
	expect_text(t, "A shell in web.");
	expect_text(t, "/ #");
	tty_send(t, "echo $STAGE-$((40 + 2))\r");
	expect_text(t, "center-42");
	tty_send(t, "exit 3\r");
	expect_text(t, "the shell in web has ended");
	expect_beside(t, "▸ web", "healthy");
	leave(t);
}

/* What a check says while the service stays healthy is no event. */
static void test_the_details_follow_the_checks_of_a_healthy_service(void **state)
{
	const struct stage *s = *state;
	autofree char *put_up_the_sign =
		xasprintf("docker exec slipway-panel-%ld-web-1 touch /tmp/sign", (long)getpid());
	struct tty *t;
	int status;

	need_engine(s);
	t = open_panel(s);
	tty_send(t, "\033OH");
	expect_text(t, "▸ web");
	tty_send(t, "\r");
	expect_text(t, "exit 0: no output");
	free(output_of(s, put_up_the_sign, &status));
	assert_int_equal(status, 0);
	expect_text(t, "exit 0: the sign is up");
	tty_send(t, "q");
	expect_text(t, "Enter details");
	leave(t);
}

/* No registry is there: the picture says why, and so does whoever looks later. */
static void test_a_failed_pull_is_told_in_the_panel_and_after(void **state)
{
	const struct stage *s = *state;
	struct stage other = {
		.dir = xasprintf("%s/unpulled", s->dir), .slipway = s->slipway, .env = s->env};
	const char *argv[] = {s->slipway, "-C", other.dir, NULL};
	struct tty_spec spec = {
		.rows = 24, .cols = 80, .argv = argv, .env = (const char *const *)s->env.items};
	autofree char *write_it = xasprintf(
		"mkdir '%s' && printf 'services: {web: {image: \"localhost:1/none:1\"}}\\n' "
		">'%s/compose.yaml'",
		other.dir, other.dir);
	autofree char *why = xasprintf("'%s' -C '%s' why", s->slipway, other.dir);
	autofree char *runs = xasprintf("'%s' -C '%s' runs", s->slipway, other.dir);
	autofree char *said_why = NULL, *said_runs = NULL;
	struct tty *t;
	int status;

	need_engine(s);
	free(output_of(s, write_it, &status));
	assert_int_equal(status, 0);
	assert_int_equal(run(&other, "setup --batch --yes"), 0);
	t = tty_start(&spec);
	expect_text(t, "Enter");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "\r");
	expect_text(t, "why deploy 0001 failed");
	expect_text(t, "cannot pull localhost:1/none:1 (web): localhost:1 refuses the connection");
	expect_text(t, "1 not started · deploy 0001 failed");
	expect_no_text(t, "nothing failed");
	tty_send(t, "q");
	assert_int_equal(WEXITSTATUS(expect_end(t)), 1);
	tty_free(t);
	said_why = output_of(s, why, &status);
	assert_non_null(strstr(said_why, "deploy 0001 failed: cannot pull localhost:1/none:1"));
	said_runs = output_of(s, runs, &status);
	assert_non_null(strstr(said_runs, "      cannot pull localhost:1/none:1"));
	free(other.dir);
}

/* --- setup --------------------------------------------------------------------------------------
 */

static void find_engine(struct stage *s)
{
	autofree char *out = NULL;
	AUTO(strv) struct strv lines = STRV_INIT;
	int status;

	out = output_of(s,
		"[ -z \"$SLIPWAY_TEST_NO_ENGINE\" ] || { echo \"$SLIPWAY_TEST_NO_ENGINE\"; exit 3; "
		"}\n"
		"e=${srcdir:-..}/tests/lib/engine\n"
		"\"$e\" start 2>&1 && \"$e\" images >/dev/null 2>&1 || exit\n"
		"eval \"$(\"$e\" env)\"; echo; echo \"DOCKER_HOST=$DOCKER_HOST\"\n"
		"echo \"DOCKER_CONFIG=$DOCKER_CONFIG\"; echo \"PATH=$PATH\"",
		&status);
	strv_split(&lines, out, '\n');
	if (status != 0) {
		s->why_not = xstrdup(lines.n ? lines.items[0] : "it does not start");
		return;
	}
	for (size_t i = 0; i < lines.n; i++)
		if (strncmp(lines.items[i], "DOCKER_", 7) == 0 ||
			strncmp(lines.items[i], "PATH=", 5) == 0)
			strv_push(&s->env, lines.items[i]);
}

static int begin(void **state)
{
	char dir[] = "/tmp/slipway-panel-XXXXXX";
	struct stage *s = xcalloc(1, sizeof(*s));
	autofree char *path = NULL;
	FILE *f;

	if (!mkdtemp(dir))
		return -1;
	s->dir = xstrdup(dir);
	s->slipway = tty_program("slipway");
	*state = s;
	find_engine(s);
	if (s->why_not)
		return 0;
	path = xasprintf("%s/compose.yaml", dir);
	f = fopen(path, "w");
	if (!f)
		return -1;
	fprintf(f, "name: slipway-panel-%ld\n%s", (long)getpid(), services);
	fclose(f);
	return run(s, "up --yes --plain") == 5 ? 0 : -1;
}

static int end(void **state)
{
	struct stage *s = *state;

	if (!s)
		return 0;
	if (!s->why_not)
		run(s, "down --yes --volumes");
	tty_remove_tree(s->dir);
	strv_done(&s->env);
	free(s->dir);
	free(s->slipway);
	free(s->why_not);
	free(s);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why_logs_and_graph_of_containers),
		cmocka_unit_test(test_containers_stop_start_restart_and_are_made_anew),
		cmocka_unit_test(test_a_shell_in_a_container),
		cmocka_unit_test(test_the_details_follow_the_checks_of_a_healthy_service),
		cmocka_unit_test(test_a_failed_pull_is_told_in_the_panel_and_after),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
