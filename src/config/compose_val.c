/* SPDX-License-Identifier: MIT */
#include "config/compose_val.h"

#include "base/i18n.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void val_tree_done(struct val_tree *t)
{
	for (size_t i = 0; i < t->n_maps; i++)
		strmap_done(&t->maps[i]->map);
	free(t->maps);
	arena_done(&t->arena);
	*t = (struct val_tree){.arena = ARENA_INIT};
}

struct val *val_new(struct val_tree *t, enum val_kind kind, const struct yaml_mark *at)
{
	struct val *v = arena_alloc(&t->arena, sizeof(*v));

	v->kind = kind;
	if (at)
		v->mark = *at;
	if (kind == VAL_MAP) {
		VEC_GROW(t->maps, t->n_maps, t->maps_cap);
		t->maps[t->n_maps++] = v;
	}
	t->n_values++;
	return v;
}

struct val *val_str(struct val_tree *t, const struct yaml_mark *at, const char *text)
{
	struct val *v = val_new(t, VAL_STR, at);

	v->text = arena_strdup(&t->arena, text);
	return v;
}

struct val *val_bool(struct val_tree *t, const struct yaml_mark *at, bool value)
{
	struct val *v = val_new(t, VAL_BOOL, at);

	v->boolean = value;
	return v;
}

struct val *val_int(struct val_tree *t, const struct yaml_mark *at, int64_t value)
{
	struct val *v = val_new(t, VAL_INT, at);

	v->integer = value;
	return v;
}

struct val *val_float(struct val_tree *t, const struct yaml_mark *at, double value)
{
	struct val *v = val_new(t, VAL_FLOAT, at);

	v->number = value;
	return v;
}

struct val *val_clone(struct val_tree *t, const struct val *v)
{
	struct val *copy = val_new(t, v->kind, &v->mark);

	if (v->kind == VAL_MAP) {
		for (size_t i = 0; i < v->map.n; i++)
			val_set(copy, v->map.entries[i].name,
				val_clone(t, v->map.entries[i].value));
	} else if (v->kind == VAL_SEQ) {
		for (size_t i = 0; i < v->seq.n; i++)
			val_push(t, copy, val_clone(t, v->seq.items[i]));
	} else {
		*copy = *v;
	}
	return copy;
}

bool val_is(const struct val *v, unsigned kinds)
{
	return v && (v->kind & kinds);
}

struct val *val_get(const struct val *map, const char *key)
{
	return val_is(map, VAL_MAP) ? strmap_get(&map->map, key) : NULL;
}

const char *val_get_str(const struct val *map, const char *key)
{
	const struct val *v = val_get(map, key);

	return val_is(v, VAL_STR) ? v->text : NULL;
}

bool val_has(const struct val *map, const char *key)
{
	return val_get(map, key) != NULL;
}

static bool same_map(const struct val *a, const struct val *b)
{
	if (a->map.n != b->map.n)
		return false;
	for (size_t i = 0; i < a->map.n; i++)
		if (!val_equal(a->map.entries[i].value, val_get(b, a->map.entries[i].name)))
			return false;
	return true;
}

bool val_equal(const struct val *a, const struct val *b)
{
	if (!a || !b || a->kind != b->kind)
		return a == b;
	switch (a->kind) {
	case VAL_NULL:
		return true;
	case VAL_BOOL:
		return a->boolean == b->boolean;
	case VAL_INT:
		return a->integer == b->integer;
	case VAL_FLOAT:
		return a->number == b->number;
	case VAL_STR:
		return !strcmp(a->text, b->text);
	case VAL_MAP:
		return same_map(a, b);
	case VAL_SEQ:
		break;
	}
	if (a->seq.n != b->seq.n)
		return false;
	for (size_t i = 0; i < a->seq.n; i++)
		if (!val_equal(a->seq.items[i], b->seq.items[i]))
			return false;
	return true;
}

void val_format_float(double value, int bits, char out[40])
{
	char text[40], *e;
	int digits = 0, exponent;

	if (!isfinite(value)) {
		snprintf(out, 40, "%s", isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
		return;
	}
	for (; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits, value);
		if (bits == 32 ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
			break;
	}
	e = strchr(text, 'e');
	exponent = (int)strtol(e + 1, NULL, 10);
	if (exponent < -4 || exponent >= 6)
		snprintf(out, 40, "%s", text);
	else
		snprintf(out, 40, "%.*f", digits > exponent ? digits - exponent : 0, value);
}

const char *val_print(struct val_tree *t, const struct val *v)
{
	char number[40];

	if (!v)
		return "";
	switch (v->kind) {
	case VAL_STR:
		return v->text;
	case VAL_BOOL:
		return v->boolean ? "true" : "false";
	case VAL_INT:
		return arena_printf(&t->arena, "%" PRId64, v->integer);
	case VAL_FLOAT:
		if (v->written)
			return v->written;
		val_format_float(v->number, 64, number);
		return arena_strdup(&t->arena, number);
	default:
		return "";
	}
}

const char *val_kind_name(const struct val *v)
{
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		return _("nothing");
	case VAL_BOOL:
		return _("a boolean");
	case VAL_INT:
	case VAL_FLOAT:
		return _("a number");
	case VAL_STR:
		return _("a string");
	case VAL_SEQ:
		return _("a list");
	case VAL_MAP:
		break;
	}
	return _("a mapping");
}

void val_set(struct val *map, const char *key, struct val *value)
{
	strmap_put(&map->map, key, value);
}

void val_remove(struct val *map, const char *key)
{
	strmap_remove(&map->map, key);
}

void val_push(struct val_tree *t, struct val *seq, struct val *value)
{
	if (seq->seq.n == seq->seq.cap) {
		const size_t cap = seq->seq.cap ? seq->seq.cap * 2 : 4;
		struct val **items = arena_alloc(&t->arena, cap * sizeof(struct val *));

		if (seq->seq.n)
			memcpy(items, seq->seq.items, seq->seq.n * sizeof(struct val *));
		seq->seq.items = items;
		seq->seq.cap = cap;
	}
	seq->seq.items[seq->seq.n++] = value;
}
