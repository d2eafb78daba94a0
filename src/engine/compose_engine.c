/* SPDX-License-Identifier: MIT */
#include "engine/compose_engine.h"

#include "base/i18n.h"
#include "engine/docker_action.h"
#include "engine/docker_volume.h"
#include "engine/docker_logs.h"
#include "engine/docker_watch.h"

#include <string.h>

static struct compose_engine *self(struct engine *e)
{
	return (struct compose_engine *)e;
}

/* The name of the image of a service; for progress, which names services. */
static const char *image_of(void *arg, const char *service)
{
	const struct engine *e = arg;
	const struct compose_service *s = compose_find_service(e->project->compose, service);

	return s ? s->image : NULL;
}

struct op *compose_engine_run(struct compose_engine *e, const struct strv *args, bool plain,
	engine_progress_fn *progress, void *progress_arg, op_done_fn *done, void *arg)
{
	struct compose_run run = {
		.args = args,
		.plain = plain,
		.progress = progress,
		.progress_arg = progress_arg,
		.image_of = image_of,
		.image_arg = e,
	};

	return compose_run(&e->cmd, e->base.project, &run, done, arg);
}

/* --- images */

static struct op *engine_pull(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;

	strv_push_all(&args, "pull", "--ignore-buildable", "--", NULL);
	if (services)
		strv_extend(&args, services);
	return compose_engine_run(self(e), &args, false, progress, arg, done, arg);
}

static struct op *engine_build(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;

	strv_push_all(&args, "build", "--", NULL);
	if (services)
		strv_extend(&args, services);
	return compose_engine_run(self(e), &args, true, progress, arg, done, arg);
}

/* --- one service */

/* True when the named secrets or configs of a service have contents that are no files: these, and
 * the hooks, are put in place by Compose when it starts a container, not when it creates one. */
static bool has_contents(const struct engine *e, struct json_object *service, const char *kind)
{
	struct json_object *used = json_key(service, kind);
	struct json_object *defined = json_key(e->project->compose->model, kind);

	for (size_t i = 0; i < json_len(used); i++) {
		struct json_object *entry = json_at(used, i);
		const char *name = json_object_is_type(entry, json_type_string)
					   ? json_object_get_string(entry)
					   : json_str(entry, "source", "");
		struct json_object *d = json_key(defined, name);

		if (json_key(d, "content") || json_key(d, "environment"))
			return true;
	}
	return false;
}

static bool needs_compose(const struct engine *e, const char *service)
{
	const struct compose_service *s = compose_find_service(e->project->compose, service);

	return s && (has_contents(e, s->json, "secrets") || has_contents(e, s->json, "configs") ||
			    json_key(s->json, "post_start"));
}

static struct op *engine_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;

	if (!needs_compose(e, service))
		return docker_act(&self(e)->docker, DOCKER_START, e->project->compose->name,
			service, done, arg);
	strv_push_all(&args, "up", "--detach", "--no-deps", "--no-recreate", "--no-build",
		"--pull=never", "--", service, NULL);
	return compose_engine_run(self(e), &args, false, NULL, NULL, done, arg);
}

static struct op *engine_stop(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return docker_act(
		&self(e)->docker, DOCKER_STOP, e->project->compose->name, service, done, arg);
}

static struct op *engine_restart(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return docker_act(
		&self(e)->docker, DOCKER_RESTART, e->project->compose->name, service, done, arg);
}

static struct op *engine_scale(
	struct engine *e, const char *service, int replicas, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;

	strv_push_all(&args, "up", "--detach", "--no-deps", "--no-recreate", "--no-build",
		"--pull=never", NULL);
	strv_pushf(&args, "--scale=%s=%d", service, replicas);
	strv_push_all(&args, "--", service, NULL);
	return compose_engine_run(self(e), &args, false, NULL, NULL, done, arg);
}

/* --- commands */

