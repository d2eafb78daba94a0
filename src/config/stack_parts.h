/* SPDX-License-Identifier: MIT */
/* Readers of the parts of a stack definition; stack.c puts them together. */
#ifndef SLIPWAY_CONFIG_STACK_PARTS_H
#define SLIPWAY_CONFIG_STACK_PARTS_H

#include "config/stack.h"
#include "config/stack_mention.h"
#include "config/stack_schema.h"

/* Notes every scalar below the node as the name of a thing of that kind. */
void stack_mention(struct schema *schema, enum mention_kind kind, const struct yaml_node *node);
/* Readers that note what they read. */
schema_read_fn stack_read_service_name;  /* char * */
schema_read_fn stack_read_service_names; /* struct strv: a list, or one */
schema_read_fn stack_read_volume_name;   /* char * */
schema_read_fn stack_read_setting_name;  /* char * */
schema_read_fn stack_read_condition;     /* char * */
schema_read_fn stack_read_expanded;      /* char *: a text that may hold ${NAME} */
schema_read_fn stack_read_expanded_list; /* struct strv of such texts: a list, or one */
schema_read_fn stack_read_command;       /* struct strv: as schema_argv, of such texts */

/* struct settings: the list under `pages`. */
schema_read_fn stack_read_pages;
/* struct stack: the mapping under `services`, the list under `directories`. */
schema_read_fn stack_read_services;
schema_read_fn stack_read_directories;
/* struct stack: features, environments; stack_volume.c: volumes, models; stack_runbook.c. */
schema_read_fn stack_read_features;
schema_read_fn stack_read_environments;
schema_read_fn stack_read_recognise;
/* stack_rename.c */
schema_read_fn stack_read_renames;
schema_read_fn stack_read_volumes;
schema_read_fn stack_read_models;
schema_read_fn stack_read_migrations;
schema_read_fn stack_read_runbooks;
/* struct stack_requires */
schema_read_fn stack_read_requires;
/* "uid:gid" or "uid" into two int64_t, the second -1 where it is not said. */
int stack_read_ids(struct schema *schema, const struct yaml_node *node, int64_t *uid, int64_t *gid,
	struct error *err);
/* struct stack_gate *: the mapping under `ready`. */
schema_read_fn stack_read_gate;
/* struct stack_process *: the mapping under `process`. */
schema_read_fn stack_read_process;

/* stack_setting_key.c: struct setting, but for separator: char. */
schema_read_fn stack_read_required;
schema_read_fn stack_read_lives_in;
schema_read_fn stack_read_test;
schema_read_fn stack_read_reject;
schema_read_fn stack_read_separator;
/* `url_safe: true`; the setting's type and how it is made are known. */
int stack_demand_url_safe(
	struct schema *schema, const struct yaml_node *node, struct setting *s, struct error *err);
/* Settings that count dimensions get rules by what the models say; all of it is read. */
void stack_join_dimensions(struct stack *stack);

/* The list under `rules`, added to the setting, whose type is known. */
int stack_read_rules(struct schema *schema, const struct yaml_node *node, struct setting *s,
	struct error *err);
/* One rule without condition and message, from its arguments alone. */
int stack_read_rule(struct schema *schema, enum setting_rule_kind kind,
	const struct yaml_node *node, struct setting *s, struct error *err);

/* What a node says, in JSON; NULL for what is nested more than 8 deep. depth: 0. */
struct json_object *stack_node_json(const struct yaml_node *node, int depth);

/* stack_step.c: the mapping of one key that is a step. */
int stack_read_step(struct schema *schema, const struct yaml_pair *pair, struct stack_step *step,
	struct error *err);
void stack_step_done(struct stack_step *step);
/* {path: ..., equals: ...} or {path: ..., not: ...} of an answer. */
struct stack_json_test {
	char **path, **equals, **not;
};
int stack_read_json_test(struct schema *schema, const struct yaml_node *node,
	struct stack_json_test test, struct error *err);
/* const char *: "custom" or "plain", as pg_dump calls them. */
schema_read_fn stack_read_dump_format;
schema_read_fn stack_read_status; /* int: of HTTP */
/* struct strv of "Name: value": a mapping of names of HTTP headers to texts. */
schema_read_fn stack_read_headers;
/* struct strv of NAME=value: a mapping, or a list of such texts. */
schema_read_fn stack_read_environment;

/* int64_t bytes; int, an octal mode. */
schema_read_fn stack_read_size;
schema_read_fn stack_read_mode;
/* A mapping of at most so many keys of its own and of those of a struct stack_kept, which is at the
 * offset in `into`. */
enum { STACK_OWN_KEYS = 8 };
int stack_read_kept(struct schema *schema, const struct yaml_node *node,
	const struct schema_key *own, size_t n_own, void *into, size_t offset, struct error *err);
void stack_kept_done(struct stack_kept *k);

void stack_migrations_free(struct stack_migration *migrations, size_t n);
void stack_features_free(struct stack_feature *features, size_t n);
void stack_renames_free(struct env_rename *renames, size_t n);
void stack_volumes_free(struct stack_volume *volumes, size_t n);
void stack_models_free(struct stack_model *models, size_t n);
void stack_runbooks_free(struct stack_runbook *runbooks, size_t n);
/* The value of `generate`; the setting's type is known. */
int stack_read_generate(struct schema *schema, const struct yaml_node *node, struct setting *s,
	struct error *err);

void stack_requires_done(struct stack_requires *r);
void stack_gate_free(struct stack_gate *gate);
void stack_process_free(struct stack_process *process);

#endif
