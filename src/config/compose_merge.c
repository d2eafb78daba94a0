/* SPDX-License-Identifier: MIT */
/* Merging one compose file into what the files before it came to. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

struct merging {
	struct load *l;
	struct val_path path;
};

typedef int merge_fn(struct merging *m, struct val *base, struct val *over, struct val **ret);

static int merge(struct merging *m, struct val *base, struct val *over, struct val **ret);

static int merge_maps(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	for (size_t i = 0; i < over->map.n; i++) {
		const struct strmap_entry *e = &over->map.entries[i];
		struct val *there = val_get(base, e->name), *merged;
		int rc;

		if (!there || !strncmp(e->name, "x-", 2)) {
			val_set(base, e->name, e->value);
			continue;
		}
		m->path.parts[m->path.n++] = e->name;
		rc = merge(m, there, e->value, &merged);
		m->path.n--;
		if (rc)
			return rc;
		val_set(base, e->name, merged);
	}
	*ret = base;
	return 0;
}

static int cannot(struct merging *m, const struct val *base, const struct val *over)
{
	return load_fail(m->l, over, _("%s is %s here, but %s in %s:%d"),
		val_path_text(&m->l->tree, &m->path), val_kind_name(over), val_kind_name(base),
		base->mark.file ? base->mark.file : "", base->mark.line);
}

static int take_over(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	(void)m;
	(void)base;
	*ret = over;
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp((*(struct val *const *)a)->text, (*(struct val *const *)b)->text);
}

static void add_pair(struct load *l, struct val *seq, const char *key, const struct val *v)
{
	const char *text = v->kind == VAL_NULL ? key
					       : arena_printf(&l->tree.arena, "%s=%s", key,
							 val_print(&l->tree, v));
	struct val *item = val_str(&l->tree, &v->mark, text);

	if (v->kind == VAL_STR)
		item->uses = v->uses;
	val_push(&l->tree, seq, item);
}

/* {a: 1, b: null} is the list [a=1, b], in the order of the keys. */
static struct val *as_list(struct load *l, struct val *v)
{
	struct val *seq = val_new(&l->tree, VAL_SEQ, v ? &v->mark : NULL);

	if (val_is(v, VAL_SEQ))
		return v;
	if (val_is(v, VAL_STR))
		val_push(&l->tree, seq, v);
	if (!val_is(v, VAL_MAP))
		return seq;
	for (size_t i = 0; i < v->map.n; i++) {
		const struct val *e = v->map.entries[i].value;

		for (size_t k = 0; e->kind == VAL_SEQ && k < e->seq.n; k++)
			add_pair(l, seq, v->map.entries[i].name, e->seq.items[k]);
		if (e->kind != VAL_SEQ)
			add_pair(l, seq, v->map.entries[i].name, e);
	}
	if (seq->seq.n)
		qsort(seq->seq.items, seq->seq.n, sizeof(*seq->seq.items), by_text);
	return seq;
}

static struct val *joined(struct load *l, const struct val *a, const struct val *b)
{
	struct val *seq = val_new(&l->tree, VAL_SEQ, &b->mark);

	for (size_t i = 0; i < a->seq.n; i++)
		val_push(&l->tree, seq, a->seq.items[i]);
	for (size_t i = 0; i < b->seq.n; i++)
		val_push(&l->tree, seq, b->seq.items[i]);
	return seq;
}

static int merge_lists(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	*ret = joined(m->l, as_list(m->l, base), as_list(m->l, over));
	return 0;
}

static int merge_hosts(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	struct val *a = as_list(m->l, base), *b = as_list(m->l, over);
	struct val *fresh = val_new(&m->l->tree, VAL_SEQ, &b->mark);

	for (size_t i = 0; i < b->seq.n; i++) {
		bool there = false;

		for (size_t k = 0; k < a->seq.n && !there; k++)
			there = val_equal(a->seq.items[k], b->seq.items[i]);
		if (!there)
			val_push(&m->l->tree, fresh, b->seq.items[i]);
	}
	*ret = joined(m->l, a, fresh);
	return 0;
}

/* [a, b] is {a: value, b: value}; each key gets a value of its own. */
static struct val *as_map(struct load *l, struct val *v, bool depends)
{
	struct val *map;

	if (!val_is(v, VAL_SEQ))
		return v;
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	for (size_t i = 0; i < v->seq.n; i++) {
		const struct val *item = v->seq.items[i];
		struct val *value = val_new(&l->tree, depends ? VAL_MAP : VAL_NULL, &item->mark);

		if (item->kind != VAL_STR)
			continue;
		if (depends) {
			val_set(value, "condition",
				val_str(&l->tree, &item->mark, "service_started"));
			val_set(value, "required", val_bool(&l->tree, &item->mark, true));
		}
		val_set(map, item->text, value);
	}
	return map;
}

static int merge_as_maps(
	struct merging *m, struct val *base, struct val *over, bool depends, struct val **ret)
{
	struct val *a = as_map(m->l, base, depends), *b = as_map(m->l, over, depends);

	if (!val_is(b, VAL_MAP)) {
		*ret = val_is(a, VAL_MAP) ? a : b;
		return 0;
	}
	if (!val_is(a, VAL_MAP)) {
		*ret = b;
		return 0;
	}
	return merge_maps(m, a, b, ret);
}

static int merge_depends(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	return merge_as_maps(m, base, over, true, ret);
}

static int merge_networks(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	return merge_as_maps(m, base, over, false, ret);
}

static struct val *as_build(struct load *l, struct val *v)
{
	struct val *map;

