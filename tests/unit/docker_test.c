/* SPDX-License-Identifier: MIT */
/* The Engine API client: calls, versions, containers as they are read, actions. */
#include "docker_fixture.h"

#include "engine/docker_action.h"
#include "engine/docker_container.h"
#include "engine/docker_stats.h"
#include "engine/docker_words.h"

/* --- calls */

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

static bool info_asked(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/info") > 0;
}

/* Also after it was connected to: not the name of an URL that nobody typed, and not their fault. */
static void test_engine_that_breaks_off_is_unreachable(void **state)
{
	static const struct {
		const char *path, *says;
		const char *answer; /* NULL: one that does not end */
		bool goes;
	} table[] = {
		{"/garbage", "does not answer as it should", "{\"a\":[[[", false},
		{"/slow", "gives no answer in time", NULL, false},
		{"/info", "went away", NULL, true},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		AUTO(error) struct error err = ERROR_INIT;
		struct docker_spec spec = {
			.path = table[i].path, .timeout_ms = table[i].goes ? 0 : 200};
		struct op *op;

		if (table[i].answer)
			fake_engine_put_text(f->fake, table[i].path, table[i].answer);
		else
			fake_engine_put_stream(f->fake, table[i].path, "application/json", "{", 1);
		op = docker_call(&f->docker, &spec, NULL, NULL);
		if (table[i].goes) {
			wait_until(f, info_asked);
			fake_engine_down(f->fake);
		}
		assert_int_equal(op_wait(op, &err), ERR_UNREACHABLE);
		if (!strstr(err.message, table[i].says) || !strstr(err.message, f->path))
			fail_msg("%zu: %s", i, err.message);
		assert_non_null(err.hint);
		assert_null(strstr(err.message, "127.0.0.1"));
		op_free(op);
	}
	fake_engine_up(f->fake);
}

/* --- versions */

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

/* Garbage for an answer is no bad input of the user's: the engine cannot be reached. */
static void test_what_answers_unsoundly_is_no_engine(void **state)
{
	static const char *const answers[] = {
		"{\"a\":[[[", "null", "[null, 1]", "{\"ApiVersion\":7}", ""};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		AUTO(error) struct error err = ERROR_INIT;

		fake_engine_put_text(f->fake, "/version", answers[i]);
		assert_int_equal(connect_to(f, &err), ERR_UNREACHABLE);
		assert_non_null(strstr(err.message, f->path));
		assert_non_null(err.detail);
		assert_non_null(err.hint);
	}
	fake_engine_put(f->fake, "/version", 500, NULL, "{\"message\":\"boom\"}", 18);
	assert_int_equal(connect_to(f, NULL), ERR_UNREACHABLE);
}

/* --- containers */

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
		"\"Config\":{\"Image\":\"nginx:1\",\"ExposedPorts\":{\"80/"
		"tcp\":{}},\"Labels\":{\"com.docker.compose.container-"
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
	assert_true(in->exposes);
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
	assert_false(in->exposes);
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

/* --- actions */

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
	assert_string_equal(
		err.message, "cannot start demo-web-1: another container has the port 80");
	assert_non_null(strstr(err.detail, "port is already allocated"));
	assert_non_null(err.hint);
	fake_engine_put_text(f->fake, "/containers/json", "[]");
	assert_int_equal(act(f, DOCKER_START, NULL), ERR_NOT_FOUND);
	assert_int_equal(act(f, DOCKER_STOP, NULL), 0);
}

