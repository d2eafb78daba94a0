/* SPDX-License-Identifier: MIT */
#include "base/yaml.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/strmap.h"
#include "base/yaml_scalar.h"

#include <string.h>
#include <yaml.h>

enum {
	MAX_DEPTH = 100,
	MAX_NODES = 200 * 1000,
	MAX_EXPANDED = 2 * 1000 * 1000,
};

/* What the parser knows of a node beyond what others see. */
struct box {
	struct yaml_node node; /* first, so that a node is its box */
	size_t weight;         /* nodes below it with every alias written out, itself counted */
	bool open;             /* its end has not been seen yet */
};

struct yaml_doc {
	struct arena arena;
	struct yaml_node **roots;
	size_t n, cap;
};

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	bool have_event;
	struct yaml_doc *doc;
	const char *file;
	const char *text; /* all n bytes */
	size_t n;
	struct strmap anchors;
	size_t nodes, expanded;
	int depth;
	struct error *err;
};

static struct yaml_mark mark_of(const struct reader *r, yaml_mark_t at)
{
	return (struct yaml_mark){r->file, (int)at.line + 1, (int)at.column + 1};
}

static int fail_at(struct reader *r, struct yaml_mark at, int code, const char *message)
{
	error_set(r->err, code, _("cannot read %s: %s"), r->file, message);
	error_detail(r->err, "%s:%d:%d", r->file, at.line, at.column);
	return code;
}

/* The place of a byte: the reader counts bytes, not lines. */
static struct yaml_mark mark_of_byte(const struct reader *r, size_t offset)
{
	struct yaml_mark at = {r->file, 1, 1};

