/* SPDX-License-Identifier: MIT */
/* Actions on services as runs: under the lock, in the journal, over an engine that notes what it is
 * told. */
#include "plan_fixture.h"

#include "plan/action.h"

struct told {
	struct engine base;
	struct strv said;
	bool fails, told;
	const char *failure; /* NULL: a container is missing */
	int most;            /* instances it can run; 0: any number */
};

static void told_release(struct op *op)
{
	free(op);
}

static const struct op_class told_class = {"told", NULL, told_release};

static struct op *tell(
	struct engine *e, const char *what, const char *whom, op_done_fn *done, void *arg)
{
	struct told *t = (struct told *)e;
	struct op *op = xcalloc(1, sizeof(*op));
	AUTO(error) struct error err = ERROR_INIT;

	strv_pushf(&t->said, "%s %s", what, whom);
	t->told = true;
	op_init(op, &told_class, e->loop, done, arg);
	if (t->fails)
		error_set(&err, ERR_FAILED, "%s", t->failure ? t->failure : "no such container");
	op_finish(op, err.code, &err);
	return op;
}

static struct op *told_start(struct engine *e, const char *s, op_done_fn *done, void *arg)
{
	return tell(e, "start", s, done, arg);
}

static struct op *told_stop(struct engine *e, const char *s, op_done_fn *done, void *arg)
{
	return tell(e, "stop", s, done, arg);
}

static struct op *told_restart(struct engine *e, const char *s, op_done_fn *done, void *arg)
{
	return tell(e, "restart", s, done, arg);
}

static struct op *told_scale(
	struct engine *e, const char *s, int replicas, op_done_fn *done, void *arg)
{
	autofree char *whom = xasprintf("%s=%d", s, replicas);
	struct told *t = (struct told *)e;

	t->fails = t->most && replicas > t->most;
	return tell(e, "scale", whom, done, arg);
}

static struct op *told_down(
	struct engine *e, bool volumes, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct engine_progress p = {.id = "container web", .phase = "removed"};

	progress(arg, &p);
	return tell(e, "down", volumes ? "with volumes" : "without", done, arg);
}

static const struct engine_ops told_ops = {.name = "told",
	.start = told_start,
	.stop = told_stop,
	.restart = told_restart,
	.scale = told_scale,
	.down = told_down};

struct fixture {
	struct scene scene;
	struct told engine;
	struct compose compose;
	struct error outcome;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	scene_open(&f->scene, NULL);
	f->engine.base.ops = &told_ops;
	f->engine.base.loop = f->scene.w.loop;
	f->compose.name = (char *)"shop";
	f->scene.project.compose = &f->compose;
	f->scene.w.engine = &f->engine.base;
	f->scene.w.live = live_new(f->scene.w.loop, "shop");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	live_free(f->scene.w.live);
	strv_done(&f->engine.said);
	error_done(&f->outcome);
	scene_close(&f->scene);
	scene_remove(f->scene.dir);
	free(f);
	return 0;
}

static int act(struct fixture *f, const char *name, const char *service)
{
	struct op *op = action_start(&f->scene.w, action_find(name), service, NULL, NULL);
	int code = op_wait(op, &f->outcome);

	op_free(op);
	return code;
}

static void check_said(struct fixture *f, const char *want)
{
	autofree char *said = strv_join(&f->engine.said, "; ");

	assert_string_equal(said, want);
	strv_clear(&f->engine.said);
}

/* "restart web: done; stop web: failed", newest first. */
static void check_runs(struct fixture *f, const char *want)
{
	AUTO(run_records) struct run_records all = {0};
	AUTO(strv) struct strv lines = STRV_INIT;
	autofree char *got = NULL;

	assert_int_equal(run_list(&f->scene.w, &all, NULL), 0);
	for (size_t i = 0; i < all.n; i++)
		strv_pushf(&lines, "%s: %s", all.items[i].title, all.items[i].outcome);
	got = strv_join(&lines, "; ");
	assert_string_equal(got, want);
}

static void test_each_action_is_a_run(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(act(f, "restart", "web"), 0);
	assert_int_equal(act(f, "stop", "web"), 0);
	f->engine.fails = true;
	assert_int_equal(act(f, "start", "web"), ERR_FAILED);
	assert_string_equal(f->outcome.message, "no such container");
	check_said(f, "restart web; stop web; start web");
	check_runs(f, "start web: failed; stop web: done; restart web: done");
}

