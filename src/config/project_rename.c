/* SPDX-License-Identifier: MIT */
/* Names of before: what people, drafts and answers files may still say. */
#include "config/project.h"

#include "base/str.h"

const char *project_name_now(const struct project *p, const char *name)
{
	const char *now = stack_renamed(p->stack, name);

	return !settings_find(&p->settings, name) && settings_find(&p->settings, now) ? now : name;
}

const char *project_name_before(const struct project *p, const struct setting *s)
{
	if (!p->stack || s->dotenv)
		return NULL;
	for (size_t i = 0; i < p->stack->n_renames; i++) {
		const struct setting *old = settings_find(&p->settings, p->stack->renames[i].from);

		if (old && !str_empty(old->dotenv) &&
			str_eq(stack_renamed(p->stack, old->name), s->name))
			return old->name;
	}
	return NULL;
}
