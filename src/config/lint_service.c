/* SPDX-License-Identifier: MIT */
/* What services open to the world, and overrides that do nothing. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

/* Ports that only programs of the project should reach. */
static const struct {
	int port;
	const char *what, *image; /* image: part of its name, where others use the port, too */
} databases[] = {{5432, "PostgreSQL", NULL}, {3306, "MySQL", NULL}, {6379, "Redis", NULL},
	{27017, "MongoDB", NULL}, {9200, "Elasticsearch", NULL}, {9300, "Elasticsearch", NULL},
	{1433, "SQL Server", NULL}, {5984, "CouchDB", NULL}, {11211, "Memcached", NULL},
	{6333, "Qdrant", NULL}, {6334, "Qdrant", NULL}, {19530, "Milvus", NULL},
	{7687, "Neo4j", NULL}, {7474, "Neo4j", NULL}, {9000, "MinIO", "minio"},
	{8123, "ClickHouse", NULL}, {9042, "Cassandra", NULL}, {2379, "etcd", NULL},
	{8086, "InfluxDB", NULL}, {26257, "CockroachDB", NULL}, {5672, "RabbitMQ", NULL}};

static bool is_everywhere(const char *ip)
{
	return str_empty(ip) || strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0;
}

void lint_database(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; k < s->n_ports; k++)
			for (size_t d = 0; d < ARRAY_SIZE(databases); d++)
				if (s->ports[k].target == databases[d].port &&
					(!databases[d].image ||
						(s->image &&
							strstr(s->image, databases[d].image))) &&
					is_everywhere(s->ports[k].host_ip))
					lint_add_node(l, rule,
						lint_service_node(l, s->name, "ports"),
						_("port %d (%s) of %s is open on every address of "
						  "the host"),
						databases[d].port, databases[d].what, s->name);
	}
}

/* Images of programs that take connections only some time after they were started. */
static bool is_database(const struct compose_service *s)
{
	static const char *const images[] = {"postgres", "postgis/postgis", "pgvector/pgvector",
		"timescale/timescaledb", "mysql", "mariadb", "mongo", "elasticsearch", "cassandra",
		"rabbitmq", "neo4j", "clickhouse/clickhouse-server", "influxdb", "couchdb"};
	const char *tag;
	autofree char *plain = s->image ? lint_image_plain(s->image, &tag) : NULL;

	for (size_t i = 0; plain && i < ARRAY_SIZE(images); i++)
		if (strcmp(plain, images[i]) == 0)
			return true;
	return false;
}

void lint_not_awaited(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; k < s->n_depends; k++) {
			const struct compose_depends *d = &s->depends[k];
			const struct compose_service *on = compose_find_service(c, d->service);

			if (on && d->condition == COMPOSE_STARTED && !on->health_check &&
				is_database(on))
				lint_add_node(l, rule, lint_service_node(l, s->name, "depends_on"),
					_("%s waits only until %s has started, not until it "
					  "answers"),
					s->name, on->name);
		}
	}
}

/* Whether an earlier file has entries there that the empty list would be meant to take away. */
static bool has_entries_below(const struct lint *l, size_t n, const char *service, const char *key)
{
	const struct yaml_node *root;

	for (size_t k = n + 1; (root = lint_root(l, k)) != NULL; k++) {
		const struct yaml_node *node =
			yaml_get(yaml_get(yaml_get(root, "services"), service), key);

		if (node && node->kind != YAML_SCALAR && node->n)
			return true;
	}
	return false;
}

void lint_empty_override(struct lint *l, const struct lint_rule *rule)
{
	static const char *const keys[] = {"ports", "volumes", "environment", "env_file", "devices",
		"expose", "profiles", "cap_add", "networks", "depends_on", "labels", "extra_hosts"};
	const struct yaml_node *root;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *services = yaml_get(root, "services");

		for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++)
			for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
				const char *name = services->pairs[i].key->text;
				const struct yaml_node *node =
					yaml_get(services->pairs[i].value, keys[k]);

				if (!node || node->kind == YAML_SCALAR || node->n || node->tag ||
					!has_entries_below(l, n, name, keys[k]))
					continue;
				lint_add_node(l, rule, node,
					_("%s of %s is empty here: the entries of the base stay"),
					keys[k], name);
			}
	}
}

void lint_nothing_enabled(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;
	const struct yaml_node *root = lint_root(l, 0),
			       *services = root ? yaml_get(root, "services") : NULL;
	AUTO(error) struct error why = ERROR_INIT;

	if (!root || !c || !compose_check_enabled(c, &why))
		return;
	lint_add_node(l, rule,
		c->n_services ? lint_service_node(l, c->services[0].name, "profiles")
		: services    ? services
			      : root,
		"%s", why.message);
}
