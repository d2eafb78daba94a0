/* SPDX-License-Identifier: MIT */
/* Variables that are written down and not used, or used and not written down. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_doc.h"

#include <ctype.h>
#include <string.h>

static bool is_for_compose(const char *name)
{
	return str_starts(name, "COMPOSE_") || str_starts(name, "DOCKER_") ||
	       str_starts(name, "BUILDKIT_") || str_starts(name, "SLIPWAY_");
}

/* ".env", "./.env", "../.env"; not "web.env". */
static bool is_dotenv(const char *path)
{
	return str_eq(path, ".env") || str_ends(path, "/.env");
}

/* Whether a service takes the whole of .env as its environment. */
static bool goes_into_containers(const struct lint *l)
{
	const struct yaml_node *root;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *services = yaml_get(root, "services");

		for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
			const struct yaml_node *files =
				yaml_get(services->pairs[i].value, "env_file");

			if (files && is_dotenv(yaml_text(files, "")))
				return true;
			for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++) {
				const struct yaml_node *item = files->items[k];

				if (is_dotenv(yaml_text(item, yaml_get_text(item, "path", ""))))
					return true;
			}
		}
	}
	return false;
}

/* Whether the line around p, where a name of n characters stands, is nothing but "- NAME" or
 * "NAME:": Compose then takes the value from the environment. */
static bool is_passed_on(const char *text, const char *p, size_t n)
{
	const char *start = p, *end = p + n;

	while (start > text && start[-1] != '\n')
		start--;
	start += strspn(start, " \t");
	if (*start == '-')
		start += 1 + strspn(start + 1, " \t");
	start += start < p && strchr("\"'", *start);
	end += *end && strchr("\"':", *end);
	end += strspn(end, " \t\r");
	return start == p && (!*end || *end == '\n' || *end == '#');
}

/* Whether a file in YAML takes the variable: as $NAME or ${NAME} anywhere (comments too: somebody
 * thought of it there), or by passing it on. A key of that name with a value of its own takes
 * nothing. */
static bool takes_variable(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = text; n && (p = strstr(p, name)) != NULL; p++) {
		size_t before = (size_t)(p - text);

		if (isalnum((unsigned char)p[n]) || p[n] == '_')
			continue;
		if ((before && p[-1] == '$') || (before > 1 && p[-1] == '{' && p[-2] == '$') ||
			is_passed_on(text, p, n))
			return true;
	}
	return false;
}

static bool is_yaml(const char *name)
{
	return str_ends(name, ".yml") || str_ends(name, ".yaml");
}

/* What lies beside the compose files. */
struct neighbours {
	struct str yaml, other;
};

enum { NEIGHBOUR_MAX = 256 * 1024, NEIGHBOURS_MAX = 4 * 1024 * 1024 };

/* Files beside the compose files that may use variables: other compose files, scripts, what is
 * mounted. */
