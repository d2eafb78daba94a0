/* SPDX-License-Identifier: MIT */
/* Users and groups out of images: the files, the archive they come in, and the container they are
 * in. */
#include "docker_fixture.h"

#include "engine/accounts.h"
#include "engine/docker_accounts.h"
#include "engine/docker_archive.h"

/* --- the files */

#define PASSWD                                         \
	"root:x:0:0:root:/root:/bin/sh\n"              \
	"\n"                                           \
	"  app:x:1000:1001:App:/app:/bin/sh \r\n"      \
	"short\n"                                      \
	"minus:x:-5:-5::/:\n"                          \
	"words:x:many:some::/:\n"                      \
	"empty:x:::\n"                                 \
	"huge:x:2147483648:1::/:\n"                    \
	"largest:x:2147483647:2147483647::/:\n"        \
	"endless:x:99999999999999999999999999:1::/:\n" \
	"badgroup:x:12:x::/:\n"                        \
	"app:x:2000:2001:second of the name:/:\n"      \
	"4242:x:9:9:a number is never a name:/:\n"     \
	"\x1b[31m:x:13:13::/:\n"                       \
	"last:x:70:71"
#define GROUP "root:x:0:\nstaff:x:50:app,last\nminus:x:-1:\nstaff:x:51:\nlast:x:60"

static void test_users_are_found_as_the_engine_finds_them(void **state)
{
	static const struct {
		const char *user;
		int code;
		int64_t uid, gid;
		const char *says;
	} table[] = {
		{"app", 0, 1000, 1001, NULL},
		{"app:staff", 0, 1000, 50, NULL},
		{"app:7", 0, 1000, 7, NULL},
		{"app:", 0, 1000, 1001, NULL},
		{"app:last", 0, 1000, 60, NULL},
		{"last", 0, 70, 71, NULL},
		{"1000", 0, 1000, 1001, NULL},
		{"1000:staff", 0, 1000, 50, NULL},
		{"4242", 0, 4242, -1, NULL},
		{"555", 0, 555, -1, NULL},
		{"555:staff", 0, 555, 50, NULL},
		{"1:2", 0, 1, 2, NULL},
		{"root", 0, 0, -1, NULL},
		{"largest", 0, 2147483647, 2147483647, NULL},
		{"\x1b[31m", 0, 13, 13, NULL},
		{"", 0, -1, -1, NULL},
		{NULL, 0, -1, -1, NULL},
		{"ap", ERR_NOT_FOUND, -1, -1, "no user ap"},
		{"apps", ERR_NOT_FOUND, -1, -1, "no user apps"},
		{"app:nobody", ERR_NOT_FOUND, -1, -1, "no group nobody"},
		{"-1", ERR_NOT_FOUND, -1, -1, "no user -1"},
		{"2147483648", ERR_NOT_FOUND, -1, -1, "no user 2147483648"},
		{"short", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"minus", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"words", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"empty", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"huge", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"endless", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"badgroup", ERR_INPUT, -1, -1, "/etc/passwd"},
		{"app:minus", ERR_INPUT, -1, -1, "/etc/group"},
	};
	struct accounts a;

	(void)state;
	accounts_init(&a);
	str_add(&a.passwd, PASSWD);
	str_add(&a.group, GROUP);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		AUTO(error) struct error err = ERROR_INIT;
		struct account got = {-1, -1};
		int code = accounts_find(&a, table[i].user, &got, &err);

		if (code != table[i].code || got.uid != table[i].uid || got.gid != table[i].gid)
			fail_msg("%s: %d %lld:%lld (%s)", table[i].user, code, (long long)got.uid,
				(long long)got.gid, err.message);
		if (table[i].says)
			assert_non_null(strstr(err.message, table[i].says));
	}
	accounts_done(&a);
}

static void test_files_that_are_not_there_or_not_text(void **state)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct account got = {-1, -1};
	struct accounts a;

	(void)state;
	accounts_init(&a);
	assert_int_equal(accounts_find(&a, "app", &got, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "no /etc/passwd"));
	assert_int_equal(accounts_find(&a, "5:staff", &got, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "no /etc/group"));
	/* Zero bytes are bytes like others. */
	str_addn(&a.passwd, "app\0:x:1:1\n\0\0\0\napp:x:2:3\n", 25);
	assert_int_equal(accounts_find(&a, "app", &got, &err), 0);
	assert_int_equal(got.uid, 2);
	/* A line that the Engine's reader would not take ends the reading there, not before. */
	str_pad(&a.passwd, 'x', ACCOUNTS_LINE + 1);
	str_add(&a.passwd, "\nlater:x:4:4::/:\n");
	assert_int_equal(accounts_find(&a, "app", &got, &err), 0);
	assert_int_equal(accounts_find(&a, "later", &got, &err), ERR_LIMIT);
	assert_int_equal(got.uid, 2);
	accounts_done(&a);
}

