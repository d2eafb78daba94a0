/* SPDX-License-Identifier: MIT */
#include "config/stack_parts.h"

#include "base/i18n.h"

#include <string.h>

enum { GATE_INTERVAL_MS = 1000, GATE_TIMEOUT_MS = 120000 };

void stack_gate_free(struct stack_gate *gate)
{
	if (!gate)
		return;
	free(gate->url);
	free(gate->json_path);
	free(gate->json_equals);
	free(gate->json_not);
	strv_done(&gate->degraded);
	secret_free(gate->bearer);
	for (size_t i = 0; i < gate->headers.n; i++)
		mem_wipe(gate->headers.items[i], strlen(gate->headers.items[i]));
	strv_done(&gate->headers);
	free(gate->host);
	free(gate->port);
	free(gate->user);
	secret_free(gate->password);
	free(gate->database);
	free(gate->query);
	strv_done(&gate->command);
	free(gate);
}

#define MEMBER(member) offsetof(struct stack_gate, member)

static int read_json(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"path", MEMBER(json_path), schema_string},
		{"equals", MEMBER(json_equals), stack_read_expanded},
		{"not", MEMBER(json_not), stack_read_expanded},
		{"degraded", MEMBER(degraded), schema_strings},
	};
	struct stack_gate *gate = into;
	int code = schema_map(schema, node, keys, ARRAY_SIZE(keys), gate, err);

	if (code == 0 && (!gate->json_path || !gate->json_equals == !gate->json_not))
		return schema_fail(
			schema, node, err, _("expected the key path, and equals or not"));
	return code;
}

static int read_http(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"get", MEMBER(url), stack_read_expanded},
		{"expect", MEMBER(expect), stack_read_status},
		{"json", 0, read_json},
		{"bearer", MEMBER(bearer), stack_read_expanded},
		{"headers", MEMBER(headers), stack_read_headers},
	};
	struct stack_gate *gate = into;
	int code;

	gate->kind = GATE_HTTP;
	if (node->kind == YAML_SCALAR)
		code = stack_read_expanded(schema, node, &gate->url, err);
	else
		code = schema_map(schema, node, keys, ARRAY_SIZE(keys), gate, err);
	if (code)
		return code;
	if (!gate->url || (strncmp(gate->url, "http", 4) != 0 && gate->url[0] != '$'))
		return schema_fail(schema, node, err, _("expected an http:// or https:// address"));
	return 0;
}

/* The last colon outside of ${...}. */
static const char *last_colon(const char *text)
{
	const char *colon = NULL;
	int depth = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '{')
			depth++;
		else if (*p == '}')
			depth--;
		else if (*p == ':' && depth == 0)
			colon = p;
	}
	return colon;
}

static int read_endpoint(struct schema *schema, const struct yaml_node *node,
	struct stack_gate *gate, const struct schema_key *keys, size_t n_keys, struct error *err)
{
	const char *text = yaml_text(node, NULL), *colon = text ? last_colon(text) : NULL;

	if (node->kind == YAML_MAP) {
		int code = schema_map(schema, node, keys, n_keys, gate, err);

		if (code || gate->port)
			return code;
		return schema_fail(schema, node, err, _("expected the key port"));
	}
	if (!text || !*text)
		return schema_fail(schema, node, err, _("expected host:port, or a mapping"));
	stack_mention(schema, MENTION_TEXT, node);
	if (!colon) {
		gate->port = xstrdup(text);
		return 0;
	}
	gate->host = xstrndup(text, (size_t)(colon - text));
	gate->port = xstrdup(colon + 1);
	return 0;
}

static const struct schema_key endpoint_keys[] = {
	{"host", MEMBER(host), stack_read_expanded},
	{"port", MEMBER(port), stack_read_expanded},
	{"user", MEMBER(user), stack_read_expanded},
	{"password", MEMBER(password), stack_read_expanded},
	{"database", MEMBER(database), stack_read_expanded},
	{"query", MEMBER(query), stack_read_expanded},
};

/* How many of endpoint_keys each kind knows. */
static int read_tcp(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = into;

	gate->kind = GATE_TCP;
	return read_endpoint(schema, node, gate, endpoint_keys, 2, err);
}

static int read_redis(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = into;

	gate->kind = GATE_REDIS;
	return read_endpoint(schema, node, gate, endpoint_keys, 4, err);
}

static int read_postgres(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = into;

	gate->kind = GATE_POSTGRES;
	return read_endpoint(schema, node, gate, endpoint_keys, ARRAY_SIZE(endpoint_keys), err);
}

static int read_command(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = into;

	gate->kind = GATE_COMMAND;
	return stack_read_command(schema, node, &gate->command, err);
}

/* Files of its container are looked at by its own shell; a dollar sign of the shell is written $$. */
static int read_file_gate(struct schema *schema, const struct yaml_node *node,
	struct stack_gate *gate, const char *script, struct error *err)
{
	const char *path = yaml_text(node, "");

	if (node->kind != YAML_SCALAR || (*path != '/' && *path != '$'))
		return schema_fail(
			schema, node, err, _("expected a path that begins with /, in the container"));
	gate->kind = GATE_COMMAND;
	stack_mention(schema, MENTION_TEXT, node);
	strv_push_all(&gate->command, "sh", "-c", script, path, NULL);
	return 0;
}

static int read_file(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return read_file_gate(schema, node, into, "test -e \"$$0\"", err);
}

static int read_pid_file(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	return read_file_gate(schema, node, into, "kill -0 \"$$(cat \"$$0\")\"", err);
}

static int read_health(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = into;
	bool truth = false;

	gate->kind = GATE_HEALTH;
	if (schema_bool(schema, node, &truth, NULL) || !truth)
		return schema_fail(
			schema, node, err, _("expected true: the service's own health check"));
	return 0;
}

static const struct schema_key gate_keys[] = {
	/* Conditions; exactly one of them. */
	{"http", 0, read_http},
	{"tcp", 0, read_tcp},
	{"postgres", 0, read_postgres},
	{"redis", 0, read_redis},
	{"command", 0, read_command},
	{"file", 0, read_file},
	{"pid_file", 0, read_pid_file},
	{"health", 0, read_health},
	/* How it is tried. */
	{"interval", MEMBER(interval_ms), schema_duration},
	{"timeout", MEMBER(timeout_ms), schema_duration},
	{"start_period", MEMBER(start_period_ms), schema_duration},
	{"retries", MEMBER(retries), schema_int},
};
#undef MEMBER
enum { GATE_CONDITIONS = 8 };

int stack_read_gate(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_gate *gate = xcalloc(1, sizeof(*gate));
	int conditions = 0;
	int code;

	*(struct stack_gate **)into = gate;
	gate->interval_ms = GATE_INTERVAL_MS;
	gate->timeout_ms = GATE_TIMEOUT_MS;
	code = schema_map(schema, node, gate_keys, ARRAY_SIZE(gate_keys), gate, err);
	if (code)
		return code;
	for (size_t i = 0; i < GATE_CONDITIONS; i++)
		conditions += yaml_get(node, gate_keys[i].key) != NULL;
	if (conditions != 1)
		return schema_fail(schema, node, err,
			_("expected exactly one of http, tcp, postgres, redis, command, file, "
			  "pid_file, health"));
	return 0;
}
