/* SPDX-License-Identifier: MIT */
/*
 * YAML documents as trees that remember where everything stood (libyaml parses; YAML 1.2 core schema
 * for scalars, as the reference implementation of Compose reads them: `yes`, `on`, `no` are strings,
 * only true/false (any case of the three usual ones) are booleans).
 *
 * Aliases are resolved to shared, borrowed nodes; merge keys (<<) are resolved (the first of a list
 * wins; own keys win over all). Duplicate mapping keys are an error. Ceilings: 16 MiB of text, depth
 * 100, 200,000 nodes, aliases that would expand to more than 2,000,000 nodes ("alias bomb").
 */
#ifndef SLIPWAY_BASE_YAML_H
#define SLIPWAY_BASE_YAML_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yaml_kind { YAML_SCALAR, YAML_SEQ, YAML_MAP };
enum yaml_type { YAML_NULL, YAML_BOOL, YAML_INT, YAML_FLOAT, YAML_TIMESTAMP, YAML_STRING };

struct yaml_mark {
	const char *file; /* as given to yaml_parse; owned by the document */
	int line;         /* from 1 */
	int column;       /* from 1, in characters */
};

struct yaml_pair;

struct yaml_node {
	enum yaml_kind kind;
	enum yaml_type type; /* of a scalar */
	char *tag;           /* an explicit tag ("!reset"), else NULL */
	bool quoted;         /* scalar written in quotes or as a block */
	char *text;          /* scalar: its text, NUL-terminated, never containing NUL */
	struct yaml_mark mark;
	struct yaml_node **items; /* sequence */
	struct yaml_pair *pairs;  /* mapping, in file order */
	size_t n;                 /* of items or pairs */
};

struct yaml_pair {
	struct yaml_node *key; /* a scalar */
	struct yaml_node *value;
};

struct yaml_doc; /* owns all nodes of one document */

/* Parses the first document of text; an empty one gives a null scalar as root. `file` is only for
 * marks and messages. ERR_INPUT with detail file:line:column, ERR_LIMIT for the ceilings. */
int yaml_parse(const char *file, const char *text, size_t n, struct yaml_doc **ret, struct error *err);
/* All documents of a stream, in order; an empty stream gives none. */
int yaml_parse_all(const char *file, const char *text, size_t n, struct yaml_doc **ret, struct error *err);
void yaml_doc_free(struct yaml_doc *doc);
DEFINE_AUTO_PTR(yaml_doc)
struct yaml_node *yaml_root(struct yaml_doc *doc);
/* Of yaml_parse_all(). */
size_t yaml_count(const struct yaml_doc *doc);
struct yaml_node *yaml_at(struct yaml_doc *doc, size_t i);

/* Value of a key, NULL when absent or when node is no mapping (or NULL). */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* Text of a scalar (or of map[key]); fallback when absent, null, or no scalar. */
const char *yaml_text(const struct yaml_node *node, const char *fallback);
const char *yaml_get_text(const struct yaml_node *map, const char *key, const char *fallback);
bool yaml_is_null(const struct yaml_node *node);
/* The value of a YAML_INT ("0440" is 288, "0x1f", "0o17", "1_000"), YAML_FLOAT or YAML_BOOL scalar. An
 * integer beyond int64_t gives false; it is to be read as a float. */
bool yaml_int(const struct yaml_node *node, int64_t *ret);
bool yaml_float(const struct yaml_node *node, double *ret);
bool yaml_bool(const struct yaml_node *node, bool *ret);
/* ERR_INPUT "<what>: expected <expected>" with the node's place as detail; returns the code. */
int yaml_expected(const struct yaml_node *node, const char *what, const char *expected, struct error *err);

/*
 * Writing. A struct yaml_out builds a document through libyaml's emitter, never by pasting strings:
 * scalars are quoted where they would otherwise change type. Calls between _map and _end alternate
 * key, value. Errors stick and come out of yaml_out_finish.
 */
struct yaml_out;
struct yaml_out *yaml_out_new(void);
void yaml_out_free(struct yaml_out *out);
DEFINE_AUTO_PTR(yaml_out)
/* tag: NULL or "!override", "!reset". */
void yaml_out_map(struct yaml_out *out, const char *tag);
void yaml_out_seq(struct yaml_out *out, const char *tag);
void yaml_out_end(struct yaml_out *out);
/* A string, whatever it looks like. */
void yaml_out_str(struct yaml_out *out, const char *text);
/* Plain: null, true, false, numbers. */
void yaml_out_plain(struct yaml_out *out, const char *tag, const char *text);
void yaml_out_key(struct yaml_out *out, const char *key);
/* The finished text; caller frees. */
int yaml_out_finish(struct yaml_out *out, char **ret, struct error *err);

#endif
