/* SPDX-License-Identifier: MIT */
#include "fault_host.h"
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

static void test_the_run_that_still_has_a_value(void **state)
{
	struct scene *s = *state;
	autofree char *run = NULL, *none = NULL, *unknown = NULL;

	none = run_with_value(&s->w, "SECRET", NULL);
	assert_null(none);
	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	run = run_with_value(&s->w, "SECRET", NULL);
	assert_string_equal(run, "0001");
	unknown = run_with_value(&s->w, "OTHER", NULL);
	assert_null(unknown);
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

/* A backup that a failing disk cut off is not put in the place of what is whole. */
static void test_refuses_a_damaged_backup(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *before = NULL, *after = NULL;

	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	before = scene_tree(s, NULL);
	scene_put(s, ".slipway/backup/0001/1", "# mine\r\nA=1\n", 0600);
	assert_int_equal(scene_undo(s, NULL, false, &err), ERR_FAILED);
	assert_non_null(strstr(err.message, ".env"));
	assert_non_null(strstr(err.detail, ".slipway/backup/0001/1"));
	assert_int_equal(scene_undo(s, NULL, true, NULL), ERR_FAILED);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
	scene_put(s, ".slipway/backup/0001/1", old_env, 0600);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	scene_check(s, ".env", old_env, 0640);
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

/* Giving a file away takes its set-id bits: that is no change by somebody else. */
static void test_a_set_id_bit_comes_back(void **state)
{
	struct scene *s = *state;
	struct own_spec o = {.path = "./tree",
		.want = {.uid = 1234,
			.gid = 1234,
			.dir_mode = -1,
			.file_mode = -1,
			.recursive = true},
		.entries = 1,
		.from = "-"};
	autofree char *before = NULL, *after = NULL;
	struct plan *p = scene_plan(s);

	if (getuid() != 0) {
		print_message("skipped: only root can give files away\n");
		skip();
	}
	scene_mkdir(s, "tree", 0755);
	scene_put(s, "tree/tool", "x", 06755);
	before = scene_tree(s, NULL);
	plan_add(p, step_own_new(s->w.host, s->dir, &o));
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
}

/* Whoever owns the tree by now has put a link into it, to make root change what lies elsewhere. */
/* A name may hold any bytes: its owner must come back all the same, and the run be told. */
static void test_a_name_that_is_no_text_comes_back(void **state)
{
	struct scene *s = *state;
	struct own_spec o = {.path = "./tree",
		.want = {.uid = -1,
			.gid = -1,
			.dir_mode = 0700,
			.file_mode = 0600,
			.recursive = true},
		.entries = 1,
		.from = "-"};
	AUTO(run_records) struct run_records runs = {0};
	autofree char *before = NULL, *after = NULL;
	struct plan *p = scene_plan(s);

	scene_mkdir(s, "tree", 0755);
	scene_put(s, "tree/caf\xe9", "x", 0644);
	scene_put(s, "tree/b", "x", 0644);
	before = scene_tree(s, NULL);
	plan_add(p, step_own_new(s->w.host, s->dir, &o));
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	/* A tree is one thing to people. */
	assert_int_equal(runs.items[0].changed.n, 1);
	assert_string_equal(runs.items[0].changed.items[0], "tree");
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
}

static void test_a_link_in_the_tree_leads_nowhere(void **state)
{
	struct scene *s = *state;
	struct own_spec o = {.path = "./tree",
		.want = {.uid = -1,
			.gid = -1,
			.dir_mode = 0700,
			.file_mode = 0600,
			.recursive = true},
		.entries = 1,
		.from = "-"};
	AUTO(error) struct error err = ERROR_INIT;
	struct plan *p = scene_plan(s);
	autofree char *sub = host_path(s->dir, "tree/sub"), *away = host_path(s->dir, "tree/away");

	scene_mkdir(s, "tree", 0755);
	scene_mkdir(s, "tree/sub", 0755);
	scene_put(s, "tree/sub/file", "x", 0644);
	scene_mkdir(s, "elsewhere", 0755);
	scene_put(s, "elsewhere/file", "x", 0600);
	plan_add(p, step_own_new(s->w.host, s->dir, &o));
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(rename(sub, away), 0);
	assert_int_equal(symlink("../elsewhere", sub), 0);
	assert_int_equal(scene_undo(s, NULL, false, NULL), ERR_EXISTS);
	assert_int_equal(scene_undo(s, NULL, true, &err), ERR_EXISTS);
	assert_non_null(strstr(err.detail, "tree/sub"));
	scene_check(s, "elsewhere/file", "x", 0600);
}

/* --- while the undo waits for the lock, or just before it has it */

static int lock_late(struct host *h, const char *path, const char *text, int *ret, char **holder,
	struct error *err)
{
	struct fault_host *f = fault_of(h);
	autofree char *dir = xstrndup(path, strlen(path) - strlen(".slipway/lock"));
	autofree char *env = xasprintf("%s.env", dir);

	/* Somebody edits .env between the question and the lock. */
	assert_int_equal(host_write(f->inner, env, "A=by hand\n", 10, 0600, NULL), 0);
	return f->inner->ops->lock(f->inner, path, text, ret, holder, err);
}

static void test_judges_again_under_the_lock(void **state)
{
	struct scene *s = *state;
	struct host *inner = s->w.host;
	struct fault_host *f = fault_host_new(inner, FAULT_NONE, 0);
	struct host_ops ops = *f->base.ops;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};

	scene_put(s, ".env", old_env, 0640);
	change_things(s);
	ops.lock = lock_late;
	f->base.ops = &ops;
	s->w.host = &f->base;
	assert_int_equal(scene_undo(s, NULL, false, &err), ERR_EXISTS);
	assert_string_equal(err.detail, ".env");
	s->w.host = inner;
	free(f);
	scene_check(s, ".env", "A=by hand\n", 0600);
	assert_true(scene_has(s, "data/deep"));
	/* Refusing is no run, and nobody is locked out. */
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(scene_undo(s, NULL, true, NULL), 0);
}

/* What was shown is what is taken back, though another run came to its end since. */
static void test_takes_back_what_was_shown(void **state)
{
	struct scene *s = *state;
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *id = NULL;
	struct plan *p;

	change_things(s);
	assert_int_equal(run_undo_text(&s->w, NULL, false, PLAN_PROPOSED, &id, &text, NULL), 0);
	assert_string_equal(id, "0001");
	p = scene_plan(s);
	scene_add_file(s, p, "other", "x", 0600);
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(scene_undo(s, id, false, NULL), 0);
	assert_true(scene_has(s, "other"));
	assert_false(scene_has(s, ".env"));
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
		scene_test(test_the_run_that_still_has_a_value),
		scene_test(test_undo_of_an_undo_brings_it_back),
		scene_test(test_refuses_what_changed_since),
		scene_test(test_refuses_a_damaged_backup),
		scene_test(test_keeps_directories_that_are_in_use),
		scene_test(test_restores_owners_and_modes),
		scene_test(test_a_set_id_bit_comes_back),
		scene_test(test_a_name_that_is_no_text_comes_back),
		scene_test(test_a_link_in_the_tree_leads_nowhere),
		scene_test(test_judges_again_under_the_lock),
		scene_test(test_takes_back_what_was_shown),
		scene_test(test_follows_a_link_and_keeps_it),
		scene_test(test_nothing_to_undo),
		scene_test(test_asking_twice_goes_further_back),
		scene_test(test_no_secret_in_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
