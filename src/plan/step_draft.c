/* SPDX-License-Identifier: MIT */
/* The end of a draft: what it holds stands in the files. */
#include "plan/run.h"
#include "plan/setup_state.h"

#include "base/str.h"
#include "config/answers.h"

static int spent_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	autofree char *path = workspace_path(ctx->workspace, "draft.yaml");

	(void)step;
	(void)cancelled;
	return host_exists(ctx->host, path) ? host_remove(ctx->host, path, err) : 0;
}

static void spent_free(struct step *step)
{
	step_done(step);
	free(step);
}

static const struct step_ops spent_ops = {
	.kind = "draft", .glyph = "-", .ascii = "-", .run = spent_run, .free = spent_free};

/* A run that ends badly later on, or is killed, must not leave a draft: the setup after it would make
 * the secrets of this one anew. */
void setup_spend_draft(struct setup *s, struct plan *plan)
{
	struct step *step;

	if (!plan->changes || (!s->kept && !s->n_drafted))
		return;
	step = xcalloc(1, sizeof(*step));
	step_init(step, &spent_ops, "draft", ANSWERS_DRAFT);
	step->changes = step->part = true;
	for (size_t i = 0; i < plan->n; i++)
		if (str_eq(plan->steps[i]->ops->kind, "file") ||
			str_eq(plan->steps[i]->ops->kind, "secret"))
			strv_push(&step->after, plan->steps[i]->id);
	plan_add(plan, step);
}
