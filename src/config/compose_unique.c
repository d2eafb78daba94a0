/* SPDX-License-Identifier: MIT */
/* Lists in which a later entry replaces an earlier one for the same thing. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

/* The thing an entry is for; NULL after an error. */
typedef const char *index_fn(struct load *l, const struct val *v, const char *where);

static const char *unexpected(struct load *l, const struct val *v, const char *where)
{
	load_fail(l, v, _("%s: %s cannot stand here"), where, val_kind_name(v));
	return NULL;
}

static const char *by_key(struct load *l, const struct val *v, const char *where)
{
	if (!val_is(v, VAL_STR))
		return unexpected(l, v, where);
	if (v->written) {
		load_fail(l, v, _("%s: a date cannot stand here: put it in quotes"), where);
		return NULL;
	}
	return arena_strndup(&l->tree.arena, v->text, strcspn(v->text, "="));
}

static const char *by_volume_target(struct load *l, const struct val *v, const char *where)
{
	const char *target;

	if (val_is(v, VAL_STR)) {
		target = load_volume_target(l, v->text);
		return target ? target : v->text; /* the canonical form will tell what is wrong */
	}
	if (!val_is(v, VAL_MAP))
		return "";
	target = val_get_str(v, "target");
	if (!target)
		load_fail(l, v, _("%s: a mount needs a target"), where);
	return target;
}

static const char *by_device_target(struct load *l, const struct val *v, const char *where)
{
	const char *target, *colon;

	if (val_is(v, VAL_STR)) {
		colon = strchr(v->text, ':');
		return colon ? arena_strndup(&l->tree.arena, colon + 1, strcspn(colon + 1, ":"))
			     : v->text;
	}
	if (!val_is(v, VAL_MAP))
		return "";
	target = val_get_str(v, "target");
	if (!target)
		load_fail(l, v, _("%s: a device needs a target"), where);
	return target;
}

static const char *by_text(struct load *l, const struct val *v, const char *where)
{
	return val_is(v, VAL_STR | VAL_INT) ? val_print(&l->tree, v) : unexpected(l, v, where);
}

static const char *mount(struct load *l, const struct val *v, const char *where, const char *dir)
{
	const char *target;

	if (val_is(v, VAL_STR))
		return arena_printf(&l->tree.arena, "%s/%s", dir, v->text);
	if (!val_is(v, VAL_MAP))
		return unexpected(l, v, where);
	target = val_get_str(v, "target");
	if (target)
		return target;
	target = val_get_str(v, "source");
	return arena_printf(&l->tree.arena, "%s/%s", dir, target ? target : "");
}

static const char *by_secret(struct load *l, const struct val *v, const char *where)
{
	return mount(l, v, where, "/run/secrets");
}

static const char *by_config(struct load *l, const struct val *v, const char *where)
{
	return mount(l, v, where, "");
}

static const char *by_port(struct load *l, const struct val *v, const char *where)
{
	const struct val *target = val_get(v, "target"), *published = val_get(v, "published");
	const char *host = val_get_str(v, "host_ip"), *protocol = val_get_str(v, "protocol");

	if (!val_is(v, VAL_MAP))
		return val_print(&l->tree, v);
	if (!target) {
		load_fail(l, v, _("%s: a port needs a target"), where);
		return NULL;
	}
	return arena_printf(&l->tree.arena, "%s:%d%s:%d%s/%s", host ? host : "0.0.0.0",
		published ? (int)published->kind : 0, val_print(&l->tree, published),
		(int)target->kind, val_print(&l->tree, target), protocol ? protocol : "tcp");
}

static const char *by_path(struct load *l, const struct val *v, const char *where)
{
	const char *path = val_is(v, VAL_STR) ? v->text : val_get_str(v, "path");

	if (!path && val_is(v, VAL_MAP))
		load_fail(l, v, _("%s: an env file needs a path"), where);
	return path || val_is(v, VAL_MAP) ? path : "";
}

static const struct {
	struct val_pattern pattern;
	index_fn *index;
} uniques[] = {
	{VAL_PATTERN("networks.*.labels"), by_key},
	{VAL_PATTERN("networks.*.ipam.options"), by_key},
	{VAL_PATTERN("services.*.annotations"), by_key},
	{VAL_PATTERN("services.*.build.args"), by_key},
	{VAL_PATTERN("services.*.build.additional_contexts"), by_key},
	{VAL_PATTERN("services.*.build.platform"), by_key},
	{VAL_PATTERN("services.*.build.tags"), by_key},
	{VAL_PATTERN("services.*.build.labels"), by_key},
	{VAL_PATTERN("services.*.cap_add"), by_key},
	{VAL_PATTERN("services.*.cap_drop"), by_key},
	{VAL_PATTERN("services.*.devices"), by_device_target},
	{VAL_PATTERN("services.*.configs"), by_config},
	{VAL_PATTERN("services.*.deploy.labels"), by_key},
	{VAL_PATTERN("services.*.dns"), by_key},
	{VAL_PATTERN("services.*.dns_opt"), by_key},
	{VAL_PATTERN("services.*.dns_search"), by_key},
	{VAL_PATTERN("services.*.environment"), by_key},
	{VAL_PATTERN("services.*.env_file"), by_path},
	{VAL_PATTERN("services.*.expose"), by_text},
	{VAL_PATTERN("services.*.labels"), by_key},
	{VAL_PATTERN("services.*.links"), by_key},
	{VAL_PATTERN("services.*.networks.*.aliases"), by_key},
	{VAL_PATTERN("services.*.networks.*.link_local_ips"), by_key},
	{VAL_PATTERN("services.*.ports"), by_port},
	{VAL_PATTERN("services.*.profiles"), by_key},
	{VAL_PATTERN("services.*.secrets"), by_secret},
	{VAL_PATTERN("services.*.sysctls"), by_key},
	{VAL_PATTERN("services.*.tmpfs"), by_key},
	{VAL_PATTERN("services.*.volumes"), by_volume_target},
};

static int keep_last(struct load *l, struct val *seq, index_fn *index, const struct val_path *p)
{
	AUTO(strmap) struct strmap seen = STRMAP_INIT;
	const char *where = val_path_text(&l->tree, p);
	size_t n = 0;

	for (size_t i = 0; i < seq->seq.n; i++) {
		struct val *item = seq->seq.items[i];
		const char *key = index(l, item, where);
		size_t at;

		if (!key)
			return ERR_INPUT;
		at = (size_t)strmap_get(&seen, key);
		if (at) {
			seq->seq.items[at - 1] = item;
			continue;
		}
		seq->seq.items[n++] = item;
		strmap_put(&seen, key, (void *)n);
	}
	seq->seq.n = n;
	return 0;
}

static int unique(struct load *l, struct val *v, struct val_path *p)
{
	int rc = 0;

	if (v->kind == VAL_SEQ) {
		const size_t i = VAL_PATH_FIND(p, uniques);

		return i < ARRAY_SIZE(uniques) ? keep_last(l, v, uniques[i].index, p) : 0;
	}
	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n && !rc; i++) {
		p->parts[p->n++] = v->map.entries[i].name;
		/* Only these two hold such lists. */
		if (p->n > 1 || !strcmp(p->parts[0], "services") ||
			!strcmp(p->parts[0], "networks"))
			rc = unique(l, v->map.entries[i].value, p);
		p->n--;
	}
	return rc;
}

int load_unique(struct load *l, struct val *dict)
{
	struct val_path p = {.n = 0};

	return unique(l, dict, &p);
}
