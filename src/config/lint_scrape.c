/* SPDX-License-Identifier: MIT */
/* Prometheus configurations that are mounted: targets that no service answers. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

static bool has_name(struct json_object *list, const char *name)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_object_get_string(json_at(list, i)), name))
			return true;
	return false;
}

static bool has_alias(struct json_object *service, const char *name)
{
	struct json_object *networks = json_get(service, "networks");

	if (!networks || !json_object_is_type(networks, json_type_object))
		return false;
	json_object_object_foreach(networks, key, network)
	{
		(void)key;
		if (has_name(json_get(network, "aliases"), name))
			return true;
	}
	return false;
}

/* Names that resolve inside the project; what has a dot or a digit in front is somebody else's. */
static bool is_known(const struct compose *c, const char *host)
{
	if (!*host || strchr(host, '.') || strchr(host, ':') || strchr(host, '$') ||
		isdigit((unsigned char)*host) || strcmp(host, "localhost") == 0)
		return true;
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		if (strcmp(s->name, host) == 0 ||
			str_eq(json_str(s->json, "container_name", NULL), host) ||
			str_eq(json_str(s->json, "hostname", NULL), host) ||
			has_alias(s->json, host))
			return true;
	}
	return false;
}

static void judge_targets(
	struct lint *l, const struct lint_rule *rule, const struct yaml_node *targets)
{
	for (size_t i = 0; targets && targets->kind == YAML_SEQ && i < targets->n; i++) {
		const char *text = yaml_text(targets->items[i], "");
		const char *scheme = strstr(text, "://");
		const char *start = scheme ? scheme + 3 : text;
		autofree char *host = xstrndup(start, strcspn(start, ":/"));

		if (!is_known(l->project->compose, host))
			lint_add_node(l, rule, targets->items[i],
				_("the target %s names no service of the project"), text);
	}
}

/* A mounted configuration, and where the program finds it. */
struct config {
	const struct compose_service *service;
	const char *path; /* on the host */
	char *dir;        /* in the container */
};

/* Whether a mount brings the file, or one that the pattern may match. */
static bool is_mounted(const struct compose_service *s, const char *path)
{
	size_t n = strcspn(path, "*?["), folder;

	while (n && path[n - 1] != '/')
		n--;
	folder = n > 1 ? n - 1 : n;
	for (size_t i = 0; i < s->n_mounts; i++) {
		const char *target = s->mounts[i].target;
		size_t length = strlen(target);

		if (strcmp(target, path) == 0 ||
			(strncmp(path, target, length) == 0 && path[length] == '/') ||
			(strpbrk(path, "*?[") && length > folder &&
				strncmp(target, path, folder) == 0 && target[folder] == '/'))
			return true;
	}
	return false;
}

static void judge_rule_files(struct lint *l, const struct config *c, const struct yaml_node *files)
{
	const struct lint_rule *rule = lint_find_rule("rule-files");

	if (l->ignore && strv_has(l->ignore, rule->name))
		return;
	for (size_t i = 0; files && files->kind == YAML_SEQ && i < files->n; i++) {
		const char *text = yaml_text(files->items[i], "");
		autofree char *path = host_path(c->dir, text);

		if (*text && !is_mounted(c->service, path))
			lint_add_node(l, rule, files->items[i], _("nothing is mounted in %s as %s"),
				c->service->name, path);
	}
}

static void judge_file(struct lint *l, const struct lint_rule *rule, const struct config *c)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	const char *path = c->path;
	size_t n = strlen(l->dir);
	const char *shown = strncmp(path, l->dir, n) == 0 && path[n] == '/' ? path + n + 1 : path;
	const struct yaml_node *jobs;

	if (host_read(l->host, path, STR_FILE, &text, NULL) ||
		yaml_parse(shown, str_text(&text), text.len, &doc, NULL))
		return;
	jobs = yaml_get(yaml_root(doc), "scrape_configs");
	for (size_t i = 0; jobs && jobs->kind == YAML_SEQ && i < jobs->n; i++) {
		const struct yaml_node *configs = yaml_get(jobs->items[i], "static_configs");

		for (size_t k = 0; configs && configs->kind == YAML_SEQ && k < configs->n; k++)
			judge_targets(l, rule, yaml_get(configs->items[k], "targets"));
	}
	/* What is built may have brought its own. */
	if (jobs && !c->service->builds)
		judge_rule_files(l, c, yaml_get(yaml_root(doc), "rule_files"));
}

static bool is_yaml(const char *path)
{
	return str_ends(path, ".yml") || str_ends(path, ".yaml");
}

void lint_scrape(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++)
		for (size_t k = 0; k < c->services[i].n_mounts; k++) {
			const struct compose_mount *m = &c->services[i].mounts[k];
			autofree char *path = NULL, *dir = NULL;
			bool file = m->source && is_yaml(m->source);
			char *slash;

			if (m->type != COMPOSE_BIND || !m->source ||
				!strstr(m->target, "prometheus"))
				continue;
			path = file ? xstrdup(m->source) : host_path(m->source, "prometheus.yml");
			dir = xstrdup(m->target);
			slash = strrchr(dir, '/');
			if (file && slash)
				*slash = '\0';
			judge_file(l, rule, &(struct config){&c->services[i], path, dir});
		}
}
