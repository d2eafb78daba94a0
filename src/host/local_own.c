/* SPDX-License-Identifier: MIT */
/*
 * Owners and modes of a tree. A directory is opened before it is judged, and what is in it is
 * reached through its descriptor, so that no name can come to mean something elsewhere. Large trees
 * are shared among a few threads: a directory, or a piece of a large one, at a time.
 */
#include "host/local.h"
#include "host/local_crew.h"

#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

enum {
	LIST_SIZE = 32 * 1024, /* of a piece of a directory as the kernel lists it */
	SHARE_SIZE = 4096,     /* a smaller piece is not worth handing over */
	ALONE = 1024,          /* entries before anybody is asked to help */
	FILES_SPARE = 128,     /* descriptors for everything else in the process */
};

struct own {
	const struct host_own *want;
	host_own_fn *before;
	void *arg;
	const atomic_bool *cancelled;
	const char *root;
	dev_t dev;
	struct crew crew;
	atomic_size_t seen;
	atomic_bool stop;     /* code is set */
	pthread_mutex_t lock; /* of before, code and err */
	int code;
	struct error err;
};

/* A directory that is open, for as long as somebody works on a part of it. */
struct own_dir {
	int fd;
	int depth;
	atomic_int users;
	size_t len;
	char path[]; /* from the root; "" is the root */
};

/* What a thread is given: a directory, or with names a piece of its list. */
struct own_part {
	struct own_dir *dir;
	char *names;
	size_t n;
};

static struct own_dir *dir_new(const struct own_dir *parent, const char *name, int fd)
{
	bool slash = parent && parent->len;
	size_t n = strlen(name), before = parent ? parent->len + slash : 0;
	struct own_dir *d = xmalloc(sizeof(*d) + before + n + 1);

	*d = (struct own_dir){.fd = fd, .depth = parent ? parent->depth + 1 : 0, .len = before + n};
	atomic_init(&d->users, 1);
	if (parent)
		memcpy(d->path, parent->path, parent->len);
	if (slash)
		d->path[before - 1] = '/';
	memcpy(d->path + before, name, n + 1);
	return d;
}

static void dir_release(struct own_dir *d)
{
	if (atomic_fetch_sub(&d->users, 1) > 1)
		return;
	close(d->fd);
	free(d);
}

/* From the root; name NULL: the root itself. */
static char *entry_path(const struct own_dir *dir, const char *name)
{
	return name ? host_path(dir ? dir->path : "", name) : xstrdup("");
}

/* --- the outcome: the first failure counts */

static int own_fail(struct own *o, int code, struct error *err)
{
	pthread_mutex_lock(&o->lock);
	if (!o->code) {
		o->code = code;
		error_move(&o->err, err);
	}
	code = o->code;
	atomic_store(&o->stop, true);
	pthread_mutex_unlock(&o->lock);
	return code;
}

static int cannot_own(struct own *o, const struct own_dir *dir, const char *name)
{
	AUTO(error) struct error e = ERROR_INIT;
	int number = errno;
	autofree char *path = entry_path(dir, name);

	error_errno(&e, number, _("cannot change %s%s%s"), o->root, *path ? "/" : "", path);
	return own_fail(o, e.code, &e);
}

/* 0 to go on. */
static int own_stopped(struct own *o)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (atomic_load_explicit(&o->stop, memory_order_relaxed))
		return ERR_CANCELLED;
	if (!o->cancelled || !atomic_load_explicit(o->cancelled, memory_order_relaxed))
		return 0;
	error_set(&e, ERR_CANCELLED, _("changing %s was cancelled"), o->root);
	return own_fail(o, ERR_CANCELLED, &e);
}

/* --- one entry */

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

static int tell_before(
	struct own *o, const struct own_dir *dir, const char *name, const struct stat *st)
{
	autofree char *path = entry_path(dir, name);
	struct host_entry entry = {.path = path};
	AUTO(error) struct error none = ERROR_INIT;
	int code;

