/* SPDX-License-Identifier: MIT */
/* Health checks that ask a well-known program for a path that it does not have. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* Health paths from each program's documentation; the first is the one to name. Only what begins
 * like a health path is compared: other paths may well be there. */
static const struct {
	const char *image, *paths[5];
} programs[] = {
	{"qdrant/qdrant", {"/readyz", "/healthz", "/livez"}},
	{"minio/minio", {"/minio/health/live", "/minio/health/ready", "/minio/health/cluster"}},
	{"prom/prometheus", {"/-/healthy", "/-/ready"}},
	{"prom/alertmanager", {"/-/healthy", "/-/ready"}},
	{"grafana/grafana", {"/api/health", "/healthz"}},
	{"grafana/grafana-oss", {"/api/health", "/healthz"}},
	{"grafana/loki", {"/ready"}},
	{"grafana/tempo", {"/ready"}},
	{"ollama/ollama", {"/api/version", "/api/tags"}},
	{"chromadb/chroma", {"/api/v2/heartbeat", "/api/v1/heartbeat", "/api/v2/healthcheck"}},
	{"semitechnologies/weaviate", {"/v1/.well-known/ready", "/v1/.well-known/live"}},
	{"elasticsearch", {"/_cluster/health"}},
	{"opensearchproject/opensearch", {"/_cluster/health"}},
	{"hashicorp/vault", {"/v1/sys/health"}},
	{"rabbitmq", {"/api/health/checks/"}},
	{"gitea/gitea", {"/api/healthz"}},
	{"n8nio/n8n", {"/healthz", "/healthz/readiness"}},
	{"traefik", {"/ping"}},
};

/* What people guess. */
static const char *const guesses[] = {"/health", "/healthz", "/healthcheck", "/health-check",
	"/api/health", "/ready", "/readyz", "/live", "/livez", "/status", "/ping"};

static bool is_guess(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(guesses); i++)
		if (strcmp(path, guesses[i]) == 0)
			return true;
	return false;
}

/* The path of the first http address in a text that leads to the container itself, without its
 * query; NULL. Caller frees. */
static char *own_path(const char *test)
{
	static const char *const selves[] = {
		"http://localhost", "http://127.0.0.1", "http://[::1]"};

	for (size_t i = 0; i < ARRAY_SIZE(selves); i++) {
		const char *at = strstr(test, selves[i]);
		size_t n;

		if (!at)
			continue;
		at += strlen(selves[i]);
		if (*at == ':')
			at += 1 + strspn(at + 1, "0123456789");
		if (*at != '/')
			continue;
		n = strcspn(at, " \t\n?#\"'|;&)$");
		/* "/health/" is "/health" to people, and often to the program. */
		while (n > 1 && at[n - 1] == '/')
			n--;
		return at[n] == '$' ? NULL : xstrndup(at, n);
	}
	return NULL;
}

static const char *const *paths_of(const char *image)
{
	const char *tag;
	autofree char *plain = lint_image_plain(image, &tag);

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (strcmp(programs[i].image, plain) == 0)
			return programs[i].paths;
	return NULL;
}

static bool has_path(const char *const *paths, const char *path)
{
	for (; *paths; paths++)
		if (strcmp(*paths, path) == 0)
			return true;
	return false;
}

void lint_health_path(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		autofree char *test = s->health_check ? lint_health_test(s) : NULL;
		autofree char *path = test ? own_path(test) : NULL;
		const char *const *paths = path && s->image ? paths_of(s->image) : NULL;

		if (paths && is_guess(path) && !has_path(paths, path))
			lint_add_node(l, rule, lint_service_node(l, s->name, "healthcheck"),
				_("%s is asked for %s, which %s does not have; it has %s"), s->name,
				path, s->image, *paths);
	}
}
