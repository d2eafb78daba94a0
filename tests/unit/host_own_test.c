/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

static const struct host_own leave = {-1, -1, -1, -1, true};

struct journal {
	struct str text;
	const char *swap;   /* an entry that becomes a link to ../outside when it is its turn */
	const char *refuse; /* an entry that must not change */
	atomic_bool cancelled;
	bool cancel;
};

static int on_before(void *arg, const struct host_entry *entry)
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
	return j->refuse && strcmp(entry->path, j->refuse) == 0 ? ERR_FAILED : 0;
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

/* What could not be written down stays as it is, and so does what comes after. */
static void test_what_is_refused_does_not_change(void **state)
{
	struct fixture *f = *state;
	struct journal j = {.text = STR_INIT(STR_LINE), .refuse = "sub"};
	struct host_own want = leave;
	AUTO(error) struct error err = ERROR_INIT;

	make_tree(f);
	want.dir_mode = 0755;
	assert_int_equal(host_own(f->host, "tree", &want, on_before, &j, NULL, &err), ERR_FAILED);
	assert_int_equal(fixture_mode("tree"), 0755);
	assert_int_equal(fixture_mode("tree/sub"), 0700);
	/* Whoever refused knows the words for it. */
	assert_null(err.message);
	str_done(&j.text);
}

/* --- a tree that is large enough to be shared among threads */

enum { DIRS = 40, FILES = 60, FLAT = 3000 };

static size_t make_large_tree(struct fixture *f)
{
	autofree char *flat = xstrdup("tree/flat");

	assert_int_equal(host_mkdirs(f->host, flat, 0700, NULL), 0);
	for (int i = 0; i < FLAT; i++) {
		autofree char *path = xasprintf("%s/a-name-of-some-length-%d", flat, i);

		fixture_put(path, "", 0600);
	}
	for (int i = 0; i < DIRS; i++) {
		autofree char *dir = xasprintf("tree/%d/%d", i / 8, i);

		assert_int_equal(host_mkdirs(f->host, dir, 0700, NULL), 0);
		for (int k = 0; k < FILES; k++) {
			autofree char *path = xasprintf("%s/%d", dir, k);

			fixture_put(path, "", 0600);
		}
	}
	return 2 + FLAT + (DIRS + 7) / 8 + DIRS + DIRS * FILES;
}

struct census {
	size_t told, other;
	atomic_int busy; /* callbacks under way */
	bool twice;      /* two at once */
	struct strv paths;
	size_t refuse_at;
};

static int count_told(void *arg, const struct host_entry *entry)
{
	struct census *c = arg;

	c->twice = atomic_fetch_add(&c->busy, 1) != 0 || c->twice;
	strv_push(&c->paths, entry->path);
	c->busy--;
	return ++c->told == c->refuse_at ? ERR_FAILED : 0;
}

static int count_mode(void *arg, const struct host_entry *entry)
{
	struct census *c = arg;
	uint32_t want = entry->st.type == HOST_DIR ? 0750 : 0640;

	c->told += entry->st.mode == want;
	c->other += entry->st.mode != want;
	return 0;
}

static void test_a_large_tree_is_changed_once_and_whole(void **state)
{
	struct fixture *f = *state;
	struct host_own want = leave;
	size_t entries = make_large_tree(f);
	struct census told = {0}, after = {0};

	want.dir_mode = 0750;
	want.file_mode = 0640;
	assert_int_equal(host_own(f->host, "tree", &want, count_told, &told, NULL, NULL), 0);
	assert_int_equal(told.told, entries);
	assert_false(told.twice);
	/* Each once. */
	strv_sort(&told.paths);
	for (size_t i = 1; i < told.paths.n; i++)
		assert_string_not_equal(told.paths.items[i - 1], told.paths.items[i]);
	assert_int_equal(host_walk(f->host, "tree", count_mode, &after, NULL), 0);
	assert_int_equal(after.told, entries);
	assert_int_equal(after.other, 0);
	told.told = 0;
	assert_int_equal(host_own(f->host, "tree", &want, count_told, &told, NULL, NULL), 0);
	assert_int_equal(told.told, 0);
	strv_done(&told.paths);
}

/* At any entry, whoever was at it: what was not told has not changed. */
static void test_a_large_tree_stops_at_what_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t entries = make_large_tree(f);

	for (size_t at = 1; at < entries; at += 500) {
		struct host_own want = leave;
		struct census told = {.refuse_at = at}, after = {0};

		want.dir_mode = 0750;
		want.file_mode = 0640;
		assert_int_equal(host_own(f->host, "tree", &want, count_told, &told, NULL, NULL),
			ERR_FAILED);
		assert_int_equal(host_walk(f->host, "tree", count_mode, &after, NULL), 0);
		assert_true(after.told < told.told);
		want.dir_mode = 0700;
		want.file_mode = 0600;
		assert_int_equal(host_own(f->host, "tree", &want, NULL, NULL, NULL, NULL), 0);
		strv_done(&told.paths);
	}
}

static void test_a_tree_that_is_too_deep(void **state)
{
	struct fixture *f = *state;
	struct host_own want = leave;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(str) struct str path = STR_INIT(STR_LINE);

	str_add(&path, "tree");
	for (int i = 0; i < 260; i++)
		str_add(&path, "/d");
	assert_int_equal(host_mkdirs(f->host, str_text(&path), 0700, NULL), 0);
	want.dir_mode = 0750;
	assert_int_equal(host_own(f->host, "tree", &want, NULL, NULL, NULL, &err), ERR_LIMIT);
	assert_non_null(strstr(err.message, "250"));
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
		fixture_test(test_what_is_refused_does_not_change),
		fixture_test(test_a_large_tree_is_changed_once_and_whole),
		fixture_test(test_a_large_tree_stops_at_what_is_refused),
		fixture_test(test_a_tree_that_is_too_deep),
		fixture_test(test_a_directory_without_leave_to_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
