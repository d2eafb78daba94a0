/* SPDX-License-Identifier: MIT */
/*
 * A run that dies at its n-th operation on the host, for every n: before it, within it, after it.
 * What must hold each time:
 *	- every file has its old or its new bytes, and what has changed is in the journal;
 *	- running again ends in the files of an undisturbed run;
 *	- undoing instead ends in the files from before;
 *	- no temporary file is left.
 * And a disk that is full from the n-th operation on.
 */
#include "fault_host.h"
#include "plan_fixture.h"

#include <sys/wait.h>

static const char old_env[] = "A=1\nKEY=changeme\n";
static const char new_env[] = "A=1\nKEY=0123456789abcdef0123456789abcdef\n";

static void furnish(struct scene *s)
{
	scene_put(s, ".env", old_env, 0640);
	scene_mkdir(s, "tree", 0755);
	scene_mkdir(s, "tree/sub", 0755);
	scene_put(s, "tree/sub/a", "a", 0644);
	scene_put(s, "tree/b", "b", 0600);
}

static void add_unfinished_mode(struct scene *s, struct plan *p, const char *name, int mode)
{
	autofree char *path = host_path(s->dir, name);
	autofree char *shown = xasprintf("./%s", name);
	struct directory_spec d = {.path = shown, .mode = mode, .uid = -1, .gid = -1};
	struct stat st;

	/* As a plan does it: missing, or left without its mode by an interrupted run. */
	if (lstat(path, &st) < 0 || (st.st_mode & 07777) != (mode_t)mode)
		plan_add(p, step_directory_new(s->w.host, s->dir, &d));
}

static struct plan *make_plan(struct scene *s)
{
	struct plan *p = scene_plan(s);
	struct own_spec o = {.path = "./tree",
		.want = {.uid = -1,
			.gid = -1,
			.dir_mode = 0700,
			.file_mode = 0640,
			.recursive = true},
		.entries = 1,
		.from = "-"};

	if (getuid() == 0)
		o.want.uid = 4321;
	scene_add_file(s, p, ".env", new_env, 0600);
	scene_add_file(s, p, "conf/app.conf", "x=1\n", 0644);
	add_unfinished_mode(s, p, "conf", 0755);
	add_unfinished_mode(s, p, "data", 0755);
	add_unfinished_mode(s, p, "data/deep", 0750);
	plan_add(p, step_own_new(s->w.host, s->dir, &o));
	return p;
}

/* In a process of its own, which dies. Its exit status. */
static int run_faulty(const char *dir, enum fault fault, long at, long *count)
{
	int status, fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct scene s;
		struct fault_host *f;
		AUTO(error) struct error err = ERROR_INIT;
		int code;

		scene_open(&s, dir);
		f = fault_host_new(s.w.host, FAULT_NONE, 0);
		s.w.host = &f->base;
		s.project.host = s.w.host;
		{
			struct plan *p = make_plan(&s);

			/* Counting begins with the run: a plan changes nothing. */
			f->count = 0;
			f->at = at;
			f->fault = fault;
			code = scene_run(p, &err);
		}
		/* Promise 5: what, why, what next. */
		if (code < 0 && (!err.message || !err.hint || !strstr(err.message, "space")))
			_exit(3);
		if (write(fds[1], &f->count, sizeof(f->count)) != sizeof(f->count))
			_exit(4);
		_exit(code < 0 ? 1 : 0);
	}
	close(fds[1]);
	*count = 0;
	if (read(fds[0], count, sizeof(*count)) < 0)
		*count = 0;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

struct outcome {
	char *before, *after; /* of an undisturbed run */
	long operations;
};

static void undisturbed(struct outcome *o)
{
	struct scene s;

	scene_open(&s, NULL);
	furnish(&s);
	o->before = scene_tree(&s, NULL);
	assert_int_equal(run_faulty(s.dir, FAULT_NONE, 0, &o->operations), 0);
	o->after = scene_tree(&s, NULL);
	assert_string_not_equal(o->before, o->after);
	assert_true(o->operations > 30);
	scene_close(&s);
	scene_remove(s.dir);
}

static bool journalled(struct scene *s, const char *path)
{
	autofree char *slipway = host_path(s->dir, ".slipway");
	AUTO(journals) struct journals js = {0};

	assert_int_equal(journals_unfinished(s->w.host, slipway, &js, NULL), 0);
	for (size_t i = 0; i < js.n; i++) {
		for (size_t k = 0; k < js.items[i].n; k++) {
			if (str_eq(js.items[i].changes[k].path, path))
				return true;
		}
	}
	return false;
}

