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
	free(f->cwd);
	free(f->self);
	*f = (struct host_facts){0};
}

void host_listeners_done(struct host_listeners *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->items[i].name);
		free(l->items[i].address);
	}
	free(l->items);
	*l = (struct host_listeners){0};
}

static bool is_all(const char *address)
{
	return str_empty(address) || str_eq(address, "0.0.0.0") || str_eq(address, "::");
}

bool host_addresses_meet(const char *a, const char *b)
{
	return is_all(a) || is_all(b) || str_eq(a, b);
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

bool host_has_nvidia(struct host *h)
{
	static const char *const signs[] = {
		"/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/proc/driver/nvidia/version"};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (host_exists(h, signs[i]))
			return true;
	return false;
}

int host_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	return h->ops->readlink(h, path, ret, err);
}

int host_realpath(struct host *h, const char *path, char **ret, struct error *err)
{
	return h->ops->realpath(h, path, ret, err);
}

int host_read_many(struct host *h, struct host_reading *items, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		str_init(&items[i].text, items[i].max);
	if (h->ops->read_many)
		return h->ops->read_many(h, items, n, err);
	for (size_t i = 0; i < n; i++)
		items[i].code = h->ops->read(h, items[i].path, items[i].max, &items[i].text, NULL);
	return 0;
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

int host_lend(struct host *h, const void *data, size_t n, struct host_loan *ret, struct error *err)
{
	struct host_loan loan = {.host = h, .id = -1};
	int code;

	if (!h->ops->lend)
		return error_set(err, ERR_FAILED,
			_("secrets cannot be handed to programs on %s without writing them down"),
			h->label);
	code = h->ops->lend(h, data, n, &loan, err);
	if (code == 0)
		*ret = loan;
	return code;
}

void host_loan_done(struct host_loan *loan)
{
	if (loan->host)
		loan->host->ops->unlend(loan->host, loan);
	free(loan->path);
	*loan = (struct host_loan){.id = -1};
}

int host_space(struct host *h, const char *path, struct host_space *ret, struct error *err)
{
	return h->ops->space(h, path, ret, err);
}

int host_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	return h->ops->facts(h, ret, err);
}

int host_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	return h->ops->listeners(h, ret, err);
}

int host_environ(struct host *h, struct strv *ret, struct error *err)
{
	return h->ops->environ(h, ret, err);
}

char *host_env(struct host *h, const char *name)
{
	AUTO(strv) struct strv all = STRV_INIT;
	size_t n = strlen(name);

	if (h->ops->environ(h, &all, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < all.n; i++)
		if (str_starts(all.items[i], name) && all.items[i][n] == '=')
			return xstrdup(all.items[i] + n + 1);
	return NULL;
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
