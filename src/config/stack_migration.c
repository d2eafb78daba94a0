/* SPDX-License-Identifier: MIT */
/* How databases are brought to the shape that the programs expect. */
#include "config/stack_parts.h"

#include "base/i18n.h"

#include <string.h>

void stack_migrations_free(struct stack_migration *migrations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stack_migration *m = &migrations[i];
		struct strv *lists[] = {&m->command, &m->current, &m->head, &m->files, &m->hook};

		free(m->about);
		free(m->service);
		free(m->user);
		free(m->database);
		for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
			strv_done(lists[k]);
	}
	free(migrations);
}

/* Which keys each way needs, and which it has no use for. */
static const struct way {
	const char *name;
	const char *needs[2];
	const char *unused[4];
} ways[] = {
	{"start", {"service"}, {"command", "files", "hook", "user"}},
	{"run", {"service", "command"}, {"files", "hook", "user", "database"}},
	{"exec", {"service", "command"}, {"files", "hook", "user", "database"}},
	{"files", {"service", "files"}, {"command", "hook"}},
	{"helm_hook", {"hook"}, {"files", "user", "database"}},
};

static int read_how(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *names[ARRAY_SIZE(ways)];

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		names[i] = ways[i].name;
	if (schema_word(schema, node, names, ARRAY_SIZE(names), into, err))
		return ERR_INPUT;
	return 0;
}

static int read_hook(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {
		"pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-rollback"};
	const char *word;
	int code = schema_strings(schema, node, into, err);

	for (size_t i = 0; i < node->n && code == 0; i++)
		code = schema_word(schema, node->items[i], words, ARRAY_SIZE(words), &word, err);
	if (code == 0 && node->kind == YAML_SCALAR)
		code = schema_word(schema, node, words, ARRAY_SIZE(words), &word, err);
	return code;
}

#define MEMBER(member) offsetof(struct stack_migration, member)
static const struct schema_key keys[] = {
	{"how", MEMBER(how), read_how},
	{"about", MEMBER(about), schema_text},
	{"service", MEMBER(service), stack_read_service_name},
	{"command", MEMBER(command), stack_read_command},
	{"current", MEMBER(current), stack_read_command},
	{"head", MEMBER(head), stack_read_command},
	{"files", MEMBER(files), stack_read_expanded_list},
	{"user", MEMBER(user), stack_read_expanded},
	{"database", MEMBER(database), stack_read_expanded},
	{"hook", MEMBER(hook), read_hook},
	{"destructive", MEMBER(destructive), schema_bool},
};
#undef MEMBER

static int check_way(struct schema *schema, const struct yaml_node *node,
	const struct stack_migration *m, struct error *err)
{
	const struct way *way = NULL;

	if (!m->how)
		return schema_fail(schema, node, err, _("expected the key %s"), "how");
	for (size_t i = 0; i < ARRAY_SIZE(ways) && !way; i++)
		if (strcmp(ways[i].name, m->how) == 0)
			way = &ways[i];
	for (size_t i = 0; way && i < ARRAY_SIZE(way->needs) && way->needs[i]; i++)
		if (!yaml_get(node, way->needs[i]))
			return schema_fail(
				schema, node, err, _("expected the key %s"), way->needs[i]);
	for (size_t i = 0; way && i < ARRAY_SIZE(way->unused) && way->unused[i]; i++)
		if (yaml_get(node, way->unused[i]))
			return schema_fail(schema, yaml_get(node, way->unused[i]), err,
				_("a migration by %s has no use for the key %s"), way->name,
				way->unused[i]);
	return 0;
}

int stack_read_migrations(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of migrations"));
	stack->migrations = xcalloc(node->n ? node->n : 1, sizeof(*stack->migrations));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_migration *m = &stack->migrations[stack->n_migrations++];
		size_t length = schema_enter_item(schema, i);

		code = schema_map(schema, node->items[i], keys, ARRAY_SIZE(keys), m, err);
		if (code == 0)
			code = check_way(schema, node->items[i], m, err);
		schema_leave(schema, length);
	}
	return code;
}
