/* SPDX-License-Identifier: MIT */
#include "config/setting_rule.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/setting_parts.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

/* What a rule is judged by. */
struct judged {
	const struct settings *all;
	const struct setting *s;
	const struct setting_rule *rule;
	const char *value;
};

static const char *first_arg(const struct setting_rule *r)
{
	return r->args.n ? r->args.items[0] : "";
}

/* A switch that is off, and nothing at all, ask nothing of others. */
static bool is_on(const struct setting *s, const char *value)
{
	bool truth;

	return !str_empty(value) &&
	       (s->type != SETTING_BOOL || setting_bool(value, &truth) || truth);
}

/* --- the kinds: NULL, or why not (caller frees) */

/* What a stack's own files begin with, they have whatever it needs for, feature or not. */
static bool comes_with_it(const struct judged *j, const char *name)
{
	const struct setting *other = settings_find(j->all, name);

	return other && other->choice && j->s->answer == ANSWER_NONE && !setting_is_given(j->s) &&
	       str_eq(j->value, setting_effective(j->s));
}

static char *judge_requires(const struct judged *j)
{
	for (size_t i = 0; i < j->rule->args.n && is_on(j->s, j->value); i++)
		if (!settings_hold(j->all, j->rule->args.items[i]) &&
			!comes_with_it(j, j->rule->args.items[i]))
			return xasprintf(_("needs %s"), j->rule->args.items[i]);
	return NULL;
}

static char *judge_conflicts(const struct judged *j)
{
	for (size_t i = 0; i < j->rule->args.n && is_on(j->s, j->value); i++)
		if (settings_hold(j->all, j->rule->args.items[i]))
			return xasprintf(_("does not go together with %s"), j->rule->args.items[i]);
	return NULL;
}

static char *judge_one_of(const struct judged *j)
{
	autofree char *list = NULL;

	if (!str_empty(j->value))
		return NULL;
	for (size_t i = 0; i < j->rule->args.n; i++) {
		const struct setting *other = settings_find(j->all, j->rule->args.items[i]);

		if (other && is_on(other, settings_value(j->all, other)))
			return NULL;
	}
	list = strv_join(&j->rule->args, ", ");
	return xasprintf(_("one of these must have a value: %s, %s"), j->s->name, list);
}

/* The other setting with a value; NULL: there is nothing to compare with. */
static const struct setting *other_of(const struct judged *j)
{
	const struct setting *other = settings_find(j->all, first_arg(j->rule));

	return other && !str_empty(settings_value(j->all, other)) ? other : NULL;
}

static char *judge_equals(const struct judged *j)
{
	const struct setting *other = other_of(j);

	if (!other || str_eq(settings_value(j->all, other), j->value))
		return NULL;
	return xasprintf(_("must have the same value as %s"), other->name);
}

/* Compares with the other setting: <0, 0, >0; false when the two cannot be compared. */
static bool compare(const struct judged *j, const struct setting *other, int *ret)
{
	int64_t a, b;

	if (!other || setting_measure_millionths(j->s, j->value, &a) ||
		setting_measure_millionths(other, settings_value(j->all, other), &b))
		return false;
	*ret = a < b ? -1 : a > b;
	return true;
}

static char *judge_below(const struct judged *j)
{
	const struct setting *other = other_of(j);
	int order;

	if (!compare(j, other, &order) || order < 0)
		return NULL;
	return xasprintf(_("must be less than %s"), other->name);
}

static char *judge_at_most(const struct judged *j)
{
	const struct setting *other = other_of(j);
	int order;

	if (!compare(j, other, &order) || order <= 0)
		return NULL;
	return xasprintf(_("must not be more than %s"), other->name);
}

static char *judge_min(const struct judged *j)
{
	int64_t number, limit;

	if (setting_measure(j->s, j->value, &number) ||
		setting_measure(j->s, first_arg(j->rule), &limit) || number >= limit)
		return NULL;
	return xasprintf(_("must be at least %s"), first_arg(j->rule));
}

static char *judge_max(const struct judged *j)
{
	int64_t number, limit;

	if (setting_measure(j->s, j->value, &number) ||
		setting_measure(j->s, first_arg(j->rule), &limit) || number <= limit)
		return NULL;
	return xasprintf(_("must be at most %s"), first_arg(j->rule));
}

