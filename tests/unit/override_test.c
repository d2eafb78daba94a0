/* SPDX-License-Identifier: MIT */
/* The override file: each feature written, read back, and seen by the reader of compose files. */
#include "host_fixture.h"

#include "config/override.h"
#include "config/override_words.h"
#include "config/project.h"

static const char compose_yaml[] =
	"name: shop\n"
	"services:\n"
	"  web:\n"
	"    image: example/nginx:1\n"
	"    ports: [\"${WEB_PORT:-8080}:80\", \"0.0.0.0:9443:443/tcp\"]\n"
	"    volumes: [\"data:/srv/data\", \"logs:/srv/logs:ro\"]\n"
	"    environment: {A: \"1\"}\n"
	"    cap_add: [SYS_NICE]\n"
	"    deploy:\n"
	"      resources:\n"
	"        limits: {cpus: \"3\"}\n"
	"        reservations:\n"
	"          devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]\n"
	"  old:\n"
	"    image: example/old\n"
	"    mem_limit: 1g\n"
	"    mem_reservation: 100m\n"
	"    cpus: 2\n"
	"    pids_limit: 10\n"
	"    user: \"70\"\n"
	"    security_opt: [\"no-new-privileges:true\"]\n"
	"    cap_drop: [ALL]\n"
	"    logging: {driver: syslog, options: {tag: x}}\n"
	"    ports: [{target: 70, published: \"7000\"}]\n"
	"  root: {image: example/root, privileged: true}\n"
	"volumes: {data: {}, logs: {}}\n";

