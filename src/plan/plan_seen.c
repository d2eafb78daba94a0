/* SPDX-License-Identifier: MIT */
/* What a setup keeps of the stack's files, so that a later update knows what changed in them. */
#include "config/update.h"
#include "plan/plan_build.h"

#include <string.h>

static bool is_seen(const struct plan_build *b, const char *name)
{
	autofree char *path = xasprintf("%s/%s/%s", b->project->dir, UPDATE_SEEN, name);

	return host_exists(b->host, path);
}

static int see_dotenv(struct plan_build *b, struct step *step, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = 0;

	if (is_seen(b, UPDATE_ENV))
		return 0;
	code = project_pristine(b->project, &f, err);
	if (code == 0)
		step_seen_add(step, UPDATE_ENV, f->text, f->len);
	return code;
}

/* Whether the file is Slipway's own: this plan writes it, or it is what Slipway would write. */
static bool is_ours(struct plan_build *b, const char *name, const struct str *text)
{
	autofree char *id = xasprintf("file:%s", name), *path = host_path(b->project->dir, name);
	AUTO(str) struct str there = STR_INIT(STR_FILE);

	return plan_find(b->plan, id) ||
	       (host_read(b->host, path, STR_FILE, &there, NULL) == 0 && there.len == text->len &&
		       memcmp(str_text(&there), str_text(text), text->len) == 0);
}

static int see_files(
	struct plan_build *b, struct step *step, const struct strv *names, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < names->n && code == 0; i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);

		if (is_seen(b, names->items[i]))
			continue;
		code = stack_read_file(b->host, b->project->stack, names->items[i], &text, err);
		if (code == 0 && is_ours(b, names->items[i], &text))
			step_seen_add(step, names->items[i], str_text(&text), text.len);
	}
	return code;
}

int plan_build_seen(struct plan_build *b, struct error *err)
{
	const struct stack *stack = b->project->stack;
	struct step *step;
	int code;

	/* By itself it asks for nothing; and of other env files it is not known what they began as.
	 */
	if (!b->plan->changes || b->project->env_files.n)
		return 0;
	step = step_seen_new(b->host, b->project->dir);
	code = see_dotenv(b, step, err);
	if (code == 0 && stack && !stack->on_host)
		code = see_files(b, step, &stack->files, err);
	if (code == 0 && stack && !stack->on_host)
		code = see_files(b, step, &stack->copy, err);
	if (code || !step->changes) {
		step->ops->free(step);
		return code;
	}
	/* First: whatever is made from these files is then never without them. */
	plan_add(b->plan, step);
	memmove(b->plan->steps + 1, b->plan->steps, (b->plan->n - 1) * sizeof(*b->plan->steps));
	b->plan->steps[0] = step;
	return 0;
}