	if (!val_is(v, VAL_STR))
		return v;
	map = val_new(&l->tree, VAL_MAP, &v->mark);
	val_set(map, "context", v);
	return map;
}

static int merge_build(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	struct val *a = as_build(m->l, base), *b = as_build(m->l, over);

	if (!val_is(b, VAL_MAP)) {
		*ret = a;
		return 0;
	}
	if (!val_is(a, VAL_MAP)) {
		*ret = b;
		return 0;
	}
	return merge_maps(m, a, b, ret);
}

/* Options of different drivers have nothing to do with each other. */
static int merge_logging(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	const struct val *a = val_get(base, "driver"), *b = val_get(over, "driver");

	if (!val_is(base, VAL_MAP) || !val_is(over, VAL_MAP))
		return cannot(m, base, over);
	if (!a || !b || val_equal(a, b))
		return merge_maps(m, base, over, ret);
	*ret = over;
	return 0;
}

static long find_subnet(const struct val *list, const struct val *subnet)
{
	for (size_t i = 0; i < list->seq.n; i++)
		if (val_equal(val_get(list->seq.items[i], "subnet"), subnet))
			return (long)i;
	return -1;
}

static int merge_ipam(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	struct val *list = val_new(&m->l->tree, VAL_SEQ, &over->mark);

	if (!val_is(base, VAL_SEQ) || !val_is(over, VAL_SEQ))
		return cannot(m, base, over);
	for (size_t i = 0; i < base->seq.n * over->seq.n; i++) {
		struct val *a = base->seq.items[i / over->seq.n],
			   *b = over->seq.items[i % over->seq.n];
		const struct val *subnet = val_get(b, "subnet");
		struct val *merged;
		long at;
		int rc;

		if (!val_is(a, VAL_MAP) || !val_is(b, VAL_MAP))
			return cannot(m, a, b);
		if (!val_equal(val_get(a, "subnet"), subnet) && find_subnet(list, subnet) < 0) {
			val_push(&m->l->tree, list, b);
			continue;
		}
		rc = merge_maps(m, a, b, &merged);
		if (rc)
			return rc;
		at = find_subnet(list, val_get(merged, "subnet"));
		if (at < 0)
			val_push(&m->l->tree, list, merged);
		else
			list->seq.items[at] = merged;
	}
	*ret = list;
	return 0;
}

static const struct {
	struct val_pattern pattern;
	merge_fn *fn;
} specials[] = {
	{VAL_PATTERN("networks.*.ipam.config"), merge_ipam},
	{VAL_PATTERN("networks.*.labels"), merge_lists},
	{VAL_PATTERN("volumes.*.labels"), merge_lists},
	{VAL_PATTERN("services.*.annotations"), merge_lists},
	{VAL_PATTERN("services.*.build"), merge_build},
	{VAL_PATTERN("services.*.build.args"), merge_lists},
	{VAL_PATTERN("services.*.build.additional_contexts"), merge_lists},
	{VAL_PATTERN("services.*.build.extra_hosts"), merge_hosts},
	{VAL_PATTERN("services.*.build.labels"), merge_lists},
	{VAL_PATTERN("services.*.command"), take_over},
	{VAL_PATTERN("services.*.depends_on"), merge_depends},
	{VAL_PATTERN("services.*.deploy.labels"), merge_lists},
	{VAL_PATTERN("services.*.dns"), merge_lists},
	{VAL_PATTERN("services.*.dns_opt"), merge_lists},
	{VAL_PATTERN("services.*.dns_search"), merge_lists},
	{VAL_PATTERN("services.*.entrypoint"), take_over},
	{VAL_PATTERN("services.*.env_file"), merge_lists},
	{VAL_PATTERN("services.*.label_file"), merge_lists},
	{VAL_PATTERN("services.*.environment"), merge_lists},
	{VAL_PATTERN("services.*.extra_hosts"), merge_hosts},
	{VAL_PATTERN("services.*.healthcheck.test"), take_over},
	{VAL_PATTERN("services.*.labels"), merge_lists},
	{VAL_PATTERN("services.*.logging"), merge_logging},
	{VAL_PATTERN("services.*.networks"), merge_networks},
	{VAL_PATTERN("services.*.sysctls"), merge_lists},
	{VAL_PATTERN("services.*.tmpfs"), merge_lists},
	{VAL_PATTERN("services.*.ulimits.*"), take_over},
};

static int merge(struct merging *m, struct val *base, struct val *over, struct val **ret)
{
	const size_t i = m->path.n > 2 ? VAL_PATH_FIND(&m->path, specials) : ARRAY_SIZE(specials);

	if (i < ARRAY_SIZE(specials))
		return specials[i].fn(m, base, over, ret);
	*ret = base;
	if (over->kind == VAL_NULL)
		return 0;
	if (base->kind == VAL_MAP)
		return over->kind == VAL_MAP ? merge_maps(m, base, over, ret)
					     : cannot(m, base, over);
	if (base->kind == VAL_SEQ && over->kind != VAL_SEQ)
		return cannot(m, base, over);
	*ret = base->kind == VAL_SEQ ? joined(m->l, base, over) : over;
	return 0;
}

int load_merge(struct load *l, struct val *into, struct val *from)
{
	struct merging m = {.l = l};
	struct val *same;

	return merge_maps(&m, into, from, &same);
}

int load_merge_service(struct load *l, struct val *base, struct val *service, struct val **ret)
{
	struct merging m = {.l = l, .path = {.parts = {"services", "x"}, .n = 2}};

	return merge(&m, base, service, ret);
}
