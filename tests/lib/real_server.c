/* SPDX-License-Identifier: MIT */
#include "real_server.h"

#include <glob.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct real_server {
	struct loop *loop;
	struct child *child;
	char dir[64];
	char port[16];
	const char *ready_line;
	struct str log;
	bool ready, ended;
	bool settled; /* one of the two */
};

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct real_server *s = arg;

	(void)stream;
	str_addn(&s->log, data, n);
	s->ready = s->ready || strstr(str_text(&s->log), s->ready_line);
	s->settled |= s->ready;
}

static void on_end(void *arg, int code, const struct error *err)
{
	struct real_server *s = arg;

	(void)code;
	(void)err;
	s->ended = s->settled = true;
}

static void choose_port(struct real_server *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		abort();
	snprintf(s->port, sizeof(s->port), "%d", ntohs(a.sin_port));
}

/* Servers refuse to run as root: their own user does. */
static bool lower(struct strv *argv, const char *dir)
{
	struct passwd *pw = getpwnam("postgres");

	if (geteuid() != 0)
		return true;
	if (!pw || chown(dir, pw->pw_uid, pw->pw_gid) < 0)
		return false;
	strv_push_all(argv, "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
		"--", NULL);
	return true;
}

static struct real_server *server_new(struct loop *loop)
{
	struct real_server *s = xcalloc(1, sizeof(*s));

	s->loop = loop;
	str_init(&s->log, STR_FILE);
	snprintf(s->dir, sizeof(s->dir), "/tmp/slipway-real-XXXXXX");
	if (!mkdtemp(s->dir))
		abort();
	choose_port(s);
	return s;
}

static int run(struct loop *loop, const struct strv *argv)
{
	struct child_spec spec = {.argv = argv, .cwd = "/"};
	struct child *c;
	int rc = child_start(loop, &spec, NULL, NULL, &c, NULL);

	if (rc == 0) {
		rc = op_wait(child_op(c), NULL);
		op_free(child_op(c));
	}
	return rc;
}

/* False when it ended before it was ready. */
static bool start(struct real_server *s, const struct strv *argv, const char *ready_line)
{
	struct child_spec spec = {
		.argv = argv, .cwd = "/", .output = on_output, .output_arg = s, .own_group = true};

	s->ready_line = ready_line;
	if (child_start(s->loop, &spec, on_end, s, &s->child, NULL) < 0)
		return false;
	loop_run_until(s->loop, &s->settled);
	if (!s->ready)
		fprintf(stderr, "%s", str_text(&s->log));
	return s->ready;
}

void real_server_free(struct real_server *s)
{
	AUTO(strv) struct strv argv = STRV_INIT;

	if (!s)
		return;
	if (s->child && !s->ended) {
		/* PostgreSQL: "fast" shutdown; Redis: shutdown. */
		child_kill(s->child, SIGINT);
		op_wait(child_op(s->child), NULL);
	}
	op_free(child_op(s->child));
	strv_push_all(&argv, "rm", "-rf", s->dir, NULL);
	run(s->loop, &argv);
	str_done(&s->log);
	free(s);
}

int real_server_port(const struct real_server *s)
{
	return (int)strtol(s->port, NULL, 10);
}

static void put(const char *dir, const char *name, const char *text)
{
	autofree char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "we");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, 0644) < 0)
		abort();
}

/* The newest installed PostgreSQL's directory of programs. */
static char *find_postgres(void)
{
	glob_t g;
	char *dir = NULL;

	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0) {
		const char *last = g.gl_pathv[g.gl_pathc - 1];

		dir = xstrndup(last, strlen(last) - strlen("/initdb"));
	}
	globfree(&g);
	return dir;
}

struct real_server *real_postgres_new(struct loop *loop, const char **why)
{
	autofree char *bin = find_postgres(), *initdb = NULL, *postgres = NULL, *data = NULL,
		      *pwfile = NULL;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct real_server *s;
	bool lowered;

	if (!bin) {
		*why = "PostgreSQL is not installed (Debian package: postgresql)";
		return NULL;
	}
	s = server_new(loop);
	lowered = lower(&argv, s->dir);
	initdb = xasprintf("%s/initdb", bin);
	postgres = xasprintf("%s/postgres", bin);
	data = xasprintf("%s/data", s->dir);
	pwfile = xasprintf("--pwfile=%s/word", s->dir);
	put(s->dir, "word", REAL_PASSWORD "\n");
	strv_push_all(&argv, initdb, "-D", data, "-U", REAL_USER, "-A", "scram-sha-256", pwfile,
		"--no-sync", "--locale=C", "-E", "UTF8", NULL);
	if (!lowered || run(loop, &argv) < 0) {
		*why = "initdb failed";
		real_server_free(s);
		return NULL;
	}
	strv_clear(&argv);
	lower(&argv, s->dir);
	strv_push_all(&argv, postgres, "-D", data, "-k", s->dir, "-p", s->port, "-c", "fsync=off",
		"-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=1MB", "-c",
		"max_connections=10", NULL);
	if (start(s, &argv, "ready to accept connections"))
		return s;
	*why = "PostgreSQL did not start";
	real_server_free(s);
	return NULL;
}

struct real_server *real_redis_new(struct loop *loop, const char **why)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	struct real_server *s;
	autofree char *conf = NULL, *text = NULL;

	if (access("/usr/bin/redis-server", X_OK) < 0) {
		*why = "Redis is not installed (Debian package: redis-server)";
		return NULL;
	}
	s = server_new(loop);
	conf = xasprintf("%s/redis.conf", s->dir);
	text = xasprintf("bind 127.0.0.1\nport %s\nsave \"\"\ndir %s\nrequirepass \"" REAL_PASSWORD
			 "\"\n"
			 "user " REAL_USER " on \">" REAL_PASSWORD "\" +ping\n",
		s->port, s->dir);
	put(s->dir, "redis.conf", text);
	strv_push_all(&argv, "/usr/bin/redis-server", conf, NULL);
	if (start(s, &argv, "Ready to accept connections"))
		return s;
	*why = "Redis did not start";
	real_server_free(s);
	return NULL;
}
