/* SPDX-License-Identifier: MIT */
#include "plan/step_action.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/deployed.h"
#include "plan/runner.h"

struct action_step {
	struct step step;
	char *target;
	int number;
};

/* The engine's own operation; its argument is ours, for progress and end alike. */
struct acting {
	struct op op;
	struct action_step *step;
	struct step_context *ctx;
	struct op *now;
	int before;           /* instances, before they are made more */
	struct error failure; /* why they could not */
};

/* --- what the engine is told */

typedef struct op *tell_fn(struct engine *e, struct acting *a);

static void on_done(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (a->op.freeing)
		return;
	error_copy(&e, err);
	op_finish(&a->op, code, &e);
}

static void on_progress(void *arg, const struct engine_progress *p)
{
	struct acting *a = arg;

	if (a->op.freeing)
		return;
	if (p->error)
		step_line(a->ctx, &a->step->step, p->error);
	else if (p->detail)
		step_line(a->ctx, &a->step->step, p->detail);
	if (p->id)
		step_progress(a->ctx, &a->step->step, -1, "%s %s", p->id, p->phase ? p->phase : "");
}

static struct op *tell_start(struct engine *e, struct acting *a)
{
	return e->ops->start(e, a->step->target, on_done, a);
}

static struct op *tell_stop(struct engine *e, struct acting *a)
{
	return e->ops->stop(e, a->step->target, on_done, a);
}

static struct op *tell_restart(struct engine *e, struct acting *a)
{
	return e->ops->restart(e, a->step->target, on_done, a);
}

static void on_created(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;

	if (code || a->op.freeing) {
		on_done(arg, code, err);
		return;
	}
	op_free(take(a->now));
	a->now = a->ctx->workspace->engine->ops->start(
		a->ctx->workspace->engine, a->step->target, on_done, a);
}

static struct op *tell_recreate(struct engine *e, struct acting *a)
{
	AUTO(strv) struct strv names = STRV_INIT;

	strv_push(&names, a->step->target);
	return e->ops->create(e, &names, &names, on_progress, on_created, a);
}

static void on_taken_away(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;

	(void)err;
	if (a->op.freeing)
		return;
	if (code)
		error_hint(&a->failure,
			_("What was begun is still there: \"slipway scale %s=%d\" takes it away."),
			a->step->target, a->before);
	op_finish(&a->op, a->failure.code, &a->failure);
}

/* Docker's words become the evidence of ours. */
static void explain_scale(struct acting *a, int code, const struct error *err)
{
	error_set(&a->failure, code, _("cannot run %d instances of %s"), a->step->number,
		a->step->target);
	error_detail(&a->failure, "%s%s%s", err->message, err->detail ? "\n" : "",
		err->detail ? err->detail : "");
	if (err->hint)
		error_hint(&a->failure, "%s", err->hint);
}

/* An instance that could not be started would keep the service from being well. */
static void on_scaled(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;
	struct engine *e = a->ctx->workspace->engine;

	if (!code || code == ERR_CANCELLED || a->op.freeing) {
		on_done(arg, code, err);
		return;
	}
	explain_scale(a, code, err);
	if (a->step->number <= a->before) {
		op_finish(&a->op, code, &a->failure);
		return;
	}
	op_free(take(a->now));
	a->now = e->ops->scale(e, a->step->target, a->before, on_taken_away, a);
}

static struct op *tell_scale(struct engine *e, struct acting *a)
{
	const struct live *live = a->ctx->workspace->live;

	a->before = live ? (int)live_instances(live_find(live, a->step->target)) : 0;
	return e->ops->scale(e, a->step->target, a->step->number, on_scaled, a);
}

static int work_note_none(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct acting *a = data;

	(void)cancelled;
	return deployed_note_none(a->ctx, &a->step->step, err);
}

static void on_noted(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;

	if (!code && !a->op.freeing)
		deployed_set(a->ctx->workspace, false);
	on_done(arg, code, err);
}

static void on_down(void *arg, int code, const struct error *err)
{
	struct acting *a = arg;

	if (code || a->op.freeing) {
		on_done(arg, code, err);
		return;
	}
	op_free(take(a->now));
	a->now = run_job(a->ctx->run, work_note_none, a, NULL, on_noted, a);
}

static struct op *tell_down(struct engine *e, struct acting *a)
{
	return e->ops->down(e, a->step->number, on_progress, on_down, a);
}

/* --- the kinds */

static struct op *action_begin(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg);
static void action_free(struct step *step);

#define KIND(name, mark, plain)                                                           \
	{                                                                                 \
		.kind = (name), .glyph = (mark), .ascii = (plain), .start = action_begin, \
		.free = action_free,                                                      \
	}

static const struct kind {
	struct step_ops ops;
	tell_fn *tell;
} kinds[] = {
	{KIND("start", "▸", ">"), tell_start},
	{KIND("stop", "■", "x"), tell_stop},
	{KIND("restart", "⟳", "@"), tell_restart},
	{KIND("recreate", "⟳", "@"), tell_recreate},
	{KIND("scale", "×", "*"), tell_scale},
	{KIND("down", "-", "-"), tell_down},
};

static const struct kind *kind_find(const char *name)
{
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(kinds) && !str_eq(kinds[i].ops.kind, name))
		i++;
	return &kinds[i];
}

static char *reason(const struct action_step *s, const char *name)
{
	if (str_eq(name, "scale"))
		return xasprintf(
			Q_("%d instance", "%d instances", (unsigned long)s->number), s->number);
	if (str_eq(name, "down"))
		return xstrdup(s->number ? _("stop and remove all services, networks and volumes")
					 : _("stop and remove all services and networks; "
					     "volumes are kept"));
	return xstrdup(_("as asked for"));
}

static void acting_cancel(struct op *op)
{
	op_cancel(((struct acting *)op)->now);
}

static void acting_destroy(struct op *op)
{
	struct acting *a = (struct acting *)op;

	op_free(a->now);
	error_done(&a->failure);
	free(a);
}

static const struct op_class acting_class = {
	.name = "action", .cancel = acting_cancel, .destroy = acting_destroy};

static struct op *action_begin(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct acting *a = xcalloc(1, sizeof(*a));

	op_init(&a->op, &acting_class, ctx->workspace->loop, done, arg);
	a->step = (struct action_step *)step;
	a->ctx = ctx;
	a->now = kind_find(step->ops->kind)->tell(ctx->workspace->engine, a);
	return &a->op;
}

static void action_free(struct step *step)
{
	struct action_step *s = (struct action_step *)step;

	free(s->target);
	step_done(step);
	free(s);
}

struct step *step_action_new(const char *name, const char *target, int number)
{
	struct action_step *s = xcalloc(1, sizeof(*s));
	autofree char *id = xasprintf("%s:%s", name, target);

	step_init(&s->step, &kind_find(name)->ops, id, target);
	s->target = xstrdup(target);
	s->number = number;
	s->step.reason = reason(s, name);
	return &s->step;
}
