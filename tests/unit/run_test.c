/* SPDX-License-Identifier: MIT */
#include "plan_fixture.h"

#include "plan/runner.h"

#include <fcntl.h>
#include <sys/file.h>

/* A step that notes in `order` when it begins and ends. */
struct fake {
	struct step step;
	struct strv *order;
	int result;      /* of run */
	int check;       /* of check */
	struct op *gate; /* asynchronous: ends when told */
};

struct fake_op {
	struct op op;
	struct fake *fake;
	struct timer *end;
};

static int fake_check(struct step *step, struct error *err)
{
	struct fake *f = (struct fake *)step;

	return f->check < 0 ? error_set(err, f->check, "cannot look") : f->check;
}

static int fake_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct fake *f = (struct fake *)step;

	(void)ctx;
	strv_pushf(f->order, "%s", step->title);
	/* Ends only when it is told to. */
	while (f->result == ERR_CANCELLED && !atomic_load(cancelled))
		sched_yield();
	return f->result ? error_set(err, f->result, "%s broke", step->title) : 0;
}

static void fake_free(struct step *step)
{
	step_done(step);
	free(step);
}

static const struct step_ops blocking_ops = {.kind = "file",
	.glyph = "~",
	.ascii = "~",
	.check = fake_check,
	.run = fake_run,
	.free = fake_free};

static void fake_destroy(struct op *op)
{
	timer_free(((struct fake_op *)op)->end);
	free(op);
}

static const struct op_class fake_class = {.name = "fake", .destroy = fake_destroy};

static void fake_end(void *arg)
{
	struct fake_op *f = arg;
	AUTO(error) struct error err = ERROR_INIT;

	timer_free(take(f->end));
	strv_pushf(f->fake->order, "-%s", f->fake->step.title);
	if (f->fake->result)
		error_set(&err, f->fake->result, "%s broke", f->fake->step.title);
	op_finish(&f->op, f->fake->result, &err);
}

static struct op *fake_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct fake_op *f = xcalloc(1, sizeof(*f));

	op_init(&f->op, &fake_class, ctx->workspace->loop, done, arg);
	f->fake = (struct fake *)step;
	strv_pushf(f->fake->order, "+%s", step->title);
	/* The result of a step that waits to be cancelled never comes. */
	if (f->fake->result != ERR_CANCELLED)
		f->end = timer_start(ctx->workspace->loop, 1, 0, fake_end, f);
	return &f->op;
}

static const struct step_ops async_ops = {
	.kind = "image", .glyph = "v", .ascii = "v", .start = fake_start, .free = fake_free};

static struct fake *add(struct plan *p, struct strv *order, const struct step_ops *ops,
	const char *name, const char *after)
{
	struct fake *f = xcalloc(1, sizeof(*f));

	step_init(&f->step, ops, name, name);
	f->order = order;
	if (after)
		strv_push(&f->step.after, after);
	plan_add(p, &f->step);
	return f;
}

static void check_order(const struct strv *order, const char *want)
{
	autofree char *got = strv_join(order, " ");

	assert_string_equal(got, want);
}

static enum step_state states[8];

/* States outlive the plan here. */
static int run_states(struct plan *p, struct error *err)
{
	struct run_options o = {.title = "test"};
	struct run *r = run_start(p, &o, NULL, NULL);
	int code = op_wait(run_op(r), err);

	for (size_t i = 0; i < p->n; i++)
		states[i] = p->steps[i]->state;
	op_free(run_op(r));
	return code;
}

static void test_order_follows_after(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;

	add(p, &order, &blocking_ops, "c", "b");
	add(p, &order, &blocking_ops, "a", NULL);
	add(p, &order, &blocking_ops, "b", "a");
	assert_int_equal(run_states(p, NULL), 0);
	check_order(&order, "a b c");
	assert_int_equal(states[0], STEP_DONE);
}

static void test_asynchronous_steps_run_together(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;

	add(p, &order, &async_ops, "x", NULL);
	add(p, &order, &async_ops, "y", NULL)->step.changes = true;
	add(p, &order, &blocking_ops, "z", "y");
	strv_push(&p->steps[2]->after, "x");
	assert_int_equal(run_states(p, NULL), 0);
	assert_int_equal(order.n, 5);
	assert_string_equal(order.items[4], "z");
}

