/* SPDX-License-Identifier: MIT */
/* `generate:` of a setting: which secret is made, and from what. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/json.h"

#include <string.h>

enum { PREFIX_MOST = 32 };

struct draft {
	struct secret_rule rule;
	struct secret_source source;
};

static int read_format(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct draft *d = into;
	const char *names[SECRET_FORMATS], *name;

	for (int i = 0; i < SECRET_FORMATS; i++)
		names[i] = secret_format_info((enum secret_format)i)->name;
	if (schema_word(schema, node, names, SECRET_FORMATS, &name, err))
		return ERR_INPUT;
	d->rule.format = (enum secret_format)secret_format_find(name);
	return 0;
}

struct json_object *stack_node_json(const struct yaml_node *node, int depth)
{
	struct json_object *o = NULL;
	int64_t number;
	bool truth;

	if (depth > 8)
		return NULL;
	if (node->kind == YAML_MAP) {
		o = json_object_new_object();
		for (size_t i = 0; i < node->n; i++)
			json_put(o, node->pairs[i].key->text,
				stack_node_json(node->pairs[i].value, depth + 1));
	} else if (node->kind == YAML_SEQ) {
		o = json_object_new_array();
		for (size_t i = 0; i < node->n; i++)
			json_push(o, stack_node_json(node->items[i], depth + 1));
	} else if (yaml_int(node, &number)) {
		o = json_object_new_int64(number);
	} else if (yaml_bool(node, &truth)) {
		o = json_object_new_boolean(truth);
	} else if (!yaml_is_null(node)) {
		o = json_object_new_string(node->text);
	}
	return o;
}

/* It must be as safe in addresses and shells as what follows. */
static int read_prefix(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");

	if (!*text || strlen(text) > PREFIX_MOST ||
		text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")])
		return schema_fail(schema, node, err,
			_("expected up to %d letters, digits and - . _"), PREFIX_MOST);
	return schema_string(schema, node, into, err);
}

static int read_claims(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	autojson struct json_object *o = NULL;
	char **claims = into;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping"));
	o = stack_node_json(node, 0);
	free(*claims);
	*claims = json_text(o);
	return 0;
}

/* What the format needs, and nothing that it would not look at. */
static int check_source(const struct draft *d, struct schema *schema, const struct yaml_node *node,
	struct error *err)
{
	const struct secret_format_info *info = secret_format_info(d->rule.format);
	bool dsn = d->rule.format == SECRET_DSN;
	const struct {
		bool given, wanted;
		const char *key;
	} keys[] = {
		{d->source.from != NULL, info->derived && !dsn, "from"},
		{d->source.pattern != NULL, dsn, "template"},
	};
	const struct {
		bool given, allowed;
		const char *key;
	} extras[] = {
		{d->source.user != NULL, d->rule.format == SECRET_HTPASSWD, "user"},
		{d->source.claims != NULL, d->rule.format == SECRET_JWT, "claims"},
		{d->source.names.n > 0, d->rule.format == SECRET_CERTIFICATE, "names"},
		{d->source.prefix != NULL, info->unit != SECRET_UNIT_NONE, "prefix"},
		{d->source.days > 0,
			d->rule.format == SECRET_CERTIFICATE || d->rule.format == SECRET_JWT,
			"days"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].wanted && !keys[i].given)
			return schema_fail(schema, node, err, _("format %s needs the key %s"),
				info->name, keys[i].key);
		if (keys[i].given && !keys[i].wanted)
			return schema_fail(schema, yaml_get(node, keys[i].key), err,
				_("format %s has no use for the key %s"), info->name, keys[i].key);
	}
	for (size_t i = 0; i < ARRAY_SIZE(extras); i++)
		if (extras[i].given && !extras[i].allowed)
			return schema_fail(schema, yaml_get(node, extras[i].key), err,
				_("format %s has no use for the key %s"), info->name,
				extras[i].key);
	return 0;
}

static int check_size(
	struct draft *d, struct schema *schema, const struct yaml_node *node, struct error *err)
{
	const struct secret_format_info *info = secret_format_info(d->rule.format);
	int *size = info->unit == SECRET_UNIT_BYTES ? &d->rule.bytes : &d->rule.length;

	if (info->unit != SECRET_UNIT_BYTES && d->rule.bytes)
		return schema_fail(schema, yaml_get(node, "bytes"), err,
			info->unit == SECRET_UNIT_NONE
				? _("this format has no size")
				: _("expected length with this format, not bytes"));
	if (info->unit != SECRET_UNIT_LENGTH && d->rule.length)
		return schema_fail(schema, yaml_get(node, "length"), err,
			info->unit == SECRET_UNIT_NONE
				? _("this format has no size")
				: _("expected bytes with this format, not length"));
	if (info->unit == SECRET_UNIT_NONE)
		return 0;
	if (!*size)
		*size = info->size;
	if (*size < info->min || *size > info->max)
		return schema_fail(schema, node, err, _("expected a size from %d to %d"), info->min,
			info->max);
	return 0;
}

int stack_read_generate(
	struct schema *schema, const struct yaml_node *node, struct setting *s, struct error *err)
{
	static const struct schema_key keys[] = {
		{"format", 0, read_format},
		{"bytes", offsetof(struct draft, rule.bytes), schema_int},
		{"length", offsetof(struct draft, rule.length), schema_int},
		{"from", offsetof(struct draft, source.from), stack_read_setting_name},
		{"user", offsetof(struct draft, source.user), stack_read_expanded},
		{"claims", offsetof(struct draft, source.claims), read_claims},
		{"template", offsetof(struct draft, source.pattern), stack_read_expanded},
		{"names", offsetof(struct draft, source.names), schema_strings},
		{"days", offsetof(struct draft, source.days), schema_int},
		{"prefix", offsetof(struct draft, source.prefix), read_prefix},
	};
	struct draft d = {.rule = {SECRET_HEX, 0, 0}};
	int code;

	if (!setting_is_credential(s))
		return schema_fail(
			schema, node, err, _("only a setting of type secret can be generated"));
	if (node->kind == YAML_SCALAR && node->type == YAML_BOOL) {
		bool yes = false;

		schema_bool(schema, node, &yes, NULL);
		s->rule = yes ? secret_rule_default() : d.rule;
		return 0;
	}
	code = schema_map(schema, node, keys, ARRAY_SIZE(keys), &d, err);
	if (code == 0)
		code = check_size(&d, schema, node, err);
	if (code == 0)
		code = check_source(&d, schema, node, err);
	if (code) {
		secret_source_done(&d.source);
		return code;
	}
	s->rule = d.rule;
	secret_source_done(&s->made_from);
	s->made_from = d.source;
	return 0;
}
