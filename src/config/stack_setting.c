/* SPDX-License-Identifier: MIT */
#include "config/stack_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/secret_file.h"
#include "config/setting_pattern.h"

#include <ctype.h>
#include <string.h>

/* A setting while it is read: limits can only be understood once the type is known. */
struct draft {
	struct setting s;
	const struct yaml_node *min, *max, *min_length, *max_length, *initial, *generate;
	const struct yaml_node *units;
	const struct yaml_node *rules, *requires, *conflicts, *pattern;
	bool url_safe;
};

/* Or that of a secret's file, or with a * for what is not known of it. */
static bool is_setting_name(const char *name)
{
	if (str_starts(name, SECRET_FILE_PREFIX))
		return secret_file_is_name(name + strlen(SECRET_FILE_PREFIX));
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("_*", *name))
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
	size_t length = schema_enter(schema, "rules");
	int code = d->rules ? stack_read_rules(schema, d->rules, &d->s, err) : 0;

	schema_leave(schema, length);
	for (size_t i = 0; i < ARRAY_SIZE(brief) && code == 0; i++)
		if (brief[i].node)
			code = stack_read_rule(schema, brief[i].kind, brief[i].node, &d->s, err);
	return code;
}

static int read_generate(struct draft *d, struct schema *schema, struct error *err)
{
	size_t length = schema_enter(schema, "generate");
	int code = d->generate ? stack_read_generate(schema, d->generate, &d->s, err) : 0;

	schema_leave(schema, length);
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
	int64_t length = 0;

	if (!s->name)
		return schema_fail(schema, node, err, _("expected the key name"));
	if (read_units(d, schema, err))
		return ERR_INPUT;
	if (s->type == SETTING_ENUM && s->choices.n == 0)
		return schema_fail(schema, node, err, _("a setting of type enum needs choices"));
	if (s->choices.n && !setting_type_info(s->type)->choices)
		return schema_fail(schema, node, err, _("a setting of this type has no choices"));
	if (read_generate(d, schema, err) || read_limits(d, schema, err) ||
		read_rules(d, schema, err))
		return ERR_INPUT;
	if (secret_rule_length(&s->rule))
		length = secret_rule_length(&s->rule) +
			 (s->made_from.prefix ? (int64_t)strlen(s->made_from.prefix) : 0);
	if (s->dimensions_of && s->type != SETTING_INT)
		return schema_fail(schema, yaml_get(node, "dimensions_of"), err,
			_("only a setting of type integer counts dimensions"));
	if (d->url_safe && stack_demand_url_safe(schema, yaml_get(node, "url_safe"), s, err))
		return ERR_INPUT;
	if (s->type == SETTING_SECRET && length && s->min <= s->max &&
		(length < s->min || length > s->max))
		return schema_fail(schema, d->generate ? d->generate : node, err,
			_("a generated secret would have %d characters, against its own limits"),
			(int)length);
	if (s->implied && !s->default_value)
		return schema_fail(schema, yaml_get(node, "implied"), err,
			_("only a default holds without being written down"));
	if (s->default_value && *s->default_value && !strchr(s->default_value, '$')) {
		AUTO(error) struct error why = ERROR_INIT;

		if (setting_type_info(s->type)->check(s, s->default_value, &why))
			return schema_fail(schema, d->initial, err, "%s", why.message);
	}
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
	{"required", MEMBER(s), stack_read_required},
	{"choices", MEMBER(s.choices), schema_strings},
	{"reject", MEMBER(s), stack_read_reject},
	{"min", MEMBER(min), schema_node},
	{"max", MEMBER(max), schema_node},
	{"min_length", MEMBER(min_length), schema_node},
	{"max_length", MEMBER(max_length), schema_node},
	{"advanced", MEMBER(s.advanced), schema_bool},
	{"implied", MEMBER(s.implied), schema_bool},
	{"masked", MEMBER(s.shown), read_masked},
	{"generate", MEMBER(generate), schema_node},
	{"rules", MEMBER(rules), schema_node},
	{"requires", MEMBER(requires), schema_node},
	{"conflicts", MEMBER(conflicts), schema_node},
	{"pattern", MEMBER(pattern), schema_node},
	{"test", MEMBER(s), stack_read_test},
	{"units", MEMBER(units), schema_node},
	{"separator", MEMBER(s.separator), stack_read_separator},
	{"lives_in", MEMBER(s), stack_read_lives_in},
	{"when", MEMBER(s.when), stack_read_condition},
	{"used_by", MEMBER(s.used_by), stack_read_service_names},
	{"pass_to", MEMBER(s.pass_to), stack_read_service_names},
	{"url_safe", MEMBER(url_safe), schema_bool},
	{"dimensions_of", MEMBER(s.dimensions_of), stack_read_setting_name},
};
#undef MEMBER

/* Of names that nobody knows nothing can be made, kept or demanded. */
static int check_pattern(struct schema *schema, const struct yaml_node *node,
	const struct setting *s, const struct settings *all, struct error *err)
{
	static const char *const wrong[] = {"default", "implied", "required", "generate", "masked",
		"lives_in", "test", "dimensions_of"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (yaml_get(node, wrong[i]))
			return schema_fail(schema, yaml_get(node, wrong[i]), err,
				_("names with a * have no %s"), wrong[i]);
	if (setting_type_info(s->type)->secret)
		return schema_fail(schema, yaml_get(node, "type"), err,
			_("names with a * are no secrets"));
	for (size_t i = 0; i < all->n_patterns; i++)
		if (str_eq(all->patterns[i].name, s->name))
			return schema_fail(schema, node, err, _("%s is declared twice"), s->name);
	return 0;
}

static void push_pattern(struct settings *all, const struct setting *s)
{
	all->patterns = xreallocarray(all->patterns, all->n_patterns + 1, sizeof(*all->patterns));
	all->patterns[all->n_patterns++] = *s;
}

static int read_setting(struct schema *schema, const struct yaml_node *node, struct settings *all,
	struct error *err)
{
	struct draft d = {0};
	bool pattern = false;
	size_t first = schema->mentions ? schema->mentions->n : 0;
	int code;

	setting_init(&d.s, NULL);
	code = schema_map(schema, node, setting_keys, ARRAY_SIZE(setting_keys), &d, err);
	if (code == 0)
		code = finish(&d, schema, node, err);
	if (code == 0 && settings_find(all, d.s.name))
		code = schema_fail(schema, node, err, _("%s is declared twice"), d.s.name);
	pattern = code == 0 && setting_is_pattern(d.s.name);
	if (pattern)
		code = check_pattern(schema, node, &d.s, all, err);
	if (code) {
		setting_done(&d.s);
		return code;
	}
	stack_mention(schema, MENTION_DECLARED, yaml_get(node, "name"));
	mentions_own(schema->mentions, first, d.s.name);
	d.s.page = all->n_pages - 1;
	d.s.advanced = d.s.advanced || pattern;
	if (pattern)
		push_pattern(all, &d.s);
	else
		settings_push(all, &d.s);
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
