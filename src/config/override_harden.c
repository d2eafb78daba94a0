/* SPDX-License-Identifier: MIT */
/* Hardening: no new privileges, and of the capabilities only those that the image needs. */
#include "config/override_feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/override_words.h"

#include <string.h>

enum { MAX_WORDS = 6, MAX_KEPT = 8 };

/* Images that begin as root, put their files in order and go on as somebody else. */
static const struct {
	const char *images[MAX_WORDS];
	const char *kept[MAX_KEPT];
} known[] = {
	{{"postgres", "postgis", "pgvector", "timescale"},
		{"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}},
	{{"mysql", "mariadb", "percona", "mongo"},
		{"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}},
	{{"redis", "valkey", "keydb", "memcached"}, {"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"}},
	{{"nginx", "httpd", "apache", "caddy", "haproxy", "traefik"},
		{"CHOWN", "DAC_OVERRIDE", "NET_BIND_SERVICE", "SETGID", "SETUID"}},
};

/* For the rest: what an entrypoint that begins as root commonly does. */
static const char *const common[] = {
	"CHOWN", "DAC_OVERRIDE", "FOWNER", "NET_BIND_SERVICE", "SETGID", "SETUID"};

static bool is_known(const char *const images[MAX_WORDS], const char *image)
{
	const char *slash = strrchr(image, '/');

	for (size_t i = 0; i < MAX_WORDS && images[i]; i++)
		if (strcasestr(slash ? slash + 1 : image, images[i]))
			return true;
	return false;
}

static bool begins_as_root(const struct compose_service *base)
{
	return !base->user || str_starts(base->user, "root") || str_eq(base->user, "0") ||
	       str_starts(base->user, "0:");
}

static bool publishes_low_port(const struct compose_service *base)
{
	for (size_t i = 0; i < base->n_ports; i++)
		if (base->ports[i].target < 1024)
			return true;
	return false;
}

void override_capabilities(const struct compose_service *base, struct strv *ret)
{
	if (!begins_as_root(base)) {
		if (publishes_low_port(base))
			strv_push(ret, "NET_BIND_SERVICE");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!base->image || !is_known(known[i].images, base->image))
			continue;
		for (size_t k = 0; k < MAX_KEPT && known[i].kept[k]; k++)
			strv_push(ret, known[i].kept[k]);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		strv_push(ret, common[i]);
}

int override_harden_fits(const struct compose_service *base, const char *value, struct error *err)
{
	if (!override_truth(value) || !json_truth(base->json, "privileged", false))
		return 0;
	error_set(err, ERR_INPUT, _("%s runs privileged: it cannot be hardened"), base->name);
	return error_hint(err, _("Take \"privileged\" out of its compose file first."));
}

int override_capabilities_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;
	int code = words_split(value, ",", &items, err);

	for (size_t i = 0; i < items.n && code == 0; i++) {
		const char *name = items.items[i];

		if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] == '\0')
			continue;
		code = error_set(err, ERR_INPUT, _("\"%s\" is no capability"), name);
		error_hint(err, _("They are written as in capabilities(7), without CAP_: CHOWN, "
				  "NET_BIND_SERVICE."));
	}
	return code;
}

/* Compose adds the two lists together, and refuses what is in both. */
static void put_missing(const struct override_put *p, const char *key, const struct strv *items)
{
	struct json_object *has = json_key(p->base->json, key), *array = json_object_new_array();

	for (size_t i = 0; i < items->n; i++) {
		bool there = false;

		for (size_t k = 0; k < json_len(has) && !there; k++)
			there = str_starts(
				json_object_get_string(json_at(has, k)), items->items[i]);
		if (!there)
			json_push_str(array, items->items[i]);
	}
	if (json_len(array))
		json_put(p->service, key, array);
	else
		json_object_put(array);
}

void override_harden_put(const struct override_put *p, const char *value)
{
	AUTO(strv) struct strv kept = STRV_INIT, options = STRV_INIT, drop = STRV_INIT;

	if (!override_truth(value))
		return;
	if (p->values[OVERRIDE_CAPABILITIES] && !str_eq(p->values[OVERRIDE_CAPABILITIES], "none"))
		(void)words_split(p->values[OVERRIDE_CAPABILITIES], ",", &kept, NULL);
	else if (!p->values[OVERRIDE_CAPABILITIES])
		override_capabilities(p->base, &kept);
	strv_push(&options, "no-new-privileges:true");
	strv_push(&drop, "ALL");
	put_missing(p, "security_opt", &options);
	put_missing(p, "cap_drop", &drop);
	put_missing(p, "cap_add", &kept);
}
