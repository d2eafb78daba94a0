/* SPDX-License-Identifier: MIT */
/*
 * A host that does what the host inside it does until its n-th operation, and then dies or fails.
 * It counts, so that a test can try every n.
 */
#ifndef SLIPWAY_TESTS_FAULT_HOST_H
#define SLIPWAY_TESTS_FAULT_HOST_H

#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum fault {
	FAULT_NONE,
	FAULT_DIE_BEFORE, /* the process is gone before the operation */
	FAULT_DIE_WITHIN, /* half of it has happened: a temporary file, half a line, a directory
			     without its mode */
	FAULT_DIE_AFTER,
	FAULT_FULL,      /* this and every later write fails: no space left on device */
	FAULT_FULL_ONCE, /* only this one */
};

struct fault_host {
	struct host base;
	struct host *inner; /* owned */
	enum fault fault;
	long at;    /* number of the operation, from 1 */
	long count; /* operations so far */
};

static inline struct fault_host *fault_of(struct host *h)
{
	return (struct fault_host *)h;
}

enum { FAULT_STATUS = 77 };

static inline bool fault_hits(struct fault_host *f)
{
	return ++f->count == f->at;
}

static inline void fault_before(struct fault_host *f, bool hit)
{
	if (hit && f->fault == FAULT_DIE_BEFORE)
		_exit(FAULT_STATUS);
}

static inline int fault_after(struct fault_host *f, bool hit, int code)
{
	if (hit && (f->fault == FAULT_DIE_AFTER || f->fault == FAULT_DIE_WITHIN))
		_exit(FAULT_STATUS);
	return code;
}

static inline bool fault_full(struct fault_host *f, bool hit)
{
	return (hit && f->fault == FAULT_FULL_ONCE) ||
	       (f->fault == FAULT_FULL && f->at && f->count >= f->at);
}

static inline int fault_no_space(const char *path, struct error *err)
{
	return error_errno(err, ENOSPC, "cannot write %s", path);
}

static inline void fault_leave(const char *path, const void *data, size_t n, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0600);

	if (fd >= 0 && write(fd, data, n) < 0)
		_exit(1);
	_exit(fd >= 0 ? FAULT_STATUS : 1);
}

static inline int fault_write(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	if (fault_full(f, hit))
		return fault_no_space(path, err);
	if (hit && f->fault == FAULT_DIE_WITHIN) {
		const char *slash = strrchr(path, '/');
		autofree char *temp = xasprintf(
			"%.*s" HOST_TEMP_PREFIX "torn", slash ? (int)(slash - path) + 1 : 0, path);

		fault_leave(temp, data, n / 2, O_TRUNC);
	}
	return fault_after(f, hit, f->inner->ops->write(f->inner, path, data, n, mode, err));
}

static inline int fault_append(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	if (fault_full(f, hit))
		return fault_no_space(path, err);
	if (hit && f->fault == FAULT_DIE_WITHIN)
		fault_leave(path, data, n / 2, O_APPEND);
	return fault_after(f, hit, f->inner->ops->append(f->inner, path, data, n, mode, err));
}

static inline int fault_mkdir(struct host *h, const char *path, int mode, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	if (fault_full(f, hit))
		return fault_no_space(path, err);
	if (hit && f->fault == FAULT_DIE_WITHIN && mkdir(path, 0700) == 0)
		_exit(FAULT_STATUS);
	return fault_after(f, hit, f->inner->ops->mkdir(f->inner, path, mode, err));
}

static inline int fault_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->read(f->inner, path, max, out, err));
}

static inline int fault_stat(
	struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->stat(f->inner, path, ret, err));
}

static inline int fault_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	return fault_of(h)->inner->ops->readlink(fault_of(h)->inner, path, ret, err);
}

static inline int fault_list(
	struct host *h, const char *path, struct strv *names, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->list(f->inner, path, names, err));
}

static inline int fault_walk(
	struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->walk(f->inner, root, fn, arg, err));
}

static inline int fault_remove(struct host *h, const char *path, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->remove(f->inner, path, err));
}

static inline int fault_chmod(struct host *h, const char *path, int mode, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	return fault_after(f, hit, f->inner->ops->chmod(f->inner, path, mode, err));
}

/* Dies within a walk after the first entries have changed. */
struct fault_owning {
	host_own_fn *before;
	void *arg;
	int left;
};

static inline int fault_own_entry(void *arg, const struct host_entry *entry)
{
	struct fault_owning *o = arg;

	int code = o->before ? o->before(o->arg, entry) : 0;

	if (o->left-- == 0)
		_exit(FAULT_STATUS);
	return code;
}

static inline int fault_own(struct host *h, const char *root, const struct host_own *want,
	host_own_fn *before, void *arg, const atomic_bool *cancelled, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);
	struct fault_owning o = {before, arg, 1};

	fault_before(f, hit);
	if (hit && f->fault == FAULT_DIE_WITHIN)
		return fault_after(f, hit,
			f->inner->ops->own(
				f->inner, root, want, fault_own_entry, &o, cancelled, err));
	return fault_after(
		f, hit, f->inner->ops->own(f->inner, root, want, before, arg, cancelled, err));
}

static inline int fault_lock(struct host *h, const char *path, const char *text, int *ret,
	char **holder, struct error *err)
{
	struct fault_host *f = fault_of(h);
	bool hit = fault_hits(f);

	fault_before(f, hit);
	if (fault_full(f, hit))
		return fault_no_space(path, err);
	return fault_after(f, hit, f->inner->ops->lock(f->inner, path, text, ret, holder, err));
}

static inline void fault_unlock(struct host *h, int lock)
{
	fault_of(h)->inner->ops->unlock(fault_of(h)->inner, lock);
}

static inline int fault_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	return fault_of(h)->inner->ops->facts(fault_of(h)->inner, ret, err);
}

static inline int fault_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	return fault_of(h)->inner->ops->listeners(fault_of(h)->inner, ret, err);
}

static inline int fault_environ(struct host *h, struct strv *ret, struct error *err)
{
	return fault_of(h)->inner->ops->environ(fault_of(h)->inner, ret, err);
}

static inline void fault_free(struct host *h)
{
	host_free(fault_of(h)->inner);
	free(fault_of(h));
}

static inline struct fault_host *fault_host_new(struct host *inner, enum fault fault, long at)
{
	static const struct host_ops ops = {
		.name = "fault",
		.free = fault_free,
		.read = fault_read,
		.write = fault_write,
		.stat = fault_stat,
		.readlink = fault_readlink,
		.list = fault_list,
		.walk = fault_walk,
		.mkdir = fault_mkdir,
		.remove = fault_remove,
		.chmod = fault_chmod,
		.own = fault_own,
		.append = fault_append,
		.lock = fault_lock,
		.unlock = fault_unlock,
		.facts = fault_facts,
		.listeners = fault_listeners,
		.environ = fault_environ,
	};
	struct fault_host *f = xcalloc(1, sizeof(*f));

	f->base = (struct host){.ops = &ops, .loop = inner->loop, .label = inner->label};
	f->inner = inner;
	f->fault = fault;
	f->at = at;
	return f;
}

#endif
