/* SPDX-License-Identifier: MIT */
/* One value for a store that a program keeps. */
#include "base/i18n.h"
#include "config/secret_put.h"
#include "plan/plan_build.h"
#include "plan/runner.h"
#include "plan/secret_record.h"

struct store_step {
	struct step step;
	struct secret_store store; /* the project may be read anew before it runs */
	char *dir;
	struct strv pair; /* name and value; wiped */
};

struct storing {
	struct op op;
	struct store_step *step;
	struct step_context *ctx;
	struct op *now;
};

static void storing_cancel(struct op *op)
{
	op_cancel(((struct storing *)op)->now);
}

static void storing_destroy(struct op *op)
{
	op_free(((struct storing *)op)->now);
	free(op);
}

static const struct op_class storing_class = {
	.name = "store", .cancel = storing_cancel, .destroy = storing_destroy};

static int work_record(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct storing *s = data;

	(void)cancelled;
	return secret_record(run_ledger(s->ctx->run), s->step->step.id, &s->step->pair, err);
}

static void on_recorded(void *arg, int code, const struct error *err)
{
	struct storing *s = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (s->op.freeing)
		return;
	error_copy(&e, err);
	op_finish(&s->op, code, &e);
}

/* Whoever reads the project from now on has the new value. */
static void on_stored(void *arg, int code, const struct error *err)
{
	struct storing *s = arg;
	const struct strv *pair = &s->step->pair;

	if (code || s->op.freeing) {
		on_recorded(arg, code, err);
		return;
	}
	secret_bag_set(&s->ctx->workspace->vault.bag, pair->items[0], pair->items[1]);
	op_free(take(s->now));
	s->now = run_job(s->ctx->run, work_record, s, NULL, on_recorded, s);
}

static struct op *store_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct storing *s = xcalloc(1, sizeof(*s));
	struct store_step *at = (struct store_step *)step;

	op_init(&s->op, &storing_class, ctx->workspace->loop, done, arg);
	s->step = at;
	s->ctx = ctx;
	s->now = secret_put_start(
		ctx->host, at->dir, &at->store, at->pair.items[0], at->pair.items[1], on_stored, s);
	return &s->op;
}

static void store_free(struct step *step)
{
	struct store_step *s = (struct store_step *)step;

	secret_store_done(&s->store);
	strv_wipe(&s->pair);
	free(s->dir);
	step_done(step);
	free(s);
}

static const struct step_ops store_ops = {
	.kind = "store", .glyph = "~", .ascii = "~", .start = store_start, .free = store_free};

struct step *step_store_new(const struct project *p, const char *name, const char *value)
{
	struct store_step *s = xcalloc(1, sizeof(*s));
	autofree char *id = xasprintf("store:%s", name);

	step_init(&s->step, &store_ops, id, name);
	secret_store_copy(&s->store, &p->store);
	s->dir = xstrdup(p->dir);
	strv_push_all(&s->pair, name, value, NULL);
	s->step.reason = strv_join(&p->store.write, " ");
	return &s->step;
}
