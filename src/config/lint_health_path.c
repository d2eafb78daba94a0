/* SPDX-License-Identifier: MIT */
/* Health checks that ask a well-known program for a path or at a port that it does not have. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <stdlib.h>
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

/* The first http address in a text. */
struct asked {
	char *host, *path; /* path: without its query; NULL: a variable is part of it */
	int port;          /* 0: none is named */
};

static void asked_done(struct asked *a)
{
	free(a->host);
	free(a->path);
}
DEFINE_AUTO(asked)

static bool read_asked(const char *test, struct asked *ret)
{
	const char *at = strstr(test, "http://");
	size_t n;

	if (!at)
		return false;
	at += strlen("http://");
	n = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/ \t\n?#\"'|;&)$");
	ret->host = xstrndup(at, strnlen(at, n));
	at += strlen(ret->host);
	if (*at == ':') {
		ret->port = (int)strtol(at + 1, NULL, 10);
		at += 1 + strspn(at + 1, "0123456789");
	}
	if (*at != '/')
		return true;
	n = strcspn(at, " \t\n?#\"'|;&)$");
	/* "/health/" is "/health" to people, and often to the program. */
	while (n > 1 && at[n - 1] == '/')
		n--;
	ret->path = at[n] == '$' ? NULL : xstrndup(at, n);
	return true;
}

/* Whom a test of `s` asks: itself, or another service by its name; NULL: somebody else. */
static const struct compose_service *asked_service(
	const struct compose *c, const struct compose_service *s, const char *host)
{
	static const char *const selves[] = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"};

	for (size_t i = 0; i < ARRAY_SIZE(selves); i++)
		if (strcmp(selves[i], host) == 0)
			return s;
	if (str_eq(json_str(s->json, "container_name", NULL), host) ||
		str_eq(json_str(s->json, "hostname", NULL), host))
		return s;
	return compose_find_service(c, host);
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

static void judge_path(const struct compose_service *of, const char *path, struct strv *ret)
{
	const char *const *paths = path && of->image && !of->builds ? paths_of(of->image) : NULL;

	if (paths && is_guess(path) && !has_path(paths, path))
		strv_pushf(ret, _("%s is asked for %s, which %s does not have; it has %s"),
			of->name, path, of->image, *paths);
}

/* Programs whose port people take for another one, and what in their command or environment chooses
 * it.
 */
static const struct {
	const char *image;
	int port;
	const char *option, *variable;
} ports[] = {
	{"huggingface/text-embeddings-inference", 80, "port", "PORT"},
	{"huggingface/text-generation-inference", 80, "port", "PORT"},
};

static bool chooses_port(const struct compose_service *s, const char *option, const char *variable)
{
	struct json_object *command = json_get(s->json, "command");
	struct json_object *environment = json_get(s->json, "environment");

	return json_get(s->json, "entrypoint") || json_get(environment, variable) ||
	       (command && strstr(json_object_to_json_string(command), option)) ||
	       json_get(s->json, "env_file");
}

static void judge_port(const struct compose_service *of, int port, struct strv *ret)
{
	const char *tag;
	autofree char *plain = of->image ? lint_image_plain(of->image, &tag) : NULL;

	for (size_t i = 0; plain && !of->builds && i < ARRAY_SIZE(ports); i++)
		if (strcmp(ports[i].image, plain) == 0 && (port ? port : 80) != ports[i].port &&
			!chooses_port(of, ports[i].option, ports[i].variable))
			strv_pushf(ret, _("%s is asked at port %d, and %s listens on %d"), of->name,
				port, of->image, ports[i].port);
}

void lint_wrong_paths(const struct compose *c, const struct compose_service *s, struct strv *ret)
{
	autofree char *test = s->health_check ? lint_health_test(s) : NULL;
	const struct compose_service *of;
	AUTO(asked) struct asked asked = {0};

	if (!test || !read_asked(test, &asked) || !(of = asked_service(c, s, asked.host)))
		return;
	judge_path(of, asked.path, ret);
	judge_port(of, asked.port, ret);
}

/* Whether more than the status of the answer counts; "||" is no pipe, and a media type in a header no
 * look at what comes. */
static bool looks_at_body(const char *test)
{
	static const char *const looks[] = {"json.", "json(", "JSON.", "jq", "grep", ".read(",
		".text", ".content", ".body", "on('data'", "on(\"data\""};

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (strstr(test, looks[i]))
			return true;
	/* [ "$(curl ...)" = ok ], unless it is the status that is printed. */
	if ((strstr(test, "$(") || strchr(test, '`')) && !strstr(test, "http_code"))
		return true;
	for (const char *p = strchr(test, '|'); p; p = strchr(p, '|')) {
		if (p[1] != '|')
			return true;
		p += 2;
	}
	return false;
}

const struct stack_gate *lint_gate_of_body(const struct compose *c, const struct stack *stack,
	const struct compose_service *s, const char *test, char **ret_path)
{
	AUTO(asked) struct asked asked = {0}, wanted = {0};
	const struct compose_service *of;
	const struct stack_service *known;

	if (looks_at_body(test) || !read_asked(test, &asked) || !asked.path ||
		!(of = asked_service(c, s, asked.host)))
		return NULL;
	known = stack_find_service(stack, of->name);
	if (!known || !known->ready || !known->ready->json_path || !known->ready->url ||
		!read_asked(known->ready->url, &wanted) || !str_eq(asked.path, wanted.path))
		return NULL;
	*ret_path = take(asked.path);
	return known->ready;
}

void lint_health_path(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		AUTO(strv) struct strv found = STRV_INIT;

		lint_wrong_paths(c, &c->services[i], &found);
		for (size_t k = 0; k < found.n; k++)
			lint_add_node(l, rule,
				lint_service_node(l, c->services[i].name, "healthcheck"), "%s",
				found.items[k]);
	}
}
