/* SPDX-License-Identifier: MIT */
/* Images: versions that are missing, and versions that go back. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/interp.h"

#include <ctype.h>
#include <string.h>

void lint_latest(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		const char *tag;
		autofree char *name = s->image ? lint_image_name(s->image, &tag) : NULL;

		const struct yaml_node *node = lint_service_node(l, s->name, "image");
		const char *written = yaml_text(node, "");

		/* What is built here has the name that it is given; a version that is yet to be
		 * answered is a setting without a value. */
		if (!name || s->builds || strchr(s->image, '@') ||
			(*tag && strcmp(tag, "latest") != 0) ||
			(!*tag && (strstr(written, ":$") || str_ends(s->image, "/") ||
					  str_ends(s->image, ":"))))
			continue;
		lint_add_node(l, rule, node,
			*tag ? _("%s:latest is whatever it is at the time")
			     : _("%s without a version is whatever it is at the time"),
			name);
	}
}

/* Compares the numbers at the beginning of two tags ("v1.7.4", "16-alpine"); 0 also where one has
 * none. */
static int compare_tags(const char *a, const char *b)
{
	a += *a == 'v';
	b += *b == 'v';
	if (!isdigit((unsigned char)*a) || !isdigit((unsigned char)*b))
		return 0;
	while (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
		char *end_a, *end_b;
		long x = strtol(a, &end_a, 10), y = strtol(b, &end_b, 10);

		if (x != y)
			return x < y ? -1 : 1;
		a = end_a + (*end_a == '.');
		b = end_b + (*end_b == '.');
	}
	return 0;
}

/* What somebody gave; a default may be another one in each file. */
static const char *given_value(void *arg, const char *name)
{
	const struct lint *l = arg;
	const struct compose_variable *v = compose_find_variable(l->project->compose, name);

	return v && v->source != COMPOSE_DEFAULT ? v->value : NULL;
}

/* An image as this one file names it. Caller frees. */
static char *image_of(struct lint *l, const struct yaml_node *node)
{
	struct str out = STR_INIT(STR_LINE);
	const struct interp in = {.lookup = given_value, .lookup_arg = l, .tolerant = true};

	(void)interp_expand(&in, yaml_text(node, ""), &out, NULL);
	return str_take(&out);
}

static void compare_images(struct lint *l, const struct lint_rule *rule, const char *service,
	const struct yaml_node *newer, const struct yaml_node *base)
{
	const char *tag, *base_tag;
	autofree char *image = image_of(l, newer), *base_image = image_of(l, base);
	autofree char *name = lint_image_name(image, &tag);
	autofree char *base_name = lint_image_name(base_image, &base_tag);

	if (str_eq(name, base_name) && compare_tags(tag, base_tag) < 0)
		lint_add_node(l, rule, newer, _("%s goes back from %s to %s of %s"), service,
			base_tag, tag, name);
}

void lint_downgrade(struct lint *l, const struct lint_rule *rule)
{
	const struct yaml_node *root, *base;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *services = yaml_get(root, "services");

		for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
			const char *name = services->pairs[i].key->text;
			const struct yaml_node *image = yaml_get(services->pairs[i].value, "image");

			for (size_t k = n + 1; image && (base = lint_root(l, k)) != NULL; k++) {
				const struct yaml_node *old = yaml_get(
					yaml_get(yaml_get(base, "services"), name), "image");

				if (old)
					compare_images(l, rule, name, image, old);
			}
		}
	}
}
