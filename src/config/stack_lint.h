/* SPDX-License-Identifier: MIT */
/*
 * Whether a definition that loads also makes sense: every service, volume, profile, setting and
 * condition it names is one that its own compose files, or it itself, have.
 */
#ifndef SLIPWAY_CONFIG_STACK_LINT_H
#define SLIPWAY_CONFIG_STACK_LINT_H

#include "config/compose.h"
#include "config/stack.h"
#include "host/host.h"

/* Appends a line for each finding, translated. `c`: the definition's own compose files as read
 * (every profile counts); NULL where it has none: then only what it says of itself is judged. */
void stack_lint(const struct stack *s, const struct compose *c, struct strv *findings);

/* Reads the definition's own compose files, with those of its features and environments, every
 * profile in force. */
int stack_lint_compose(
	struct host *h, const struct stack *s, struct compose **ret, struct error *err);

#endif
