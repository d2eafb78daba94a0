/* SPDX-License-Identifier: MIT */
/*
 * Whether a definition that loads also makes sense: every service, volume, profile, setting,
 * condition and variable it names is one that its own compose files, or it itself, have.
 */
#ifndef SLIPWAY_CONFIG_STACK_LINT_H
#define SLIPWAY_CONFIG_STACK_LINT_H

#include "config/compose.h"
#include "config/stack.h"
#include "host/host.h"

/* One finding, translated. */
struct stack_finding {
	int line, column; /* in the definition; 0: nowhere in particular */
	char *message;
	char *hint; /* NULL */
};

struct stack_findings {
	struct stack_finding *items;
	size_t n, cap;
};
void stack_findings_done(struct stack_findings *f);
DEFINE_AUTO(stack_findings)

/* Appends what there is to complain about, in the order of the places. `c`: the definition's own
 * compose files as read (every profile counts), or those of the project it belongs to; NULL where
 * it has none: then only what it says of itself is judged. */
void stack_lint(const struct stack *s, const struct compose *c, struct stack_findings *findings);

/* Reads the definition's own compose files, with those of its features and environments, every
 * profile in force; of a project's own definition (slipway.yaml) those of the project. NULL where
 * there are none. */
int stack_lint_compose(
	struct host *h, const struct stack *s, struct compose **ret, struct error *err);

#endif
