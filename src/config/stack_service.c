/* SPDX-License-Identifier: MIT */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* As in Compose where nothing is said. */
enum { HEALTH_INTERVAL_MS = 30000, HEALTH_TIMEOUT_MS = 30000, HEALTH_RETRIES = 3 };

void stack_process_free(struct stack_process *process)
{
	if (!process)
		return;
	strv_done(&process->command);
	strv_done(&process->environment);
	strv_done(&process->health);
	free(process->dir);
	free(process->restart);
	for (size_t i = 0; i < process->n_depends; i++)
		free(process->depends[i].service);
	free(process->depends);
	free(process);
}

int stack_read_environment(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *environment = into;

	if (node->kind == YAML_SEQ)
		return stack_read_expanded_list(schema, node, into, err);
	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping of names to values"));
	stack_mention(schema, MENTION_TEXT, node);
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_node *value = node->pairs[i].value;

		if (value->kind != YAML_SCALAR)
			return schema_fail(schema, value, err, _("expected a text"));
		strv_pushf(environment, "%s=%s", node->pairs[i].key->text, value->text);
	}
	return 0;
}

/* Compose's forms: [CMD, word...], [CMD-SHELL, line], [NONE], a line; and a bare list of words. */
static int read_test(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct strv *argv = into;
	int code = stack_read_command(schema, node, into, err);

	if (code || node->kind != YAML_SEQ)
		return code;
	if (strcmp(argv->items[0], "NONE") == 0) {
		strv_clear(argv);
	} else if (strcmp(argv->items[0], "CMD") == 0) {
		strv_remove(argv, 0);
	} else if (strcmp(argv->items[0], "CMD-SHELL") == 0) {
		autofree char *line = xstrdup(argv->n == 2 ? argv->items[1] : NULL);

		if (!line)
			return schema_fail(
				schema, node, err, _("expected one line after CMD-SHELL"));
		strv_clear(argv);
		strv_push_all(argv, "sh", "-c", line, NULL);
	}
	return 0;
}

#define MEMBER(member) offsetof(struct stack_process, member)
static const struct schema_key health_keys[] = {
	{"test", MEMBER(health), read_test},
	{"interval", MEMBER(interval_ms), schema_duration},
	{"timeout", MEMBER(timeout_ms), schema_duration},
	{"start_period", MEMBER(start_period_ms), schema_duration},
	{"retries", MEMBER(retries), schema_int},
};

static int read_health(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	int code = schema_map(schema, node, health_keys, ARRAY_SIZE(health_keys), into, err);

	if (code == 0 && !yaml_get(node, "test"))
		return schema_fail(schema, node, err, _("expected the key test"));
	return code;
}

static int read_restart(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const policies[] = {"no", "on-failure", "always", "unless-stopped"};
	/* `restart: no` is a string for us (YAML 1.2), but not for every editor: false is the same.
	 */
	const char *text = yaml_text(node, "");
	char **restart = into;
	bool limited;
	int64_t most;

	if (node->type == YAML_BOOL && strcasecmp(text, "false") == 0)
		text = "no";
	limited = str_starts(text, "on-failure:") &&
		  text_to_int(strchr(text, ':') + 1, 1, 1000000, &most, NULL) == 0;

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		if (limited || strcmp(text, policies[i]) == 0) {
			free(*restart);
			*restart = xstrdup(text);
			return 0;
		}
	return schema_fail(schema, node, err,
		_("expected one of no, on-failure, on-failure:N, always, unless-stopped"));
}

static int read_condition(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct {
		const char *name;
		enum compose_condition condition;
	} rows[] = {{"service_started", COMPOSE_STARTED}, {"service_healthy", COMPOSE_HEALTHY},
		{"service_completed_successfully", COMPOSE_COMPLETED}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(yaml_text(node, ""), rows[i].name) == 0) {
			*(enum compose_condition *)into = rows[i].condition;
			return 0;
		}
	return schema_fail(schema, node, err,
		_("expected one of service_started, service_healthy, "
		  "service_completed_successfully"));
}

static struct compose_depends *add_depends(struct stack_process *p, const char *service)
{
	p->depends = xreallocarray(p->depends, p->n_depends + 1, sizeof(*p->depends));
	p->depends[p->n_depends] =
		(struct compose_depends){xstrdup(service), COMPOSE_STARTED, true, false};
	return &p->depends[p->n_depends++];
}

