/* SPDX-License-Identifier: MIT */
/* One model under two names: "Qwen/Qwen3-0.6B" here, "qwen3-0.6b" there. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

struct use {
	const char *value;
	char *plain; /* without organisation, in small letters, - for every separator */
	char *where; /* "EMBEDDING_MODEL", "MODEL of worker" */
	const struct setting *setting;
	const char *service, *key;
};

struct uses {
	struct use *items;
	size_t n, cap;
};

static char *plain_name(const char *value)
{
	const char *slash = strrchr(value, '/');
	char *plain = xstrdup(slash ? slash + 1 : value);

	for (char *p = plain; *p; p++)
		*p = isalnum((unsigned char)*p) || *p == '.' ? (char)tolower((unsigned char)*p)
							     : '-';
	if (str_ends(plain, "-latest"))
		plain[strlen(plain) - strlen("-latest")] = '\0';
	return plain;
}

/* EMBEDDING_MODEL, RERANK_MODEL_NAME; not MODEL_PATH and MODELS_DIR. */
static bool names_model(const char *name)
{
	return str_ends(name, "MODEL") || str_ends(name, "MODEL_NAME") ||
	       str_ends(name, "MODEL_ID") || str_ends(name, "_model");
}

/* At least a letter and a digit, or an organisation: "auto" and "default" are no names. */
static bool is_model(const char *value)
{
	bool digit = false, letter = false;

	if (str_empty(value) || strpbrk(value, " ${},") || strstr(value, "://") || *value == '/' ||
		*value == '.')
		return false;
	for (const char *p = value; *p; p++) {
		digit = digit || isdigit((unsigned char)*p);
		letter = letter || isalpha((unsigned char)*p);
	}
	return letter && (digit || strchr(value, '/'));
}

static void add_use(struct uses *u, const char *value, char *where, const struct setting *s,
	const char *service, const char *key)
{
	VEC_GROW(u->items, u->n, u->cap);
	u->items[u->n++] = (struct use){value, plain_name(value), where, s, service, key};
}

/* What the example and the default of the compose files say, while nobody has said anything else.
 */
static void collect_shipped(const struct lint *l, const struct setting *s, struct uses *u)
{
	const struct compose_variable *v = compose_find_variable(l->project->compose, s->name);

	if (is_model(s->example))
		add_use(u, s->example, xasprintf(_("the example of %s"), s->name), s, NULL, NULL);
	if (v && is_model(v->default_value))
		add_use(u, v->default_value, xasprintf(_("the default of %s"), s->name), s, NULL,
			NULL);
}

static void collect(const struct lint *l, struct uses *u)
{
	const struct settings *all = &l->project->settings;
	const struct compose *c = l->project->compose;

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		const char *value = str_empty(s->current) ? s->default_value : s->current;

		if (names_model(s->name) && is_model(value))
			add_use(u, value, xstrdup(s->name), s, NULL, NULL);
		if (names_model(s->name) && !setting_is_given(s))
			collect_shipped(l, s, u);
	}
	for (size_t i = 0; i < c->n_services; i++) {
		struct json_object *environment = json_get(c->services[i].json, "environment");

		if (!environment || !json_object_is_type(environment, json_type_object))
			continue;
		json_object_object_foreach(environment, key, value)
		{
			const char *text = value ? json_object_get_string(value) : NULL;

			if (names_model(key) && is_model(text))
				add_use(u, text, xasprintf(_("%s of %s"), key, c->services[i].name),
					NULL, c->services[i].name, key);
		}
	}
}

static void report(struct lint *l, const struct lint_rule *rule, const struct use *one,
	const struct use *other)
{
	if (one->setting)
		lint_add_setting(l, rule, one->setting, _("%s says %s, %s says %s"), one->where,
			one->value, other->where, other->value);
	else
		lint_add_node(l, rule, lint_service_node(l, one->service, "environment"),
			_("%s says %s, %s says %s"), one->where, one->value, other->where,
			other->value);
}

void lint_spellings(struct lint *l, const struct lint_rule *rule)
{
	struct uses u = {NULL, 0, 0};

	if (l->project)
		collect(l, &u);
	for (size_t i = 1; i < u.n; i++)
		for (size_t k = 0; k < i; k++) {
			bool seen = false;

			if (str_eq(u.items[i].value, u.items[k].value) ||
				!str_eq(u.items[i].plain, u.items[k].plain))
				continue;
			/* The same pair of spellings is told once. */
			for (size_t m = 0; m < i && !seen; m++)
				seen = str_eq(u.items[m].value, u.items[i].value);
			if (!seen)
				report(l, rule, &u.items[i], &u.items[k]);
			break;
		}
	for (size_t i = 0; i < u.n; i++) {
		free(u.items[i].plain);
		free(u.items[i].where);
	}
	free(u.items);
}
