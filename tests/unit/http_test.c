/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "loop/http.h"
#include "tiny_server.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct fixture {
	struct loop *loop;
	struct http *http;
	struct http_request *request;
	struct tiny_server *server;
	struct str seen, heads; /* body as streamed; statuses at on_head */
	int bodies, pause_at;
	bool free_in_head, free_in_body, pool_too, start_in_body;
	struct http_request *second;
	char url[128];
	char received[4096]; /* the last request's head */
	char payload[64];
};

/* Paths and what they answer. Every connection is kept until the client closes it. */
static const struct {
	const char *path, *answer;
} answers[] = {
	{"/hello", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One: first\r\nx-two:\t second "
		   "\r\n\r\nhello"},
	{"/gone", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"},
	{"/chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		    "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
	{"/move", "HTTP/1.1 302 Found\r\nLocation: /hello\r\nContent-Length: 3\r\n\r\nbye"},
	{"/continue",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"},
	{"/short", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello"},
	{"/junk", "not http at all\r\n\r\n"},
	{"/head", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"},
	{"/put", "HTTP/1.1 204 No Content\r\n\r\n"},
};

static void serve(void *arg, int fd, int nth)
{
	struct fixture *f = arg;
	char head[4096];

	(void)nth;
	while (tiny_read_head(fd, head, sizeof(head))) {
		const char *length = strstr(head, "Content-Length: ");
		char *path = strchr(head, ' ') + 1;
		size_t n = length ? strtoul(length + 16, NULL, 10) : 0;

		if (n > 0 && !tiny_read_n(fd, f->payload, n))
			return;
		snprintf(f->received, sizeof(f->received), "%s", head);
		path[strcspn(path, " ?")] = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
			if (strcmp(path, answers[i].path) == 0)
				tiny_send(fd, answers[i].answer);
		}
		if (strcmp(path, "/short") == 0 || strcmp(path, "/junk") == 0)
			return;
	}
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->http = http_new(f->loop, NULL);
	f->server = tiny_server_new(NULL, serve, f);
	f->pause_at = -1;
	str_init(&f->seen, STR_FILE);
	str_init(&f->heads, STR_LINE);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	op_free(http_op(f->request));
	op_free(http_op(f->second));
	http_free(f->http);
	tiny_server_free(f->server);
	loop_free(f->loop);
	str_done(&f->seen);
	str_done(&f->heads);
	free(f);
	return 0;
}

static void start(struct fixture *f, const char *path, struct http_spec spec)
{
	op_free(http_op(take(f->request)));
	snprintf(
		f->url, sizeof(f->url), "http://127.0.0.1:%d%s", tiny_server_port(f->server), path);
	spec.url = f->url;
	assert_int_equal(http_start(f->http, &spec, NULL, NULL, &f->request, NULL), 0);
}

static int finish(struct fixture *f)
{
	return op_wait(http_op(f->request), NULL);
}

static void on_head(void *arg)
{
	struct fixture *f = arg;

	str_addf(&f->heads, "%d ", http_status(f->request));
	if (f->free_in_head)
		op_free(http_op(take(f->request)));
}

static bool on_body(void *arg, const char *data, size_t n)
{
	struct fixture *f = arg;

	assert_true(n > 0);
	if (f->bodies++ == f->pause_at)
		return false;
	str_addn(&f->seen, data, n);
	if (f->start_in_body && !f->second) {
		struct http_spec spec = {.url = f->url};

		assert_int_equal(http_start(f->http, &spec, NULL, NULL, &f->second, NULL), 0);
	}
	if (f->free_in_body)
		op_free(http_op(take(f->request)));
	if (f->pool_too)
		http_free(take(f->http));
	return true;
}

static void test_get_and_keep_alive(void **state)
{
	struct fixture *f = *state;

	start(f, "/hello", (struct http_spec){0});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_status(f->request), 200);
	assert_string_equal(str_text(http_body(f->request)), "hello");
	assert_string_equal(http_header(f->request, "X-ONE"), "first");
	assert_string_equal(http_header(f->request, "X-Two"), "second ");
	assert_null(http_header(f->request, "X"));
	start(f, "/gone", (struct http_spec){0});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_status(f->request), 404);
	assert_null(http_header(f->request, "X-One"));
	start(f, "/chunks", (struct http_spec){0});
	assert_int_equal(finish(f), 0);
	assert_string_equal(str_text(http_body(f->request)), "abcde");
	assert_int_equal(tiny_server_connections(f->server), 1);
}

static void test_methods_bodies_and_headers(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv headers = STRV_INIT;

	strv_push_all(&headers, "Content-Type: application/json", "X-Token: t", NULL);
	start(f, "/put",
		(struct http_spec){
			.method = "PUT", .body = "{\"a\":1}", .body_len = 7, .headers = &headers});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_status(f->request), 204);
	assert_string_equal(f->payload, "{\"a\":1}");
	assert_true(str_starts(f->received, "PUT"));
	start(f, "/put", (struct http_spec){.method = "POST"});
	assert_int_equal(finish(f), 0);
	assert_true(str_starts(f->received, "POST"));
	assert_null(strstr(f->received, "Expect"));
	start(f, "/put", (struct http_spec){.method = "DELETE"});
	assert_int_equal(finish(f), 0);
	assert_true(str_starts(f->received, "DELETE"));
	start(f, "/head", (struct http_spec){.method = "HEAD"});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_body(f->request)->len, 0);
	assert_string_equal(http_header(f->request, "content-length"), "500");
}