static struct compose *load(struct fixture *f, bool with_override)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv files = STRV_INIT;
	struct compose_options options = {.dir = f->dir, .files = &files};
	struct compose *c = NULL;

	fixture_put("compose.yaml", compose_yaml, 0644);
	strv_push(&files, "compose.yaml");
	if (with_override)
		strv_push(&files, OVERRIDE_FILE);
	if (compose_load(f->host, &options, &c, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	return c;
}

/* Writes what `o` says beside the compose file and reads both. */
static struct compose *load_with(struct fixture *f, const struct override *o)
{
	AUTO_PTR(compose) struct compose *base = load(f, false);
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(override) struct override back = {NULL, 0};
	autofree char *text = NULL;
	bool edited = true;

	if (override_text(o, base, &text, &err))
		fail_msg("%s (%s)", err.message, err.hint ? err.hint : "");
	override_read(&back, text, strlen(text), &edited);
	assert_false(edited);
	assert_true(override_equal(o, &back));
	fixture_put(OVERRIDE_FILE, text, 0644);
	return load(f, true);
}

static char *at(const struct compose *c, const char *service, const char *path)
{
	return json_text(json_get(compose_find_service(c, service)->json, path));
}

struct effect {
	enum override_id id;
	const char *service, *value, *path, *want; /* want: JSON */
};

static const struct effect effects[] = {
	{OVERRIDE_PORTS, "web", "81:80 127.0.0.1:8443:443/udp, [::1]::99", "ports",
		"[{\"mode\":\"ingress\",\"target\":80,\"published\":\"81\",\"protocol\":\"tcp\"},"
		"{\"mode\":\"ingress\",\"host_ip\":\"127.0.0.1\",\"target\":443,\"published\":"
		"\"8443\","
		"\"protocol\":\"udp\"},"
		"{\"mode\":\"ingress\",\"host_ip\":\"::1\",\"target\":99,\"protocol\":\"tcp\"}]"},
	{OVERRIDE_PORTS, "web", "none", "ports", "null"},
	{OVERRIDE_BIND, "web", "127.0.0.1", "ports",
		"[{\"mode\":\"ingress\",\"host_ip\":\"127.0.0.1\",\"target\":80,\"published\":"
		"\"8080\","
		"\"protocol\":\"tcp\"},"
		"{\"mode\":\"ingress\",\"host_ip\":\"127.0.0.1\",\"target\":443,\"published\":"
		"\"9443\","
		"\"protocol\":\"tcp\"}]"},
	{OVERRIDE_BIND, "old", "::1", "ports",
		"[{\"mode\":\"ingress\",\"host_ip\":\"::1\",\"target\":70,\"published\":\"7000\","
		"\"protocol\":\"tcp\"}]"},
	{OVERRIDE_LIMIT_MEMORY, "web", "512m", "deploy.resources.limits.memory", "\"536870912\""},
	{OVERRIDE_LIMIT_MEMORY, "old", "2g", "mem_limit", "\"2147483648\""},
	{OVERRIDE_LIMIT_CPUS, "web", "0.5", "deploy.resources.limits.cpus", "0.5"},
	{OVERRIDE_LIMIT_CPUS, "old", "1.5", "cpus", "1.5"},
	{OVERRIDE_LIMIT_PIDS, "web", "200", "deploy.resources.limits.pids", "200"},
	{OVERRIDE_LIMIT_PIDS, "old", "20", "pids_limit", "20"},
	{OVERRIDE_RESERVE_MEMORY, "web", "64m", "deploy.resources.reservations.memory",
		"\"67108864\""},
	{OVERRIDE_RESERVE_CPUS, "web", "0.25", "deploy.resources.reservations.cpus", "0.25"},
	{OVERRIDE_GPU, "web", "off", "deploy.resources",
		"{\"limits\":{\"cpus\":3},\"reservations\":{}}"},
	{OVERRIDE_GPU, "old", "all", "deploy.resources.reservations.devices",
		"[{\"capabilities\":[\"gpu\"],\"count\":-1,\"driver\":\"nvidia\"}]"},
	{OVERRIDE_GPU, "web", "0,1", "deploy.resources.reservations.devices",
		"[{\"capabilities\":[\"gpu\"],\"device_ids\":[\"0\",\"1\"],\"driver\":\"nvidia\"}"
		"]"},
	{OVERRIDE_USER, "old", "1000:1000", "user", "\"1000:1000\""},
	{OVERRIDE_RESTART, "web", "no", "restart", "\"no\""},
	{OVERRIDE_LOG_SIZE, "old", "10m", "logging",
		"{\"driver\":\"json-file\",\"options\":{\"max-size\":\"10m\"}}"},
	{OVERRIDE_LOG_FILES, "web", "3", "logging",
		"{\"driver\":\"json-file\",\"options\":{\"max-file\":\"3\"}}"},
	{OVERRIDE_ENVIRONMENT, "web", "B=\"two words\" C=$$5 D=${WEB_PORT:-1} A=", "environment",
		"{\"A\":\"\",\"B\":\"two words\",\"C\":\"$5\",\"D\":\"1\"}"},
	{OVERRIDE_HARDENING, "web", "true", "cap_drop", "[\"ALL\"]"},
	{OVERRIDE_HARDENING, "web", "true", "security_opt", "[\"no-new-privileges:true\"]"},
	{OVERRIDE_HARDENING, "web", "true", "cap_add",
		"[\"SYS_NICE\",\"CHOWN\",\"DAC_OVERRIDE\",\"NET_BIND_SERVICE\",\"SETGID\","
		"\"SETUID\"]"},
	{OVERRIDE_HARDENING, "old", "yes", "cap_add", "[\"NET_BIND_SERVICE\"]"},
	{OVERRIDE_HARDENING, "old", "yes", "security_opt", "[\"no-new-privileges:true\"]"},
	{OVERRIDE_HEALTH, "web", "sh -c \"test -e /ready && exit 0\"", "healthcheck",
		"{\"test\":[\"CMD\",\"sh\",\"-c\",\"test -e /ready && exit 0\"]}"},
	{OVERRIDE_HEALTH, "old", "none", "healthcheck", "{\"test\":[\"NONE\"]}"},
};

static void test_each_feature_is_seen_in_the_resolved_project(void **state)
{
	bool seen[OVERRIDE_FEATURES] = {false};

	for (size_t i = 0; i < ARRAY_SIZE(effects); i++) {
		const struct effect *e = &effects[i];
		AUTO(override) struct override o = {NULL, 0};
		AUTO_PTR(compose) struct compose *c = NULL;
		autofree char *is = NULL;

		override_set(&o, e->service, e->id, e->value);
		c = load_with(*state, &o);
		is = at(c, e->service, e->path);
		if (strcmp(is, e->want) != 0)
			fail_msg("%s=%s: %s is %s, not %s", override_features[e->id].name, e->value,
				e->path, is, e->want);
		seen[e->id] = true;
	}
	/* These two have tests of their own. */
	seen[OVERRIDE_CAPABILITIES] = seen[OVERRIDE_VOLUMES] = true;
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++)
		if (!seen[i])
			fail_msg("%s has no row", override_features[i].name);
}

