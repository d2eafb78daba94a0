/* SPDX-License-Identifier: MIT */
/*
 * What the local host makes of a disk that fails, a signal that interrupts and a write that is done
 * in part: this program has its own write(), fsync() and renameat() between it and the kernel.
 */
#include "host_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

enum call { WRITE, SYNC_FILE, SYNC_DIR, RENAME, CALLS };

static struct disk {
	int error[CALLS]; /* errno that the call fails with; EINTR: the first three times only */
	int after[CALLS]; /* calls that go well before */
	size_t piece;     /* bytes a write takes at most; 0: all */
	int interrupts;
} disk;

static bool fails(enum call call)
{
	if (!disk.error[call] || disk.after[call]-- > 0)
		return false;
	if (disk.error[call] == EINTR && disk.interrupts++ >= 3)
		return false;
	errno = disk.error[call];
	return true;
}

ssize_t write(int fd, const void *data, size_t n)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return syscall(SYS_write, fd, data, n);
	if (fails(WRITE))
		return -1;
	return syscall(SYS_write, fd, data, disk.piece && n > disk.piece ? disk.piece : n);
}

int fsync(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && fails(S_ISDIR(st.st_mode) ? SYNC_DIR : SYNC_FILE)
		       ? -1
		       : (int)syscall(SYS_fsync, fd);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return fails(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0U);
}

static int put(struct fixture *f, const char *text, struct error *err)
{
	int code = host_write(f->host, "file", text, strlen(text), 0600, err);

	disk = (struct disk){0};
	return code;
}

static int append(struct fixture *f, const char *text, struct error *err)
{
	int code = host_append(f->host, "file", text, strlen(text), 0600, err);

	disk = (struct disk){0};
	return code;
}

static void test_a_failed_write_leaves_the_old_file(void **state)
{
	struct fixture *f = *state;
	static const struct {
		enum call call;
		int error, after;
		size_t piece;
	} rows[] = {{WRITE, ENOSPC, 0, 0}, {WRITE, ENOSPC, 2, 3}, {SYNC_FILE, EIO, 0, 0},
		{SYNC_FILE, ENOSPC, 0, 0}, {RENAME, EIO, 0, 0}};

	fixture_put("file", "old", 0640);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(error) struct error err = ERROR_INIT;

		disk.error[rows[i].call] = rows[i].error;
		disk.after[rows[i].call] = rows[i].after;
		disk.piece = rows[i].piece;
		assert_int_equal(put(f, "new and longer", &err), ERR_FAILED);
		assert_non_null(strstr(err.message, "file"));
		fixture_check(f, "file", "old");
		assert_int_equal(fixture_mode("file"), 0640);
		fixture_check_names(f, ".", "file");
	}
}

/* It cannot be told as a failure to write: the new file is there. */
static void test_replaced_but_perhaps_not_lasting(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	fixture_put("file", "old", 0640);
	disk.error[SYNC_DIR] = EIO;
	assert_int_equal(put(f, "new", &err), ERR_UNSYNCED);
	assert_non_null(strstr(err.message, "file"));
	assert_non_null(strstr(err.detail, strerror(EIO)));
	assert_non_null(err.hint);
	fixture_check(f, "file", "new");
	fixture_check_names(f, ".", "file");
	/* A file system without such a thing is none the worse. */
	disk.error[SYNC_DIR] = EINVAL;
	assert_int_equal(put(f, "newer", NULL), 0);
	fixture_check(f, "file", "newer");
}

static void test_signals_and_partial_writes_change_nothing(void **state)
{
	struct fixture *f = *state;
	static const enum call calls[] = {WRITE, SYNC_FILE, SYNC_DIR};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		disk.error[calls[i]] = EINTR;
		disk.piece = 1;
		assert_int_equal(put(f, "all of it", NULL), 0);
		fixture_check(f, "file", "all of it");
		disk.error[calls[i]] = EINTR;
		disk.piece = 1;
		assert_int_equal(append(f, "+more", NULL), 0);
		fixture_check(f, "file", "all of it+more");
		fixture_check_names(f, ".", "file");
		assert_int_equal(host_remove(f->host, "file", NULL), 0);
	}
}

static void test_a_failed_append_leaves_the_old_length(void **state)
{
	struct fixture *f = *state;
	static const struct {
		enum call call;
		int error, after;
		size_t piece;
	} rows[] = {{WRITE, ENOSPC, 0, 0}, {WRITE, ENOSPC, 2, 3}, {SYNC_FILE, EIO, 0, 0}};

	fixture_put("file", "line\n", 0600);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		disk.error[rows[i].call] = rows[i].error;
		disk.after[rows[i].call] = rows[i].after;
		disk.piece = rows[i].piece;
		assert_int_equal(append(f, "another line\n", NULL), ERR_FAILED);
		fixture_check(f, "file", "line\n");
	}
}

/* The first record of a journal counts only once its name is on disk. */
static void test_a_new_file_that_may_not_last_holds_nothing(void **state)
{
	struct fixture *f = *state;

	disk.error[SYNC_DIR] = EIO;
	assert_int_equal(append(f, "line\n", NULL), ERR_FAILED);
	fixture_check(f, "file", "");
	assert_int_equal(append(f, "line\n", NULL), 0);
	fixture_check(f, "file", "line\n");
}

/* What is written below it would be lost with its name. */
static void test_a_new_directory_that_may_not_last_is_told(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;

	disk.error[SYNC_DIR] = EIO;
	assert_int_equal(host_mkdir(f->host, "dir", 0700, &err), ERR_FAILED);
	assert_non_null(strstr(err.message, strerror(EIO)));
	disk = (struct disk){0};
	assert_int_equal(host_mkdir(f->host, "other", 0700, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_a_failed_write_leaves_the_old_file),
		fixture_test(test_replaced_but_perhaps_not_lasting),
		fixture_test(test_signals_and_partial_writes_change_nothing),
		fixture_test(test_a_failed_append_leaves_the_old_length),
		fixture_test(test_a_new_directory_that_may_not_last_is_told),
		fixture_test(test_a_new_file_that_may_not_last_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
