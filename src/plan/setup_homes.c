/* SPDX-License-Identifier: MIT */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"

#include <string.h>

/* Databases that take a password when their data is created, and know only that one afterwards.
 * Those that read it on every start (Redis, MinIO) do not belong here. */
static const char *const databases[] = {"postgres", "postgis", "pgvector", "timescale", "mysql",
	"mariadb", "percona", "mongo", "couchdb", "neo4j", "influxdb", "elasticsearch",
	"opensearch", "rabbitmq", "mssql", "arangodb", "clickhouse", "surrealdb"};

/* Where such databases keep their data. */
static const char *const data_directories[] = {"/var/lib/postgresql", "/bitnami/postgresql",
	"/var/lib/mysql", "/bitnami/mysql", "/bitnami/mariadb", "/data/db", "/bitnami/mongodb",
	"/opt/couchdb/data", "/var/lib/influxdb", "/usr/share/elasticsearch/data",
	"/usr/share/opensearch/data", "/var/lib/rabbitmq", "/var/opt/mssql"};

void secret_homes_done(struct secret_homes *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->items[i].setting);
		free(h->items[i].volume);
		free(h->items[i].path);
	}
	free(h->items);
	*h = (struct secret_homes){0};
}

static void add_home(struct secret_homes *h, const char *setting, char *volume, const char *path)
{
	VEC_GROW(h->items, h->n, h->cap);
	h->items[h->n++] = (struct secret_home){xstrdup(setting), volume, xstrdup(path), false};
}

static bool names_database(const char *text)
{
	for (size_t i = 0; text && i < ARRAY_SIZE(databases); i++)
		if (strstr(text, databases[i]))
			return true;
	return false;
}

static bool is_data_directory(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(data_directories); i++)
		if (str_starts(target, data_directories[i]))
			return true;
	return false;
}

static void add_homes_of_service(struct secret_homes *h, const struct compose *c,
	const struct compose_service *service, const char *setting)
{
	bool database = names_database(service->image) || names_database(service->name);

	for (size_t i = 0; i < service->n_mounts; i++) {
		const struct compose_mount *m = &service->mounts[i];

		if (!m->source || m->read_only)
			continue;
		if (m->type == COMPOSE_VOLUME && (database || is_data_directory(m->target)))
			add_home(h, setting, compose_volume_name(c, m->source), NULL);
		else if (m->type == COMPOSE_BIND && is_data_directory(m->target))
			add_home(h, setting, NULL, m->source);
	}
}

void secret_homes_find(struct secret_homes *h, const struct project *p)
{
	const struct compose *c = p->compose;

	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];

		if (!setting_is_secret(s))
			continue;
		if (s->lives_in) {
			add_home(h, s->name, compose_volume_name(c, s->lives_in), NULL);
			continue;
		}
		for (size_t k = 0; k < s->used_by.n; k++) {
			const struct compose_service *service =
				compose_find_service(c, s->used_by.items[k]);

			if (service)
				add_homes_of_service(h, c, service, s->name);
		}
	}
}

const struct secret_home *secret_homes_kept(const struct secret_homes *h, const char *setting)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->items[i].exists && !strcmp(h->items[i].setting, setting))
			return &h->items[i];
	return NULL;
}

char *secret_home_text(const struct secret_home *home)
{
	if (home->volume)
		return xasprintf(_("the volume %s"), home->volume);
	return xasprintf(_("the directory %s"), home->path);
}

/* --- ports of the host ---------------------------------------------------------------------------
 */

/* Names in ${NAME...} and $NAME of the first n bytes of text. */
static void add_names(struct strv *ret, const char *text, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		size_t start, len = 0;

		if (text[i] != '$')
			continue;
		if (text[i + 1] == '$') {
			i++;
			continue;
		}
		start = i + 1 + (text[i + 1] == '{');
		while (start + len < n &&
			(strchr("_", text[start + len]) ||
				(text[start + len] >= 'A' && text[start + len] <= 'Z') ||
				(text[start + len] >= 'a' && text[start + len] <= 'z') ||
				(text[start + len] >= '0' && text[start + len] <= '9')))
			len++;
		if (len) {
			autofree char *name = xstrndup(text + start, len);

			strv_add_once(ret, name);
		}
	}
}

/* Bytes of "[host:]published:target" before the target; braces protect the colons of defaults. */
static size_t published_part(const char *text)
{
	size_t depth = 0, part = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '{')
			depth++;
		else if (text[i] == '}' && depth)
			depth--;
		else if (text[i] == ':' && !depth)
			part = i;
	}
	return part;
}

static void add_published(struct strv *ret, const struct yaml_node *ports)
{
	for (size_t i = 0; ports && ports->kind == YAML_SEQ && i < ports->n; i++) {
		const struct yaml_node *port = ports->items[i];
		const char *text = port->kind == YAML_SCALAR ? port->text
							     : yaml_get_text(port, "published", "");

		add_names(
			ret, text, port->kind == YAML_SCALAR ? published_part(text) : strlen(text));
	}
}

void setup_published(const struct project *p, struct strv *ret)
{
	for (size_t i = 0; i < p->compose->n_files; i++) {
		const struct compose_file *f = &p->compose->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const struct yaml_node *services;

		if (f->role != COMPOSE_FILE_COMPOSE ||
			yaml_parse(f->path, f->text, f->len, &doc, NULL))
			continue;
		services = yaml_get(yaml_root(doc), "services");
		for (size_t k = 0; services && services->kind == YAML_MAP && k < services->n; k++)
			add_published(ret, yaml_get(services->pairs[k].value, "ports"));
	}
}
