/* SPDX-License-Identifier: MIT */
#include "cli/reveal.h"

#include "base/str.h"
#include "base/strmap.h"
#include "config/secret.h"
#include "config/setting_guess.h"

#include <string.h>

void reveal_init(struct reveal *r, const struct project *p, bool all)
{
	*r = (struct reveal){.project = p, .all = all};
	mask_init(&r->mask);
	if (!all && p)
		mask_add_settings(&r->mask, &r->project->settings);
}

void reveal_done(struct reveal *r)
{
	mask_done(&r->mask);
}

char *reveal_text(const struct reveal *r, const char *text)
{
	return r->all ? xstrdup(text) : mask_dup(&r->mask, text);
}

char *reveal_value(const struct reveal *r, const struct setting *s, const char *value)
{
	if (s && setting_is_secret(s) && !str_empty(value) && !r->all)
		return xstrdup(MASK_STARS);
	/* Who logs in may be called as the password is; that says something about the password only
	 * to who knows that it does. */
	if (s && value && setting_names_account(s->name))
		return xstrdup(value);
	return reveal_text(r, value);
}

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

/* What the name of a key says about its value. */
enum { KEY_SEEN = 1, KEY_SECRET = 2, KEY_ACCOUNT = 4 };

/* A model's copy in the making. The settings by name, for every key of the model is looked up; and
 * what its keys said, for its services have the same ones. */
struct masking {
	const struct mask *mask;
	struct strmap settings, keys;
};

/* A key whose value is secret although no variable fills it. */
static bool key_is_secret(const struct masking *m, const char *key)
{
	const struct setting *s = strmap_get(&m->settings, key);

	return s ? setting_is_secret(s) : name_is_secret(key);
}

static size_t key_says(struct masking *m, const char *key)
{
	size_t says = (size_t)strmap_get(&m->keys, key);

	if (says)
		return says;
	says = KEY_SEEN | (key_is_secret(m, key) ? KEY_SECRET : 0) |
	       (setting_names_account(key) ? KEY_ACCOUNT : 0);
	strmap_put(&m->keys, key, (void *)says);
	return says;
}

static struct json_object *mask(struct masking *m, const char *key, struct json_object *o);

static struct json_object *mask_children(struct masking *m, const char *key, struct json_object *o)
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

static struct json_object *mask(struct masking *m, const char *key, struct json_object *o)
{
	const char *text, *assigned;
	size_t says;

	if (json_object_is_type(o, json_type_array) || json_object_is_type(o, json_type_object))
		return mask_children(m, key, o);
	if (!json_object_is_type(o, json_type_string))
		return json_object_get(o);
	text = json_object_get_string(o);
	says = key_says(m, key);
	if (*text && (says & KEY_SECRET))
		return json_object_new_string(MASK_STARS);
	if (says & KEY_ACCOUNT)
		return json_object_get(o);
	assigned = strchr(text, '=');
	if (assigned && assigned[1]) {
		autofree char *name = xstrndup(text, (size_t)(assigned - text));

		if (key_is_secret(m, name)) {
			autofree char *masked = xasprintf("%s=%s", name, MASK_STARS);

			return json_object_new_string(masked);
		}
	}
	autofree char *masked = mask_dup(m->mask, text);

	return str_eq(masked, text) ? json_object_get(o) : json_object_new_string(masked);
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

static struct json_object *mask_service(struct masking *m, struct json_object *service)
{
	struct json_object *copy = json_object_new_object();

	json_object_object_foreach(service, key, value) json_put(
		copy, key, may_hold_secrets(key) ? mask(m, key, value) : json_object_get(value));
	return copy;
}

struct json_object *reveal_model(const struct reveal *r)
{
	struct json_object *copy = json_object_new_object();
	struct masking m = {.mask = &r->mask, .settings = STRMAP_INIT, .keys = STRMAP_INIT};

	for (size_t i = 0; i < r->project->settings.n; i++) {
		struct setting *s = &r->project->settings.items[i];

		strmap_put(&m.settings, s->name, s);
	}
	json_object_object_foreach(r->project->compose->model, key, value)
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
	strmap_done(&m.settings);
	strmap_done(&m.keys);
	return copy;
}
