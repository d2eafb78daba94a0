/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct own {
	const struct host_own *want;
	host_own_fn *before;
	void *arg;
	const atomic_bool *cancelled;
	const char *root;
	struct str path; /* of the current entry, from the root */
	dev_t dev;
	int depth;
	struct error *err;
};

static int cannot_own(struct own *o)
{
	return error_errno(o->err, errno, _("cannot change %s%s%s"), o->root,
		o->path.len ? "/" : "", str_text(&o->path));
}

static bool owner_differs(const struct own *o, const struct stat *st)
{
	const struct host_own *w = o->want;

	return (w->uid >= 0 && st->st_uid != (uid_t)w->uid) ||
	       (w->gid >= 0 && st->st_gid != (gid_t)w->gid);
}

static int wanted_mode(const struct own *o, const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return o->want->dir_mode;
	return S_ISREG(st->st_mode) ? o->want->file_mode : -1;
}

/* Makes one entry right: by its descriptor when there is one (a directory), else by name. The name
 * may have changed its meaning since: neither call follows a link. Owner first, it takes set-id
 * bits away. */
static int own_entry(struct own *o, int fd, int dir, const char *name, const struct stat *st)
{
	uid_t uid = o->want->uid >= 0 ? (uid_t)o->want->uid : (uid_t)-1;
	gid_t gid = o->want->gid >= 0 ? (gid_t)o->want->gid : (gid_t)-1;
	int mode = wanted_mode(o, st), rc;
	bool owner = owner_differs(o, st);

	if (!owner && (mode < 0 || (st->st_mode & 07777) == (mode_t)mode))
		return 0;
	if (o->before) {
		struct host_entry entry = {.path = str_text(&o->path)};

		local_stat_convert(st, &entry.st);
		o->before(o->arg, &entry);
	}
	if (owner) {
		rc = fd >= 0 ? fchown(fd, uid, gid)
			     : fchownat(dir, name, uid, gid, AT_SYMLINK_NOFOLLOW);
		if (rc < 0)
			return errno == ENOENT ? 0 : cannot_own(o);
	}
	if (mode >= 0) {
		rc = fd >= 0 ? fchmod(fd, (mode_t)mode)
			     : fchmodat(dir, name, (mode_t)mode, AT_SYMLINK_NOFOLLOW);
		/* EOPNOTSUPP: a link has taken its place. */
		if (rc < 0)
			return errno == ENOENT || errno == EOPNOTSUPP ? 0 : cannot_own(o);
	}
	return 0;
}

static int own_at(struct own *o, int dir, const char *name);

/* Takes fd. */
static int own_children(struct own *o, int fd)
{
	size_t len = o->path.len;
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (!dir) {
		close(fd);
		return cannot_own(o);
	}
	for (errno = 0; rc == 0 && (e = readdir(dir)); errno = 0) {
		size_t n = strlen(e->d_name);

		if (e->d_name[0] == '.' && (n == 1 || (n == 2 && e->d_name[1] == '.')))
			continue;
		if (len)
			str_addc(&o->path, '/');
		str_addn(&o->path, e->d_name, n);
		if (str_full(&o->path))
			rc = error_set(
				o->err, ERR_LIMIT, _("a path below %s is too long"), o->root);
		else
			rc = own_at(o, fd, e->d_name);
		str_cut(&o->path, len);
	}
	if (rc == 0 && errno)
		rc = cannot_own(o);
	closedir(dir);
	return rc;
}

/* A directory is opened first and judged by its descriptor; *opened false: it is none (any more).
 */
static int own_directory(struct own *o, int dir, const char *name, bool *opened)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int rc;

	*opened = fd >= 0;
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP || errno == ENOENT ? 0 : cannot_own(o);
	if (fstat(fd, &st) < 0)
		return cannot_own(o);
	if (o->depth == 0)
		o->dev = st.st_dev;
	rc = own_entry(o, fd, -1, NULL, &st);
	if (rc < 0 || !o->want->recursive || st.st_dev != o->dev)
		return rc;
	if (o->depth == LOCAL_DEPTH_MAX)
		return error_set(o->err, ERR_LIMIT,
			_("%s has more than %d directories inside each other"), o->root,
			LOCAL_DEPTH_MAX);
	o->depth++;
	rc = own_children(o, take_fd(fd));
	o->depth--;
	return rc;
}

static int own_at(struct own *o, int dir, const char *name)
{
	struct stat st;
	bool opened;

	if (o->cancelled && atomic_load_explicit(o->cancelled, memory_order_relaxed))
		return error_set(o->err, ERR_CANCELLED, _("changing %s was cancelled"), o->root);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT && o->depth > 0 ? 0 : cannot_own(o);
	if (S_ISDIR(st.st_mode)) {
		int rc = own_directory(o, dir, name, &opened);

		/* Without leave to list it, its owner and mode may be what is wrong with it. */
		if (opened || rc == 0)
			return rc;
		error_done(o->err);
		rc = own_entry(o, -1, dir, name, &st);
		return rc < 0 || !o->want->recursive ? rc : own_directory(o, dir, name, &opened);
	}
	return own_entry(o, -1, dir, name, &st);
}

int local_own(struct host *h, const char *root, const struct host_own *want, host_own_fn *before,
	void *arg, const atomic_bool *cancelled, struct error *err)
{
	AUTO(error) struct error own_err = ERROR_INIT;
	struct own o = {.want = want,
		.before = before,
		.arg = arg,
		.cancelled = cancelled,
		.root = root,
		.path = STR_INIT(STR_LINE),
		.err = &own_err};
	int rc = own_at(&o, AT_FDCWD, root);

	(void)h;
	str_done(&o.path);
	if (rc < 0)
		error_move(err, &own_err);
	return rc;
}
