/* SPDX-License-Identifier: MIT */
#include "config/answers.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "base/yaml.h"
#include "config/feature.h"
#include "config/override_settings.h"
#include "config/setting_guess.h"
#include "config/stack_schema.h"

#include <string.h>

void answers_done(struct answers *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->items[i].name);
		secret_free(a->items[i].value);
		free(a->items[i].place);
	}
	free(a->items);
	free(a->stack);
	*a = (struct answers){0};
}

struct how {
	bool generate;
};

static int read_answer(
	struct schema *schema, const struct yaml_pair *pair, struct answers *a, struct error *err)
{
	static const struct schema_key keys[] = {
		{"generate", offsetof(struct how, generate), schema_bool}};
	const struct yaml_node *value = pair->value;
	const struct yaml_mark *mark = &pair->key->mark;
	size_t length = schema_enter(schema, pair->key->text);
	struct how how = {false};
	struct answer *answer;
	int code = 0;

	if (value->kind == YAML_MAP)
		code = schema_map(schema, value, keys, ARRAY_SIZE(keys), &how, err);
	else if (value->kind != YAML_SCALAR)
		code = schema_fail(
			schema, value, err, _("expected one value, or {generate: true}"));
	schema_leave(schema, length);
	if (code)
		return code;
	a->items = xreallocarray(a->items, a->n + 1, sizeof(*a->items));
	answer = &a->items[a->n++];
	*answer = (struct answer){.name = xstrdup(pair->key->text), .generate = how.generate};
	answer->place = xasprintf("%s:%d:%d", mark->file, mark->line, mark->column);
	if (value->kind == YAML_SCALAR && !yaml_is_null(value))
		answer->value = xstrdup(value->text);
	return 0;
}

static int add_adjustment(void *arg, const char *service, enum override_id id, const char *value,
	const struct yaml_mark *mark, struct error *err)
{
	struct answers *a = arg;

	(void)err;
	a->items = xreallocarray(a->items, a->n + 1, sizeof(*a->items));
	a->items[a->n++] = (struct answer){.name = override_name(service, id),
		.value = xstrdup(value),
		.place = xasprintf("%s:%d:%d", mark->file, mark->line, mark->column)};
	return 0;
}

/* profiles: [debug, metrics] */
static int read_profiles(
	struct schema *schema, const struct yaml_node *list, struct answers *a, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	int code = schema_strings(schema, list, &names, err);

	for (size_t i = 0; i < names.n && code == 0; i++) {
		const struct yaml_mark *mark = &list->mark;

		a->items = xreallocarray(a->items, a->n + 1, sizeof(*a->items));
		a->items[a->n++] = (struct answer){
			.name = xasprintf("%s%s", FEATURE_PROFILE, names.items[i]),
			.value = xstrdup("true"),
			.place = xasprintf("%s:%d:%d", mark->file, mark->line, mark->column)};
	}
	return code;
}

static int read_map(struct schema *schema, const struct yaml_node *map, bool nested,
	struct answers *a, struct error *err)
{
	if (yaml_is_null(map))
		return 0;
	if (map->kind != YAML_MAP)
		return schema_fail(schema, map, err, _("expected a mapping of settings to values"));
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		const char *key = pair->key->text;
		int code = 0;

		if (!nested && strcmp(key, "settings") == 0 && pair->value->kind != YAML_SCALAR)
			code = read_map(schema, pair->value, true, a, err);
		else if (!nested && strcmp(key, "override") == 0 &&
			 pair->value->kind != YAML_SCALAR)
			code = override_walk(pair->value, add_adjustment, a, err);
		else if (!nested && strcmp(key, "profiles") == 0 &&
			 pair->value->kind != YAML_SCALAR)
			code = read_profiles(schema, pair->value, a, err);
		else if (!nested && strcmp(key, "stack") == 0)
			code = schema_string(schema, pair->value, &a->stack, err);
		else if (nested || strcmp(key, "slipway") != 0)
			code = read_answer(schema, pair, a, err);
		if (code)
			return code;
	}
	return 0;
}

int answers_read(
	const char *file, const char *text, size_t n, struct answers *ret, struct error *err)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	AUTO(answers) struct answers a = {0};
	struct schema schema = {NULL, STR_INIT(STR_LINE), NULL};
	int code = yaml_parse(file, text, n, &doc, err);

	if (code == 0)
		code = read_map(&schema, yaml_root(doc), false, &a, err);
	str_done(&schema.path);
	if (code)
		return code;
	*ret = a;
	a = (struct answers){0};
	return 0;
}

int answers_check(const struct answers *a, const struct settings *settings, struct error *err)
{
	for (size_t i = 0; i < a->n; i++) {
		if (settings_find(settings, a->items[i].name))
			continue;
		settings_unknown(settings, a->items[i].name, err);
		return error_detail(err, "%s", a->items[i].place);
	}
	return 0;
}

static void put_override(struct yaml_out *out, const struct override *o)
{
	autojson struct json_object *nested = override_nested(o);

	if (!json_object_object_length(nested))
		return;
	yaml_out_key(out, "override");
	override_emit(out, nested);
}

static struct yaml_out *begin_text(const char *stack)
{
	struct yaml_out *out = yaml_out_new();

	yaml_out_map(out, NULL);
	if (stack) {
		yaml_out_key(out, "stack");
		yaml_out_str(out, stack);
	}
	yaml_out_key(out, "settings");
	yaml_out_map(out, NULL);
	return out;
}

static int end_text(struct yaml_out *out, const struct override *o, char **ret, struct error *err)
{
	yaml_out_end(out);
	put_override(out, o);
	yaml_out_end(out);
	return yaml_out_finish(out, ret, err);
}

int answers_text(const struct settings *settings, const char *stack, char **ret, struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = begin_text(stack);
	AUTO(override) struct override o = {NULL, 0};

	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *s = &settings->items[i];
		size_t length;

		if (s->service)
			continue;
		if (s->answer == ANSWER_GENERATE) {
			yaml_out_key(out, s->name);
			yaml_out_map(out, NULL);
			yaml_out_key(out, "generate");
			yaml_out_plain(out, NULL, "true");
			yaml_out_end(out);
		} else if (s->answer == ANSWER_VALUE && !setting_is_secret(s) &&
			   !setting_url_password(s->value, &length)) {
			yaml_out_key(out, s->name);
			yaml_out_str(out, s->value);
		}
	}
	override_settings_take(settings, &o);
	return end_text(out, &o, ret, err);
}

/* NULL: nothing to be said of it, or nothing that may be. Caller releases with secret_free. */
static char *open_value(
	const struct setting *s, const struct env_file *env, const struct mask *mask)
{
	autosecret char *value = NULL, *shown = NULL;

	/* Which files Compose reads is the directory's matter, and written by the setup itself. */
	if (s->service || setting_is_secret(s) || str_eq(s->name, "COMPOSE_FILE"))
		return NULL;
	value = s->choice ? xstrdup(setting_effective(s)) : env_file_literal(env, s->name);
	shown = mask_dup(mask, value);
	return str_eq(value, shown) ? take(value) : NULL;
}

int answers_of_env(const struct settings *settings, const struct env_file *env,
	const struct override *override, const struct mask *mask, const char *stack, char **ret,
	struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = begin_text(stack);

	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *s = &settings->items[i];
		autosecret char *value = open_value(s, env, mask);

		/* What is not asked is not answered. */
		if (!value || !setting_asked(settings, s))
			continue;
		yaml_out_key(out, s->name);
		yaml_out_str(out, value);
	}
	return end_text(out, override, ret, err);
}
