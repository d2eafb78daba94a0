/* SPDX-License-Identifier: MIT */
#include "config/setting_rule.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/setting.h"

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

/* --- the kinds: NULL, or why not (caller frees) --------------------------------------------------
 */

static char *judge_requires(const struct judged *j)
{
	for (size_t i = 0; i < j->rule->args.n && is_on(j->s, j->value); i++)
		if (!settings_hold(j->all, j->rule->args.items[i]))
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

		if (other && !str_empty(setting_effective(other)))
			return NULL;
	}
	list = strv_join(&j->rule->args, ", ");
	return xasprintf(_("one of these must have a value: %s, %s"), j->s->name, list);
}

/* The other setting with a value; NULL: there is nothing to compare with. */
static const struct setting *other_of(const struct judged *j)
{
	const struct setting *other = settings_find(j->all, first_arg(j->rule));

	return other && !str_empty(setting_effective(other)) ? other : NULL;
}

static char *judge_equals(const struct judged *j)
{
	const struct setting *other = other_of(j);

	if (!other || str_eq(setting_effective(other), j->value))
		return NULL;
	return xasprintf(_("must have the same value as %s"), other->name);
}

/* Compares with the other setting: <0, 0, >0; false when the two cannot be compared. */
static bool compare(const struct judged *j, const struct setting *other, int *ret)
{
	int64_t a, b;

	if (!other || setting_measure(j->s, j->value, &a) ||
		setting_measure(other, setting_effective(other), &b))
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

/* --- what arguments are right --------------------------------------------------------------------
 */

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
				  "^[a-z]+$", false, false},
		judge_pattern, takes_pattern, N_("expected an extended regular expression"), false},
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

	return answered || !setting_is_credential(s) || kinds[r->kind].info.cross;
}

static void judge(struct settings *all, struct setting *s)
{
	if (s->broken) {
		s->broken = NULL;
		error_done(&s->problem);
	}
	if (s->problem.code || !setting_asked(all, s))
		return;
	for (size_t i = 0; i < s->n_rules && !s->broken; i++)
		if (counts(s, &s->rules[i]) &&
			setting_rule_check(all, s, &s->rules[i], setting_effective(s), &s->problem))
			s->broken = &s->rules[i];
	if (s->broken && s->answer == ANSWER_NONE && s->line && s->source == COMPOSE_DOTENV)
		error_detail(&s->problem, ".env:%d:%d", s->line, s->column);
}

void settings_judge(struct settings *all)
{
	for (size_t i = 0; i < all->n; i++)
		judge(all, &all->items[i]);
}
