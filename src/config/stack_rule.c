/* SPDX-License-Identifier: MIT */
/* The list under `rules` of a setting, and its short forms beside the setting's other keys. */
#include "config/stack_parts.h"

#include "base/i18n.h"

#include <string.h>

/* A rule is a mapping with one key that names its kind; `when` and `message` may stand beside. */
struct draft {
	struct setting_rule rule;
	bool known;
};

/* Rules that look at others name conditions or settings. */
static void mention(struct schema *schema, enum setting_rule_kind kind, const struct yaml_node *node)
{
	bool condition = kind == RULE_REQUIRES || kind == RULE_CONFLICTS;

	/* The last one is what the others add up to. */
	for (size_t i = 0; kind == RULE_SUM && node->kind == YAML_SEQ && i + 1 < node->n; i++)
		stack_mention(schema, MENTION_SETTING, node->items[i]);
	if (setting_rule_info(kind)->cross && kind != RULE_SUM)
		stack_mention(schema, condition ? MENTION_CONDITION : MENTION_SETTING, node);
}

static int read_kind(
	struct schema *schema, const struct yaml_pair *pair, struct draft *d, struct error *err)
{
	int kind = setting_rule_find(pair->key->text);

	if (d->known)
		return schema_fail(
			schema, pair->key, err, _("expected one rule in each entry of the list"));
	d->known = true;
	d->rule.kind = (enum setting_rule_kind)kind;
	mention(schema, d->rule.kind, pair->value);
	return schema_strings(schema, pair->value, &d->rule.args, err);
}

static int read_keys(
	struct schema *schema, const struct yaml_node *node, struct draft *d, struct error *err)
{
	/* For the message about unknown keys, and the two texts. */
	struct schema_key keys[SETTING_RULES + 2] = {
		{"when", offsetof(struct setting_rule, when), stack_read_condition},
		{"message", offsetof(struct setting_rule, message), schema_text},
	};
	int code = 0;

	for (int i = 0; i < SETTING_RULES; i++)
		keys[i + 2] = (struct schema_key){
			setting_rule_info((enum setting_rule_kind)i)->name, 0, schema_any};
	code = schema_map(schema, node, keys, ARRAY_SIZE(keys), &d->rule, err);
	for (size_t i = 0; i < node->n && code == 0; i++)
		if (setting_rule_find(node->pairs[i].key->text) >= 0)
			code = read_kind(schema, &node->pairs[i], d, err);
	if (code == 0 && !d->known)
		code = schema_fail(schema, node, err, _("expected a rule such as min_length: 32"));
	return code;
}

static void add_rule(struct setting *s, struct setting_rule *rule)
{
	s->rules = xreallocarray(s->rules, s->n_rules + 1, sizeof(*s->rules));
	s->rules[s->n_rules++] = *rule;
	*rule = (struct setting_rule){0};
}

int stack_read_rules(
	struct schema *schema, const struct yaml_node *node, struct setting *s, struct error *err)
{
	int code = 0;

	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of rules"));
	for (size_t i = 0; i < node->n && code == 0; i++) {
		size_t length = schema_enter_item(schema, i);
		struct draft d = {0};
		const char *wrong;

		code = read_keys(schema, node->items[i], &d, err);
		wrong = code ? NULL : setting_rule_wrong(s, &d.rule);
		if (wrong)
			code = schema_fail(schema, node->items[i], err, "%s", wrong);
		if (code == 0)
			add_rule(s, &d.rule);
		setting_rule_done(&d.rule);
		schema_leave(schema, length);
	}
	return code;
}

int stack_read_rule(struct schema *schema, enum setting_rule_kind kind,
	const struct yaml_node *node, struct setting *s, struct error *err)
{
	struct setting_rule rule = {.kind = kind, .args = STRV_INIT};
	int code = schema_strings(schema, node, &rule.args, err);
	const char *wrong = code ? NULL : setting_rule_wrong(s, &rule);

	if (wrong)
		code = schema_fail(schema, node, err, "%s", wrong);
	if (code == 0)
		add_rule(s, &rule);
	mention(schema, kind, node);
	setting_rule_done(&rule);
	return code;
}
