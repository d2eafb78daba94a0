/* SPDX-License-Identifier: MIT */
/* The Engine API client, the watch and the logs, against a stand-in that can do what no real Engine
 * does on demand: go away, lose events, be of another age. */
#include "unit.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "engine/docker_action.h"
#include "engine/docker_api.h"
#include "engine/docker_container.h"
#include "engine/docker_logs.h"
#include "engine/docker_stats.h"
#include "engine/docker_stream.h"
#include "engine/docker_watch.h"
#include "fake_engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char dir[64];
	char path[96];
	struct fake_engine *fake;
	struct loop *loop;
	struct host *host;
	struct docker docker;
	struct live *live;
	struct logs *logs;
	bool done;
	int code;
	bool (*wanted)(struct fixture *f);
	bool met;
	uint64_t lines;
	const char *service;
	enum live_state state;
	struct docker_stream *stream;
};

#define ENGINE_VERSION(api, min) \
	"{\"Version\":\"26.1.5\",\"ApiVersion\":\"" api "\",\"MinAPIVersion\":\"" min "\"}"
#define LABELS(service)                                                                      \
	"{\"com.docker.compose.project\":\"demo\",\"com.docker.compose.service\":\"" service \
	"\",\"com.docker.compose.container-number\":\"1\"}"
#define ENTRY(id, service, state, status)                                           \
	"{\"Id\":\"" id "\",\"Names\":[\"/demo-" service "-1\"],\"State\":\"" state \
	"\",\"Status\":\"" status "\",\"Labels\":" LABELS(service) "}"
#define INSPECT(service, state, more)                                                          \
	"{\"Id\":\"x\",\"Name\":\"/demo-" service "-1\",\"Created\":\"2026-11-21T03:00:00Z\"," \
	"\"State\":{\"Status\":\"" state "\"," more                                            \
	"\"StartedAt\":\"2026-11-21T03:04:05Z\"},\"Config\":{\"Labels\":" LABELS(service) "}}"

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/slipway-docker-test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/docker.sock", f->dir);
	f->fake = fake_engine_new(f->path);
	f->loop = loop_new();
	f->host = host_local_new(f->loop);
	docker_init(&f->docker, f->host, f->loop);
	f->docker.socket.url = xasprintf("unix://%s", f->path);
	f->docker.socket.unix_socket = xstrdup(f->path);
	f->docker.socket.origin = xstrdup("DOCKER_HOST");
	f->docker.api = xstrdup("1.44");
	f->live = live_new(f->loop, "demo");
	f->logs = logs_new(64 * 1024);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	live_free(f->live);
	logs_free(f->logs);
	docker_done(&f->docker);
	host_free(f->host);
	loop_free(f->loop);
	fake_engine_free(f->fake);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void on_change(void *arg)
{
	struct fixture *f = arg;

	f->met = f->met || f->wanted(f);
}

static void wait_until(struct fixture *f, bool (*wanted)(struct fixture *f))
{
	/* What no watcher tells (counters of the stand-in) is looked at now and then. */
	struct timer *t = timer_start(f->loop, 5, 5, on_change, f);

	f->wanted = wanted;
	f->met = wanted(f);
	loop_run_until(f->loop, &f->met);
	timer_free(t);
}

/* --- calls ---------------------------------------------------------------------------------------
 */

static int ask(struct fixture *f, const char *path, struct json_object **ret, struct error *err)
{
	struct docker_spec spec = {.path = path};
	struct op *op = docker_call(&f->docker, &spec, NULL, NULL);
	int code = op_wait(op, err);

	if (ret)
		*ret = json_object_get(docker_call_reply(op));
	op_free(op);
	return code;
}

static void test_answers_are_documents(void **state)
{
	struct fixture *f = *state;
	autojson struct json_object *o = NULL;

	fake_engine_put_text(f->fake, "/info", "{\"Name\":\"here\"}");
	assert_int_equal(ask(f, "/info?x=1", &o, NULL), 0);
	assert_string_equal(json_str(o, "Name", ""), "here");
}

