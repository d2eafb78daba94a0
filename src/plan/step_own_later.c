/* SPDX-License-Identifier: MIT */
/*
 * An owner that only an image tells which is not here yet when the plan is made: asked for once it
 * was pulled or built, and then the step that would have been planned (step_own.c) is done in this
 * one's place and under its name.
 */
#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

struct later_step {
	struct step step;
	struct host *host;
	char *project, *path, *ref, *user, *service;
	uint32_t we;
	bool made, resumed;
	struct step *own; /* once it is known; NULL */
};

struct later {
	struct op op;
	struct later_step *step;
	struct step_context *ctx;
	struct engine_who who;
	struct op *now;
};

static void later_cancel(struct op *op)
{
	op_cancel(((struct later *)op)->now);
}

static void later_destroy(struct op *op)
{
	struct later *l = (struct later *)op;

	op_free(l->now);
	engine_who_done(&l->who);
	free(l);
}

static const struct op_class later_class = {
	.name = "owner", .cancel = later_cancel, .destroy = later_destroy};

/* True unless that was the end of it. */
static bool go_on(struct later *l, int code, const struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (l->op.freeing)
		return false;
	op_free(take(l->now));
	if (code == 0)
		return true;
	error_copy(&e, err);
	op_finish(&l->op, code, &e);
	return false;
}

static void on_owned(void *arg, int code, const struct error *err)
{
	struct later *l = arg;

	if (go_on(l, code, err))
		op_finish(&l->op, 0, NULL);
}

/* The step that does it, unless nothing is to be done. By ourselves it is done at once. */
static int work_own(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct later *l = data;
	struct later_step *s = l->step;
	const struct account *account = &l->who.account;
	autofree char *real = ledger_resolve(s->host, s->project, s->path);
	struct own_spec spec = {.path = s->path,
		.entries = 1,
		.from = "",
		.want = {.uid = account->uid,
			.gid = account->gid,
			.dir_mode = -1,
			.file_mode = -1,
			.recursive = true}};
	struct host_stat st;
	int code = host_stat(s->host, real, &st, err);

	if (code < 0 || (!s->made && !s->resumed && plan_may_write(&st, account)))
		return code;
	if (plan_needs_root(s->we, account->uid, st.uid == s->we))
		spec.service = s->service;
	s->own = step_own_new(s->host, s->project, &spec);
	code = s->own->ops->check(s->own, err);
	if (code == 0 && s->own->ops->run)
		return s->own->ops->run(s->own, l->ctx, cancelled, err);
	if (code == 1) {
		s->own->ops->free(take(s->own));
		code = 0;
	}
	return code;
}

static void on_worked(void *arg, int code, const struct error *err)
{
	struct later *l = arg;
	struct step *own = l->step->own;

	if (!go_on(l, code, err))
		return;
	if (own && own->ops->start)
		l->now = own->ops->start(own, l->ctx, on_owned, l);
	else
		op_finish(&l->op, 0, NULL);
}

static void refuse(struct later *l)
{
	AUTO(error) struct error e = ERROR_INIT;

	error_set(&e, ERR_INPUT, _("whose %s is to be could not be read from %s: %s"),
		l->step->path, l->who.ref, l->who.err.message);
	error_hint(&e, _("Give %s a user: with a number, or one that its image has."),
		l->step->service);
	op_finish(&l->op, e.code, &e);
}

static void on_answer(void *arg, int code, const struct error *err)
{
	struct later *l = arg;
	const struct account *account = &l->who.account;

	if (!go_on(l, code, err))
		return;
	if (l->who.err.code && account->uid < 0) {
		refuse(l);
		return;
	}
	/* Root writes everywhere; and what was not pulled after all is the next plan's. */
	if (account->uid <= 0) {
		op_finish(&l->op, 0, NULL);
		return;
	}
	if (account->gid >= 0)
		step_progress(l->ctx, &l->step->step, -1, "%s = %lld:%lld", l->who.user,
			(long long)account->uid, (long long)account->gid);
	l->now = run_job(l->ctx->run, work_own, l, NULL, on_worked, l);
}

static struct op *later_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct later *l = xcalloc(1, sizeof(*l));
	struct later_step *s = (struct later_step *)step;
	struct engine *e = ctx->workspace->engine;

	op_init(&l->op, &later_class, ctx->workspace->loop, done, arg);
	l->step = s;
	l->ctx = ctx;
	l->who = (struct engine_who){.ref = xstrdup(s->ref), .user = xstrdup(s->user)};
	l->now = e->ops->whose(e, &l->who, 1, on_answer, l);
	return &l->op;
}

static void later_free(struct step *step)
{
	struct later_step *s = (struct later_step *)step;

	if (s->own)
		s->own->ops->free(s->own);
	free(s->project);
	free(s->path);
	free(s->ref);
	free(s->user);
	free(s->service);
	step_done(step);
	free(s);
}

static const struct step_ops later_ops = {
	.kind = "owner", .glyph = "~", .ascii = "~", .start = later_start, .free = later_free};

struct step *step_own_later_new(
	struct host *h, const char *project, const struct own_later_spec *spec)
{
	struct later_step *s = xcalloc(1, sizeof(*s));
	autofree char *id = xasprintf("owner:%s", spec->path);

	step_init(&s->step, &later_ops, id, spec->path);
	s->host = h;
	s->project = xstrdup(project);
	s->path = xstrdup(spec->path);
	s->ref = xstrdup(spec->ref);
	s->user = xstrdup(spec->user);
	s->service = xstrdup(spec->service);
	s->we = spec->we;
	s->made = spec->made;
	s->resumed = spec->resumed;
	if (!spec->user)
		s->step.reason =
			xasprintf(_("for whom %s runs as, known once it is here"), spec->ref);
	else if (spec->made)
		s->step.reason =
			xasprintf(_("for the user %s, whose number %s tells once it is here"),
				spec->user, spec->ref);
	else
		s->step.reason = xasprintf(_("for the user %s, whose number %s tells once it is "
					     "here; stays as it is where that one can write"),
			spec->user, spec->ref);
	return &s->step;
}
