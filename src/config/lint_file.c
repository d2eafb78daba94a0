/* SPDX-License-Identifier: MIT */
/* Files beside the values: who may read .env, whether git keeps it, what is mounted. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/secret_file.h"

#include <string.h>

enum { INDEX_HEADER = 12, INDEX_ENTRY = 62, INDEX_MAX = 64 * 1024 * 1024 };

static bool holds_secrets(const struct env_file *f)
{
	for (size_t i = 0; f && i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];

		if (*e->raw && lint_is_secret_name(e->key, e->raw) && !secret_is_stand_in(e->raw))
			return true;
	}
	return false;
}

void lint_readable(struct lint *l, const struct lint_rule *rule)
{
	autofree char *path = host_path(l->dir, ".env");
	struct host_stat st;

	if (!l->dotenv || host_stat(l->host, path, &st, NULL) || st.type != HOST_FILE ||
		!(st.mode & 077) || !holds_secrets(l->dotenv))
		return;
	lint_add(l, rule, ".env", 0, 0, _("mode %04o lets others read the secrets in it"),
		(unsigned)st.mode)
		->fixable = true;
}

/* --- git */

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One entry's name at p (version 4: what differs from the name before); returns what is behind it.
 */
static size_t read_name(const unsigned char *text, size_t n, size_t at, uint32_t version,
	size_t start, struct str *name)
{
	size_t strip = 0, length;

	if (version == 4) {
		/* The offset encoding of packs: each further byte counts one more. */
		while (at < n && text[at] & 0x80)
			strip = (strip << 7 | (text[at++] & 0x7f)) + 1;
		if (at >= n)
			return 0;
		strip = strip << 7 | (text[at++] & 0x7f);
		str_cut(name, strip < name->len ? name->len - strip : 0);
	} else {
		str_clear(name);
	}
	length = strnlen((const char *)text + at, n - at);
	str_addn(name, text + at, length);
	at += length + 1;
	return version == 4 ? at : start + ((at - start + 7) & ~(size_t)7);
}

/* Whether the index of a repository (git's Documentation/gitformat-index) has the file. */
static bool index_has(const struct str *index, const char *path)
{
	const unsigned char *text = (const unsigned char *)str_text(index);
	uint32_t version, entries;
	AUTO(str) struct str name = STR_INIT(STR_LINE);
	size_t at = INDEX_HEADER;

	if (index->len < INDEX_HEADER || memcmp(text, "DIRC", 4) != 0)
		return false;
	version = big_endian(text + 4);
	entries = big_endian(text + 8);
	for (uint32_t i = 0; i < entries && at + INDEX_ENTRY < index->len; i++) {
		size_t start = at;
		bool extended = version >= 3 && (text[at + 60] & 0x40);

		at = read_name(text, index->len, at + INDEX_ENTRY + (extended ? 2 : 0), version,
			start, &name);
		if (at == 0)
			return false;
		if (str_eq(str_text(&name), path))
			return true;
	}
	return false;
}

/* The index of the repository that the directory is in; *ret_below (a part of dir) is where it is
 * there.
 */
static bool read_index(const struct lint *l, struct str *index, const char **ret_below)
{
	autofree char *dir = xstrdup(l->dir);

	*ret_below = l->dir + strlen(l->dir);
	for (;;) {
		autofree char *path = host_path(dir, ".git/index");
		char *slash = strrchr(dir, '/');

		if (host_read(l->host, path, INDEX_MAX, index, NULL) == 0)
			return true;
		str_clear(index);
		if (!slash || slash == dir)
			return false;
		*ret_below = l->dir + (slash - dir) + 1;
		*slash = '\0';
	}
}

static void judge_tracked(struct lint *l, const struct lint_rule *rule, const struct str *index,
	const char *below, const char *path)
{
	autofree char *name = xasprintf("%s%s%s", below, *below ? "/" : "", path);

	if (index_has(index, name))
		lint_add(l, rule, path, 0, 0, "%s", _("git keeps the secrets in it"));
}

void lint_tracked(struct lint *l, const struct lint_rule *rule)
{
	AUTO(str) struct str index = STR_INIT(INDEX_MAX);
	AUTO(secret_files) struct secret_files files = {0};
	const char *below;

	if (!read_index(l, &index, &below))
		return;
	if (holds_secrets(l->dotenv))
		judge_tracked(l, rule, &index, below, ".env");
	for (size_t i = 0; i < l->n_env_files; i++) {
		const char *path = l->env_files[i]->name;

		if (*path != '/' && !str_starts(path, "../") && holds_secrets(l->env_files[i]))
			judge_tracked(l, rule, &index, below, path);
	}
	secret_files_find(&files, l->project ? l->project->compose : NULL);
	for (size_t i = 0; i < files.n; i++) {
		autofree char *shown = secret_file_shown(l->dir, files.items[i].path);

		if (str_starts(shown, "./"))
			judge_tracked(l, rule, &index, below, shown + 2);
	}
}

