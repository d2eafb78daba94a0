/* SPDX-License-Identifier: MIT */
/* What the parts of the binder share: compose_bind.c (scalars, structures), compose_bind_list.c (lists and
 * maps of scalars). A field of the schema becomes a key of the JSON that `docker compose config --format json`
 * prints. */
#ifndef SLIPWAY_CONFIG_COMPOSE_BIND_H
#define SLIPWAY_CONFIG_COMPOSE_BIND_H

#include "config/compose_load.h"
#include "config/compose_schema.h"

/* Puts what v comes to into o under the field's name; nothing when it is left out. 0 or a negative code, with
 * the place of v in the error. */
typedef int bind_fn(
	struct load *l, const struct schema_field *f, const struct val *v, struct json_object *o);

/* compose_bind.c */
bind_fn bind_int;
/* The key it is printed under. */
const char *bind_name(const struct schema_field *f);
/* A whole number, also of text that is one. */
int bind_whole_number(struct load *l, const struct val *v, int64_t *ret);

/* compose_bind_list.c */
bind_fn bind_strings;
bind_fn bind_pairs;
bind_fn bind_labels;
bind_fn bind_hosts;
bind_fn bind_command;
bind_fn bind_test;
bind_fn bind_count;
bind_fn bind_ulimits;
bind_fn bind_ssh;
/* Puts a list or a map that is not empty; takes value. 0. */
int bind_filled(struct json_object *o, const char *name, struct json_object *value);

#endif
