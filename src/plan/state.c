/* SPDX-License-Identifier: MIT */
#include "plan/state.h"

#include "base/digest.h"
#include "base/i18n.h"
#include "config/secret.h"

#include <string.h>

enum {
	DIGEST_KEPT = 24, /* hex digits of a key's digest: 96 bits tell a change from none */
	NAMED_KEYS = 4,   /* of a reason; the others are counted */
};

/* --- the file */

/* ERR_NOT_FOUND counts as "". */
static int read_file(
	struct host *h, const char *slipway, const char *name, struct str *out, struct error *err)
{
	autofree char *path = host_path(slipway, name);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_read(h, path, STR_FILE, out, &e);

	return code < 0 && code != ERR_NOT_FOUND ? error_move(err, &e) : 0;
}

static int load_salt(struct state *s, struct host *h, const char *slipway, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct secret_rule rule = {.format = SECRET_HEX, .bytes = 16};
	int code = read_file(h, slipway, "salt", &text, err);

	if (code < 0)
		return code;
	if (text.len >= 32) {
		s->salt = xstrdup(text.data);
		return 0;
	}
	s->new_salt = true;
	return secret_generate(&rule, &s->salt, err);
}

int state_load(struct state *s, struct host *h, const char *slipway, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autojson struct json_object *o = NULL;
	struct json_object *services;
	int code;

	*s = (struct state){0};
	if ((code = load_salt(s, h, slipway, err)) < 0 ||
		(code = read_file(h, slipway, "state.json", &text, err)) < 0) {
		state_done(s);
		return code;
	}
	if (text.len)
		json_parse(text.data, text.len, &o, NULL);
	services = json_key(o, "services");
	/* Under another salt nothing could be compared. */
	if (json_object_is_type(services, json_type_object) && !s->new_salt)
		s->services = json_object_get(services);
	else
		s->services = json_object_new_object();
	return 0;
}

void state_done(struct state *s)
{
	secret_free(s->salt);
	json_object_put(s->services);
	*s = (struct state){0};
}

char *state_text(const struct state *s)
{
	autojson struct json_object *o = json_object_new_object();
	autofree char *text = NULL;

	json_put_int(o, "slipway", 1);
	json_put(o, "services", json_object_get(s->services));
	text = json_canonical(o);
	return xasprintf("%s\n", text);
}

/* --- snapshots */

/* Keys of a service that no container is made from. */
static const char *const left_out[] = {
	"build", "depends_on", "develop", "profiles", "pull_policy", "scale", "attach", NULL};
/* Maps that are told key by key. */
static const char *const told_apart[] = {"environment", "labels", "annotations", "sysctls", NULL};

static bool listed(const char *const *list, const char *key)
{
	for (; *list; list++) {
		if (str_eq(*list, key))
			return true;
	}
	return false;
}

static void add_digest(
	const struct state *s, struct json_object *keys, const char *key, struct json_object *value)
{
	autosecret char *text = json_canonical(value);
	autosecret char *salted = xasprintf("%s\n%s\n%s", s->salt, key, text);
	char digest[DIGEST_HEX];

	digest_sha256(salted, strlen(salted), digest);
	digest[DIGEST_KEPT] = '\0';
	json_put_str(keys, key, digest);
}

static void add_map(
	const struct state *s, struct json_object *keys, const char *name, struct json_object *map)
{
	json_object_object_foreach(map, key, value)
	{
		autofree char *full = xasprintf("%s %s", name, key);

		add_digest(s, keys, full, value);
	}
}

/* deploy.replicas says how many, not what. */
static void add_deploy(const struct state *s, struct json_object *keys, struct json_object *deploy)
{
	json_object_object_foreach(deploy, key, value)
	{
		autofree char *full = xasprintf("deploy %s", key);

		if (!str_eq(key, "replicas"))
			add_digest(s, keys, full, value);
	}
}

/* What the service uses of the top level: a network or volume of another name needs a new
 * container. */
static void add_used(const struct state *s, struct json_object *keys, const struct compose *c,
	const char *section, const char *word, const char *name)
{
	struct json_object *value = json_key(json_key(c->model, section), name);
	autofree char *full = xasprintf("%s %s", word, name);

	if (value)
		add_digest(s, keys, full, value);
}