static char *judge_min_length(const struct judged *j)
{
	size_t limit = strtoul(first_arg(j->rule), NULL, 10);

	if (strlen(j->value) >= limit)
		return NULL;
	return xasprintf(_("must have at least %zu characters"), limit);
}

static char *judge_max_length(const struct judged *j)
{
	size_t limit = strtoul(first_arg(j->rule), NULL, 10);

	if (strlen(j->value) <= limit)
		return NULL;
	return xasprintf(_("must have at most %zu characters"), limit);
}

static char *judge_classes(const struct judged *j)
{
	size_t limit = strtoul(first_arg(j->rule), NULL, 10);
	bool small = false, capital = false, digit = false, other = false;

	for (const char *p = j->value; *p; p++) {
		unsigned char c = (unsigned char)*p;

		small = small || islower(c);
		capital = capital || isupper(c);
		digit = digit || isdigit(c);
		other = other || !isalnum(c);
	}
	if ((size_t)small + capital + digit + other >= limit)
		return NULL;
	return xasprintf(
		_("must mix %zu of these: small letters, capitals, digits, others"), limit);
}

static char *judge_reject(const struct judged *j)
{
	for (size_t i = 0; i < j->rule->args.n; i++)
		if (strcasecmp(j->rule->args.items[i], j->value) == 0)
			return xstrdup(_("this value is not allowed"));
	return NULL;
}

static char *judge_pattern(const struct judged *j)
{
	regex_t regex;
	bool matches;

	if (regcomp(&regex, first_arg(j->rule), REG_EXTENDED | REG_NOSUB))
		return NULL;
	matches = regexec(&regex, j->value, 0, NULL, 0) == 0;
	regfree(&regex);
	return matches ? NULL : xasprintf(_("must match %s"), first_arg(j->rule));
}

static bool item_matches(const char *item, void *arg)
{
	return regexec(arg, item, 0, NULL, 0) == 0;
}

static char *judge_each(const struct judged *j)
{
	regex_t regex;
	bool matches;

	if (regcomp(&regex, first_arg(j->rule), REG_EXTENDED | REG_NOSUB))
		return NULL;
	matches = setting_every_item(j->s, j->value, item_matches, &regex);
	regfree(&regex);
	return matches ? NULL : xasprintf(_("each item must match %s"), first_arg(j->rule));
}

static char *judge_json(const struct judged *j)
{
	if (setting_is_json(j->value, first_arg(j->rule)))
		return NULL;
	return xasprintf(_("must be a JSON document of the kind %s"), first_arg(j->rule));
}

/* While one of them has no number, there is nothing to add. */
static char *judge_sum(const struct judged *j)
{
	const struct strv *args = &j->rule->args;
	const char *wanted = args->items[args->n - 1];
	autofree char *list = NULL;
	AUTO(strv) struct strv names = STRV_INIT;
	int64_t sum, total;

	if (setting_measure_millionths(j->s, j->value, &sum) ||
		setting_measure_millionths(j->s, wanted, &total))
		return NULL;
	for (size_t i = 0; i + 1 < args->n; i++) {
		const struct setting *other = settings_find(j->all, args->items[i]);
		const char *value = other ? settings_value(j->all, other) : NULL;
		int64_t number;

		if (!value || setting_measure_millionths(other, value, &number) ||
			__builtin_add_overflow(sum, number, &sum))
			return NULL;
		strv_push(&names, other->name);
	}
	if (sum == total)
		return NULL;
	list = strv_join(&names, ", ");
	return xasprintf(_("must add up to %s with %s"), wanted, list);
}

/* --- what arguments are right */

static bool takes_measure(const struct setting *s, const struct setting_rule *r)
{
	int64_t number;

	return setting_measure(s, first_arg(r), &number) == 0;
}

static bool takes_count(const struct setting *s, const struct setting_rule *r)
{
	int64_t number;

	(void)s;
	return text_to_int(first_arg(r), 1, 1 << 20, &number, NULL) == 0;
}