	local_stat_convert(st, &entry.st);
	pthread_mutex_lock(&o->lock);
	code = o->before(o->arg, &entry);
	pthread_mutex_unlock(&o->lock);
	/* The words for it are the caller's own. */
	return code < 0 ? own_fail(o, code, &none) : 0;
}

/* Makes one entry right: by its descriptor when there is one (a directory), else by name. The name
 * may have changed its meaning since: neither call follows a link. Owner first, it takes set-id
 * bits away. */
static int own_entry(
	struct own *o, const struct own_dir *dir, const char *name, int fd, const struct stat *st)
{
	uid_t uid = o->want->uid >= 0 ? (uid_t)o->want->uid : (uid_t)-1;
	gid_t gid = o->want->gid >= 0 ? (gid_t)o->want->gid : (gid_t)-1;
	int mode = wanted_mode(o, st), rc, at = dir ? dir->fd : AT_FDCWD;
	const char *at_name = name ? name : o->root;
	bool owner = owner_differs(o, st);

	if (!owner && (mode < 0 || (st->st_mode & 07777) == (mode_t)mode))
		return 0;
	if (o->before && (rc = tell_before(o, dir, name, st)) < 0)
		return rc;
	if (owner) {
		rc = fd >= 0 ? fchown(fd, uid, gid)
			     : fchownat(at, at_name, uid, gid, AT_SYMLINK_NOFOLLOW);
		if (rc < 0)
			return errno == ENOENT ? 0 : cannot_own(o, dir, name);
	}
	if (mode >= 0) {
		rc = fd >= 0 ? fchmod(fd, (mode_t)mode)
			     : fchmodat(at, at_name, (mode_t)mode, AT_SYMLINK_NOFOLLOW);
		/* EOPNOTSUPP: a link has taken its place. */
		if (rc < 0)
			return errno == ENOENT || errno == EOPNOTSUPP ? 0
								      : cannot_own(o, dir, name);
	}
	return 0;
}

/* --- directories */

static int read_dir(struct own *o, struct own_dir *dir);

/* False: nobody has time. */
static bool give_part(struct own *o, struct own_dir *dir, char *names, size_t n)
{
	struct own_part *part;

	if (atomic_load_explicit(&o->seen, memory_order_relaxed) < ALONE || !crew_wants(&o->crew))
		return false;
	part = xmalloc(sizeof(*part));
	*part = (struct own_part){dir, names, n};
	atomic_fetch_add(&dir->users, 1);
	if (crew_give(&o->crew, part))
		return true;
	atomic_fetch_sub(&dir->users, 1);
	free(part);
	return false;
}

/* Takes fd, which is an open directory. */
static int own_opened(struct own *o, const struct own_dir *parent, const char *name, int fd)
{
	struct own_dir *dir;
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0) {
		rc = cannot_own(o, parent, name);
		close(fd);
		return rc;
	}
	if (!parent)
		o->dev = st.st_dev;
	rc = own_entry(o, parent, name, fd, &st);
	if (rc < 0 || !o->want->recursive || st.st_dev != o->dev) {
		close(fd);
		return rc;
	}
	dir = dir_new(parent, name ? name : "", fd);
	if (dir->depth >= LOCAL_DEPTH_MAX || dir->len >= STR_LINE) {
		AUTO(error) struct error e = ERROR_INIT;

		error_set(&e, ERR_LIMIT, _("%s has more than %d directories inside each other"),
			o->root, LOCAL_DEPTH_MAX);
		rc = own_fail(o, ERR_LIMIT, &e);
	} else if (!give_part(o, dir, NULL, 0)) {
		rc = read_dir(o, dir);
	}
	dir_release(dir);
	return rc;
}

