/* SPDX-License-Identifier: MIT */
#include "plan/secret_keeper.h"

#include "base/str.h"

#include <fnmatch.h>
#include <string.h>

/* The initial passwords of databases come under many names, and scripts of the first start write
 * other secrets into the data as well: all of them count. */
#define ANY         \
	{           \
		"*" \
	}

static const struct secret_keeper keepers[] = {
	{"PostgreSQL",
		{"postgres", "postgis", "pgvector", "timescale", "spilo", "pgvecto", "paradedb",
			"vectorchord"},
		ANY,
		{"/var/lib/postgresql", "/bitnami/postgresql", "/home/postgres/pgdata",
			"/var/lib/pgsql"},
		"PGDATA", "PG_VERSION", true},
	{"MySQL and MariaDB", {"mysql", "mariadb", "percona"}, ANY,
		{"/var/lib/mysql", "/bitnami/mysql", "/bitnami/mariadb"}, NULL, "ibdata1", true},
	{"MongoDB", {"mongo"}, ANY, {"/data/db", "/data/configdb", "/bitnami/mongodb"}, NULL,
		"WiredTiger", true},
	{"CouchDB", {"couchdb"}, {"*PASS*", "*SECRET*", "*COOKIE*"},
		{"/opt/couchdb/data", "/bitnami/couchdb"}, NULL, "_dbs.couch", true},
	{"Neo4j", {"neo4j"}, {"NEO4J_AUTH*", "*PASS*"}, {"/data", "/bitnami/neo4j"}, NULL,
		"databases", true},
	{"InfluxDB", {"influxdb"}, {"*PASS*", "*TOKEN*"},
		{"/var/lib/influxdb", "/var/lib/influxdb2", "/var/lib/influxdb3",
			"/bitnami/influxdb"},
		NULL, "influxd.bolt", true},
	{"Elasticsearch", {"elasticsearch"}, {"*PASS*", "*ENCRYPTION*", "*KEY*"},
		{"/usr/share/elasticsearch/data", "/bitnami/elasticsearch/data"}, NULL, "_state",
		true},
	{"OpenSearch", {"opensearch"}, {"*PASS*"},
		{"/usr/share/opensearch/data", "/bitnami/opensearch/data"}, NULL, "nodes", true},
	{"RabbitMQ", {"rabbitmq"}, {"*PASS*", "*COOKIE*"},
		{"/var/lib/rabbitmq", "/bitnami/rabbitmq"}, NULL, "mnesia", true},
	{"SQL Server", {"mssql", "azure-sql-edge"}, {"*PASS*"}, {"/var/opt/mssql"}, NULL,
		"master.mdf", true},
	{"Oracle Database", {"oracle"}, {"ORACLE_*"}, {"/opt/oracle/oradata"}, NULL, NULL, true},
	{"ArangoDB", {"arangodb"}, {"ARANGO_*"}, {"/var/lib/arangodb3"}, NULL, "ENGINE", true},
	{"ClickHouse", {"clickhouse"}, {"*PASS*"}, {"/var/lib/clickhouse", "/bitnami/clickhouse"},
		NULL, "metadata", true},
	{"SurrealDB", {"surrealdb"}, {"*PASS*"}, {"/data", "/mydata", "/var/lib/surrealdb"}, NULL,
		NULL, true},
	{"Cassandra", {"cassandra", "scylla"}, {"*PASS*"},
		{"/var/lib/cassandra", "/var/lib/scylla", "/bitnami/cassandra"}, NULL, "commitlog",
		true},
	/* Without a key server MinIO encrypts its own users and policies with these. */
	{"MinIO", {"minio"},
		{"MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY", "MINIO_ACCESS_KEY", "MINIO_ROOT_USER",
			"MINIO_KMS_SECRET_KEY"},
		{"/data", "/data1", "/export", "/mnt/data", "/bitnami/minio/data"}, NULL,
		".minio.sys", true},
	{"OpenLDAP", {"openldap", "lldap"}, {"*PASS*", "LLDAP_KEY_SEED"},
		{"/var/lib/ldap", "/bitnami/openldap", "/data"}, NULL, NULL, true},
	{"Grafana", {"grafana"}, {"GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_SECRET_KEY"},
		{"/var/lib/grafana"}, NULL, "grafana.db", false},
	{"Keycloak", {"keycloak"},
		{"KEYCLOAK_ADMIN_PASSWORD", "KC_BOOTSTRAP_ADMIN_PASSWORD", "KEYCLOAK_PASSWORD"},
		{"/opt/keycloak/data", "/opt/jboss/keycloak/standalone/data"}, NULL, "h2", false},
	{"pgAdmin", {"pgadmin"}, {"PGADMIN_DEFAULT_PASSWORD"}, {"/var/lib/pgadmin"}, NULL,
		"pgadmin4.db", false},
	{"n8n", {"n8n"}, {"N8N_ENCRYPTION_KEY"}, {"/home/node/.n8n"}, NULL, "config", false},
	{"Gitea and Forgejo", {"gitea", "forgejo"},
		{"*SECRET_KEY", "*INTERNAL_TOKEN", "*JWT_SECRET"}, {"/data", "/var/lib/gitea"},
		NULL, "gitea", false},
	{"GitLab", {"gitlab-ce", "gitlab-ee"}, {"GITLAB_ROOT_PASSWORD"}, {"/var/opt/gitlab"}, NULL,
		"postgresql", false},
	{"Nextcloud", {"nextcloud"}, {"NEXTCLOUD_ADMIN_PASSWORD"}, {"/var/www/html"}, NULL,
		"config", false},
	{"Authelia", {"authelia"}, {"AUTHELIA_*ENCRYPTION_KEY"}, {"/config"}, NULL, "db.sqlite3",
		false},
	{"Paperless", {"paperless"}, {"PAPERLESS_ADMIN_PASSWORD"}, {"/usr/src/paperless/data"},
		NULL, "db.sqlite3", false},
	{"PhotoPrism", {"photoprism"}, {"PHOTOPRISM_ADMIN_PASSWORD"}, {"/photoprism/storage"}, NULL,
		NULL, false},
	{"EMQX", {"emqx"}, {"EMQX_DASHBOARD__DEFAULT_PASSWORD", "EMQX_NODE__COOKIE"},
		{"/opt/emqx/data"}, NULL, "mnesia", false},
};