/* Limits, reservations and the GPU are said below one key, and none hides the other. */
static void test_features_of_one_key_live_together(void **state)
{
	AUTO(override) struct override o = {NULL, 0};
	AUTO_PTR(compose) struct compose *c = NULL;
	autofree char *resources = NULL, *caps = NULL, *ports = NULL;

	override_set(&o, "web", OVERRIDE_LIMIT_MEMORY, "512m");
	override_set(&o, "web", OVERRIDE_RESERVE_MEMORY, "64m");
	override_set(&o, "web", OVERRIDE_GPU, "off");
	override_set(&o, "web", OVERRIDE_HARDENING, "true");
	override_set(&o, "web", OVERRIDE_CAPABILITIES, "KILL");
	override_set(&o, "web", OVERRIDE_PORTS, "81:80 0.0.0.0:82:82");
	override_set(&o, "web", OVERRIDE_BIND, "127.0.0.1");
	c = load_with(*state, &o);
	resources = at(c, "web", "deploy.resources");
	assert_string_equal(resources, "{\"limits\":{\"cpus\":3,\"memory\":\"536870912\"},"
				       "\"reservations\":{\"memory\":\"67108864\"}}");
	caps = at(c, "web", "cap_add");
	assert_string_equal(caps, "[\"SYS_NICE\",\"KILL\"]");
	/* The address goes where none is said. */
	assert_string_equal(compose_find_service(c, "web")->ports[0].host_ip, "127.0.0.1");
	assert_string_equal(compose_find_service(c, "web")->ports[1].host_ip, "0.0.0.0");
}

static void test_a_volume_becomes_a_directory(void **state)
{
	struct fixture *f = *state;
	AUTO(override) struct override o = {NULL, 0};
	AUTO_PTR(compose) struct compose *c = NULL;
	const struct compose_service *web;
	autofree char *path = xasprintf("%s/d", f->dir);

	override_set(&o, "web", OVERRIDE_VOLUMES, "data=./d /srv/logs=/var/x");
	c = load_with(f, &o);
	web = compose_find_service(c, "web");
	assert_int_equal(web->n_mounts, 2);
	assert_int_equal(web->mounts[0].type, COMPOSE_BIND);
	assert_string_equal(web->mounts[0].source, path);
	assert_string_equal(web->mounts[0].target, "/srv/data");
	assert_string_equal(web->mounts[1].source, "/var/x");
	assert_true(web->mounts[1].read_only);
}

/* A port that is a variable stays one, so that another value in .env still counts. */
static void test_an_address_keeps_the_variables_of_ports(void **state)
{
	AUTO_PTR(compose) struct compose *base = load(*state, false);
	AUTO(override) struct override o = {NULL, 0};
	autofree char *text = NULL;

	override_set(&o, "web", OVERRIDE_BIND, "127.0.0.1");
	assert_int_equal(override_text(&o, base, &text, NULL), 0);
	assert_non_null(strstr(text, "127.0.0.1:${WEB_PORT:-8080}:80"));
	assert_non_null(strstr(text, "127.0.0.1:9443:443/tcp"));
}

