/* SPDX-License-Identifier: MIT */
/*
 * A host on which the project lies in a directory that this machine does not have: every path below
 * it is mapped to a real one, and only there. What went past the host would not find it.
 */
#ifndef SLIPWAY_TESTS_ELSEWHERE_HOST_H
#define SLIPWAY_TESTS_ELSEWHERE_HOST_H

#include "host/host.h"

#include <string.h>

#define ELSEWHERE "/nowhere/at/all"

struct elsewhere {
	struct host base;
	struct host *inner; /* borrowed */
	const char *dir;
	int64_t user; /* whom we say to be; negative: the real one */
	int listening; /* the one port that somebody ("nginx", 77) listens on; 0: those of this machine */
};

static inline char *elsewhere_map(struct host *h, const char *path)
{
	struct elsewhere *e = (struct elsewhere *)h;
	size_t n = strlen(ELSEWHERE);

	if (strncmp(path, ELSEWHERE, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		return xasprintf("%s%s", e->dir, path + n);
	/* Its devices are those a test makes. */
	if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/driver/", 13) == 0)
		return xasprintf("%s/.devices/%s", e->dir, strrchr(path, '/') + 1);
	return xstrdup(path);
}

#define ELSEWHERE_INNER(h) (((struct elsewhere *)(h))->inner)
#define ELSEWHERE_OP(name, params, args)                      \
	static inline int elsewhere_##name params             \
	{                                                     \
		autofree char *real = elsewhere_map(h, path); \
		struct host *inner = ELSEWHERE_INNER(h);      \
		return inner->ops->name args;                 \
	}

ELSEWHERE_OP(read,
	(struct host * h, const char *path, size_t max, struct str *out, struct error *err),
	(inner, real, max, out, err))
ELSEWHERE_OP(write,
	(struct host * h, const char *path, const void *data, size_t n, int mode,
		struct error *err),
	(inner, real, data, n, mode, err))
ELSEWHERE_OP(stat, (struct host * h, const char *path, struct host_stat *ret, struct error *err),
	(inner, real, ret, err))
ELSEWHERE_OP(readlink, (struct host * h, const char *path, char **ret, struct error *err),
	(inner, real, ret, err))
ELSEWHERE_OP(list, (struct host * h, const char *path, struct strv *names, struct error *err),
	(inner, real, names, err))
ELSEWHERE_OP(walk,
	(struct host * h, const char *path, host_walk_fn *fn, void *arg, struct error *err),
	(inner, real, fn, arg, err))
ELSEWHERE_OP(mkdir, (struct host * h, const char *path, int mode, struct error *err),
	(inner, real, mode, err))
ELSEWHERE_OP(remove, (struct host * h, const char *path, struct error *err), (inner, real, err))
ELSEWHERE_OP(chmod, (struct host * h, const char *path, int mode, struct error *err),
	(inner, real, mode, err))
ELSEWHERE_OP(own,
	(struct host * h, const char *path, const struct host_own *want, host_own_fn *before,
		void *arg, const atomic_bool *cancelled, struct error *err),
	(inner, real, want, before, arg, cancelled, err))
ELSEWHERE_OP(append,
	(struct host * h, const char *path, const void *data, size_t n, int mode,
		struct error *err),
	(inner, real, data, n, mode, err))
ELSEWHERE_OP(lock,
	(struct host * h, const char *path, const char *text, int *ret, char **holder,
		struct error *err),
	(inner, real, text, ret, holder, err))

static inline void elsewhere_unlock(struct host *h, int lock)
{
	ELSEWHERE_INNER(h)->ops->unlock(ELSEWHERE_INNER(h), lock);
}

static inline int elsewhere_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	int code = ELSEWHERE_INNER(h)->ops->facts(ELSEWHERE_INNER(h), ret, err);

	if (code == 0 && ((struct elsewhere *)h)->user >= 0)
		ret->uid = (uint32_t)((struct elsewhere *)h)->user;
	return code;
}

static inline int elsewhere_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	int port = ((struct elsewhere *)h)->listening;

	if (port) {
		VEC_GROW(ret->items, ret->n, ret->cap);
		ret->items[ret->n++] = (struct host_listener){
			.port = port, .pid = 77, .name = xstrdup("nginx")};
		return 0;
	}
	return ELSEWHERE_INNER(h)->ops->listeners(ELSEWHERE_INNER(h), ret, err);
}

/* No variable of the session there. */
static inline int elsewhere_environ(struct host *h, struct strv *ret, struct error *err)
{
	(void)h;
	(void)err;
	strv_push(ret, "HOME=/nowhere");
	return 0;
}

/* There is no program of any name. */
static inline int elsewhere_exec(struct host *h, const struct child_spec *spec, op_done_fn *done,
	void *arg, struct child **ret, struct error *err)
{
	(void)h;
	(void)done;
	(void)arg;
	(void)ret;
	return error_set(err, ERR_NOT_FOUND, "there is no %s", spec->argv->items[0]);
}

static inline struct host *elsewhere_host_new(struct host *inner, const char *dir)
{
	static const struct host_ops ops = {
		.name = "elsewhere",
		.read = elsewhere_read,
		.write = elsewhere_write,
		.stat = elsewhere_stat,
		.readlink = elsewhere_readlink,
		.list = elsewhere_list,
		.walk = elsewhere_walk,
		.mkdir = elsewhere_mkdir,
		.remove = elsewhere_remove,
		.chmod = elsewhere_chmod,
		.own = elsewhere_own,
		.append = elsewhere_append,
		.lock = elsewhere_lock,
		.unlock = elsewhere_unlock,
		.facts = elsewhere_facts,
		.listeners = elsewhere_listeners,
		.environ = elsewhere_environ,
		.exec = elsewhere_exec,
	};
	struct elsewhere *e = xcalloc(1, sizeof(*e));

	e->base = (struct host){.ops = &ops, .loop = inner->loop, .label = inner->label};
	e->inner = inner;
	e->dir = dir;
	e->user = -1;
	return &e->base;
}

static inline void elsewhere_host_free(struct host *h)
{
	free(h);
}

static inline void elsewhere_play_user(struct host *h, int64_t uid)
{
	((struct elsewhere *)h)->user = uid;
}

#endif