static void test_failure_stops_what_follows(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};

	add(p, &order, &blocking_ops, "a", NULL);
	add(p, &order, &blocking_ops, "b", "a")->result = ERR_DENIED;
	add(p, &order, &blocking_ops, "c", "b");
	assert_int_equal(run_states(p, &err), ERR_DENIED);
	assert_string_equal(err.message, "b broke");
	check_order(&order, "a b");
	assert_int_equal(states[0], STEP_DONE);
	assert_int_equal(states[1], STEP_FAILED);
	assert_int_equal(states[2], STEP_SKIPPED);
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_string_equal(runs.items[0].outcome, "failed");
	assert_string_equal(runs.items[0].title, "test");
}

static void test_what_is_done_already_is_skipped(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;

	add(p, &order, &blocking_ops, "a", NULL)->check = 1;
	add(p, &order, &blocking_ops, "b", "a");
	assert_int_equal(run_states(p, NULL), 0);
	check_order(&order, "b");
	assert_int_equal(states[0], STEP_SKIPPED);
	assert_int_equal(states[1], STEP_DONE);
}

static void test_an_empty_plan_leaves_no_trace(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	struct fake *f = xcalloc(1, sizeof(*f));

	step_init(&f->step, &blocking_ops, "a", "a");
	f->order = &order;
	f->step.changes = false;
	plan_add(p, &f->step);
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(order.n, 0);
	assert_false(scene_has(s, ".slipway"));
}

struct cancelling {
	struct run *run;
	bool asked;
};

static void cancel_when_running(void *arg, const struct run_event *e)
{
	struct cancelling *c = arg;

	if (e->kind == RUN_STEP && e->step->state == STEP_RUNNING && str_eq(e->step->title, "b") &&
		!c->asked) {
		c->asked = true;
		op_cancel(run_op(c->run));
	}
}

static void check_cancel(struct scene *s, const struct step_ops *ops)
{
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};
	struct cancelling c = {0};
	struct run_options o = {.title = "test", .event = cancel_when_running, .arg = &c};

	add(p, &order, &blocking_ops, "a", NULL);
	add(p, &order, ops, "b", "a")->result = ERR_CANCELLED;
	add(p, &order, &blocking_ops, "c", "b");
	c.run = run_start(p, &o, NULL, NULL);
	assert_int_equal(op_wait(run_op(c.run), &err), ERR_CANCELLED);
	assert_int_equal(p->steps[2]->state, STEP_SKIPPED);
	op_free(run_op(c.run));
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_string_equal(runs.items[0].outcome, "cancelled");
}

static void test_cancel_of_blocking_step(void **state)
{
	check_cancel(*state, &blocking_ops);
}

static void test_cancel_of_asynchronous_step(void **state)
{
	check_cancel(*state, &async_ops);
}

static void free_at_once(void *arg, const struct run_event *e)
{
	struct cancelling *c = arg;

	c->asked = c->asked || e->step->state == STEP_RUNNING;
}

/* Freed in the middle it is interrupted, and the lock is free. */
static void test_freed_run_is_interrupted(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	AUTO(run_records) struct run_records runs = {0};
	struct cancelling c = {0};
	struct run_options o = {.title = "test", .event = free_at_once, .arg = &c};

	add(p, &order, &async_ops, "a", NULL)->result = ERR_CANCELLED;
	c.run = run_start(p, &o, NULL, NULL);
	loop_run_until(s->w.loop, &c.asked);
	op_free(run_op(c.run));
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	assert_string_equal(runs.items[0].outcome, "interrupted");
	p = scene_plan(s);
	add(p, &order, &blocking_ops, "b", NULL);
	assert_int_equal(scene_run(p, NULL), 0);
}

