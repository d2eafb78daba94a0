/* SPDX-License-Identifier: MIT */
/* The books: nothing changes that they do not hold, whatever happens between the lines. */
#include "fault_host.h"
#include "plan_fixture.h"

struct books {
	struct scene *s;
	struct fault_host *f;
	struct ledger l;
	const char *text; /* what somebody writes to .env once it was looked at */
};

/* Of the one test that runs, for the hosts below on which something happens just when it is not
 * expected. */
static struct books *current;

static void open_books(struct books *b, struct scene *s, const struct host_ops *ops)
{
	*b = (struct books){.s = s};
	b->f = fault_host_new(s->w.host, FAULT_NONE, 0);
	if (ops)
		b->f->base.ops = ops;
	s->w.host = &b->f->base;
	current = b;
	assert_int_equal(ledger_open(&b->l, s->w.host, s->dir, "test", 1, NULL, NULL), 0);
}

static void close_books(struct books *b)
{
	ledger_done(&b->l);
	current = NULL;
}

static bool journal_names(struct scene *s, const char *path)
{
	autofree char *slipway = host_path(s->dir, ".slipway");
	AUTO(journal) struct journal j = {0};

	assert_int_equal(journal_read(s->w.host, slipway, "0001", &j, NULL), 0);
	for (size_t i = 0; i < j.n; i++) {
		if (str_eq(j.changes[i].path, path))
			return true;
	}
	return false;
}

/* --- an entry that appears between the walk that writes down and the one that changes */

static int late_own(struct host *h, const char *root, const struct host_own *want,
	host_own_fn *before, void *arg, const atomic_bool *cancelled, struct error *err)
{
	struct books *b = current;

	(void)h;
	scene_put(b->s, "tree/late", "x", 0644);
	return b->f->inner->ops->own(b->f->inner, root, want, before, arg, cancelled, err);
}

/* And just then the disk is full. */
static int late_full_own(struct host *h, const char *root, const struct host_own *want,
	host_own_fn *before, void *arg, const atomic_bool *cancelled, struct error *err)
{
	fault_of(h)->fault = FAULT_FULL;
	fault_of(h)->at = 1;
	return late_own(h, root, want, before, arg, cancelled, err);
}

static int own_late(struct books *b, struct scene *s,
	int (*own)(struct host *, const char *, const struct host_own *, host_own_fn *, void *,
		const atomic_bool *, struct error *),
	struct error *err)
{
	struct host_own want = {
		.uid = -1, .gid = -1, .dir_mode = -1, .file_mode = 0600, .recursive = true};
	struct fault_host *plain = fault_host_new(s->w.host, FAULT_NONE, 0);
	static struct host_ops ops;

	ops = *plain->base.ops;
	ops.own = own;
	free(plain);
	scene_mkdir(s, "tree", 0755);
	scene_put(s, "tree/early", "x", 0644);
	open_books(b, s, &ops);
	return ledger_own(&b->l, "step", "tree", &want, NULL, err);
}

static void test_a_late_entry_is_written_down_first(void **state)
{
	struct scene *s = *state;
	struct books b;

	assert_int_equal(own_late(&b, s, late_own, NULL), 0);
	scene_check(s, "tree/early", "x", 0600);
	scene_check(s, "tree/late", "x", 0600);
	assert_true(journal_names(s, "tree/early"));
	assert_true(journal_names(s, "tree/late"));
	close_books(&b);
}

static void test_what_cannot_be_written_down_does_not_change(void **state)
{
	struct scene *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	struct books b;

	assert_int_equal(own_late(&b, s, late_full_own, &err), ERR_FAILED);
	assert_non_null(strstr(err.message, "journal"));
	assert_non_null(err.hint);
	scene_check(s, "tree/late", "x", 0644);
	assert_false(journal_names(s, "tree/late"));
	close_books(&b);
}

/* --- a file that changes between the last look and the backup */

static int edited_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	struct books *b = current;

	(void)h;
	if (b->text && str_ends(path, "/.env")) {
		scene_put(b->s, ".env", b->text, 0600);
		b->text = NULL;
	}
	return b->f->inner->ops->read(b->f->inner, path, max, out, err);
}

static void test_the_last_look_counts(void **state)
{
	struct scene *s = *state;
	struct fault_host *plain = fault_host_new(s->w.host, FAULT_NONE, 0);
	static struct host_ops ops; /* the scene is cleared away with it */
	struct ledger_seen seen;
	struct ledger_file put = {
		.path = ".env", .data = "A=2\n", .n = 4, .mode = 0600, .seen = &seen};
	AUTO(error) struct error err = ERROR_INIT;
	struct books b;

	ops = *plain->base.ops;
	free(plain);
	ops.read = edited_read;
	scene_put(s, ".env", "A=1\n", 0600);
	open_books(&b, s, &ops);
	ledger_see(&seen, s->w.host, s->dir, ".env", "A=1\n", 4);
	b.text = "A=1\nB=2\n";
	assert_int_equal(ledger_put(&b.l, "step", &put, &err), ERR_EXISTS);
	assert_non_null(err.detail);
	scene_check(s, ".env", "A=1\nB=2\n", 0600);
	assert_false(journal_names(s, ".env"));
	ledger_seen_done(&seen);
	close_books(&b);
}

/* --- replaced, but not for certain on disk */

static int unsynced_write(
	struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err)
{
	struct fault_host *f = fault_of(h);
	int code = f->inner->ops->write(f->inner, path, data, n, mode, err);

	if (code < 0 || !str_ends(path, "/.env"))
		return code;
	error_set(err, ERR_UNSYNCED, "%s was written, but may not outlast a loss of power", path);
	return error_hint(err, "Look after the disk.");
}

/* The journal knows of it, so that it can be taken back; nobody is told that the old state was
 * kept. */
static void test_unsynced_is_told_and_can_be_undone(void **state)
{
	struct scene *s = *state;
	struct fault_host *f = fault_host_new(s->w.host, FAULT_NONE, 0);
	struct host_ops ops = *f->base.ops;
	struct host *inner = s->w.host;
	struct plan *p;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};

	scene_put(s, ".env", "A=1\n", 0640);
	ops.write = unsynced_write;
	f->base.ops = &ops;
	s->w.host = &f->base;
	p = scene_plan(s);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	assert_int_equal(scene_run(p, &err), ERR_UNSYNCED);
	assert_string_equal(err.hint, "Look after the disk.");
	s->w.host = inner;
	free(f);
	scene_check(s, ".env", "A=2\n", 0600);
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_string_equal(runs.items[0].outcome, "failed");
	assert_int_equal(runs.items[0].changes, 1);
	assert_int_equal(scene_undo(s, NULL, false, NULL), 0);
	scene_check(s, ".env", "A=1\n", 0640);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_a_late_entry_is_written_down_first),
		scene_test(test_what_cannot_be_written_down_does_not_change),
		scene_test(test_the_last_look_counts),
		scene_test(test_unsynced_is_told_and_can_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
