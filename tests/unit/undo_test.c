/* SPDX-License-Identifier: MIT */
#include "plan_fixture.h"

static const char old_env[] = "# mine\r\nA=1\nSECRET=hunter2hunter2\n";

/* A run that replaces .env, adds a file in a new directory and makes another directory. */
static void change_things(struct scene *s)
{
	struct plan *p = scene_plan(s);
	struct directory_spec d = {.path = "./data/deep", .mode = 0750, .uid = -1, .gid = -1};
	AUTO(error) struct error err = ERROR_INIT;

	scene_add_file(s, p, ".env", "A=2\nSECRET=correct-horse-battery\n", 0600);
	scene_add_file(s, p, "conf/app.conf", "x\n", 0644);
	plan_add(p, step_directory_new(s->w.host, s->dir, &d));
	assert_int_equal(scene_run(p, &err), 0);
	scene_check(s, ".env", "A=2\nSECRET=correct-horse-battery\n", 0600);
	scene_check(s, "conf/app.conf", "x\n", 0644);
	assert_true(scene_has(s, "data/deep"));
}

static void test_restores_byte_for_byte(void **state)
{
	struct scene *s = *state;
	autofree char *before = NULL, *after = NULL;

	scene_put(s, ".env", old_env, 0640);
	before = scene_tree(s, NULL);
	change_things(s);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
}

static void test_undo_of_an_undo_brings_it_back(void **state)
{
	struct scene *s = *state;
	autofree char *changed = NULL, *again = NULL;
	AUTO(run_records) struct run_records runs = {0};

	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	changed = scene_tree(s, NULL);
	assert_int_equal(scene_undo(s, "0001", false, NULL), 0);
	assert_int_equal(scene_undo(s, "0002", false, NULL), 0);
	again = scene_tree(s, NULL);
	assert_string_equal(again, changed);
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_int_equal(runs.n, 3);
	assert_string_equal(runs.items[0].outcome, "done");   /* 0003 */
	assert_string_equal(runs.items[1].outcome, "undone"); /* 0002 */
	assert_string_equal(runs.items[2].outcome, "done");   /* 0001: its undo was taken back */
}

static void test_refuses_what_changed_since(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};
	autofree char *before = NULL, *after = NULL;

	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	scene_put(s, ".env", "A=3\n", 0600);
	before = scene_tree(s, NULL);
	assert_int_equal(scene_undo(s, NULL, false, &err), ERR_EXISTS);
	assert_string_equal(err.detail, ".env");
	assert_non_null(err.hint);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
	/* Refusing is no run. */
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(scene_undo(s, NULL, true, NULL), 0);
	scene_check(s, ".env", old_env, 0640);
	/* What force replaced is in the undo's own backup. */
	assert_int_equal(scene_undo(s, "0002", false, NULL), 0);
	scene_check(s, ".env", "A=3\n", 0600);
}

static void test_keeps_directories_that_are_in_use(void **state)
{
	struct scene *s = *state;

	change_things(s);
	scene_put(s, "data/deep/users", "data\n", 0644);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	assert_true(scene_has(s, "data/deep/users"));
	assert_false(scene_has(s, "conf"));
	assert_false(scene_has(s, ".env"));
}

static void test_restores_owners_and_modes(void **state)
{
	struct scene *s = *state;
	autofree char *before = NULL, *changed = NULL, *after = NULL;
	struct own_spec o = {.path = "./tree",
		.want = {.uid = -1,
			.gid = -1,
			.dir_mode = 0700,
			.file_mode = 0600,
			.recursive = true},
		.entries = 1,
		.from = "-"};
	struct plan *p = scene_plan(s);

	scene_mkdir(s, "tree", 0755);
	scene_mkdir(s, "tree/sub", 0711);
	scene_put(s, "tree/sub/file", "x", 0644);
	scene_put(s, "outside", "x", 0644);
	{
		autofree char *link = host_path(s->dir, "tree/link");

		assert_int_equal(symlink("../outside", link), 0);
	}
	if (getuid() == 0)
		o.want.uid = o.want.gid = 1234;
	before = scene_tree(s, NULL);
	plan_add(p, step_own_new(s->w.host, s->dir, &o));
	assert_int_equal(scene_run(p, NULL), 0);
	changed = scene_tree(s, NULL);
	assert_string_not_equal(changed, before);
	scene_check(s, "outside", "x", 0644);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
}

static void test_follows_a_link_and_keeps_it(void **state)
{
	struct scene *s = *state;
	autofree char *link = host_path(s->dir, ".env");
	struct plan *p = scene_plan(s);

	scene_put(s, "real.env", "A=1\n", 0600);
	assert_int_equal(symlink("real.env", link), 0);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	assert_int_equal(scene_run(p, NULL), 0);
	scene_check(s, "real.env", "A=2\n", 0600);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	scene_check(s, "real.env", "A=1\n", 0600);
	{
		struct stat st;

		assert_int_equal(lstat(link, &st), 0);
		assert_true(S_ISLNK(st.st_mode));
	}
}

static void test_nothing_to_undo(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(scene_undo(s, NULL, false, &err), ERR_NOT_FOUND);
	assert_int_equal(scene_undo(s, "0042", false, &err), ERR_NOT_FOUND);
	assert_int_equal(scene_undo(s, "../../x", false, &err), ERR_INPUT);
	assert_non_null(err.hint);
	assert_false(scene_has(s, ".slipway"));
}

static void test_asking_twice_goes_further_back(void **state)
{
	struct scene *s = *state;

	scene_put(s, ".env", "A=0\n", 0600);
	for (int i = 1; i <= 2; i++) {
		struct plan *p = scene_plan(s);
		autofree char *text = xasprintf("A=%d\n", i);

		scene_add_file(s, p, ".env", text, 0600);
		assert_int_equal(scene_run(p, NULL), 0);
	}
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	scene_check(s, ".env", "A=1\n", 0600);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	scene_check(s, ".env", "A=0\n", 0600);
	assert_int_equal(scene_undo(s, NULL, false, NULL), ERR_NOT_FOUND);
}

/* Neither journal nor its file names may hold a value; backups are for the owner alone. */
static int look_for_secrets(void *arg, const struct host_entry *e)
{
	struct scene *s = arg;
	autofree char *root = host_path(s->dir, ".slipway");
	autofree char *path = *e->path ? host_path(root, e->path) : xstrdup(root);
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	assert_int_equal(e->st.mode & 077, 0);
	if (e->st.type != HOST_FILE || str_starts(e->path, "backup/"))
		return 0;
	assert_int_equal(host_read(s->w.host, path, STR_FILE, &text, NULL), 0);
	if (text.data) {
		assert_null(strstr(text.data, "hunter2"));
		assert_null(strstr(text.data, "battery"));
	}
	return 0;
}

static void test_no_secret_in_the_journal(void **state)
{
	struct scene *s = *state;
	autofree char *root = host_path(s->dir, ".slipway");

	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	assert_int_equal(host_walk(s->w.host, root, look_for_secrets, s, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_restores_byte_for_byte),
		scene_test(test_undo_of_an_undo_brings_it_back),
		scene_test(test_refuses_what_changed_since),
		scene_test(test_keeps_directories_that_are_in_use),
		scene_test(test_restores_owners_and_modes),
		scene_test(test_follows_a_link_and_keeps_it),
		scene_test(test_nothing_to_undo),
		scene_test(test_asking_twice_goes_further_back),
		scene_test(test_no_secret_in_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