static void test_what_docker_means(void **state)
{
	static const struct {
		const char *said, *means;
	} rows[] = {
		{"driver failed programming external connectivity on endpoint x (1): Error "
		 "starting userland proxy: listen tcp4 0.0.0.0:18099: bind: address already in use",
			"a program on the host has the port 18099"},
		{"Bind for [::]:80 failed: port is already allocated",
			"another container has the port 80"},
		{"runc create failed: unable to start container process: exec: \"no-such\": "
		 "executable file not found in $PATH: unknown",
			"its image has no program \"no-such\""},
		{"exec: \"/run.sh\": stat /run.sh: no such file or directory: unknown",
			"its image has no program \"/run.sh\""},
		{"exec: \"/run.sh\": permission denied: unknown",
			"\"/run.sh\" in its image may not be executed"},
		{"No such image: none/such:1", "there is no image none/such:1"},
		{"invalid mount config for type \"bind\": bind source path does not exist: /a b",
			"/a b, which it mounts, does not exist"},
		{"could not select device driver \"nvidia\" with capabilities: [[gpu]]",
			"the engine has no driver for the device it wants (nvidia)"},
		{"something new", NULL},
		{NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *hint = NULL;
		autofree char *means = docker_meaning(rows[i].said, &hint);

		if (!rows[i].means) {
			assert_null(means);
			continue;
		}
		assert_string_equal(means, rows[i].means);
		assert_non_null(hint);
	}
}

static void test_why_an_image_cannot_be_fetched(void **state)
{
	static const struct {
		const char *said, *ref, *means, *hint;
	} rows[] = {
		{"Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io "
		 "on "
		 "192.0.2.1:53: no such host",
			"redis:7", "this machine cannot find registry-1.docker.io", "DNS"},
		{"Get \"http://localhost:1/v2/\": dial tcp 127.0.0.1:1: connect: connection "
		 "refused",
			NULL, "localhost:1 refuses the connection", "firewall"},
		{"Get \"https://a.example/v2/\": net/http: request canceled while waiting for "
		 "connection (Client.Timeout exceeded while awaiting headers)",
			NULL, "a.example does not answer in time", "proxy"},
		{"Get \"https://a.example/v2/\": tls: failed to verify certificate: x509: "
		 "certificate signed by unknown authority",
			NULL, "the certificate of a.example does not hold", "certs.d"},
		{"Get \"https://a.example/v2/\": proxyconnect tcp: dial tcp: lookup proxy: no such "
		 "host",
			NULL, "the Engine's proxy does not answer, and a.example is behind it",
			"daemon.json"},
		{"Head \"https://ghcr.io/v2/a/b/manifests/1\": unauthorized", "ghcr.io/a/b:1",
			"ghcr.io wants a login", "docker login"},
		{"pull access denied for a/b, repository does not exist or may require 'docker "
		 "login'",
			"a/b", "Docker Hub denies access, or has no such image", "docker login"},
		{"manifest for redis:99 not found: manifest unknown: manifest unknown", "redis:99",
			"Docker Hub has no such image or tag", "image:"},
		{"toomanyrequests: You have reached your pull rate limit", "quay.io/a/b",
			"quay.io allows no more pulls for now", "docker login"},
		{"write /var/lib/docker/tmp/x: no space left on device", "a",
			"the Engine's disk is full", "docker system df"},
		{"no matching manifest for linux/arm64 in the manifest list entries", "localhost/a",
			"localhost has the image, but not for this kind of machine", "platform:"},
		{"something new", "a", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *hint = NULL;
		autofree char *means = docker_pull_meaning(rows[i].said, rows[i].ref, &hint);

		if (!rows[i].means) {
			assert_null(means);
			continue;
		}
		assert_string_equal(means, rows[i].means);
		assert_non_null(strstr(hint, rows[i].hint));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_docker_means),
		cmocka_unit_test(test_why_an_image_cannot_be_fetched),
		WITH_ENGINE(test_answers_are_documents),
		WITH_ENGINE(test_refusals_say_what_the_engine_says),
		WITH_ENGINE(test_connections_are_used_again),
		WITH_ENGINE(test_a_connection_that_was_closed_meanwhile_is_no_failure),
		WITH_ENGINE(test_many_calls_at_once),
		WITH_ENGINE(test_no_engine_says_so_with_a_remedy),
		WITH_ENGINE(test_engine_that_breaks_off_is_unreachable),
		cmocka_unit_test(test_versions_are_negotiated),
		WITH_ENGINE(test_connecting_asks_who_is_there),
		WITH_ENGINE(test_an_engine_too_old_is_refused_with_a_remedy),
		WITH_ENGINE(test_what_answers_unsoundly_is_no_engine),
		WITH_ENGINE(test_an_inspect_is_read),
		WITH_ENGINE(test_unhealthy_of_the_run_before_is_stale),
		WITH_ENGINE(test_down_under_a_policy_that_restarts_was_asked_for),
		cmocka_unit_test(test_health_of_a_list_entry),
		cmocka_unit_test(test_statistics_are_taken_against_the_sample_before),
		WITH_ENGINE(test_only_those_that_need_it_are_acted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
