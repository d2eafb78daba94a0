/* SPDX-License-Identifier: MIT */
/*
 * The profiles of the compose files as something to choose. A profile that a feature of the
 * definition names is that feature's; and nobody is asked where .env has all of them ("*"), or
 * gets the list from a variable.
 */
#include "config/feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_list.h"
#include "config/feature_part.h"
#include "config/project_parts.h"

#include <string.h>

const char *feature_profile_of(const struct setting *s)
{
	return s->choice && str_starts(s->name, FEATURE_PROFILE) ? s->name + strlen(FEATURE_PROFILE)
								 : NULL;
}

/* The feature that is asked for and names the profile; NULL: none. */
static const struct setting *feature_with(const struct project *p, const char *profile)
{
	for (size_t i = 0; p->stack && i < p->stack->n_features; i++) {
		const struct stack_feature *f = &p->stack->features[i];
		const struct setting *s = settings_find(&p->settings, f->name);

		if (s && s->choice && strv_has(&f->profiles, profile))
			return s;
	}
	return NULL;
}

const struct setting *feature_of_profile(const struct project *p, const char *profile)
{
	const struct setting *feature = feature_with(p, profile);
	autofree char *name = xasprintf("%s%s", FEATURE_PROFILE, profile);

	return feature ? feature : settings_find(&p->settings, name);
}

/* Chosen together with an environment. */
static bool is_of_environment(const struct project *p, const char *profile)
{
	for (size_t i = 0; p->stack && i < p->stack->n_environments; i++)
		if (strv_has(&p->stack->environments[i].profiles, profile))
			return true;
	return false;
}

/* Whether the service is there whenever `with` is, as far as profiles go; otherwise Compose refuses
 * the project. */
static bool comes_along(const struct compose_service *s, const struct compose_service *with)
{
	for (size_t i = 0; i < s->profiles.n; i++)
		if (strv_has(&with->profiles, s->profiles.items[i]))
			return true;
	return !s->profiles.n;
}

typedef void needed_fn(
	void *arg, const struct compose_service *s, const struct compose_service *on);

/* Calls for each service of the profile and what it waits for that does not come along. */
static void each_needed(const struct compose *c, const char *profile, needed_fn *fn, void *arg)
{
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; strv_has(&s->profiles, profile) && k < s->n_depends; k++) {
			const struct compose_service *on =
				compose_find_service(c, s->depends[k].service);

			if (on && s->depends[k].required && !comes_along(on, s))
				fn(arg, s, on);
		}
	}
}

static void tell_needed(
	void *arg, const struct compose_service *s, const struct compose_service *on)
{
	autofree char *profiles = strv_join(&on->profiles, ", ");

	str_add(arg, "\n\n");
	str_addf(arg, _("\"%s\" waits for \"%s\", which is in another profile: %s."), s->name,
		on->name, profiles);
}

struct requiring {
	const struct project *p;
	struct setting *s;
};

/* Where one profile only brings what is waited for. */
static void require(void *arg, const struct compose_service *s, const struct compose_service *on)
{
	struct requiring *r = arg;
	const struct setting *other =
		on->profiles.n == 1 ? feature_of_profile(r->p, on->profiles.items[0]) : NULL;
	struct setting_rule *rule;

	if (!other)
		return;
	r->s->rules = xreallocarray(r->s->rules, r->s->n_rules + 1, sizeof(*r->s->rules));
	rule = &r->s->rules[r->s->n_rules++];
	*rule = (struct setting_rule){.kind = RULE_REQUIRES};
	strv_push(&rule->args, other->name);
	rule->message = xasprintf(_("\"%s\" waits for \"%s\", which only the profile %s starts"),
		s->name, on->name, on->profiles.items[0]);
}

