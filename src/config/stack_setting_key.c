/* SPDX-License-Identifier: MIT */
/* Keys of a setting whose values have a shape of their own. */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* {when: CONDITION, why: TEXT} */
static int read_required_when(
	struct schema *schema, const struct yaml_node *node, struct setting *s, struct error *err)
{
	static const struct schema_key keys[] = {
		{"when", offsetof(struct setting, required_when), stack_read_condition},
		{"why", offsetof(struct setting, required_why), schema_text},
	};
	int code = schema_map(schema, node, keys, ARRAY_SIZE(keys), s, err);

	s->required = code == 0 && !s->required_when;
	return code;
}

/* `required: true`, or the reason, which people then read, or a mapping with a condition. */
int stack_read_required(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct setting *s = into;

	if (node->kind == YAML_SCALAR && node->type == YAML_BOOL)
		return schema_bool(schema, node, &s->required, err);
	if (yaml_get(node, "when") || yaml_get(node, "why"))
		return read_required_when(schema, node, s, err);
	s->required = true;
	return schema_text(schema, node, &s->required_why, err);
}

#define MEMBER(member) offsetof(struct secret_rotate, member)
static const struct schema_key rotate_keys[] = {
	{"postgres_role", MEMBER(postgres_role), stack_read_expanded},
	{"redis_user", MEMBER(redis_user), stack_read_expanded},
	{"redis_admin", MEMBER(redis_admin), stack_read_expanded},
	{"restart", MEMBER(restart), schema_bool},
	{"command", MEMBER(command), stack_read_command},
	{"check", MEMBER(check), stack_read_command},
	{"service", MEMBER(service), stack_read_service_name},
};
#undef MEMBER

/* One way, and no check where the program's own login is tried. */
static int read_rotate(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct secret_rotate *r = into;
	int code = schema_map(schema, node, rotate_keys, ARRAY_SIZE(rotate_keys), r, err);

	if (code)
		return code;
	if (!!r->postgres_role + !!r->redis_user + (r->command.n > 0) + r->restart != 1)
		return schema_fail(schema, node, err,
			_("expected one of the keys postgres_role, redis_user, command, restart"));
	if (r->check.n && !r->command.n && !r->restart)
		return schema_fail(
			schema, node, err, _("check goes with command and restart only"));
	if (r->redis_admin && !r->redis_user)
		return schema_fail(schema, node, err, _("redis_admin goes with redis_user only"));
	return 0;
}

/* `lives_in: KEY`, or {volume: KEY, rotate: {...}}. */
int stack_read_lives_in(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const struct schema_key keys[] = {
		{"volume", offsetof(struct setting, lives_in), stack_read_volume_name},
		{"rotate", offsetof(struct setting, rotate), read_rotate},
	};
	struct setting *s = into;
	int code;

	if (node->kind == YAML_SCALAR)
		return stack_read_volume_name(schema, node, &s->lives_in, err);
	code = schema_map(schema, node, keys, ARRAY_SIZE(keys), s, err);
	if (code == 0 && !s->lives_in)
		return schema_fail(schema, node, err, _("expected the key volume"));
	return code;
}

/* `test: postgres`, or {kind: postgres, extension: vector}. */
int stack_read_test(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	static const char *const kinds[] = {
		"postgres", "redis", "smtp", "huggingface", "s3", "http"};
	static const struct schema_key keys[] = {
		{"kind", offsetof(struct setting, test), schema_string},
		{"extension", offsetof(struct setting, test_extension), schema_string},
	};
	struct setting *s = into;
	const struct yaml_node *kind = node->kind == YAML_MAP ? yaml_get(node, "kind") : node;
	const char *word;
	int code = node->kind == YAML_MAP ? schema_map(schema, node, keys, ARRAY_SIZE(keys), s, err)
					  : schema_string(schema, node, &s->test, err);

	if (code == 0)
		code = schema_word(schema, kind ? kind : node, kinds, ARRAY_SIZE(kinds), &word, err);
	return code;
}