static void test_nothing_is_done_beside_another_run(void **state)
{
	struct fixture *f = *state;
	struct ledger other;

	assert_int_equal(
		ledger_open(&other, f->scene.w.host, f->scene.dir, "deploy", 1, NULL, NULL), 0);
	assert_int_equal(act(f, "stop", "web"), ERR_LOCKED);
	check_said(f, "");
	check_runs(f, "deploy: running");
	assert_int_equal(ledger_close(&other, "done", NULL, NULL), 0);
	ledger_done(&other);
	assert_int_equal(act(f, "stop", "web"), 0);
	check_said(f, "stop web");
}

static void test_one_cut_short_is_known(void **state)
{
	struct fixture *f = *state;
	struct op *op = action_start(&f->scene.w, action_find("restart"), "web", NULL, NULL);

	/* As a kill would, between what it began and its end. */
	loop_run_until(f->scene.w.loop, &f->engine.told);
	op_free(op);
	check_runs(f, "restart web: interrupted");
}

/* What an interrupted deployment left half made is still to be finished after a restart. */
static void test_a_restart_finishes_nobodys_files(void **state)
{
	struct fixture *f = *state;
	autofree char *slipway = host_path(f->scene.dir, ".slipway");
	AUTO(journals) struct journals before = {0}, after = {0}, later = {0};
	struct ledger l;

	assert_int_equal(
		ledger_open(&l, f->scene.w.host, f->scene.dir, "deploy", 1, NULL, NULL), 0);
	assert_int_equal(ledger_mkdir(&l, "directory:data", "data", 0750, NULL), 0);
	ledger_done(&l);
	assert_int_equal(journals_unfinished(f->scene.w.host, slipway, &before, NULL), 0);
	assert_int_equal(before.n, 1);
	assert_int_equal(act(f, "restart", "web"), 0);
	assert_int_equal(journals_unfinished(f->scene.w.host, slipway, &after, NULL), 0);
	assert_int_equal(after.n, 1);
	assert_string_equal(after.items[0].title, "deploy");

	assert_int_equal(
		ledger_open(&l, f->scene.w.host, f->scene.dir, "deploy", 1, NULL, NULL), 0);
	assert_int_equal(ledger_mkdir(&l, "directory:more", "more", 0750, NULL), 0);
	assert_int_equal(ledger_close(&l, "done", NULL, NULL), 0);
	ledger_done(&l);
	assert_int_equal(journals_unfinished(f->scene.w.host, slipway, &later, NULL), 0);
	assert_int_equal(later.n, 0);
}

/* Neither in what is told nor in what is written down. */
static void test_a_secret_in_a_failure_stays_one(void **state)
{
	struct fixture *f = *state;
	autofree char *path = host_path(f->scene.dir, ".slipway/journal/0001.ndjson");
	AUTO(str) struct str journal = STR_INIT(STR_FILE);
	struct setting *s = settings_add(&f->scene.project.settings, "PASS");

	s->type = SETTING_SECRET;
	s->current = xstrdup("hunter2");
	f->engine.fails = true;
	f->engine.failure = "FATAL: postgres://u:hunter2@db refused";
	assert_int_equal(act(f, "start", "web"), ERR_FAILED);
	assert_string_equal(f->outcome.message, "FATAL: postgres://u:***@db refused");
	assert_int_equal(host_read(f->scene.w.host, path, STR_FILE, &journal, NULL), 0);
	assert_null(strstr(journal.data, "hunter2"));
	assert_non_null(strstr(journal.data, "refused"));
	settings_done(&f->scene.project.settings);
}

static void test_down_is_a_run(void **state)
{
	struct fixture *f = *state;
	struct plan *p = plan_down(&f->scene.w, false);

	assert_non_null(strstr(p->steps[0]->reason, "volumes are kept"));
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(scene_run(plan_down(&f->scene.w, true), NULL), 0);
	check_said(f, "down without; down with volumes");
	check_runs(f, "test: done; test: done");
}

static void test_scaling_to_none_waits_for_nobody(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv names = STRV_INIT;
	static const int replicas[] = {0, 2};
	struct plan *p;

	strv_push(&names, "worker");
	assert_int_equal(scene_run(plan_scale(&f->scene.w, &names, replicas), NULL), 0);
	check_said(f, "scale worker=0");
	strv_push(&names, "web");
	p = plan_scale(&f->scene.w, &names, replicas);
	assert_int_equal(p->n, 3);
	assert_non_null(plan_find(p, "scale:worker"));
	assert_null(plan_find(p, "service:worker"));
	/* All are scaled before the first is waited for. */
	assert_int_equal(plan_find(p, "service:web")->after.n, 2);
	plan_free(p);
}

