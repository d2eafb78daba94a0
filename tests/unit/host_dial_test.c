/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A listening socket on a free port of 127.0.0.1. */
static int listen_tcp(int *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* name is relative to the program's directory. */
static int listen_unix(const char *name, int backlog)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", name);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static int dial(struct fixture *f, const struct host_dial_spec *spec, int *fd, struct error *err)
{
	struct op *op;
	int rc;

	assert_int_equal(host_dial(f->host, spec, NULL, NULL, &op, NULL), 0);
	rc = op_wait(op, err);
	*fd = host_dial_take(op);
	assert_int_equal(host_dial_take(op), -1);
	op_free(op);
	return rc;
}

/* What one end writes, the other reads. */
static void check_joined(int server, int fd)
{
	autoclose int peer = accept(server, NULL, NULL);
	char buf[4] = "";

	assert_true(peer >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(read(peer, buf, 3), 3);
	assert_string_equal(buf, "abc");
	close(fd);
}

static void test_tcp_by_address_and_by_name(void **state)
{
	struct fixture *f = *state;
	int port, fd;
	autoclose int server = listen_tcp(&port);
	struct host_dial_spec spec = {.tcp_host = "127.0.0.1", .tcp_port = port};

	assert_int_equal(dial(f, &spec, &fd, NULL), 0);
	check_joined(server, fd);
	/* localhost may be ::1 first, where nobody listens. */
	spec.tcp_host = "localhost";
	assert_int_equal(dial(f, &spec, &fd, NULL), 0);
	check_joined(server, fd);
}

static void test_unix_by_a_path_of_any_length(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str deep = STR_INIT(STR_LINE);
	autoclose int near = listen_unix("sock", 5), far = -1;
	struct host_dial_spec spec = {.unix_socket = "sock"};
	int fd;

	assert_int_equal(dial(f, &spec, &fd, NULL), 0);
	check_joined(near, fd);
	str_add(&deep, f->dir);
	for (int i = 0; i < 10; i++)
		str_add(&deep, "/a-directory-with-a-long-name");
	assert_int_equal(host_mkdirs(f->host, str_text(&deep), 0700, NULL), 0);
	assert_int_equal(chdir(str_text(&deep)), 0);
	far = listen_unix("s", 5);
	assert_int_equal(chdir(f->dir), 0);
	str_add(&deep, "/s");
	spec.unix_socket = str_text(&deep);
	assert_int_equal(dial(f, &spec, &fd, NULL), 0);
	check_joined(far, fd);
}

static void test_refusals_say_what_they_are(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	int port, fd;

	close(listen_tcp(&port));
	close(listen_unix("dead", 1));
	fixture_put("file", "", 0600);
	struct host_dial_spec closed = {.tcp_host = "127.0.0.1", .tcp_port = port},
			      dead = {.unix_socket = "dead"}, none = {.unix_socket = "none"},
			      file = {.unix_socket = "file"},
			      unknown = {.tcp_host = "no-such-host.invalid", .tcp_port = 1},
			      no_port = {.tcp_host = "localhost", .tcp_port = 65536};
	autofree char *want = xasprintf("cannot connect to 127.0.0.1:%d: Connection refused", port);
	struct op *op;

	assert_int_equal(dial(f, &closed, &fd, &err), ERR_UNREACHABLE);
	assert_string_equal(err.message, want);
	assert_int_equal(fd, -1);
	assert_int_equal(dial(f, &dead, &fd, NULL), ERR_UNREACHABLE);
	assert_int_equal(dial(f, &none, &fd, NULL), ERR_NOT_FOUND);
	assert_int_equal(dial(f, &file, &fd, NULL), ERR_UNREACHABLE);
	/* Without a name server the answer is another one, but never a connection. */
	assert_true(dial(f, &unknown, &fd, NULL) < 0);
	assert_int_equal(host_dial(f->host, &no_port, NULL, NULL, &op, NULL), ERR_INPUT);
}

static void test_timeout_and_full_queue(void **state)
{
	struct fixture *f = *state;
	autoclose int server = listen_unix("busy", 0), first = -1, second = -1;
	struct host_dial_spec spec = {.unix_socket = "busy", .timeout_ms = 50};
	int fd;

	assert_int_equal(dial(f, &spec, &first, NULL), 0);
	/* The queue is full until somebody accepts. */
	assert_int_equal(dial(f, &spec, &fd, NULL), ERR_TIMEOUT);
	struct op *op;

	spec.timeout_ms = 0;
	assert_int_equal(host_dial(f->host, &spec, NULL, NULL, &op, NULL), 0);
	close(accept(server, NULL, NULL));
	assert_int_equal(op_wait(op, NULL), 0);
	second = host_dial_take(op);
	op_free(op);
	check_joined(server, fcntl(second, F_DUPFD_CLOEXEC, 0));
}

static void test_cancel_and_free(void **state)
{
	struct fixture *f = *state;
	struct host_dial_spec spec = {.tcp_host = "localhost", .tcp_port = 9};
	struct op *op;

	assert_int_equal(host_dial(f->host, &spec, NULL, NULL, &op, NULL), 0);
	op_cancel(op);
	assert_int_equal(op_wait(op, NULL), ERR_CANCELLED);
	assert_int_equal(host_dial_take(op), -1);
	op_free(op);
	assert_int_equal(host_dial(f->host, &spec, NULL, NULL, &op, NULL), 0);
	op_free(op);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_tcp_by_address_and_by_name),
		fixture_test(test_unix_by_a_path_of_any_length),
		fixture_test(test_refusals_say_what_they_are),
		fixture_test(test_timeout_and_full_queue),
		fixture_test(test_cancel_and_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