static void test_second_run_is_locked_out(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *path = host_path(s->dir, ".slipway/lock");
	struct stat before, after;
	int lock = -1;

	scene_mkdir(s, ".slipway", 0700);
	assert_int_equal(
		host_lock(s->w.host, path, "deploy, pid 4711 on web1\n", &lock, NULL, NULL), 0);
	assert_int_equal(stat(path, &before), 0);
	add(p, &order, &blocking_ops, "a", NULL);
	assert_int_equal(scene_run(p, &err), ERR_LOCKED);
	assert_non_null(strstr(err.detail, "pid 4711"));
	assert_non_null(err.hint);
	assert_int_equal(order.n, 0);
	assert_int_equal(stat(path, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	host_unlock(s->w.host, lock);
}

static void count_events(void *arg, const struct run_event *e)
{
	int *n = arg;

	n[e->step->state]++;
}

static void test_observers_hear_every_state(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv order = STRV_INIT;
	int first[5] = {0}, second[5] = {0};
	struct run_options o = {.title = "test", .event = count_events, .arg = first};
	struct run *r;

	add(p, &order, &blocking_ops, "a", NULL);
	add(p, &order, &async_ops, "b", NULL);
	r = run_start(p, &o, NULL, NULL);
	run_observe(r, count_events, second);
	assert_int_equal(op_wait(run_op(r), NULL), 0);
	assert_string_equal(run_id(r), "0001");
	assert_int_equal(first[STEP_RUNNING], 2);
	assert_int_equal(first[STEP_DONE], 2);
	assert_memory_equal(first, second, sizeof(first));
	op_free(run_op(r));
}

/* Two runs of the same text: the second finds it done and touches nothing. */
static void test_written_twice_is_written_once(void **state)
{
	struct scene *s = *state;
	autofree char *path = host_path(s->dir, "a.conf");
	struct stat before, after;

	scene_put(s, "a.conf", "old\n", 0644);
	for (int i = 0; i < 2; i++) {
		struct plan *p = scene_plan(s);

		scene_add_file(s, p, "a.conf", "new\n", 0644);
		assert_int_equal(scene_run(p, NULL), 0);
		assert_int_equal(stat(path, i ? &after : &before), 0);
	}
	assert_int_equal(before.st_ino, after.st_ino);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
}

/* --- files that somebody changed after the review */

static void check_refused(struct scene *s, struct plan *p, const char *detail)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};
	autofree char *before = scene_tree(s, NULL), *after = NULL;

	assert_int_equal(scene_run(p, &err), ERR_EXISTS);
	assert_string_equal(err.message, ".env was changed since this was shown");
	assert_non_null(strstr(err.detail, detail));
	assert_non_null(err.hint);
	after = scene_tree(s, NULL);
	assert_string_equal(after, before);
	assert_int_equal(run_list(&s->w, &runs, NULL), 0);
	assert_string_equal(runs.items[0].outcome, "failed");
	assert_int_equal(runs.items[0].changes, 0);
}

static void test_an_edit_after_the_review_is_not_lost(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);

	scene_put(s, ".env", "A=1\n", 0600);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	scene_put(s, ".env", "A=1\nB=by hand\n", 0600);
	check_refused(s, p, "4 bytes then, 14 bytes now");
}

/* As long as before: the bytes count. */
static void test_an_edit_of_the_same_length_is_not_lost(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);

	scene_put(s, ".env", "A=1\n", 0600);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	scene_put(s, ".env", "A=3\n", 0600);
	check_refused(s, p, "others");
}

static void test_a_file_that_appeared_is_not_replaced(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);

	scene_add_file(s, p, ".env", "A=2\n", 0600);
	scene_put(s, ".env", "", 0600);
	check_refused(s, p, "now there is one");
}

static void test_a_file_that_went_is_not_made_again(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	autofree char *path = host_path(s->dir, ".env");

	scene_put(s, ".env", "A=1\n", 0600);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	assert_int_equal(unlink(path), 0);
	check_refused(s, p, "gone");
}

/* The name leads elsewhere now, even to the same bytes. */
static void test_a_link_that_was_put_in_its_place_is_not_followed(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);
	autofree char *path = host_path(s->dir, ".env");

	scene_put(s, ".env", "A=1\n", 0600);
	scene_put(s, "theirs", "A=1\n", 0600);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("theirs", path), 0);
	check_refused(s, p, "theirs");
}

