/* SPDX-License-Identifier: MIT */
/* Values in force: settings without one, placeholders, secrets, what overrides them. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/address_use.h"
#include "config/feature.h"
#include "config/setting_published.h"

#include <ctype.h>
#include <string.h>

enum { SHORTEST_SECRET = 12, SHORTEST_REUSED = 4 };

static const struct settings none;

static const struct settings *settings_of(const struct lint *l)
{
	return l->project ? &l->project->settings : &none;
}

static bool is_given_secret(const struct setting *s)
{
	return setting_hides(s, s->current) && setting_is_given(s) && !s->placeholder;
}

/* The value as it is written down holds others. */
static bool is_composed(const struct lint *l, const struct setting *s)
{
	const struct env_entry *e = l->dotenv ? env_file_find(l->dotenv, s->name) : NULL;

	return e && e->quote != '\'' && strchr(e->raw, '$');
}

void lint_unset(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		/* Before there is a .env, the example's values count as what it will have, but for
		 * those that setup would make or ask for. */
		if (!s->required || !str_empty(s->current) ||
			(!l->dotenv && !str_empty(setting_effective(s))) || !setting_asked(all, s))
			continue;
		if (s->required_why)
			lint_add_setting(
				l, rule, s, _("%s has no value: %s"), s->name, s->required_why);
		else
			lint_add_setting(l, rule, s, _("%s has no value"), s->name);
	}
}

static void add_placeholders(struct lint *l, const struct lint_rule *rule, bool required)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (s->placeholder && setting_is_given(s) && setting_asked(all, s) &&
			s->required == required)
			lint_add_setting(l, rule, s,
				_("%s still has the placeholder of its template"), s->name);
	}
}

void lint_placeholder(struct lint *l, const struct lint_rule *rule)
{
	add_placeholders(l, rule, true);
}

void lint_optional_placeholder(struct lint *l, const struct lint_rule *rule)
{
	add_placeholders(l, rule, false);
}

/* "postgres" for POSTGRES_PASSWORD. */
static bool is_own_name(const struct setting *s)
{
	size_t n = strlen(s->current);

	return n > 2 && strncasecmp(s->name, s->current, n) == 0 &&
	       (s->name[n] == '_' || !s->name[n]);
}

static bool is_weak(const struct setting *s)
{
	size_t n = strlen(s->current);

	return secret_is_placeholder(s->current) || is_own_name(s) ||
	       (n < SHORTEST_SECRET && strspn(s->current, "0123456789") == n) ||
	       strcasecmp(s->current, "postgres") == 0 || strcasecmp(s->current, "admin") == 0 ||
	       strcasecmp(s->current, "root") == 0 || strcasecmp(s->current, "minioadmin") == 0;
}

void lint_weak(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++)
		if (is_given_secret(&all->items[i]) && !is_composed(l, &all->items[i]) &&
			is_weak(&all->items[i]))
			lint_add_setting(l, rule, &all->items[i], _("%s is easy to guess"),
				all->items[i].name);
}

void lint_short(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		size_t n = s->current ? strlen(s->current) : 0;

		/* Others hand out short ones, too; a limit of the definition is a rule. */
		if (is_given_secret(s) && setting_can_generate(s) && !is_weak(s) &&
			!is_composed(l, s) && n < SHORTEST_SECRET &&
			!(s->min <= s->max && s->min > 0))
			lint_add_setting(l, rule, s,
				Q_("%s has %zu character only", "%s has %zu characters only", n),
				s->name, n);
	}
}

/* Settings that a rule wants alike. */
static bool are_meant_alike(const struct setting *a, const struct setting *b)
{
	for (size_t i = 0; i < a->n_rules; i++)
		if (a->rules[i].kind == RULE_EQUALS && strv_has(&a->rules[i].args, b->name))
			return true;
	return a->rule.format == SECRET_COPY && str_eq(a->made_from.from, b->name);
}

/* What the files of the stack show for a secret. */
static const char *shipped(const struct lint *l, const struct setting *s)
{
	const struct compose_variable *v = compose_find_variable(l->project->compose, s->name);

	return s->example ? s->example : v ? v->default_value : NULL;
}

/* The password of a server and that of its clients: setup gives them one value. */
static bool are_shipped_alike(
	const struct lint *l, const struct setting *a, const struct setting *b)
{
	return setting_is_shared(shipped(l, a), true) && str_eq(shipped(l, a), shipped(l, b));
}

