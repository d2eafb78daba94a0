/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

static const struct host_own leave = {-1, -1, -1, -1, true};

struct journal {
	struct str text;
	const char *swap; /* an entry that becomes a link to ../outside when it is its turn */
	atomic_bool cancelled;
	bool cancel;
};

static void on_before(void *arg, const struct host_entry *entry)
{
	struct journal *j = arg;

	str_addf(&j->text, "%s %o;", *entry->path ? entry->path : ".", entry->st.mode);
	if (j->cancel)
		atomic_store(&j->cancelled, true);
	if (j->swap && strcmp(entry->path, j->swap) == 0) {
		autofree char *path = host_path("tree", j->swap);

		assert_int_equal(rename(path, "tree/away"), 0);
		assert_int_equal(symlink("../outside", path), 0);
	}
}

static void make_tree(struct fixture *f)
{
	assert_int_equal(host_mkdirs(f->host, "tree/sub", 0700, NULL), 0);
	fixture_put("tree/file", "", 0600);
	fixture_put("tree/sub/ok", "", 0640);
	assert_int_equal(host_mkdir(f->host, "outside", 0701, NULL), 0);
	fixture_put("outside/precious", "", 0604);
	assert_int_equal(symlink("../outside", "tree/link"), 0);
	assert_int_equal(symlink("../outside/precious", "tree/flink"), 0);
}

static void check_outside(void)
{
	struct stat st;

	assert_int_equal(fixture_mode("outside"), 0701);
	assert_int_equal(fixture_mode("outside/precious"), 0604);
	assert_int_equal(stat("outside/precious", &st), 0);
	assert_int_equal(st.st_uid, geteuid());
}

static void test_modes_change_only_where_they_differ(void **state)
{
	struct fixture *f = *state;
	struct journal j = {.text = STR_INIT(STR_LINE)};
	struct host_own want = leave;

	make_tree(f);
	want.dir_mode = 0750;
	want.file_mode = 0640;
	assert_int_equal(host_own(f->host, "tree", &want, on_before, &j, NULL, NULL), 0);
	assert_int_equal(fixture_mode("tree"), 0750);
	assert_int_equal(fixture_mode("tree/sub"), 0750);
	assert_int_equal(fixture_mode("tree/file"), 0640);
	check_outside();
	assert_true(str_starts(str_text(&j.text), ". 700;"));
	assert_non_null(strstr(str_text(&j.text), "file 600;"));
	assert_non_null(strstr(str_text(&j.text), "sub 700;"));
	assert_null(strstr(str_text(&j.text), "ok"));
	assert_null(strstr(str_text(&j.text), "link"));
	/* The second time there is nothing to do. */
	str_clear(&j.text);
	assert_int_equal(host_own(f->host, "tree", &want, on_before, &j, NULL, NULL), 0);
	assert_string_equal(str_text(&j.text), "");
	str_done(&j.text);
}

static void test_owner_of_links_not_of_what_they_name(void **state)
{
	struct fixture *f = *state;
	struct host_own want = leave;
	struct stat st;

	if (geteuid() != 0) {
		print_message("skipped: only root can give files away\n");
		skip();
	}
	make_tree(f);
	fixture_put("tree/setuid", "", 0600);
	assert_int_equal(chmod("tree/setuid", 04711), 0);
	want.uid = 1234;
	want.file_mode = 04711;
	assert_int_equal(host_own(f->host, "tree", &want, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(lstat("tree/link", &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(lstat("tree/sub/ok", &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(fixture_mode("tree/setuid"), 04711);
	check_outside();
	want.uid = -1;
	want.gid = 4321;
	want.recursive = false;
	assert_int_equal(host_own(f->host, "tree", &want, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(lstat("tree", &st), 0);
	assert_int_equal(st.st_gid, 4321);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(lstat("tree/file", &st), 0);
	assert_int_equal(st.st_gid, getegid());
}

static void test_a_root_that_is_a_link_is_not_followed(void **state)
{
	struct fixture *f = *state;
	struct host_own want = leave;

	make_tree(f);
	want.dir_mode = 0777;
	want.file_mode = 0666;
	assert_int_equal(host_own(f->host, "tree/link", &want, NULL, NULL, NULL, NULL), 0);
	check_outside();
	assert_int_equal(
		host_own(f->host, "tree/none", &want, NULL, NULL, NULL, NULL), ERR_NOT_FOUND);
	/* A single file is a tree, too. */
	assert_int_equal(host_own(f->host, "tree/file", &want, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(fixture_mode("tree/file"), 0666);
}

/* The entry is replaced by a link after it was looked at and before it is changed. */
static void test_a_swapped_entry_leads_nowhere(void **state)
{
	struct fixture *f = *state;
	static const char *const swaps[] = {"sub", "file"};
	struct host_own want = leave;

	make_tree(f);
	want.dir_mode = 0777;
	want.file_mode = 0666;
	if (geteuid() == 0)
		want.uid = 1234;
	for (size_t i = 0; i < ARRAY_SIZE(swaps); i++) {
		struct journal j = {.text = STR_INIT(STR_LINE), .swap = swaps[i]};
		autofree char *path = host_path("tree", swaps[i]);

		assert_int_equal(host_own(f->host, "tree", &want, on_before, &j, NULL, NULL), 0);
		assert_non_null(strstr(str_text(&j.text), swaps[i]));
		check_outside();
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rename("tree/away", path), 0);
		assert_int_equal(chmod("tree", 0700), 0);
		assert_int_equal(chmod("tree/file", 0600), 0);
		str_done(&j.text);
	}
}

static void test_cancel(void **state)
{
	struct fixture *f = *state;
	struct journal j = {.text = STR_INIT(STR_LINE), .cancel = true};
	struct host_own want = leave;

	make_tree(f);
	want.dir_mode = 0755;
	want.file_mode = 0644;
	assert_int_equal(
		host_own(f->host, "tree", &want, on_before, &j, &j.cancelled, NULL), ERR_CANCELLED);
	assert_string_equal(str_text(&j.text), ". 700;");
	str_done(&j.text);
}

static void test_a_directory_without_leave_to_list(void **state)
{
	struct fixture *f = *state;
	struct host_own want = leave;

	make_tree(f);
	assert_int_equal(chmod("tree/sub", 0), 0);
	want.dir_mode = 0750;
	want.file_mode = 0600;
	assert_int_equal(host_own(f->host, "tree", &want, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(fixture_mode("tree/sub"), 0750);
	assert_int_equal(fixture_mode("tree/sub/ok"), 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_modes_change_only_where_they_differ),
		fixture_test(test_owner_of_links_not_of_what_they_name),
		fixture_test(test_a_root_that_is_a_link_is_not_followed),
		fixture_test(test_a_swapped_entry_leads_nowhere),
		fixture_test(test_cancel),
		fixture_test(test_a_directory_without_leave_to_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
