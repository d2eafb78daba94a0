/* SPDX-License-Identifier: MIT */
/* renames: what variables of the stack were called before. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

void stack_renames_free(struct env_rename *renames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(renames[i].from);
		free(renames[i].to);
		free(renames[i].since);
	}
	free(renames);
}

static bool is_name(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	while (isalnum((unsigned char)*name) || *name == '_')
		name++;
	return !*name;
}

static int read_one(struct schema *schema, const struct yaml_node *node, struct env_rename *r,
	struct error *err)
{
	static const struct schema_key keys[] = {
		{"to", offsetof(struct env_rename, to), schema_string},
		{"since", offsetof(struct env_rename, since), schema_string},
	};
	int code = node->kind == YAML_SCALAR
			   ? schema_string(schema, node, &r->to, err)
			   : schema_map(schema, node, keys, ARRAY_SIZE(keys), r, err);

	if (code)
		return code;
	if (!r->to || !is_name(r->to) || !is_name(r->from) || str_eq(r->from, r->to))
		return schema_fail(schema, node, err,
			_("expected OLD: NEW, or OLD: {to: NEW, since: VERSION}, with two names of "
			  "variables"));
	return 0;
}

int stack_read_renames(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err,
			_("expected a mapping of old names of variables to new ones"));
	stack->renames = xcalloc(node->n ? node->n : 1, sizeof(*stack->renames));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct env_rename *r = &stack->renames[stack->n_renames++];
		size_t length;

		r->from = xstrdup(yaml_text(node->pairs[i].key, ""));
		stack_mention(schema, MENTION_DECLARED, node->pairs[i].key);
		length = schema_enter(schema, r->from);
		code = read_one(schema, node->pairs[i].value, r, err);
		schema_leave(schema, length);
	}
	return code;
}

const char *stack_renamed(const struct stack *s, const char *name)
{
	const char *now = name;

	/* A name may have changed more than once; no more often than there are rows. */
	for (size_t round = 0; s && round < s->n_renames; round++) {
		size_t i = 0;

		while (i < s->n_renames && strcmp(s->renames[i].from, now) != 0)
			i++;
		if (i == s->n_renames)
			break;
		now = s->renames[i].to;
	}
	return now;
}