static void test_wrong_values_are_refused(void **state)
{
	static const struct {
		enum override_id id;
		const char *service, *value, *says;
	} rows[] = {
		{OVERRIDE_PORTS, "web", "eighty:80", "\"eighty:80\" is no port"},
		{OVERRIDE_PORTS, "web", "80:99999", "is no port"},
		{OVERRIDE_PORTS, "web", "1.2.3:80:80", "is no port"},
		{OVERRIDE_PORTS, "web", "80:80/xyz", "is no port"},
		{OVERRIDE_PORTS, "web", "\"80:80", "a quote is not closed"},
		{OVERRIDE_BIND, "web", "localhost", "no IP address"},
		{OVERRIDE_LIMIT_MEMORY, "web", "lots", "a size such as"},
		{OVERRIDE_LIMIT_MEMORY, "web", "0", "a size such as"},
		{OVERRIDE_LIMIT_MEMORY, "old", "50m", "old reserves more than that"},
		{OVERRIDE_RESERVE_MEMORY, "old", "2g", "more is reserved than old may use"},
		{OVERRIDE_LIMIT_CPUS, "web", "-1", "number of processors"},
		{OVERRIDE_LIMIT_CPUS, "web", "1e3", "number of processors"},
		{OVERRIDE_LIMIT_PIDS, "web", "many", "whole number"},
		{OVERRIDE_RESERVE_CPUS, "web", "0", "number of processors"},
		{OVERRIDE_GPU, "web", "first", "is no GPU"},
		{OVERRIDE_USER, "web", "a b", "a user or user:group"},
		{OVERRIDE_USER, "web", "1:2:3", "a user or user:group"},
		{OVERRIDE_RESTART, "web", "sometimes", "no, on-failure, unless-stopped or always"},
		{OVERRIDE_LOG_SIZE, "web", "big", "a size such as"},
		{OVERRIDE_LOG_FILES, "web", "0", "whole number"},
		{OVERRIDE_ENVIRONMENT, "web", "A", "NAME=VALUE"},
		{OVERRIDE_ENVIRONMENT, "web", "1A=x", "NAME=VALUE"},
		{OVERRIDE_ENVIRONMENT, "web", "A=pa$word", "a dollar sign stands alone"},
		{OVERRIDE_ENVIRONMENT, "web", "A=${", "invalid template"},
		{OVERRIDE_ENVIRONMENT, "web", "API_TOKEN=hunter2hunter2", "looks like a secret"},
		{OVERRIDE_HARDENING, "web", "maybe", "expected yes or no"},
		{OVERRIDE_HARDENING, "root", "true", "runs privileged"},
		{OVERRIDE_CAPABILITIES, "web", "chown", "is no capability"},
		{OVERRIDE_VOLUMES, "web", "data", "names no directory"},
		{OVERRIDE_VOLUMES, "web", "data=other", "names no directory"},
		{OVERRIDE_VOLUMES, "web", "nothing=./x", "web has no volume nothing"},
		{OVERRIDE_HEALTH, "web", "sh -c \"test", "is not closed"},
	};
	AUTO_PTR(compose) struct compose *base = load(*state, false);
	bool seen[OVERRIDE_FEATURES] = {false};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(error) struct error err = ERROR_INIT;

		if (override_check(rows[i].id, compose_find_service(base, rows[i].service),
			    rows[i].value, &err) != ERR_INPUT ||
			!strstr(err.message, rows[i].says))
			fail_msg("%s=%s: %s", override_features[rows[i].id].name, rows[i].value,
				err.message ? err.message : "was taken");
		assert_null(strstr(err.message, "hunter2"));
		seen[rows[i].id] = true;
	}
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++) {
		if (!seen[i])
			fail_msg("%s has no row", override_features[i].name);
		if (override_check(i, compose_find_service(base, "web"),
			    override_features[i].example, NULL))
			fail_msg("the example of %s is refused", override_features[i].name);
	}
	assert_int_equal(
		override_check(OVERRIDE_ENVIRONMENT, NULL, "API_TOKEN=${API_TOKEN}", NULL), 0);
	assert_int_equal(override_check(OVERRIDE_LIMIT_MEMORY, NULL, "${MEM:-1g}", NULL), 0);
}

static void test_nothing_to_say_needs_no_file(void **state)
{
	AUTO(override) struct override o = {NULL, 0}, other = {NULL, 0};

	(void)state;
	assert_true(override_empty(&o));
	override_set(&o, "web", OVERRIDE_USER, NULL);
	override_set(&o, "web", OVERRIDE_HARDENING, "no");
	assert_true(override_empty(&o));
	override_set(&o, "web", OVERRIDE_USER, "1");
	assert_false(override_empty(&o));
	assert_false(override_equal(&o, &other));
	override_copy(&other, &o);
	assert_true(override_equal(&o, &other));
	override_set(&o, "web", OVERRIDE_USER, "");
	assert_true(override_empty(&o));
}

/* A service that is gone is not written: Compose would refuse one without an image. */
static void test_a_service_that_is_gone_is_left_out(void **state)
{
	AUTO(override) struct override o = {NULL, 0};
	AUTO_PTR(compose) struct compose *c = NULL;

	override_set(&o, "gone", OVERRIDE_USER, "1");
	override_set(&o, "web", OVERRIDE_USER, "2");
	c = load_with(*state, &o);
	assert_null(compose_find_service(c, "gone"));
	assert_string_equal(compose_find_service(c, "web")->user, "2");
}

static void test_an_edit_by_hand_is_noticed(void **state)
{
	AUTO_PTR(compose) struct compose *base = load(*state, false);
	AUTO(override) struct override o = {NULL, 0}, back = {NULL, 0}, none = {NULL, 0};
	autofree char *text = NULL, *more = NULL;
	bool edited = false;

	override_set(&o, "web", OVERRIDE_USER, "1");
	assert_int_equal(override_text(&o, base, &text, NULL), 0);
	more = xasprintf("%s  other: {image: x}\n", text);
	override_read(&back, more, strlen(more), &edited);
	assert_true(edited);
	assert_true(override_equal(&o, &back));
	override_read(&none, "services: [", 11, &edited);
	assert_true(edited);
	assert_true(override_empty(&none));
}

/* --- nested values */

static int collect(void *arg, const char *service, enum override_id id, const char *value,
	const struct yaml_mark *mark, struct error *err)
{
	autofree char *name = override_name(service, id);

	(void)err;
	str_addf(arg, "%d %s=%s\n", mark->line, name, value);
	return 0;
}