static void test_refusals_say_what_the_engine_says(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	static const char text[] = "{\"message\":\"port \\u001b[31mis taken\"}";

	assert_int_equal(ask(f, "/nothing", NULL, &err), ERR_NOT_FOUND);
	assert_string_equal(err.message, "Docker Engine: no such thing");
	fake_engine_put(f->fake, "/start", 500, NULL, text, strlen(text));
	assert_int_equal(ask(f, "/start", NULL, &err), ERR_FAILED);
	assert_string_equal(err.message, "Docker Engine: port is taken");
	fake_engine_put(f->fake, "/broken", 200, NULL, "{\"a\":", 5);
	assert_true(ask(f, "/broken", NULL, &err) < 0);
}

static void test_connections_are_used_again(void **state)
{
	struct fixture *f = *state;

	fake_engine_put_text(f->fake, "/info", "{}");
	for (int i = 0; i < 20; i++)
		assert_int_equal(ask(f, "/info", NULL, NULL), 0);
	assert_in_range(fake_engine_connections(f->fake), 1, 2);
}

static void test_a_connection_that_was_closed_meanwhile_is_no_failure(void **state)
{
	struct fixture *f = *state;

	fake_engine_put_text(f->fake, "/info", "{}");
	assert_int_equal(ask(f, "/info", NULL, NULL), 0);
	fake_engine_down(f->fake);
	fake_engine_up(f->fake);
	assert_int_equal(ask(f, "/info", NULL, NULL), 0);
}

static void test_many_calls_at_once(void **state)
{
	struct fixture *f = *state;
	struct docker_spec spec = {.path = "/info"};
	struct op *ops[40];

	fake_engine_put_text(f->fake, "/info", "{}");
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = docker_call(&f->docker, &spec, NULL, NULL);
	/* Some are given up before they are answered. */
	for (size_t i = 0; i < ARRAY_SIZE(ops); i += 3)
		op_free(ops[i]);
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (i % 3) {
			assert_int_equal(op_wait(ops[i], NULL), 0);
			op_free(ops[i]);
		}
}

static void test_no_engine_says_so_with_a_remedy(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	fake_engine_down(f->fake);
	assert_int_equal(ask(f, "/info", NULL, &err), ERR_UNREACHABLE);
	assert_non_null(strstr(err.message, f->path));
	assert_non_null(err.hint);
	fake_engine_up(f->fake);
	unlink(f->path);
	assert_int_equal(ask(f, "/info", NULL, &err), ERR_UNREACHABLE);
	assert_non_null(err.hint);
}

/* --- versions ------------------------------------------------------------------------------------
 */

static const struct {
	const char *server, *min, *use;
} versions[] = {
	{"1.45", "1.24", "1.44"}, /* Engine 26 */
	{"1.52", "1.44", "1.44"}, /* Engine 29 */
	{"1.41", "1.24", "1.41"}, /* Engine 20.10, Podman */
	{"1.43", "1.12", "1.43"},
	{"1.60", "1.52", "1.52"}, /* one to come that speaks nothing so old any more */
	{"1.40", "1.12", NULL},
	{"", "", NULL},
	{"nonsense", "", NULL},
};

static void test_versions_are_negotiated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		autofree char *use = docker_negotiate(versions[i].server, versions[i].min);

		if (!versions[i].use)
			assert_null(use);
		else
			assert_string_equal(use ? use : "none", versions[i].use);
	}
}

static int connect_to(struct fixture *f, struct error *err)
{
	struct op *op;
	int code;

	setenv("DOCKER_HOST", f->docker.socket.url, 1);
	op = docker_connect(&f->docker, NULL, NULL);
	code = op_wait(op, err);
	op_free(op);
	unsetenv("DOCKER_HOST");
	return code;
}