	for (size_t i = 0; i < offset && i < r->n; i++) {
		if (r->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else {
			at.column += ((unsigned char)r->text[i] & 0xc0) != 0x80;
		}
	}
	return at;
}

static int parser_failed(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	AUTO(str) struct str text = STR_INIT(STR_LINE);

	str_add(&text, p->problem ? p->problem : _("not readable as YAML"));
	if (p->context)
		str_addf(&text, " (%s)", p->context);
	if (p->error == YAML_READER_ERROR) {
		fail_at(r, mark_of_byte(r, p->problem_offset), ERR_INPUT, str_text(&text));
		error_hint(r->err, _("The file must be text in UTF-8."));
		return ERR_INPUT;
	}
	fail_at(r, mark_of(r, p->problem_mark), ERR_INPUT, str_text(&text));
	error_hint(
		r->err, _("Check indentation, quotes and colons on this line and the one before."));
	return ERR_INPUT;
}

static int next(struct reader *r)
{
	if (r->have_event)
		yaml_event_delete(&r->event);
	r->have_event = false;
	if (!yaml_parser_parse(&r->parser, &r->event))
		return parser_failed(r);
	r->have_event = true;
	return 0;
}

static int read_node(struct reader *r, struct yaml_node **ret);

/* "tag:yaml.org,2002:str" is written "!!str" by everybody. */
static char *short_tag(struct reader *r, const char *tag)
{
	static const char prefix[] = "tag:yaml.org,2002:";

	if (!tag)
		return NULL;
	if (str_starts(tag, prefix))
		return arena_printf(&r->doc->arena, "!!%s", tag + sizeof(prefix) - 1);
	return arena_strdup(&r->doc->arena, tag);
}

static int new_node(struct reader *r, enum yaml_kind kind, const yaml_char_t *anchor,
	const yaml_char_t *tag, struct box **ret)
{
	struct box *b;

	if (++r->nodes > MAX_NODES)
		return fail_at(r, mark_of(r, r->event.start_mark), ERR_LIMIT, _("too many values"));
	b = arena_alloc(&r->doc->arena, sizeof(*b));
	b->node.kind = kind;
	b->node.mark = mark_of(r, r->event.start_mark);
	b->node.tag = short_tag(r, (const char *)tag);
	b->weight = 1;
	b->open = true;
	if (anchor)
		strmap_put(&r->anchors, arena_strdup(&r->doc->arena, (const char *)anchor), b);
	*ret = b;
	return 0;
}

static int weigh(struct reader *r, struct box *parent, const struct yaml_node *child)
{
	parent->weight += ((const struct box *)child)->weight;
	if (parent->weight > MAX_EXPANDED)
		return fail_at(r, parent->node.mark, ERR_LIMIT,
			_("its aliases would expand to too many values"));
	return 0;
}

static const struct {
	const char *tag;
	enum yaml_type type;
} core_tags[] = {
	{"!!null", YAML_NULL},
	{"!!bool", YAML_BOOL},
	{"!!int", YAML_INT},
	{"!!float", YAML_FLOAT},
	{"!!timestamp", YAML_TIMESTAMP},
};

static int scalar_type(struct reader *r, struct yaml_node *node)
{
	const enum yaml_type natural = yaml_scalar_type(node->text);

	if (!node->tag) {
		node->type = node->quoted ? YAML_STRING : natural;
		return 0;
	}
	node->type = YAML_STRING;
	for (size_t i = 0; i < ARRAY_SIZE(core_tags); i++) {
		if (strcmp(node->tag, core_tags[i].tag))
			continue;
		node->type = core_tags[i].type;
		if (natural == node->type || (node->type == YAML_FLOAT && natural == YAML_INT))
			return 0;
		return fail_at(r, node->mark, ERR_INPUT, _("the value does not fit its tag"));
	}
	/* A tag of somebody's own says nothing about the type: "!reset null" stays null. */
	if (node->tag[0] == '!' && node->tag[1] != '!' && node->tag[1] && !node->quoted)
		node->type = natural;
	return 0;
}

static int read_scalar(struct reader *r, struct yaml_node **ret)
{
	const yaml_char_t *value = r->event.data.scalar.value;
	const size_t n = r->event.data.scalar.length;
	struct box *b;
	int rc;

	rc = new_node(r, YAML_SCALAR, r->event.data.scalar.anchor, r->event.data.scalar.tag, &b);
	if (rc)
		return rc;
	if (memchr(value, '\0', n))
		return fail_at(
			r, b->node.mark, ERR_INPUT, _("a value may not hold the NUL character"));
	b->open = false;
	b->node.text = arena_strndup(&r->doc->arena, (const char *)value, n);
	b->node.quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	*ret = &b->node;
	return scalar_type(r, &b->node);
}

static int read_alias(struct reader *r, struct yaml_node **ret)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	struct box *b = strmap_get(&r->anchors, name);
	autofree char *text = NULL;

	if (b && !b->open) {
		*ret = &b->node;
		return 0;
	}
	text = xasprintf(
		b ? _("the anchor \"%s\" contains itself") : _("unknown anchor \"%s\""), name);
	return fail_at(r, mark_of(r, r->event.start_mark), ERR_INPUT, text);
}

static int read_seq(struct reader *r, struct yaml_node **ret)
{
	autofree struct yaml_node **items = NULL;
	size_t n = 0, cap = 0;
	struct box *b;
	int rc;

	rc = new_node(r, YAML_SEQ, r->event.data.sequence_start.anchor,
		r->event.data.sequence_start.tag, &b);
	if (rc)
		return rc;
	for (;;) {
		rc = next(r);
		if (rc)
			return rc;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		VEC_GROW(items, n, cap);
		rc = read_node(r, &items[n]);
		if (!rc)
			rc = weigh(r, b, items[n++]);
		if (rc)
			return rc;
	}
	b->open = false;
	b->node.items = arena_alloc(&r->doc->arena, (n + 1) * sizeof(*items));
	if (n)
		memcpy(b->node.items, items, n * sizeof(*items));
	b->node.n = n;
	*ret = &b->node;
	return 0;
}

static int merge_map(struct reader *r, struct strmap *p, const struct yaml_node *from)
{
	for (size_t i = 0; i < from->n; i++) {
		if (++r->expanded > MAX_EXPANDED)
			return fail_at(r, from->mark, ERR_LIMIT,
				_("its merge keys would expand to too many values"));
		if (!strmap_find(p, from->pairs[i].key->text))
			strmap_put(p, from->pairs[i].key->text, &from->pairs[i]);
	}
	return 0;
}