static void test_what_says_its_numbers_itself(void **state)
{
	static const struct {
		const char *user;
		bool all;
		int64_t uid, gid;
	} table[] = {
		{NULL, true, -1, -1},
		{"", true, -1, -1},
		{"root", true, 0, -1},
		{"root:staff", true, 0, -1},
		{"0", true, 0, -1},
		{"1000:1000", true, 1000, 1000},
		{"1000", false, 1000, -1},
		{"1000:staff", false, 1000, -1},
		{"ro", false, -1, -1},
		{"rooted", false, -1, -1},
		{"postgres", false, -1, -1},
		{"postgres:5", false, -1, 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct account got;

		assert_int_equal(account_parse(table[i].user, &got), table[i].all);
		assert_int_equal(got.uid, table[i].uid);
		assert_int_equal(got.gid, table[i].gid);
	}
}

/* --- the archive */

enum { BLOCK = 512 };

/* A header of that type; size as the field's own text, NULL: as it is. */
static void add_header(struct str *tar, char type, const char *size, size_t n, const char *link)
{
	char header[BLOCK] = "passwd";
	unsigned sum = 0;

	snprintf(header + 100, 8, "%07o", 0644);
	if (size)
		memcpy(header + 124, size, 12);
	else
		snprintf(header + 124, 12, "%011o", (unsigned)n);
	header[156] = type;
	if (link)
		snprintf(header + 157, 100, "%s", link);
	memcpy(header + 257, "ustar", 6);
	memset(header + 148, ' ', 8);
	for (int i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	str_addn(tar, header, BLOCK);
}

static void add_body(struct str *tar, const char *text)
{
	str_add(tar, text);
	str_pad(tar, '\0', (BLOCK - strlen(text) % BLOCK) % BLOCK);
}

/* What is read of it; NULL: nothing, and err says why. */
static char *read_tar(const struct str *tar, struct error *err)
{
	AUTO(str) struct str got = STR_INIT(1000);

	return docker_archive_file(tar->data, tar->len, &got, err) < 0 ? NULL : str_take(&got);
}

static void test_file_of_an_archive(void **state)
{
	AUTO(str) struct str tar = STR_INIT(STR_LINE);
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *plain = NULL, *pax = NULL, *old = NULL, *empty = NULL;

	(void)state;
	add_header(&tar, '0', NULL, 6, NULL);
	add_body(&tar, "hello\n");
	str_pad(&tar, '\0', (size_t)2 * BLOCK);
	plain = read_tar(&tar, &err);
	assert_string_equal(plain, "hello\n");
	str_clear(&tar);
	add_header(&tar, 'x', NULL, 20, NULL);
	add_body(&tar, "20 mtime=1700000.12\n");
	add_header(&tar, '0', NULL, 2, NULL);
	str_add(&tar, "ab"); /* padding need not come */
	pax = read_tar(&tar, &err);
	assert_string_equal(pax, "ab");
	str_clear(&tar);
	add_header(&tar, '\0', "         2 \0", 0, NULL);
	add_body(&tar, "xy");
	old = read_tar(&tar, &err);
	assert_string_equal(old, "xy");
	str_clear(&tar);
	add_header(&tar, '0', NULL, 0, NULL);
	empty = read_tar(&tar, &err);
	assert_string_equal(empty, "");
}

static void test_hostile_archives(void **state)
{
	static const struct {
		char type;
		const char *size; /* 12 bytes */
		size_t body;
		const char *says;
	} table[] = {
		{'2', "00000000000\0", 0, "a link to ../../x"},
		{'1', "00000000000\0", 0, "a link to ../../x"},
		{'5', "00000000000\0", 0, "not a file"},
		{'3', "00000000000\0", 0, "not a file"},
		{'6', "00000000000\0", 0, "not a file"},
		{'0', "00000001751\0", 1001, "larger than 1000 bytes"},
		{'0', "00000001000\0", 511, "no archive"},
		{'0', "77777777777\0", 10, "no archive"},
		{'x', "77777777777\0", 10, "no archive"},
		{'x', "00000000012\0", 10, "no archive"},
		{'0', "777777777777", 10, "no archive"},
		{'0', "-0000000001\0", 10, "no archive"},
		{'0', "            ", 10, "no archive"},
		{'0', "0000000000x\0", 10, "no archive"},
		{'0', "\x80\0\0\0\0\0\0\0\0\0\0\5", 10, "no archive"},
		{'0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10, "no archive"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		AUTO(str) struct str tar = STR_INIT(STR_LINE);
		AUTO(error) struct error err = ERROR_INIT;
		autofree char *got = NULL;

		add_header(&tar, table[i].type, table[i].size, 0, "../../x\x1b[31m");
		str_pad(&tar, 'b', table[i].body);
		got = read_tar(&tar, &err);
		if (got || !strstr(err.message, table[i].says) || strchr(err.message, 0x1b))
			fail_msg("%zu: %s, %s", i, got, err.message);
	}
}

static void test_archives_that_are_none(void **state)
{
	AUTO(str) struct str tar = STR_INIT(STR_LINE);
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_null(read_tar(&tar, &err));
	str_pad(&tar, '\0', (size_t)2 * BLOCK);
	assert_null(read_tar(&tar, &err));
	str_clear(&tar);
	str_add(&tar, "{\"message\":\"hello\"}");
	assert_null(read_tar(&tar, &err));
	str_clear(&tar);
	/* A sum that is wrong by one bit. */
	add_header(&tar, '0', NULL, 0, NULL);
	tar.data[0] ^= 1;
	assert_null(read_tar(&tar, &err));
	/* Cut within the header. */
	tar.data[0] ^= 1;
	tar.len = BLOCK - 1;
	assert_null(read_tar(&tar, &err));
	/* Headers about headers, without end. */
	str_clear(&tar);
	for (int i = 0; i < 100; i++)
		add_header(&tar, 'g', NULL, 0, NULL);
	assert_null(read_tar(&tar, &err));
	assert_non_null(strstr(err.message, "no archive"));
}

/* --- the container */

#define PASSWD_ARCHIVE "/containers/c1/archive?path=%2Fetc%2Fpasswd"
#define GROUP_ARCHIVE "/containers/c1/archive?path=%2Fetc%2Fgroup"

struct look {
	struct accounts accounts;
	struct op *removal;
	struct op *op;
	struct error err;
};

static void put_archive(struct fixture *f, const char *path, const char *text)
{
	AUTO(str) struct str tar = STR_INIT(STR_FILE);

	add_header(&tar, '0', NULL, strlen(text), NULL);
	add_body(&tar, text);
	fake_engine_put(f->fake, path, 200, "application/x-tar", tar.data, tar.len);
}

static void put_container(struct fixture *f)
{
	fake_engine_put_text(f->fake, "/containers/create", "{\"Id\":\"c1\"}");
	fake_engine_put_text(f->fake, "/containers/json", "[]");
	fake_engine_put_text(f->fake, "/containers/c1", "");
	put_archive(f, PASSWD_ARCHIVE, "app:x:5:6::/:\n");
	put_archive(f, GROUP_ARCHIVE, "staff:x:7:\n");
}

static void look_start(struct fixture *f, struct look *l)
{
	autojson struct json_object *image = NULL;

	*l = (struct look){0};
	accounts_init(&l->accounts);
	assert_int_equal(json_parse("{\"Id\":\"sha256:1\"}", 17, &image, NULL), 0);
	l->op = docker_accounts(&f->docker, image, &l->accounts, &l->removal, NULL, NULL);
}

static void look_done(struct look *l)
{
	op_free(take(l->op));
	op_free(take(l->removal));
	accounts_done(&l->accounts);
	error_done(&l->err);
}

static void test_files_are_read_and_the_container_goes(void **state)
{
	struct fixture *f = *state;
	struct look l;

	put_container(f);
	look_start(f, &l);
	assert_int_equal(op_wait(l.op, &l.err), 0);
	assert_string_equal(str_text(&l.accounts.passwd), "app:x:5:6::/:\n");
	assert_string_equal(str_text(&l.accounts.group), "staff:x:7:\n");
	assert_int_equal(fake_engine_asked(f->fake, "/containers/c1"), 1);
	look_done(&l);
}

/* A scratch image has neither; that is no failure. */
static void test_files_that_the_image_lacks(void **state)
{
	struct fixture *f = *state;
	struct look l;

	fake_engine_put_text(f->fake, "/containers/create", "{\"Id\":\"c1\"}");
	fake_engine_put_text(f->fake, "/containers/c1", "");
	look_start(f, &l);
	assert_int_equal(op_wait(l.op, &l.err), 0);
	assert_int_equal(l.accounts.passwd.len, 0);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/c1"), 1);
	look_done(&l);
}

static void test_container_goes_after_a_failure_too(void **state)
{
	struct fixture *f = *state;
	struct look l;

	put_container(f);
	fake_engine_put_text(f->fake, PASSWD_ARCHIVE, "this is no tar");
	look_start(f, &l);
	assert_int_equal(op_wait(l.op, &l.err), ERR_INPUT);
	assert_non_null(strstr(l.err.message, "/etc/passwd: "));
	assert_int_equal(fake_engine_asked(f->fake, "/containers/c1"), 1);
	look_done(&l);
}

static void test_refused_container_is_not_removed(void **state)
{
	struct fixture *f = *state;
	struct look l;

	fake_engine_put(f->fake, "/containers/create", 500, NULL, "{\"message\":\"full\"}", 18);
	look_start(f, &l);
	assert_int_equal(op_wait(l.op, &l.err), ERR_FAILED);
	assert_string_equal(l.err.message, "Docker Engine: full");
	look_done(&l);
}

/* A directory of that name may be of any size: what comes is not waited for. */
static void test_archive_without_end(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str much = STR_INIT(STR_FILE);
	struct look l;

	put_container(f);
	str_pad(&much, 'x', 2 * ACCOUNTS_FILE);
	fake_engine_put_stream(f->fake, PASSWD_ARCHIVE, "application/x-tar", much.data, much.len);
	look_start(f, &l);
	assert_int_equal(op_wait(l.op, &l.err), ERR_LIMIT);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/c1"), 1);
	look_done(&l);
}

static bool reads(struct fixture *f)
{
	return fake_engine_asked(f->fake, PASSWD_ARCHIVE) > 0;
}

static void test_early_end_removes_the_container(void **state)
{
	struct fixture *f = *state;
	struct look l;

	put_container(f);
	fake_engine_put_stream(f->fake, PASSWD_ARCHIVE, "application/x-tar", "x", 1);
	look_start(f, &l);
	wait_until(f, reads);
	op_cancel(l.op);
	assert_int_equal(op_wait(l.op, &l.err), ERR_CANCELLED);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/c1"), 1);
	assert_null(l.removal);
	look_done(&l);
}

static bool is_removed(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/containers/c1") > 0;
}

static void test_freed_it_leaves_the_removal(void **state)
{
	struct fixture *f = *state;
	struct look l;

	put_container(f);
	fake_engine_put_stream(f->fake, PASSWD_ARCHIVE, "application/x-tar", "x", 1);
	look_start(f, &l);
	wait_until(f, reads);
	op_free(take(l.op));
	assert_non_null(l.removal);
	wait_until(f, is_removed);
	look_done(&l);
}

static bool is_swept(struct fixture *f)
{
	return fake_engine_asked(f->fake, "/containers/old") > 0;
}

static void test_what_a_killed_program_left_goes(void **state)
{
	static const char list[] = "[{\"Id\":\"c1\",\"Created\":1000000},"
				   "{\"Id\":\"young\",\"Created\":999900},"
				   "{\"Id\":\"old\",\"Created\":990000}]";
	struct fixture *f = *state;
	struct look l;

	put_container(f);
	fake_engine_put_text(f->fake, "/containers/json", list);
	fake_engine_put_text(f->fake, "/containers/old", "");
	fake_engine_put_text(f->fake, "/containers/young", "");
	/* So that the list is there before the end. */
	fake_engine_put_stream(f->fake, PASSWD_ARCHIVE, "application/x-tar", "x", 1);
	look_start(f, &l);
	wait_until(f, is_swept);
	assert_int_equal(fake_engine_asked(f->fake, "/containers/young"), 0);
	look_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users_are_found_as_the_engine_finds_them),
		cmocka_unit_test(test_files_that_are_not_there_or_not_text),
		cmocka_unit_test(test_what_says_its_numbers_itself),
		cmocka_unit_test(test_file_of_an_archive),
		cmocka_unit_test(test_hostile_archives),
		cmocka_unit_test(test_archives_that_are_none),
		WITH_ENGINE(test_files_are_read_and_the_container_goes),
		WITH_ENGINE(test_files_that_the_image_lacks),
		WITH_ENGINE(test_container_goes_after_a_failure_too),
		WITH_ENGINE(test_refused_container_is_not_removed),
		WITH_ENGINE(test_archive_without_end),
		WITH_ENGINE(test_early_end_removes_the_container),
		WITH_ENGINE(test_freed_it_leaves_the_removal),
		WITH_ENGINE(test_what_a_killed_program_left_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