/* Somebody did just what was wanted: nothing to refuse. */
static void test_what_was_meant_is_no_conflict(void **state)
{
	struct scene *s = *state;
	struct plan *p = scene_plan(s);

	scene_put(s, ".env", "A=1\n", 0600);
	scene_add_file(s, p, ".env", "A=2\n", 0600);
	scene_put(s, ".env", "A=2\n", 0644);
	assert_int_equal(scene_run(p, NULL), 0);
	scene_check(s, ".env", "A=2\n", 0600);
}

/* --- images */

static void free_op(struct op *op)
{
	free(op);
}

static const struct op_class built_class = {.name = "built", .destroy = free_op};

static struct op *build_two_parts(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	static const struct engine_progress said[] = {
		{.id = "[web internal] load .dockerignore", .phase = "built", .done = true},
		{.id = "[web 1/2] FROM base", .phase = "building"},
		{.id = "[web 2/2] RUN make", .phase = "building"},
		{.id = "[web 1/2] FROM base", .phase = "built", .done = true},
		{.id = "[web 2/2] RUN make", .phase = "building", .detail = "cc main.c"},
		/* A stage that nobody knew of is no reason to run back. */
		{.id = "[web stage-1 1/3] FROM other", .phase = "building"},
	};
	struct op *op = xcalloc(1, sizeof(*op));

	(void)services;
	op_init(op, &built_class, e->loop, done, arg);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		progress(arg, &said[i]);
	op_finish(op, 0, NULL);
	return op;
}

static void note_progress(void *arg, const struct run_event *e)
{
	if (e->kind == RUN_STEP && e->step->state == STEP_RUNNING && e->text)
		strv_pushf(arg, "%.2f %s", e->step->progress, e->text);
}

static void test_a_build_tells_how_far_it_is(void **state)
{
	static const struct engine_ops ops = {.name = "stub", .build = build_two_parts};
	struct scene *s = *state;
	struct engine engine = {.ops = &ops, .host = s->w.host, .loop = s->w.loop};
	struct plan *p = scene_plan(s);
	AUTO(strv) struct strv names = STRV_INIT, heard = STRV_INIT;
	struct run_options o = {.title = "test", .event = note_progress, .arg = &heard};
	struct run *r;

	s->w.engine = &engine;
	strv_push(&names, "web");
	plan_add(p, step_image_new(true, &names, &names));
	r = run_start(p, &o, NULL, NULL);
	assert_int_equal(op_wait(run_op(r), NULL), 0);
	assert_int_equal(heard.n, 6);
	assert_string_equal(heard.items[0], "-1.00 1 of 1");
	assert_string_equal(heard.items[1], "0.00 1 of 2, [web 1/2] FROM base");
	assert_string_equal(heard.items[3], "0.50 2 of 3, [web 2/2] RUN make");
	assert_string_equal(heard.items[4], "0.50 2 of 3, cc main.c");
	assert_string_equal(heard.items[5], "0.50 2 of 4, [web stage-1 1/3] FROM other");
	op_free(run_op(r));
	s->w.engine = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_order_follows_after),
		scene_test(test_asynchronous_steps_run_together),
		scene_test(test_failure_stops_what_follows),
		scene_test(test_what_is_done_already_is_skipped),
		scene_test(test_an_empty_plan_leaves_no_trace),
		scene_test(test_cancel_of_blocking_step),
		scene_test(test_cancel_of_asynchronous_step),
		scene_test(test_freed_run_is_interrupted),
		scene_test(test_second_run_is_locked_out),
		scene_test(test_observers_hear_every_state),
		scene_test(test_a_build_tells_how_far_it_is),
		scene_test(test_an_edit_after_the_review_is_not_lost),
		scene_test(test_an_edit_of_the_same_length_is_not_lost),
		scene_test(test_a_file_that_appeared_is_not_replaced),
		scene_test(test_a_file_that_went_is_not_made_again),
		scene_test(test_a_link_that_was_put_in_its_place_is_not_followed),
		scene_test(test_what_was_meant_is_no_conflict),
		scene_test(test_written_twice_is_written_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