static void test_redirects_only_when_asked(void **state)
{
	struct fixture *f = *state;

	start(f, "/move", (struct http_spec){.on_head = on_head, .stream_arg = f});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_status(f->request), 302);
	assert_string_equal(str_text(http_body(f->request)), "bye");
	start(f, "/move", (struct http_spec){.on_head = on_head, .stream_arg = f, .follow = true});
	assert_int_equal(finish(f), 0);
	assert_int_equal(http_status(f->request), 200);
	assert_string_equal(str_text(http_body(f->request)), "hello");
	start(f, "/continue", (struct http_spec){.on_head = on_head, .stream_arg = f});
	assert_int_equal(finish(f), 0);
	/* Once for each, and never for what only led there. */
	assert_string_equal(str_text(&f->heads), "302 200 201 ");
}

static void test_broken_answers(void **state)
{
	struct fixture *f = *state;

	start(f, "/short", (struct http_spec){0});
	assert_int_equal(finish(f), ERR_FAILED);
	start(f, "/junk", (struct http_spec){0});
	assert_int_equal(finish(f), ERR_FAILED);
	start(f, "/hello", (struct http_spec){.keep = 4});
	assert_int_equal(finish(f), ERR_LIMIT);
	start(f, "/hello", (struct http_spec){.keep = 5});
	assert_int_equal(finish(f), 0);
}

static void test_nobody_there(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	struct tiny_server *s = tiny_server_new(NULL, serve, f);
	int port = tiny_server_port(s);
	struct http_spec spec = {.url = f->url};
	autofree char *want = xasprintf("GET http://127.0.0.1:%d/x: Connection refused", port);

	tiny_server_free(s);
	snprintf(f->url, sizeof(f->url), "http://user:secret@127.0.0.1:%d/x?token=secret", port);
	assert_int_equal(http_start(f->http, &spec, NULL, NULL, &f->request, NULL), 0);
	assert_int_equal(op_wait(http_op(f->request), &err), ERR_UNREACHABLE);
	assert_string_equal(err.message, want);
	assert_null(strstr(err.detail, "secret"));
	spec.url = "not a url";
	assert_int_equal(http_start(f->http, &spec, NULL, NULL, &f->second, NULL), ERR_INPUT);
	spec.url = "file:///etc/passwd";
	assert_int_equal(http_start(f->http, &spec, NULL, NULL, &f->second, NULL), ERR_INPUT);
	assert_null(f->second);
}

