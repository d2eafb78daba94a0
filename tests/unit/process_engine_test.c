/* SPDX-License-Identifier: MIT */
/* The process engine against supervisors that end, are killed, or know nothing. This program is the
 * supervisor, too: the engine starts the program it runs in. */
#include "process_fixture.h"

#include "engine/live.h"
#include "engine/process_engine.h"

static const char compose_text[] = "services:\n"
				   "  slow: {image: none, stop_grace_period: 1m}\n"
				   "  quick: {image: none}\n";

static const char stack_text[] = "slipway: 1\n"
				 "stack: pair\n"
				 "services:\n"
				 "  slow:\n"
				 "    process:\n"
				 "      command:\n"
				 "        - sh\n"
				 "        - -c\n"
				 "        - trap 'touch slow.asked; while [ ! -e allowed ]; do "
				 "sleep 0.02; done; exit 0' TERM;\n"
				 "          touch slow.runs; while :; do sleep 0.02; done\n"
				 "  quick:\n"
				 "    process:\n"
				 "      command:\n"
				 "        - sh\n"
				 "        - -c\n"
				 "        - trap 'touch quick.closed; exit 0' TERM; echo $$$$ "
				 ">quick.pid; while :; do sleep 0.02; done\n";

struct scene {
	struct yard *yard;
	struct loop *loop;
	struct host *host;
	struct project *project;
	struct engine *engine;
};

