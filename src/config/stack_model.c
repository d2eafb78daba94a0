/* SPDX-License-Identifier: MIT */
/* Models that services load. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

void stack_models_free(struct stack_model *models, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stack_model *m = &models[i];
		char *texts[] = {m->name, m->revision, m->into, m->volume, m->at, m->same_as, m->when,
			m->quantisation};

		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			free(texts[k]);
		for (size_t k = 0; k < m->n_files; k++) {
			free(m->files[k].path);
			free(m->files[k].sha256);
		}
		for (size_t k = 0; k < m->n_sizes; k++)
			free(m->sizes[k].model);
		for (size_t k = 0; k < m->n_memory; k++)
			free(m->memory[k].quantisation);
		for (size_t k = 0; k < m->n_dimensions; k++)
			free(m->dimensions[k].model);
		free(m->files);
		free(m->sizes);
		free(m->memory);
		free(m->dimensions);
	}
	free(models);
}

static int read_from(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"huggingface", "ollama", "playwright"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

static int read_layout(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"hub", "flat"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

/* --- files */

static int read_sha256(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");

	if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64)
		return schema_fail(
			schema, node, err, _("expected a SHA-256 sum: 64 digits and letters a to f"));
	return schema_string(schema, node, into, err);
}

/* It is going to be written below the model's directory. */
static int read_path(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	AUTO(strv) struct strv parts = STRV_INIT;

	strv_split(&parts, yaml_text(node, ""), '/');
	if (parts.n == 0 || strv_has(&parts, "..") || strv_has(&parts, ""))
		return schema_fail(schema, node, err, _("expected a file of the model"));
	return schema_string(schema, node, into, err);
}

#define MEMBER(member) offsetof(struct stack_model_file, member)
static const struct schema_key file_keys[] = {
	{"path", MEMBER(path), read_path},
	{"size", MEMBER(size), stack_read_size},
	{"sha256", MEMBER(sha256), read_sha256},
};
#undef MEMBER

static int read_files(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_model *m = into;
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of files"));
	m->files = xcalloc(node->n ? node->n : 1, sizeof(*m->files));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_model_file *f = &m->files[m->n_files++];
		size_t length = schema_enter_item(schema, i);

		code = node->items[i]->kind == YAML_SCALAR
			       ? read_path(schema, node->items[i], &f->path, err)
			       : schema_map(schema, node->items[i], file_keys,
					 ARRAY_SIZE(file_keys), f, err);
		if (code == 0 && !f->path)
			code = schema_fail(
				schema, node->items[i], err, _("expected the key %s"), "path");
		schema_leave(schema, length);
	}
	return code;
}

/* --- measures */

/* A size, or a mapping of the models that may be chosen to sizes. */
static int read_size(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_model *m = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return stack_read_size(schema, node, &m->size, err);
	m->sizes = xcalloc(node->n + 1, sizeof(*m->sizes));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_model_size *row = &m->sizes[m->n_sizes++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		row->model = xstrdup(node->pairs[i].key->text);
		code = stack_read_size(schema, node->pairs[i].value, &row->bytes, err);
		schema_leave(schema, length);
	}
	return code;
}

/* A size, or a mapping of quantisations to sizes. */
static int read_memory(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_model *m = into;
	int code = 0;

	if (node->kind == YAML_SEQ)
		return schema_fail(schema, node, err,
			_("expected a size, or a mapping of quantisations to sizes"));
	m->memory = xcalloc(node->n + 1, sizeof(*m->memory));
	if (node->kind == YAML_SCALAR) {
		m->n_memory = 1;
		return stack_read_size(schema, node, &m->memory[0].bytes, err);
	}
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_model_memory *row = &m->memory[m->n_memory++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		row->quantisation = xstrdup(node->pairs[i].key->text);
		code = stack_read_size(schema, node->pairs[i].value, &row->bytes, err);
		schema_leave(schema, length);
	}
	return code;
}

static int read_count(
	struct schema *schema, const struct yaml_node *node, int *into, struct error *err)
{
	if (schema_int(schema, node, into, err))
		return ERR_INPUT;
	return *into > 0 ? 0
			 : schema_fail(schema, node, err, _("expected a number of dimensions"));
}

/* A number, or a mapping of the models that may be chosen to numbers. */
static int read_dimensions(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_model *m = into;
	int code = 0;

	if (node->kind == YAML_SEQ)
		return schema_fail(schema, node, err,
			_("expected a number, or a mapping of models to numbers"));
	m->dimensions = xcalloc(node->n + 1, sizeof(*m->dimensions));
	if (node->kind == YAML_SCALAR) {
		m->n_dimensions = 1;
		return read_count(schema, node, &m->dimensions[0].count, err);
	}
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_dimensions *row = &m->dimensions[m->n_dimensions++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		row->model = xstrdup(node->pairs[i].key->text);
		code = read_count(schema, node->pairs[i].value, &row->count, err);
		schema_leave(schema, length);
	}
	return code;
}

#define MEMBER(member) offsetof(struct stack_model, member)
static const struct schema_key model_keys[] = {
	{"from", MEMBER(from), read_from},
	{"repo", MEMBER(name), stack_read_expanded}, /* as Hugging Face calls it */
	{"name", MEMBER(name), stack_read_expanded},
	{"revision", MEMBER(revision), stack_read_expanded},
	{"into", MEMBER(into), stack_read_expanded},
	{"volume", MEMBER(volume), stack_read_volume_name},
	{"layout", MEMBER(layout), read_layout},
	{"at", MEMBER(at), stack_read_expanded},
	{"same_as", MEMBER(same_as), stack_read_expanded},
	{"when", MEMBER(when), stack_read_condition},
	{"size", 0, read_size},
	{"optional", MEMBER(optional), schema_bool},
	{"files", 0, read_files},
	{"memory", 0, read_memory},
	{"quantisation", MEMBER(quantisation), stack_read_setting_name},
	{"dimensions", 0, read_dimensions},
};
#undef MEMBER

static int check_model(struct schema *schema, const struct yaml_node *node,
	const struct stack_model *m, struct error *err)
{
	if (!m->from || !m->name)
		return schema_fail(
			schema, node, err, _("expected the keys from and repo (or name)"));
	if (yaml_get(node, "repo") && yaml_get(node, "name"))
		return schema_fail(schema, node, err, _("expected one of the keys %s"), "repo, name");
	if (m->into && m->volume)
		return schema_fail(schema, node, err, _("expected one of the keys %s"), "into, volume");
	if (m->revision && strcmp(m->from, "huggingface") != 0)
		return schema_fail(schema, yaml_get(node, "revision"), err,
			_("a model of huggingface only has a revision"));
	return 0;
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
		if (code == 0)
			code = check_model(schema, node->items[i], m, err);
		schema_leave(schema, length);
	}
	return code;
}