static void add_references(const struct state *s, struct json_object *keys, const struct compose *c,
	const struct compose_service *service)
{
	struct json_object *networks = json_key(service->json, "networks");

	if (json_object_is_type(networks, json_type_object)) {
		json_object_object_foreach(networks, key, value)
		{
			(void)value;
			add_used(s, keys, c, "networks", "network", key);
		}
	}
	for (size_t i = 0; i < service->n_mounts; i++) {
		if (service->mounts[i].type == COMPOSE_VOLUME && service->mounts[i].source)
			add_used(s, keys, c, "volumes", "volume", service->mounts[i].source);
	}
}

struct json_object *state_snapshot(const struct state *s, const struct compose *c,
	const struct compose_service *service, struct json_object *extra)
{
	struct json_object *keys = json_object_new_object();

	if (json_object_is_type(service->json, json_type_object)) {
		json_object_object_foreach(service->json, key, value)
		{
			if (listed(left_out, key) || !value)
				continue;
			if (listed(told_apart, key) && json_object_is_type(value, json_type_object))
				add_map(s, keys, key, value);
			else if (str_eq(key, "deploy") &&
				 json_object_is_type(value, json_type_object))
				add_deploy(s, keys, value);
			else
				add_digest(s, keys, key, value);
		}
	}
	add_references(s, keys, c, service);
	if (extra) {
		json_object_object_foreach(extra, key, value)
		{
			add_digest(s, keys, key, value);
		}
	}
	return keys;
}

struct json_object *state_find(const struct state *s, const char *service)
{
	struct json_object *o = json_key(s->services, service);

	return json_object_is_type(json_key(o, "keys"), json_type_object) ? o : NULL;
}

void state_set_pending(struct state *s, const char *service)
{
	json_put(s->services, service, json_put_bool(json_object_new_object(), "pending", true));
}

void state_set(
	struct state *s, const char *service, struct json_object *snapshot, const char *image_id)
{
	struct json_object *o = json_put(json_object_new_object(), "keys", snapshot);

	if (image_id)
		json_put_str(o, "image_id", image_id);
	json_put(s->services, service, o);
}

void state_keep(struct state *s, const struct strv *names)
{
	AUTO(strv) struct strv gone = STRV_INIT;

	json_object_object_foreach(s->services, key, value)
	{
		(void)value;
		if (!strv_has(names, key))
			strv_push(&gone, key);
	}
	for (size_t i = 0; i < gone.n; i++)
		json_object_object_del(s->services, gone.items[i]);
}

/* --- comparing */

static void missing_in(struct json_object *a, struct json_object *b, struct strv *changed)
{
	json_object_object_foreach(a, key, value)
	{
		struct json_object *other = json_key(b, key);

		if (!other || !str_eq(json_object_get_string(value), json_object_get_string(other)))
			strv_add_once(changed, key);
	}
}

/* "environment A, environment B" is written "environment A, B". */
static void name_keys(const struct strv *changed, struct str *out)
{
	char section[64] = "";

	for (size_t i = 0; i < changed->n && i < NAMED_KEYS; i++) {
		const char *key = changed->items[i];
		size_t n = strcspn(key, " ");
		bool same = key[n] && n < sizeof(section) && strlen(section) == n &&
			    memcmp(section, key, n) == 0;

		str_add(out, i ? ", " : "");
		str_add(out, same ? key + n + 1 : key);
		if (n < sizeof(section)) {
			memcpy(section, key, n);
			section[n] = '\0';
		}
	}
}

char *state_difference(struct json_object *old, struct json_object *new)
{
	AUTO(strv) struct strv changed = STRV_INIT;
	AUTO(str) struct str keys = STR_INIT(STR_LINE);

	missing_in(new, old, &changed);
	missing_in(old, new, &changed);
	if (!changed.n)
		return NULL;
	strv_sort(&changed);
	name_keys(&changed, &keys);
	if (changed.n > NAMED_KEYS)
		return xasprintf(_("%s and %zu more changed"), keys.data, changed.n - NAMED_KEYS);
	return xasprintf(_("%s changed"), keys.data);
}
