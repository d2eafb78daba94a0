/* SPDX-License-Identifier: MIT */
/*
 * The whole way of a plan: read, planned, run, planned again, with an engine that remembers what it
 * was told, on a host that is elsewhere: the project's directory exists on no file system, so that
 * whatever went past the host would fail.
 */
#include "elsewhere_host.h"
#include "plan_fixture.h"

#include "config/override_settings.h"
#include "plan/state.h"

#include <errno.h>

/* --- an engine of words */

struct words {
	struct engine base;
	struct strv said;         /* "create web db", "recreate web", "start db"... */
	struct strv images;       /* that are there */
	const char *volume, *key; /* one that is there; NULL */
	struct live *live;
	bool powerless; /* root in its containers is nobody on the host */
};

struct word_op {
	struct op op;
	struct timer *soon;
};

static void word_destroy(struct op *op)
{
	timer_free(((struct word_op *)op)->soon);
	free(op);
}

static const struct op_class word_class = {.name = "word", .destroy = word_destroy};

static struct op *word(struct engine *e, op_done_fn *done, void *arg)
{
	struct word_op *w = xcalloc(1, sizeof(*w));

	op_init(&w->op, &word_class, e->loop, done, arg);
	op_finish(&w->op, 0, NULL);
	return &w->op;
}

static void words_free(struct engine *e)
{
	(void)e;
}

static struct op *words_images(struct engine *e, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	const struct compose *c = e->project->compose;

	engine_clear_images(e);
	e->images = xcalloc(c->n_services + 1, sizeof(e->images[0]));
	for (size_t i = 0; i < c->n_services; i++) {
		const char *ref = c->services[i].image;

		e->images[e->n_images++] = (struct engine_image){.ref = xstrdup(ref),
			.id = strv_has(&w->images, ref) ? xasprintf("id-%s", ref) : NULL};
	}
	return word(e, done, arg);
}

static struct op *words_volumes(struct engine *e, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;

	engine_clear_volumes(e);
	if (w->volume) {
		e->volumes = xcalloc(1, sizeof(e->volumes[0]));
		e->volumes[0] = (struct engine_volume){.name = xstrdup(w->volume),
			.key = xstrdup(w->key),
			.project = xstrdup("old-shop")};
		e->n_volumes = 1;
	}
	return word(e, done, arg);
}

static struct op *words_pull(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	autofree char *names = strv_join(services, " ");

	(void)progress;
	strv_pushf(&w->said, "pull %s", names);
	for (size_t i = 0; i < e->project->compose->n_services; i++)
		strv_add_once(&w->images, e->project->compose->services[i].image);
	return word(e, done, arg);
}

static struct op *words_create(struct engine *e, const struct strv *services,
	const struct strv *recreate, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	autofree char *names = strv_join(services, " "), *anew = strv_join(recreate, " ");

	(void)progress;
	strv_pushf(&w->said, "create %s", names);
	if (recreate->n)
		strv_pushf(&w->said, "anew %s", anew);
	for (size_t i = 0; i < services->n; i++) {
		struct live_service *s = live_find(w->live, services->items[i]);

		if (!s->n_instances)
			live_add_instance(s, s->name);
		s->instances[0].state = LIVE_CREATED;
		live_update(w->live, s);
	}
	return word(e, done, arg);
}

static struct op *words_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	struct live_service *s = live_find(w->live, service);

	strv_pushf(&w->said, "start %s", service);
	s->instances[0].state = LIVE_HEALTHY;
	s->instances[0].started_ms = loop_wall();
	live_update(w->live, s);
	return word(e, done, arg);
}

static struct op *words_restart(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	struct live_service *s = live_find(w->live, service);

	strv_pushf(&w->said, "restart %s", service);
	for (size_t i = 0; i < s->n_instances; i++) {
		s->instances[i].state = LIVE_HEALTHY;
		s->instances[i].started_ms = loop_wall() + 1;
	}
	live_update(w->live, s);
	return word(e, done, arg);
}

static struct op *words_watch(struct engine *e, struct live *live, op_done_fn *done, void *arg)
{
	(void)live;
	return word(e, done, arg);
}

/* What a root container's chown and chmod would do. */
static void play_root(struct words *w, const struct engine_exec *x)
{
	bool owners = str_eq(x->argv->items[0], "chown");
	autofree char *dir = elsewhere_map(w->base.host, x->bind);
	size_t first = owners ? 3 : 2;
	unsigned uid = 0, gid = 0, mode = 0;

	if (owners)
		assert_int_equal(sscanf(x->argv->items[2], "%u:%u", &uid, &gid), 2);
	else
		assert_int_equal(sscanf(x->argv->items[1], "%o", &mode), 1);
	for (size_t i = first; i < x->argv->n; i++) {
		autofree char *path =
			xasprintf("%s%s", dir, x->argv->items[i] + strlen("/slipway"));

		assert_true(str_starts(x->argv->items[i], "/slipway"));
		assert_int_equal(owners ? lchown(path, uid, gid) : chmod(path, mode), 0);
	}
}

