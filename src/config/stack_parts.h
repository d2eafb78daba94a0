/* SPDX-License-Identifier: MIT */
/* Readers of the parts of a stack definition; stack.c puts them together. */
#ifndef SLIPWAY_CONFIG_STACK_PARTS_H
#define SLIPWAY_CONFIG_STACK_PARTS_H

#include "config/stack.h"
#include "config/stack_schema.h"

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

/* The list under `rules`, added to the setting, whose type is known. */
int stack_read_rules(struct schema *schema, const struct yaml_node *node, struct setting *s,
	struct error *err);
/* One rule without condition and message, from its arguments alone. */
int stack_read_rule(struct schema *schema, enum setting_rule_kind kind,
	const struct yaml_node *node, struct setting *s, struct error *err);

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
