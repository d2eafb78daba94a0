/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "engine/docker_socket.h"

#include <string.h>

/* A host of a few files. */
struct entry {
	const char *path;
	const char *text; /* NULL: a socket */
};

struct fake {
	struct host host;
	const char *const *environ;
	const struct entry *entries;
	uint32_t uid;
};

static const struct entry *find_entry(struct host *h, const char *path)
{
	const struct entry *e = ((struct fake *)h)->entries;

	for (; e && e->path; e++)
		if (str_eq(e->path, path))
			return e;
	return NULL;
}

static int fake_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	const struct entry *e = find_entry(h, path);

	(void)max;
	if (!e || !e->text)
		return error_set(err, ERR_NOT_FOUND, "no %s", path);
	str_add(out, e->text);
	return 0;
}

static int fake_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	const struct entry *e = find_entry(h, path);

	if (!e)
		return error_set(err, ERR_NOT_FOUND, "no %s", path);
	*ret = (struct host_stat){.type = e->text ? HOST_FILE : HOST_SOCKET};
	return 0;
}

static int fake_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	(void)err;
	*ret = (struct host_facts){.home = xstrdup("/home/me"), .uid = ((struct fake *)h)->uid};
	return 0;
}

static int fake_environ(struct host *h, struct strv *ret, struct error *err)
{
	const char *const *e = ((struct fake *)h)->environ;

	(void)err;
	for (; e && *e; e++)
		strv_push(ret, *e);
	return 0;
}

static const struct host_ops fake_ops = {
	.name = "fake",
	.read = fake_read,
	.stat = fake_stat,
	.facts = fake_facts,
	.environ = fake_environ,
};

static int find(const char *const *environ, const struct entry *entries, struct docker_socket *ret,
	struct error *err)
{
	struct fake f = {.host = {.ops = &fake_ops, .label = (char *)"this machine"},
		.environ = environ,
		.entries = entries,
		.uid = 1000};

	return docker_socket_find(&f.host, ret, err);
}

#define ENVIRON(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ENTRIES(...) ((const struct entry[]){__VA_ARGS__, {NULL, NULL}})
#define CONFIG(context) "{\"currentContext\":\"" context "\"}"
#define META(url) "{\"Name\":\"x\",\"Endpoints\":{\"docker\":{\"Host\":\"" url "\"}}}"

static void assert_found(const char *const *environ, const struct entry *entries, const char *url,
	const char *origin)
{
	AUTO(docker_socket) struct docker_socket s = {0};
	AUTO(error) struct error err = ERROR_INIT;

	if (find(environ, entries, &s, &err) < 0)
		fail_msg("%s: %s", url, err.message);
	assert_string_equal(s.url, url);
	assert_string_equal(s.origin, origin);
}

static char *meta_path(const char *dir, const char *name)
{
	char digest[DIGEST_HEX];

	digest_sha256(name, strlen(name), digest);
	return xasprintf("%s/contexts/meta/%s/meta.json", dir, digest);
}

static void test_the_order_is_that_of_the_docker_program(void **state)
{
	autofree char *remote = meta_path("/home/me/.docker", "remote");
	autofree char *other = meta_path("/cfg", "other");
	const struct entry *all = ENTRIES({"/var/run/docker.sock", NULL},
		{"/home/me/.docker/config.json", CONFIG("remote")},
		{remote, META("unix:///r.sock")}, {"/cfg/config.json", CONFIG("remote")},
		{other, META("tcp://10.0.0.1:2375")});

	(void)state;
	assert_found(ENVIRON("DOCKER_HOST=unix:///x.sock", "DOCKER_CONTEXT=other"), all,
		"unix:///x.sock", "DOCKER_HOST");
	assert_found(ENVIRON("DOCKER_HOST=", "DOCKER_CONTEXT=other", "DOCKER_CONFIG=/cfg"), all,
		"tcp://10.0.0.1:2375", "context other");
	assert_found(NULL, all, "unix:///r.sock", "context remote");
	assert_found(ENVIRON("DOCKER_CONTEXT=default"), all, "unix:///var/run/docker.sock",
		"default socket");
	assert_found(NULL,
		ENTRIES({"/var/run/docker.sock", NULL},
			{"/home/me/.docker/config.json", "{broken"}),
		"unix:///var/run/docker.sock", "default socket");
}

