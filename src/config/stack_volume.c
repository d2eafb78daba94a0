/* SPDX-License-Identifier: MIT */
/* What a stack keeps: its named volumes and its models. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <string.h>

/* --- volumes ------------------------------------------------------------------------------------
 */

static int read_owner(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_volume *v = into;

	return stack_read_ids(schema, node, &v->uid, &v->gid, err);
}

static int read_importance(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"critical", "rebuildable"};
	const char *word = NULL;
	int code = schema_word(schema, node, words, ARRAY_SIZE(words), &word, err);

	*(bool *)into = word == words[0];
	return code;
}

static int read_backup(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {
		"postgres_dump", "tar", "qdrant_snapshot", "redis_save", "object_sync", "none"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

int stack_read_dump_format(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"custom", "plain"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

#define MEMBER(member) offsetof(struct stack_volume, member)
static const struct schema_key volume_keys[] = {
	{"about", MEMBER(about), schema_text},
	{"owner", 0, read_owner},
	{"importance", MEMBER(critical), read_importance},
	{"backup", MEMBER(backup), read_backup},
};
#undef MEMBER

void stack_volumes_free(struct stack_volume *volumes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(volumes[i].name);
		free(volumes[i].about);
	}
	free(volumes);
}

int stack_read_volumes(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping"));
	stack->volumes = xcalloc(node->n ? node->n : 1, sizeof(*stack->volumes));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_volume *v = &stack->volumes[stack->n_volumes++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		v->name = xstrdup(node->pairs[i].key->text);
		stack_mention(schema, MENTION_VOLUME, node->pairs[i].key);
		v->uid = v->gid = -1;
		code = schema_map(
			schema, node->pairs[i].value, volume_keys, ARRAY_SIZE(volume_keys), v, err);
		schema_leave(schema, length);
	}
	return code;
}

/* --- models -------------------------------------------------------------------------------------
 */

static int read_from(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"huggingface", "ollama", "playwright"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

static int read_size(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind != YAML_SCALAR || text_to_size(node->text, into, NULL))
		return schema_fail(schema, node, err, _("expected a size such as 500MB or 4GiB"));
	return 0;
}

#define MEMBER(member) offsetof(struct stack_model, member)
static const struct schema_key model_keys[] = {
	{"from", MEMBER(from), read_from},
	{"repo", MEMBER(name), stack_read_expanded}, /* as Hugging Face calls it */
	{"name", MEMBER(name), stack_read_expanded},
	{"into", MEMBER(into), stack_read_expanded},
	{"volume", MEMBER(volume), stack_read_volume_name},
	{"at", MEMBER(at), stack_read_expanded},
	{"same_as", MEMBER(same_as), stack_read_expanded},
	{"when", MEMBER(when), stack_read_condition},
	{"size", MEMBER(size), read_size},
	{"optional", MEMBER(optional), schema_bool},
};
#undef MEMBER

void stack_models_free(struct stack_model *models, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(models[i].name);
		free(models[i].into);
		free(models[i].volume);
		free(models[i].at);
		free(models[i].same_as);
		free(models[i].when);
	}
	free(models);
}

int stack_read_models(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of models"));
	stack->models = xcalloc(node->n ? node->n : 1, sizeof(*stack->models));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_model *m = &stack->models[stack->n_models++];
		size_t length = schema_enter_item(schema, i);

		code = schema_map(
			schema, node->items[i], model_keys, ARRAY_SIZE(model_keys), m, err);
		if (code == 0 && (!m->from || !m->name))
			code = schema_fail(schema, node->items[i], err,
				_("expected the keys from and repo (or name)"));
		schema_leave(schema, length);
	}
	return code;
}