static char *help_of(const struct compose *c, const char *profile)
{
	AUTO(str) struct str help = STR_INIT(STR_OUTPUT);
	AUTO(strv) struct strv started = STRV_INIT;
	autofree char *list = NULL;
	bool all = true;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		all = all && s->profiles.n;
		if (strv_has(&s->profiles, profile))
			strv_pushf(&started, "%s (%s)", s->name,
				s->image ? s->image : _("built here"));
	}
	list = strv_join(&started, ", ");
	str_addf(&help, _("A profile of the compose files, which starts besides: %s."), list);
	each_needed(c, profile, tell_needed, &help);
	if (all) {
		str_add(&help, "\n\n");
		str_add(&help, _("Every service of this project is in a profile: nothing starts "
				 "until one is chosen."));
	}
	return str_take(&help);
}

/* What .env lists, or the example that it begins as; false where nobody can tell, or where all are
 * in force whatever else there is. */
static bool listed_now(const struct project *p, struct strv *ret)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autofree char *value = NULL;
	int code = p->dotenv_text ? env_file_parse_for_edit(
					    ".env", p->dotenv_text, p->dotenv_len, &f, NULL)
				  : project_example(p, &f, NULL);

	if (code)
		return true;
	value = env_file_literal(f, "COMPOSE_PROFILES");
	env_list_split(value, ",", ret);
	return (value || !env_file_find(f, "COMPOSE_PROFILES")) && !strv_has(ret, "*");
}

static void add(struct project *p, const char *profile, bool on)
{
	autofree char *name = xasprintf("%s%s", FEATURE_PROFILE, profile);
	autofree char *title = xasprintf(_("Profile %s"), profile);
	autofree char *help = help_of(p->compose, profile);
	struct setting *s = feature_choice(p, name, title, help);

	s->type = SETTING_BOOL;
	s->default_value = xstrdup(on ? "true" : "false");
	if (!p->dotenv_text)
		return;
	s->current = xstrdup(s->default_value);
	s->dotenv = xstrdup(s->default_value);
}

/* The only profile that all services which read the variable are in; NULL. Borrowed. */
static const char *only_profile(const struct project *p, const struct setting *s)
{
	const char *only = NULL;

	for (size_t i = 0; i < s->used_by.n; i++) {
		const struct compose_service *user =
			compose_find_service(p->compose, s->used_by.items[i]);

		if (!user || user->profiles.n != 1 ||
			(only && !str_eq(only, user->profiles.items[0])))
			return NULL;
		only = user->profiles.items[0];
	}
	return only;
}

/* What only a profile's services read is asked for with it; but what must have a value for Compose
 * to read the files at all is asked for always. */
static void add_conditions(struct project *p)
{
	for (size_t i = 0; i < p->settings.n; i++) {
		struct setting *s = &p->settings.items[i];
		const struct compose_variable *v = compose_find_variable(p->compose, s->name);
		const char *profile = v && !v->required && !v->secret ? only_profile(p, s) : NULL;
		const struct setting *choice =
			profile && !s->when && !s->choice && !s->service && !s->file
				? feature_of_profile(p, profile)
				: NULL;

		if (choice && feature_profile_of(choice))
			s->when = xstrdup(choice->name);
	}
}

void feature_profiles_join(struct project *p)
{
	AUTO(strv) struct strv known = STRV_INIT, now = STRV_INIT;
	struct setting *list;

	if (!listed_now(p, &now))
		return;
	compose_profiles(p->compose, &known);
	for (size_t i = 0; i < known.n; i++)
		if (!feature_with(p, known.items[i]) && !is_of_environment(p, known.items[i]))
			add(p, known.items[i], strv_has(&now, known.items[i]));
	for (size_t i = 0; i < p->settings.n; i++) {
		struct requiring r = {p, &p->settings.items[i]};
		const char *profile = feature_profile_of(r.s);

		if (profile)
			each_needed(p->compose, profile, require, &r);
	}
	/* The list itself is there for who knows it; looked for last, since adding moves them all. */
	list = settings_find(&p->settings, "COMPOSE_PROFILES");
	if (known.n && list)
		list->advanced = true;
	add_conditions(p);
}
