/* SPDX-License-Identifier: MIT */
/* Compose files into the tree, one after the other. */
#include "config/compose_load.h"

#include "base/i18n.h"
#include "base/yaml_scalar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	/* Of the whole project, extended and included files among them: */
	MAX_VALUES = 500 * 1000,
	MAX_FILES = 2000, /* as often as they are read */
	MAX_SERVICES = 2000,
	MAX_TEXT = 32 * 1024 * 1024, /* bytes, read again they count again */
	MAX_NESTED = 32,             /* files that include or extend each other */
};

bool val_path_is(const struct val_path *p, const char *pattern)
{
	for (int i = 0; i < p->n; i++) {
		const char *part = p->parts[i];

		if (*pattern == '*') {
			pattern++;
		} else {
			for (; *part && *part == *pattern && *pattern != '.'; part++)
				pattern++;
			if (*part)
				return false;
		}
		if (*pattern && *pattern++ != '.')
			return false;
		if (!*pattern && i + 1 < p->n)
			return false;
	}
	return !*pattern;
}

/* Most patterns differ in how their last part ends. */
size_t val_path_find(const struct val_path *p, const void *rows, size_t n, size_t size)
{
	const char *last = p->n ? p->parts[p->n - 1] : "";
	const char end = *last ? last[strlen(last) - 1] : '*';

	for (size_t i = 0; i < n; i++) {
		const struct val_pattern *pattern = (const void *)((const char *)rows + i * size);
		const char c = pattern->text[pattern->n - 1];

		if ((c == end || c == '*' || end == '*') && val_path_is(p, pattern->text))
			return i;
	}
	return n;
}

const char *val_path_text(struct val_tree *t, const struct val_path *p)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);

	for (int i = 0; i < p->n; i++)
		str_addf(&text, "%s%s", i && strcmp(p->parts[i], "[]") ? "." : "", p->parts[i]);
	return arena_strdup(&t->arena, str_text(&text));
}

int load_place(struct load *l, const struct val *v)
{
	if (!v || !v->mark.file || l->err->detail)
		return l->err->code;
	return error_detail(l->err, "%s:%d:%d", v->mark.file, v->mark.line, v->mark.column);
}

int load_fail(struct load *l, const struct val *v, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	error_set(l->err, ERR_INPUT, "%s", text);
	load_place(l, v);
	return ERR_INPUT;
}

static const struct val_use *first_empty(const struct val_use *u)
{
	while (u && !u->empty)
		u = u->next;
	return u;
}

/* The values of these variables are remembered as refused, each with the first reason. */
static void refuse(struct load *l, const struct val *v, const struct val_use *uses, const char *why)
{
	for (const struct val_use *u = uses; u; u = u->next) {
		struct compose_variable *variable = &l->out->variables[load_variable(l, u->name)];

		if (variable->refused)
			continue;
		variable->refused = xstrdup(why);
		variable->refused_at =
			xasprintf("%s:%d:%d", v->mark.file, v->mark.line, v->mark.column);
	}
}

int load_limit(struct load *l, const struct val *v, const char *message)
{
	load_fail(l, v, "%s", message);
	l->err->code = ERR_LIMIT;
	return ERR_LIMIT;
}

int load_room(struct load *l, const struct val *at, size_t n)
{
	if (l->tree.n_values + n <= MAX_VALUES)
		return 0;
	return load_limit(l, at, _("the project has too many values"));
}

bool load_is_remote(const char *path)
{
	static const char *const begins[] = {"git@", "github.com/", "oci:"};
	const char *git = strstr(path, ".git");

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (str_starts(path, begins[i]))
			return true;
	return strstr(path, "://") || (git && git[4] == '#');
}

int load_remote(struct load *l, const struct val *at, const char *path)
{
	load_fail(l, at, _("\"%s\" is not a local file"), path);
	return error_hint(
		l->err, _("Only docker compose can fetch it: copy it here to have it read."));
}