/* Own keys are in p already, so what is there wins, and the first of a list wins over the next. */
static int merge(struct reader *r, struct strmap *p, const struct yaml_node *value)
{
	int rc = 0;

	if (value->kind == YAML_MAP)
		return merge_map(r, p, value);
	if (value->kind != YAML_SEQ)
		return fail_at(r, value->mark, ERR_INPUT,
			_("a merge key (<<) needs a mapping or a list of mappings"));
	for (size_t i = 0; i < value->n && !rc; i++) {
		if (value->items[i]->kind != YAML_MAP)
			return fail_at(r, value->items[i]->mark, ERR_INPUT,
				_("a merge key (<<) needs a mapping or a list of mappings"));
		rc = merge_map(r, p, value->items[i]);
	}
	return rc;
}

static bool is_merge_key(const struct yaml_node *key)
{
	return !key->quoted && !strcmp(key->text, "<<") &&
	       (!key->tag || !strcmp(key->tag, "!!merge"));
}

static int check_key(struct reader *r, const struct strmap *p, const struct yaml_node *key)
{
	const struct yaml_pair *first;
	autofree char *text = NULL;

	if (key->kind != YAML_SCALAR)
		return fail_at(
			r, key->mark, ERR_INPUT, _("a key must be a plain word or a string"));
	first = strmap_get(p, key->text);
	if (!first)
		return 0;
	text = xasprintf(_("the key \"%s\" is there twice (first in line %d)"), key->text,
		first->key->mark.line);
	return fail_at(r, key->mark, ERR_INPUT, text);
}

static void add_pair(
	struct reader *r, struct strmap *p, struct yaml_node *key, struct yaml_node *value)
{
	struct yaml_pair *pair = arena_alloc(&r->doc->arena, sizeof(*pair));

	*pair = (struct yaml_pair){key, value};
	strmap_put(p, key->text, pair);
}

static int read_pairs(struct reader *r, struct box *b, struct strmap *p, struct yaml_node **merged)
{
	struct yaml_node *key, *value;
	int rc;

	for (;;) {
		rc = next(r);
		if (rc || r->event.type == YAML_MAPPING_END_EVENT)
			return rc;
		rc = read_node(r, &key);
		if (!rc)
			rc = check_key(r, p, key);
		if (!rc)
			rc = next(r);
		if (!rc)
			rc = read_node(r, &value);
		if (!rc)
			rc = weigh(r, b, value);
		if (rc)
			return rc;
		if (!is_merge_key(key)) {
			add_pair(r, p, key, value);
		} else if (*merged) {
			return fail_at(r, key->mark, ERR_INPUT, _("the key \"<<\" is there twice"));
		} else {
			*merged = value;
		}
	}
}

static int read_map(struct reader *r, struct yaml_node **ret)
{
	AUTO(strmap) struct strmap p = STRMAP_INIT;
	struct yaml_node *merged = NULL;
	struct box *b;
	int rc;

	rc = new_node(r, YAML_MAP, r->event.data.mapping_start.anchor,
		r->event.data.mapping_start.tag, &b);
	if (!rc)
		rc = read_pairs(r, b, &p, &merged);
	if (!rc && merged)
		rc = merge(r, &p, merged);
	if (rc)
		return rc;
	b->open = false;
	b->node.pairs = arena_alloc(&r->doc->arena, (p.n + 1) * sizeof(*b->node.pairs));
	for (size_t i = 0; i < p.n; i++)
		b->node.pairs[i] = *(const struct yaml_pair *)p.entries[i].value;
	b->node.n = p.n;
	*ret = &b->node;
	return 0;
}

