/* SPDX-License-Identifier: MIT */
/* A real supervisor in a directory of its own, and peers that speak to its socket line by line.
 * Every wait is for something the supervisor says or the kernel shows; WAIT_MS only ends a test
 * that hangs. */
#ifndef SLIPWAY_TESTS_PROCESS_FIXTURE_H
#define SLIPWAY_TESTS_PROCESS_FIXTURE_H

#include "unit.h"

#include "base/json.h"
#include "base/str.h"
#include "engine/process_super.h"
#include "loop/sock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

enum { WAIT_MS = 15 * 1000 };

struct yard {
	char dir[4096];
	char base[64]; /* what is removed at the end */
};

struct peer {
	int fd;
	struct str in;
	int64_t last_id;
};

static inline int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* --- what /proc shows */

/* State letter and parent of a process; false when there is none. */
static inline bool process_look(int pid, char *state, int *ppid)
{
	autofree char *path = xasprintf("/proc/%d/stat", pid);
	char text[1024] = "";
	FILE *f = fopen(path, "re");
	const char *after;

	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	after = strrchr(text, ')');
	return after && sscanf(after + 1, " %c %d", state, ppid) == 2;
}

static inline bool process_lives(int pid)
{
	char state;
	int ppid;

	return process_look(pid, &state, &ppid) && state != 'Z';
}

static inline void wait_gone(int pid)
{
	int64_t end = clock_ms() + WAIT_MS;

	while (process_lives(pid)) {
		waitpid(pid, NULL, WNOHANG);
		assert_true(clock_ms() < end);
		poll(NULL, 0, 5);
	}
}

/* Children of parent, zombies left out unless asked for; at most max. */
static inline size_t children_of(int parent, bool zombies, int *pids, size_t max)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;
	size_t n = 0;

	while (dir && (d = readdir(dir))) {
		int pid = (int)strtol(d->d_name, NULL, 10), ppid = 0;
		char state = 'Z';

		if (pid > 0 && process_look(pid, &state, &ppid) && ppid == parent &&
			(state == 'Z') == zombies && n < max)
			pids[n++] = pid;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* --- the supervisor */

static inline int supervise(const char *dir)
{
	AUTO(error) struct error err = ERROR_INIT;
	int r = process_supervise(dir, &err);

	if (r)
		fprintf(stderr, "supervise: %s\n", err.message);
	return r ? 1 : 0;
}

/* As the program does: a process of its own that ends once the supervisor listens. */
static inline pid_t supervise_begin(const char *dir)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(supervise(dir));
	return pid;
}

