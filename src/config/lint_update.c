/* SPDX-License-Identifier: MIT */
/* The stack's own files, and what .env knows of them. */
#include "config/lint_parts.h"

#include "config/update.h"

void lint_stack_changed(struct lint *l, const struct lint_rule *rule)
{
	autofree char *note = l->project ? update_note(l->project) : NULL;

	if (note)
		lint_add(l, rule, ".env", 0, 0, "%s", note);
}
