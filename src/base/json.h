/* SPDX-License-Identifier: MIT */
/*
 * Reading and building JSON with json-c: the calls that would otherwise be written out everywhere.
 * A "path" is keys joined by '.', as in "State.Health.Status"; a key that contains a dot cannot be
 * named in a path. Readers accept NULL objects and wrong types and then give the fallback.
 */
#ifndef SLIPWAY_BASE_JSON_H
#define SLIPWAY_BASE_JSON_H

#include "base/error.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

static inline void json_cleanup(struct json_object **o)
{
	json_object_put(*o);
}
/* autojson struct json_object *o = ...: released at the end of the scope. */
#define autojson __attribute__((cleanup(json_cleanup)))

/* Parses exactly one document of n bytes; depth at most 64. On error *ret stays as it was; the
 * detail holds the offset. The caller owns *ret. */
int json_parse(const char *text, size_t n, struct json_object **ret, struct error *err);

/* Borrowed; NULL when absent. */
struct json_object *json_get(struct json_object *o, const char *path);
/* Borrowed; one key, dots and all. */
struct json_object *json_key(struct json_object *o, const char *key);
const char *json_str(struct json_object *o, const char *path, const char *fallback);
int64_t json_int(struct json_object *o, const char *path, int64_t fallback);
double json_num(struct json_object *o, const char *path, double fallback);
bool json_truth(struct json_object *o, const char *path, bool fallback);
/* Number of elements; 0 unless an array. */
size_t json_len(struct json_object *array);
struct json_object *json_at(struct json_object *array, size_t i);

/* A string that is overwritten when the last one who holds it lets go: it may be a secret. So are those
 * of the builders. NULL for NULL. */
struct json_object *json_new_str(const char *value);
/* Builders; they return o, so calls can be nested. A NULL string becomes JSON null. */
struct json_object *json_put_str(struct json_object *o, const char *key, const char *value);
struct json_object *json_put_int(struct json_object *o, const char *key, int64_t value);
struct json_object *json_put_bool(struct json_object *o, const char *key, bool value);
/* Takes ownership of value. */
struct json_object *json_put(struct json_object *o, const char *key, struct json_object *value);
void json_push(struct json_object *array, struct json_object *value);
void json_push_str(struct json_object *array, const char *value);
/* Compact text without escaped slashes; caller frees. */
char *json_text(struct json_object *o);
/* The same for what holds secrets: no other copy of it stays; caller releases it with
 * secret_free(). */
char *json_secret_text(struct json_object *o);
/* Overwrites all strings in it, before it is released. */
void json_wipe(struct json_object *o);
/* The same, indented by two, ending in a newline. */
char *json_pretty(struct json_object *o);
/* Compact, with the keys of every object sorted: equal documents give equal texts; caller frees. */
char *json_canonical(struct json_object *o);

#endif