/* Values, or {values: [...], ignore_case: true}: those in other letters are not allowed, either. */
int stack_read_reject(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct rejected {
		struct strv values;
		bool ignore_case;
	} r = {STRV_INIT, false};
	static const struct schema_key keys[] = {
		{"values", offsetof(struct rejected, values), schema_strings},
		{"ignore_case", offsetof(struct rejected, ignore_case), schema_bool},
	};
	struct setting *s = into;
	int code = 0;

	if (node->kind != YAML_MAP)
		return schema_strings(schema, node, &s->reject, err);
	code = schema_map(schema, node, keys, ARRAY_SIZE(keys), &r, err);
	if (code == 0 && r.values.n == 0)
		code = schema_fail(schema, node, err, _("expected the key %s"), "values");
	if (code == 0)
		strv_extend(&s->reject, &r.values);
	if (code == 0 && r.ignore_case) {
		s->rules = xreallocarray(s->rules, s->n_rules + 1, sizeof(*s->rules));
		s->rules[s->n_rules] = (struct setting_rule){.kind = RULE_REJECT};
		strv_extend(&s->rules[s->n_rules++].args, &r.values);
	}
	strv_done(&r.values);
	return code;
}

/* One character between the items of a list. */
int stack_read_separator(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");

	if (strlen(text) != 1 || isalnum((unsigned char)*text))
		return schema_fail(schema, node, err,
			_("expected one character that is neither letter nor digit"));
	*(char *)into = *text;
	return 0;
}

/* A rule as any other: judged wherever those are. */
static void demand(struct setting *s, const char *pattern, const char *when, char *message)
{
	struct setting_rule *r;

	s->rules = xreallocarray(s->rules, s->n_rules + 1, sizeof(*s->rules));
	r = &s->rules[s->n_rules++];
	*r = (struct setting_rule){
		.kind = RULE_PATTERN, .when = xstrdup(when), .message = message};
	strv_push(&r->args, pattern);
}

int stack_demand_url_safe(
	struct schema *schema, const struct yaml_node *node, struct setting *s, struct error *err)
{
	if (s->type != SETTING_TEXT && s->type != SETTING_SECRET)
		return schema_fail(schema, node, err,
			_("only a text or a secret is asked to be safe inside of an address"));
	/* What is made in the other formats is, by itself. */
	if (s->type == SETTING_SECRET && secret_rule_makes(&s->rule) &&
		(s->rule.format == SECRET_BASE64 || s->rule.format == SECRET_FERNET ||
			secret_format_info(s->rule.format)->lines ||
			s->rule.format == SECRET_BCRYPT || s->rule.format == SECRET_HTPASSWD))
		return schema_fail(schema, node, err,
			_("what format %s makes is not safe inside of an address"),
			secret_format_name(s->rule.format));
	demand(s, "^[A-Za-z0-9._~-]*$", NULL,
		xstrdup(_("it stands inside of an address: letters, digits and - . _ ~ only")));
	return 0;
}

/* How many there are is known of each model: a rule for each, under the condition that the model is
 * chosen. */
static void demand_dimensions(struct setting *s, const struct stack_model *m)
{
	for (size_t i = 0; i < m->n_dimensions; i++) {
		const struct stack_dimensions *d = &m->dimensions[i];
		const char *names[] = {d->model, d->model ? NULL : m->name, d->model ? NULL : m->same_as};
		autofree char *pattern = xasprintf("^%d$", d->count);

		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			autofree char *when = NULL;

			if (!names[k] || strchr(names[k], '$'))
				continue;
			when = xasprintf("%s=%s", s->dimensions_of, names[k]);
			demand(s, pattern, when,
				xasprintf(_("expected %d, the dimensions of %s"), d->count,
					names[k]));
		}
	}
}

void stack_join_dimensions(struct stack *stack)
{
	for (size_t i = 0; i < stack->settings.n; i++)
		for (size_t m = 0; stack->settings.items[i].dimensions_of && m < stack->n_models; m++)
			demand_dimensions(&stack->settings.items[i], &stack->models[m]);
}