static int walk(const char *text, struct str *out, struct error *err)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;

	assert_int_equal(yaml_parse("answers.yaml", text, strlen(text), &doc, NULL), 0);
	return override_walk(yaml_root(doc), collect, out, err);
}

static void test_values_may_be_nested(void **state)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
		walk("my.web:\n  ports: [\"8080:80\", 9090]\n  limits: {memory: 1g, cpus: 0.5}\n"
		     "  limits.pids: 7\n  environment: {A: x y, B: 1}\n  volumes: {data: ./d}\n"
		     "  restart: no\n  hardening: true\n  user:\ndb: {ports: []}\nnone:\n",
			&out, &err),
		0);
	assert_string_equal(str_text(&out),
		"2 override.my.web.ports=8080:80 9090\n3 override.my.web.limits.memory=1g\n"
		"3 override.my.web.limits.cpus=0.5\n4 override.my.web.limits.pids=7\n"
		"5 override.my.web.environment=\"A=x y\" B=1\n6 override.my.web.volumes=data=./d\n"
		"7 override.my.web.restart=no\n8 override.my.web.hardening=true\n"
		"9 override.my.web.user=\n10 override.db.ports=none\n");
	assert_int_equal(walk("web:\n  limits: {disk: 1g}\n", &out, &err), ERR_INPUT);
	assert_string_equal(err.message, "there is nothing called limits.disk to adjust");
	assert_string_equal(err.detail, "answers.yaml:2:12");
	assert_int_equal(walk("web: 1\n", &out, &err), ERR_INPUT);
	assert_int_equal(walk("web: {user: [1, 2]}\n", &out, &err), ERR_INPUT);
	assert_int_equal(walk("[web]\n", &out, &err), ERR_INPUT);
}

static void test_words_go_both_ways(void **state)
{
	static const char *const items[] = {
		"plain", "two words", "a\"b", "back\\slash", "it's", "", "a,b", "x=1"};
	AUTO(strv) struct strv all = STRV_INIT, back = STRV_INIT, typed = STRV_INIT;
	autofree char *text = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		strv_push(&all, items[i]);
	text = words_join(&all, ",");
	assert_int_equal(words_split(text, ",", &back, NULL), 0);
	assert_true(strv_equal(&all, &back));
	assert_int_equal(words_split(" a='b c' , d\n\te\"f\"g ", ",", &typed, NULL), 0);
	assert_int_equal(typed.n, 3);
	assert_string_equal(typed.items[0], "a=b c");
	assert_string_equal(typed.items[2], "efg");
	assert_int_equal(words_split("a 'b", ",", &typed, NULL), ERR_INPUT);
}

static void test_compose_file_keeps_every_file_of_the_user(void **state)
{
	struct compose_file files[] = {{.path = (char[]){"included/compose.yaml"}},
		{.path = (char[]){"docker-compose.override.yml"}},
		{.path = (char[]){"docker-compose.yml"}},
		{.path = (char[]){".env"}, .role = COMPOSE_FILE_DOTENV}};
	const struct compose c = {.files = files, .n_files = ARRAY_SIZE(files)};
	static const struct {
		const char *present, *separator;
		bool wanted;
		const char *value;
	} rows[] = {
		{NULL, NULL, true,
			"docker-compose.yml:docker-compose.override.yml:compose.slipway.yaml"},
		{"", ";", true,
			"docker-compose.yml;docker-compose.override.yml;compose.slipway.yaml"},
		{"a.yml:b.yml", NULL, true, "a.yml:b.yml:compose.slipway.yaml"},
		{"compose.slipway.yaml:a.yml", NULL, true, "a.yml:compose.slipway.yaml"},
		{"a.yml:compose.slipway.yaml", NULL, false, "a.yml"},
		{"docker-compose.yml:docker-compose.override.yml:compose.slipway.yaml", NULL, false,
			NULL},
		{NULL, NULL, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *value = override_compose_file(
			&c, rows[i].present, rows[i].separator, rows[i].wanted);

		if (rows[i].value)
			assert_string_equal(value, rows[i].value);
		else
			assert_null(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_each_feature_is_seen_in_the_resolved_project),
		fixture_test(test_features_of_one_key_live_together),
		fixture_test(test_a_volume_becomes_a_directory),
		fixture_test(test_an_address_keeps_the_variables_of_ports),
		fixture_test(test_wrong_values_are_refused),
		fixture_test(test_nothing_to_say_needs_no_file),
		fixture_test(test_a_service_that_is_gone_is_left_out),
		fixture_test(test_an_edit_by_hand_is_noticed),
		fixture_test(test_values_may_be_nested),
		fixture_test(test_words_go_both_ways),
		fixture_test(test_compose_file_keeps_every_file_of_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
