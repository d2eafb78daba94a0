/* SPDX-License-Identifier: MIT */
#include "elsewhere.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct elsewhere {
	struct host base;
	struct host *inner;
	char *dir, *real; /* real: where ELSEWHERE_MOUNT is here */
	int trace;
	bool (*screen_up)(void);
};

static struct elsewhere *of(struct host *h)
{
	return (struct elsewhere *)h;
}

/* --- paths and the trace */

static char *map(struct host *h, const char *path)
{
	size_t n = strlen(ELSEWHERE);

	if (path[0] != '/')
		return xasprintf("%s/elsewhere/home/%s", of(h)->real, path);
	if (strncmp(path, ELSEWHERE, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		return xasprintf("%s/elsewhere%s", of(h)->real, path + n);
	return xasprintf("%s/rest%s", of(h)->dir, path);
}

/* The host's own name of a path here. */
static char *unmap(struct host *h, const char *real)
{
	size_t n = strlen(of(h)->real);

	return strncmp(real, of(h)->real, n) == 0 ? xasprintf("%s%s", ELSEWHERE_MOUNT, real + n)
						  : xstrdup(real);
}

static struct host *note(struct host *h, const char *verb, const char *what)
{
	struct elsewhere *e = of(h);
	bool loop = syscall(SYS_gettid) == getpid();
	autofree char *line = xasprintf("%s %s %s %s\n", loop ? "loop" : "pool",
		e->screen_up && e->screen_up() ? "screen" : "-", verb, what);

	if (e->trace >= 0 && write(e->trace, line, strlen(line)) < 0)
		abort();
	return e->inner;
}

#define FILE_OP(verb, params, args)                     \
	static int else_##verb params                   \
	{                                               \
		autofree char *real = map(h, path);     \
		struct host *in = note(h, #verb, path); \
		return host_##verb args;                \
	}

FILE_OP(read, (struct host * h, const char *path, size_t max, struct str *out, struct error *err),
	(in, real, max, out, err))
FILE_OP(write,
	(struct host * h, const char *path, const void *data, size_t n, int mode,
		struct error *err),
	(in, real, data, n, mode, err))
FILE_OP(stat, (struct host * h, const char *path, struct host_stat *ret, struct error *err),
	(in, real, ret, err))
FILE_OP(readlink, (struct host * h, const char *path, char **ret, struct error *err),
	(in, real, ret, err))
FILE_OP(list, (struct host * h, const char *path, struct strv *names, struct error *err),
	(in, real, names, err))
FILE_OP(walk, (struct host * h, const char *path, host_walk_fn *fn, void *arg, struct error *err),
	(in, real, fn, arg, err))
FILE_OP(mkdir, (struct host * h, const char *path, int mode, struct error *err),
	(in, real, mode, err))
FILE_OP(remove, (struct host * h, const char *path, struct error *err), (in, real, err))
FILE_OP(chown, (struct host * h, const char *path, uint32_t uid, uint32_t gid, struct error *err),
	(in, real, uid, gid, err))
FILE_OP(chmod, (struct host * h, const char *path, int mode, struct error *err),
	(in, real, mode, err))
FILE_OP(own,
	(struct host * h, const char *path, const struct host_own *want, host_own_fn *before,
		void *arg, const atomic_bool *cancelled, struct error *err),
	(in, real, want, before, arg, cancelled, err))
FILE_OP(append,
	(struct host * h, const char *path, const void *data, size_t n, int mode,
		struct error *err),
	(in, real, data, n, mode, err))
FILE_OP(lock,
	(struct host * h, const char *path, const char *text, int *ret, char **holder,
		struct error *err),
	(in, real, text, ret, holder, err))
FILE_OP(space, (struct host * h, const char *path, struct host_space *ret, struct error *err),
	(in, real, ret, err))

static int else_realpath(struct host *h, const char *path, char **ret, struct error *err)
{
	autofree char *real = map(h, path), *found = NULL;
	int code = host_realpath(note(h, "realpath", path), real, &found, err);

	if (code == 0)
		*ret = unmap(h, found);
	return code;
}

static int else_rename(struct host *h, const char *from, const char *to, struct error *err)
{
	autofree char *a = map(h, from), *b = map(h, to);

	return host_rename(note(h, "rename", from), a, b, err);
}

static int else_read_many(struct host *h, struct host_reading *items, size_t n, struct error *err)
{
	(void)err;
	for (size_t i = 0; i < n; i++) {
		autofree char *real = map(h, items[i].path);

		note(h, "read", items[i].path);
		items[i].code = host_read(of(h)->inner, real, items[i].max, &items[i].text, NULL);
	}
	return 0;
}

static void else_unlock(struct host *h, int lock)
{
	host_unlock(note(h, "unlock", ""), lock);
}

/* --- what it is */

static void own_lines(struct host *h, const char *name, struct strv *ret)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	AUTO(strv) struct strv lines = STRV_INIT;
	autofree char *path = host_path(of(h)->dir, name);

	if (host_read(of(h)->inner, path, STR_LINE, &text, NULL))
		return;
	strv_split(&lines, str_text(&text), '\n');
	for (size_t i = 0; i < lines.n; i++)
		if (*lines.items[i])
			strv_push(ret, lines.items[i]);
}

static void set(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

static int else_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	int code = host_facts(note(h, "session", "facts"), ret, err);

	if (code)
		return code;
	set(&ret->name, "far");
	set(&ret->os, "Far Linux 7");
	set(&ret->user, "somebody");
	set(&ret->home, ELSEWHERE "/home");
	set(&ret->cwd, ELSEWHERE "/home");
	ret->cpus = 3;
	ret->memory = (int64_t)5 << 30;
	return 0;
}

static int else_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	AUTO(strv) struct strv lines = STRV_INIT;

	(void)err;
	note(h, "listeners", "");
	own_lines(h, "listeners", &lines);
	for (size_t i = 0; i < lines.n; i++) {
		struct host_listener l = {0};
		char name[65];

		if (sscanf(lines.items[i], "%d %d %64s", &l.port, &l.pid, name) != 3)
			continue;
		l.name = xstrdup(name);
		VEC_GROW(ret->items, ret->n, ret->cap);
		ret->items[ret->n++] = l;
	}
	return 0;
}

/* Nothing of our own environment but where programs are. */
static void session(struct host *h, struct strv *ret)
{
	own_lines(h, "environ", ret);
	strv_push(ret, "HOME=" ELSEWHERE "/home");
	strv_push(ret, "LC_ALL=C.UTF-8");
	strv_pushf(ret, "PATH=%s", getenv("PATH"));
}

static int else_environ(struct host *h, struct strv *ret, struct error *err)
{
	(void)err;
	note(h, "session", "environ");
	session(h, ret);
	return 0;
}

/* --- programs and sockets */

static int else_exec(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err)
{
	AUTO(strv) struct strv argv = STRV_INIT, env = STRV_INIT;
	autofree char *words = strv_join(spec->argv, " ");
	struct child_spec inside = *spec;

	strv_push_all(&argv, "/usr/bin/unshare", "-m", "--propagation", "private", NULL);
	if (geteuid() != 0)
		strv_push(&argv, "-r");
	strv_push_all(&argv, "/bin/sh", "-c",
		"mount --bind \"$0\" " ELSEWHERE_MOUNT
		" && mount --bind \"$0/../rest/run\" /run && cd \"$1\" && shift && exec \"$@\"",
		of(h)->real, spec->cwd ? spec->cwd : ELSEWHERE "/home", NULL);
	strv_extend(&argv, spec->argv);
	session(h, &env);
	inside.argv = &argv;
	inside.env = spec->env ? spec->env : &env;
	inside.cwd = "/";
	return host_exec(note(h, "exec", words), &inside, done, arg, ret, err);
}

static int else_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err)
{
	struct host_dial_spec inside = *spec;
	autofree char *real = spec->unix_socket ? map(h, spec->unix_socket) : NULL;

	inside.unix_socket = real;
	return host_dial(note(h, "dial", spec->unix_socket ? spec->unix_socket : spec->tcp_host),
		&inside, done, arg, ret, err);
}

