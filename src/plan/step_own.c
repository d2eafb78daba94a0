/* SPDX-License-Identifier: MIT */
/*
 * Owners and modes: by ourselves where we may, else by a root container (rooted.h). What differs is
 * in the journal before either, and nothing else is touched.
 */
#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/rooted.h"
#include "plan/runner.h"

#include <stdio.h>
#include <string.h>

struct own_step {
	struct step step;
	struct host *host;
	char *project, *path;
	struct host_own want;
	char *service; /* NULL: we are root, or own it */
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
	step_done(step);
	free(o);
}

static const struct step_ops own_ops = {.kind = "owner",
	.glyph = "~",
	.ascii = "~",
	.check = own_check,
	.run = own_run,
	.free = own_free};

/* --- by a container */

struct own_container {
	struct op op;
	struct own_step *step;
	struct step_context *ctx;
	struct rooted rooted; /* what differs */
	struct op *now;
};

static void container_destroy(struct op *op)
{
	struct own_container *c = (struct own_container *)op;

	op_free(c->now);
	rooted_done(&c->rooted);
	free(c);
}

static void container_cancel(struct op *op)
{
	op_cancel(((struct own_container *)op)->now);
}

static const struct op_class container_class = {
	.name = "owner", .cancel = container_cancel, .destroy = container_destroy};

/* Ends it with what went wrong, and how people do it by hand. */
static void container_fail(struct own_container *c, int code, const struct error *err)
{
	const struct host_own *want = &c->step->want;
	AUTO(error) struct error e = ERROR_INIT;

	error_copy(&e, err);
	if (code != ERR_CANCELLED && !e.hint && want->gid >= 0)
		error_hint(&e, _("Run it as root: sudo chown -hR %lld:%lld %s"),
			(long long)want->uid, (long long)want->gid, c->rooted.directory);
	else if (code != ERR_CANCELLED && !e.hint)
		error_hint(&e, _("Run it as root: sudo chown -hR %lld %s"), (long long)want->uid,
			c->rooted.directory);
	op_finish(&c->op, code, &e);
}

/* Root in a container need not be root here. */
static int work_verify(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct own_container *c = data;
	AUTO(error) struct error e = ERROR_INIT;
	int code = own_check(&c->step->step, &e);

	(void)cancelled;
	/* What belongs to others now may be closed to us. */
	if (code == 1 || code == ERR_DENIED)
		return 0;
	if (code < 0)
		return error_move(err, &e);
	error_set(err, ERR_FAILED, _("the owner of %s is not what it should be afterwards"),
		c->step->path);
	return error_detail(err, "%s",
		_("a container's root can be somebody else here: the Engine runs rootless or with "
		  "user namespaces"));
}

static void verified(void *arg, int code, const struct error *err)
{
	struct own_container *c = arg;

	if (c->op.freeing)
		return;
	op_free(take(c->now));
	if (code)
		container_fail(c, code, err);
	else
		op_finish(&c->op, 0, NULL);
}

static void container_done(void *arg, int code, const struct error *err)
{
	struct own_container *c = arg;

	if (c->op.freeing)
		return;
	if (code)
		container_fail(c, code, err);
	op_free(take(c->now));
	if (code == 0)
		c->now = run_job(c->ctx->run, work_verify, c, NULL, verified, c);
}

static void note_entry(void *arg, const struct host_entry *entry, const struct host_stat *wanted)
{
	struct own_container *c = arg;
	const struct host_own *want = &c->step->want;

	rooted_add(&c->rooted, entry->path, want->uid, want->gid,
		wanted->mode != entry->st.mode ? (int)wanted->mode : -1);
}

static int work_intent(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct own_container *c = data;

	(void)cancelled;
	return ledger_own_intent(run_ledger(c->ctx->run), c->step->step.id, c->rooted.directory,
		&c->step->want, note_entry, c, err);
}

static void intent_done(void *arg, int code, const struct error *err)
{
	struct own_container *c = arg;

	if (c->op.freeing)
		return;
	if (code)
		container_fail(c, code, err);
	op_free(take(c->now));
	if (code == 0)
		c->now = rooted_start(c->ctx->workspace, &c->rooted, container_done, c);
}

static struct op *own_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct own_container *c = xcalloc(1, sizeof(*c));
	struct own_step *o = (struct own_step *)step;

	op_init(&c->op, &container_class, ctx->workspace->loop, done, arg);
	c->step = o;
	c->ctx = ctx;
	c->rooted.directory = ledger_resolve(o->host, o->project, o->path);
	c->rooted.service = xstrdup(o->service);
	c->now = run_job(ctx->run, work_intent, c, NULL, intent_done, c);
	return &c->op;
}

static const struct step_ops own_container_ops = {.kind = "owner",
	.glyph = "~",
	.ascii = "~",
	.check = own_check,
	.start = own_start,
	.free = own_free};

static bool wants_modes(const struct host_own *want)
{
	return want->dir_mode >= 0 || want->file_mode >= 0;
}

static char *container_change(const struct own_spec *spec, const char *owner)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_addf(&out,
		Q_("as root in a container of %s, which sees only %s: chown -h %s (%zu entry, no "
		   "other)\n",
			"as root in a container of %s, which sees only %s: chown -h %s (%zu "
			"entries, no others)\n",
			spec->entries),
		spec->service, spec->path, owner, spec->entries);
	if (wants_modes(&spec->want))
		str_addf(&out, _("as root in the same way: chmod %04o\n"),
			(unsigned)(spec->want.dir_mode >= 0 ? spec->want.dir_mode
							    : spec->want.file_mode));
	return str_take(&out);
}

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
	if (spec->service)
		o->step.change = container_change(spec, owner);
	if (spec->want.uid >= 0)
		o->step.reason = xasprintf(
			Q_("owner %s → %s, %zu entry", "owner %s → %s, %zu entries", spec->entries),
			spec->from, owner, spec->entries);
	else
		o->step.reason = xasprintf(
			Q_("mode, %zu entry", "mode, %zu entries", spec->entries), spec->entries);
	return &o->step;
}
