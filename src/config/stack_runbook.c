/* SPDX-License-Identifier: MIT */
/* Runbooks: named lists of steps; stack_step.c reads one step. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/nearest.h"

#include <string.h>

/* How many runbooks may run each other. */
enum { DEPTH_MOST = 8 };

void stack_runbooks_free(struct stack_runbook *runbooks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stack_runbook *r = &runbooks[i];

		free(r->name);
		for (size_t k = 0; k < r->n_steps; k++)
			stack_step_done(&r->steps[k]);
		free(r->steps);
	}
	free(runbooks);
}

/* `smoke` alone runs another runbook; everything else is a mapping with one key. */
static int read_step(struct schema *schema, const struct yaml_node *node, struct stack_step *step,
	struct error *err)
{
	size_t length;
	int code;

	step->line = node->mark.line;
	if (node->kind == YAML_SCALAR)
		return schema_string(schema, node, &step->runbook, err);
	if (node->kind != YAML_MAP || node->n != 1)
		return schema_fail(schema, node, err,
			_("expected the name of a runbook, or one step such as up: [web]"));
	length = schema_enter(schema, node->pairs[0].key->text);
	code = stack_read_step(schema, &node->pairs[0], step, err);
	schema_leave(schema, length);
	return code;
}

static int read_runbook(struct schema *schema, const struct yaml_pair *pair,
	struct stack_runbook *runbook, struct error *err)
{
	int code = 0;

	runbook->name = xstrdup(pair->key->text);
	if (pair->value->kind != YAML_SEQ)
		return schema_fail(schema, pair->value, err, _("expected a list of steps"));
	runbook->steps = xcalloc(pair->value->n ? pair->value->n : 1, sizeof(*runbook->steps));
	for (size_t i = 0; i < pair->value->n && code == 0; i++) {
		size_t length = schema_enter_item(schema, i);

		code = read_step(
			schema, pair->value->items[i], &runbook->steps[runbook->n_steps++], err);
		schema_leave(schema, length);
	}
	return code;
}

static const struct stack_runbook *find(const struct stack *stack, const char *name)
{
	for (size_t i = 0; i < stack->n_runbooks; i++)
		if (strcmp(stack->runbooks[i].name, name) == 0)
			return &stack->runbooks[i];
	return NULL;
}

/* Whether running `from` comes to `to` within so many runbooks. */
static bool leads_to(const struct stack *stack, const struct stack_runbook *from,
	const struct stack_runbook *to, size_t most)
{
	for (size_t k = 0; from && most && k < from->n_steps; k++) {
		const struct stack_runbook *next =
			from->steps[k].runbook ? find(stack, from->steps[k].runbook) : NULL;

		if (next && (next == to || leads_to(stack, next, to, most - 1)))
			return true;
	}
	return false;
}

static int unknown_runbook(struct schema *schema, const struct yaml_node *node,
	const struct stack *stack, const char *name, struct error *err)
{
	struct nearest nearest = NEAREST_TO(name);

	for (size_t i = 0; i < stack->n_runbooks; i++)
		nearest_try(&nearest, stack->runbooks[i].name);
	schema_fail(schema, node, err, _("there is no runbook %s"), name);
	if (nearest.name)
		error_hint(err, _("Did you mean \"%s\"?"), nearest.name);
	return ERR_INPUT;
}

/* Every runbook that a step names is there, and none runs itself, not even by way of others. */
static int check_names(struct schema *schema, const struct yaml_node *node,
	const struct stack *stack, struct error *err)
{
	for (size_t i = 0; i < stack->n_runbooks; i++)
		for (size_t k = 0; k < stack->runbooks[i].n_steps; k++) {
			const struct stack_runbook *r = &stack->runbooks[i], *next;
			const char *name = r->steps[k].runbook;
			const struct yaml_node *at = node->pairs[i].value->items[k];

			if (!name)
				continue;
			next = find(stack, name);
			if (!next)
				return unknown_runbook(schema, at, stack, name, err);
			if (next == r || leads_to(stack, next, r, DEPTH_MOST))
				return schema_fail(
					schema, at, err, _("the runbook %s runs itself"), r->name);
		}
	return 0;
}

int stack_read_runbooks(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping of names to steps"));
	stack->runbooks = xcalloc(node->n ? node->n : 1, sizeof(*stack->runbooks));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		code = read_runbook(
			schema, &node->pairs[i], &stack->runbooks[stack->n_runbooks++], err);
		schema_leave(schema, length);
	}
	return code ? code : check_names(schema, node, stack, err);
}