/* -1: it cannot be opened, with errno; 0: it is none (any more), which is no error; 1: *rc says. */
static int own_directory(struct own *o, const struct own_dir *parent, const char *name, int *rc)
{
	int fd = openat(parent ? parent->fd : AT_FDCWD, name ? name : o->root,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP || errno == ENOENT ? 0 : -1;
	*rc = own_opened(o, parent, name, fd);
	return 1;
}

/* Without leave to list it, its owner and mode may be what is wrong with it. */
static int own_closed_directory(
	struct own *o, const struct own_dir *parent, const char *name, const struct stat *st)
{
	int rc = own_entry(o, parent, name, -1, st), done;

	if (rc < 0 || !o->want->recursive)
		return rc;
	done = own_directory(o, parent, name, &rc);
	return done < 0 ? cannot_own(o, parent, name) : rc;
}

/* type: of a struct dirent; DT_UNKNOWN when the list did not say. */
static int own_at(struct own *o, const struct own_dir *dir, const char *name, unsigned char type)
{
	struct stat st;
	int rc = 0;

	if (type == DT_DIR && own_directory(o, dir, name, &rc) >= 0)
		return rc;
	if (fstatat(dir ? dir->fd : AT_FDCWD, name ? name : o->root, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT && dir ? 0 : cannot_own(o, dir, name);
	if (!S_ISDIR(st.st_mode))
		return own_entry(o, dir, name, -1, &st);
	if (type != DT_DIR && own_directory(o, dir, name, &rc) >= 0)
		return rc;
	return own_closed_directory(o, dir, name, &st);
}

static int own_names(struct own *o, struct own_dir *dir, const char *names, size_t n)
{
	size_t count = 0;
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < n; count++) {
		const struct dirent64 *e = (const void *)(names + at);
		const char *name = e->d_name;

		at += e->d_reclen;
		if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])))
			continue;
		rc = own_stopped(o);
		if (rc == 0)
			rc = own_at(o, dir, name, e->d_type);
	}
	atomic_fetch_add_explicit(&o->seen, count, memory_order_relaxed);
	return rc;
}

static int read_dir(struct own *o, struct own_dir *dir)
{
	autofree char *names = xmalloc(LIST_SIZE);
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = getdents64(dir->fd, names, LIST_SIZE)) != 0) {
		/* ENOENT: removed meanwhile. */
		if (n < 0)
			return errno == ENOENT ? 0 : cannot_own(o, dir, ".");
		if (n >= SHARE_SIZE && give_part(o, dir, names, (size_t)n))
			names = xmalloc(LIST_SIZE);
		else
			rc = own_names(o, dir, names, (size_t)n);
	}
	return rc;
}

static void work_part(void *arg, void *item)
{
	struct own_part *part = item;

	if (part->names)
		own_names(arg, part->dir, part->names, part->n);
	else
		read_dir(arg, part->dir);
	dir_release(part->dir);
	free(part->names);
	free(part);
}

/* One a core, and no more than there are descriptors for the deepest tree. */
static int count_helpers(void)
{
	struct rlimit files;
	cpu_set_t cpus;
	int n = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
		rlim_t room = files.rlim_cur > FILES_SPARE ? files.rlim_cur - FILES_SPARE : 0;

		if (room / (LOCAL_DEPTH_MAX + CREW_QUEUE_MAX) < (rlim_t)n)
			n = (int)(room / (LOCAL_DEPTH_MAX + CREW_QUEUE_MAX));
	}
	return n - 1;
}

int local_own(struct host *h, const char *root, const struct host_own *want, host_own_fn *before,
	void *arg, const atomic_bool *cancelled, struct error *err)
{
	struct own o = {.want = want,
		.before = before,
		.arg = arg,
		.cancelled = cancelled,
		.root = root,
		.err = ERROR_INIT};

	(void)h;
	pthread_mutex_init(&o.lock, NULL);
	crew_init(&o.crew, count_helpers(), work_part, &o);
	if (own_stopped(&o) == 0)
		own_at(&o, NULL, NULL, DT_UNKNOWN);
	crew_finish(&o.crew);
	pthread_mutex_destroy(&o.lock);
	if (o.err.code)
		error_move(err, &o.err);
	error_done(&o.err);
	return o.code;
}
