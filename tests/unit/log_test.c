/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/log.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void test_lines_go_to_the_named_file(void **state)
{
	char path[] = "/tmp/slipway-log-XXXXXX", buf[8192] = "";
	autoclose int fd = mkstemp(path);
	struct stat st;
	char *next;

	(void)state;
	assert_int_equal(unlink(path), 0);
	setenv("SLIPWAY_LOG", path, 1);
	assert_true(log_on());
	errno = 77;
	log_debug("%s and \033[31m%d\nmore", "one", 2);
	assert_int_equal(errno, 77);
	autofree char *big = xcalloc(1, 5001);

	memset(big, 'x', 5000);
	log_debug("%s", big);
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(read(fd, buf, sizeof(buf) - 1) > 0);
	unlink(path);
	next = strchr(buf, '\n');
	assert_non_null(next);
	*next++ = '\0';
	assert_true(str_ends(buf, " one and 2\u00b7more"));
	assert_true(str_ends(next, " (a line that is too long)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_go_to_the_named_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