static void test_connecting_asks_who_is_there(void **state)
{
	struct fixture *f = *state;

	fake_engine_put_text(f->fake, "/version", ENGINE_VERSION("1.52", "1.44"));
	assert_int_equal(connect_to(f, NULL), 0);
	assert_string_equal(f->docker.api, "1.44");
	assert_string_equal(f->docker.version, "26.1.5");
	assert_string_equal(f->docker.name, "Docker Engine");
	fake_engine_put_text(f->fake, "/version",
		"{\"Version\":\"5.0\",\"ApiVersion\":\"1.41\",\"Components\":[{\"Name\":\"Podman "
		"Engine\"}]}");
	assert_int_equal(connect_to(f, NULL), 0);
	assert_string_equal(f->docker.name, "Podman");
	assert_string_equal(f->docker.api, "1.41");
}

static void test_an_engine_too_old_is_refused_with_a_remedy(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	fake_engine_put_text(f->fake, "/version", ENGINE_VERSION("1.39", "1.12"));
	assert_int_equal(connect_to(f, &err), ERR_INPUT);
	assert_non_null(strstr(err.message, "too old"));
	assert_non_null(err.hint);
}

/* --- containers ----------------------------------------------------------------------------------
 */

static struct live_instance *read_instance(struct fixture *f, const char *text, bool oneshot)
{
	autojson struct json_object *o = NULL;
	struct live_instance *in = live_add_instance(live_add(f->live, "web"), "x");

	assert_int_equal(json_parse(text, strlen(text), &o, NULL), 0);
	docker_container_read(o, oneshot, in);
	return in;
}

static void test_an_inspect_is_read(void **state)
{
	struct fixture *f = *state;
	struct live_instance *in = read_instance(f,
		"{\"Name\":\"/demo-web-2\",\"Image\":\"sha256:1\",\"RestartCount\":3,"
		"\"Config\":{\"Image\":\"nginx:1\",\"Labels\":{\"com.docker.compose.container-"
		"number\":\"2\"},"
		"\"Healthcheck\":{\"Interval\":5000000000,\"Retries\":4,\"StartPeriod\":1000000000}"
		"},"
		"\"State\":{\"Status\":\"running\",\"Pid\":42,\"StartedAt\":\"2026-11-21T03:04:05."
		"5Z\","
		"\"FinishedAt\":\"0001-01-01T00:00:00Z\",\"Health\":{\"Status\":\"unhealthy\","
		"\"FailingStreak\":2,\"Log\":["
		"{\"Start\":\"2026-11-21T03:04:01Z\",\"End\":\"2026-11-21T03:04:02Z\",\"ExitCode\":"
		"0},"
		"{\"Start\":\"2026-11-21T03:04:06Z\",\"End\":\"2026-11-21T03:04:07Z\",\"ExitCode\":"
		"1,"
		"\"Output\":\"a\\u001b[31mb\\nc\"}]}},"
		"\"NetworkSettings\":{\"Ports\":{\"80/"
		"tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8080\"},"
		"{\"HostIp\":\"::\",\"HostPort\":\"8080\"}],\"443/tcp\":null,"
		"\"53/udp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"5353\"}]}}}",
		false);

	assert_string_equal(in->name, "demo-web-2");
	assert_int_equal(in->number, 2);
	assert_int_equal(in->state, LIVE_UNHEALTHY);
	assert_int_equal(in->restarts, 3);
	assert_int_equal(in->pid, 42);
	assert_int_equal(in->n_probes, 2);
	assert_string_equal(in->probes[1].output, "ab\nc");
	assert_int_equal(in->health_interval_ms, 5000);
	assert_int_equal(in->health_timeout_ms, 30000);
	assert_int_equal(in->health_retries, 4);
	assert_int_equal(in->finished_ms, 0);
	assert_string_equal(in->ports, "127.0.0.1:5353->53/udp, 8080->80/tcp");
}

static void test_unhealthy_of_the_run_before_is_stale(void **state)
{
	struct fixture *f = *state;
	struct live_instance *in = read_instance(f,
		"{\"State\":{\"Status\":\"running\",\"StartedAt\":\"2026-11-21T03:04:05Z\","
		"\"Health\":{\"Status\":\"unhealthy\",\"Log\":[{\"Start\":\"2026-11-21T03:04:04Z\","
		"\"ExitCode\":1}]}}}",
		false);

	assert_int_equal(in->state, LIVE_STARTING);
}

