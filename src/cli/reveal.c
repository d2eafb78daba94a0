/* SPDX-License-Identifier: MIT */
#include "cli/reveal.h"

#include "base/str.h"
#include "config/secret.h"

#include <string.h>

const char *reveal_value(const struct setting *s, const char *value, bool reveal)
{
	return s && setting_is_secret(s) && !str_empty(value) && !reveal ? REVEAL_MASK : value;
}

struct masker {
	const struct project *project;
	struct strv secrets; /* values to look for */
};

/* By their names, in keys that are no settings. */
static bool name_is_secret(const char *name)
{
	static const char *const words[] = {"password", "passwd", "secret", "token", "api_key",
		"apikey", "private_key", "credential"};

	/* NAME_FILE holds a path. */
	if (strlen(name) > 5 && !strcasecmp(name + strlen(name) - 5, "_file"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasestr(name, words[i]))
			return true;
	return false;
}

/* A key whose value is secret although no variable fills it. */
static bool key_is_secret(const struct masker *m, const char *key)
{
	const struct setting *s = settings_find(&m->project->settings, key);

	return s ? setting_is_secret(s) : name_is_secret(key);
}

/* Text with each occurrence of a secret replaced; caller frees. */
static char *mask_text(const struct masker *m, const char *text)
{
	struct str out = STR_INIT(STR_FILE);

	while (*text) {
		size_t found = 0;

		for (size_t i = 0; i < m->secrets.n; i++)
			if (str_starts(text, m->secrets.items[i]) &&
				strlen(m->secrets.items[i]) > found)
				found = strlen(m->secrets.items[i]);
		if (found)
			str_add(&out, REVEAL_MASK);
		else
			str_addc(&out, *text);
		text += found ? found : 1;
	}
	return str_take(&out);
}

static struct json_object *mask(const struct masker *m, const char *key, struct json_object *o);

static struct json_object *mask_children(
	const struct masker *m, const char *key, struct json_object *o)
{
	struct json_object *copy;

	if (json_object_is_type(o, json_type_array)) {
		copy = json_object_new_array();
		for (size_t i = 0; i < json_len(o); i++)
			json_push(copy, mask(m, key, json_at(o, i)));
		return copy;
	}
	copy = json_object_new_object();
	json_object_object_foreach(o, name, value) json_put(copy, name, mask(m, name, value));
	return copy;
}

static struct json_object *mask(const struct masker *m, const char *key, struct json_object *o)
{
	const char *text, *assigned;

	if (json_object_is_type(o, json_type_array) || json_object_is_type(o, json_type_object))
		return mask_children(m, key, o);
	if (!json_object_is_type(o, json_type_string))
		return json_object_get(o);
	text = json_object_get_string(o);
	if (*text && key_is_secret(m, key))
		return json_object_new_string(REVEAL_MASK);
	assigned = strchr(text, '=');
	if (assigned && assigned[1]) {
		autofree char *name = xstrndup(text, (size_t)(assigned - text));

		if (key_is_secret(m, name)) {
			autofree char *masked = xasprintf("%s=%s", name, REVEAL_MASK);

			return json_object_new_string(masked);
		}
	}
	autofree char *masked = mask_text(m, text);

	return json_object_new_string(masked);
}

/* What of a service may hold a secret; names, images and paths are left as they are. */
static bool may_hold_secrets(const char *key)
{
	static const char *const keys[] = {"environment", "command", "entrypoint", "healthcheck",
		"labels", "build", "annotations", "x-environment", "post_start", "pre_stop",
		"logging"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static struct json_object *mask_service(const struct masker *m, struct json_object *service)
{
	struct json_object *copy = json_object_new_object();

	json_object_object_foreach(service, key, value) json_put(
		copy, key, may_hold_secrets(key) ? mask(m, key, value) : json_object_get(value));
	return copy;
}

struct json_object *reveal_model(const struct project *p)
{
	struct masker m = {p, STRV_INIT};
	struct json_object *copy = json_object_new_object();

	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];

		if (setting_is_secret(s) && s->current && strlen(s->current) > 3)
			strv_add_once(&m.secrets, s->current);
	}
	json_object_object_foreach(p->compose->model, key, value)
	{
		struct json_object *services;

		if (strcmp(key, "services") != 0) {
			json_put(copy, key,
				str_starts(key, "x-") || !strcmp(key, "configs")
					? mask(&m, key, value)
					: json_object_get(value));
			continue;
		}
		services = json_object_new_object();
		json_object_object_foreach(value, name, service)
			json_put(services, name, mask_service(&m, service));
		json_put(copy, key, services);
	}
	for (size_t i = 0; i < m.secrets.n; i++)
		mem_wipe(m.secrets.items[i], strlen(m.secrets.items[i]));
	strv_done(&m.secrets);
	return copy;
}