static bool takes_pattern(const struct setting *s, const struct setting_rule *r)
{
	regex_t regex;
	bool good = regcomp(&regex, first_arg(r), REG_EXTENDED | REG_NOSUB) == 0;

	(void)s;
	if (good)
		regfree(&regex);
	return good;
}

static bool takes_measurable(const struct setting *s, const struct setting_rule *r)
{
	return *first_arg(r) &&
	       (s->type == SETTING_PORT || s->type == SETTING_INT || s->type == SETTING_SIZE ||
		       s->type == SETTING_DURATION || s->type == SETTING_NUMBER);
}

static bool takes_each(const struct setting *s, const struct setting_rule *r)
{
	return (s->type == SETTING_LIST || s->type == SETTING_JSON) && takes_pattern(s, r);
}

static bool takes_json(const struct setting *s, const struct setting_rule *r)
{
	static const char *const kinds_of[] = {"object", "array", "string", "number", "boolean"};

	for (size_t i = 0; i < ARRAY_SIZE(kinds_of); i++)
		if (str_eq(kinds_of[i], first_arg(r)))
			return s->type == SETTING_JSON || s->type == SETTING_SECRET ||
			       s->type == SETTING_TEXT;
	return false;
}

static bool takes_sum(const struct setting *s, const struct setting_rule *r)
{
	int64_t number;

	return r->args.n > 1 &&
	       setting_measure(s, r->args.items[r->args.n - 1], &number) == 0;
}

static bool takes_some(const struct setting *s, const struct setting_rule *r)
{
	(void)s;
	return r->args.n > 0;
}

static const struct {
	struct setting_rule_info info;
	char *(*judge)(const struct judged *j);
	bool (*takes)(const struct setting *s, const struct setting_rule *r);
	const char *wrong; /* N_() */
	bool empty;        /* an empty value is judged, too */
} kinds[] = {
	[RULE_REQUIRES] = {{"requires",
				   N_("when this is on, the others are, too: NAME, NAME=value or "
				      "NAME!=value"),
				   "SMTP_HOST", true, true},
		judge_requires, takes_some, N_("expected the name of a setting, or NAME=value"),
		false},
	[RULE_CONFLICTS] = {{"conflicts", N_("when this is on, none of the others is"),
				    "USE_SQLITE", true, true},
		judge_conflicts, takes_some, N_("expected the name of a setting, or NAME=value"),
		false},
	[RULE_ONE_OF] = {{"one_of", N_("this or one of the others must have a value"),
				 "RBAC_CONFIG", true, true},
		judge_one_of, takes_some, N_("expected names of settings"), true},
	[RULE_EQUALS] = {{"equals", N_("the value is that of another setting"), "DB_PASSWORD", true,
				 false},
		judge_equals, takes_some, N_("expected the name of a setting"), false},
	[RULE_BELOW] = {{"below", N_("the value is less than that of another setting"),
				"CHUNK_SIZE", true, false},
		judge_below, takes_measurable, N_("expected the name of a setting with a number"),
		false},
	[RULE_AT_MOST] = {{"at_most", N_("the value is not more than that of another setting"),
				  "POOL_MAX", true, false},
		judge_at_most, takes_measurable, N_("expected the name of a setting with a number"),
		false},
	[RULE_MIN] = {{"min", N_("least value, in the measure of the type"), "1", false, false},
		judge_min, takes_measure, N_("expected a limit of the setting's type"), false},
	[RULE_MAX] = {{"max", N_("greatest value, in the measure of the type"), "100", false,
			      false},
		judge_max, takes_measure, N_("expected a limit of the setting's type"), false},
	[RULE_MIN_LENGTH] = {{"min_length", N_("least number of characters"), "32", false, false},
		judge_min_length, takes_count, N_("expected a whole number above 0"), false},
	[RULE_MAX_LENGTH] = {{"max_length", N_("greatest number of characters"), "64", false,
				     false},
		judge_max_length, takes_count, N_("expected a whole number above 0"), false},
	[RULE_CLASSES] = {{"classes",
				  N_("how many kinds of characters are mixed: small letters, "
				     "capitals, digits, others"),
				  "3", false, false},
		judge_classes, takes_count, N_("expected a whole number above 0"), false},
	[RULE_REJECT] = {{"reject", N_("values that are not allowed, in whatever case"), "admin",
				 false, true},
		judge_reject, takes_some, N_("expected values"), false},
	[RULE_PATTERN] = {{"pattern", N_("an extended regular expression that the value matches"),
				  "^[a-z]+$", false, false, true},
		judge_pattern, takes_pattern, N_("expected an extended regular expression"), false},
	[RULE_EACH] = {{"each",
			       N_("an extended regular expression that every item of a list matches, "
				  "and every value within a JSON document"),
			       "^https://", false, false, true},
		judge_each, takes_each,
		N_("expected an extended regular expression, for a list or a JSON document"),
		false},
	[RULE_JSON] = {{"json",
			       N_("a JSON document of a kind: object, array, string, number, "
				  "boolean"),
			       "object", false, false, true},
		judge_json, takes_json,
		N_("expected one of object, array, string, number, boolean, for a text, a secret "
		   "or json"),
		false},
	[RULE_SUM] = {{"sum",
			      N_("the value and those of the other settings add up to the last "
				 "one"),
			      "[SPARSE_WEIGHT, 1]", true, true, false},
		judge_sum, takes_sum,
		N_("expected names of settings, and the number they add up to"), false},
};
_Static_assert(ARRAY_SIZE(kinds) == SETTING_RULES, "one row a kind");