int load_bad(struct load *l, const struct val *v, const char *fmt, ...)
{
	const struct val_use *uses = v && v->kind == VAL_STR ? v->uses : NULL;
	const struct val_use *empty = first_empty(uses);
	autofree char *text = NULL;
	va_list ap;

	if (l->options->tolerant && empty) {
		for (const struct val_use *u = uses; u; u = u->next)
			if (u->empty)
				l->out->variables[load_variable(l, u->name)].required = true;
		return 0;
	}
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (l->options->lenient && uses) {
		refuse(l, v, uses, text);
		return 0;
	}
	error_set(l->err, ERR_INPUT, "%s", text);
	load_place(l, v);
	if (empty)
		error_hint(l->err, _("The variable %s is not set; set it in .env."), empty->name);
	else if (uses)
		error_hint(l->err, _("The value comes from the variable %s."), uses->name);
	return ERR_INPUT;
}

/* ---- YAML into values ---- */

struct convert {
	struct load *l;
	struct val_path path;
	struct reset_paths *resets;
};

/* Marks the key of a pair that !reset has taken away: it is gone for every alias of the mapping
 * too. */
static char gone[] = "!gone";

static bool is_reset(const struct yaml_node *node)
{
	return node->tag && !strcmp(node->tag, "!reset");
}

static void add_reset(struct convert *c)
{
	struct reset_paths *r = c->resets;

	VEC_GROW(r->items, r->n, r->cap);
	r->items[r->n++] = c->path;
}

static const char *written_time(struct val_tree *t, const char *text)
{
	struct yaml_time w;
	char fraction[12] = "", zone[16] = "+0000 UTC";

	yaml_scalar_time(text, &w);
	if (w.nanoseconds) {
		size_t n = (size_t)snprintf(
			fraction, sizeof(fraction), ".%09u", (unsigned)w.nanoseconds % 1000000000u);

		while (fraction[n - 1] == '0')
			fraction[--n] = '\0';
	}
	if (w.offset_minutes) {
		const int m = w.offset_minutes < 0 ? -w.offset_minutes : w.offset_minutes;
		char plain[8];

		snprintf(plain, sizeof(plain), "%c%02d%02d", w.offset_minutes < 0 ? '-' : '+',
			m / 60 % 100, m % 60);
		snprintf(zone, sizeof(zone), "%s %s", plain, plain);
	}
	return arena_printf(&t->arena, "%04d-%02d-%02d %02d:%02d:%02d%s %s", w.year, w.month, w.day,
		w.hour, w.minute, w.second, fraction, zone);
}

static struct val *convert_number(struct val_tree *t, const struct yaml_node *node)
{
	struct val *v;
	int64_t i;
	double d = 0;

	if (yaml_int(node, &i))
		return val_int(t, &node->mark, i);
	yaml_float(node, &d);
	v = val_float(t, &node->mark, d);
	errno = 0;
	if (node->type == YAML_INT && strspn(node->text, "0123456789") == strlen(node->text) &&
		strtoull(node->text, NULL, 10) && !errno)
		v->written = arena_strdup(&t->arena, node->text);
	return v;
}

static struct val *convert_scalar(struct val_tree *t, const struct yaml_node *node)
{
	struct val *v;
	bool b;

	switch (node->type) {
	case YAML_NULL:
		return val_new(t, VAL_NULL, &node->mark);
	case YAML_BOOL:
		yaml_bool(node, &b);
		return val_bool(t, &node->mark, b);
	case YAML_INT:
	case YAML_FLOAT:
		return convert_number(t, node);
	case YAML_TIMESTAMP:
		v = val_new(t, VAL_STR, &node->mark);
		v->text = v->written = written_time(t, node->text);
		return v;
	default:
		v = val_new(t, VAL_STR, &node->mark);
		v->text = node->text; /* the document lives as long as the tree */
		return v;
	}
}

static int convert(struct convert *c, struct yaml_node *node, const char *part, struct val **ret);