void lint_reused(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (!is_given_secret(s) || is_composed(l, s) ||
			strlen(s->current) < SHORTEST_REUSED || is_weak(s))
			continue;
		for (size_t k = 0; k < i; k++) {
			const struct setting *other = &all->items[k];

			if (!is_given_secret(other) || !str_eq(other->current, s->current) ||
				is_composed(l, other) || are_meant_alike(s, other) ||
				are_meant_alike(other, s) || are_shipped_alike(l, s, other))
				continue;
			lint_add_setting(
				l, rule, s, _("%s has the same value as %s"), s->name, other->name);
			break;
		}
	}
}

void lint_broken(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		AUTO(error) struct error err = ERROR_INIT;
		const char *prefix = NULL;

		if (!setting_asked(all, s))
			continue;
		if (setting_is_given(s) && !s->placeholder && !strv_has(&s->reject, s->current))
			(void)(setting_type_info(s->type)->check(s, s->current, &err) == 0 &&
				setting_rules_broken(all, s, s->current, &err));
		else if (str_empty(s->current))
			(void)setting_rules_broken(all, s, setting_effective(s), &err);
		/* That it is a placeholder has been said. */
		if (!err.code || (setting_hides(s, s->current) && setting_is_given(s) &&
					 is_weak(s) && secret_is_stand_in(s->current)))
			continue;
		prefix = err.detail ? " (" : "";
		lint_add_setting(l, rule, s, "%s%s%s%s", err.message, prefix,
			err.detail ? err.detail : "", err.detail ? ")" : "");
	}
}

void lint_overridden(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (s->source == COMPOSE_SHELL && s->dotenv && !str_eq(s->dotenv, s->current))
			lint_add_setting(l, rule, s,
				_("%s: the environment has another value, and that one counts"),
				s->name);
		else if (s->source == COMPOSE_ENV_FILE && s->dotenv &&
			 !str_eq(s->dotenv, s->current))
			lint_add_setting(l, rule, s,
				_("%s: an --env-file has another value, and that one counts"),
				s->name);
	}
}

/* What is in force says so: .env, a default, the environment that is chosen. */
static bool says_production(const char *value)
{
	return value && (strcasecmp(value, "production") == 0 || strcasecmp(value, "prod") == 0);
}

/* "compose.prod.yaml", "production/docker-compose.yml". */
static bool is_for_production(const struct compose_file *f)
{
	return f->role == COMPOSE_FILE_COMPOSE &&
	       (lint_has_word(f->path, "prod") || lint_has_word(f->path, "production"));
}

static const struct setting *production_setting(const struct settings *all)
{
	static const char *const names[] = {"ENVIRONMENT", "ENV", "APP_ENV", "NODE_ENV",
		"DEPLOYMENT", "DEPLOY_ENV", "RAILS_ENV", "FLASK_ENV", "DJANGO_ENV", "MODE", "STAGE",
		"APP_ENVIRONMENT", "DEPLOYMENT_ENVIRONMENT"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct setting *s = settings_find(all, names[i]);

		if (s && says_production(s->current))
			return s;
	}
	return NULL;
}

void lint_production(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);
	const struct setting *s = production_setting(all), *chosen;
	size_t secrets = 0;

	for (size_t i = 0; i < all->n; i++)
		secrets += setting_is_secret(&all->items[i]) && !str_empty(all->items[i].dotenv) &&
			   !all->items[i].placeholder;
	if (!secrets)
		return;
	if (s) {
		lint_add_setting(l, rule, s,
			Q_("%s says production, and %zu secret stands in .env in plain text",
				"%s says production, and %zu secrets stand in .env in plain text",
				secrets),
			s->name, secrets);
		return;
	}
	chosen = settings_find(all, FEATURE_ENVIRONMENT);
	for (size_t i = 0; i < l->project->compose->n_files; i++) {
		const struct compose_file *f = &l->project->compose->files[i];

		if (!is_for_production(f) &&
			(i || !chosen || !chosen->choice || !says_production(chosen->current)))
			continue;
		lint_add(l, rule, ".env", 0, 0,
			Q_("production is chosen, and %zu secret stands here in plain text",
				"production is chosen, and %zu secrets stand here in plain text",
				secrets),
			secrets);
		return;
	}
}

void lint_breaks_url(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = settings_of(l);
	AUTO(address_uses) struct address_uses uses = {0};

	if (l->project)
		address_uses_read(&uses, l->project->compose);
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		const struct address_use *use =
			is_given_secret(s) ? address_uses_find(&uses, s->name) : NULL;
		const char *bad = use ? address_use_breaks(use, s->current) : NULL;
		autofree char *remedy = bad ? address_use_remedy(use, bad) : NULL;

		if (bad)
			lint_add_setting(l, rule, s,
				_("%s is put into an address in %s, where \"%c\" means something "
				  "else: %s"),
				s->name, use->file, *bad, remedy);
	}
}
