/* SPDX-License-Identifier: MIT */
/* What a stack definition asks of the host. */
#include "base/i18n.h"
#include "base/text.h"
#include "config/stack_parts.h"

#include <string.h>

static int read_size(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind != YAML_SCALAR || text_to_size(node->text, into, NULL))
		return schema_fail(schema, node, err, _("expected a size such as 512MiB or 4GiB"));
	return 0;
}

/* ">=2.24.4": only the number is kept. */
static int read_version(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");
	const char *number = text + (str_starts(text, ">=") ? 2 : strlen(text));
	char **ret = into;

	number += strspn(number, " ");
	if (node->kind != YAML_SCALAR || !*number ||
		strspn(number, "0123456789.") != strlen(number))
		return schema_fail(
			schema, node, err, _("expected the oldest version, such as \">=20.10\""));
	free(*ret);
	*ret = xstrdup(number);
	return 0;
}

/* Its name becomes a path below /proc/sys. */
static bool is_kernel_name(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == strlen(name) &&
	       strchr(name, '.') && *name != '.' && !strstr(name, "..");
}

static int read_kernel_value(struct schema *schema, const struct yaml_node *node,
	struct stack_kernel *k, struct error *err)
{
	const char *text = yaml_text(node, "");

	k->least = str_starts(text, ">=");
	if (k->least)
		text += 2 + strspn(text + 2, " ");
	if (node->kind != YAML_SCALAR || text_to_int(text, INT64_MIN, INT64_MAX, &k->value, NULL))
		return schema_fail(
			schema, node, err, _("expected a number, or \">=\" and the least one"));
	return 0;
}

static int read_kernel(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_requires *r = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err,
			_("expected a mapping of kernel settings, such as vm.max_map_count, to "
			  "numbers"));
	r->kernel = xcalloc(node->n ? node->n : 1, sizeof(*r->kernel));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		struct stack_kernel *k = &r->kernel[r->n_kernel];
		size_t length;

		if (!is_kernel_name(pair->key->text))
			return schema_fail(schema, pair->key, err,
				_("expected the name of a kernel setting, such as "
				  "vm.max_map_count"));
		k->name = xstrdup(pair->key->text);
		r->n_kernel++;
		length = schema_enter(schema, k->name);
		code = read_kernel_value(schema, pair->value, k, err);
		schema_leave(schema, length);
	}
	return code;
}

int stack_read_requires(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"cpus", offsetof(struct stack_requires, cpus), schema_int},
		{"memory", offsetof(struct stack_requires, memory), read_size},
		{"disk", offsetof(struct stack_requires, disk), read_size},
		{"engine", offsetof(struct stack_requires, engine), read_version},
		{"compose", offsetof(struct stack_requires, compose), read_version},
		{"commands", offsetof(struct stack_requires, commands), schema_strings},
		{"kernel", 0, read_kernel},
	};

	return schema_map(schema, node, keys, ARRAY_SIZE(keys), into, err);
}

void stack_requires_done(struct stack_requires *r)
{
	for (size_t i = 0; i < r->n_kernel; i++)
		free(r->kernel[i].name);
	free(r->kernel);
	free(r->engine);
	free(r->compose);
	strv_done(&r->commands);
}