static void put(const struct yard *y, const char *name, const char *text)
{
	autofree char *path = yard_path(y, name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void must(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (op_wait(op, &err))
		fail_msg("%s", err.message);
	op_free(op);
}

/* Another command on the same project: a host, a project and an engine of its own, on the same
 * loop. */
static void scene_open(struct scene *s, struct yard *y, struct loop *loop)
{
	const struct project_options options = {.dir = y->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;

	s->yard = y;
	s->loop = loop;
	s->host = host_local_new(loop);
	if (project_open(s->host, &options, &s->project, &err))
		fail_msg("%s (%s)", err.message, err.detail ? err.detail : "");
	assert_true(process_engine_suits(s->project));
	assert_int_equal(process_engine_open(s->host, loop, s->project, &s->engine, &err), 0);
	must(s->engine->ops->connect(s->engine, NULL, NULL));
}

static void scene_done(struct scene *s)
{
	engine_free(s->engine);
	project_free(s->project);
	host_free(s->host);
}
DEFINE_AUTO(scene)

static struct loop *prepare(struct yard *y)
{
	put(y, "compose.yaml", compose_text);
	put(y, "slipway.yaml", stack_text);
	return loop_new();
}

#define OPS(s) (s)->engine->ops

static void test_what_the_supervisor_does_not_know_is_defined_first(void **state)
{
	struct yard *y = *state;
	AUTO_PTR(loop) struct loop *loop = prepare(y);
	AUTO(scene) struct scene s = {0};

	scene_open(&s, y, loop);
	must(OPS(&s)->start(s.engine, "quick", NULL, NULL));
	assert_true(process_lives(yard_number(y, "quick.pid")));
	must(OPS(&s)->restart(s.engine, "slow", NULL, NULL));
	yard_wait(y, "slow.runs");
	yard_touch(y, "allowed");
	must(OPS(&s)->down(s.engine, false, NULL, NULL, NULL));
}

static void test_creating_leaves_alone_what_is_there(void **state)
{
	struct yard *y = *state;
	AUTO_PTR(loop) struct loop *loop = prepare(y);
	AUTO(scene) struct scene s = {0};
	AUTO(strv) struct strv recreate = STRV_INIT;
	int pid;

	scene_open(&s, y, loop);
	must(OPS(&s)->create(s.engine, NULL, NULL, NULL, NULL, NULL));
	must(OPS(&s)->start(s.engine, "quick", NULL, NULL));
	pid = yard_number(y, "quick.pid");
	must(OPS(&s)->create(s.engine, NULL, NULL, NULL, NULL, NULL));
	assert_true(process_lives(pid));
	strv_push(&recreate, "quick");
	must(OPS(&s)->create(s.engine, NULL, &recreate, NULL, NULL, NULL));
	/* Asked, not killed; and not there any more when it is done. */
	assert_false(process_lives(pid));
	assert_true(yard_has(y, "quick.closed"));
	must(OPS(&s)->down(s.engine, false, NULL, NULL, NULL));
}

struct outcome {
	bool done;
	int code;
};

static void note(void *arg, int code, const struct error *err)
{
	struct outcome *o = arg;

	(void)err;
	o->code = code;
	o->done = true;
}

/* Runs the loop until a service has left that file. */
struct awaited {
	const struct yard *yard;
	const char *name;
	bool there;
};

static void look(void *arg)
{
	struct awaited *a = arg;

	a->there = yard_has(a->yard, a->name);
}

static void turn_until(struct loop *loop, const struct yard *y, const char *name)
{
	struct awaited a = {y, name, false};
	struct timer *t = timer_start(loop, 0, 10, look, &a);

	loop_run_until(loop, &a.there);
	timer_free(t);
}

static void test_a_start_during_the_end_is_done_by_the_next_supervisor(void **state)
{
	struct yard *y = *state;
	AUTO_PTR(loop) struct loop *loop = prepare(y);
	AUTO(scene) struct scene s = {0}, other = {0};
	struct outcome down = {0}, start = {0};
	struct op *going, *coming;
	int old;

	scene_open(&s, y, loop);
	scene_open(&other, y, loop);
	must(OPS(&s)->start(s.engine, "slow", NULL, NULL));
	old = the_supervisor();
	yard_wait(y, "slow.runs");
	going = OPS(&s)->down(s.engine, false, NULL, note, &down);
	turn_until(loop, y, "slow.asked");
	coming = OPS(&other)->start(other.engine, "quick", note, &start);
	/* It has met the one that goes, and did not give up. */
	for (int turns = 0; turns < 3; turns++)
		must(OPS(&other)->stats(other.engine, NULL, NULL, NULL, NULL));
	assert_false(start.done);
	assert_false(down.done);
	yard_touch(y, "allowed");
	loop_run_until(loop, &start.done);
	assert_int_equal(start.code, 0);
	loop_run_until(loop, &down.done);
	assert_int_equal(down.code, 0);
	op_free(going);
	op_free(coming);
	assert_true(process_lives(yard_number(y, "quick.pid")));
	wait_gone(old);
	assert_int_not_equal(the_supervisor(), old);
	must(OPS(&other)->down(other.engine, false, NULL, NULL, NULL));
}

static void test_down_ends_what_a_killed_supervisor_left(void **state)
{
	struct yard *y = *state;
	AUTO_PTR(loop) struct loop *loop = prepare(y);
	AUTO(scene) struct scene s = {0}, later = {0};
	int pid, super;

	scene_open(&s, y, loop);
	must(OPS(&s)->start(s.engine, "quick", NULL, NULL));
	pid = yard_number(y, "quick.pid");
	super = the_supervisor();
	kill(super, SIGKILL);
	wait_gone(super);
	scene_open(&later, y, loop);
	must(OPS(&later)->down(later.engine, false, NULL, NULL, NULL));
	assert_false(process_lives(pid));
	assert_false(yard_has(y, PROCESS_SOCKET));
	/* And again, where there is nothing: nothing is started for it. */
	must(OPS(&later)->down(later.engine, false, NULL, NULL, NULL));
	must(OPS(&later)->stop(later.engine, "quick", NULL, NULL));
	assert_false(yard_has(y, PROCESS_SOCKET));
}

static void test_a_watch_follows_from_one_supervisor_to_the_next(void **state)
{
	struct yard *y = *state;
	AUTO_PTR(loop) struct loop *loop = prepare(y);
	AUTO(scene) struct scene s = {0}, other = {0};
	AUTO_PTR(live) struct live *live = live_new(loop, "pair");
	const struct live_service *quick;
	struct op *watch;

	scene_open(&s, y, loop);
	scene_open(&other, y, loop);
	watch = OPS(&s)->watch(s.engine, live, NULL, NULL);
	assert_int_equal(op_wait(watch, NULL), 0);
	for (int round = 0; round < 2; round++) {
		struct awaited a = {y, "quick.pid", false};

		must(OPS(&other)->start(other.engine, "quick", NULL, NULL));
		yard_number(y, a.name);
		while (!(quick = live_find(live, "quick")) || quick->n_instances != 1)
			must(OPS(&s)->stats(s.engine, live, NULL, NULL, NULL));
		must(OPS(&other)->down(other.engine, false, NULL, NULL, NULL));
		while (quick->n_instances)
			must(OPS(&s)->stats(s.engine, live, NULL, NULL, NULL));
	}
	op_free(watch);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, yard_setup, yard_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_the_supervisor_does_not_know_is_defined_first),
		TEST(test_creating_leaves_alone_what_is_there),
		TEST(test_a_start_during_the_end_is_done_by_the_next_supervisor),
		TEST(test_down_ends_what_a_killed_supervisor_left),
		TEST(test_a_watch_follows_from_one_supervisor_to_the_next),
	};

	if (argc == 3 && strcmp(argv[1], "__supervise") == 0)
		return supervise(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