static void test_urls(void **state)
{
	static const struct {
		const char *url, *host;
		int port;
		const char *text;
	} good[] = {
		{"http://localhost:8080/a?b=c#d", "localhost", 8080, "http://localhost:8080/a"},
		{"https://me:secret@example.org", "example.org", 443, "https://example.org/"},
		{"http://[::1]/x", "::1", 80, "http://[::1]/x"},
	};
	static const char *const bad[] = {
		"", "ftp://x/", "http://", "http://x:99999/", "file:///etc/passwd", "x y"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		autofree char *host = NULL, *text = http_url_text(good[i].url);
		int port;

		assert_int_equal(http_url_target(good[i].url, &host, &port, NULL), 0);
		assert_string_equal(host, good[i].host);
		assert_int_equal(port, good[i].port);
		assert_string_equal(text, good[i].text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		autofree char *host = NULL;
		int port;

		assert_int_equal(http_url_target(bad[i], &host, &port, NULL), ERR_INPUT);
	}
	autofree char *hidden = http_url_text("http://me:se cret@host/");

	assert_null(strstr(hidden, "cret"));
}

static void test_timeout_and_cancel(void **state)
{
	struct fixture *f = *state;

	/* The server takes the request and never answers. */
	start(f, "/silent", (struct http_spec){.timeout_ms = 50});
	assert_int_equal(finish(f), ERR_TIMEOUT);
	start(f, "/hello", (struct http_spec){0});
	op_cancel(http_op(f->request));
	assert_int_equal(finish(f), ERR_CANCELLED);
	start(f, "/hello", (struct http_spec){0});
	op_free(http_op(take(f->request)));
}

static void resume(void *arg)
{
	struct fixture *f = arg;

	assert_string_equal(str_text(&f->seen), "");
	http_resume(f->request);
	assert_string_equal(str_text(&f->seen), "");
}

static void test_pause_delivers_the_chunk_again(void **state)
{
	struct fixture *f = *state;
	struct timer *t;

	f->pause_at = 0;
	start(f, "/hello",
		(struct http_spec){.on_head = on_head, .on_body = on_body, .stream_arg = f});
	t = timer_start(f->loop, 30, 0, resume, f);
	assert_int_equal(finish(f), 0);
	assert_string_equal(str_text(&f->seen), "hello");
	assert_int_equal(f->bodies, 2);
	assert_string_equal(str_text(&f->heads), "200 ");
	timer_free(t);
}

static void test_free_inside_callbacks(void **state)
{
	struct fixture *f = *state;
	struct http_spec spec = {.on_head = on_head, .on_body = on_body, .stream_arg = f};

	f->free_in_head = true;
	start(f, "/hello", spec);
	loop_run(f->loop);
	assert_null(f->request);
	assert_string_equal(str_text(&f->seen), "");
	f->free_in_head = false;
	f->free_in_body = true;
	start(f, "/hello", spec);
	loop_run(f->loop);
	assert_null(f->request);
	assert_string_equal(str_text(&f->seen), "hello");
	f->pool_too = true;
	start(f, "/hello", spec);
	loop_run(f->loop);
	assert_null(f->http);
}

static void test_start_inside_a_callback(void **state)
{
	struct fixture *f = *state;

	f->start_in_body = true;
	start(f, "/hello", (struct http_spec){.on_body = on_body, .stream_arg = f});
	assert_int_equal(finish(f), 0);
	assert_non_null(f->second);
	assert_int_equal(op_wait(http_op(f->second), NULL), 0);
	assert_string_equal(str_text(http_body(f->second)), "hello");
}

static void test_many_at_once(void **state)
{
	struct fixture *f = *state;
	struct http_request *r[20];
	struct http_spec spec = {.url = f->url};

	/* The server serves one connection at a time: the others wait for its end. */
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/short", tiny_server_port(f->server));
	for (size_t i = 0; i < ARRAY_SIZE(r); i++)
		assert_int_equal(http_start(f->http, &spec, NULL, NULL, &r[i], NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(r); i++) {
		assert_int_equal(op_wait(http_op(r[i]), NULL), ERR_FAILED);
		assert_string_equal(str_text(http_body(r[i])), "hello");
		op_free(http_op(r[i]));
	}
	assert_int_equal(tiny_server_connections(f->server), 20);
}

static void check_unix(struct fixture *f, const char *path)
{
	struct http_options options = {.unix_socket = path};
	struct http *http = http_new(f->loop, &options);
	struct http_spec spec = {.url = "http://docker/hello"};
	struct http_request *r;

	/* A proxy of the environment is not asked for a socket of this machine. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(http_start(http, &spec, NULL, NULL, &r, NULL), 0);
	assert_int_equal(op_wait(http_op(r), NULL), 0);
	unsetenv("http_proxy");
	assert_string_equal(str_text(http_body(r)), "hello");
	op_free(http_op(r));
	http_free(http);
}

static void test_unix_sockets_short_and_long(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str deep = STR_INIT(STR_LINE);
	char dir[] = "/tmp/slipway-http-XXXXXX";
	struct tiny_server *s;
	autofree char *sock = NULL;
	autoclose int here = open(".", O_PATH | O_CLOEXEC);

	assert_non_null(mkdtemp(dir));
	str_add(&deep, dir);
	for (int i = 0; i < 5; i++) {
		str_add(&deep, "/a-directory-with-a-rather-long-name");
		assert_int_equal(mkdir(str_text(&deep), 0700), 0);
	}
	assert_int_equal(chdir(str_text(&deep)), 0);
	s = tiny_server_new("s", serve, f);
	check_unix(f, "s");
	sock = xasprintf("%s/s", str_text(&deep));
	assert_true(strlen(sock) > 108);
	check_unix(f, sock);
	tiny_server_free(s);
	unlink("s");
	assert_int_equal(fchdir(here), 0);
	for (int i = 0; i < 6; i++) {
		rmdir(str_text(&deep));
		str_cut(&deep, (size_t)(strrchr(deep.data, '/') - deep.data));
	}
}

static void test_no_unix_socket(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	struct http_options options = {.unix_socket = "/nowhere/docker.sock"};
	struct http *http = http_new(f->loop, &options);
	struct http_spec spec = {.url = "http://docker/hello"};
	struct http_request *r;

	assert_int_equal(http_start(http, &spec, NULL, NULL, &r, NULL), 0);
	assert_int_equal(op_wait(http_op(r), &err), ERR_UNREACHABLE);
	assert_string_equal(err.message, "GET http://docker/hello: No such file or directory");
	op_free(http_op(r));
	http_free(http);
}

struct hook {
	int fd, calls;
};

static int hand_out(void *arg)
{
	struct hook *h = arg;

	h->calls++;
	return take_fd(h->fd);
}

static void test_a_stream_somebody_else_opened(void **state)
{
	struct fixture *f = *state;
	int ends[2];
	char head[1024];
	struct hook hook = {-1, 0};
	struct http_options options = {.connect = hand_out, .connect_arg = &hook};
	struct http *http = http_new(f->loop, &options);
	/* Nothing here could look that name up. */
	struct http_spec spec = {.url = "http://web.invalid:8080/hello"};
	struct http_request *r;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	hook.fd = ends[0];
	/* The answer waits before the question comes. */
	tiny_send(ends[1], answers[0].answer);
	assert_int_equal(http_start(http, &spec, NULL, NULL, &r, NULL), 0);
	assert_int_equal(op_wait(http_op(r), NULL), 0);
	assert_string_equal(str_text(http_body(r)), "hello");
	assert_true(tiny_read_head(ends[1], head, sizeof(head)) > 0);
	assert_non_null(strstr(head, "Host: web.invalid:8080\r\n"));
	op_free(http_op(r));
	close(ends[1]);
	/* Its end was noticed, and there is no second stream. */
	assert_int_equal(http_start(http, &spec, NULL, NULL, &r, NULL), 0);
	assert_int_equal(op_wait(http_op(r), NULL), ERR_UNREACHABLE);
	assert_int_equal(hook.calls, 2);
	op_free(http_op(r));
	http_free(http);
}

static void test_an_idle_pool_does_not_wake(void **state)
{
	struct fixture *f = *state;

	start(f, "/hello", (struct http_spec){.timeout_ms = 3600000});
	assert_int_equal(finish(f), 0);
	op_free(http_op(take(f->request)));
	/* Nothing keeps the loop: no timer, no watched descriptor. */
	loop_run(f->loop);
}

#define http_test(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		http_test(test_get_and_keep_alive),
		http_test(test_methods_bodies_and_headers),
		http_test(test_redirects_only_when_asked),
		http_test(test_broken_answers),
		http_test(test_nobody_there),
		http_test(test_urls),
		http_test(test_timeout_and_cancel),
		http_test(test_pause_delivers_the_chunk_again),
		http_test(test_free_inside_callbacks),
		http_test(test_start_inside_a_callback),
		http_test(test_many_at_once),
		http_test(test_unix_sockets_short_and_long),
		http_test(test_no_unix_socket),
		http_test(test_a_stream_somebody_else_opened),
		http_test(test_an_idle_pool_does_not_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
