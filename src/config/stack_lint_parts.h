/* SPDX-License-Identifier: MIT */
/* Between the parts of the lint of definitions. */
#ifndef SLIPWAY_CONFIG_STACK_LINT_PARTS_H
#define SLIPWAY_CONFIG_STACK_LINT_PARTS_H

#include "base/nearest.h"
#include "config/stack_lint.h"

struct stack_lint {
	const struct stack *s;
	const struct compose *c; /* NULL */
	struct stack_findings *findings;
};

/* A finding at the place, which may be NULL. Takes the message. */
struct stack_finding *stack_lint_add(
	struct stack_lint *l, const struct mention *at, char *message);
/* The same where the name is declared. */
struct stack_finding *stack_lint_add_of(struct stack_lint *l, const char *name, char *message);
/* The same of a setting that is not there, with the nearest one as hint. */
void stack_lint_unknown_setting(
	struct stack_lint *l, const struct mention *m, const char *name, char *message);
/* Of the definition, or a variable of the compose files. */
bool stack_lint_is_setting(const struct stack_lint *l, const char *name);
/* What a text becomes while no variable has a value; as interp_expand(). */
int stack_lint_expand(const char *text, struct str *out, struct error *err);

/* stack_lint_name.c: everything that is named is there. */
void stack_lint_names(struct stack_lint *l);
/* stack_lint_kept.c: kinds of services, volumes and directories. */
void stack_lint_kept(struct stack_lint *l);

#endif
