/* SPDX-License-Identifier: MIT */
/* Limits and reservations: below `deploy`, and where the service has the older key, there, too: Compose wants
 * both to say the same. */
#include "base/i18n.h"
#include "base/text.h"
#include "config/override_feature.h"

#include <stdlib.h>
#include <string.h>

static char *text_at(const struct compose_service *base, const char *path)
{
	struct json_object *found = json_get(base->json, path);

	return found ? xstrdup(json_object_get_string(found)) : NULL;
}

static const struct {
	const char *section, *key, *old;
} twins[] = {
	{"limits", "memory", "mem_limit"},
	{"limits", "cpus", "cpus"},
	{"limits", "pids", "pids_limit"},
	{"reservations", "memory", "mem_reservation"},
};

/* Both ways, for what was adjusted and for what was not: where the section is there at all, Compose
 * wants every older key to have its twin in it. */
void override_mirror(const struct override_put *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(twins); i++) {
		struct json_object *section =
			json_key(json_get(p->service, "deploy.resources"), twins[i].section);
		struct json_object *old = json_key(p->base->json, twins[i].old);
		struct json_object *own = json_key(section, twins[i].key);

		if (!section || !old)
			continue;
		if (own)
			json_put(p->service, twins[i].old, json_object_get(own));
		else
			json_put(section, twins[i].key, json_object_get(old));
	}
}

static void put_resource(
	const struct override_put *p, const char *section, const char *key, const char *value)
{
	autofree char *path = xasprintf("deploy.resources.%s", section);

	json_put_str(override_at(p->service, path), key, value);
}

static char *resource_now(const struct compose_service *base, const char *path, const char *old)
{
	char *text = text_at(base, path);

	return text ? text : text_at(base, old);
}

static char *size_now(const struct compose_service *base, const char *path, const char *old)
{
	autofree char *text = resource_now(base, path, old);
	int64_t bytes;

	return text && text_to_size(text, &bytes, NULL) == 0 ? text_size(bytes, true) : NULL;
}

void override_limit_memory_put(const struct override_put *p, const char *value)
{
	put_resource(p, "limits", "memory", value);
}

char *override_limit_memory_otherwise(const struct compose_service *base)
{
	return size_now(base, "deploy.resources.limits.memory", "mem_limit");
}

void override_limit_cpus_put(const struct override_put *p, const char *value)
{
	put_resource(p, "limits", "cpus", value);
}

char *override_limit_cpus_otherwise(const struct compose_service *base)
{
	return resource_now(base, "deploy.resources.limits.cpus", "cpus");
}

static void put_number(struct json_object *into, const char *key, const char *value)
{
	int64_t number;

	/* What is a variable becomes a number when Compose reads it. */
	if (text_to_int(value, INT64_MIN, INT64_MAX, &number, NULL) == 0)
		json_put_int(into, key, number);
	else
		json_put_str(into, key, value);
}

void override_limit_pids_put(const struct override_put *p, const char *value)
{
	put_number(override_at(p->service, "deploy.resources.limits"), "pids", value);
}

char *override_limit_pids_otherwise(const struct compose_service *base)
{
	return resource_now(base, "deploy.resources.limits.pids", "pids_limit");
}

void override_reserve_memory_put(const struct override_put *p, const char *value)
{
	put_resource(p, "reservations", "memory", value);
}

char *override_reserve_memory_otherwise(const struct compose_service *base)
{
	return size_now(base, "deploy.resources.reservations.memory", "mem_reservation");
}

void override_reserve_cpus_put(const struct override_put *p, const char *value)
{
	put_resource(p, "reservations", "cpus", value);
}

char *override_reserve_cpus_otherwise(const struct compose_service *base)
{
	return text_at(base, "deploy.resources.reservations.cpus");
}

int override_cpus_check(const char *value, struct error *err)
{
	char *end = NULL;
	double d = strtod(value, &end);

	if (value[strspn(value, "0123456789.")] == '\0' && !*end && d > 0 && d <= 4096)
		return 0;
	return error_set(err, ERR_INPUT, _("expected a number of processors, such as 0.5 or 2"));
}

int override_count_check(const char *value, struct error *err)
{
	int64_t number;

	return text_to_int(value, 1, 1 << 22, &number, NULL) == 0
		       ? 0
		       : error_set(err, ERR_INPUT, _("expected a whole number above 0"));
}

int override_bytes_check(const char *value, struct error *err)
{
	int64_t bytes;

	return text_to_size(value, &bytes, NULL) == 0 && bytes > 0
		       ? 0
		       : error_set(err, ERR_INPUT, _("expected a size such as 512m or 2g"));
}

/* The Engine refuses a reservation above the limit. */
int override_reserve_memory_fits(
	const struct compose_service *base, const char *value, struct error *err)
{
	autofree char *limit = resource_now(base, "deploy.resources.limits.memory", "mem_limit");
	int64_t want, most;

	if (!limit || text_to_size(limit, &most, NULL) || text_to_size(value, &want, NULL) ||
		want <= most)
		return 0;
	return error_set(err, ERR_INPUT, _("more is reserved than %s may use"), base->name);
}

int override_limit_memory_fits(
	const struct compose_service *base, const char *value, struct error *err)
{
	autofree char *reserved =
		resource_now(base, "deploy.resources.reservations.memory", "mem_reservation");
	int64_t limit, least;

	if (!reserved || text_to_size(reserved, &least, NULL) ||
		text_to_size(value, &limit, NULL) || limit >= least)
		return 0;
	return error_set(
		err, ERR_INPUT, _("%s reserves more than that (%s)"), base->name, reserved);
}