static void test_rootless_and_podman_are_found_without_help(void **state)
{
	AUTO(docker_socket) struct docker_socket s = {0};

	(void)state;
	assert_found(NULL, ENTRIES({"/run/user/1000/docker.sock", NULL}),
		"unix:///run/user/1000/docker.sock", "rootless Docker");
	assert_found(ENVIRON("XDG_RUNTIME_DIR=/xdg"), ENTRIES({"/xdg/podman/podman.sock", NULL}),
		"unix:///xdg/podman/podman.sock", "rootless Podman");
	assert_found(NULL, ENTRIES({"/run/podman/podman.sock", NULL}),
		"unix:///run/podman/podman.sock", "Podman");
	/* A file of that name is no Engine. */
	assert_found(NULL,
		ENTRIES({"/var/run/docker.sock", "text"}, {"/run/user/1000/docker.sock", NULL}),
		"unix:///run/user/1000/docker.sock", "rootless Docker");
	assert_int_equal(find(NULL, ENTRIES({"/run/user/1000/docker.sock", NULL}), &s, NULL), 0);
	assert_true(s.rootless);
}

static void assert_refused(
	const char *const *environ, const struct entry *entries, int code, const char *part)
{
	AUTO(docker_socket) struct docker_socket s = {0};
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(find(environ, entries, &s, &err), code);
	if (!strstr(err.message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, err.message);
	assert_false(str_empty(err.hint));
}

static void test_every_refusal_has_a_remedy(void **state)
{
	(void)state;
	assert_refused(NULL, NULL, ERR_UNREACHABLE, "no Docker Engine was found on this machine");
	assert_refused(ENVIRON("DOCKER_HOST=ssh://me@there"), NULL, ERR_INPUT, "ssh://me@there");
	assert_refused(ENVIRON("DOCKER_HOST=npipe:////x"), NULL, ERR_INPUT, "npipe:////x");
	assert_refused(ENVIRON("DOCKER_CONTEXT=nowhere"), NULL, ERR_INPUT, "nowhere");
	assert_refused(
		ENVIRON("DOCKER_HOST=tcp://h:2376", "DOCKER_TLS_VERIFY=1"), NULL, ERR_INPUT, "TLS");
}

static void test_addresses(void **state)
{
	static const struct {
		const char *url, *host;
		int port;
	} good[] = {
		{"tcp://h:1234", "h", 1234},
		{"tcp://h", "h", 2375},
		{"tcp://h:1234/path", "h", 1234},
		{"http://[::1]:99", "::1", 99},
		{"tcp://[::1]", "::1", 2375},
	};
	static const char *const bad[] = {"tcp://h:0", "tcp://h:99999", "tcp://h:x", "fd://", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		AUTO(docker_socket) struct docker_socket s = {0};

		assert_int_equal(docker_socket_parse(good[i].url, &s, NULL), 0);
		assert_string_equal(s.tcp_host, good[i].host);
		assert_int_equal(s.tcp_port, good[i].port);
		assert_null(s.unix_socket);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		AUTO(docker_socket) struct docker_socket s = {0};

		assert_int_equal(docker_socket_parse(bad[i], &s, NULL), ERR_INPUT);
	}
}

static void test_failures_to_connect_are_explained(void **state)
{
	static const struct {
		int cause, code;
		const char *hint;
	} rows[] = {
		{ERR_DENIED, ERR_DENIED, "usermod -aG docker me"},
		{ERR_NOT_FOUND, ERR_UNREACHABLE, "Start it"},
		{ERR_UNREACHABLE, ERR_UNREACHABLE, "Start it"},
	};
	AUTO(docker_socket) struct docker_socket s = {0};

	(void)state;
	assert_int_equal(docker_socket_parse("unix:///x.sock", &s, NULL), 0);
	s.origin = xstrdup("DOCKER_HOST");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error cause = {.code = rows[i].cause, .message = (char *)"the cause"};
		AUTO(error) struct error err = ERROR_INIT;

		assert_int_equal(docker_socket_explain(&s, &cause, "me", &err), rows[i].code);
		assert_non_null(strstr(err.message, "/x.sock"));
		assert_string_equal(err.detail, "the cause");
		assert_non_null(strstr(err.hint, rows[i].hint));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_order_is_that_of_the_docker_program),
		cmocka_unit_test(test_rootless_and_podman_are_found_without_help),
		cmocka_unit_test(test_every_refusal_has_a_remedy),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_failures_to_connect_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
