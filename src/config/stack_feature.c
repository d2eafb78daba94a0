/* SPDX-License-Identifier: MIT */
/* What can be chosen about a stack: features and environments, and how a project of it is known. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

void stack_features_free(struct stack_feature *features, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stack_feature *f = &features[i];

		free(f->name);
		free(f->title);
		free(f->help);
		strv_done(&f->files);
		strv_done(&f->profiles);
		for (size_t k = 0; k < f->n_sets; k++) {
			free(f->sets[k].name);
			free(f->sets[k].value);
		}
		free(f->sets);
	}
	free(features);
}

const struct stack_feature *stack_find_feature(
	const struct stack_feature *features, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(features[i].name, name))
			return &features[i];
	return NULL;
}

/* {NAME: value, ...} */
static int read_sets(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_feature *f = into;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping of names to values"));
	f->sets = xcalloc(node->n ? node->n : 1, sizeof(*f->sets));
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_node *value = node->pairs[i].value;
		struct stack_set *set = &f->sets[f->n_sets];

		if (value->kind != YAML_SCALAR)
			return schema_fail(schema, value, err, _("expected a text"));
		stack_mention(schema, MENTION_SETTING, node->pairs[i].key);
		set->name = xstrdup(node->pairs[i].key->text);
		set->value = xstrdup(value->text);
		f->n_sets++;
	}
	return 0;
}

static int read_needs(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_feature *f = into;

	f->needs_gpu = strcmp(yaml_text(node, ""), "gpu") == 0;
	return f->needs_gpu ? 0 : schema_fail(schema, node, err, _("expected %s"), "gpu");
}

#define MEMBER(member) offsetof(struct stack_feature, member)
static const struct schema_key feature_keys[] = {
	{"title", MEMBER(title), schema_text},
	{"help", MEMBER(help), schema_text},
	{"files", MEMBER(files), schema_strings},
	{"profiles", MEMBER(profiles), schema_strings},
	{"sets", 0, read_sets},
	{"default", MEMBER(initial), schema_bool},
	{"when", 0, read_needs},
};
#undef MEMBER

/* A mapping of names to what they mean; a list in place of the mapping are files alone. */
static int read_feature(struct schema *schema, const struct yaml_pair *pair,
	struct stack_feature *f, struct error *err)
{
	const char *name = pair->key->text;
	int code;

	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return schema_fail(schema, pair->key, err,
			_("expected a name of small letters, digits, - and _"));
	f->name = xstrdup(name);
	stack_mention(schema, MENTION_DECLARED, pair->key);
	if (pair->value->kind == YAML_MAP)
		code = schema_map(
			schema, pair->value, feature_keys, ARRAY_SIZE(feature_keys), f, err);
	else
		code = schema_strings(schema, pair->value, &f->files, err);
	if (!f->title)
		f->title = xstrdup(name);
	return code;
}

static int read_features(struct schema *schema, const struct yaml_node *node,
	struct stack_feature **features, size_t *n, struct error *err)
{
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping"));
	*features = xreallocarray(*features, *n + node->n + 1, sizeof(**features));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		size_t length = schema_enter(schema, node->pairs[i].key->text);
		struct stack_feature *f = &(*features)[(*n)++];

		memset(f, 0, sizeof(*f));
		code = read_feature(schema, &node->pairs[i], f, err);
		if (code == 0 && stack_find_feature(*features, *n - 1, f->name))
			code = schema_fail(schema, node, err, _("%s is declared twice"), f->name);
		schema_leave(schema, length);
	}
	return code;
}

int stack_read_features(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;

	return read_features(schema, node, &stack->features, &stack->n_features, err);
}

int stack_read_environments(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;

	return read_features(schema, node, &stack->environments, &stack->n_environments, err);
}

int stack_read_recognise(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"services", offsetof(struct stack, recognise), stack_read_service_names},
	};

	return schema_map(schema, node, keys, ARRAY_SIZE(keys), into, err);
}
