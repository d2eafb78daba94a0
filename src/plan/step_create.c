/* SPDX-License-Identifier: MIT */
/*
 * Makes the containers of the services that are new or changed, without starting any. Before that
 * state.json says that nobody knows what they are made from; after it, what they are made from.
 */
#include "base/i18n.h"
#include "plan/deployed.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <stdio.h>
#include <string.h>

struct create_step {
	struct step step;
	struct strv create, recreate, active;
	struct strv all; /* create and recreate */
	struct json_object *snapshots;
	struct state state;
	bool reload;
};

/* The operation: one part after the other. */
struct creation {
	struct op op;
	struct create_step *step;
	struct step_context *ctx;
	struct op *now;
	size_t at;
	struct project *written; /* the project as read again, before it is taken over */
};

typedef struct op *part_fn(struct creation *c, struct error *err);

static void part_done(void *arg, int code, const struct error *err);

/* --- parts */

static int write_state(struct creation *c, struct error *err)
{
	struct create_step *s = c->step;
	autofree char *text = state_text(&s->state);
	int code = 0;

	if (s->state.new_salt)
		code = step_write_own(
			c->ctx, &s->step, "salt", s->state.salt, strlen(s->state.salt), err);
	if (code < 0)
		return code;
	s->state.new_salt = false;
	code = step_write_own(c->ctx, &s->step, "state.json", text, strlen(text), err);
	return code < 0 ? code : deployed_note(c->ctx, &s->step, err);
}

static int work_state(void *data, const atomic_bool *cancelled, struct error *err)
{
	(void)cancelled;
	return write_state(data, err);
}

static struct op *mark_pending(struct creation *c, struct error *err)
{
	(void)err;
	for (size_t i = 0; i < c->step->all.n; i++)
		state_set_pending(&c->step->state, c->step->all.items[i]);
	state_keep(&c->step->state, &c->step->active);
	return run_job(c->ctx->run, work_state, c, NULL, part_done, c);
}

static int work_read(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct creation *c = data;

	(void)cancelled;
	return workspace_read_again(c->ctx->workspace, &c->written, err);
}

static struct op *read_again(struct creation *c, struct error *err)
{
	(void)err;
	return c->step->reload ? run_job(c->ctx->run, work_read, c, NULL, part_done, c) : NULL;
}

/* The engine, the rollout and its gates go by what is written now. */
static struct op *take_over(struct creation *c, struct error *err)
{
	(void)err;
	if (c->written)
		workspace_take_over(c->ctx->workspace, take(c->written));
	deployed_set(c->ctx->workspace, true);
	return NULL;
}

/* The step's title says already that these are containers. */
static const char *without_kind(const char *id)
{
	static const char kind[] = "container ";

	return str_starts(id, kind) ? id + strlen(kind) : id;
}

static void on_progress(void *arg, const struct engine_progress *p)
{
	struct creation *c = arg;

	if (p->error)
		step_line(c->ctx, &c->step->step, p->error);
	else if (p->detail)
		step_line(c->ctx, &c->step->step, p->detail);
	if (p->id)
		step_progress(c->ctx, &c->step->step, -1, "%s %s", without_kind(p->id),
			p->phase ? p->phase : "");
}

static struct op *create(struct creation *c, struct error *err)
{
	struct engine *e = c->ctx->workspace->engine;

	(void)err;
	return e->ops->create(e, &c->step->all, &c->step->recreate, on_progress, part_done, c);
}

/* What was pulled or built meanwhile has its id only now. */
static struct op *look_at_images(struct creation *c, struct error *err)
{
	struct engine *e = c->ctx->workspace->engine;

	(void)err;
	return e->ops->images(e, part_done, c);
}

static struct op *write_down(struct creation *c, struct error *err)
{
	struct workspace *w = c->ctx->workspace;
	struct create_step *s = c->step;

	(void)err;
	for (size_t i = 0; i < s->all.n; i++) {
		const char *name = s->all.items[i];
		const struct compose_service *service =
			compose_find_service(w->project->compose, name);
		autofree char *ref = service ? plan_image_ref(w->project->compose, service) : NULL;
		const struct engine_image *image = ref ? engine_find_image(w->engine, ref) : NULL;

		state_set(&s->state, name, json_object_get(json_key(s->snapshots, name)),
			image ? image->id : NULL);
	}
	return run_job(c->ctx->run, work_state, c, NULL, part_done, c);
}

static part_fn *const parts[] = {
	mark_pending, read_again, take_over, create, look_at_images, write_down};

/* --- the operation */

static void go_on(struct creation *c)
{
	AUTO(error) struct error e = ERROR_INIT;

	while (!c->now && c->at < ARRAY_SIZE(parts)) {
		c->now = parts[c->at++](c, &e);
		if (e.code) {
			op_finish(&c->op, e.code, &e);
			return;
		}
	}
	if (!c->now)
		op_finish(&c->op, 0, NULL);
}

static void part_done(void *arg, int code, const struct error *err)
{
	struct creation *c = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (c->op.freeing)
		return;
	op_free(take(c->now));
	if (code) {
		error_copy(&e, err);
		op_finish(&c->op, code, &e);
		return;
	}
	go_on(c);
}

static void creation_cancel(struct op *op)
{
	op_cancel(((struct creation *)op)->now);
}

static void creation_destroy(struct op *op)
{
	struct creation *c = (struct creation *)op;

	op_free(c->now);
	project_free(c->written);
	free(c);
}

static const struct op_class creation_class = {
	.name = "create", .cancel = creation_cancel, .destroy = creation_destroy};

static struct op *create_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct creation *c = xcalloc(1, sizeof(*c));

	op_init(&c->op, &creation_class, ctx->workspace->loop, done, arg);
	c->step = (struct create_step *)step;
	c->ctx = ctx;
	go_on(c);
	return &c->op;
}

/* --- the step */

static void create_free(struct step *step)
{
	struct create_step *s = (struct create_step *)step;

	strv_done(&s->create);
	strv_done(&s->recreate);
	strv_done(&s->active);
	strv_done(&s->all);
	json_object_put(s->snapshots);
	state_done(&s->state);
	step_done(step);
	free(s);
}

static const struct step_ops create_ops = {
	.kind = "create", .glyph = "+", .ascii = "+", .start = create_start, .free = create_free};

static char *describe(const struct create_spec *spec)
{
	autofree char *create = strv_join(spec->create, ", ");
	autofree char *recreate = strv_join(spec->recreate, ", ");

	if (spec->create->n && spec->recreate->n)
		return xasprintf(_("create %s; make anew %s"), create, recreate);
	return spec->create->n ? xasprintf(_("create %s"), create)
			       : xasprintf(_("make anew %s"), recreate);
}

struct step *step_create_new(const struct create_spec *spec)
{
	struct create_step *s = xcalloc(1, sizeof(*s));
	size_t n = spec->create->n + spec->recreate->n;
	autofree char *title = xasprintf(Q_("%zu container", "%zu containers", n), n);

	step_init(&s->step, &create_ops, "create", title);
	strv_extend(&s->create, spec->create);
	strv_extend(&s->recreate, spec->recreate);
	strv_extend(&s->active, spec->active);
	strv_extend(&s->all, spec->create);
	strv_extend(&s->all, spec->recreate);
	s->snapshots = spec->snapshots;
	s->state.salt = xstrdup(spec->state->salt);
	s->state.new_salt = spec->state->new_salt;
	json_object_deep_copy(spec->state->services, &s->state.services, NULL);
	s->reload = spec->reload;
	s->step.reason = describe(spec);
	s->step.part = true; /* of its services */
	return &s->step;
}
