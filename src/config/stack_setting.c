/* SPDX-License-Identifier: MIT */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/secret_file.h"

#include <ctype.h>
#include <string.h>

/* A setting while it is read: limits can only be understood once the type is known. */
struct draft {
	struct setting s;
	const struct yaml_node *min, *max, *min_length, *max_length, *initial, *generate;
	const struct yaml_node *units;
	const struct yaml_node *rules, *requires, *conflicts, *pattern;
};

/* Or that of a secret's file. */
static bool is_setting_name(const char *name)
{
	if (str_starts(name, SECRET_FILE_PREFIX))
		return secret_file_is_name(name + strlen(SECRET_FILE_PREFIX));
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

static int read_name(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind != YAML_SCALAR || !is_setting_name(node->text))
		return schema_fail(
			schema, node, err, _("expected the name of a variable, such as WEB_PORT"));
	return schema_string(schema, node, into, err);
}

static int read_type(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *names[SETTING_TYPES], *name;

	for (int i = 0; i < SETTING_TYPES; i++)
		names[i] = setting_type_info((enum setting_type)i)->name;
	if (schema_word(schema, node, names, SETTING_TYPES, &name, err))
		return ERR_INPUT;
	*(enum setting_type *)into = (enum setting_type)setting_type_find(name);
	return 0;
}

