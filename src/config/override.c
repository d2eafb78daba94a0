/* SPDX-License-Identifier: MIT */
#include "config/override.h"

#include "base/digest.h"
#include "base/i18n.h"
#include "base/str.h"
#include "config/override_words.h"

#include <string.h>

/* The digest covers everything behind its line. */
static const char head[] =
	"# Written by Slipway from what x-slipway says; COMPOSE_FILE in .env lists "
	"it. What is changed here by\n"
	"# hand is replaced when an adjustment changes.\n"
	"# sha256 ";

static void service_done(struct override_service *s)
{
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++)
		secret_free(s->values[i]);
	free(s->name);
}

void override_done(struct override *o)
{
	for (size_t i = 0; i < o->n; i++)
		service_done(&o->services[i]);
	free(o->services);
	*o = (struct override){NULL, 0};
}

static struct override_service *find(const struct override *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->services[i].name, name) == 0)
			return &o->services[i];
	return NULL;
}

const char *override_get(const struct override *o, const char *service, enum override_id id)
{
	const struct override_service *s = find(o, service);

	return s ? s->values[id] : NULL;
}

/* One spelling for each value; NULL for a no. */
static char *canonical(enum override_id id, const char *value)
{
	const struct override_feature *f = &override_features[id];
	AUTO(strv) struct strv items = STRV_INIT;

	if (f->type == SETTING_BOOL)
		return override_truth(value) ? xstrdup("true") : NULL;
	if (!f->separators || words_split(value, f->separators, &items, NULL))
		return xstrdup(value);
	return items.n ? words_join(&items, f->separators) : NULL;
}

void override_set(struct override *o, const char *service, enum override_id id, const char *value)
{
	struct override_service *s = find(o, service);
	char *copy = str_empty(value) ? NULL : canonical(id, value);

	if (!s) {
		o->services = xreallocarray(o->services, o->n + 1, sizeof(*o->services));
		s = &o->services[o->n++];
		*s = (struct override_service){.name = xstrdup(service)};
	}
	secret_free(s->values[id]);
	s->values[id] = copy;
}

static bool says_something(const struct override_service *s)
{
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++)
		if (s->values[i])
			return true;
	return false;
}

bool override_empty(const struct override *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (says_something(&o->services[i]))
			return false;
	return true;
}

/* Everything that a says, b says, too. */
static bool covers(const struct override *a, const struct override *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < OVERRIDE_FEATURES; k++) {
			const char *value = a->services[i].values[k];

			if (value && !str_eq(value, override_get(b, a->services[i].name, k)))
				return false;
		}
	return true;
}

bool override_equal(const struct override *a, const struct override *b)
{
	return covers(a, b) && covers(b, a);
}

void override_copy(struct override *to, const struct override *from)
{
	for (size_t i = 0; i < from->n; i++)
		for (size_t k = 0; k < OVERRIDE_FEATURES; k++)
			if (from->services[i].values[k])
				override_set(
					to, from->services[i].name, k, from->services[i].values[k]);
}

char *override_name(const char *service, enum override_id id)
{
	return xasprintf(OVERRIDE_PREFIX "%s.%s", service, override_features[id].name);
}

/* --- the text */

static int put_service(struct json_object *services, const struct override_service *s,
	const struct compose *base, struct error *err)
{
	struct override_put p = {
		.compose = base, .base = compose_find_service(base, s->name), .values = s->values};

	/* A service that is gone would come back as one that cannot be. */
	if (!p.base || !says_something(s))
		return 0;
	p.service = json_object_new_object();
	json_put(services, s->name, p.service);
	for (size_t i = 0; i < OVERRIDE_FEATURES; i++) {
		if (!s->values[i])
			continue;
		if (override_check(i, p.base, s->values[i], err)) {
			autofree char *name = override_name(s->name, i);

			return error_prefix(err, "%s", name);
		}
		override_features[i].put(&p, s->values[i]);
	}
	override_mirror(&p);
	return 0;
}

int override_text(
	const struct override *o, const struct compose *base, char **ret, struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	autojson struct json_object *all = json_object_new_object();
	struct json_object *services = json_object_new_object(), *own = json_object_new_object();
	autofree char *body = NULL;
	char digest[DIGEST_HEX];
	int code = 0;

	json_put(all, "x-slipway", json_put(own, "override", override_nested(o)));
	json_put(all, "services", services);
	for (size_t i = 0; i < o->n && code == 0; i++)
		code = put_service(services, &o->services[i], base, err);
	if (code == 0) {
		override_emit(out, all);
		code = yaml_out_finish(out, &body, err);
	}
	if (code)
		return code;
	digest_sha256(body, strlen(body), digest);
	*ret = xasprintf("%s%s\n%s", head, digest, body);
	return 0;
}

char *override_summary(const struct override *o)
{
	struct str out = STR_INIT(STR_LINE);

	for (size_t i = 0; i < o->n; i++) {
		const char *mark = out.len ? "; " : "";

		if (!says_something(&o->services[i]))
			continue;
		str_addf(&out, "%s%s: ", mark, o->services[i].name);
		mark = "";
		for (size_t k = 0; k < OVERRIDE_FEATURES; k++) {
			if (!o->services[i].values[k])
				continue;
			str_addf(&out, "%s%s", mark, _(override_features[k].title));
			mark = ", ";
		}
	}
	return str_take(&out);
}

/* --- reading it back */

static int take_value(void *arg, const char *service, enum override_id id, const char *value,
	const struct yaml_mark *mark, struct error *err)
{
	(void)mark;
	(void)err;
	override_set(arg, service, id, value);
	return 0;
}

static bool is_as_generated(const char *text, size_t n)
{
	const size_t before = sizeof(head) - 1, digits = DIGEST_HEX - 1;
	char digest[DIGEST_HEX];

	if (n < before + digits + 1 || memcmp(text, head, before) != 0 ||
		text[before + digits] != '\n')
		return false;
	digest_sha256(text + before + digits + 1, n - before - digits - 1, digest);
	return memcmp(text + before, digest, digits) == 0;
}

void override_read(struct override *o, const char *text, size_t n, bool *ret_edited)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	const struct yaml_node *values;

	*ret_edited = !is_as_generated(text, n);
	if (yaml_parse(OVERRIDE_FILE, text, n, &doc, NULL))
		return;
	values = yaml_get(yaml_get(yaml_root(doc), "x-slipway"), "override");
	if (values && override_walk(values, take_value, o, NULL))
		*ret_edited = true;
}