static struct op *words_exec(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	struct words *w = (struct words *)e;
	autofree char *argv = strv_join(x->argv, " ");

	strv_pushf(&w->said, "%s as root in %s on %s", argv, x->service, x->bind);
	assert_true(x->run && x->root);
	if (!w->powerless)
		play_root(w, x);
	return word(e, done, arg);
}

static const struct engine_ops words_ops = {
	.name = "words",
	.free = words_free,
	.images = words_images,
	.volumes = words_volumes,
	.pull = words_pull,
	.create = words_create,
	.start = words_start,
	.restart = words_restart,
	.watch = words_watch,
	.exec = words_exec,
};

/* --- a stage */

static const char compose_text[] = "name: shop\n"
				   "services:\n"
				   "  db:\n"
				   "    image: db:1\n"
				   "    user: \"70:70\"\n"
				   "    restart: always\n"
				   "    environment: {PASSWORD: \"${DB_PASSWORD:?needed}\"}\n"
				   "    volumes: [\"./data/db:/var/lib/db\"]\n"
				   "  web:\n"
				   "    image: \"web:${TAG:-1}\"\n"
				   "    restart: always\n"
				   "    ports: [\"8090:80\"]\n"
				   "    depends_on: [db]\n"
				   "    environment: {LEVEL: \"${LEVEL:-info}\"}\n";

struct stage {
	struct scene scene; /* the real directory */
	struct host *elsewhere;
	struct workspace *w;
	struct words engine;
};

