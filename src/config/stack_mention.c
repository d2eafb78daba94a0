/* SPDX-License-Identifier: MIT */
#include "config/stack_mention.h"

#include "base/str.h"
#include "config/stack_parts.h"

#include <string.h>

void mentions_add(struct mentions *m, enum mention_kind kind, const char *path, const char *name,
	int line, int column)
{
	VEC_GROW(m->items, m->n, m->cap);
	m->items[m->n++] = (struct mention){kind, xstrdup(path), xstrdup(name), line, column};
}

void mentions_own(struct mentions *m, size_t first, const char *owner)
{
	for (size_t i = first; m && i < m->n; i++) {
		free(m->items[i].path);
		m->items[i].path = xstrdup(owner);
	}
}

const struct mention *mentions_declared(const struct mentions *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].kind == MENTION_DECLARED && strcmp(m->items[i].name, name) == 0)
			return &m->items[i];
	return NULL;
}

void mentions_done(struct mentions *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->items[i].path);
		free(m->items[i].name);
	}
	free(m->items);
}

/* Every scalar below the node; the depth is that of the YAML reader. */
void stack_mention(struct schema *schema, enum mention_kind kind, const struct yaml_node *node)
{
	if (!schema->mentions)
		return;
	if (node->kind == YAML_SCALAR && !yaml_is_null(node))
		mentions_add(schema->mentions, kind, str_text(&schema->path), node->text,
			node->mark.line, node->mark.column);
	for (size_t i = 0; i < node->n; i++)
		stack_mention(schema, kind,
			node->kind == YAML_SEQ ? node->items[i] : node->pairs[i].value);
}

/* What `read` made of the node was right, and names something. */
static int noted(schema_read_fn *read, enum mention_kind kind, struct schema *schema,
	const struct yaml_node *node, void *into, struct error *err)
{
	int code = read(schema, node, into, err);

	if (code == 0)
		stack_mention(schema, kind, node);
	return code;
}

int stack_read_service_name(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_string, MENTION_SERVICE, schema, node, into, err);
}

int stack_read_service_names(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_strings, MENTION_SERVICE, schema, node, into, err);
}

int stack_read_volume_name(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_string, MENTION_VOLUME, schema, node, into, err);
}

int stack_read_setting_name(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_string, MENTION_SETTING, schema, node, into, err);
}

int stack_read_condition(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_string, MENTION_CONDITION, schema, node, into, err);
}

int stack_read_expanded(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_string, MENTION_TEXT, schema, node, into, err);
}

int stack_read_expanded_list(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_strings, MENTION_TEXT, schema, node, into, err);
}

int stack_read_command(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return noted(schema_argv, MENTION_TEXT, schema, node, into, err);
}