/* `required: true`, or the reason, which people then read. */
static int read_required(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct setting *s = into;

	if (node->kind == YAML_SCALAR && node->type == YAML_BOOL)
		return schema_bool(schema, node, &s->required, err);
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
static int read_lives_in(
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

/* A limit in the unit of the type: a number, a size, a duration. */
static int read_limit(const struct draft *d, struct schema *schema, const struct yaml_node *node,
	int64_t *ret, struct error *err)
{
	const char *text = yaml_text(node, "");
	int code;

	if (d->s.type == SETTING_SIZE)
		code = text_to_size(text, ret, NULL);
	else if (d->s.type == SETTING_DURATION)
		code = text_to_duration(text, ret, NULL);
	else if (d->s.type == SETTING_NUMBER && !text[strspn(text, "+-.0123456789")])
		code = setting_measure(&d->s, text, ret);
	else
		code = text_to_int(text, INT64_MIN, INT64_MAX, ret, NULL);
	if (code)
		return schema_fail(schema, node, err, _("expected a limit of the setting's type"));
	return 0;
}

static int read_masked(
	struct schema *schema, const struct yaml_node *node, void *member, struct error *err)
{
	bool masked = true;
	int code = schema_bool(schema, node, &masked, err);

	*(bool *)member = !masked;
	return code;
}

static int read_limits(struct draft *d, struct schema *schema, struct error *err)
{
	bool text = d->s.type == SETTING_TEXT || d->s.type == SETTING_SECRET;
	const struct yaml_node *low = text ? d->min_length : d->min,
			       *high = text ? d->max_length : d->max;
	const struct yaml_node *wrong =
		text ? (d->min ? d->min : d->max) : (d->min_length ? d->min_length : d->max_length);
	int64_t min = text ? 0 : INT64_MIN, max = INT64_MAX;

	if (wrong)
		return schema_fail(schema, wrong, err,
			text ? _("expected min_length and max_length for this type, not min and "
				 "max")
			     : _("expected min and max for this type, not min_length and "
				 "max_length"));
	if (!low && !high)
		return 0;
	if ((low && read_limit(d, schema, low, &min, err)) ||
		(high && read_limit(d, schema, high, &max, err)))
		return ERR_INPUT;
	if (min > max)
		return schema_fail(
			schema, high, err, _("expected a limit that is not below the lower one"));
	d->s.min = min;
	d->s.max = max;
	return 0;
}

static int read_rules(struct draft *d, struct schema *schema, struct error *err)
{
	const struct {
		const struct yaml_node *node;
		enum setting_rule_kind kind;
	} brief[] = {{d->requires, RULE_REQUIRES}, {d->conflicts, RULE_CONFLICTS},
		{d->pattern, RULE_PATTERN}};
	int code = d->rules ? stack_read_rules(schema, d->rules, &d->s, err) : 0;

	for (size_t i = 0; i < ARRAY_SIZE(brief) && code == 0; i++)
		if (brief[i].node)
			code = stack_read_rule(schema, brief[i].kind, brief[i].node, &d->s, err);
	return code;
}

/* The units of a number are its choices, under a name that says so. */
static int read_units(struct draft *d, struct schema *schema, struct error *err)
{
	int code;

	if (!d->units)
		return 0;
	if (d->s.type != SETTING_NUMBER)
		return schema_fail(
			schema, d->units, err, _("a setting of type number only has units"));
	if (d->s.choices.n)
		return schema_fail(
			schema, d->units, err, _("expected one of the keys choices, units"));
	code = schema_strings(schema, d->units, &d->s.choices, err);
	for (size_t i = 0; i < d->s.choices.n && code == 0; i++)
		if (strpbrk(d->s.choices.items[i], " \t0123456789.+-"))
			code = schema_fail(schema, d->units, err,
				_("expected units without blanks, digits and signs"));
	return code;
}

/* What can only be judged when all of it is known. */
static int finish(
	struct draft *d, struct schema *schema, const struct yaml_node *node, struct error *err)
{
	struct setting *s = &d->s;
	int64_t length;

	if (!s->name)
		return schema_fail(schema, node, err, _("expected the key name"));
	if (read_units(d, schema, err))
		return ERR_INPUT;
	if (s->type == SETTING_ENUM && s->choices.n == 0)
		return schema_fail(schema, node, err, _("a setting of type enum needs choices"));
	if (s->choices.n && !setting_type_info(s->type)->choices)
		return schema_fail(schema, node, err, _("a setting of this type has no choices"));
	if ((d->generate && stack_read_generate(schema, d->generate, s, err)) ||
		read_limits(d, schema, err) || read_rules(d, schema, err))
		return ERR_INPUT;
	length = secret_rule_length(&s->rule);
	if (s->type == SETTING_SECRET && length && s->min <= s->max &&
		(length < s->min || length > s->max))
		return schema_fail(schema, d->generate ? d->generate : node, err,
			_("a generated secret would have %d characters, against its own limits"),
			(int)length);
	if (s->default_value && *s->default_value && !strchr(s->default_value, '$')) {
		AUTO(error) struct error why = ERROR_INIT;

		if (setting_type_info(s->type)->check(s, s->default_value, &why))
			return schema_fail(schema, d->initial, err, "%s", why.message);
	}
	return 0;
}

/* `test: postgres`, or {kind: postgres, extension: vector}. */
static int read_test(
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

/* One character between the items of a list. */
static int read_separator(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	const char *text = yaml_text(node, "");

	if (strlen(text) != 1 || isalnum((unsigned char)*text))
		return schema_fail(schema, node, err,
			_("expected one character that is neither letter nor digit"));
	*(char *)into = *text;
	return 0;
}

static int read_initial(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	struct draft *d = into;

	d->initial = node;
	return schema_text(schema, node, &d->s.default_value, err);
}

#define MEMBER(member) offsetof(struct draft, member)
static const struct schema_key setting_keys[] = {
	{"name", MEMBER(s.name), read_name},
	{"type", MEMBER(s.type), read_type},
	{"title", MEMBER(s.title), schema_text},
	{"help", MEMBER(s.help), schema_text},
	{"default", 0, read_initial},
	{"example", MEMBER(s.example), schema_string},
	{"required", MEMBER(s), read_required},
	{"choices", MEMBER(s.choices), schema_strings},
	{"reject", MEMBER(s.reject), schema_strings},
	{"min", MEMBER(min), schema_node},
	{"max", MEMBER(max), schema_node},
	{"min_length", MEMBER(min_length), schema_node},
	{"max_length", MEMBER(max_length), schema_node},
	{"advanced", MEMBER(s.advanced), schema_bool},
	{"masked", MEMBER(s.shown), read_masked},
	{"generate", MEMBER(generate), schema_node},
	{"rules", MEMBER(rules), schema_node},
	{"requires", MEMBER(requires), schema_node},
	{"conflicts", MEMBER(conflicts), schema_node},
	{"pattern", MEMBER(pattern), schema_node},
	{"test", MEMBER(s), read_test},
	{"units", MEMBER(units), schema_node},
	{"separator", MEMBER(s.separator), read_separator},
	{"lives_in", MEMBER(s), read_lives_in},
	{"when", MEMBER(s.when), stack_read_condition},
	{"used_by", MEMBER(s.used_by), stack_read_service_names},
	{"pass_to", MEMBER(s.pass_to), stack_read_service_names},
};
#undef MEMBER

static int read_setting(struct schema *schema, const struct yaml_node *node, struct settings *all,
	struct error *err)
{
	struct draft d = {0};
	size_t first = schema->mentions ? schema->mentions->n : 0;
	int code;

	setting_init(&d.s, NULL);
	code = schema_map(schema, node, setting_keys, ARRAY_SIZE(setting_keys), &d, err);
	if (code == 0)
		code = finish(&d, schema, node, err);
	if (code == 0 && settings_find(all, d.s.name))
		code = schema_fail(schema, node, err, _("%s is declared twice"), d.s.name);
	if (code) {
		setting_done(&d.s);
		return code;
	}
	stack_mention(schema, MENTION_DECLARED, yaml_get(node, "name"));
	mentions_own(schema->mentions, first, d.s.name);
	d.s.page = all->n_pages - 1;
	all->items = xreallocarray(all->items, all->n + 1, sizeof(*all->items));
	all->items[all->n++] = d.s;
	return 0;
}

struct page {
	struct setting_page page;
	const struct yaml_node *settings;
};

static int read_page(struct schema *schema, const struct yaml_node *node, struct settings *all,
	struct error *err)
{
	static const struct schema_key keys[] = {
		{"title", offsetof(struct page, page.title), schema_text},
		{"about", offsetof(struct page, page.about), schema_text},
		{"settings", offsetof(struct page, settings), schema_node},
	};
	struct page page = {0};
	size_t outer;
	int code = schema_map(schema, node, keys, ARRAY_SIZE(keys), &page, err);

	if (code == 0 && !page.page.title)
		code = schema_fail(schema, node, err, _("expected the key title"));
	if (code) {
		free(page.page.title);
		free(page.page.about);
		return code;
	}
	all->pages = xreallocarray(all->pages, all->n_pages + 1, sizeof(*all->pages));
	all->pages[all->n_pages++] = page.page;
	if (!page.settings)
		return 0;
	outer = schema_enter(schema, "settings");
	if (page.settings->kind != YAML_SEQ)
		code = schema_fail(schema, page.settings, err, _("expected a list of settings"));
	for (size_t i = 0; i < page.settings->n && code == 0 && page.settings->kind == YAML_SEQ;
		i++) {
		size_t inner = schema_enter_item(schema, i);

		code = read_setting(schema, page.settings->items[i], all, err);
		schema_leave(schema, inner);
	}
	schema_leave(schema, outer);
	return code;
}

int stack_read_pages(
	struct schema *schema, const struct yaml_node *node, void *into, struct error *err)
{
	if (node->kind != YAML_SEQ)
		return schema_fail(schema, node, err, _("expected a list of pages"));
	for (size_t i = 0; i < node->n; i++) {
		size_t length = schema_enter_item(schema, i);
		int code = read_page(schema, node->items[i], into, err);

		schema_leave(schema, length);
		if (code)
			return code;
	}
	return 0;
}