static void open_workspace(struct stage *s)
{
	struct workspace_options o = {.project = {.dir = ELSEWHERE, .tolerant = true}};
	AUTO(error) struct error err = ERROR_INIT;

	if (workspace_open(s->scene.w.loop, s->elsewhere, &o, &s->w, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	s->w->engine = &s->engine.base;
	s->engine.base.project = s->w->project;
	s->w->live = s->engine.live;
	live_set_services(s->w->live, s->w->project->compose);
}

/* As a new process would: only the engine remembers. */
static void reopen(struct stage *s)
{
	op_free(take(s->w->watch));
	s->w->engine = NULL;
	s->w->live = NULL;
	workspace_free(s->w);
	open_workspace(s);
}

static int stage_setup(void **state)
{
	struct stage *s = xcalloc(1, sizeof(*s));

	scene_open(&s->scene, NULL);
	s->elsewhere = elsewhere_host_new(s->scene.w.host, s->scene.dir);
	scene_put(&s->scene, "compose.yaml", compose_text, 0644);
	engine_init(&s->engine.base, &words_ops, s->elsewhere, s->scene.w.loop, NULL);
	s->engine.live = live_new(s->scene.w.loop, "shop");
	strv_push_all(&s->engine.images, "db:1", "web:1", NULL);
	open_workspace(s);
	*state = s;
	return 0;
}

static int stage_teardown(void **state)
{
	struct stage *s = *state;

	op_free(take(s->w->watch));
	s->w->engine = NULL;
	s->w->live = NULL;
	workspace_free(s->w);
	live_free(s->engine.live);
	strv_done(&s->engine.said);
	strv_done(&s->engine.images);
	engine_done(&s->engine.base);
	elsewhere_host_free(s->elsewhere);
	scene_close(&s->scene);
	scene_remove(s->scene.dir);
	free(s);
	return 0;
}

#define stage_test(f) cmocka_unit_test_setup_teardown(f, stage_setup, stage_teardown)

static void answer(struct stage *s, const char *name, const char *value)
{
	struct setting *setting = settings_find(&s->w->project->settings, name);

	assert_non_null(setting);
	assert_int_equal(setting_answer(setting, value, NULL), 0);
}

static struct plan *make(struct stage *s, unsigned scope)
{
	struct op *op = plan_start(s->w, scope, NULL, NULL);
	AUTO(error) struct error err = ERROR_INIT;
	struct plan *p;

	if (op_wait(op, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
	p = plan_take(op);
	op_free(op);
	return p;
}

static int make_code(struct stage *s, unsigned scope, struct error *err)
{
	struct op *op = plan_start(s->w, scope, NULL, NULL);
	int code = op_wait(op, err);

	op_free(op);
	return code;
}

static void apply(struct stage *s)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (scene_run(make(s, PLAN_ALL), &err) < 0)
		fail_msg("%s: %s", err.message, err.detail ? err.detail : "");
}

static void check_said(struct stage *s, const char *want)
{
	autofree char *said = strv_join(&s->engine.said, "; ");

	assert_string_equal(said, want);
	strv_clear(&s->engine.said);
}

static const char *reason_of(const struct plan *p, const char *id)
{
	struct step *step = plan_find(p, id);

	return step ? step->reason : "(no such step)";
}

/* --- tests */

static void test_from_nothing_to_running(void **state)
{
	struct stage *s = *state;
	struct plan *p;
	autojson struct json_object *json = NULL;

	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	p = make(s, PLAN_ALL);
	json = plan_json(p, false);
	/* .env, its answers, what the stack was like, two services with one container each,
	 * ./data/db: containers are no changes of their own. */
	assert_int_equal(json_int(json, "changes", 0), 6);
	assert_null(strstr(json_object_to_json_string(json), "s3cr3t"));
	/* What the stack was like, before what is made from it. */
	assert_string_equal(p->steps[0]->id, "seen");
	assert_string_equal(reason_of(p, "file:.env"), "new, 1 value");
	assert_string_equal(reason_of(p, "directory:./data/db"), "new, 70:70, 0755");
	assert_string_equal(reason_of(p, "create"), "create db, web");
	assert_string_equal(reason_of(p, "service:db"), "created: db:1");
	assert_string_equal(reason_of(p, "service:web"), "created: web:1, http://localhost:8090");
	plan_free(p);
	apply(s);
	check_said(s, "create db web; start db; start web");
	scene_check(&s->scene, ".env", "DB_PASSWORD=s3cr3t-s3cr3t-s3cr3t\n", 0600);
	assert_true(scene_has(&s->scene, "data/db"));
}

static void deploy(struct stage *s)
{
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	apply(s);
	strv_clear(&s->engine.said);
	reopen(s);
}

/* Whatever engine it is: what somebody else listens on is not there for a container, either. */
static void test_a_taken_port_holds_the_deployment(void **state)
{
	struct stage *s = *state;
	struct live_instance *in;
	struct plan *p;

	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	((struct elsewhere *)s->elsewhere)->listening = 8090;
	p = make(s, PLAN_ALL);
	assert_int_equal(p->held.code, ERR_EXISTS);
	assert_string_equal(p->held.message, "port 8090 for web is held by nginx (pid 77)");
	assert_string_equal(p->held_service, "web");
	plan_free(p);
	/* Files can be written. */
	p = make(s, PLAN_WRITE);
	assert_int_equal(p->held.code, 0);
	plan_free(p);
	/* A container of the project has it. */
	in = live_add_instance(live_add(s->w->live, "old-web"), "0123");
	in->ports = xstrdup("127.0.0.1:18090->80/tcp, 8090->80/tcp");
	p = make(s, PLAN_ALL);
	assert_int_equal(p->held.code, 0);
	plan_free(p);
	((struct elsewhere *)s->elsewhere)->listening = 18090;
	in->ports[0] = '\0';
	p = make(s, PLAN_ALL);
	assert_int_equal(p->held.code, 0);
	plan_free(p);
}

/* Path, inode and time of everything, .slipway too. */
static int stamp_entry(void *arg, const struct host_entry *e)
{
	str_addf(arg, "%s %llu %lld\n", e->path, (unsigned long long)e->st.ino,
		(long long)e->st.mtime_ns);
	return 0;
}

static void test_second_time_changes_nothing(void **state)
{
	struct stage *s = *state;
	AUTO(str) struct str before = STR_INIT(STR_FILE);
	AUTO(str) struct str after = STR_INIT(STR_FILE);
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct plan *p;

	deploy(s);
	assert_int_equal(host_walk(s->scene.w.host, s->scene.dir, stamp_entry, &before, NULL), 0);
	p = make(s, PLAN_ALL);
	plan_text(p, PLAN_PROPOSED, false, 0, &text);
	assert_int_equal(p->changes, 0);
	assert_non_null(strstr(text.data, "Nothing to do: everything is as wanted."));
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(host_walk(s->scene.w.host, s->scene.dir, stamp_entry, &after, NULL), 0);
	assert_string_equal(before.data, after.data);
	check_said(s, "");
}

/* It says nothing of what it did not look at. */
static void test_a_plan_of_files_does_not_speak_of_services(void **state)
{
	struct stage *s = *state;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autojson struct json_object *json = NULL;
	struct plan *p;

	deploy(s);
	p = make(s, PLAN_WRITE);
	assert_int_equal(p->changes, 0);
	assert_false(plan_saw_services(p));
	plan_text(p, PLAN_PROPOSED, false, 0, &text);
	assert_non_null(strstr(text.data, "Nothing to do: the files are as wanted."));
	json = plan_json(p, false);
	assert_false(json_truth(json, "services_seen", true));
	plan_free(p);
}

static void test_names_the_key_that_changed(void **state)
{
	struct stage *s = *state;
	struct plan *p;

	deploy(s);
	answer(s, "LEVEL", "debug");
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "service:web"), "recreated: environment LEVEL changed");
	assert_string_equal(reason_of(p, "service:db"), "unchanged");
	assert_string_equal(reason_of(p, "create"), "make anew web");
	plan_free(p);
	apply(s);
	/* db, which web needs, runs already. */
	check_said(s, "create web; anew web; start web");
	reopen(s);
	p = make(s, PLAN_ALL);
	assert_int_equal(p->changes, 0);
	plan_free(p);
}

/* From what the journal of the last deployment says. */
static void test_downtime_is_that_of_the_last_time(void **state)
{
	struct stage *s = *state;
	autofree char *slipway = host_path(s->scene.dir, ".slipway");
	struct journal_writer w;
	autojson struct json_object *phases = NULL;
	struct plan *p;

	deploy(s);
	assert_int_equal(json_parse("[{\"service\":\"db\",\"started_ms\":1000,\"ready_ms\":99000},"
				    "{\"service\":\"web\",\"started_ms\":1000,\"ready_ms\":8000}]",
				 105, &phases, NULL),
		0);
	journal_writer_init(&w, s->scene.w.host, slipway, "0002");
	assert_int_equal(
		journal_append(&w,
			json_put(journal_record("services"), "services", json_object_get(phases)),
			NULL),
		0);
	assert_int_equal(journal_append(&w, journal_record("done"), NULL), 0);
	journal_writer_done(&w);
	answer(s, "LEVEL", "debug");
	p = make(s, PLAN_ALL);
	assert_int_equal(p->downtime_ms, 7000);
	plan_free(p);
}

static void test_stopped_services_are_started(void **state)
{
	struct stage *s = *state;
	struct live_service *web = live_find(s->engine.live, "web");
	struct plan *p;

	deploy(s);
	web = live_find(s->engine.live, "web");
	web->instances[0].state = LIVE_STOPPED;
	live_update(s->engine.live, web);
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "service:web"), "started: stopped");
	assert_int_equal(p->changes, 1);
	plan_free(p);
}