static void test_down_under_a_policy_that_restarts_was_asked_for(void **state)
{
	struct fixture *f = *state;
	struct live_instance *in = read_instance(f,
		"{\"State\":{\"Status\":\"exited\",\"ExitCode\":137},"
		"\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}}",
		false);

	assert_int_equal(in->state, LIVE_STOPPED);
	in = read_instance(f, "{\"State\":{\"Status\":\"running\"}}", false);
	in = read_instance(f, "{\"State\":{\"Status\":\"exited\",\"ExitCode\":137}}", false);
	assert_int_equal(in->state, LIVE_FAILED);
}

static void test_health_of_a_list_entry(void **state)
{
	static const struct {
		const char *entry, *health;
	} entries[] = {
		{"{\"Status\":\"Up 2 minutes (healthy)\"}", "healthy"},
		{"{\"Status\":\"Up 2 minutes (unhealthy)\"}", "unhealthy"},
		{"{\"Status\":\"Up 1 second (health: starting)\"}", "starting"},
		{"{\"Status\":\"Up 2 minutes\"}", ""},
		/* API 1.52 */
		{"{\"Status\":\"Up\",\"Health\":{\"Status\":\"healthy\"}}", "healthy"},
		{"{\"Status\":\"Up\",\"Health\":{\"Status\":\"none\"}}", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		autojson struct json_object *o = NULL;

		assert_int_equal(
			json_parse(entries[i].entry, strlen(entries[i].entry), &o, NULL), 0);
		assert_string_equal(docker_list_health(o), entries[i].health);
	}
}

static void read_stats(struct live_instance *in, struct docker_sample *s, const char *text)
{
	autojson struct json_object *o = NULL;

	assert_int_equal(json_parse(text, strlen(text), &o, NULL), 0);
	docker_stats_read(o, s, in);
}

static void test_statistics_are_taken_against_the_sample_before(void **state)
{
	struct live_instance in = {.cpu_percent = -1};
	struct docker_sample s = {0};

	(void)state;
	read_stats(&in, &s,
		"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":1000},\"system_cpu_usage\":10000,"
		"\"online_cpus\":2},\"memory_stats\":{\"usage\":5000,\"limit\":9000,"
		"\"stats\":{\"inactive_file\":1000}}}");
	assert_true(in.cpu_percent < 0);
	assert_int_equal(in.memory, 4000);
	assert_int_equal(in.memory_limit, 9000);
	read_stats(&in, &s,
		"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":2000},\"system_cpu_usage\":14000,"
		"\"online_cpus\":2},\"memory_stats\":{\"usage\":5000,\"stats\":{\"total_inactive_"
		"file\":500}}}");
	/* A quarter of two processors: half of one. */
	assert_true(in.cpu_percent > 49.9 && in.cpu_percent < 50.1);
	assert_int_equal(in.memory, 4500);
	/* The container was started anew: its counter begins again. */
	read_stats(&in, &s,
		"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":10},\"system_cpu_usage\":15000,"
		"\"online_cpus\":2}}");
	assert_true(in.cpu_percent < 0);
	assert_int_equal(in.memory, -1);
}

/* --- watch ---------------------------------------------------------------------------------------
 */

static bool is_pictured(struct fixture *f)
{
	return f->done;
}

static bool has_state(struct fixture *f)
{
	const struct live_service *s = live_find(f->live, f->service);

	return s && s->state == f->state;
}

static bool is_gone(struct fixture *f)
{
	return !f->live->connected && f->live->problem.message;
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct fixture *f = arg;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	f->code = code;
	f->done = true;
}

static struct op *watch(struct fixture *f)
{
	struct op *op;

	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	op = docker_watch_start(&f->docker, f->live, "demo", on_done, f);
	wait_until(f, is_pictured);
	return op;
}

static bool events_are_open(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/events") > 0 &&
	       fake_engine_asked(f->fake, "/containers/json") > 1;
}

