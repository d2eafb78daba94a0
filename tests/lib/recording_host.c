/* SPDX-License-Identifier: MIT */
#include "recording_host.h"

#include <pthread.h>

struct recording {
	struct host host;
	struct host *inner;
	pthread_mutex_t lock;
	struct strv calls;
};

static struct host *note(struct host *h, const char *verb, const char *a, const char *b)
{
	struct recording *r = (struct recording *)h;

	pthread_mutex_lock(&r->lock);
	strv_pushf(
		&r->calls, "%s%s%s%s%s", verb, a ? " " : "", a ? a : "", b ? " " : "", b ? b : "");
	pthread_mutex_unlock(&r->lock);
	return r->inner;
}

static void rec_free(struct host *h)
{
	struct recording *r = (struct recording *)h;

	host_free(r->inner);
	strv_done(&r->calls);
	pthread_mutex_destroy(&r->lock);
	free(r->host.label);
	free(r);
}

static int rec_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	return host_read(note(h, "read", path, NULL), path, max, out, err);
}

static int rec_write(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	return host_write(note(h, "write", path, NULL), path, data, n, mode, err);
}

static int rec_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	return host_stat(note(h, "stat", path, NULL), path, ret, err);
}

static int rec_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	return host_readlink(note(h, "readlink", path, NULL), path, ret, err);
}

static int rec_realpath(struct host *h, const char *path, char **ret, struct error *err)
{
	return host_realpath(note(h, "realpath", path, NULL), path, ret, err);
}

static int rec_read_many(struct host *h, struct host_reading *items, size_t n, struct error *err)
{
	struct host *inner = NULL;

	for (size_t i = 0; i < n; i++)
		inner = note(h, "read", items[i].path, NULL);
	return inner ? host_read_many(inner, items, n, err) : 0;
}

static int rec_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	return host_listeners(note(h, "listeners", NULL, NULL), ret, err);
}

static int rec_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	return host_list(note(h, "list", path, NULL), path, names, err);
}

static int rec_walk(
	struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err)
{
	return host_walk(note(h, "walk", root, NULL), root, fn, arg, err);
}

static int rec_mkdir(struct host *h, const char *path, int mode, struct error *err)
{
	return host_mkdir(note(h, "mkdir", path, NULL), path, mode, err);
}

static int rec_remove(struct host *h, const char *path, struct error *err)
{
	return host_remove(note(h, "remove", path, NULL), path, err);
}

static int rec_rename(struct host *h, const char *from, const char *to, struct error *err)
{
	return host_rename(note(h, "rename", from, to), from, to, err);
}

static int rec_chown(
	struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err)
{
	return host_chown(note(h, "chown", path, NULL), path, uid, gid, err);
}

static int rec_chmod(struct host *h, const char *path, int mode, struct error *err)
{
	return host_chmod(note(h, "chmod", path, NULL), path, mode, err);
}

static int rec_own(struct host *h, const char *root, const struct host_own *want,
	host_own_fn *before, void *arg, const atomic_bool *cancelled, struct error *err)
{
	return host_own(note(h, "own", root, NULL), root, want, before, arg, cancelled, err);
}

static int rec_append(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	return host_append(note(h, "append", path, NULL), path, data, n, mode, err);
}

static int rec_lock(struct host *h, const char *path, const char *text, int *ret, char **holder,
	struct error *err)
{
	return host_lock(note(h, "lock", path, NULL), path, text, ret, holder, err);
}

static void rec_unlock(struct host *h, int lock)
{
	host_unlock(note(h, "unlock", NULL, NULL), lock);
}

static int rec_space(struct host *h, const char *path, struct host_space *ret, struct error *err)
{
	return host_space(note(h, "space", path, NULL), path, ret, err);
}

static int rec_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	return host_facts(note(h, "facts", NULL, NULL), ret, err);
}

static int rec_environ(struct host *h, struct strv *ret, struct error *err)
{
	return host_environ(note(h, "environ", NULL, NULL), ret, err);
}

static int rec_exec(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err)
{
	autofree char *argv = strv_join(spec->argv, " ");

	return host_exec(note(h, "exec", argv, NULL), spec, done, arg, ret, err);
}

static int rec_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err)
{
	autofree char *where = spec->unix_socket
				       ? xstrdup(spec->unix_socket)
				       : xasprintf("%s:%d", spec->tcp_host, spec->tcp_port);

	/* The dial carries the operations of the host that made it: taking goes there directly. */
	return host_dial(note(h, "dial", spec->unix_socket ? "unix" : "tcp", where), spec, done,
		arg, ret, err);
}

static const struct host_ops recording_ops = {
	.name = "recording",
	.free = rec_free,
	.read = rec_read,
	.write = rec_write,
	.stat = rec_stat,
	.readlink = rec_readlink,
	.realpath = rec_realpath,
	.read_many = rec_read_many,
	.list = rec_list,
	.walk = rec_walk,
	.mkdir = rec_mkdir,
	.remove = rec_remove,
	.rename = rec_rename,
	.chown = rec_chown,
	.chmod = rec_chmod,
	.own = rec_own,
	.append = rec_append,
	.lock = rec_lock,
	.unlock = rec_unlock,
	.space = rec_space,
	.facts = rec_facts,
	.listeners = rec_listeners,
	.environ = rec_environ,
	.exec = rec_exec,
	.dial = rec_dial,
	.dial_take = host_dial_take,
};

struct host *recording_host_new(struct host *inner)
{
	struct recording *r = xcalloc(1, sizeof(*r));

	r->host.ops = &recording_ops;
	r->host.loop = inner->loop;
	r->host.label = xstrdup("recorded");
	r->inner = inner;
	pthread_mutex_init(&r->lock, NULL);
	return &r->host;
}

const struct strv *recording_host_calls(const struct host *h)
{
	return &((const struct recording *)h)->calls;
}

bool recording_host_saw(const struct host *h, const char *line)
{
	return strv_has(recording_host_calls(h), line);
}

bool recording_host_saw_prefix(const struct host *h, const char *prefix)
{
	const struct strv *calls = recording_host_calls(h);

	for (size_t i = 0; i < calls->n; i++) {
		if (str_starts(calls->items[i], prefix))
			return true;
	}
	return false;
}

void recording_host_clear(struct host *h)
{
	strv_clear(&((struct recording *)h)->calls);
}