/* A running service is not started: that would change nothing. */
static void test_unhealthy_services_are_restarted(void **state)
{
	struct stage *s = *state;
	struct live_service *web;
	struct live_instance *in;
	struct plan *p;

	deploy(s);
	strv_clear(&s->engine.said);
	web = live_find(s->engine.live, "web");
	in = &web->instances[0];
	in->state = LIVE_UNHEALTHY;
	in->has_health = true;
	in->probes[0] = (struct live_probe){.start_ms = in->started_ms + 1,
		.exit_code = 1,
		.output = xstrdup("the well is dry\n")};
	in->n_probes = 1;
	live_update(s->engine.live, web);
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "service:web"), "restart: unhealthy: the well is dry");
	assert_int_equal(p->changes, 1);
	assert_int_equal(scene_run(p, NULL), 0);
	check_said(s, "restart web");
}

/* That it starts is not that it is there: nothing is changed, and it is waited for. */
static void test_what_still_starts_is_waited_for(void **state)
{
	struct stage *s = *state;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct live_service *web;
	struct plan *p;

	deploy(s);
	strv_clear(&s->engine.said);
	web = live_find(s->engine.live, "web");
	web->instances[0].state = LIVE_STARTING;
	live_update(s->engine.live, web);
	p = make(s, PLAN_ALL);
	assert_int_equal(p->changes, 0);
	assert_true(plan_acts(p));
	plan_text(p, PLAN_PROPOSED, false, 0, &text);
	assert_non_null(strstr(text.data, "Nothing to change; still starting: web."));
	/* The stand-in makes it healthy when it is told to start. */
	assert_int_equal(scene_run(p, NULL), 0);
	check_said(s, "start web");
}

static void test_what_keeps_restarting_is_restarted(void **state)
{
	struct stage *s = *state;
	struct live_service *web;
	struct plan *p;

	deploy(s);
	web = live_find(s->engine.live, "web");
	/* Beside one that does not run at all. */
	live_add_instance(web, "web-2")->state = LIVE_FAILED;
	web->instances[0].state = LIVE_RESTARTING;
	web->instances[0].exit_code = 1;
	live_update(s->engine.live, web);
	p = make(s, PLAN_ALL);
	assert_non_null(strstr(reason_of(p, "service:web"), "restart: keeps restarting: "));
	plan_free(p);
}

static void test_missing_images_are_pulled_as_answered(void **state)
{
	struct stage *s = *state;
	struct plan *p;

	deploy(s);
	answer(s, "TAG", "2");
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "image:pull"), "pull web:2");
	assert_string_equal(reason_of(p, "service:web"), "recreated: image changed");
	plan_free(p);
}

/* Killed while containers were made: nobody knows from what. */
static void test_half_made_containers_are_made_anew(void **state)
{
	struct stage *s = *state;
	AUTO(state) struct state st = {0};
	autofree char *text = NULL, *slipway = host_path(s->scene.dir, ".slipway");
	struct plan *p;

	deploy(s);
	assert_int_equal(state_load(&st, s->scene.w.host, slipway, NULL), 0);
	state_set_pending(&st, "db");
	text = state_text(&st);
	scene_put(&s->scene, ".slipway/state.json", text, 0600);
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "create"), "make anew db");
	plan_free(p);
}

static void test_state_holds_no_value(void **state)
{
	struct stage *s = *state;
	autofree char *path = host_path(s->scene.dir, ".slipway/state.json");
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	char plain[65];

	deploy(s);
	assert_int_equal(host_read(s->scene.w.host, path, STR_FILE, &text, NULL), 0);
	assert_non_null(strstr(text.data, "environment PASSWORD"));
	assert_null(strstr(text.data, "s3cr3t"));
	/* Nor anything that can be guessed at without the salt. */
	ledger_digest("", "\"s3cr3t-s3cr3t-s3cr3t\"", 22, plain);
	plain[24] = '\0';
	assert_null(strstr(text.data, plain));
}

