/* SPDX-License-Identifier: MIT */
/* A volume that goes with everything in it: what somebody asked for by its name, and cannot be
 * taken back. */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

struct wiping {
	struct op op;
	struct op *now;
};

static void wiped(void *arg, int code, const struct error *err)
{
	struct wiping *w = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (w->op.freeing)
		return;
	error_copy(&e, err);
	op_finish(&w->op, code, &e);
}

static void wiping_cancel(struct op *op)
{
	op_cancel(((struct wiping *)op)->now);
}

static void wiping_destroy(struct op *op)
{
	op_free(((struct wiping *)op)->now);
	free(op);
}

static const struct op_class wiping_class = {
	.name = "wipe", .cancel = wiping_cancel, .destroy = wiping_destroy};

static struct op *wipe_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct wiping *w = xcalloc(1, sizeof(*w));
	struct engine *e = ctx->workspace->engine;

	op_init(&w->op, &wiping_class, ctx->workspace->loop, done, arg);
	w->now = e->ops->wipe(e, step->title, wiped, w);
	return &w->op;
}

static void wipe_free(struct step *step)
{
	step_done(step);
	free(step);
}

static const struct step_ops wipe_ops = {
	.kind = "wipe", .glyph = "✖", .ascii = "X", .start = wipe_start, .free = wipe_free};

struct step *step_wipe_new(const char *volume, const struct strv *services)
{
	struct step *s = xcalloc(1, sizeof(*s));
	autofree char *id = xasprintf("wipe:%s", volume), *names = strv_join(services, ", ");
	AUTO(str) struct str change = STR_INIT(STR_LINE);

	step_init(s, &wipe_ops, id, volume);
	s->reason = xstrdup(_("the volume is DELETED with everything in it, for good"));
	for (size_t i = 0; i < services->n; i++) {
		str_addf(&change, _("- containers of %s: stopped and removed, then made anew"),
			services->items[i]);
		str_addc(&change, '\n');
	}
	str_addf(&change, _("- volume %s: all its data; \"slipway undo\" does not bring it back"),
		volume);
	str_addc(&change, '\n');
	s->change = str_take(&change);
	return s;
}
