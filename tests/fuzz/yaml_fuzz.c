/* SPDX-License-Identifier: MIT */
/* The YAML reader and writer: any bytes are the document. */
#include "fuzz.h"

#include "base/yaml.h"

#include <string.h>

enum { BUDGET = 20000 }; /* an alias bomb below the ceiling is still large when written out */

static void check_node(const struct yaml_node *node, size_t *left, int depth)
{
	int64_t i;
	double d;
	bool b;

	if (!*left)
		return;
	--*left;
	CHECK(depth <= 101, "deeper than the ceiling");
	CHECK(node->mark.line >= 1 && node->mark.column >= 1 && node->mark.file, "no place");
	if (node->kind == YAML_SCALAR) {
		CHECK(node->text, "a scalar without text");
		CHECK(node->type != YAML_INT || yaml_int(node, &i) || yaml_float(node, &d),
			"\"%s\" is a number that has no value", node->text);
		CHECK(node->type != YAML_BOOL || yaml_bool(node, &b), "\"%s\" is no bool",
			node->text);
	}
	for (size_t k = 0; k < node->n; k++) {
		if (node->kind == YAML_SEQ) {
			check_node(node->items[k], left, depth + 1);
			continue;
		}
		CHECK(node->pairs[k].key->kind == YAML_SCALAR, "a key that is no scalar");
		CHECK(yaml_get(node, node->pairs[k].key->text) == node->pairs[k].value,
			"two keys \"%s\"", node->pairs[k].key->text);
		check_node(node->pairs[k].value, left, depth + 1);
	}
}

static void write_node(struct yaml_out *out, const struct yaml_node *node, size_t *left)
{
	if (*left)
		--*left;
	if (node->kind == YAML_SCALAR) {
		yaml_out_str(out, *left ? node->text : "");
		return;
	}
	if (node->kind == YAML_SEQ)
		yaml_out_seq(out, NULL);
	else
		yaml_out_map(out, NULL);
	for (size_t k = 0; k < node->n && *left; k++) {
		if (node->kind == YAML_MAP)
			yaml_out_key(out, node->pairs[k].key->text);
		write_node(
			out, node->kind == YAML_MAP ? node->pairs[k].value : node->items[k], left);
	}
	yaml_out_end(out);
}

static void compare(const struct yaml_node *a, const struct yaml_node *b)
{
	CHECK(a->kind == b->kind && a->n == b->n, "what was written has another shape");
	if (a->kind == YAML_SCALAR) {
		CHECK(!strcmp(a->text, b->text), "\"%s\" became \"%s\"", a->text, b->text);
		CHECK(b->type == YAML_STRING, "\"%s\" became something other than a string",
			a->text);
	}
	for (size_t k = 0; k < a->n; k++) {
		if (a->kind == YAML_MAP)
			CHECK(!strcmp(a->pairs[k].key->text, b->pairs[k].key->text),
				"the key \"%s\" became \"%s\"", a->pairs[k].key->text,
				b->pairs[k].key->text);
		compare(a->kind == YAML_MAP ? a->pairs[k].value : a->items[k],
			b->kind == YAML_MAP ? b->pairs[k].value : b->items[k]);
	}
}

/* Written as strings, the tree comes back. */
static void check_writer(const struct yaml_node *root)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	AUTO_PTR(yaml_doc) struct yaml_doc *again = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *text = NULL;
	size_t left = BUDGET;
	int rc;

	write_node(out, root, &left);
	if (!left)
		return;
	rc = yaml_out_finish(out, &text, &err);
	if (rc) {
		fuzz_check_error(&err, rc, false);
		return;
	}
	CHECK(!yaml_parse("again", text, strlen(text), &again, &err),
		"what was written cannot be read: %s (%s)", err.message, err.detail);
	compare(root, yaml_root(again));
}

void fuzz_one(const uint8_t *data, size_t n)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *first = NULL, *all = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	int rc = yaml_parse("x.yaml", (const char *)data, n, &first, &err);
	size_t left = BUDGET;

	if (rc) {
		fuzz_check_error(&err, rc, true);
	} else {
		check_node(yaml_root(first), &left, 0);
		check_writer(yaml_root(first));
	}
	if (!yaml_parse_all("x.yaml", (const char *)data, n, &all, NULL)) {
		CHECK(!rc, "all documents are good, the first is not: %s", err.message);
		for (size_t i = 0; i < yaml_count(all); i++)
			check_node(yaml_at(all, i), &left, 0);
	}
}
