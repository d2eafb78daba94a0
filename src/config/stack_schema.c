/* SPDX-License-Identifier: MIT */
#include "config/stack_schema.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/text.h"

#include <limits.h>
#include <string.h>

int schema_fail(const struct schema *schema, const struct yaml_node *node, struct error *err,
	const char *fmt, ...)
{
	autofree char *message = NULL, *shown = NULL;
	va_list ap;

	va_start(ap, fmt);
	message = xvasprintf(fmt, ap);
	va_end(ap);
	shown = text_safe_dup(message);
	if (schema->path.len)
		error_set(err, ERR_INPUT, "%s: %s", str_text(&schema->path), shown);
	else
		error_set(err, ERR_INPUT, "%s", shown);
	error_detail(err, "%s:%d:%d", node->mark.file, node->mark.line, node->mark.column);
	return ERR_INPUT;
}

size_t schema_enter(struct schema *schema, const char *key)
{
	size_t length = schema->path.len;
	autofree char *shown = text_safe_dup(key);

	str_addf(&schema->path, "%s%s", length ? "." : "", shown);
	return length;
}

size_t schema_enter_item(struct schema *schema, size_t index)
{
	size_t length = schema->path.len;

	str_addf(&schema->path, "[%zu]", index);
	return length;
}

void schema_leave(struct schema *schema, size_t length)
{
	str_cut(&schema->path, length);
}

static int unknown_key(struct schema *schema, const struct yaml_node *key,
	const struct schema_key *keys, size_t n_keys, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *list = NULL;
	struct nearest nearest = NEAREST_TO(key->text);

	for (size_t i = 0; i < n_keys; i++)
		strv_push(&names, keys[i].key);
	list = strv_join(&names, ", ");
	nearest_try_all(&nearest, (const char *const *)names.items, names.n);
	schema_fail(schema, key, err, _("unknown key \"%s\", expected one of %s"), key->text, list);
	if (nearest.name)
		error_hint(err, _("Did you mean \"%s\"?"), nearest.name);
	return ERR_INPUT;
}

int schema_map(struct schema *schema, const struct yaml_node *node, const struct schema_key *keys,
	size_t n_keys, void *into, struct error *err)
{
	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping"));
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		const struct schema_key *key = NULL;
		size_t length;
		int code;

		for (size_t k = 0; k < n_keys && !key; k++)
			if (strcmp(keys[k].key, pair->key->text) == 0)
				key = &keys[k];
		if (!key)
			return unknown_key(schema, pair->key, keys, n_keys, err);
		length = schema_enter(schema, key->key);
		code = key->read(schema, pair->value, (char *)into + key->offset, err);
		schema_leave(schema, length);
		if (code)
			return code;
	}
	return 0;
}

int schema_word(struct schema *schema, const struct yaml_node *node, const char *const *words,
	size_t n, const char **ret, struct error *err)
{
	const char *text = yaml_text(node, "");
	struct nearest nearest = NEAREST_TO(text);
	AUTO(str) struct str list = STR_INIT(STR_LINE);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], text) == 0) {
			*ret = words[i];
			return 0;
		}
		str_addf(&list, "%s%s", i ? ", " : "", words[i]);
	}
	schema_fail(schema, node, err, _("expected one of %s"), str_text(&list));
	nearest_try_all(&nearest, words, n);
	if (*text && nearest.name)
		error_hint(err, _("Did you mean \"%s\"?"), nearest.name);
	return ERR_INPUT;
}

int schema_string(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	char **text = into;

	if (node->kind != YAML_SCALAR || yaml_is_null(node))
		return schema_fail(schema, node, err, _("expected a text"));
	free(*text);
	*text = xstrdup(node->text);
	return 0;
}

/* "de", "pt_BR": two or three small letters; what follows says where it is spoken. */
static bool is_language(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	return (n == 2 || n == 3) && (!text[n] || ((text[n] == '_' || text[n] == '-') && text[n + 1]));
}

int schema_text(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *wanted = schema->language ? schema->language : "en";
	const struct yaml_node *chosen = NULL;
	size_t n = strcspn(wanted, "_.@:");

	if (node->kind != YAML_MAP)
		return schema_string(schema, node, into, err);
	if (node->n == 0)
		return schema_fail(schema, node, err,
			_("expected a text, or a mapping of languages to texts"));
	for (size_t i = 0; i < node->n; i++) {
		const char *language = node->pairs[i].key->text;

		if (!is_language(language)) {
			schema_fail(schema, node->pairs[i].key, err,
				_("expected a language such as en or de, not \"%s\""), language);
			return error_hint(err, _("Inside of braces a text with a comma needs quotes."));
		}
		/* What is not chosen today is read tomorrow. */
		if (schema_string(schema, node->pairs[i].value, into, err))
			return ERR_INPUT;
		if (strlen(language) == n && strncmp(language, wanted, n) == 0)
			chosen = node->pairs[i].value;
	}
	if (!chosen)
		chosen = yaml_get(node, "en");
	return schema_string(schema, chosen ? chosen : node->pairs[0].value, into, err);
}

int schema_bool(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	bool *truth = into;

	if (node->kind != YAML_SCALAR || node->type != YAML_BOOL)
		return schema_fail(schema, node, err, _("expected true or false"));
	*truth = node->text[0] == 't' || node->text[0] == 'T';
	return 0;
}

int schema_int(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	int64_t number;
	int *ret = into;

	if (node->kind != YAML_SCALAR || text_to_int(node->text, 0, INT_MAX, &number, NULL))
		return schema_fail(
			schema, node, err, _("expected a whole number that is not negative"));
	*ret = (int)number;
	return 0;
}

int schema_duration(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	int64_t ms;

	if (node->kind != YAML_SCALAR || text_to_duration(node->text, &ms, NULL))
		return schema_fail(
			schema, node, err, _("expected a duration such as 500ms, 30s or 1m30s"));
	*(int64_t *)into = ms;
	return 0;
}

int schema_strings(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *list = into;

	strv_clear(list);
	if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
		strv_push(list, node->text);
		return 0;
	}
	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of texts"));
	for (size_t i = 0; i < node->n; i++) {
		if (node->items[i]->kind != YAML_SCALAR || yaml_is_null(node->items[i]))
			return schema_fail(schema, node->items[i], err, _("expected a text"));
		strv_push(list, node->items[i]->text);
	}
	return 0;
}

int schema_argv(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *argv = into;
	int code;

	if (node->kind == YAML_SCALAR && !yaml_is_null(node) && *node->text) {
		strv_clear(argv);
		strv_push_all(argv, "sh", "-c", node->text, NULL);
		return 0;
	}
	if (node->kind != YAML_SEQ || node->n == 0)
		return schema_fail(schema, node, err,
			_("expected a command: a list of words, or a line for the shell"));
	code = schema_strings(schema, node, into, err);
	if (code == 0 && !*argv->items[0])
		return schema_fail(
			schema, node->items[0], err, _("expected the name of a program"));
	return code;
}

int schema_node(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	(void)schema;
	(void)err;
	*(const struct yaml_node **)into = node;
	return 0;
}

int schema_any(struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	(void)schema;
	(void)node;
	(void)into;
	(void)err;
	return 0;
}
