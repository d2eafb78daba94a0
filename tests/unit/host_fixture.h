/* SPDX-License-Identifier: MIT */
/* A local host and a directory of its own for each test; the program's directory is that directory.
 */
#ifndef SLIPWAY_TESTS_HOST_FIXTURE_H
#define SLIPWAY_TESTS_HOST_FIXTURE_H

#include "unit.h"

#include "host/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct fixture {
	struct loop *loop;
	struct host *host;
	char dir[64];
};

static inline int fixture_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->host = host_local_new(f->loop);
	snprintf(f->dir, sizeof(f->dir), "/tmp/slipway-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(chdir(f->dir), 0);
	*state = f;
	return 0;
}

/* Removal by the program under test would hide its mistakes. */
static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv};
	struct child *child;

	assert_int_equal(chdir("/"), 0);
	strv_push_all(&argv, "rm", "-rf", f->dir, NULL);
	assert_int_equal(child_start(f->loop, &spec, NULL, NULL, &child, NULL), 0);
	assert_int_equal(op_wait(child_op(child), NULL), 0);
	op_free(child_op(child));
	host_free(f->host);
	loop_free(f->loop);
	free(f);
	return 0;
}

static inline void fixture_put(const char *path, const char *text, mode_t mode)
{
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t n = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fchmod(fd, mode), 0);
}

static inline void fixture_check(struct fixture *f, const char *path, const char *want)
{
	AUTO(str) struct str got = STR_INIT(STR_FILE);

	assert_int_equal(host_read(f->host, path, STR_FILE, &got, NULL), 0);
	assert_string_equal(str_text(&got), want);
}

/* Names in the directory, joined by blanks. */
static inline void fixture_check_names(struct fixture *f, const char *dir, const char *want)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *joined = NULL;

	assert_int_equal(host_list(f->host, dir, &names, NULL), 0);
	joined = strv_join(&names, " ");
	assert_string_equal(joined, want);
}

static inline mode_t fixture_mode(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

#define fixture_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

#endif
