/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { MAX_LINKS = 40, NEW_FILE_MODE = 0644 };

/* One atomic write under way. */
struct write_job {
	const char *path; /* as the caller named it, for messages */
	char *target;     /* the file itself, links resolved */
	const char *name; /* its last component */
	int dir;
	int fd;
	char temp[sizeof(HOST_TEMP_PREFIX) + 16];
	bool temp_exists;
	bool replaces;
	struct stat old;
};

static void write_job_done(struct write_job *w)
{
	if (w->temp_exists)
		unlinkat(w->dir, w->temp, 0);
	mem_close_cleanup(&w->fd);
	mem_close_cleanup(&w->dir);
	free(w->target);
}
DEFINE_AUTO(write_job)

static int cannot_write(const struct write_job *w, struct error *err)
{
	return error_errno(err, errno, _("cannot write %s"), w->path);
}

/* Follows links at the end of the path, also those to nowhere. */
static int resolve(struct write_job *w, struct error *err)
{
	char link[4096];

	w->target = xstrdup(w->path);
	for (int i = 0; i < MAX_LINKS; i++) {
		ssize_t n = readlink(w->target, link, sizeof(link) - 1);
		char *slash;

		if (n < 0)
			return 0; /* no link; whatever else is wrong, opening will tell */
		link[n] = '\0';
		slash = strrchr(w->target, '/');
		if (slash)
			slash[1] = '\0';
		char *next = host_path(slash ? w->target : "", link);

		free(w->target);
		w->target = next;
	}
	errno = ELOOP;
	return cannot_write(w, err);
}

static int open_dir(struct write_job *w, struct error *err)
{
	char *slash = strrchr(w->target, '/');

	w->name = slash ? slash + 1 : w->target;
	if (slash && slash != w->target)
		*slash = '\0';
	w->dir = open(!slash               ? "."
		      : slash == w->target ? "/"
					   : w->target,
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir < 0)
		return cannot_write(w, err);
	if (fstatat(w->dir, w->name, &w->old, AT_SYMLINK_NOFOLLOW) == 0) {
		if (!S_ISREG(w->old.st_mode))
			return error_set(err, ERR_INPUT, _("%s is not a regular file"), w->path);
		w->replaces = true;
	} else if (errno != ENOENT) {
		return cannot_write(w, err);
	}
	return 0;
}

static int create_temp(struct write_job *w, struct error *err)
{
	for (int i = 0; i < 100; i++) {
		uint64_t random;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return cannot_write(w, err);
		snprintf(w->temp, sizeof(w->temp), HOST_TEMP_PREFIX "%016llx",
			(unsigned long long)random);
		w->fd = openat(w->dir, w->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (w->fd >= 0) {
			w->temp_exists = true;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return cannot_write(w, err);
}

/* Owner before mode: a change of owner takes set-id bits away. */
static int set_owner_and_mode(struct write_job *w, int mode, struct error *err)
{
	struct stat st;

	if (fstat(w->fd, &st) < 0)
		return cannot_write(w, err);
	if (w->replaces && (st.st_uid != w->old.st_uid || st.st_gid != w->old.st_gid) &&
		fchown(w->fd, w->old.st_uid, w->old.st_gid) < 0)
		return error_errno(err, errno, _("cannot keep the owner of %s"), w->path);
	if (mode < 0)
		mode = w->replaces ? (int)(w->old.st_mode & 07777) : NEW_FILE_MODE;
	if (fchmod(w->fd, (mode_t)mode) < 0)
		return cannot_write(w, err);
	return 0;
}

/* The new file is there: whoever reads it gets it, and nothing can bring the old one back. */
static int say_unsynced(const struct write_job *w, struct error *err)
{
	int number = errno;

	error_set(err, ERR_UNSYNCED, _("%s was written, but may not outlast a loss of power"),
		w->path);
	error_detail(err, _("its directory cannot be brought to disk: %s"), strerror(number));
	return error_hint(err, "%s",
		_("Look after the disk: the kernel's messages (\"dmesg\") say what is wrong with it."));
}

static int publish(struct write_job *w, struct error *err)
{
	/* Some file systems report a failed write only here; a signal is no failure. */
	if (local_sync(w->fd) < 0 || (close(take_fd(w->fd)) < 0 && errno != EINTR))
		return cannot_write(w, err);
	if (renameat(w->dir, w->temp, w->dir, w->name) < 0)
		return cannot_write(w, err);
	w->temp_exists = false;
	return local_sync(w->dir) < 0 ? say_unsynced(w, err) : 0;
}

int local_write(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	AUTO(write_job) struct write_job w = {.path = path, .dir = -1, .fd = -1};
	int rc;

	(void)h;
	rc = resolve(&w, err);
	if (rc == 0)
		rc = open_dir(&w, err);
	if (rc == 0)
		rc = create_temp(&w, err);
	if (rc == 0 && local_write_all(w.fd, data, n) < 0)
		rc = cannot_write(&w, err);
	if (rc == 0)
		rc = set_owner_and_mode(&w, mode, err);
	return rc == 0 ? publish(&w, err) : rc;
}