static int convert_map(struct convert *c, struct yaml_node *node, struct val **ret)
{
	struct val *map = val_new(&c->l->tree, VAL_MAP, &node->mark);

	for (size_t i = 0; i < node->n; i++) {
		struct yaml_node *key = node->pairs[i].key;
		struct val *v = NULL;
		int rc;

		if (key->tag == gone)
			continue;
		if (key->type != YAML_STRING) {
			const struct val at = {.mark = key->mark};

			return load_fail(c->l, &at,
				_("the key %s in %s is not a string: put it in quotes"), key->text,
				c->path.n ? val_path_text(&c->l->tree, &c->path) : _("the file"));
		}
		rc = convert(c, node->pairs[i].value, key->text, &v);
		if (rc)
			return rc;
		if (v)
			val_set(map, key->text, v);
		if (is_reset(node->pairs[i].value))
			key->tag = gone;
	}
	*ret = map;
	return 0;
}

static int convert_seq(struct convert *c, struct yaml_node *node, struct val **ret)
{
	struct val *seq = val_new(&c->l->tree, VAL_SEQ, &node->mark);
	size_t kept = 0;

	for (size_t i = 0; i < node->n; i++) {
		struct val *v = NULL;
		const int rc = convert(c, node->items[i], "[]", &v);

		if (rc)
			return rc;
		if (v) {
			val_push(&c->l->tree, seq, v);
			node->items[kept++] = node->items[i];
		}
	}
	node->n = kept;
	*ret = seq;
	return 0;
}

/* *ret stays NULL when the node is taken away by its tag. part: NULL at the top. */
static int convert(struct convert *c, struct yaml_node *node, const char *part, struct val **ret)
{
	const struct val at = {.mark = node->mark};
	int rc = 0;

	if (c->path.n == PATH_MAX_DEPTH)
		return load_limit(c->l, &at, _("the values are nested too deeply"));
	rc = load_room(c->l, &at, 1);
	if (rc)
		return rc;
	if (part)
		c->path.parts[c->path.n++] = part;
	if (is_reset(node) || (node->tag && !strcmp(node->tag, "!override")))
		add_reset(c);
	if (is_reset(node))
		*ret = NULL;
	else if (node->kind == YAML_MAP)
		rc = convert_map(c, node, ret);
	else if (node->kind == YAML_SEQ)
		rc = convert_seq(c, node, ret);
	else
		*ret = convert_scalar(&c->l->tree, node);
	if (*ret && (*ret)->kind == VAL_FLOAT && !isfinite((*ret)->number))
		rc = load_fail(c->l, &at, _("%s is no number here: put it in quotes"), node->text);
	if (part)
		c->path.n--;
	return rc;
}

void reset_apply(const struct reset_paths *r, struct val *dict)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct val_path *p = &r->items[i];
		struct val *at = dict;

		for (int k = 0; k + 1 < p->n && at; k++)
			at = val_get(at, p->parts[k]);
		if (val_is(at, VAL_MAP) && p->n)
			val_remove(at, p->parts[p->n - 1]);
	}
}

/* ---- files ---- */

static void drop_empty_dns(struct load *l, struct val *dict)
{
	struct val *services = val_get(dict, "services");

	for (size_t i = 0; val_is(services, VAL_MAP) && i < services->map.n; i++) {
		struct val *service = services->map.entries[i].value,
			   *dns = val_get(service, "dns");
		struct val *kept;

		if (!val_is(dns, VAL_SEQ))
			continue;
		kept = val_new(&l->tree, VAL_SEQ, &dns->mark);
		for (size_t k = 0; k < dns->seq.n; k++)
			if (val_is(dns->seq.items[k], VAL_STR) && *dns->seq.items[k]->text)
				val_push(&l->tree, kept, dns->seq.items[k]);
		val_set(service, "dns", kept);
	}
}

static int add_document(struct load *l, const char *path, struct yaml_node *root,
	const struct load_scope *scope, bool for_extends, struct strv *included, struct val *dict,
	struct reset_paths *resets)
{
	struct convert c = {.l = l, .resets = resets};
	struct val *doc = NULL;
	const struct val at = {.mark = root->mark};
	int rc = convert(&c, root, NULL, &doc);