/* --- mounts */

/* A last part with an extension of a file: "nginx.conf", not "conf.d" or ".ssh". */
static bool looks_like_file(const char *path)
{
	static const char *const ends[] = {".conf", ".yml", ".yaml", ".json", ".toml", ".ini",
		".cfg", ".env", ".xml", ".sh", ".sql", ".pem", ".crt", ".key", ".cert", ".txt",
		".properties", ".js", ".py", ".html", ".config", ".hcl", ".cnf", "Caddyfile"};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(path, ends[i]))
			return true;
	return false;
}

/* A directory that is only read: empty it is of no use. Those of a definition are made by it, or
 * filled by people. */
static bool is_for_reading(const struct lint *l, const struct compose_mount *m)
{
	size_t n = strlen(l->dir);

	return !l->project->stack && strncmp(m->source, l->dir, n) == 0 && m->source[n] == '/' &&
	       (m->read_only || str_starts(m->target, "/docker-entrypoint-initdb.d"));
}

void lint_mounts(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && !l->project->fresh && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; s->active && k < s->n_mounts; k++) {
			const struct compose_mount *m = &s->mounts[k];
			size_t n = strlen(l->dir);

			if (m->type != COMPOSE_BIND || !m->source ||
				(!m->must_exist && !looks_like_file(m->source) &&
					!is_for_reading(l, m)) ||
				host_exists(l->host, m->source))
				continue;
			lint_add_node(l, rule, lint_service_node(l, s->name, "volumes"),
				m->must_exist ? _("%s mounts %s, which is not there and is not to "
						  "be made (create_host_path: false)")
					      : _("%s mounts %s, which is not there"),
				s->name,
				strncmp(m->source, l->dir, n) == 0 && m->source[n] == '/'
					? m->source + n + 1
					: m->source);
		}
	}
}

/* An entry of `env_file`: a path, or a map with `path` and `required`. A path that a variable is
 * part of is Compose's to resolve. */
static void look_for_env_file(struct lint *l, const struct lint_rule *rule, const char *service,
	const struct yaml_node *item, struct strv *said)
{
	const char *path = item ? yaml_text(item, yaml_get_text(item, "path", "")) : "";
	autofree char *at = *path ? host_path(l->dir, path) : NULL;

	if (!at || strchr(path, '$') || !strcasecmp(yaml_get_text(item, "required", ""), "false"))
		return;
	/* The first setup writes it. */
	if (host_exists(l->host, at) || (l->project->fresh && str_ends(at, "/.env")))
		return;
	/* Once for a file, however many services take it. */
	if (strv_has(said, path))
		return;
	strv_push(said, path);
	lint_add_node(l, rule, item, _("%s takes its environment from %s, which is not there"),
		service, path);
}

void lint_env_files(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;
	AUTO(strv) struct strv said = STRV_INIT;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		const struct yaml_node *node = lint_service_node(l, s->name, "env_file");

		/* Without the key it is the service itself. */
		if (!s->active || !node || yaml_get(node, "image") || yaml_get(node, "build"))
			continue;
		if (node->kind != YAML_SEQ)
			look_for_env_file(l, rule, s->name, node, &said);
		for (size_t k = 0; node->kind == YAML_SEQ && k < node->n; k++)
			look_for_env_file(l, rule, s->name, node->items[k], &said);
	}
}

/* "/home/NAME/..." as somebody wrote it down, not as a variable gave it. */
static bool is_somebodys(const char *text)
{
	return str_starts(text, "/home/") || str_starts(text, "/Users/") ||
	       str_starts(text, "/root/");
}

void lint_outside(struct lint *l, const struct lint_rule *rule)
{
	const struct yaml_node *root;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *services = yaml_get(root, "services");

		for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
			const struct yaml_node *volumes =
				yaml_get(services->pairs[i].value, "volumes");

			for (size_t k = 0; volumes && volumes->kind == YAML_SEQ && k < volumes->n;
				k++) {
				const struct yaml_node *item = volumes->items[k];
				const char *text =
					yaml_text(item, yaml_get_text(item, "source", ""));

				if (is_somebodys(text))
					lint_add_node(l, rule, item,
						_("%s mounts %.*s, which is on no other machine"),
						services->pairs[i].key->text,
						(int)strcspn(text, ":"), text);
			}
		}
	}
}

void lint_gpu(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	/* kfd: AMD's. */
	if (host_has_nvidia(l->host) || host_exists(l->host, "/dev/kfd"))
		return;
	for (size_t i = 0; c && i < c->n_services; i++)
		if (c->services[i].active && compose_reserves_gpu(&c->services[i], NULL))
			lint_add_node(l, rule, lint_service_node(l, c->services[i].name, "deploy"),
				_("%s reserves a GPU, and %s has none"), c->services[i].name,
				l->host->label ? l->host->label : _("this host"));
}