static inline void supervise_end(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The one supervisor that runs: orphans come to us (PR_SET_CHILD_SUBREAPER). */
static inline int the_supervisor(void)
{
	int pids[64];

	assert_int_equal(children_of(getpid(), false, pids, 64), 1);
	return pids[0];
}

static inline int yard_setup(void **state)
{
	struct yard *y = xcalloc(1, sizeof(*y));

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	snprintf(y->base, sizeof(y->base), "/tmp/slipway-super-XXXXXX");
	assert_non_null(mkdtemp(y->base));
	snprintf(y->dir, sizeof(y->dir), "%s", y->base);
	*state = y;
	return 0;
}

static inline int yard_teardown(void **state)
{
	struct yard *y = *state;
	int pids[256];
	size_t n;
	pid_t pid;

	/* Whatever a failed test left: supervisors first, then what came to us from them. */
	while ((n = children_of(getpid(), false, pids, 256)) > 0) {
		for (size_t i = 0; i < n; i++)
			kill(pids[i], SIGKILL);
		for (size_t i = 0; i < n; i++)
			wait_gone(pids[i]);
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", y->base, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	free(y);
	return 0;
}

/* --- peers */

/* -1 with errno when nobody answers. */
static inline int peer_dial(const char *dir)
{
	autofree char *path = xasprintf("%s/%s", dir, PROCESS_SOCKET);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	autoclose int at = -1;
	autofree char *near = sock_short_path(path, &at);
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!near)
		return -1;
	memcpy(a.sun_path, near, strlen(near) + 1);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -1;
	return take_fd(fd);
}

static inline struct peer peer_open(const char *dir)
{
	struct peer p = {.fd = peer_dial(dir), .in = STR_INIT(STR_OUTPUT)};

	assert_true(p.fd >= 0);
	return p;
}

static inline void peer_done(struct peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	str_done(&p->in);
}
DEFINE_AUTO(peer)

/* The next document; NULL at the end. */
static inline struct json_object *peer_next(struct peer *p)
{
	struct json_object *o = NULL;
	char *end;

	while (!p->in.len || !(end = memchr(p->in.data, '\n', p->in.len))) {
		struct pollfd ready = {.fd = p->fd, .events = POLLIN};
		char chunk[4096];
		ssize_t n;

		assert_int_equal(poll(&ready, 1, WAIT_MS), 1);
		n = recv(p->fd, chunk, sizeof(chunk), 0);
		if (n <= 0)
			return NULL;
		str_addn(&p->in, chunk, (size_t)n);
	}
	assert_int_equal(json_parse(p->in.data, (size_t)(end - p->in.data), &o, NULL), 0);
	str_shift(&p->in, (size_t)(end - p->in.data) + 1);
	return o;
}

/* False where the other side has closed already. */
static inline bool peer_try(struct peer *p, const char *op, struct json_object *fields)
{
	struct json_object *o = fields ? fields : json_object_new_object();
	autofree char *text = NULL;
	autofree char *line = NULL;

	json_put_int(o, "id", ++p->last_id);
	json_put_str(o, "op", op);
	text = json_text(o);
	json_object_put(o);
	line = xasprintf("%s\n", text);
	return send(p->fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
}

static inline int64_t peer_ask(struct peer *p, const char *op, struct json_object *fields)
{
	assert_true(peer_try(p, op, fields));
	return p->last_id;
}

/* The reply to a request; what else comes is left out. NULL when the connection ends first. */
static inline struct json_object *peer_reply(struct peer *p, int64_t id)
{
	struct json_object *o;

	while ((o = peer_next(p)) && json_int(o, "reply", 0) != id)
		json_object_put(o);
	return o;
}

static inline struct json_object *service_field(const char *service)
{
	return json_put_str(json_object_new_object(), "service", service);
}

/* Asks about one service and wants "ok". */
static inline void peer_must(struct peer *p, const char *op, const char *service)
{
	autojson struct json_object *o =
		peer_reply(p, peer_ask(p, op, service ? service_field(service) : NULL));

	assert_non_null(o);
	assert_null(json_str(o, "error", NULL));
}

/* {"spec": ...} of a service that runs a shell script in the project. */
static inline struct json_object *shell_spec(
	const struct yard *y, const char *name, const char *script)
{
	struct json_object *spec = json_object_new_object(), *argv = json_object_new_array(),
			   *env = json_object_new_array();

	json_push_str(argv, "/bin/sh");
	json_push_str(argv, "-c");
	json_push_str(argv, script);
	json_push_str(env, "PATH=/usr/bin:/bin");
	json_put_str(spec, "name", name);
	json_put(spec, "argv", argv);
	json_put(spec, "env", env);
	json_put_str(spec, "dir", y->dir);
	json_put_int(spec, "interval_ms", 50);
	json_put_int(spec, "timeout_ms", 5000);
	json_put_int(spec, "retries", 2);
	return json_put(json_object_new_object(), "spec", spec);
}

static inline void peer_define(
	struct peer *p, const struct yard *y, const char *name, const char *script)
{
	autojson struct json_object *o =
		peer_reply(p, peer_ask(p, "define", shell_spec(y, name, script)));

	assert_non_null(o);
	assert_null(json_str(o, "error", NULL));
}

/* Reads until the unit says so; a watch must be on. */
static inline struct json_object *peer_until(
	struct peer *p, const char *service, const char *field, const char *value)
{
	struct json_object *o;

	while ((o = peer_next(p))) {
		struct json_object *u = json_key(o, "unit");

		if (u && str_eq(json_str(u, "service", ""), service) &&
			str_eq(json_str(u, field, ""), value))
			return o;
		json_object_put(o);
	}
	fail_msg("the supervisor ended before %s was %s", field, value);
	return NULL;
}

/* --- files of the services */

static inline char *yard_path(const struct yard *y, const char *name)
{
	return xasprintf("%s/%s", y->dir, name);
}

static inline bool yard_has(const struct yard *y, const char *name)
{
	autofree char *path = yard_path(y, name);

	return access(path, F_OK) == 0;
}

static inline void yard_wait(const struct yard *y, const char *name)
{
	int64_t end = clock_ms() + WAIT_MS;

	while (!yard_has(y, name)) {
		assert_true(clock_ms() < end);
		poll(NULL, 0, 5);
	}
}

static inline void yard_touch(const struct yard *y, const char *name)
{
	autofree char *path = yard_path(y, name);
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
}

/* The number a service wrote into a file; waits for the whole line. */
static inline int yard_number(const struct yard *y, const char *name)
{
	autofree char *path = yard_path(y, name);
	int64_t end = clock_ms() + WAIT_MS;

	for (;;) {
		FILE *f = fopen(path, "re");
		int value = 0;
		char c = '\0';
		bool whole = f && fscanf(f, "%d%c", &value, &c) == 2 && c == '\n';

		if (f)
			fclose(f);
		if (whole)
			return value;
		assert_true(clock_ms() < end);
		poll(NULL, 0, 5);
	}
}

#endif
