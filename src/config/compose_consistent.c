/* SPDX-License-Identifier: MIT */
/* Things a service says twice, and must say alike. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

/* The same limit beside and below deploy. */
static const struct {
	const char *key, *section, *below;
	bool text; /* printed as a string */
} twins[] = {
	{"cpus", "limits", "cpus", false},
	{"mem_limit", "limits", "memory", true},
	{"mem_reservation", "reservations", "memory", true},
	{"pids_limit", "limits", "pids", false},
};

static int check_twins(
	struct load *l, const char *name, const struct val *service, struct json_object *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(twins); i++) {
		struct json_object *section =
			json_key(json_get(o, "deploy.resources"), twins[i].section);
		struct json_object *own = json_key(o, twins[i].key);
		bool same;

		if (!own || !section)
			continue;
		same = twins[i].text ? !strcmp(json_object_get_string(own),
					       json_str(section, twins[i].below, ""))
				     : (float)json_object_get_double(own) ==
					       (float)json_num(section, twins[i].below, 0);
		if (!same)
			return load_fail(l, val_get(service, twins[i].key),
				_("service \"%s\": %s and deploy.resources.%s.%s differ"), name,
				twins[i].key, twins[i].section, twins[i].below);
	}
	return 0;
}

static int check_scale(
	struct load *l, const char *name, const struct val *service, struct json_object *o)
{
	struct json_object *deploy = json_key(o, "deploy"), *scale = json_key(o, "scale");
	struct json_object *replicas = json_key(deploy, "replicas");

	if (scale && replicas && json_object_get_int64(scale) != json_object_get_int64(replicas))
		return load_fail(l, val_get(service, "scale"),
			_("service \"%s\": scale and deploy.replicas differ"), name);
	if (scale && deploy)
		json_put_int(deploy, "replicas", json_object_get_int64(scale));
	if (json_object_get_int64(scale ? scale : replicas) > 1 && json_key(o, "container_name"))
		return load_fail(l, val_get(service, "container_name"),
			_("service \"%s\" has container_name, so it can have only one container"),
			name);
	return 0;
}

static int check_platform(
	struct load *l, const char *name, const struct val *service, struct json_object *o)
{
	struct json_object *all = json_get(o, "build.platforms");
	const char *platform = json_str(o, "platform", NULL);

	if (!platform || !json_len(all))
		return 0;
	for (size_t i = 0; i < json_len(all); i++)
		if (!strcmp(platform, json_object_get_string(json_at(all, i))))
			return 0;
	return load_fail(l, val_get(service, "platform"),
		_("service \"%s\": build.platforms must include %s"), name, platform);
}

static int check_watch(
	struct load *l, const char *name, const struct val *service, struct json_object *o)
{
	struct json_object *all = json_get(o, "develop.watch");

	for (size_t i = 0; i < json_len(all); i++) {
		struct json_object *watch = json_at(all, i);
		const char *action = json_str(watch, "action", "");

		if (!json_key(watch, "target") && strcmp(action, "rebuild") != 0 &&
			strcmp(action, "restart") != 0)
			return load_fail(l, val_get(service, "develop"),
				_("service \"%s\": develop.watch needs a target for \"%s\""), name,
				action);
	}
	return 0;
}

int load_check_bound(
	struct load *l, const char *name, const struct val *service, struct json_object *o)
{
	int rc = check_twins(l, name, service, o);

	if (!rc)
		rc = check_scale(l, name, service, o);
	if (!rc)
		rc = check_platform(l, name, service, o);
	return rc ? rc : check_watch(l, name, service, o);
}
