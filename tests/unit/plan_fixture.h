/* SPDX-License-Identifier: MIT */
/* A workspace by hand in a directory of its own: real files, no compose project, no engine. */
#ifndef SLIPWAY_TESTS_PLAN_FIXTURE_H
#define SLIPWAY_TESTS_PLAN_FIXTURE_H

#include "unit.h"

#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/run.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct scene {
	char dir[64];
	struct workspace w;
	struct project project;
};

static inline void scene_open(struct scene *s, const char *dir)
{
	*s = (struct scene){0};
	if (dir) {
		snprintf(s->dir, sizeof(s->dir), "%s", dir);
	} else {
		/* In memory where there is such a place: thousands of fsyncs. */
		snprintf(s->dir, sizeof(s->dir), "%s/slipway-plan-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		assert_non_null(mkdtemp(s->dir));
	}
	s->w.loop = loop_new();
	s->w.host = host_local_new(s->w.loop);
	s->project.dir = s->dir;
	s->project.host = s->w.host;
	s->w.project = &s->project;
}

static inline int scene_remove_entry(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scene_remove(const char *dir)
{
	assert_int_equal(nftw(dir, scene_remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void scene_close(struct scene *s)
{
	host_free(s->w.host);
	loop_free(s->w.loop);
}

static inline int scene_setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	scene_open(s, NULL);
	*state = s;
	return 0;
}

static inline int scene_teardown(void **state)
{
	struct scene *s = *state;

	scene_close(s);
	scene_remove(s->dir);
	free(s);
	return 0;
}

#define scene_test(f) cmocka_unit_test_setup_teardown(f, scene_setup, scene_teardown)

static inline void scene_put(struct scene *s, const char *name, const char *text, mode_t mode)
{
	autofree char *path = host_path(s->dir, name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static inline void scene_mkdir(struct scene *s, const char *name, mode_t mode)
{
	autofree char *path = host_path(s->dir, name);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static inline bool scene_has(struct scene *s, const char *name)
{
	autofree char *path = host_path(s->dir, name);
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline void scene_check(struct scene *s, const char *name, const char *want, mode_t mode)
{
	autofree char *path = host_path(s->dir, name);
	AUTO(str) struct str got = STR_INIT(STR_FILE);
	struct stat st;

	assert_int_equal(host_read(s->w.host, path, STR_FILE, &got, NULL), 0);
	assert_string_equal(got.data ? got.data : "", want);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

/* --- the whole tree as text, without .slipway and times; temporary files count wherever they are */

struct scene_tree {
	struct scene *s;
	struct str out;
	size_t temporary;
};

static inline int scene_tree_entry(void *arg, const struct host_entry *e)
{
	struct scene_tree *t = arg;
	const char *name = strrchr(e->path, '/') ? strrchr(e->path, '/') + 1 : e->path;

	t->temporary += str_starts(name, HOST_TEMP_PREFIX);
	if (str_eq(e->path, ".slipway") || str_starts(e->path, ".slipway/"))
		return 0;
	str_addf(&t->out, "%s %d %04o %u:%u\n", e->path, e->st.type, e->st.mode, e->st.uid,
		e->st.gid);
	if (e->st.type == HOST_FILE) {
		autofree char *path = host_path(t->s->dir, e->path);

		assert_int_equal(host_read(t->s->w.host, path, STR_FILE, &t->out, NULL), 0);
		/* The next entry begins a line, whatever the file ends in: the order of a walk is nobody's. */
		str_addc(&t->out, '\n');
	}
	return 0;
}

static inline int scene_by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines are sorted: the order of a walk is the file system's. Caller frees. */
static inline char *scene_tree(struct scene *s, size_t *temporary)
{
	struct scene_tree t = {.s = s, .out = STR_INIT(STR_FILE)};
	AUTO(strv) struct strv lines = STRV_INIT;

	assert_int_equal(host_walk(s->w.host, s->dir, scene_tree_entry, &t, NULL), 0);
	strv_split(&lines, t.out.data, '\n');
	qsort(lines.items, lines.n, sizeof(lines.items[0]), scene_by_line);
	str_done(&t.out);
	if (temporary)
		*temporary = t.temporary;
	return strv_join(&lines, "\n");
}

/* --- steps and runs */

static inline struct plan *scene_plan(struct scene *s)
{
	struct plan *p = xcalloc(1, sizeof(*p));

	p->workspace = &s->w;
	p->scope = PLAN_WRITE;
	return p;
}

/* A step that writes `text` to `name`. */
static inline struct step *scene_add_file(
	struct scene *s, struct plan *p, const char *name, const char *text, int mode)
{
	autofree char *path = host_path(s->dir, name);
	AUTO(str) struct str old = STR_INIT(STR_FILE);
	struct file_spec spec = {.path = name, .text = text, .len = strlen(text), .mode = mode};
	struct step *step;

	if (host_read(s->w.host, path, STR_FILE, &old, NULL) == 0) {
		spec.old = old.data ? old.data : "";
		spec.old_len = old.len;
	}
	step = step_file_new(s->w.host, s->dir, &spec);
	plan_add(p, step);
	return step;
}

/* Runs it; takes the plan. */
static inline int scene_run(struct plan *p, struct error *err)
{
	struct run_options o = {.title = "test"};
	struct run *r = run_start(p, &o, NULL, NULL);
	int code = op_wait(run_op(r), err);

	op_free(run_op(r));
	return code;
}

static inline int scene_undo(struct scene *s, const char *id, bool force, struct error *err)
{
	struct op *op = run_undo(&s->w, id, force, NULL, NULL);
	int code = op_wait(op, err);

	op_free(op);
	return code;
}

#endif
