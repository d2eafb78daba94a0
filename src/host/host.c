/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include "base/i18n.h"

#include <string.h>

void host_facts_done(struct host_facts *f)
{
	free(f->name);
	free(f->os);
	free(f->arch);
	free(f->user);
	free(f->home);
	*f = (struct host_facts){0};
}

void host_free(struct host *h)
{
	if (h)
		h->ops->free(h);
}

int host_read(struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	return h->ops->read(h, path, max, out, err);
}

int host_write(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	return h->ops->write(h, path, data, n, mode, err);
}

int host_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	return h->ops->stat(h, path, ret, err);
}

bool host_exists(struct host *h, const char *path)
{
	struct host_stat st;

	return h->ops->stat(h, path, &st, NULL) == 0;
}

int host_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	return h->ops->readlink(h, path, ret, err);
}

int host_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	return h->ops->list(h, path, names, err);
}

int host_walk(struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err)
{
	return h->ops->walk(h, root, fn, arg, err);
}

int host_mkdir(struct host *h, const char *path, int mode, struct error *err)
{
	return h->ops->mkdir(h, path, mode, err);
}

int host_mkdirs(struct host *h, const char *path, int mode, struct error *err)
{
	size_t n = strlen(path);
	struct host_stat st;
	int rc;

	while (n > 1 && path[n - 1] == '/')
		n--;
	autofree char *dir = xstrndup(path, n);
	/* "." looks through a link, which may stand for a directory. */
	autofree char *inside = xasprintf("%s/.", dir);
	char *slash = strrchr(dir, '/');

	if (n == 0 || h->ops->stat(h, inside, &st, NULL) == 0)
		return 0;
	if (slash && slash != dir) {
		autofree char *parent = xstrndup(dir, (size_t)(slash - dir));

		rc = host_mkdirs(h, parent, mode, err);
		if (rc < 0)
			return rc;
	}
	rc = h->ops->mkdir(h, dir, mode, err);
	/* Somebody else may have been quicker. */
	if (rc == ERR_EXISTS && h->ops->stat(h, inside, &st, NULL) == 0) {
		if (err)
			error_done(err);
		return 0;
	}
	return rc;
}

int host_remove(struct host *h, const char *path, struct error *err)
{
	return h->ops->remove(h, path, err);
}

int host_rename(struct host *h, const char *from, const char *to, struct error *err)
{
	return h->ops->rename(h, from, to, err);
}

int host_chown(struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err)
{
	return h->ops->chown(h, path, uid, gid, err);
}

int host_chmod(struct host *h, const char *path, int mode, struct error *err)
{
	return h->ops->chmod(h, path, mode, err);
}

int host_own(struct host *h, const char *root, const struct host_own *want, host_own_fn *before,
	void *arg, const atomic_bool *cancelled, struct error *err)
{
	return h->ops->own(h, root, want, before, arg, cancelled, err);
}

int host_append(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	return h->ops->append(h, path, data, n, mode, err);
}

int host_lock(struct host *h, const char *path, const char *text, int *ret, char **holder,
	struct error *err)
{
	return h->ops->lock(h, path, text, ret, holder, err);
}

void host_unlock(struct host *h, int lock)
{
	h->ops->unlock(h, lock);
}

int host_space(struct host *h, const char *path, struct host_space *ret, struct error *err)
{
	return h->ops->space(h, path, ret, err);
}

int host_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	return h->ops->facts(h, ret, err);
}

int host_environ(struct host *h, struct strv *ret, struct error *err)
{
	return h->ops->environ(h, ret, err);
}

int host_exec(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err)
{
	return h->ops->exec(h, spec, done, arg, ret, err);
}

int host_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err)
{
	return h->ops->dial(h, spec, done, arg, ret, err);
}

int host_dial_take(struct op *dial)
{
	return ((struct host_dial *)dial)->ops->dial_take(dial);
}

char *host_path(const char *dir, const char *name)
{
	size_t n = dir ? strlen(dir) : 0;

	if (n == 0 || name[0] == '/')
		return xstrdup(name);
	return xasprintf("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}
