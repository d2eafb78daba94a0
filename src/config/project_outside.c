/* SPDX-License-Identifier: MIT */
#include "config/project_parts.h"

#include "base/str.h"
#include "base/yaml.h"
#include "config/compose_env_files.h"
#include "config/override_pass.h"

#include <string.h>

/* The services that take a file outside of the project. */
static void takers(const struct project *p, struct strv *ret)
{
	AUTO(compose_env_files) struct compose_env_files files = {NULL, 0, 0};

	compose_env_files_find(&files, p->compose);
	for (size_t i = 0; i < files.n; i++)
		if (files.items[i].outside)
			strv_add_once(ret, files.items[i].service);
}

/* "api-server=LOG_LEVEL" for LOG_LEVEL: ${LOG_LEVEL:-info} of api-server. */
static void read_handed(const struct yaml_node *services, struct strv *ret)
{
	for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
		const char *service = services->pairs[i].key->text;
		const struct yaml_node *env = yaml_get(services->pairs[i].value, "environment");

		for (size_t k = 0; env && env->kind == YAML_MAP && k < env->n; k++) {
			const char *name = env->pairs[k].key->text;
			const char *value = yaml_text(env->pairs[k].value, "");
			size_t n = strlen(name);

			if (str_starts(value, "${") && strncmp(value + 2, name, n) == 0 &&
				strchr(":}-?", value[2 + n]))
				strv_pushf(ret, "%s=%s", service, name);
		}
	}
}

/* What the definition's own compose files hand to services under its own name. */
static void handed(const struct project *p, struct strv *ret)
{
	for (size_t i = 0; i < p->stack->files.n; i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const char *name = p->stack->files.items[i];

		if (stack_read_file(p->host, p->stack, name, &text, NULL) == 0 &&
			yaml_parse(name, str_text(&text), text.len, &doc, NULL) == 0)
			read_handed(yaml_get(yaml_root(doc), "services"), ret);
	}
}

/* Everybody who uses it is such a service, or is not in this project: else one would get a value
 * that another one does not know. */
static bool is_theirs(const struct project *p, const struct setting *s, const struct strv *takers,
	const struct strv *handed)
{
	size_t n = 0;

	for (size_t i = 0; i < s->used_by.n; i++) {
		const char *service = s->used_by.items[i];
		autofree char *pair = xasprintf("%s=%s", service, s->name);

		if (!compose_find_service(p->compose, service))
			continue;
		if (!strv_has(takers, service) || !strv_has(handed, pair))
			return false;
		n++;
	}
	return n > 0;
}

void project_pass_outside(const struct project *p, struct settings *declared)
{
	AUTO(strv) struct strv from = STRV_INIT, pairs = STRV_INIT;

	takers(p, &from);
	if (!from.n)
		return;
	handed(p, &pairs);
	for (size_t i = 0; i < declared->n; i++) {
		struct setting *s = &declared->items[i];

		if (compose_find_variable(p->compose, s->name) || !is_theirs(p, s, &from, &pairs))
			continue;
		for (size_t k = 0; k < s->used_by.n; k++)
			if (override_pass_lacks(p->compose, s->used_by.items[k], s->name))
				strv_add_once(&s->pass_to, s->used_by.items[k]);
		s->implied = true;
		s->required = false;
	}
}
