/* SPDX-License-Identifier: MIT */
/* Everything that a definition names is looked up. */
#include "config/stack_lint_parts.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "config/feature.h"
#include "config/interp.h"

#include <string.h>

static void suggest(struct stack_finding *f, const struct nearest *nearest)
{
	if (nearest->name)
		f->hint = xasprintf(_("Did you mean \"%s\"?"), nearest->name);
}

/* --- names */

/* Of the compose files, or a program on the host that the definition knows. */
static bool is_service(const struct stack_lint *l, const char *name)
{
	const struct stack_service *s = stack_find_service(l->s, name);

	return compose_find_service(l->c, name) || (s && s->kind == SERVICE_HOST);
}

static void check_service(struct stack_lint *l, const struct mention *m)
{
	struct nearest nearest = NEAREST_TO(m->name);

	if (!l->c || is_service(l, m->name))
		return;
	for (size_t i = 0; i < l->c->n_services; i++)
		nearest_try(&nearest, l->c->services[i].name);
	suggest(stack_lint_add(l, m, xasprintf(_("%s: there is no service %s"), m->path, m->name)), &nearest);
}

/* Of the volumes Compose knows those that a service mounts. */
static void check_volume(struct stack_lint *l, const struct mention *m)
{
	struct json_object *volumes = l->c ? json_key(l->c->model, "volumes") : NULL;
	struct nearest nearest = NEAREST_TO(m->name);

	if (!l->c || json_key(volumes, m->name))
		return;
	if (json_object_is_type(volumes, json_type_object)) {
		json_object_object_foreach(volumes, key, volume)
		{
			if (volume || *key)
				nearest_try(&nearest, key);
		}
	}
	suggest(stack_lint_add(l, m, xasprintf(_("%s: there is no volume %s"), m->path, m->name)), &nearest);
}

bool stack_lint_is_setting(const struct stack_lint *l, const char *name)
{
	return settings_find(&l->s->settings, name) || (l->c && compose_find_variable(l->c, name));
}

static void try_settings(const struct stack_lint *l, struct nearest *nearest)
{
	for (size_t i = 0; i < l->s->settings.n; i++)
		nearest_try(nearest, l->s->settings.items[i].name);
	for (size_t i = 0; l->c && i < l->c->n_variables; i++)
		nearest_try(nearest, l->c->variables[i].name);
}

void stack_lint_unknown_setting(struct stack_lint *l, const struct mention *m, const char *name, char *message)
{
	struct nearest nearest = NEAREST_TO(name);

	try_settings(l, &nearest);
	suggest(stack_lint_add(l, m, message), &nearest);
}

static void check_setting(struct stack_lint *l, const struct mention *m)
{
	if (!stack_lint_is_setting(l, m->name))
		stack_lint_unknown_setting(l, m, m->name,
			xasprintf(_("%s: there is no setting %s"), m->path, m->name));
}

/* What the shell gives everywhere, and what Compose itself reads. */
static bool is_given(const char *name)
{
	static const char *const names[] = {"HOME", "USER", "PWD", "PATH", "DOCKER_HOST"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return str_starts(name, "COMPOSE_");
}

static const char *no_value(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

int stack_lint_expand(const char *text, struct str *out, struct error *err)
{
	const struct interp in = {.lookup = no_value, .tolerant = true};

	return interp_expand(&in, text, out, err);
}

/* Variables of a text: nobody knows those of a project whose compose files are not here. */
static void check_text(struct stack_lint *l, const struct mention *m)
{
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(error) struct error why = ERROR_INIT;
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	if (stack_lint_expand(m->name, &out, &why)) {
		stack_lint_add(l, m, xasprintf("%s: %s", m->path, why.message))->hint = take(why.hint);
		return;
	}
	if (l->c)
		interp_names(m->name, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!stack_lint_is_setting(l, names.items[i]) && !is_given(names.items[i]))
			stack_lint_unknown_setting(l, m, names.items[i],
				xasprintf(_("%s: ${%s} is neither a setting nor used in the compose files"),
					m->path, names.items[i]));
}

/* --- conditions */

static void one_of(
	struct stack_lint *l, const struct mention *m, const char *value, const struct strv *choices)
{
	struct nearest nearest = NEAREST_TO(value);
	autofree char *list = NULL;

	if (strv_has(choices, value))
		return;
	list = strv_join(choices, ", ");
	nearest_try_all(&nearest, (const char *const *)choices->items, choices->n);
	suggest(stack_lint_add(l, m, xasprintf(_("%s: \"%s\" never holds, expected one of %s"), m->path,
				m->name, list)),
		&nearest);
}

static void check_value(
	struct stack_lint *l, const struct mention *m, const char *name, const char *value)
{
	const struct setting *s = settings_find(&l->s->settings, name);
	AUTO(strv) struct strv names = STRV_INIT;
	bool truth;

	if (s && s->type == SETTING_ENUM && *value)
		one_of(l, m, value, &s->choices);
	else if (s ? s->type == SETTING_BOOL && setting_bool(value, &truth)
		   : stack_find_feature(l->s->features, l->s->n_features, name) &&
			     setting_bool(value, &truth))
		stack_lint_add(l, m, xasprintf(_("%s: \"%s\" never holds, expected true or false"), m->path,
				    m->name));
	if (s || strcmp(name, FEATURE_ENVIRONMENT) != 0)
		return;
	for (size_t i = 0; i < l->s->n_environments; i++)
		strv_push(&names, l->s->environments[i].name);
	one_of(l, m, value, &names);
}

/* A condition names a feature or a setting, and a value that it can have. */
static void check_condition(struct stack_lint *l, const struct mention *m)
{
	const char *equals = strchr(m->name, '=');
	autofree char *name = xstrndup(m->name, strcspn(m->name, "=!"));
	struct nearest nearest = NEAREST_TO(name);

	if (stack_lint_is_setting(l, name) || strcmp(name, FEATURE_ENVIRONMENT) == 0 ||
		stack_find_feature(l->s->features, l->s->n_features, name)) {
		if (equals)
			check_value(l, m, name, equals + 1);
		return;
	}
	for (size_t i = 0; i < l->s->n_features; i++)
		nearest_try(&nearest, l->s->features[i].name);
	try_settings(l, &nearest);
	suggest(stack_lint_add(l, m, xasprintf(_("%s: there is neither a setting nor a feature %s"), m->path,
				name)),
		&nearest);
}

void stack_lint_names(struct stack_lint *l)
{
	static void (*const checks[])(struct stack_lint *, const struct mention *) = {
		[MENTION_SERVICE] = check_service,
		[MENTION_VOLUME] = check_volume,
		[MENTION_SETTING] = check_setting,
		[MENTION_CONDITION] = check_condition,
		[MENTION_TEXT] = check_text,
		[MENTION_DECLARED] = NULL,
	};

	for (size_t i = 0; i < l->s->mentions.n; i++) {
		const struct mention *m = &l->s->mentions.items[i];

		if (checks[m->kind])
			checks[m->kind](l, m);
	}
}