	if (!rc && !val_is(doc, VAL_MAP))
		rc = load_fail(l, &at, _("a compose file must be a mapping, this is %s"),
			val_kind_name(doc));
	if (!rc)
		rc = load_interpolate(l, scope, doc);
	if (!rc && !for_extends)
		rc = load_extends(l, path, scope, doc, resets);
	if (rc)
		return rc;
	reset_apply(resets, dict);
	if (!for_extends)
		rc = load_includes(l, scope, included, doc);
	if (!rc)
		rc = load_merge(l, dict, doc);
	if (!rc)
		rc = load_unique(l, dict);
	if (!rc && !for_extends) {
		rc = load_validate(l, dict);
		val_remove(dict, "version");
	}
	if (!rc)
		rc = load_canonical(l, dict);
	if (rc)
		return rc;
	drop_empty_dns(l, dict);
	return load_unique(l, dict);
}

/* The documents of a file; parsed once for the project's own files, whose name is looked for first.
 */
static int documents(struct load *l, const char *path, struct yaml_doc **ret)
{
	const char *text;
	size_t n;
	int rc = load_read(l, path, COMPOSE_FILE_COMPOSE, &text, &n);

	if (rc)
		return rc;
	l->parsed_bytes += n;
	if (l->parsed_bytes > MAX_TEXT || l->n_docs == MAX_FILES)
		return error_set(l->err, ERR_LIMIT,
			_("cannot read %s: the files of the project are too long together"),
			load_shown(l, path));
	VEC_GROW(l->docs, l->n_docs, l->docs_cap);
	rc = yaml_parse_all(load_shown(l, path), text, n, &l->docs[l->n_docs], l->err);
	if (rc)
		return rc;
	*ret = l->docs[l->n_docs++];
	return 0;
}

int load_file(struct load *l, const char *path, const struct load_scope *scope, bool for_extends,
	struct strv *included, struct val *dict, struct reset_paths *resets)
{
	struct yaml_doc *doc = strmap_get(&l->first_docs, path);
	const struct val *services;
	int rc = 0;

	if (doc)
		strmap_put(&l->first_docs, path, NULL);
	else
		rc = documents(l, path, &doc);
	if (rc)
		return rc;
	if (++l->depth > MAX_NESTED)
		return error_set(l->err, ERR_LIMIT,
			_("cannot read %s: too many files include or extend each other"),
			load_shown(l, path));
	if (included)
		strv_push(included, path);
	for (size_t i = 0; i < yaml_count(doc) && !rc; i++) {
		struct reset_paths own = {0};

		rc = add_document(
			l, path, yaml_at(doc, i), scope, for_extends, included, dict, &own);
		free(resets->items);
		*resets = own;
		services = val_get(dict, "services");
		if (!rc && val_is(services, VAL_MAP) && services->map.n > MAX_SERVICES)
			rc = load_limit(l, services, _("the project has more than 2000 services"));
	}
	if (included)
		strv_remove(included, included->n - 1);
	l->depth--;
	return rc;
}

int load_set(struct load *l, const struct strv *paths, const struct load_scope *scope,
	struct strv *included, struct val **ret)
{
	struct val *dict = val_new(&l->tree, VAL_MAP, NULL);
	int rc = 0;

	for (size_t i = 0; i < paths->n && !rc; i++) {
		struct reset_paths resets = {0};

		rc = load_file(l, paths->items[i], scope, false, included, dict, &resets);
		free(resets.items);
	}
	if (!rc)
		rc = load_defaults(l, dict);
	if (!rc)
		rc = load_check(l, dict);
	if (!rc)
		rc = load_resolve_paths(l, scope->dir, dict);
	if (rc)
		return rc;
	load_resolve_environment(l, scope, dict);
	*ret = dict;
	return 0;
}

/* The last `name:` of the project's own files, before its variables are expanded. */
int load_first_names(struct load *l, const char **ret, struct yaml_mark *mark)
{
	for (size_t i = 0; i < l->compose_paths.n; i++) {
		struct yaml_doc *doc = NULL;
		const int rc = documents(l, l->compose_paths.items[i], &doc);

		if (rc)
			return rc;
		strmap_put(&l->first_docs, l->compose_paths.items[i], doc);
		for (size_t k = 0; k < yaml_count(doc); k++) {
			const struct yaml_node *name = yaml_get(yaml_at(doc, k), "name");

			if (!name || !*yaml_text(name, ""))
				continue;
			*ret = name->text;
			*mark = name->mark;
		}
	}
	return 0;
}