static void test_secrets_are_dots_unless_revealed(void **state)
{
	struct stage *s = *state;
	struct plan *p;
	const struct step *env;

	scene_put(&s->scene, ".env", "DB_PASSWORD=old-old-old-old\nURL=db://u:old-old-old-old@h\n",
		0600);
	reopen(s);
	answer(s, "DB_PASSWORD", "new-new-new-new");
	p = make(s, PLAN_WRITE);
	env = plan_find(p, "file:.env"); /* the URL that holds it follows */
	assert_non_null(env);
	assert_non_null(strstr(env->change, "-DB_PASSWORD=••••"));
	assert_non_null(strstr(env->change, "+DB_PASSWORD=••••"));
	assert_null(strstr(env->change, "old-old"));
	assert_null(strstr(env->change, "new-new"));
	assert_non_null(strstr(env->change_revealed, "+DB_PASSWORD=new-new-new-new"));
	assert_string_equal(env->reason, "2 set, 0 added, 0 untouched");
	plan_free(p);
}

static void test_files_are_not_mounted_as_directories(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text =
		xasprintf("%s    volumes: [\"./web.conf:/etc/web.conf:ro\"]\n", compose_text);
	struct plan *p;

	scene_put(&s->scene, "compose.yaml", text, 0644);
	reopen(s);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	assert_int_equal(make_code(s, PLAN_ALL, &err), ERR_INPUT);
	assert_string_equal(err.message, "web mounts the file ./web.conf, which does not exist");
	/* What writes only says so. */
	p = make(s, PLAN_WRITE);
	assert_null(plan_find(p, "directory:./web.conf"));
	assert_int_equal(p->notes.n, 1);
	plan_free(p);
	scene_mkdir(&s->scene, "web.conf", 0755);
	assert_int_equal(make_code(s, PLAN_ALL, &err), ERR_INPUT);
	assert_string_equal(err.message, "web mounts ./web.conf as a file, but it is a directory");
}

static void test_what_must_be_there_is_not_made(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = xasprintf("%s    user: www\n    volumes:\n"
					"      - {type: bind, source: ./in, target: /in, "
					"bind: {create_host_path: false}}\n"
					"      - {type: bind, source: ./out, target: /out}\n",
		compose_text);
	struct plan *p;

	scene_put(&s->scene, "compose.yaml", text, 0644);
	reopen(s);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	assert_int_equal(make_code(s, PLAN_ALL, &err), ERR_INPUT);
	assert_string_equal(
		err.message, "web mounts ./in, which does not exist and is not to be made");
	scene_mkdir(&s->scene, "in", 0755);
	p = make(s, PLAN_ALL);
	assert_null(plan_find(p, "directory:./in"));
	assert_non_null(plan_find(p, "directory:./out"));
	/* Whose number nobody here knows. */
	assert_non_null(strstr(p->notes.items[0], "web runs as the user www"));
	plan_free(p);
}

/* The answers began from another .env: what came into it meanwhile is not taken out again. */
static void test_an_edit_while_questions_are_asked_is_not_lost(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;

	scene_put(&s->scene, ".env", "LEVEL=debug\n", 0600);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	assert_int_equal(make_code(s, PLAN_WRITE, &err), ERR_EXISTS);
	assert_string_equal(err.message, ".env was changed since this was shown");
	assert_string_equal(err.detail, "there was no such file then; now there is one");
	reopen(s);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	scene_put(&s->scene, ".env", "LEVEL=warn\n", 0600);
	assert_int_equal(make_code(s, PLAN_WRITE, NULL), ERR_EXISTS);
	reopen(s);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	plan_free(make(s, PLAN_WRITE));
}

static bool is_root(void)
{
	if (getuid() == 0)
		return true;
	print_message("skipped: needs root to give a directory away and to play somebody else\n");
	return false;
}

/* A directory of which two entries are right already, and two things that it must not reach. */
static void furnish_data(struct stage *s)
{
	autofree char *link = host_path(s->scene.dir, "data/db/link"),
		      *right = host_path(s->scene.dir, "data/db/right"),
		      *right_dir = host_path(s->scene.dir, "data/db/sub");

	scene_mkdir(&s->scene, "data", 0755);
	scene_mkdir(&s->scene, "data/db", 0755);
	scene_mkdir(&s->scene, "data/db/sub", 0755);
	scene_put(&s->scene, "data/db/file", "", 0644);
	scene_put(&s->scene, "data/db/right", "", 0644);
	scene_put(&s->scene, "outside", "", 0644);
	assert_int_equal(symlink("../../outside", link), 0);
	assert_int_equal(chown(right, 70, 70), 0);
	assert_int_equal(chown(right_dir, 70, 70), 0);
	elsewhere_play_user(s->elsewhere, 1000);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
}

static void check_owner(struct stage *s, const char *name, uid_t uid)
{
	autofree char *path = host_path(s->scene.dir, name);
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, uid);
}

/* One chown of the three that differ, in whatever order, then the rest. */
static void check_said_parts(struct stage *s, const char *end)
{
	autofree char *said = strv_join(&s->engine.said, "; ");

	assert_true(str_starts(said, "chown -h 70:70 /slipway"));
	assert_non_null(strstr(said, "/slipway/file"));
	assert_non_null(strstr(said, "/slipway/link"));
	assert_null(strstr(said, "right"));
	assert_null(strstr(said, "sub"));
	assert_true(str_ends(said, end));
	strv_clear(&s->engine.said);
}

