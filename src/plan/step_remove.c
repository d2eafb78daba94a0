/* SPDX-License-Identifier: MIT */
/* Files that are not needed any more, and were Slipway's own. */
#include "base/i18n.h"
#include "config/mask.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

struct remove_step {
	struct step step;
	struct host *host;
	char *project, *path;
};

static int remove_check(struct step *step, struct error *err)
{
	struct remove_step *r = (struct remove_step *)step;
	autofree char *real = ledger_resolve(r->host, r->project, r->path);

	(void)err;
	return !host_exists(r->host, real);
}

static int remove_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct remove_step *r = (struct remove_step *)step;

	(void)cancelled;
	return ledger_remove(run_ledger(ctx->run), step->id, r->path, err);
}

static void remove_free(struct step *step)
{
	struct remove_step *r = (struct remove_step *)step;

	free(r->project);
	free(r->path);
	step_done(step);
	free(r);
}

static const struct step_ops remove_ops = {.kind = "file",
	.glyph = "-",
	.ascii = "-",
	.check = remove_check,
	.run = remove_run,
	.free = remove_free};

struct step *step_remove_new(
	struct host *h, const char *project, const char *path, const char *text, const char *shown)
{
	struct remove_step *r = xcalloc(1, sizeof(*r));
	autofree char *id = xasprintf("remove:%s", path);

	step_init(&r->step, &remove_ops, id, path);
	r->host = h;
	r->project = xstrdup(project);
	r->path = xstrdup(path);
	r->step.reason = xstrdup(_("removed: nothing is adjusted any more"));
	r->step.change = mask_diff(path, text, strlen(text), shown, "", 0, "");
	return &r->step;
}
