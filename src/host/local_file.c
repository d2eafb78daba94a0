/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

enum { HOLDER_MAX = 4096 };

/* Opens without ever waiting (a FIFO) and without becoming anybody's terminal; regular files only.
 */
static int open_regular(const char *path, int flags, int mode, struct stat *st, struct error *err)
{
	autoclose int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);

	if (fd < 0 || fstat(fd, st) < 0)
		return error_errno(err, errno, _("cannot open %s"), path);
	if (!S_ISREG(st->st_mode))
		return error_set(err, ERR_INPUT, _("%s is not a regular file"), path);
	return take_fd(fd);
}

/* 1 at the end of file, 0 to go on. */
static int read_chunk(
	int fd, const char *path, size_t max, size_t *total, struct str *out, struct error *err)
{
	char buf[16384];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR ? 0 : error_errno(err, errno, _("cannot read %s"), path);
	if (n == 0)
		return 1;
	*total += (size_t)n;
	if (*total <= max)
		str_addn(out, buf, (size_t)n);
	/* It may be a file of secrets. */
	mem_wipe(buf, (size_t)n);
	if (*total > max || str_full(out))
		return error_set(err, ERR_LIMIT, _("%s is larger than %zu bytes"), path, max);
	return 0;
}

int local_read(struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	struct stat st;
	autoclose int fd = open_regular(path, O_RDONLY, 0, &st, err);
	size_t before = out->len, total = 0;
	int rc = 0;

	(void)h;
	if (fd < 0)
		return fd;
	while (rc == 0)
		rc = read_chunk(fd, path, max, &total, out, err);
	if (rc < 0)
		str_cut(out, before);
	return rc < 0 ? rc : 0;
}

int local_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int local_sync(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc < 0 && errno == EINTR);
	return rc < 0 && errno == EINVAL ? 0 : rc;
}

int local_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	autofree char *dir = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	autoclose int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -1 : local_sync(fd);
}

int local_append(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	struct stat st;
	autoclose int fd = open_regular(path, O_WRONLY | O_APPEND | O_CREAT, mode, &st, err);
	int code;

	(void)h;
	if (fd < 0)
		return fd;
	if (local_write_all(fd, data, n) == 0 && local_sync(fd) == 0 &&
		(st.st_size > 0 || local_sync_parent(path) == 0))
		return 0;
	code = error_errno(err, errno, _("cannot write %s"), path);
	/* Half a record would be worse than none. */
	if (ftruncate(fd, st.st_size) < 0)
		error_detail(err, _("%s may end in half a record"), path);
	return code;
}

/* What the holder wrote, made safe; NULL when that cannot be read. */
static char *read_holder(int fd)
{
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	char buf[HOLDER_MAX];
	ssize_t n = pread(fd, buf, sizeof(buf), 0);

	if (n <= 0)
		return NULL;
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	text_safe(&safe, buf, (size_t)n, true);
	return str_take(&safe);
}

static int say_locked(int fd, const char *path, char **holder, struct error *err)
{
	autofree char *text = read_holder(fd);

	error_set(err, ERR_LOCKED, _("%s is held by another run"), path);
	if (text)
		error_detail(err, "%s", text);
	if (holder)
		*holder = take(text);
	return ERR_LOCKED;
}

int local_lock(struct host *h, const char *path, const char *text, int *ret, char **holder,
	struct error *err)
{
	(void)h;
	for (;;) {
		struct stat opened, named;
		autoclose int fd =
			open_regular(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &opened, err);

		if (fd < 0)
			return fd;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno == EWOULDBLOCK)
				return say_locked(fd, path, holder, err);
			return error_errno(err, errno, _("cannot lock %s"), path);
		}
		/* Removed or replaced meanwhile: what we hold is not what others will open. */
		if (stat(path, &named) < 0 || named.st_ino != opened.st_ino ||
			named.st_dev != opened.st_dev)
			continue;
		if (ftruncate(fd, 0) < 0 || local_write_all(fd, text, strlen(text)) < 0)
			return error_errno(err, errno, _("cannot write %s"), path);
		*ret = take_fd(fd);
		return 0;
	}
}

void local_unlock(struct host *h, int lock)
{
	int rc = ftruncate(lock, 0);

	(void)h;
	(void)rc; /* the text only informs; the lock itself ends with the descriptor */
	close(lock);
}