static void test_owner_through_a_container_without_root(void **state)
{
	struct stage *s = *state;
	struct plan *p;
	const struct step *own;

	if (!is_root())
		skip();
	furnish_data(s);
	p = make(s, PLAN_ALL);
	own = plan_find(p, "owner:./data/db");
	assert_non_null(own);
	assert_string_equal(own->change,
		"as root in a container of db, which sees only ./data/db: chown -h 70:70 "
		"(3 entries, no others)\n");
	assert_int_equal(scene_run(p, NULL), 0);
	check_said_parts(s, ELSEWHERE "/data/db; create db web; start db; start web");
	check_owner(s, "data/db", 70);
	check_owner(s, "data/db/file", 70);
	check_owner(s, "data/db/link", 70);
	check_owner(s, "outside", 0);
}

static int closed_walk(
	struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err)
{
	(void)h;
	(void)fn;
	(void)arg;
	return error_errno(err, EACCES, "cannot walk %s", root);
}

/* A database closes its directory to us: that is no reason to plan nothing at all. */
static void test_a_closed_directory_is_no_obstacle(void **state)
{
	struct stage *s = *state;
	const struct host_ops *all = s->elsewhere->ops;
	struct host_ops ops = *all;
	struct plan *p;

	if (!is_root())
		skip();
	furnish_data(s);
	ops.walk = closed_walk;
	s->elsewhere->ops = &ops;
	p = make(s, PLAN_WRITE);
	assert_null(plan_find(p, "owner:./data/db"));
	assert_non_null(plan_find(p, "file:.env"));
	assert_string_equal(p->notes.items[0],
		"./data/db should belong to 70:70; as root: chown -hR 70:70 " ELSEWHERE "/data/db");
	plan_free(p);
	s->elsewhere->ops = all;
}

/* What was given away by a container comes back by one. */
static void test_undo_through_a_container_without_root(void **state)
{
	struct stage *s = *state;
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *id = NULL, *before = NULL, *after = NULL;
	struct op *op;

	if (!is_root())
		skip();
	furnish_data(s);
	before = scene_tree(&s->scene, NULL);
	assert_int_equal(scene_run(make(s, PLAN_WRITE), NULL), 0);
	strv_clear(&s->engine.said);
	assert_int_equal(run_undo_text(s->w, NULL, false, PLAN_PROPOSED, &id, &text, NULL), 0);
	assert_non_null(strstr(text.data, "as root in a container of db, which sees only data/db: "
					  "the owner of 3 entries\n"));
	op = run_undo(s->w, id, false, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	op_free(op);
	assert_int_equal(s->engine.said.n, 1);
	assert_true(str_starts(s->engine.said.items[0], "chown -h 0:0 /slipway"));
	after = scene_tree(&s->scene, NULL);
	assert_string_equal(after, before);
}

static void test_undo_that_needs_root_says_so(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(run_records) struct run_records runs = {0};
	autofree char *before = NULL, *after = NULL;
	struct op *op;

	if (!is_root())
		skip();
	furnish_data(s);
	assert_int_equal(scene_run(make(s, PLAN_WRITE), NULL), 0);
	before = scene_tree(&s->scene, NULL);
	s->w->engine = NULL;
	s->w->options.engine = "none";
	op = run_undo(s->w, NULL, false, NULL, NULL);
	assert_int_equal(op_wait(op, &err), ERR_UNREACHABLE);
	op_free(op);
	assert_non_null(strstr(err.message, "data/db"));
	assert_non_null(strstr(err.message, "no Engine"));
	assert_non_null(strstr(err.hint, "as root"));
	after = scene_tree(&s->scene, NULL);
	assert_string_equal(after, before);
	/* Refusing is no run. */
	assert_int_equal(run_list(s->w, &runs, NULL), 0);
	assert_int_equal(runs.n, 1);
	s->w->options.engine = NULL;
}

/* A rootless Engine's root is nobody here: that is told, not taken for done. */
static void test_a_container_that_changed_nothing(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;

	if (!is_root())
		skip();
	furnish_data(s);
	s->engine.powerless = true;
	assert_int_equal(scene_run(make(s, PLAN_WRITE), &err), ERR_FAILED);
	assert_non_null(strstr(err.message, "./data/db"));
	assert_non_null(strstr(err.detail, "rootless"));
	assert_string_equal(err.hint, "Run it as root: sudo chown -hR 70:70 " ELSEWHERE "/data/db");
}

/* A new directory is made by us and handed over by the container, in one go. */
static void test_new_directory_is_handed_over(void **state)
{
	struct stage *s = *state;
	struct plan *p;

	elsewhere_play_user(s->elsewhere, 1000);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "owner:./data/db"), "owner 1000 → 70:70, 1 entry");
	plan_free(p);
}

static void use_volume(struct stage *s)
{
	autofree char *text = xasprintf(
		"%s    volumes: [\"web_data:/data\"]\nvolumes: {web_data: {}}\n", compose_text);

	scene_put(&s->scene, "compose.yaml", text, 0644);
	reopen(s);
}

