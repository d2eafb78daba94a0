/* SPDX-License-Identifier: MIT */
#include "config/stack.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/stack_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void stack_free(struct stack *s)
{
	if (!s)
		return;
	stack_requires_done(&s->requires);
	free(s->name);
	free(s->title);
	free(s->about);
	free(s->source);
	strv_done(&s->files);
	strv_done(&s->copy);
	settings_done(&s->settings);
	for (size_t i = 0; i < s->n_directories; i++) {
		free(s->directories[i].path);
		stack_kept_done(&s->directories[i].kept);
	}
	free(s->directories);
	for (size_t i = 0; i < s->n_services; i++) {
		free(s->services[i].name);
		free(s->services[i].about);
		stack_gate_free(s->services[i].ready);
		stack_process_free(s->services[i].process);
	}
	free(s->services);
	strv_done(&s->notes);
	strv_done(&s->recognise);
	stack_features_free(s->features, s->n_features);
	stack_features_free(s->environments, s->n_environments);
	stack_renames_free(s->renames, s->n_renames);
	stack_volumes_free(s->volumes, s->n_volumes);
	stack_models_free(s->models, s->n_models);
	stack_migrations_free(s->migrations, s->n_migrations);
	stack_runbooks_free(s->runbooks, s->n_runbooks);
	mentions_done(&s->mentions);
	free(s);
}

const struct stack_service *stack_find_service(const struct stack *s, const char *name)
{
	for (size_t i = 0; i < s->n_services; i++)
		if (strcmp(s->services[i].name, name) == 0)
			return &s->services[i];
	return NULL;
}

static int read_version(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (strcmp(yaml_text(node, ""), "1") != 0)
		return schema_fail(schema, node, err, _("expected 1, the version of this format"));
	*(bool *)into = true;
	return 0;
}

static int read_name(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *name = yaml_text(node, "");
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	if (!isalnum((unsigned char)*name) || name[n])
		return schema_fail(
			schema, node, err, _("expected a name of small letters, digits, - and _"));
	return schema_string(schema, node, into, err);
}

/* A definition comes with somebody's repository: it never chooses a program that is run here. */
static int read_store(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	enum secret_store_kind *store = into;
	int kind = secret_store_find(yaml_text(node, ""));

	if (kind == STORE_COMMAND)
		return schema_fail(schema, node, err,
			_("expected env or encrypted: a program is named by who uses the stack"));
	if (kind < 0)
		return schema_fail(schema, node, err, _("expected env or encrypted"));
	*store = (enum secret_store_kind)kind;
	return 0;
}

/* Texts, each a string or a mapping of languages to strings. */
static int read_notes(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *notes = into;
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of texts"));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		autofree char *text = NULL;

		code = schema_text(schema, node->items[i], &text, err);
		if (code == 0)
			strv_push(notes, text);
	}
	return code;
}

/* Files of the definition's own directory, never outside of it. */
static int read_files(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *files = into;
	int code = schema_strings(schema, node, files, err);

	for (size_t i = 0; i < files->n && code == 0; i++) {
		AUTO(strv) struct strv parts = STRV_INIT;

		strv_split(&parts, files->items[i], '/');
		if (parts.n == 0 || strv_has(&parts, "..") || strv_has(&parts, ""))
			return schema_fail(schema, node->kind == YAML_SEQ ? node->items[i] : node,
				err, _("expected a file below the definition's own directory"));
	}
	return code;
}

static int read_compose(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"files", offsetof(struct stack, files), read_files},
		{"copy", offsetof(struct stack, copy), read_files},
		{"environments", 0, stack_read_environments},
		{"features", 0, stack_read_features},
	};

	return schema_map(schema, node, keys, ARRAY_SIZE(keys), into, err);
}

int stack_read_ids(struct schema *schema, const struct yaml_node *node, int64_t *uid, int64_t *gid,
	struct error *err)
{
	AUTO(strv) struct strv parts = STRV_INIT;
	int64_t *ids[] = {uid, gid};
	bool good;

	strv_split(&parts, yaml_text(node, ""), ':');
	good = parts.n == 1 || parts.n == 2;
	for (size_t i = 0; good && i < parts.n; i++)
		good = text_to_int(parts.items[i], 0, UINT32_MAX - 1, ids[i], NULL) == 0;
	if (!good)
		return schema_fail(
			schema, node, err, _("expected \"uid\" or \"uid:gid\" in numbers"));
	if (parts.n == 1)
		*gid = -1;
	return 0;
}

