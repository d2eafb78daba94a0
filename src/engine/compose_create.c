/* SPDX-License-Identifier: MIT */
#include "base/strv.h"
#include "engine/compose_engine.h"

/*
 * Two runs: what is missing is made without touching anything that exists; then the services that
 * are to be made anew, without those they depend on. Images are neither pulled nor built here:
 * these are steps of their own.
 */
struct creating {
	struct op op;
	struct compose_engine *engine;
	struct strv recreate;
	engine_progress_fn *progress;
	void *arg; /* of progress */
	struct op *run;
};

static void creating_cancel(struct op *op)
{
	op_cancel(((struct creating *)op)->run);
}

static void creating_destroy(struct op *op)
{
	struct creating *c = (struct creating *)op;

	op_free(c->run);
	strv_done(&c->recreate);
	free(c);
}

static const struct op_class creating_class = {
	.name = "create", .cancel = creating_cancel, .destroy = creating_destroy};

static void finish(struct creating *c, int code, const struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	if (code)
		error_copy(&said, err);
	op_finish(&c->op, code, &said);
}

static void on_recreated(void *arg, int code, const struct error *err)
{
	struct creating *c = arg;

	if (!c->op.freeing)
		finish(c, code, err);
}

static void on_created(void *arg, int code, const struct error *err)
{
	struct creating *c = arg;
	AUTO(strv) struct strv args = STRV_INIT;

	if (c->op.freeing)
		return;
	if (code || !c->recreate.n) {
		finish(c, code, err);
		return;
	}
	op_free(take(c->run));
	strv_push_all(&args, "up", "--no-start", "--no-deps", "--force-recreate", "--no-build",
		"--pull=never", "--", NULL);
	strv_extend(&args, &c->recreate);
	c->run = compose_engine_run(c->engine, &args, false, c->progress, c->arg, on_recreated, c);
}

struct op *compose_create(struct engine *e, const struct strv *services,
	const struct strv *recreate, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct creating *c = xcalloc(1, sizeof(*c));
	AUTO(strv) struct strv args = STRV_INIT;

	op_init(&c->op, &creating_class, e->loop, done, arg);
	c->engine = (struct compose_engine *)e;
	c->progress = progress;
	c->arg = arg;
	if (recreate)
		strv_extend(&c->recreate, recreate);
	strv_push_all(&args, "create", "--no-recreate", "--no-build", "--pull=never", "--", NULL);
	if (services)
		strv_extend(&args, services);
	c->run = compose_engine_run(c->engine, &args, false, progress, arg, on_created, c);
	return &c->op;
}
