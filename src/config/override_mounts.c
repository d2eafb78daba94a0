/* SPDX-License-Identifier: MIT */
/* Directories of the host in place of volumes: "VOLUME=DIRECTORY" or "/IN/CONTAINER=DIRECTORY". */
#include "config/override_feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/override_words.h"

#include <string.h>

static int no_directory(const char *item, struct error *err)
{
	error_set(err, ERR_INPUT, _("\"%s\" names no directory for a volume"), item);
	return error_hint(
		err, _("Write VOLUME=DIRECTORY, as in data=./data or data=/srv/data; a directory "
		       "begins with . or /."));
}

int override_volumes_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;
	int code = words_split(value, ",", &items, err);

	for (size_t i = 0; i < items.n && code == 0; i++) {
		const char *equals = strchr(items.items[i], '=');

		if (!equals || equals == items.items[i] || !strchr("./~$", equals[1]) || !equals[1])
			code = no_directory(items.items[i], err);
	}
	return code;
}

/* The mount that the left side of an item names; NULL. */
static const struct compose_mount *named_mount(
	const struct compose_service *base, const char *name, size_t n)
{
	for (size_t i = 0; i < base->n_mounts; i++) {
		const struct compose_mount *m = &base->mounts[i];
		const char *key = *name == '/' ? m->target : m->source;

		if ((*name == '/' || m->type == COMPOSE_VOLUME) && key && strlen(key) == n &&
			memcmp(key, name, n) == 0)
			return m;
	}
	return NULL;
}

static char *volume_names(const struct compose_service *base)
{
	AUTO(strv) struct strv names = STRV_INIT;

	for (size_t i = 0; i < base->n_mounts; i++)
		if (base->mounts[i].type == COMPOSE_VOLUME)
			strv_push(&names, base->mounts[i].source ? base->mounts[i].source
								 : base->mounts[i].target);
	return names.n ? strv_join(&names, ", ") : NULL;
}

int override_volumes_fits(const struct compose_service *base, const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;

	(void)words_split(value, ",", &items, NULL);
	for (size_t i = 0; i < items.n; i++) {
		size_t n = strcspn(items.items[i], "=");
		autofree char *has = NULL;

		if (named_mount(base, items.items[i], n))
			continue;
		has = volume_names(base);
		error_set(err, ERR_INPUT, _("%s has no volume %.*s"), base->name, (int)n,
			items.items[i]);
		if (has)
			error_hint(err, _("It has: %s."), has);
		return ERR_INPUT;
	}
	return 0;
}

void override_volumes_put(const struct override_put *p, const char *value)
{
	struct json_object *array = json_object_new_array();
	AUTO(strv) struct strv items = STRV_INIT;

	(void)words_split(value, ",", &items, NULL);
	for (size_t i = 0; i < items.n; i++) {
		size_t n = strcspn(items.items[i], "=");
		const struct compose_mount *m = named_mount(p->base, items.items[i], n);
		struct json_object *mount;

		if (!m)
			continue;
		/* Of two mounts at one place the later one holds. */
		mount = json_object_new_object();
		json_put_str(mount, "type", "bind");
		json_put_str(mount, "source", items.items[i] + n + 1);
		json_put_str(mount, "target", m->target);
		if (m->read_only)
			json_put_bool(mount, "read_only", true);
		json_put_bool(override_at(mount, "bind"), "create_host_path", true);
		json_push(array, mount);
	}
	json_put(p->service, "volumes", array);
}

char *override_volumes_otherwise(const struct compose_service *base)
{
	return volume_names(base);
}