static void push_event(struct fixture *f, const char *action, const char *more)
{
	autofree char *text =
		xasprintf("{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{\"ID\":\"a\","
			  "\"Attributes\":{\"com.docker.compose.service\":\"web\"%s}},"
			  "\"time\":1795230245,\"timeNano\":1795230245000000001}\n",
			action, more);

	/* In two pieces, as it may come. */
	fake_engine_push(f->fake, "/events", text, 10);
	fake_engine_push(f->fake, "/events", text + 10, strlen(text) - 10);
}

static void expect_state(struct fixture *f, const char *service, enum live_state state)
{
	f->service = service;
	f->state = state;
	wait_until(f, has_state);
}

static void test_the_first_picture_is_whole(void **state)
{
	struct fixture *f = *state;
	struct op *op;

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY(
			"b", "db", "exited", "Exited (0)") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	fake_engine_put_text(
		f->fake, "/containers/b/json", INSPECT("db", "exited", "\"ExitCode\":3,"));
	op = watch(f);
	assert_int_equal(f->code, 0);
	assert_true(f->live->connected);
	assert_int_equal(live_find(f->live, "web")->state, LIVE_RUNNING);
	assert_int_equal(live_find(f->live, "db")->state, LIVE_FAILED);
	op_free(op);
}

static void test_events_are_followed(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	char query[2048];

	fake_engine_put_text(f->fake, "/containers/json", "[]");
	op = watch(f);
	wait_until(f, events_are_open);
	fake_engine_query(f->fake, "/events", query, sizeof(query));
	assert_non_null(strstr(query, "com.docker.compose.project%3Ddemo"));
	assert_non_null(strstr(query, "health_status"));
	assert_null(strstr(query, "since="));

	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"starting\"},"));
	push_event(f, "start", "");
	expect_state(f, "web", LIVE_STARTING);
	fake_engine_put_text(f->fake, "/containers/a/json",
		INSPECT("web", "running", "\"Health\":{\"Status\":\"healthy\"},"));
	push_event(f, "health_status: healthy", "");
	expect_state(f, "web", LIVE_HEALTHY);
	/* Killed by its user: stopped, though the status is that of a failure. */
	push_event(f, "kill", ",\"signal\":\"9\"");
	fake_engine_put_text(
		f->fake, "/containers/a/json", INSPECT("web", "exited", "\"ExitCode\":137,"));
	push_event(f, "die", ",\"exitCode\":\"137\"");
	expect_state(f, "web", LIVE_STOPPED);
	push_event(f, "destroy", "");
	expect_state(f, "web", LIVE_ABSENT);
	op_free(op);
}

static void test_checks_that_run_make_no_noise(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	int before;

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	op = watch(f);
	wait_until(f, events_are_open);
	before = fake_engine_asked(f->fake, "/containers/a/json");
	for (int i = 0; i < 50; i++)
		push_event(f, "exec_start: curl localhost", "");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "paused", ""));
	push_event(f, "pause", "");
	expect_state(f, "web", LIVE_PAUSED);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/json"), before + 1);
	op_free(op);
}

static bool events_are_open_again(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/events") > 1;
}

static void test_an_engine_that_comes_back_is_asked_anew(void **state)
{
	struct fixture *f = *state;
	struct op *op;
	char query[2048];

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY("b", "db", "running", "Up") "]");
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "running", ""));
	fake_engine_put_text(f->fake, "/containers/b/json", INSPECT("db", "running", ""));
	op = watch(f);
	wait_until(f, events_are_open);
	/* An event that shows: seeing it is knowing that its time was noted. */
	fake_engine_put_text(f->fake, "/containers/a/json", INSPECT("web", "paused", ""));
	push_event(f, "pause", "");
	expect_state(f, "web", LIVE_PAUSED);
	fake_engine_down(f->fake);
	wait_until(f, is_gone);
	/* What is known stays on the screen meanwhile. */
	assert_int_equal(live_find(f->live, "web")->state, LIVE_PAUSED);
	/* Events of the time between never come: one is gone, one has failed without any. */
	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_text(
		f->fake, "/containers/a/json", INSPECT("web", "exited", "\"ExitCode\":1,"));
	fake_engine_up(f->fake);
	expect_state(f, "web", LIVE_FAILED);
	expect_state(f, "db", LIVE_ABSENT);
	wait_until(f, events_are_open_again);
	assert_true(f->live->connected);
	fake_engine_query(f->fake, "/events", query, sizeof(query));
	assert_non_null(strstr(query, "since=1795230245.000000002"));
	op_free(op);
}

