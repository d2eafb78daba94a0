/* SPDX-License-Identifier: MIT */
/* All that a stack definition says, for people and for programs. */
#ifndef SLIPWAY_CLI_STACK_SHOW_H
#define SLIPWAY_CLI_STACK_SHOW_H

#include "base/json.h"
#include "cli/commands.h"
#include "config/stack.h"

void stack_show(struct cli *cli, const struct stack *s);
struct json_object *stack_show_json(const struct stack *s);
/* A name in a column of `cells`, and what it is. */
void stack_show_named(
	struct cli *cli, const char *margin, const char *name, int cells, const char *about);

#endif
