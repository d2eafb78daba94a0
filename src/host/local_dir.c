/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static enum host_file_type type_of(mode_t mode)
{
	static const struct {
		mode_t format;
		enum host_file_type type;
	} types[] = {{S_IFREG, HOST_FILE}, {S_IFDIR, HOST_DIR}, {S_IFLNK, HOST_LINK},
		{S_IFSOCK, HOST_SOCKET}};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if ((mode & S_IFMT) == types[i].format)
			return types[i].type;
	}
	return HOST_OTHER;
}

void local_stat_convert(const struct stat *st, struct host_stat *ret)
{
	*ret = (struct host_stat){
		.type = type_of(st->st_mode),
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.size = st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.dev = st->st_dev,
		.ino = st->st_ino,
	};
}

int local_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	struct stat st;

	(void)h;
	if (lstat(path, &st) < 0)
		return error_errno(err, errno, _("cannot look at %s"), path);
	local_stat_convert(&st, ret);
	return 0;
}

int local_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	char buf[4096];
	ssize_t n = readlink(path, buf, sizeof(buf));

	(void)h;
	if (n < 0)
		return error_errno(err, errno, _("cannot read the link %s"), path);
	if ((size_t)n == sizeof(buf))
		return error_set(err, ERR_LIMIT, _("the link %s is too long"), path);
	*ret = xstrndup(buf, (size_t)n);
	return 0;
}

int local_realpath(struct host *h, const char *path, char **ret, struct error *err)
{
	char *found = realpath(path, NULL);

	(void)h;
	if (!found)
		return error_errno(err, errno, _("cannot find out where %s is"), path);
	*ret = found;
	return 0;
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* The next name, NULL at the end (*rc 0) or on error (*rc -1 with errno). */
static const char *next_name(DIR *dir, int *rc)
{
	struct dirent *e;

	do {
		errno = 0;
		e = readdir(dir);
	} while (e && is_dots(e->d_name));
	*rc = !e && errno ? -1 : 0;
	return e ? e->d_name : NULL;
}

int local_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	__attribute__((cleanup(dir_cleanup))) DIR *dir = NULL;
	AUTO(strv) struct strv found = STRV_INIT;
	autoclose int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *name;
	int rc;

	(void)h;
	if (fd >= 0)
		dir = fdopendir(fd);
	if (!dir)
		return error_errno(err, errno, _("cannot list %s"), path);
	fd = -1; /* the stream's now */
	while ((name = next_name(dir, &rc)))
		strv_push(&found, name);
	if (rc < 0)
		return error_errno(err, errno, _("cannot list %s"), path);
	strv_sort(&found);
	strv_extend(names, &found);
	return 0;
}

struct walk {
	host_walk_fn *fn;
	void *arg;
	const char *root;
	struct str path; /* of the current entry, from the root */
	dev_t dev;
	int depth;
	struct error *err;
};

static int cannot_walk(struct walk *w)
{
	return error_errno(w->err, errno, _("cannot walk %s/%s"), w->root, str_text(&w->path));
}

static int walk_entry(struct walk *w, int dir, const char *name);

/* Takes fd. */
static int walk_children(struct walk *w, int fd)
{
	__attribute__((cleanup(dir_cleanup))) DIR *dir = fdopendir(fd);
	size_t len = w->path.len;
	const char *name;
	int rc, end;

	if (!dir) {
		close(fd);
		return cannot_walk(w);
	}
	while ((name = next_name(dir, &end))) {
		str_addf(&w->path, "%s%s", len ? "/" : "", name);
		if (str_full(&w->path))
			return error_set(
				w->err, ERR_LIMIT, _("a path below %s is too long"), w->root);
		rc = walk_entry(w, fd, name);
		str_cut(&w->path, len);
		if (rc < 0)
			return rc;
	}
	return end < 0 ? cannot_walk(w) : 0;
}

static int walk_entry(struct walk *w, int dir, const char *name)
{
	struct host_entry entry = {.path = str_text(&w->path)};
	bool is_root = w->depth == 0;
	autoclose int fd = -1;
	struct stat st;
	int rc;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT && !is_root ? 0 : cannot_walk(w);
	if (is_root)
		w->dev = st.st_dev;
	local_stat_convert(&st, &entry.st);
	rc = w->fn(w->arg, &entry);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (!S_ISDIR(st.st_mode) || st.st_dev != w->dev)
		return 0;
	if (w->depth == LOCAL_DEPTH_MAX)
		return error_set(w->err, ERR_LIMIT,
			_("%s has more than %d directories inside each other"), w->root,
			LOCAL_DEPTH_MAX);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* Gone, or no longer a directory (a link, even): not ours to follow. */
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : cannot_walk(w);
	w->depth++;
	rc = walk_children(w, take_fd(fd));
	w->depth--;
	return rc;
}

int local_walk(struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err)
{
	struct walk w = {
		.fn = fn, .arg = arg, .root = root, .path = STR_INIT(STR_LINE), .err = err};
	int rc = walk_entry(&w, AT_FDCWD, root);

	(void)h;
	str_done(&w.path);
	return rc;
}

int local_mkdir(struct host *h, const char *path, int mode, struct error *err)
{
	autoclose int fd = -1;

	(void)h;
	if (mkdir(path, (mode_t)mode & 0700) < 0) {
		if (errno == EEXIST)
			return error_set(err, ERR_EXISTS, _("%s exists already"), path);
		return error_errno(err, errno, _("cannot make the directory %s"), path);
	}
	/* What the umask took away comes back, and more than 0700 only now. */
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchmod(fd, (mode_t)mode) < 0 || local_sync_parent(path) < 0)
		return error_errno(err, errno, _("cannot make the directory %s"), path);
	return 0;
}

int local_remove(struct host *h, const char *path, struct error *err)
{
	(void)h;
	if (remove(path) < 0)
		return error_errno(err, errno, _("cannot remove %s"), path);
	return 0;
}

int local_rename(struct host *h, const char *from, const char *to, struct error *err)
{
	(void)h;
	if (rename(from, to) < 0)
		return error_errno(err, errno, _("cannot rename %s to %s"), from, to);
	return 0;
}

int local_chown(struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err)
{
	(void)h;
	if (fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, errno, _("cannot change the owner of %s"), path);
	return 0;
}

int local_chmod(struct host *h, const char *path, int mode, struct error *err)
{
	(void)h;
	if (fchmodat(AT_FDCWD, path, (mode_t)mode, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, errno, _("cannot change the mode of %s"), path);
	return 0;
}