static void test_no_engine_ends_the_wait_for_a_picture(void **state)
{
	struct fixture *f = *state;
	struct op *op;

	fake_engine_down(f->fake);
	op = docker_watch_start(&f->docker, f->live, "demo", on_done, f);
	wait_until(f, is_pictured);
	assert_int_equal(f->code, ERR_UNREACHABLE);
	assert_false(f->live->connected);
	op_free(op);
	fake_engine_up(f->fake);
}

/* --- logs ----------------------------------------------------------------------------------------
 */

static const char multiplexed[] = "application/vnd.docker.multiplexed-stream";

static void add_frame(struct str *s, const char *text)
{
	size_t n = strlen(text);
	char head[8] = {1, 0, 0, 0, 0, 0, (char)(n >> 8), (char)n};

	str_addn(s, head, 8);
	str_addn(s, text, n);
}

static void put_log(struct fixture *f, const char *id, const char *const lines[])
{
	AUTO(str) struct str s = STR_INIT(STR_FILE);
	autofree char *path = xasprintf("/containers/%s/logs", id);

	for (size_t i = 0; lines[i]; i++)
		add_frame(&s, lines[i]);
	fake_engine_put(f->fake, path, 200, multiplexed, str_text(&s), s.len);
}

static void assert_log(struct fixture *f, const char *want)
{
	AUTO(str) struct str got = STR_INIT(STR_FILE);

	for (uint64_t i = logs_first(f->logs); i < logs_end(f->logs); i++) {
		struct log_line line;

		logs_get(f->logs, i, &line);
		str_addf(&got, "%s:%.*s\n", logs_source_name(f->logs, line.source), (int)line.len,
			line.text);
	}
	assert_string_equal(str_text(&got), want);
}

