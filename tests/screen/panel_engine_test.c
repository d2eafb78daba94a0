/* SPDX-License-Identifier: MIT */
/* The panel on containers of a real Engine; skipped with the reason where there is none. */
#include "unit.h"

#include "engine_stage.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char services[] =
	"services:\n"
	"  web:\n"
	"    image: slipway-test/busybox:1\n"
	"    command: [sh, -c, 'echo INFO the web is spun; exec sleep 100000']\n"
	"    environment: {STAGE: center}\n"
	"    ports: ['127.0.0.1::80']\n"
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
	"    depends_on: {web: {condition: service_healthy}}\n"
	"  stubborn:\n"
	"    image: slipway-test/busybox:1\n"
	"    command: [sh, -c, \"trap '' TERM; while :; do sleep 1; done\"]\n"
	"    stop_grace_period: 20s\n"
	"    depends_on: {web: {condition: service_healthy}}\n"
	"  late:\n"
	"    image: slipway-test/busybox:1\n"
	"    command: [sleep, '100000']\n"
	"    depends_on: {sick: {condition: service_healthy}}\n";

static struct tty *open_panel(const struct engine_stage *s)
{
	struct tty *t = engine_stage_open(s, 30, 100, "panel");

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

static void test_why_logs_and_graph_of_containers(void **state)
{
	const struct engine_stage *s = *state;
	struct tty *t;

	engine_stage_need(s);
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

/* A row that holds `service` in its place. */
static char *row_of(struct tty *t, const char *service)
{
	autofree char *name = xasprintf("%s ", service);

	for (int y = 0; y < 24; y++)
		if (strncmp(tty_row(t, y) + strspn(tty_row(t, y), " ▸"), name, strlen(name)) == 0)
			return xstrdup(tty_row(t, y));
	return xstrdup("");
}

/* Why a service is not well gets the room of what nobody asked for: the port inside of a container,
 * a limit that is the machine's memory, the age of what never began. */
static void test_the_table_leaves_room_for_the_notes(void **state)
{
	const struct engine_stage *s = *state;
	autofree char *web = NULL, *late = NULL;
	struct tty *t;

	engine_stage_need(s);
	t = open_panel(s);
	expect_beside(t, "late", "not started");
	expect_beside(t, "web ", "127.0.0.1:");
	expect_text(t, "MEM ");
	web = row_of(t, "web");
	assert_non_null(strstr(web, " 127.0.0.1:"));
	assert_null(strstr(web, "->"));
	late = row_of(t, "late");
	assert_non_null(strstr(late, "not started"));
	assert_null(strstr(late, " s "));
	assert_null(strstr(late, " min"));
	expect_no_text(t, "MEM/LIMIT");
	leave(t);
}

static void test_containers_stop_start_restart_and_are_made_anew(void **state)
{
	const struct engine_stage *s = *state;
	struct tty *t;

	engine_stage_need(s);
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

/* What is under way is not left without a word, and ends in the journal. */
static void test_leaving_during_a_slow_stop_is_asked_about(void **state)
{
	const struct engine_stage *s = *state;
	autofree char *end = xasprintf("docker kill slipway-stage-%ld-stubborn-1", (long)getpid());
	autofree char *list = NULL, *runs = NULL;
	struct tty *t;
	int status;

	engine_stage_need(s);
	t = open_panel(s);
	tty_send(t, "\033OF" KEY_SEQ_UP);
	expect_text(t, "▸ stubborn");
	tty_send(t, "s");
	expect_text(t, "stubborn: stop?");
	tty_send(t, "y");
	expect_text(t, "stubborn: stopping");
	tty_send(t, "q");
	expect_text(t, "stubborn: stopping is not finished.");
	tty_send(t, "s");
	expect_no_text(t, "is not finished");
	expect_text(t, "stubborn: stopping");
	tty_send(t, "q");
	expect_text(t, "stubborn: stopping is not finished.");
	tty_send(t, "l");
	assert_int_equal(expect_end(t), 0);
	tty_free(t);
	free(engine_stage_output(s, end, &status));
	assert_int_equal(status, 0);
	list = xasprintf("'%s' -C '%s' runs | head -n 1", s->slipway, s->dir);
	runs = engine_stage_output(s, list, &status);
	assert_non_null(strstr(runs, "stop stubborn"));
	assert_non_null(strstr(runs, "cancelled"));
}

static void test_a_shell_in_a_container(void **state)
{
	const struct engine_stage *s = *state;
	struct tty *t;

	engine_stage_need(s);
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
	const struct engine_stage *s = *state;
	autofree char *put_up_the_sign =
		xasprintf("docker exec slipway-stage-%ld-web-1 touch /tmp/sign", (long)getpid());
	struct tty *t;
	int status;

	engine_stage_need(s);
	t = open_panel(s);
	tty_send(t, "\033OH");
	expect_text(t, "▸ web");
	tty_send(t, "\r");
	expect_text(t, "exit 0: no output");
	free(engine_stage_output(s, put_up_the_sign, &status));
	assert_int_equal(status, 0);
	expect_text(t, "exit 0: the sign is up");
	tty_send(t, "q");
	expect_text(t, "Enter details");
	leave(t);
}

/* No registry is there: the picture says why, and so does whoever looks later. */
static void test_a_failed_pull_is_told_in_the_panel_and_after(void **state)
{
	const struct engine_stage *s = *state;
	struct engine_stage other = {
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

	engine_stage_need(s);
	free(engine_stage_output(s, write_it, &status));
	assert_int_equal(status, 0);
	assert_int_equal(engine_stage_run(&other, "setup --batch --yes"), 0);
	t = tty_start(&spec);
	expect_text(t, "Enter");
	tty_send(t, "v");
	expect_text(t, "Nothing has been written yet.");
	tty_send(t, "\r");
	expect_text(t, "why deploy 0001 failed");
	expect_text(t, "cannot pull localhost:1/none:1 (web): localhost:1 refuses the connection");
	expect_text(t, "1 not started · deploy 0001 failed");
	/* Said once: of the service there is nothing more to say. */
	expect_no_text(t, "why web does not run");
	expect_no_text(t, "nothing failed");
	tty_send(t, "q");
	assert_int_equal(WEXITSTATUS(expect_end(t)), 1);
	tty_free(t);
	said_why = engine_stage_output(s, why, &status);
	assert_non_null(strstr(said_why, "deploy 0001 failed: cannot pull localhost:1/none:1"));
	said_runs = engine_stage_output(s, runs, &status);
	assert_non_null(strstr(said_runs, "      cannot pull localhost:1/none:1"));
	free(other.dir);
}

static int begin(void **state)
{
	return engine_stage_begin(state, services, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why_logs_and_graph_of_containers),
		cmocka_unit_test(test_the_table_leaves_room_for_the_notes),
		cmocka_unit_test(test_containers_stop_start_restart_and_are_made_anew),
		cmocka_unit_test(test_a_shell_in_a_container),
		cmocka_unit_test(test_leaving_during_a_slow_stop_is_asked_about),
		cmocka_unit_test(test_the_details_follow_the_checks_of_a_healthy_service),
		cmocka_unit_test(test_a_failed_pull_is_told_in_the_panel_and_after),
	};

	return cmocka_run_group_tests(tests, begin, engine_stage_end);
}