/* A renamed project would start empty. */
static void test_names_the_full_volume_beside_a_new_one(void **state)
{
	struct stage *s = *state;
	struct plan *p;

	use_volume(s);
	s->engine.volume = "old-shop_web_data";
	s->engine.key = "web_data";
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	p = make(s, PLAN_ALL);
	assert_int_equal(p->notes.n, 1);
	assert_non_null(strstr(p->notes.items[0],
		"shop_web_data would be new and empty, while old-shop_web_data"));
	plan_free(p);
	s->engine.volume = "shop_web_data";
	p = make(s, PLAN_ALL);
	assert_int_equal(p->notes.n, 0);
	plan_free(p);
}

/* Promise 3: whoever asked for it, a secret that a volume remembers is not made anew. */
static void test_no_new_secret_for_an_old_volume(void **state)
{
	struct stage *s = *state;
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *setting;

	use_volume(s);
	setting = settings_find(&s->w->project->settings, "DB_PASSWORD");
	setting->lives_in = xstrdup("web_data");
	assert_int_equal(setting_generate(setting, NULL), 0);
	s->engine.volume = "shop_web_data";
	s->engine.key = "web_data";
	assert_int_equal(make_code(s, PLAN_ALL, &err), ERR_EXISTS);
	assert_string_equal(err.message,
		"DB_PASSWORD is not generated anew: the volume shop_web_data holds the old one");
	assert_non_null(err.hint);
	assert_false(scene_has(&s->scene, ".env"));
}

static const char gpu_text[] =
	"    deploy:\n"
	"      resources:\n"
	"        reservations:\n"
	"          devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]\n";

static void add_to_web(struct stage *s, const char *lines)
{
	autofree char *text = xasprintf("%s%s", compose_text, lines);

	scene_put(&s->scene, "compose.yaml", text, 0644);
	reopen(s);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
}

static void expect_directory(struct stage *s, const char *reason)
{
	struct plan *p = make(s, PLAN_ALL);

	assert_string_equal(reason_of(p, "directory:./cache"), reason);
	plan_free(p);
}

/* A directory in place of a volume is as the definition says of the volume. */
static void test_a_directory_in_place_of_a_volume(void **state)
{
	static const struct {
		const char *says, *reason;
	} rows[] = {
		{"", "new, 0755"},
		{"volumes: {cache: {about: x}}\n", "new, 0755"},
		{"volumes: {cache: {mode: \"0700\"}}\n", "new, 0700"},
		{"volumes: {cache: {owner: \"70:71\", mode: \"0700\"}}\n", "new, 70:71, 0700"},
		{"volumes: {other: {owner: \"70:71\"}}\n", "new, 0755"},
	};
	struct stage *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text = xasprintf("slipway: 1\nstack: x\n%s", rows[i].says);

		scene_put(&s->scene, "slipway.yaml", text, 0644);
		add_to_web(s, "    volumes: [\"cache:/c\"]\nvolumes: {cache: {}}\n");
		override_settings_add(
			&s->w->project->settings, s->w->project->compose, &(struct override){0});
		answer(s, "override.web.volumes", "cache=./cache");
		expect_directory(s, rows[i].reason);
	}
	/* And it stays so when nobody adjusts anything any more. */
	scene_put(&s->scene, "slipway.yaml",
		"slipway: 1\nstack: x\nvolumes: {cache: {owner: \"70:71\", mode: \"0700\"}}\n",
		0644);
	add_to_web(s, "    volumes: [\"cache:/c\"]\nvolumes: {cache: {}}\n");
	scene_put(&s->scene, "compose.slipway.yaml",
		"services: {web: {volumes: [\"./cache:/c\"]}}\n", 0644);
	scene_put(&s->scene, ".env",
		"DB_PASSWORD=s3cr3t-s3cr3t\nCOMPOSE_FILE=compose.yaml:compose.slipway.yaml\n",
		0600);
	reopen(s);
	expect_directory(s, "new, 70:71, 0700");
}

/* The reservation goes, the user's file stays, and docker compose alone reads the same. */
static void test_override_without_the_gpu(void **state)
{
	struct stage *s = *state;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *path = host_path(s->scene.dir, "compose.slipway.yaml");
	struct plan *p;

	add_to_web(s, gpu_text);
	p = make(s, PLAN_ALL);
	assert_string_equal(reason_of(p, "file:compose.slipway.yaml"), "web: GPU");
	assert_non_null(strstr(p->notes.items[0], "web reserves an NVIDIA GPU"));
	assert_string_equal(p->notes.items[1],
		"docker compose could not be asked about compose.slipway.yaml: there is no docker");
	assert_int_equal(scene_run(p, NULL), 0);
	assert_int_equal(host_read(s->scene.w.host, path, STR_FILE, &text, NULL), 0);
	assert_non_null(strstr(text.data, "devices: !reset"));
	str_clear(&text);
	free(take(path));
	path = host_path(s->scene.dir, ".env");
	assert_int_equal(host_read(s->scene.w.host, path, STR_FILE, &text, NULL), 0);
	assert_non_null(strstr(text.data, "COMPOSE_FILE=compose.yaml:compose.slipway.yaml\n"));
	reopen(s);
	p = make(s, PLAN_ALL);
	assert_int_equal(p->changes, 0);
	plan_free(p);
	/* And all of it can be taken back. */
	assert_int_equal(scene_undo(&s->scene, "0001", false, NULL), 0);
	assert_false(scene_has(&s->scene, "compose.slipway.yaml"));
	assert_false(scene_has(&s->scene, ".env"));
}