/* Reads the node that the current event begins. */
static int read_node(struct reader *r, struct yaml_node **ret)
{
	int rc;

	if (r->event.type == YAML_SCALAR_EVENT)
		return read_scalar(r, ret);
	if (r->event.type == YAML_ALIAS_EVENT)
		return read_alias(r, ret);
	if (++r->depth > MAX_DEPTH)
		return fail_at(
			r, mark_of(r, r->event.start_mark), ERR_LIMIT, _("nested too deeply"));
	rc = r->event.type == YAML_SEQUENCE_START_EVENT ? read_seq(r, ret) : read_map(r, ret);
	r->depth--;
	return rc;
}

static struct yaml_node *empty_root(struct reader *r)
{
	struct box *b = arena_alloc(&r->doc->arena, sizeof(*b));

	b->node.text = arena_strdup(&r->doc->arena, "");
	b->node.mark = (struct yaml_mark){r->file, 1, 1};
	b->weight = 1;
	return &b->node;
}

static int read_stream(struct reader *r, bool all)
{
	struct yaml_doc *doc = r->doc;
	int rc = next(r);

	while (!rc && r->event.type != YAML_STREAM_END_EVENT) {
		if (r->event.type == YAML_DOCUMENT_START_EVENT) {
			strmap_done(&r->anchors);
			rc = next(r);
			if (rc)
				return rc;
			VEC_GROW(doc->roots, doc->n, doc->cap);
			rc = read_node(r, &doc->roots[doc->n]);
			if (rc)
				return rc;
			doc->n++;
			if (!all)
				return 0;
		}
		rc = next(r);
	}
	if (!rc && !all) {
		VEC_GROW(doc->roots, doc->n, doc->cap);
		doc->roots[doc->n++] = empty_root(r);
	}
	return rc;
}

static int parse(const char *file, const char *text, size_t n, bool all, struct yaml_doc **ret,
	struct error *err)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = xcalloc(1, sizeof(*doc));
	struct reader r = {.doc = doc, .text = text, .n = n, .err = err};
	int rc;

	r.file = arena_strdup(&doc->arena, file);
	if (n > STR_FILE)
		return error_set(err, ERR_LIMIT, _("cannot read %s: larger than 16 MiB"), file);
	if (!yaml_parser_initialize(&r.parser))
		return error_set(err, ERR_FAILED, _("cannot read %s: out of memory"), file);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
	rc = read_stream(&r, all);
	if (r.have_event)
		yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	strmap_done(&r.anchors);
	if (!rc)
		*ret = take(doc);
	return rc;
}

int yaml_parse(
	const char *file, const char *text, size_t n, struct yaml_doc **ret, struct error *err)
{
	return parse(file, text, n, false, ret, err);
}

int yaml_parse_all(
	const char *file, const char *text, size_t n, struct yaml_doc **ret, struct error *err)
{
	return parse(file, text, n, true, ret, err);
}

void yaml_doc_free(struct yaml_doc *doc)
{
	if (!doc)
		return;
	arena_done(&doc->arena);
	free(doc->roots);
	free(doc);
}

size_t yaml_count(const struct yaml_doc *doc)
{
	return doc->n;
}

struct yaml_node *yaml_at(struct yaml_doc *doc, size_t i)
{
	return doc->roots[i];
}

struct yaml_node *yaml_root(struct yaml_doc *doc)
{
	return doc->roots[0];
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (!strcmp(map->pairs[i].key->text, key))
			return map->pairs[i].value;
	return NULL;
}

const char *yaml_text(const struct yaml_node *node, const char *fallback)
{
	return node && node->kind == YAML_SCALAR && node->type != YAML_NULL ? node->text : fallback;
}

const char *yaml_get_text(const struct yaml_node *map, const char *key, const char *fallback)
{
	return yaml_text(yaml_get(map, key), fallback);
}

bool yaml_is_null(const struct yaml_node *node)
{
	return !node || (node->kind == YAML_SCALAR && node->type == YAML_NULL);
}

int yaml_expected(
	const struct yaml_node *node, const char *what, const char *expected, struct error *err)
{
	error_set(err, ERR_INPUT, _("%s: expected %s"), what, expected);
	return node ? error_detail(
			      err, "%s:%d:%d", node->mark.file, node->mark.line, node->mark.column)
		    : ERR_INPUT;
}