static bool is_neighbour(const char *name)
{
	static const char *const ends[] = {".yml", ".yaml", ".sh", ".conf", ".toml", ".tmpl",
		".template", ".mk", "file", "file.dev", "file.prod"};

	for (size_t i = 0; i < ARRAY_SIZE(ends) && !str_starts(name, ".env"); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

static void neighbours_done(struct neighbours *n)
{
	str_wipe(&n->yaml);
	str_wipe(&n->other);
}
DEFINE_AUTO(neighbours)

static void read_neighbours(const struct lint *l, struct neighbours *n)
{
	AUTO(strv) struct strv names = STRV_INIT;

	if (host_list(l->host, l->dir, &names, NULL))
		return;
	for (size_t i = 0; i < names.n && n->yaml.len + n->other.len < NEIGHBOURS_MAX; i++) {
		autofree char *path = host_path(l->dir, names.items[i]);
		struct str *text = is_yaml(names.items[i]) ? &n->yaml : &n->other;

		if (is_neighbour(names.items[i]) &&
			host_read(l->host, path, NEIGHBOUR_MAX, text, NULL) == 0)
			str_addc(text, '\n');
	}
}

/* Whether any of the files that are read uses the name: compose files, other lines of .env as
 * ${NAME}, a script or a build's own file by any mention. */
static bool is_mentioned(const struct lint *l, const char *name, const struct env_file *own,
	const struct neighbours *neighbours)
{
	const struct compose *c = l->project->compose;

	if (compose_find_variable(c, name) || takes_variable(str_text(&neighbours->yaml), name) ||
		lint_has_word(str_text(&neighbours->other), name))
		return true;
	for (size_t i = 0; i < c->n_files; i++)
		if (c->files[i].role == COMPOSE_FILE_COMPOSE &&
			takes_variable(c->files[i].text, name))
			return true;
	for (size_t i = 0; own && i < own->n; i++)
		if (own->entries[i].quote != '\'' && strchr(own->entries[i].raw, '$') &&
			lint_has_word(own->entries[i].raw, name))
			return true;
	return false;
}

/* A definition that declares a setting knows who uses it. */
static bool is_declared(const struct lint *l, const char *name)
{
	const struct setting *s = settings_find(&l->project->settings, name);

	return l->project->stack && s && s->used_by.n;
}

void lint_unused(struct lint *l, const struct lint_rule *rule)
{
	AUTO(neighbours) struct neighbours neighbours = {STR_INIT(STR_FILE), STR_INIT(STR_FILE)};

	if (!l->project || !l->dotenv || goes_into_containers(l))
		return;
	read_neighbours(l, &neighbours);
	for (size_t i = 0; i < l->dotenv->n; i++) {
		const struct env_entry *e = &l->dotenv->entries[i];

		if (is_for_compose(e->key) || is_declared(l, e->key) ||
			is_mentioned(l, e->key, l->dotenv, &neighbours) ||
			env_file_find(l->dotenv, e->key) != e)
			continue;
		lint_add_entry(l, rule, l->dotenv, e, e->key_start, _("nothing uses %s"), e->key);
	}
}

void lint_dead(struct lint *l, const struct lint_rule *rule)
{
	const struct compose_file *example =
		l->project ? compose_find_file(l->project->compose, COMPOSE_FILE_EXAMPLE) : NULL;
	AUTO(setting_doc) struct setting_doc doc = {0};
	AUTO(neighbours) struct neighbours neighbours = {STR_INIT(STR_FILE), STR_INIT(STR_FILE)};

	if (!example || goes_into_containers(l))
		return;
	read_neighbours(l, &neighbours);
	setting_doc_read(&doc, example->text, example->len);
	for (size_t i = 0; i < doc.n; i++) {
		const char *name = doc.items[i].key;

		/* What .env has taken over is said there. */
		if (doc.items[i].commented || is_for_compose(name) || is_declared(l, name) ||
			is_mentioned(l, name, NULL, &neighbours) ||
			(l->dotenv && env_file_find(l->dotenv, name)))
			continue;
		lint_add(l, rule, example->path, doc.items[i].line, 1, _("no compose file uses %s"),
			name);
	}
}

void lint_undocumented(struct lint *l, const struct lint_rule *rule)
{
	const struct compose_file *example =
		l->project ? compose_find_file(l->project->compose, COMPOSE_FILE_EXAMPLE) : NULL;

	for (size_t i = 0; example && i < l->project->compose->n_variables; i++) {
		const struct compose_variable *v = &l->project->compose->variables[i];

		/* A message says more than an example would; what has a value needs none. */
		if (v->default_value || v->message || v->value || is_for_compose(v->name) ||
			lint_has_word(example->text, v->name) || is_declared(l, v->name))
			continue;
		lint_add(l, rule, v->place.file, v->place.line, v->place.column,
			_("%s has no default, and %s does not mention it"), v->name, example->path);
	}
}
