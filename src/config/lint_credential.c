/* SPDX-License-Identifier: MIT */
/* Secrets that stand in compose files, as values or as defaults. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_guess.h"
#include "config/setting_published.h"

#include <string.h>

enum { SHORTEST_WORD = 3 };

/* NEO4J_AUTH and FLOWER_BASIC_AUTH hold "user/password" or "user:password". */
static bool is_login(const char *name, const char *value)
{
	const char *separator = strpbrk(value, "/:");
	size_t n = separator ? (size_t)(separator - value) : 0;

	return str_ends(name, "_AUTH") && n > 0 && separator[1] &&
	       strcspn(value, " \t,$") == strlen(value) && !strpbrk(separator + 1, "/:");
}

/* One NAME and value of an `environment`. */
static void judge_entry(struct lint *l, const struct lint_rule *rule, const struct yaml_node *place,
	const char *name, const char *value)
{
	size_t length = 0;
	bool in_url = setting_url_password(value, &length) && length > 0;

	if (str_empty(value) || strchr(value, '$') ||
		(!is_login(name, value) &&
			(secret_is_stand_in(value) || !lint_is_secret_name(name, value))))
		return;
	lint_add_node(l, rule, place,
		in_url || is_login(name, value) ? _("the password in %s is written into the file")
						: _("%s is written into the file"),
		name);
}

static void judge_environment(
	struct lint *l, const struct lint_rule *rule, const struct yaml_node *environment)
{
	for (size_t i = 0; environment && i < environment->n; i++) {
		if (environment->kind == YAML_MAP) {
			judge_entry(l, rule, environment->pairs[i].value,
				environment->pairs[i].key->text,
				yaml_text(environment->pairs[i].value, ""));
		} else if (environment->kind == YAML_SEQ) {
			const char *text = yaml_text(environment->items[i], "");
			size_t n = strcspn(text, "=");
			autofree char *name = xstrndup(text, n);

			if (text[n])
				judge_entry(l, rule, environment->items[i], name, text + n + 1);
		}
	}
}

/* The word behind "--requirepass" and its like: "--password x", "--pass=x". */
static void judge_words(struct lint *l, const struct lint_rule *rule, const struct yaml_node *place,
	const struct strv *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->items[i];
		size_t n = strcspn(word, "=");
		const char *value = word[n]            ? word + n + 1
				    : i + 1 < words->n ? words->items[i + 1]
						       : "";
		autofree char *option = xstrndup(word, n);

		value += strspn(value, "\"'");
		if (!str_starts(option, "--") || !strstr(option, "pass") ||
			strstr(option, "file") || !*value || *value == '-' ||
			strpbrk(value, "$/") || strlen(value) < SHORTEST_WORD)
			continue;
		lint_add_node(
			l, rule, place, _("the password of %s is written into the file"), option);
	}
}

static void judge_command(
	struct lint *l, const struct lint_rule *rule, const struct yaml_node *command)
{
	AUTO(strv) struct strv words = STRV_INIT;

	if (command && command->kind == YAML_SCALAR)
		strv_split(&words, yaml_text(command, ""), ' ');
	for (size_t i = 0; command && command->kind == YAML_SEQ && i < command->n; i++) {
		const char *text = yaml_text(command->items[i], "");

		/* [sh, -c, "redis-server --requirepass x"] */
		if (strchr(text, ' '))
			strv_split(&words, text, ' ');
		else
			strv_push(&words, text);
	}
	judge_words(l, rule, command, &words);
}

void lint_committed(struct lint *l, const struct lint_rule *rule)
{
	const struct yaml_node *root;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *services = yaml_get(root, "services");

		for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
			const struct yaml_node *service = services->pairs[i].value;

			judge_environment(l, rule, yaml_get(service, "environment"));
			judge_command(l, rule, yaml_get(service, "command"));
			judge_command(l, rule, yaml_get(service, "entrypoint"));
		}
	}
}

void lint_default_secret(struct lint *l, const struct lint_rule *rule)
{
	const struct settings *all = l->project ? &l->project->settings : NULL;

	for (size_t i = 0; all && i < all->n; i++) {
		const struct setting *s = &all->items[i];
		const struct compose_variable *v =
			compose_find_variable(l->project->compose, s->name);

		/* A default that is made from other variables changes with them. */
		if (!v || v->source != COMPOSE_DEFAULT || str_empty(v->value) ||
			(!setting_hides(s, v->value) && !is_login(s->name, v->value)) ||
			setting_names_account(s->name) ||
			setting_default_refers(l->project->compose, s->name))
			continue;
		lint_add(l, rule, v->place.file, v->place.line, v->place.column,
			_("%s has the default that everybody can read here"), s->name);
	}
}