static void test_no_override_where_there_is_a_gpu(void **state)
{
	struct stage *s = *state;
	struct plan *p;

	scene_mkdir(&s->scene, ".devices", 0755);
	scene_put(&s->scene, ".devices/nvidiactl", "", 0644);
	add_to_web(s, gpu_text);
	p = make(s, PLAN_ALL);
	assert_null(plan_find(p, "file:compose.slipway.yaml"));
	plan_free(p);
}

/* However a service asks for one; another maker's is not taken away for the lack of NVIDIA's. */
static void test_every_way_to_reserve_a_gpu(void **state)
{
	static const struct {
		const char *text;
		bool dropped;
	} ways[] = {
		{gpu_text, true},
		{"    gpus: all\n", true},
		{"    gpus: [{count: 1}]\n", true},
		{"    gpus: [{driver: amd, count: 1}]\n", false},
		{"    runtime: nvidia\n", true},
		{"    runtime: runc\n", false},
	};
	struct stage *s = *state;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct plan *p;

		add_to_web(s, ways[i].text);
		p = make(s, PLAN_ALL);
		assert_int_equal(
			plan_find(p, "file:compose.slipway.yaml") != NULL, ways[i].dropped);
		plan_free(p);
	}
}

static void test_strangers_are_left_alone(void **state)
{
	struct stage *s = *state;
	struct live_service *old = live_add(s->engine.live, "old-worker");
	struct plan *p;

	live_add_instance(old, "old")->state = LIVE_RUNNING;
	live_update(s->engine.live, old);
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	p = make(s, PLAN_ALL);
	assert_null(plan_find(p, "service:old-worker"));
	assert_string_equal(
		p->notes.items[0], "old-worker runs but is in no compose file: left alone");
	plan_free(p);
}

/* A profile that was turned off does not stop what it started: the review says so, and how. */
static void test_what_is_off_and_runs_is_named(void **state)
{
	static const struct {
		enum live_state state;
		const char *note;
	} rows[] = {
		{LIVE_HEALTHY, "web runs on, although nothing chosen starts it any more: docker compose "
			       "--profile extra stop web"},
		{LIVE_STOPPED, NULL},
	};
	struct stage *s = *state;
	struct live_service *web;

	add_to_web(s, "    profiles: [extra]\n");
	answer(s, "DB_PASSWORD", "s3cr3t-s3cr3t-s3cr3t");
	web = live_add(s->engine.live, "web");
	live_add_instance(web, "web-1");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plan *p;

		web->instances[0].state = rows[i].state;
		live_update(s->engine.live, web);
		p = make(s, PLAN_ALL);
		assert_int_equal(rows[i].note && strv_has(&p->notes, rows[i].note),
			rows[i].note != NULL);
		for (size_t k = 0; !rows[i].note && k < p->notes.n; k++)
			assert_null(strstr(p->notes.items[k], "runs on"));
		plan_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(test_from_nothing_to_running),
		stage_test(test_a_taken_port_holds_the_deployment),
		stage_test(test_second_time_changes_nothing),
		stage_test(test_a_plan_of_files_does_not_speak_of_services),
		stage_test(test_names_the_key_that_changed),
		stage_test(test_downtime_is_that_of_the_last_time),
		stage_test(test_stopped_services_are_started),
		stage_test(test_unhealthy_services_are_restarted),
		stage_test(test_what_still_starts_is_waited_for),
		stage_test(test_what_keeps_restarting_is_restarted),
		stage_test(test_missing_images_are_pulled_as_answered),
		stage_test(test_half_made_containers_are_made_anew),
		stage_test(test_state_holds_no_value),
		stage_test(test_secrets_are_dots_unless_revealed),
		stage_test(test_files_are_not_mounted_as_directories),
		stage_test(test_what_must_be_there_is_not_made),
		stage_test(test_an_edit_while_questions_are_asked_is_not_lost),
		stage_test(test_owner_through_a_container_without_root),
		stage_test(test_a_closed_directory_is_no_obstacle),
		stage_test(test_undo_through_a_container_without_root),
		stage_test(test_undo_that_needs_root_says_so),
		stage_test(test_a_container_that_changed_nothing),
		stage_test(test_new_directory_is_handed_over),
		stage_test(test_names_the_full_volume_beside_a_new_one),
		stage_test(test_no_new_secret_for_an_old_volume),
		stage_test(test_a_directory_in_place_of_a_volume),
		stage_test(test_override_without_the_gpu),
		stage_test(test_no_override_where_there_is_a_gpu),
		stage_test(test_every_way_to_reserve_a_gpu),
		stage_test(test_strangers_are_left_alone),
		stage_test(test_what_is_off_and_runs_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
