/* SPDX-License-Identifier: MIT */
/*
 * compose.slipway.yaml: the override that Slipway generates, for what can be said neither in .env
 * nor without touching the user's own files. Only written when something needs it, and listed last
 * in COMPOSE_FILE, so that plain `docker compose` reads the same project.
 *
 * An override is a value for some features (override_feature.h) of some services. The file says
 * them twice: as what Compose reads, and as themselves below `x-slipway`, from where they are read
 * back:
 *
 *	x-slipway:
 *	  override:
 *	    web: {bind: 127.0.0.1, limits: {memory: 512m}}
 *
 * That form is also the one of answers files, and of the names of settings: override.web.bind,
 * override.web.limits.memory.
 */
#ifndef SLIPWAY_CONFIG_OVERRIDE_H
#define SLIPWAY_CONFIG_OVERRIDE_H

#include "base/yaml.h"
#include "config/override_feature.h"

#define OVERRIDE_FILE "compose.slipway.yaml"
#define OVERRIDE_PREFIX "override."

struct override_service {
	char *name;
	char *values[OVERRIDE_FEATURES]; /* by enum override_id; NULL: as it is */
};

struct override {
	struct override_service *services;
	size_t n;
};

void override_done(struct override *o);
DEFINE_AUTO(override)
/* NULL when the service has none, or is not there. */
const char *override_get(const struct override *o, const char *service, enum override_id id);
/* NULL or "" takes the value away. */
void override_set(struct override *o, const char *service, enum override_id id, const char *value);
/* Whether it says nothing, so that no file is needed. */
bool override_empty(const struct override *o);
bool override_equal(const struct override *a, const struct override *b);
void override_copy(struct override *to, const struct override *from);

/* The file's text; base is the project without it. Services that base does not have are left out.
 * Caller frees. ERR_INPUT: a value does not fit its service. */
int override_text(
	const struct override *o, const struct compose *base, char **ret, struct error *err);
/* "web: Bind to, User; db: GPU", for people; caller frees. */
char *override_summary(const struct override *o);
/* Reads such a file back. *ret_edited: its text is not as it was generated. A file that says
 * nothing below x-slipway, or is no YAML, gives an empty override that was edited. */
void override_read(struct override *o, const char *text, size_t n, bool *ret_edited);

/* --- names and nested values: answers files, x-slipway, settings */
/* "override.web.limits.memory"; caller frees. */
char *override_name(const char *service, enum override_id id);
/* Each value of {service: {feature: value, group: {feature: value}}}; lists and mappings become one
 * text (override_words.h). mark is the key's. */
typedef int override_value_fn(void *arg, const char *service, enum override_id id,
	const char *value, const struct yaml_mark *mark, struct error *err);
int override_walk(const struct yaml_node *map, override_value_fn *fn, void *arg, struct error *err);
/* The same the other way: {service: {...}}. */
struct json_object *override_nested(const struct override *o);
/* An object as YAML; {"!tag": value} is value with that tag. */
void override_emit(struct yaml_out *out, struct json_object *o);

/* --- the variables that are lists */
/* Files that Compose finds by itself among those that were read: the base, and the user's own
 * override. */
void override_discovered(const struct compose *c, struct strv *list);
/*
 * The value COMPOSE_FILE must have: with our file as the last one, or without it. `present` is what
 * it is now (NULL: not set), `separator` what COMPOSE_PATH_SEPARATOR says (NULL: ":"). Where it was
 * not set, every file that discovery found is listed, the user's own override too; where nothing
 * would be listed but these, NULL is returned: the variable is not needed. Caller frees.
 */
char *override_compose_file(
	const struct compose *c, const char *present, const char *separator, bool wanted);

#endif