static void else_free(struct host *h)
{
	struct elsewhere *e = of(h);

	host_free(e->inner);
	if (e->trace >= 0)
		close(e->trace);
	free(e->dir);
	free(e->real);
	free(e->base.label);
	free(e);
}

/* The dial carries the operations of the host that made it: taking goes there directly. */
static const struct host_ops elsewhere_ops = {
	.name = "elsewhere",
	.free = else_free,
	.read = else_read,
	.read_many = else_read_many,
	.write = else_write,
	.stat = else_stat,
	.readlink = else_readlink,
	.realpath = else_realpath,
	.list = else_list,
	.walk = else_walk,
	.mkdir = else_mkdir,
	.remove = else_remove,
	.rename = else_rename,
	.chown = else_chown,
	.chmod = else_chmod,
	.own = else_own,
	.append = else_append,
	.lock = else_lock,
	.unlock = else_unlock,
	.space = else_space,
	.facts = else_facts,
	.listeners = else_listeners,
	.environ = else_environ,
	.exec = else_exec,
	.dial = else_dial,
	.dial_take = host_dial_take,
};

struct host *elsewhere_host_new(struct host *inner, const struct elsewhere_options *options)
{
	struct elsewhere *e = xcalloc(1, sizeof(*e));

	e->base = (struct host){&elsewhere_ops, inner->loop, xstrdup("far")};
	e->inner = inner;
	e->dir = xstrdup(options->dir);
	e->real = xasprintf("%s%s", options->dir, ELSEWHERE_MOUNT);
	e->screen_up = options->screen_up;
	e->trace = options->trace
			   ? open(options->trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
			   : -1;
	return &e->base;
}
