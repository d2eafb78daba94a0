/* SPDX-License-Identifier: MIT */
/* Runbooks: named lists of steps. A table says which keys each kind of step has. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

struct draft {
	struct stack_step *step;
	struct strv services; /* under the key `service` */
};

static int read_service(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct draft *d = into;

	return schema_strings(schema, node, &d->services, err);
}

#define ANY(key)                   \
	{                          \
		key, 0, schema_any \
	}
#define SERVICE                            \
	{                                  \
		"service", 0, read_service \
	}

static const struct schema_key run_keys[] = {
	SERVICE, ANY("command"), ANY("entrypoint"), ANY("environment"), ANY("ask"), ANY("state")};
static const struct schema_key http_keys[] = {SERVICE, ANY("get"), ANY("post"), ANY("body"),
	ANY("expect"), ANY("json"), ANY("bearer"), ANY("headers")};
static const struct schema_key sql_keys[] = {
	SERVICE, ANY("query"), ANY("expect"), ANY("user"), ANY("database")};
static const struct schema_key sql_files_keys[] = {
	SERVICE, ANY("files"), ANY("user"), ANY("database"), ANY("destructive")};
static const struct schema_key dump_keys[] = {SERVICE, ANY("format"), ANY("user"), ANY("database")};
static const struct schema_key tar_keys[] = {ANY("volume"), {"stop", 0, read_service}};
static const struct schema_key qdrant_keys[] = {SERVICE, ANY("collections"), ANY("api_key")};
static const struct schema_key confirm_keys[] = {ANY("type"), ANY("text")};

/* A kind of step: with keys it is a mapping of them, without it is a list of services, a mapping of
 * services to numbers, or one word. */
enum shape { STEP_KEYS, STEP_SERVICES, STEP_COUNTS, STEP_WORD };
static const struct step_kind {
	const char *name;
	enum shape shape;
	const struct schema_key *keys;
	size_t n_keys;
} kinds[] = {
	{"up", STEP_SERVICES, NULL, 0},
	{"stop", STEP_SERVICES, NULL, 0},
	{"restart", STEP_SERVICES, NULL, 0},
	{"scale", STEP_COUNTS, NULL, 0},
	{"run", STEP_KEYS, run_keys, ARRAY_SIZE(run_keys)},
	{"exec", STEP_KEYS, run_keys, ARRAY_SIZE(run_keys)},
	{"http", STEP_KEYS, http_keys, ARRAY_SIZE(http_keys)},
	{"sql", STEP_KEYS, sql_keys, ARRAY_SIZE(sql_keys)},
	{"sql_files", STEP_KEYS, sql_files_keys, ARRAY_SIZE(sql_files_keys)},
	{"postgres_dump", STEP_KEYS, dump_keys, ARRAY_SIZE(dump_keys)},
	{"postgres_restore", STEP_KEYS, dump_keys, ARRAY_SIZE(dump_keys)},
	{"volume_tar", STEP_KEYS, tar_keys, ARRAY_SIZE(tar_keys)},
	{"qdrant_snapshot", STEP_KEYS, qdrant_keys, ARRAY_SIZE(qdrant_keys)},
	{"confirm", STEP_KEYS, confirm_keys, ARRAY_SIZE(confirm_keys)},
	{"images", STEP_WORD, NULL, 0},
	{"wait", STEP_WORD, NULL, 0},
};

void stack_runbooks_free(struct stack_runbook *runbooks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stack_runbook *r = &runbooks[i];

		free(r->name);
		for (size_t k = 0; k < r->n_steps; k++) {
			free(r->steps[k].runbook);
			strv_done(&r->steps[k].services);
		}
		free(r->steps);
	}
	free(runbooks);
}

static int read_counts(struct schema *schema, const struct yaml_node *node, struct stack_step *step,
	struct error *err)
{
	int count = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(
			schema, node, err, _("expected a mapping of services to numbers"));
	for (size_t i = 0; i < node->n; i++) {
		if (schema_int(schema, node->pairs[i].value, &count, err))
			return ERR_INPUT;
		strv_push(&step->services, node->pairs[i].key->text);
	}
	return 0;
}

static int unknown_kind(struct schema *schema, const struct yaml_node *key, struct error *err)
{
	AUTO(str) struct str list = STR_INIT(STR_LINE);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		str_addf(&list, "%s%s", i ? ", " : "", kinds[i].name);
	return schema_fail(schema, key, err, _("unknown step \"%s\", expected one of %s"),
		key->text, str_text(&list));
}

static int read_kind(struct schema *schema, const struct yaml_pair *pair, struct stack_step *step,
	struct error *err)
{
	struct draft d = {step, STRV_INIT};
	const struct step_kind *kind = NULL;
	char *word = NULL;
	int code = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !kind; i++)
		if (strcmp(kinds[i].name, pair->key->text) == 0)
			kind = &kinds[i];
	if (!kind)
		return unknown_kind(schema, pair->key, err);
	step->kind = kind->name;
	switch (kind->shape) {
	case STEP_KEYS:
		code = schema_map(schema, pair->value, kind->keys, kind->n_keys, &d, err);
		strv_extend(&step->services, &d.services);
		strv_done(&d.services);
		return code;
	case STEP_SERVICES:
		return schema_strings(schema, pair->value, &step->services, err);
	case STEP_COUNTS:
		return read_counts(schema, pair->value, step, err);
	case STEP_WORD:
		code = schema_string(schema, pair->value, &word, err);
		free(word);
		return code;
	}
	return code;
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
	code = read_kind(schema, &node->pairs[0], step, err);
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

/* Every runbook that a step names is there, and none runs itself. */
static int check_names(struct schema *schema, const struct yaml_node *node,
	const struct stack *stack, struct error *err)
{
	for (size_t i = 0; i < stack->n_runbooks; i++)
		for (size_t k = 0; k < stack->runbooks[i].n_steps; k++) {
			const char *name = stack->runbooks[i].steps[k].runbook;
			bool found = !name;

			for (size_t r = 0; r < stack->n_runbooks && !found; r++)
				found = r != i && strcmp(stack->runbooks[r].name, name) == 0;
			if (!found)
				return schema_fail(schema, node->pairs[i].value->items[k], err,
					_("there is no other runbook %s"), name);
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
