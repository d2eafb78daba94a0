/* SPDX-License-Identifier: MIT */
/* What a stack keeps: its named volumes, and what is said of them as of directories. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

static int read_importance(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"critical", "rebuildable"};
	const char *word = NULL;
	int code = schema_word(schema, node, words, ARRAY_SIZE(words), &word, err);

	*(bool *)into = word == words[0];
	return code;
}

int stack_read_size(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind != YAML_SCALAR || text_to_size(node->text, into, NULL))
		return schema_fail(schema, node, err, _("expected a size such as 500MB or 4GiB"));
	return 0;
}

int stack_read_mode(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");
	size_t n = strspn(text, "01234567");

	if (node->kind != YAML_SCALAR || n < 3 || n > 4 || text[n])
		return schema_fail(schema, node, err, _("expected an octal mode such as \"0750\""));
	*(int *)into = (int)strtol(text, NULL, 8);
	return 0;
}

int stack_read_dump_format(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"custom", "plain"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

/* --- backup */

static int read_method(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {
		"postgres_dump", "tar", "qdrant_snapshot", "redis_save", "object_sync", "none"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

#define MEMBER(member) offsetof(struct stack_backup, member)
static const struct schema_key backup_keys[] = {
	{"method", MEMBER(method), read_method},
	{"format", MEMBER(format), stack_read_dump_format},
	{"service", MEMBER(service), stack_read_service_name},
	{"user", MEMBER(user), stack_read_expanded},
	{"database", MEMBER(database), stack_read_expanded},
	{"stop", MEMBER(stop), stack_read_service_names},
};
#undef MEMBER

/* A method, or a mapping with one. */
static int read_backup(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const dump[] = {"format", "user", "database"};
	struct stack_backup *b = into;
	int code;

	if (node->kind == YAML_SCALAR)
		return read_method(schema, node, &b->method, err);
	code = schema_map(schema, node, backup_keys, ARRAY_SIZE(backup_keys), b, err);
	if (code == 0 && !b->method)
		return schema_fail(schema, node, err, _("expected the key %s"), "method");
	for (size_t i = 0; i < ARRAY_SIZE(dump) && code == 0; i++)
		if (yaml_get(node, dump[i]) && strcmp(b->method, "postgres_dump") != 0)
			code = schema_fail(schema, yaml_get(node, dump[i]), err,
				_("%s goes with the method postgres_dump only"), dump[i]);
	return code;
}

#define MEMBER(member) offsetof(struct stack_kept, member)
static const struct schema_key kept_keys[] = {
	{"about", MEMBER(about), schema_text},
	{"importance", MEMBER(critical), read_importance},
	{"read_only", MEMBER(read_only), schema_bool},
	{"size", MEMBER(size), stack_read_size},
	{"backup", MEMBER(backup), read_backup},
};
#undef MEMBER

int stack_read_kept(struct schema *schema, const struct yaml_node *node,
	const struct schema_key *own, size_t n_own, void *into, size_t offset, struct error *err)
{
	struct schema_key keys[ARRAY_SIZE(kept_keys) + STACK_OWN_KEYS];
	size_t n = ARRAY_SIZE(kept_keys);

	memcpy(keys, kept_keys, sizeof(kept_keys));
	for (size_t i = 0; i < n; i++)
		keys[i].offset += offset;
	for (size_t i = 0; i < n_own && i < STACK_OWN_KEYS; i++)
		keys[n++] = own[i];
	return schema_map(schema, node, keys, n, into, err);
}

void stack_kept_done(struct stack_kept *k)
{
	free(k->about);
	free(k->backup.service);
	free(k->backup.user);
	free(k->backup.database);
	strv_done(&k->backup.stop);
}

/* --- volumes */

static int read_owner(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_volume *v = into;

	return stack_read_ids(schema, node, &v->uid, &v->gid, err);
}

static const struct schema_key volume_keys[] = {
	{"owner", 0, read_owner},
	{"mode", offsetof(struct stack_volume, mode), stack_read_mode},
};

void stack_volumes_free(struct stack_volume *volumes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(volumes[i].name);
		stack_kept_done(&volumes[i].kept);
	}
	free(volumes);
}

int stack_read_volumes(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping"));
	stack->volumes = xcalloc(node->n ? node->n : 1, sizeof(*stack->volumes));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_volume *v = &stack->volumes[stack->n_volumes++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);

		v->name = xstrdup(node->pairs[i].key->text);
		stack_mention(schema, MENTION_VOLUME, node->pairs[i].key);
		v->uid = v->gid = v->mode = -1;
		code = stack_read_kept(schema, node->pairs[i].value, volume_keys,
			ARRAY_SIZE(volume_keys), v, offsetof(struct stack_volume, kept), err);
		schema_leave(schema, length);
	}
	return code;
}