/* Where mounts lead that hold no data. */
static const char *const aside[] = {"/docker-entrypoint", "/etc", "/var/log", "/tmp", "/run",
	"/var/run", "/backup", "/dump", "/opt/scripts", "/scripts", "/certs", "/usr/local", "/logs",
	"/conf", "/import", "/plugins"};

const struct secret_keeper *secret_keepers(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(keepers);
	return keepers;
}

/* "ghcr.io:443/team/postgres-vector:17@sha256:..." is "postgres-vector". */
static char *short_name(const char *image)
{
	const char *slash = strrchr(image, '/');
	const char *name = slash ? slash + 1 : image;

	return xstrndup(name, strcspn(name, ":@"));
}

static const struct secret_keeper *by_word(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(keepers); i++)
		for (size_t k = 0; k < KEEPER_WORDS && keepers[i].images[k]; k++)
			if (strcasestr(text, keepers[i].images[k]))
				return &keepers[i];
	return NULL;
}

const struct secret_keeper *secret_keeper_of(const struct compose_service *service)
{
	autofree char *image = service->image ? short_name(service->image) : NULL;
	const struct secret_keeper *k = image ? by_word(image) : NULL;

	return k ? k : by_word(service->name);
}

/* path is dir, or is below it. */
static bool within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (!path[n] || path[n] == '/');
}

const struct secret_keeper *secret_keeper_by_directory(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(keepers); i++) {
		for (size_t k = 0; k < KEEPER_WORDS && keepers[i].directories[k]; k++) {
			const char *dir = keepers[i].directories[k];

			/* One part alone ("/data") is anybody's, and so is a web root. */
			if (keepers[i].database && strchr(dir + 1, '/') && within(target, dir))
				return &keepers[i];
		}
	}
	return NULL;
}

bool secret_keeper_takes(const struct secret_keeper *k, const char *variable)
{
	for (size_t i = 0; i < KEEPER_WORDS && k->variables[i]; i++)
		if (fnmatch(k->variables[i], variable, 0) == 0)
			return true;
	return false;
}

bool secret_keeper_stores(const struct secret_keeper *k, const char *target)
{
	for (size_t i = 0; i < KEEPER_WORDS && k->directories[i]; i++)
		if (within(target, k->directories[i]) || within(k->directories[i], target))
			return true;
	return false;
}

bool secret_keeper_is_aside(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(aside); i++)
		if (str_starts(target, aside[i]))
			return true;
	return false;
}