static int read_owner(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_directory *d = into;

	return stack_read_ids(schema, node, &d->uid, &d->gid, err);
}

static int read_directory(struct schema *schema, const struct yaml_node *node,
	struct stack_directory *d, struct error *err)
{
	static const struct schema_key keys[] = {
		{"path", offsetof(struct stack_directory, path), stack_read_expanded},
		{"owner", 0, read_owner},
		{"mode", offsetof(struct stack_directory, mode), stack_read_mode},
		{"recursive", offsetof(struct stack_directory, recursive), schema_bool},
	};
	int code;

	if (node->kind == YAML_SCALAR)
		code = stack_read_expanded(schema, node, &d->path, err);
	else
		code = stack_read_kept(schema, node, keys, ARRAY_SIZE(keys), d,
			offsetof(struct stack_directory, kept), err);
	if (code == 0 && (!d->path || !*d->path))
		return schema_fail(schema, node, err, _("expected the key path"));
	return code;
}

int stack_read_directories(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of directories"));
	stack->directories = xcalloc(node->n ? node->n : 1, sizeof(*stack->directories));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		struct stack_directory *d = &stack->directories[stack->n_directories++];
		size_t length = schema_enter_item(schema, i);

		*d = (struct stack_directory){.uid = -1, .gid = -1, .mode = -1};
		code = read_directory(schema, node->items[i], d, err);
		schema_leave(schema, length);
	}
	return code;
}

struct definition {
	struct stack stack;
	bool version;
};

#define MEMBER(member) offsetof(struct definition, member)
static const struct schema_key definition_keys[] = {
	{"slipway", MEMBER(version), read_version},
	{"stack", MEMBER(stack.name), read_name},
	{"title", MEMBER(stack.title), schema_text},
	{"about", MEMBER(stack.about), schema_text},
	{"compose", MEMBER(stack), read_compose},
	{"pages", MEMBER(stack.settings), stack_read_pages},
	{"directories", MEMBER(stack), stack_read_directories},
	{"services", MEMBER(stack), stack_read_services},
	{"requires", MEMBER(stack.requires), stack_read_requires},
	{"models", MEMBER(stack), stack_read_models},
	{"migrations", MEMBER(stack), stack_read_migrations},
	{"runbooks", MEMBER(stack), stack_read_runbooks},
	{"environments", MEMBER(stack), stack_read_environments},
	{"features", MEMBER(stack), stack_read_features},
	{"recognise", MEMBER(stack), stack_read_recognise},
	{"notes", MEMBER(stack.notes), read_notes},
	{"store", MEMBER(stack.store), read_store},
	{"renames", MEMBER(stack), stack_read_renames},
	{"volumes", MEMBER(stack), stack_read_volumes},
};
#undef MEMBER

static int read_definition(
	const struct yaml_node *root, const char *language, struct definition *d, struct error *err)
{
	struct schema schema = {language, STR_INIT(STR_LINE), &d->stack.mentions};
	int code = schema_map(&schema, root, definition_keys, ARRAY_SIZE(definition_keys), d, err);

	if (code == 0 && !d->version)
		code = schema_fail(&schema, root, err, _("expected the key slipway: 1"));
	if (code == 0 && !d->stack.name)
		code = schema_fail(
			&schema, root, err, _("expected the key stack, the name of the stack"));
	str_done(&schema.path);
	if (code == 0)
		stack_join_dimensions(&d->stack);
	return code;
}

int stack_load(const char *path, const char *text, size_t n, const char *language,
	struct stack **ret, struct error *err)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	AUTO_PTR(stack) struct stack *stack = NULL;
	struct definition d = {0};
	int code = yaml_parse(path, text, n, &doc, err);

	if (code)
		return code;
	code = read_definition(yaml_root(doc), language, &d, err);
	stack = xmemdup(&d.stack, sizeof(d.stack));
	if (code)
		return code;
	stack->source = xstrdup(path);
	if (!stack->title)
		stack->title = xstrdup(stack->name);
	*ret = take(stack);
	return 0;
}
