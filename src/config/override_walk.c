/* SPDX-License-Identifier: MIT */
/* Values of an override as people and files nest them: {web: {limits: {memory: 512m}}}. */
#include "config/override.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/override_words.h"

#include <string.h>

struct walk {
	override_value_fn *fn;
	void *arg;
	const char *service;
	struct error *err;
};

ATTR_PRINTF(3, 4)
static int refuse(struct walk *w, const struct yaml_mark *mark, const char *fmt, ...)
{
	autofree char *text = NULL, *safe = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	safe = text_safe_dup(text);
	error_set(w->err, ERR_INPUT, "%s", safe);
	return error_detail(w->err, "%s:%d:%d", mark->file, mark->line, mark->column);
}

/* A list or a mapping as one text; NULL: it holds what is no text. */
static char *one_text(const struct yaml_node *node, const char *separators)
{
	AUTO(strv) struct strv items = STRV_INIT;

	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_node *item =
			node->kind == YAML_MAP ? node->pairs[i].value : node->items[i];

		if (item->kind != YAML_SCALAR)
			return NULL;
		if (node->kind == YAML_MAP)
			strv_pushf(&items, "%s=%s", node->pairs[i].key->text, yaml_text(item, ""));
		else
			strv_push(&items, item->text);
	}
	return words_join(&items, separators);
}

static int take_value(struct walk *w, enum override_id id, const struct yaml_pair *pair)
{
	const char *separators = override_features[id].separators;
	autofree char *text = NULL;

	if (pair->value->kind == YAML_SCALAR)
		text = xstrdup(yaml_text(pair->value, ""));
	else if (separators)
		text = one_text(pair->value, separators);
	if (!text)
		return refuse(w, &pair->key->mark, _("%s: expected one value"), pair->key->text);
	/* An empty list is a value where nothing would mean "as it is". */
	if (id == OVERRIDE_PORTS && pair->value->kind == YAML_SEQ && !pair->value->n) {
		free(text);
		text = xstrdup("none");
	}
	return w->fn(w->arg, w->service, id, text, &pair->key->mark, w->err);
}

static bool is_group(const char *name)
{
	autofree char *prefix = xasprintf("%s.", name);

	for (size_t i = 0; i < OVERRIDE_FEATURES; i++)
		if (str_starts(override_features[i].name, prefix))
			return true;
	return false;
}

static int walk_features(struct walk *w, const struct yaml_node *map, const char *prefix)
{
	int code = 0;

	for (size_t i = 0; i < map->n && code == 0; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		autofree char *name = *prefix ? xasprintf("%s.%s", prefix, pair->key->text)
					      : xstrdup(pair->key->text);
		int id = override_feature_find(name);

		if (id >= 0)
			code = take_value(w, (enum override_id)id, pair);
		else if (is_group(name) && pair->value->kind == YAML_MAP)
			code = walk_features(w, pair->value, name);
		else
			code = refuse(w, &pair->key->mark,
				_("there is nothing called %s to adjust"), name);
	}
	return code;
}

int override_walk(const struct yaml_node *map, override_value_fn *fn, void *arg, struct error *err)
{
	struct walk w = {.fn = fn, .arg = arg, .err = err};
	int code = 0;

	if (yaml_is_null(map))
		return 0;
	if (map->kind != YAML_MAP)
		return refuse(&w, &map->mark, _("%s: expected a mapping of services"), "override");
	for (size_t i = 0; i < map->n && code == 0; i++) {
		const struct yaml_pair *pair = &map->pairs[i];

		w.service = pair->key->text;
		if (yaml_is_null(pair->value))
			continue;
		if (pair->value->kind != YAML_MAP)
			return refuse(&w, &pair->key->mark,
				_("%s: expected a mapping of what is adjusted"), w.service);
		code = walk_features(&w, pair->value, "");
	}
	return code;
}

static struct json_object *as_json(enum override_id id, const char *value)
{
	const struct override_feature *f = &override_features[id];
	AUTO(strv) struct strv items = STRV_INIT;
	struct json_object *array;

	if (f->type == SETTING_BOOL)
		return json_object_new_boolean(override_truth(value));
	if (!f->separators || words_split(value, f->separators, &items, NULL))
		return json_object_new_string(value);
	if (id == OVERRIDE_GPU && items.n == 1)
		return json_object_new_string(value);
	array = json_object_new_array();
	for (size_t i = 0; i < items.n; i++)
		json_push_str(array, items.items[i]);
	return array;
}

static struct json_object *nested_service(const struct override_service *s)
{
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < OVERRIDE_FEATURES; i++) {
		const char *name = override_features[i].name, *dot = strchr(name, '.');
		struct json_object *into = o;

		if (!s->values[i])
			continue;
		if (dot) {
			autofree char *group = xstrndup(name, (size_t)(dot - name));

			into = override_at(o, group);
		}
		json_put(into, dot ? dot + 1 : name, as_json(i, s->values[i]));
	}
	return o;
}

struct json_object *override_nested(const struct override *o)
{
	struct json_object *all = json_object_new_object();

	for (size_t i = 0; i < o->n; i++) {
		struct json_object *service = nested_service(&o->services[i]);

		if (json_object_object_length(service))
			json_put(all, o->services[i].name, service);
		else
			json_object_put(service);
	}
	return all;
}

static void emit(struct yaml_out *out, struct json_object *o, const char *tag)
{
	switch (json_object_get_type(o)) {
	case json_type_object: {
		json_object_object_foreach(o, first, value)
		{
			if (*first != '!')
				break;
			emit(out, value, first);
			return;
		}
		yaml_out_map(out, tag);
		json_object_object_foreach(o, key, item)
		{
			yaml_out_key(out, key);
			emit(out, item, NULL);
		}
		yaml_out_end(out);
		break;
	}
	case json_type_array:
		yaml_out_seq(out, tag);
		for (size_t i = 0; i < json_len(o); i++)
			emit(out, json_at(o, i), NULL);
		yaml_out_end(out);
		break;
	case json_type_string:
		yaml_out_str(out, json_object_get_string(o));
		break;
	default:
		yaml_out_plain(out, tag, o ? json_object_get_string(o) : "null");
		break;
	}
}

void override_emit(struct yaml_out *out, struct json_object *o)
{
	emit(out, o, NULL);
}