static void test_histories_are_merged_by_time(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = 100, .into = f->logs};
	struct op *op;
	char query[512];

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY(
			"b", "db", "running", "Up") "," ENTRY("c", "mute", "running", "Up") "]");
	put_log(f, "a",
		(const char *const[]){"2026-11-21T03:00:01.0Z one\n",
			"2026-11-21T03:00:04.0Z four\n", "2026-11-21T03:00:05.0Z five", NULL});
	put_log(f, "b",
		(const char *const[]){"2026-11-21T03:00:02.0Z two\n",
			"2026-11-21T03:00:03.0Z three\n", "2026-11-21T03:00:06.0Z six\n", NULL});
	put_log(f, "c", (const char *const[]){NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_log(f, "web:one\ndb:two\ndb:three\nweb:four\nweb:five\ndb:six\n");
	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	assert_non_null(strstr(query, "tail=100"));
	assert_null(strstr(query, "follow"));
}

static void test_a_long_history_waits_for_the_others(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .into = f->logs};
	AUTO(str) struct str s = STR_INIT(STR_FILE);
	struct op *op;
	int64_t last = 0;

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY("b", "db", "running", "Up") "]");
	for (int i = 0; i < 20000; i++) {
		autofree char *line = xasprintf("2026-11-21T03:%02d:%02d.%03d0Z line %d\n",
			i / 6000, i / 100 % 60, i % 100, i);

		add_frame(&s, line);
	}
	fake_engine_put(f->fake, "/containers/a/logs", 200, multiplexed, s.data, s.len);
	put_log(f, "b", (const char *const[]){"2026-11-21T03:03:00.5Z late\n", NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_int_equal(logs_total(f->logs), 20001);
	for (uint64_t i = logs_first(f->logs); i < logs_end(f->logs); i++) {
		struct log_line line;

		logs_get(f->logs, i, &line);
		assert_true(line.time_ns >= last);
		last = line.time_ns;
	}
}

static bool has_lines(struct fixture *f)
{
	return logs_total(f->logs) >= f->lines;
}

static bool reads_on(struct fixture *f)
{
	char query[512];

	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	return strstr(query, "follow=1");
}

static bool reads_again(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/containers/a/logs") >= 3;
}

static void test_a_stream_that_breaks_is_taken_up_where_it_ended(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .follow = true, .into = f->logs};
	AUTO(str) struct str first = STR_INIT(STR_FILE);
	AUTO(str) struct str again = STR_INIT(STR_FILE);
	struct op *op;
	char query[512];

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put_stream(f->fake, "/events", "application/json", "", 0);
	put_log(f, "a", (const char *const[]){"2026-11-21T03:00:01.0Z one\n", NULL});
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	f->lines = 1;
	wait_until(f, has_lines);

	/* It goes on with a stream, which repeats the last second. */
	add_frame(&first, "2026-11-21T03:00:01.0Z one\n");
	add_frame(&first, "2026-11-21T03:00:02.0Z two\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, first.data, first.len);
	wait_until(f, reads_on);
	f->lines = 2;
	wait_until(f, has_lines);
	add_frame(&again, "2026-11-21T03:00:02.0Z two\n");
	add_frame(&again, "2026-11-21T03:00:03.0Z three\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, again.data, again.len);
	fake_engine_down(f->fake);
	fake_engine_up(f->fake);
	wait_until(f, reads_again);
	f->lines = 3;
	wait_until(f, has_lines);
	assert_log(f, "web:one\nweb:two\nweb:three\n");
	fake_engine_query(f->fake, "/containers/a/logs", query, sizeof(query));
	assert_non_null(strstr(query, "since=1795230002.000000000"));
	op_free(op);
}

static void test_a_log_that_cannot_be_read_says_so_once(void **state)
{
	struct fixture *f = *state;
	struct engine_logs l = {.tail = -1, .into = f->logs};
	static const char text[] =
		"{\"message\":\"configured logging driver does not support reading\"}";
	struct op *op;

	fake_engine_put_text(
		f->fake, "/containers/json", "[" ENTRY("a", "web", "running", "Up") "]");
	fake_engine_put(f->fake, "/containers/a/logs", 501, NULL, text, strlen(text));
	op = docker_logs_start(&f->docker, "demo", &l, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_log(f, "web:Docker Engine: configured logging driver does not support reading\n");
}

static void keep_line(
	void *arg, struct docker_stream *s, int stream, int64_t ns, const char *text, size_t len)
{
	struct fixture *f = arg;

	logs_append(f->logs, s->source, stream, ns, text, len);
}

static void ignore_end(void *arg, struct docker_stream *s, const struct error *err)
{
	(void)arg;
	(void)s;
	(void)err;
}

static bool look_is_over(struct fixture *f)
{
	return !f->stream->look;
}

static void test_a_stream_that_stalled_is_opened_anew(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str first = STR_INIT(STR_FILE);
	AUTO(str) struct str second = STR_INIT(STR_FILE);
	struct docker_stream *s = docker_stream_new(&f->docker, "a", logs_source(f->logs, "web"));
	enum { LONG_MS = 400000 };

	f->stream = s;
	s->on_line = keep_line;
	s->on_end = ignore_end;
	s->arg = f;
	add_frame(&first, "2026-11-21T03:00:01.0Z one\n");
	add_frame(&second, "2026-11-21T03:00:02.0Z two\n");
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, first.data, first.len);
	fake_engine_put(
		f->fake, "/containers/a/logs?tail=1", 200, multiplexed, first.data, first.len);
	docker_stream_follow(s);
	f->lines = 1;
	wait_until(f, has_lines);
	/* Not silent for long enough; then silent, because there is nothing new. */
	docker_stream_check(s, loop_now(f->loop) + 1000);
	assert_null(s->look);
	docker_stream_check(s, loop_now(f->loop) + LONG_MS);
	assert_non_null(s->look);
	wait_until(f, look_is_over);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/logs?tail=1"), 1);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/logs"), 1);
	/* There is a line that never came. */
	fake_engine_put_stream(f->fake, "/containers/a/logs", multiplexed, second.data, second.len);
	fake_engine_put(
		f->fake, "/containers/a/logs?tail=1", 200, multiplexed, second.data, second.len);
	docker_stream_check(s, loop_now(f->loop) + 2 * LONG_MS);
	f->lines = 3;
	wait_until(f, has_lines);
	assert_log(f, "web:one\nweb:(the stream had stalled and was opened anew)\nweb:two\n");
	docker_stream_free(s);
}