/* What the engine could not start would keep the service from being well. */
static void test_a_failed_scale_takes_its_instances_away(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	static const int replicas[] = {3};

	strv_push(&names, "web");
	live_add_instance(live_add(f->scene.w.live, "web"), "web-1");
	f->engine.most = 1;
	f->engine.failure = "port is already allocated";
	assert_int_equal(scene_run(plan_scale(&f->scene.w, &names, replicas), &err), ERR_FAILED);
	check_said(f, "scale web=3; scale web=1");
	assert_string_equal(err.message, "cannot run 3 instances of web");
	assert_string_equal(err.detail, "port is already allocated");
}

static void check_refused(struct fixture *f, int replicas, const char *message, const char *hint)
{
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(plan_scale_check(&f->scene.w, "web", replicas, &err), ERR_INPUT);
	assert_string_equal(err.message, message);
	assert_non_null(strstr(err.hint, hint));
}

static void test_what_cannot_run_twice_is_known_before(void **state)
{
	struct fixture *f = *state;
	struct compose_port ports[] = {
		{.target = 9000}, {.published = 8080, .published_end = 8080, .target = 80}};
	autojson struct json_object *model = json_object_new_object();
	struct compose_service web = {
		.name = (char *)"web", .json = model, .ports = ports, .n_ports = 1};

	f->compose.services = &web;
	f->compose.n_services = 1;
	assert_int_equal(plan_scale_check(&f->scene.w, "web", 5, NULL), 0);
	web.n_ports = 2;
	assert_int_equal(plan_scale_check(&f->scene.w, "web", 1, NULL), 0);
	check_refused(f, 2, "cannot run 2 instances of web: they cannot share the host port 8080",
		"\"8080-8090:80\"");
	ports[1].published_end = 8082;
	assert_int_equal(plan_scale_check(&f->scene.w, "web", 3, NULL), 0);
	check_refused(f, 4, "cannot run 4 instances of web: its ports 8080-8082 are enough for 3",
		"\"80\"");
	json_put_str(model, "container_name", "the-web");
	check_refused(f, 2,
		"cannot run 2 instances of web: its container_name is the-web, and names are "
		"unique",
		"container_name");
	f->compose.n_services = 0;
}

static void test_restart_leaves_alone_what_nobody_named(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv names = STRV_INIT;
	struct live_service *s;
	struct plan *p;

	strv_push_all(&names, "web", "migrate", "absent", NULL);
	live_add_instance(live_add(f->scene.w.live, "web"), "web-1");
	s = live_add(f->scene.w.live, "migrate");
	s->oneshot = true;
	live_add_instance(s, "migrate-1");
	live_add(f->scene.w.live, "absent");
	p = plan_restart(&f->scene.w, &names, false);
	assert_int_equal(p->n, 1);
	assert_string_equal(p->steps[0]->id, "service:web");
	assert_int_equal(p->services[0].change, SERVICE_RESTART);
	assert_int_equal(p->notes.n, 0);
	plan_free(p);
	p = plan_restart(&f->scene.w, &names, true);
	assert_int_equal(p->n, 3);
	assert_int_equal(p->services[2].change, SERVICE_START);
	plan_free(p);
}

static void test_restart_says_what_it_leaves_in_error(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *nothing = NULL;
	struct live_service *s = live_add(f->scene.w.live, "migrate");
	struct plan *p;

	strv_push(&names, "migrate");
	s->oneshot = true;
	live_add_instance(s, "migrate-1")->state = LIVE_FAILED;
	live_update(f->scene.w.live, s);
	p = plan_restart(&f->scene.w, &names, false);
	assert_int_equal(p->n, 0);
	nothing = plan_nothing(p);
	assert_null(strstr(nothing, "as wanted"));
	assert_int_equal(p->notes.n, 1);
	assert_non_null(strstr(p->notes.items[0], "migrate runs once, and ended with an error"));
	plan_free(p);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_action_is_a_run),
		TEST(test_nothing_is_done_beside_another_run),
		TEST(test_one_cut_short_is_known),
		TEST(test_a_restart_finishes_nobodys_files),
		TEST(test_a_secret_in_a_failure_stays_one),
		TEST(test_down_is_a_run),
		TEST(test_scaling_to_none_waits_for_nobody),
		TEST(test_a_failed_scale_takes_its_instances_away),
		TEST(test_what_cannot_run_twice_is_known_before),
		TEST(test_restart_leaves_alone_what_nobody_named),
		TEST(test_restart_says_what_it_leaves_in_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
