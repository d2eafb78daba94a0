/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "loop/relay.h"
#include "loop/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

struct fixture {
	struct loop *loop;
	struct relay *relay;
	int far; /* the other end of the stream that is lent */
	struct sockaddr_un address;
	socklen_t len;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	autofree char *name = NULL;
	int ends[2];

	f->loop = loop_new();
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
	assert_int_equal(relay_start(f->loop, ends[0], "/end", &f->relay, &name, NULL), 0);
	f->far = ends[1];
	f->address.sun_family = AF_UNIX;
	f->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			     (size_t)snprintf(f->address.sun_path + 1, 100, "%s/end", name));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	relay_free(f->relay);
	if (f->far >= 0)
		close(f->far);
	loop_free(f->loop);
	free(f);
	return 0;
}

static int call(struct fixture *f)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return connect(fd, (struct sockaddr *)&f->address, f->len) == 0 ? fd : -1;
}

struct sink {
	struct loop *loop;
	int from, to;
	struct loop_poll *reads, *writes;
	size_t left, got;
	bool ended;
	uint32_t in, out; /* running sums of what went in and came out */
};

static void on_sink_read(void *arg, int events)
{
	struct sink *s = arg;
	unsigned char buf[5000];
	ssize_t n = read(s->from, buf, sizeof(buf));

	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	for (ssize_t i = 0; i < n; i++)
		s->out = s->out * 31 + buf[i];
	s->got += n > 0 ? (size_t)n : 0;
	if (n <= 0) {
		s->ended = true;
		loop_poll_free(take(s->reads));
	}
}

static void on_sink_write(void *arg, int events)
{
	struct sink *s = arg;
	unsigned char buf[7000];
	ssize_t n;

	(void)events;
	for (size_t i = 0; i < sizeof(buf); i++)
		buf[i] = (unsigned char)(s->left + i * 7);
	n = write(s->to, buf, s->left < sizeof(buf) ? s->left : sizeof(buf));
	for (ssize_t i = 0; i < n; i++)
		s->in = s->in * 31 + buf[i];
	s->left -= n > 0 ? (size_t)n : 0;
	if (s->left == 0) {
		shutdown(s->to, SHUT_WR);
		loop_poll_free(take(s->writes));
	}
}

static void sink_start(struct sink *s, struct loop *loop, int to, int from, size_t n)
{
	*s = (struct sink){.loop = loop, .from = from, .to = to, .left = n};
	s->reads = loop_poll_start(loop, from, LOOP_READ, on_sink_read, s);
	s->writes = loop_poll_start(loop, to, LOOP_WRITE, on_sink_write, s);
}

/* More than all buffers hold, both ways at once, each with an end of its own. */
static void test_bytes_pass_both_ways_to_their_ends(void **state)
{
	struct fixture *f = *state;
	autoclose int fd = call(f);
	autoclose int fd2 = fcntl(fd, F_DUPFD_CLOEXEC, 0), far2 = fcntl(f->far, F_DUPFD_CLOEXEC, 0);
	struct sink out, back;

	assert_true(fd >= 0);
	/* libuv watches a descriptor once: the copies are for the other direction. */
	sink_start(&out, f->loop, fd, f->far, 3000000);
	sink_start(&back, f->loop, far2, fd2, 2000000);
	while (!out.ended || !back.ended)
		loop_run_until(f->loop, out.ended ? &back.ended : &out.ended);
	assert_int_equal(out.got, 3000000);
	assert_int_equal(back.got, 2000000);
	assert_int_equal(out.in, out.out);
	assert_int_equal(back.in, back.out);
}

static void test_other_processes_are_not_let_in(void **state)
{
	struct fixture *f = *state;
	int status, go[2];
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		int fd = call(f);
		char c;

		fcntl(fd, F_SETFL, 0);
		if (write(fd, "x", 1) != 1 || write(go[1], "x", 1) != 1)
			_exit(3);
		/* Ended by the relay, not answered. */
		_exit(read(fd, &c, 1) <= 0 ? 0 : 4);
	}
	char c;

	assert_int_equal(read(go[0], &c, 1), 1);
	autoclose int fd = call(f);
	struct sink s;

	assert_true(fd >= 0);
	sink_start(&s, f->loop, fd, f->far, 10);
	loop_run_until(f->loop, &s.ended);
	assert_int_equal(s.got, 10);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(go[0]);
	close(go[1]);
}

static void test_free_ends_both_streams(void **state)
{
	struct fixture *f = *state;
	autoclose int fd = call(f);
	char c;

	relay_free(take(f->relay));
	assert_int_equal(read(f->far, &c, 1), 0);
	assert_true(call(f) < 0);
	fcntl(fd, F_SETFL, 0);
	assert_true(read(fd, &c, 1) <= 0);
}

struct answer {
	struct resolve *resolve;
	int code, calls;
	size_t n;
	bool came;
};

static void on_resolved(void *arg, int code, const char *why, struct addrinfo *addresses)
{
	struct answer *a = arg;

	a->calls++;
	a->came = true;
	a->code = code;
	assert_true((why != NULL) == (code != 0));
	for (struct addrinfo *i = addresses; i; i = i->ai_next)
		a->n++;
	if (addresses)
		freeaddrinfo(addresses);
	resolve_free(take(a->resolve));
}

static void test_names(void **state)
{
	struct loop *loop = loop_new();
	struct answer good = {0}, bad = {0}, freed = {0};
	AUTO(str) struct str longest = STR_INIT(STR_LINE);

	(void)state;
	good.resolve = resolve_start(loop, "127.0.0.1", 80, on_resolved, &good);
	assert_int_equal(good.calls, 0);
	loop_run_until(loop, &good.came);
	assert_int_equal(good.code, 0);
	assert_int_equal(good.n, 1);
	str_pad(&longest, 'x', 5000);
	bad.resolve = resolve_start(loop, str_text(&longest), 80, on_resolved, &bad);
	assert_int_equal(bad.calls, 0);
	loop_run_until(loop, &bad.came);
	assert_true(bad.code < 0);
	resolve_free(resolve_start(loop, "localhost", 80, on_resolved, &freed));
	resolve_free(resolve_start(loop, str_text(&longest), 80, on_resolved, &freed));
	loop_free(loop);
	assert_int_equal(freed.calls, 0);
}

#define relay_test(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		relay_test(test_bytes_pass_both_ways_to_their_ends),
		relay_test(test_other_processes_are_not_let_in),
		relay_test(test_free_ends_both_streams),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