static struct op *engine_run_oneoff(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;
	struct compose_run run = {
		.args = &args, .plain = true, .output = x->output, .output_arg = x->output_arg};
	size_t first = x->root && x->argv->n ? 1 : 0;

	strv_push_all(&args, "run", "--rm", "-T", "--no-deps", NULL);
	if (x->root) {
		strv_push(&args, "--user=0:0");
		if (first)
			strv_pushf(&args, "--entrypoint=%s", x->argv->items[0]);
	}
	if (x->bind)
		strv_pushf(&args, "--volume=%s:/slipway", x->bind);
	strv_push_all(&args, "--", x->service, NULL);
	for (size_t i = first; i < x->argv->n; i++)
		strv_push(&args, x->argv->items[i]);
	return compose_run(&self(e)->cmd, e->project, &run, done, arg);
}

/* What a person types into: Compose turns the terminal's modes and sizes into the container's. */
static struct op *engine_exec_on_terminal(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;
	struct compose_run run = {.args = &args, .plain = true, .terminal = x->terminal};

	strv_push_all(&args, "exec", "--", x->service, NULL);
	strv_extend(&args, x->argv);
	return compose_run(&self(e)->cmd, e->project, &run, done, arg);
}

static struct op *engine_exec(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	if (x->terminal)
		return engine_exec_on_terminal(e, x, done, arg);
	if (x->run)
		return engine_run_oneoff(e, x, done, arg);
	return docker_exec(&self(e)->docker, e->project->compose->name, x->service, x->argv,
		x->env, x->output, x->output_arg, done, arg);
}

static struct op *engine_down(
	struct engine *e, bool volumes, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv args = STRV_INIT;

	strv_push_all(&args, "down", "--remove-orphans", NULL);
	if (volumes)
		strv_push(&args, "--volumes");
	return compose_engine_run(self(e), &args, false, progress, arg, done, arg);
}

static struct op *engine_wipe(struct engine *e, const char *volume, op_done_fn *done, void *arg)
{
	return docker_volume_wipe(&self(e)->docker, e->project->compose->name, volume, done, arg);
}

/* --- looking */

static struct op *engine_watch(struct engine *e, struct live *live, op_done_fn *done, void *arg)
{
	return docker_watch_start(&self(e)->docker, live, e->project->compose->name, done, arg);
}

static struct op *engine_stats(struct engine *e, struct live *live, const struct strv *services,
	op_done_fn *done, void *arg)
{
	return docker_stats_start(&self(e)->docker, &self(e)->samples, live, services, done, arg);
}

static struct op *engine_read_logs(
	struct engine *e, const struct engine_logs *l, op_done_fn *done, void *arg)
{
	return docker_logs_start(&self(e)->docker, e->project->compose->name, l, done, arg);
}

/* --- the engine */

static void compose_free_engine(struct engine *e)
{
	compose_accounts_free(self(e));
	docker_samples_done(&self(e)->samples);
	compose_cmd_done(&self(e)->cmd);
	docker_done(&self(e)->docker);
	engine_done(e);
	free(e);
}

const struct engine_ops compose_engine_ops = {
	.name = "compose",
	.title = N_("Docker Compose"),
	.free = compose_free_engine,
	.connect = compose_connect,
	.resolve = compose_resolve,
	.images = compose_images,
	.volumes = compose_volumes,
	.whose = compose_whose,
	.pull = engine_pull,
	.build = engine_build,
	.create = compose_create,
	.start = engine_start,
	.stop = engine_stop,
	.restart = engine_restart,
	.down = engine_down,
	.wipe = engine_wipe,
	.scale = engine_scale,
	.exec = engine_exec,
	.watch = engine_watch,
	.stats = engine_stats,
	.logs = engine_read_logs,
};

int compose_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err)
{
	struct compose_engine *e = xcalloc(1, sizeof(*e));

	(void)err;
	engine_init(&e->base, &compose_engine_ops, h, loop, p);
	docker_init(&e->docker, h, loop);
	compose_cmd_init(&e->cmd, h, loop);
	*ret = &e->base;
	return 0;
}

bool compose_engine_suits(const struct project *p)
{
	return p->compose && p->compose->n_services > 0;
}