/* --- actions -------------------------------------------------------------------------------------
 */

static int act(struct fixture *f, enum docker_verb verb, struct error *err)
{
	struct op *op = docker_act(&f->docker, verb, "demo", "web", NULL, NULL);
	int code = op_wait(op, err);

	op_free(op);
	return code;
}

static void test_only_those_that_need_it_are_acted_on(void **state)
{
	struct fixture *f = *state;
	static const char taken[] =
		"{\"message\":\"Bind for 0.0.0.0:80 failed: port is already allocated\"}";
	AUTO(error) struct error err = ERROR_INIT;

	fake_engine_put_text(f->fake, "/containers/json",
		"[" ENTRY("a", "web", "running", "Up") "," ENTRY(
			"b", "web", "exited", "Exited (1)") "]");
	fake_engine_put(f->fake, "/containers/a/start", 204, NULL, "", 0);
	fake_engine_put(f->fake, "/containers/b/start", 204, NULL, "", 0);
	assert_int_equal(act(f, DOCKER_START, NULL), 0);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/a/start"), 0);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/b/start"), 1);
	fake_engine_put(f->fake, "/containers/b/start", 500, NULL, taken, strlen(taken));
	assert_int_equal(act(f, DOCKER_START, &err), ERR_FAILED);
	assert_non_null(strstr(err.message, "demo-web-1"));
	assert_non_null(strstr(err.message, "port is already allocated"));
	assert_non_null(err.hint);
	fake_engine_put_text(f->fake, "/containers/json", "[]");
	assert_int_equal(act(f, DOCKER_START, NULL), ERR_NOT_FOUND);
	assert_int_equal(act(f, DOCKER_STOP, NULL), 0);
}

#define WITH_ENGINE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ENGINE(test_answers_are_documents),
		WITH_ENGINE(test_refusals_say_what_the_engine_says),
		WITH_ENGINE(test_connections_are_used_again),
		WITH_ENGINE(test_a_connection_that_was_closed_meanwhile_is_no_failure),
		WITH_ENGINE(test_many_calls_at_once),
		WITH_ENGINE(test_no_engine_says_so_with_a_remedy),
		cmocka_unit_test(test_versions_are_negotiated),
		WITH_ENGINE(test_connecting_asks_who_is_there),
		WITH_ENGINE(test_an_engine_too_old_is_refused_with_a_remedy),
		WITH_ENGINE(test_an_inspect_is_read),
		WITH_ENGINE(test_unhealthy_of_the_run_before_is_stale),
		WITH_ENGINE(test_down_under_a_policy_that_restarts_was_asked_for),
		cmocka_unit_test(test_health_of_a_list_entry),
		cmocka_unit_test(test_statistics_are_taken_against_the_sample_before),
		WITH_ENGINE(test_the_first_picture_is_whole),
		WITH_ENGINE(test_events_are_followed),
		WITH_ENGINE(test_checks_that_run_make_no_noise),
		WITH_ENGINE(test_an_engine_that_comes_back_is_asked_anew),
		WITH_ENGINE(test_no_engine_ends_the_wait_for_a_picture),
		WITH_ENGINE(test_histories_are_merged_by_time),
		WITH_ENGINE(test_a_long_history_waits_for_the_others),
		WITH_ENGINE(test_a_stream_that_breaks_is_taken_up_where_it_ended),
		WITH_ENGINE(test_a_log_that_cannot_be_read_says_so_once),
		WITH_ENGINE(test_a_stream_that_stalled_is_opened_anew),
		WITH_ENGINE(test_only_those_that_need_it_are_acted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