const struct setting_rule_info *setting_rule_info(enum setting_rule_kind kind)
{
	return &kinds[kind].info;
}

int setting_rule_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (name && strcmp(name, kinds[i].info.name) == 0)
			return (int)i;
	return -1;
}

void setting_rule_done(struct setting_rule *r)
{
	strv_done(&r->args);
	free(r->when);
	free(r->message);
	*r = (struct setting_rule){0};
}

const char *setting_rule_wrong(const struct setting *s, const struct setting_rule *r)
{
	if (r->args.n == 0 || (!kinds[r->kind].info.list && r->args.n > 1) ||
		!kinds[r->kind].takes(s, r))
		return _(kinds[r->kind].wrong);
	return NULL;
}

int setting_rule_check(const struct settings *all, const struct setting *s,
	const struct setting_rule *r, const char *value, struct error *err)
{
	const struct judged j = {all, s, r, value ? value : ""};
	autofree char *why = NULL;

	if ((!all && (r->when || kinds[r->kind].info.cross)) ||
		(str_empty(value) && !kinds[r->kind].empty) ||
		(r->when && !settings_hold(all, r->when)))
		return 0;
	why = kinds[r->kind].judge(&j);
	if (!why)
		return 0;
	return error_set(err, ERR_INPUT, "%s: %s", s->name, r->message ? r->message : why);
}

const struct setting_rule *setting_rules_broken(
	const struct settings *all, const struct setting *s, const char *value, struct error *err)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (setting_rule_check(all, s, &s->rules[i], value, err))
			return &s->rules[i];
	return NULL;
}

/* What is in force and secret may be weak; that is for lint to say. */
static bool counts(const struct setting *s, const struct setting_rule *r)
{
	bool answered = s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE;

	return answered || !setting_is_credential(s) || kinds[r->kind].info.cross ||
	       kinds[r->kind].info.form;
}

static void judge(struct settings *all, struct setting *s)
{
	if (s->broken) {
		s->broken = NULL;
		error_done(&s->problem);
	}
	/* What nothing here reads hurts nobody. */
	if (s->problem.code || !setting_asked(all, s) || (s->unread && s->answer == ANSWER_NONE))
		return;
	for (size_t i = 0; i < s->n_rules && !s->broken; i++)
		if (counts(s, &s->rules[i]) &&
			setting_rule_check(all, s, &s->rules[i], settings_value(all, s), &s->problem))
			s->broken = &s->rules[i];
	if (s->broken && s->answer == ANSWER_NONE && s->line && s->source == COMPOSE_DOTENV)
		error_detail(&s->problem, ".env:%d:%d", s->line, s->column);
}

void settings_judge(struct settings *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].required_when)
			all->items[i].required = settings_hold(all, all->items[i].required_when);
	for (size_t i = 0; i < all->n; i++)
		judge(all, &all->items[i]);
}