static int read_depends(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"condition", offsetof(struct compose_depends, condition), read_condition},
		{"required", offsetof(struct compose_depends, required), schema_bool},
		{"restart", offsetof(struct compose_depends, restart), schema_bool},
	};
	struct stack_process *p = into;
	AUTO(strv) struct strv names = STRV_INIT;
	int code;

	if (node->kind != YAML_MAP) {
		code = schema_strings(schema, node, &names, err);
		for (size_t i = 0; i < names.n && code == 0; i++)
			add_depends(p, names.items[i]);
		return code;
	}
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		size_t length = schema_enter(schema, pair->key->text);

		code = schema_map(schema, pair->value, keys, ARRAY_SIZE(keys),
			add_depends(p, pair->key->text), err);
		schema_leave(schema, length);
		if (code)
			return code;
	}
	return 0;
}

static const struct schema_key process_keys[] = {
	{"command", MEMBER(command), stack_read_command},
	{"environment", MEMBER(environment), stack_read_environment},
	{"dir", MEMBER(dir), stack_read_expanded},
	{"health", 0, read_health},
	{"restart", MEMBER(restart), read_restart},
	{"oneshot", MEMBER(oneshot), schema_bool},
	{"depends_on", 0, read_depends},
};
#undef MEMBER

int stack_read_process(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack_process *p = xcalloc(1, sizeof(*p));
	int code;

	*(struct stack_process **)into = p;
	p->interval_ms = HEALTH_INTERVAL_MS;
	p->timeout_ms = HEALTH_TIMEOUT_MS;
	p->retries = HEALTH_RETRIES;
	code = schema_map(schema, node, process_keys, ARRAY_SIZE(process_keys), p, err);
	if (code)
		return code;
	if (p->command.n == 0)
		return schema_fail(schema, node, err, _("expected the key command"));
	if (!p->restart)
		p->restart = xstrdup("no");
	return 0;
}

static int read_kind(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {
		[SERVICE_CONTAINER] = "container", [SERVICE_HOST] = "host", [SERVICE_JOB] = "job"};
	const char *word;

	if (schema_word(schema, node, words, ARRAY_SIZE(words), &word, err))
		return ERR_INPUT;
	for (int i = 0; i < (int)ARRAY_SIZE(words); i++)
		if (word == words[i])
			*(enum stack_service_kind *)into = (enum stack_service_kind)i;
	return 0;
}

static int read_only_on(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const words[] = {"linux", "macos"};

	return schema_word(schema, node, words, ARRAY_SIZE(words), into, err);
}

#define MEMBER(member) offsetof(struct stack_service, member)
static const struct schema_key service_keys[] = {
	{"about", MEMBER(about), schema_text},
	{"kind", MEMBER(kind), read_kind},
	{"only_on", MEMBER(only_on), read_only_on},
	{"test_only", MEMBER(test_only), schema_bool},
	{"ready", MEMBER(ready), stack_read_gate},
	{"process", MEMBER(process), stack_read_process},
};
#undef MEMBER

/* Process dependencies must name services that are there and can run that way. */
static int check_depends(struct schema *schema, const struct stack *stack,
	const struct yaml_node *node, struct error *err)
{
	for (size_t i = 0; i < stack->n_services; i++) {
		const struct stack_process *p = stack->services[i].process;

		for (size_t k = 0; p && k < p->n_depends; k++) {
			const struct stack_service *other =
				stack_find_service(stack, p->depends[k].service);

			if (!p->depends[k].required || (other && other->process))
				continue;
			return schema_fail(schema, node->pairs[i].value, err,
				_("%s depends on %s, which has no process"),
				stack->services[i].name, p->depends[k].service);
		}
	}
	return 0;
}

int stack_read_services(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct stack *stack = into;

	if (node->kind != YAML_MAP)
		return schema_fail(schema, node, err, _("expected a mapping of services"));
	stack->services = xcalloc(node->n ? node->n : 1, sizeof(*stack->services));
	for (size_t i = 0; i < node->n; i++) {
		struct stack_service *service = &stack->services[stack->n_services++];
		size_t length = schema_enter(schema, node->pairs[i].key->text);
		int code;

		service->name = xstrdup(node->pairs[i].key->text);
		stack_mention(schema, MENTION_SERVICE, node->pairs[i].key);
		code = schema_map(schema, node->pairs[i].value, service_keys,
			ARRAY_SIZE(service_keys), service, err);
		schema_leave(schema, length);
		if (code)
			return code;
	}
	return check_depends(schema, stack, node, err);
}