/* Right after the crash, before anything is mended. */
static void check_wreck(struct scene *s)
{
	AUTO(str) struct str env = STR_INIT(STR_FILE);
	autofree char *path = host_path(s->dir, ".env");
	AUTO(run_records) struct run_records runs = {0};

	assert_int_equal(host_read(s->w.host, path, STR_FILE, &env, NULL), 0);
	assert_true(str_eq(env.data, old_env) || str_eq(env.data, new_env));
	if (str_eq(env.data, new_env) || scene_has(s, "data") || scene_has(s, "conf")) {
		assert_int_equal(run_list(&s->w, &runs, NULL), 0);
		assert_int_equal(runs.n, 1);
	}
	if (runs.n && !str_eq(runs.items[0].outcome, "interrupted"))
		assert_string_equal(
			runs.items[0].outcome, "done"); /* it died after its last line */
	else if (str_eq(env.data, new_env))
		assert_true(journalled(s, ".env"));
	if (scene_has(s, "data/deep") && runs.n && str_eq(runs.items[0].outcome, "interrupted"))
		assert_true(journalled(s, "data/deep"));
}

static void check_tree(struct scene *s, const char *want)
{
	size_t temporary;
	autofree char *got = scene_tree(s, &temporary);

	assert_string_equal(got, want);
	assert_int_equal(temporary, 0);
}

/* Of a run that changed nothing there is nothing to undo; what it left among its own books goes
 * with the next run. */
static void check_untouched(struct scene *s, const char *want)
{
	autofree char *got = scene_tree(s, NULL);

	assert_string_equal(got, want);
}

/* Dies at operation n, then is run again, or undone. */
static void die_and_mend(const struct outcome *o, enum fault fault, long n, bool undo)
{
	struct scene s;
	long count;

	scene_open(&s, NULL);
	furnish(&s);
	assert_int_equal(run_faulty(s.dir, fault, n, &count), FAULT_STATUS);
	check_wreck(&s);
	if (!undo) {
		assert_int_equal(scene_run(make_plan(&s), NULL), 0);
		check_tree(&s, o->after);
	} else {
		AUTO(error) struct error err = ERROR_INIT;
		int code = scene_undo(&s, NULL, false, &err);

		if (code == 0) {
			check_tree(&s, o->before);
		} else {
			assert_int_equal(code, ERR_NOT_FOUND);
			check_untouched(&s, o->before);
		}
	}
	scene_close(&s);
	scene_remove(s.dir);
}

static void die_everywhere(enum fault fault, bool undo)
{
	struct outcome o;

	undisturbed(&o);
	for (long n = 1; n <= o.operations; n++)
		die_and_mend(&o, fault, n, undo);
	free(o.before);
	free(o.after);
}

static void test_dies_before_each_operation(void **state)
{
	(void)state;
	die_everywhere(FAULT_DIE_BEFORE, false);
}

static void test_dies_within_each_operation(void **state)
{
	(void)state;
	die_everywhere(FAULT_DIE_WITHIN, false);
}

static void test_dies_after_each_operation(void **state)
{
	(void)state;
	die_everywhere(FAULT_DIE_AFTER, false);
}

static void test_undo_after_dying_within_each_operation(void **state)
{
	(void)state;
	die_everywhere(FAULT_DIE_WITHIN, true);
}

static void test_undo_after_dying_after_each_operation(void **state)
{
	(void)state;
	die_everywhere(FAULT_DIE_AFTER, true);
}

static void full_at(const struct outcome *o, enum fault fault, long n)
{
	struct scene s;
	AUTO(str) struct str env = STR_INIT(STR_FILE);
	autofree char *path = NULL;
	long count;
	int status;

	scene_open(&s, NULL);
	furnish(&s);
	path = host_path(s.dir, ".env");
	status = run_faulty(s.dir, fault, n, &count);
	/* 0: the n-th operation wrote nothing. 1: it failed and said what, why and what next. */
	assert_true(status == 0 || status == 1);
	assert_int_equal(host_read(s.w.host, path, STR_FILE, &env, NULL), 0);
	assert_true(str_eq(env.data, old_env) || str_eq(env.data, new_env));
	assert_int_equal(scene_run(make_plan(&s), NULL), 0);
	check_tree(&s, o->after);
	scene_close(&s);
	scene_remove(s.dir);
}

static void test_disk_full_at_each_operation(void **state)
{
	struct outcome o;

	(void)state;
	undisturbed(&o);
	for (long n = 1; n <= o.operations; n++) {
		full_at(&o, FAULT_FULL, n);
		full_at(&o, FAULT_FULL_ONCE, n);
	}
	free(o.before);
	free(o.after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dies_before_each_operation),
		cmocka_unit_test(test_dies_within_each_operation),
		cmocka_unit_test(test_dies_after_each_operation),
		cmocka_unit_test(test_undo_after_dying_within_each_operation),
		cmocka_unit_test(test_undo_after_dying_after_each_operation),
		cmocka_unit_test(test_disk_full_at_each_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
