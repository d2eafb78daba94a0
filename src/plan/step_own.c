/* SPDX-License-Identifier: MIT */
/*
 * Owners and modes: by ourselves where we may, else by a root container of a service's own image
 * that sees nothing but the directory. What differs is in the journal before either.
 */
#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <stdio.h>
#include <string.h>

struct own_step {
	struct step step;
	struct host *host;
	char *project, *path;
	struct host_own want;
	char *service; /* NULL: we are root, or own it */
	struct strv argv;
};

/* Anything left to change? */
struct own_look {
	const struct host_own *want;
	bool differs;
};

static int look_entry(void *arg, const struct host_entry *entry)
{
	struct own_look *look = arg;

	look->differs = look->differs || ledger_differs(entry, look->want, NULL);
	if (look->differs)
		return ERR_EXISTS; /* one is enough */
	return look->want->recursive ? 0 : 1;
}

static int own_check(struct step *step, struct error *err)
{
	struct own_step *o = (struct own_step *)step;
	autofree char *real = ledger_resolve(o->host, o->project, o->path);
	struct own_look look = {&o->want, false};
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_walk(o->host, real, look_entry, &look, &e);

	if (code < 0 && !look.differs)
		return error_move(err, &e);
	return look.differs ? 0 : 1;
}

static int own_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct own_step *o = (struct own_step *)step;
	autofree char *real = ledger_resolve(o->host, o->project, o->path);

	return step_own(ctx, step, real, &o->want, cancelled, err);
}

static void own_free(struct step *step)
{
	struct own_step *o = (struct own_step *)step;

	free(o->project);
	free(o->path);
	free(o->service);
	strv_done(&o->argv);
	step_done(step);
	free(o);
}

static const struct step_ops own_ops = {.kind = "owner",
	.glyph = "~",
	.ascii = "~",
	.check = own_check,
	.run = own_run,
	.free = own_free};

/* --- by a container
 * ------------------------------------------------------------------------------- */

struct own_container {
	struct op op;
	struct own_step *step;
	struct step_context *ctx;
	char *real;
	struct op *now;
};

static void container_destroy(struct op *op)
{
	struct own_container *c = (struct own_container *)op;

	op_free(c->now);
	free(c->real);
	free(c);
}

static void container_cancel(struct op *op)
{
	op_cancel(((struct own_container *)op)->now);
}

static const struct op_class container_class = {
	.name = "owner", .cancel = container_cancel, .destroy = container_destroy};

static void container_done(void *arg, int code, const struct error *err)
{
	struct own_container *c = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (c->op.freeing)
		return;
	if (code) {
		error_copy(&e, err);
		error_prefix(
			&e, _("cannot change the owner of %s through a container"), c->step->path);
		if (!e.hint)
			error_hint(&e, _("Run it as root: sudo chown -hR %s %s"),
				c->step->argv.items[2], c->real);
	}
	op_free(take(c->now));
	op_finish(&c->op, code, &e);
}

static int work_intent(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct own_container *c = data;

	(void)cancelled;
	return ledger_own_intent(
		run_ledger(c->ctx->run), c->step->step.id, c->real, &c->step->want, NULL, err);
}

static void intent_done(void *arg, int code, const struct error *err)
{
	struct own_container *c = arg;
	struct engine *e = c->ctx->workspace->engine;
	struct engine_exec x = {.service = c->step->service,
		.run = true,
		.root = true,
		.bind = c->real,
		.argv = &c->step->argv};

	if (c->op.freeing)
		return;
	op_free(take(c->now));
	if (code) {
		AUTO(error) struct error copy = ERROR_INIT;

		error_copy(&copy, err);
		op_finish(&c->op, code, &copy);
		return;
	}
	c->now = e->ops->exec(e, &x, container_done, c);
}

static struct op *own_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct own_container *c = xcalloc(1, sizeof(*c));
	struct own_step *o = (struct own_step *)step;

	op_init(&c->op, &container_class, ctx->workspace->loop, done, arg);
	c->step = o;
	c->ctx = ctx;
	c->real = ledger_resolve(o->host, o->project, o->path);
	c->now = run_job(ctx->run, work_intent, c, NULL, intent_done, c);
	return &c->op;
}

static const struct step_ops own_container_ops = {.kind = "owner",
	.glyph = "~",
	.ascii = "~",
	.check = own_check,
	.start = own_start,
	.free = own_free};

struct step *step_own_new(struct host *h, const char *project, const struct own_spec *spec)
{
	struct own_step *o = xcalloc(1, sizeof(*o));
	autofree char *id = xasprintf("owner:%s", spec->path);
	autofree char *owner = spec->want.gid >= 0
				       ? xasprintf("%lld:%lld", (long long)spec->want.uid,
						 (long long)spec->want.gid)
				       : xasprintf("%lld", (long long)spec->want.uid);

	step_init(&o->step, spec->service ? &own_container_ops : &own_ops, id, spec->path);
	o->host = h;
	o->project = xstrdup(project);
	o->path = xstrdup(spec->path);
	o->want = spec->want;
	o->service = xstrdup(spec->service);
	if (spec->service) {
		strv_push_all(&o->argv, "chown", spec->want.recursive ? "-hR" : "-h", owner,
			"/slipway", NULL);
		o->step.change = xasprintf(
			_("as root in a container of %s, which sees only %s: chown %s %s\n"),
			spec->service, spec->path, o->argv.items[1], owner);
	}
	if (spec->want.uid >= 0)
		o->step.reason = xasprintf(
			Q_("owner %s → %s, %zu entry", "owner %s → %s, %zu entries", spec->entries),
			spec->from, owner, spec->entries);
	else
		o->step.reason = xasprintf(
			Q_("mode, %zu entry", "mode, %zu entries", spec->entries), spec->entries);
	return &o->step;
}
