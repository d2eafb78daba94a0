/* SPDX-License-Identifier: MIT */
/* Does a merged file have the shape that Compose knows? */
#include "config/compose_load.h"
#include "config/compose_schema.h"

#include "base/i18n.h"

#include <ctype.h>
#include <string.h>

struct checking {
	struct load *l;
	struct val_path path;
};

static int check(struct checking *c, const struct schema_type *type, const struct val *v);

static const struct {
	unsigned may;
	const char *text;
} kinds[] = {
	{VAL_MAP, N_("a mapping")},
	{VAL_SEQ, N_("a list")},
	{VAL_STR, N_("a string")},
	{VAL_FLOAT, N_("a number")},
	{MAY_INT, N_("a whole number")},
	{VAL_BOOL, N_("true or false")},
	{VAL_NULL, N_("nothing")},
};

static const char *expected(struct val_tree *t, const struct schema_type *type)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);

	for (size_t i = 0; type->words && type->words[i]; i++)
		str_addf(&text, "%s\"%s\"", i ? ", " : "", type->words[i]);
	for (size_t i = 0; !type->words && i < ARRAY_SIZE(kinds); i++)
		if (type->may & kinds[i].may)
			str_addf(&text, "%s%s", text.len ? _(" or ") : "", _(kinds[i].text));
	return arena_strdup(&t->arena, str_text(&text));
}

static const char *where(struct checking *c)
{
	return val_path_text(&c->l->tree, &c->path);
}

/* The known key that is most like the given one, for a hint. */
static const char *similar(const struct schema_type *type, const char *key)
{
	for (const struct schema_field *f = type->fields; f && f->key; f++) {
		const size_t n = strlen(f->key), m = strlen(key);
		size_t head = 0, tail = 0;

		while (head < n && head < m && f->key[head] == key[head])
			head++;
		while (tail < n - head && tail < m - head &&
			f->key[n - 1 - tail] == key[m - 1 - tail])
			tail++;
		if (n - head - tail <= 1 && m - head - tail <= 1 && n > 3)
			return f->key;
		if (n == m && head + tail + 2 == n && f->key[head] == key[head + 1])
			return f->key;
	}
	return NULL;
}

static int unknown_key(
	struct checking *c, const struct schema_type *type, const struct val *v, const char *key)
{
	const char *like = similar(type, key);
	int rc;

	if (c->path.n)
		rc = load_fail(c->l, v, _("%s: there is no key \"%s\""), where(c), key);
	else
		rc = load_fail(
			c->l, v, _("there is no key \"%s\" at the top of a compose file"), key);
	if (like)
		error_hint(c->l->err, _("Did you mean \"%s\"?"), like);
	else if (!strcmp(key, "exclude_from_hc") || !strcmp(key, "is_directory"))
		error_hint(c->l->err,
			_("This looks like a Coolify template, which Compose cannot read."));
	return rc;
}

static int check_fields(struct checking *c, const struct schema_type *type, const struct val *v)
{
	for (size_t i = 0; i < v->map.n; i++) {
		const char *key = v->map.entries[i].name;
		const struct schema_field *f = schema_find(type, key);
		int rc;

		if (!f) {
			if ((type->may & MAY_X && !strncmp(key, "x-", 2)) ||
				type->may & MAY_ANY_KEY)
				continue;
			return unknown_key(c, type, v->map.entries[i].value, key);
		}
		c->path.parts[c->path.n++] = key;
		rc = check(c, f->type, v->map.entries[i].value);
		c->path.n--;
		if (rc)
			return rc;
	}
	for (const struct schema_field *f = type->fields; f->key; f++)
		if (f->required && !val_has(v, f->key))
			return load_fail(c->l, v, _("%s: \"%s\" is missing"), where(c), f->key);
	return 0;
}

static bool good_key(const struct schema_type *type, const char *key)
{
	if (!type->key_chars)
		return true;
	for (const char *p = key; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(type->key_chars, *p))
			return false;
	return *key != '\0';
}

static int check_entries(struct checking *c, const struct schema_type *type, const struct val *v)
{
	int rc = 0;

	for (size_t i = 0; i < v->map.n && !rc; i++) {
		const char *key = v->map.entries[i].name;

		if (!good_key(type, key))
			return load_fail(c->l, v->map.entries[i].value,
				_("%s: \"%s\" is no name: only letters, digits and . _ - are "
				  "allowed"),
				where(c), key);
		c->path.parts[c->path.n++] = key;
		rc = type->item ? check(c, type->item, v->map.entries[i].value) : 0;
		c->path.n--;
	}
	return rc;
}

static int check_unique(struct checking *c, const struct val *v)
{
	AUTO(strmap) struct strmap seen = STRMAP_INIT;

	for (size_t i = 0; i < v->seq.n; i++) {
		const struct val *e = v->seq.items[i];

		if (val_is(e, VAL_STR)) {
			if (strmap_find(&seen, e->text))
				return load_fail(
					c->l, e, _("%s: \"%s\" is there twice"), where(c), e->text);
			strmap_put(&seen, e->text, NULL);
			continue;
		}
		for (size_t k = 0; k < i && k < 1000; k++)
			if (val_equal(e, v->seq.items[k]))
				return load_fail(
					c->l, e, _("%s: the same entry is there twice"), where(c));
	}
	return 0;
}

/* Entries of pairs written as a list are strings, those of a mapping may be more. */
static const struct schema_type list_string = {.may = VAL_STR, .model = MODEL_STR};

static int check_items(struct checking *c, const struct schema_type *type, const struct val *v)
{
	const struct schema_type *item = type->may & VAL_MAP ? &list_string : type->item;
	int rc = 0;

	c->path.parts[c->path.n++] = "[]";
	for (size_t i = 0; i < v->seq.n && !rc && item; i++)
		rc = check(c, item, v->seq.items[i]);
	c->path.n--;
	return rc || !(type->may & MAY_UNIQUE) ? rc : check_unique(c, v);
}

static bool fits(const struct schema_type *type, const struct val *v)
{
	if (type->may & MAY_INT) {
		if (v->kind == VAL_INT)
			return true;
		if (v->kind == VAL_FLOAT && v->number > -9e15 && v->number < 9e15 &&
			(double)(int64_t)v->number == v->number)
			return true;
	}
	return type->may & v->kind;
}

static int check(struct checking *c, const struct schema_type *type, const struct val *v)
{
	if (!fits(type, v))
		return load_bad(c->l, v, _("%s: expected %s, not %s"), where(c),
			expected(&c->l->tree, type), val_kind_name(v));
	if (v->kind == VAL_MAP)
		return type->fields ? check_fields(c, type, v) : check_entries(c, type, v);
	if (v->kind == VAL_SEQ)
		return check_items(c, type, v);
	if (v->kind != VAL_STR || !type->words)
		return 0;
	for (size_t i = 0; type->words[i]; i++)
		if (!strcmp(v->text, type->words[i]))
			return 0;
	return load_bad(c->l, v, _("%s: expected one of %s, not \"%s\""), where(c),
		expected(&c->l->tree, type), v->text);
}

int load_validate(struct load *l, struct val *dict)
{
	struct checking c = {.l = l};

	return check(&c, &schema_top, dict);
}
