/* SPDX-License-Identifier: MIT */
#include "config/stack_lint.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/str.h"
#include "config/feature.h"
#include "config/interp.h"
#include "config/project_parts.h"
#include "config/secret_file.h"

#include <string.h>

void stack_findings_done(struct stack_findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->items[i].message);
		free(f->items[i].hint);
	}
	free(f->items);
	*f = (struct stack_findings){NULL, 0, 0};
}

struct lint {
	const struct stack *s;
	const struct compose *c; /* NULL */
	struct stack_findings *findings;
};

/* Takes the message. */
static struct stack_finding *found(struct lint *l, const struct mention *at, char *message)
{
	VEC_GROW(l->findings->items, l->findings->n, l->findings->cap);
	l->findings->items[l->findings->n] = (struct stack_finding){
		at ? at->line : 0, at ? at->column : 0, message, NULL};
	return &l->findings->items[l->findings->n++];
}

/* The same with the place where the name is declared. */
static struct stack_finding *found_of(struct lint *l, const char *name, char *message)
{
	return found(l, mentions_declared(&l->s->mentions, name), message);
}

static void suggest(struct stack_finding *f, const struct nearest *nearest)
{
	if (nearest->name)
		f->hint = xasprintf(_("Did you mean \"%s\"?"), nearest->name);
}

/* --- names --------------------------------------------------------------------------------------
 */

static bool is_service(const struct lint *l, const char *name)
{
	return compose_find_service(l->c, name) != NULL;
}

static void check_service(struct lint *l, const struct mention *m)
{
	struct nearest nearest = NEAREST_TO(m->name);

	if (!l->c || is_service(l, m->name))
		return;
	for (size_t i = 0; i < l->c->n_services; i++)
		nearest_try(&nearest, l->c->services[i].name);
	suggest(found(l, m, xasprintf(_("%s: there is no service %s"), m->path, m->name)), &nearest);
}

/* Of the volumes Compose knows those that a service mounts. */
static void check_volume(struct lint *l, const struct mention *m)
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
	suggest(found(l, m, xasprintf(_("%s: there is no volume %s"), m->path, m->name)), &nearest);
}

static bool is_setting(const struct lint *l, const char *name)
{
	return settings_find(&l->s->settings, name) || (l->c && compose_find_variable(l->c, name));
}

static void try_settings(const struct lint *l, struct nearest *nearest)
{
	for (size_t i = 0; i < l->s->settings.n; i++)
		nearest_try(nearest, l->s->settings.items[i].name);
	for (size_t i = 0; l->c && i < l->c->n_variables; i++)
		nearest_try(nearest, l->c->variables[i].name);
}

/* Takes the message. */
static void unknown_setting(struct lint *l, const struct mention *m, const char *name, char *message)
{
	struct nearest nearest = NEAREST_TO(name);

	try_settings(l, &nearest);
	suggest(found(l, m, message), &nearest);
}

static void check_setting(struct lint *l, const struct mention *m)
{
	if (!is_setting(l, m->name))
		unknown_setting(l, m, m->name,
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

/* Variables of a text: nobody knows those of a project whose compose files are not here. */
static void check_text(struct lint *l, const struct mention *m)
{
	const struct interp in = {.lookup = no_value, .tolerant = true};
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(error) struct error why = ERROR_INIT;
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	if (interp_expand(&in, m->name, &out, &why)) {
		found(l, m, xasprintf("%s: %s", m->path, why.message))->hint = take(why.hint);
		return;
	}
	if (l->c)
		interp_names(m->name, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!is_setting(l, names.items[i]) && !is_given(names.items[i]))
			unknown_setting(l, m, names.items[i],
				xasprintf(_("%s: ${%s} is neither a setting nor used in the compose files"),
					m->path, names.items[i]));
}

/* --- conditions ---------------------------------------------------------------------------------
 */

static void one_of(
	struct lint *l, const struct mention *m, const char *value, const struct strv *choices)
{
	struct nearest nearest = NEAREST_TO(value);
	autofree char *list = NULL;

	if (strv_has(choices, value))
		return;
	list = strv_join(choices, ", ");
	nearest_try_all(&nearest, (const char *const *)choices->items, choices->n);
	suggest(found(l, m, xasprintf(_("%s: \"%s\" never holds, expected one of %s"), m->path,
				m->name, list)),
		&nearest);
}

static void check_value(
	struct lint *l, const struct mention *m, const char *name, const char *value)
{
	const struct setting *s = settings_find(&l->s->settings, name);
	AUTO(strv) struct strv names = STRV_INIT;
	bool truth;

	if (s && s->type == SETTING_ENUM && *value)
		one_of(l, m, value, &s->choices);
	else if (s ? s->type == SETTING_BOOL && setting_bool(value, &truth)
		   : stack_find_feature(l->s->features, l->s->n_features, name) &&
			     setting_bool(value, &truth))
		found(l, m, xasprintf(_("%s: \"%s\" never holds, expected true or false"), m->path,
				    m->name));
	if (s || strcmp(name, FEATURE_ENVIRONMENT) != 0)
		return;
	for (size_t i = 0; i < l->s->n_environments; i++)
		strv_push(&names, l->s->environments[i].name);
	one_of(l, m, value, &names);
}

/* A condition names a feature or a setting, and a value that it can have. */
static void check_condition(struct lint *l, const struct mention *m)
{
	const char *equals = strchr(m->name, '=');
	autofree char *name = xstrndup(m->name, strcspn(m->name, "=!"));
	struct nearest nearest = NEAREST_TO(name);

	if (is_setting(l, name) || strcmp(name, FEATURE_ENVIRONMENT) == 0 ||
		stack_find_feature(l->s->features, l->s->n_features, name)) {
		if (equals)
			check_value(l, m, name, equals + 1);
		return;
	}
	for (size_t i = 0; i < l->s->n_features; i++)
		nearest_try(&nearest, l->s->features[i].name);
	try_settings(l, &nearest);
	suggest(found(l, m, xasprintf(_("%s: there is neither a setting nor a feature %s"), m->path,
				name)),
		&nearest);
}

static void check_mentions(struct lint *l)
{
	static void (*const checks[])(struct lint *, const struct mention *) = {
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

/* --- what is declared ---------------------------------------------------------------------------
 */

static bool is_read(const struct lint *l, const char *name)
{
	if (str_starts(name, SECRET_FILE_PREFIX))
		return json_key(json_key(l->c->model, "secrets"),
			       name + strlen(SECRET_FILE_PREFIX)) != NULL;
	return compose_find_variable(l->c, name) != NULL;
}

/* In a project's own definition .env may be for other programs, too. */
static void check_settings(struct lint *l)
{
	for (size_t i = 0; l->c && l->s->files.n && i < l->s->settings.n; i++) {
		const char *name = l->s->settings.items[i].name;

		if (!is_read(l, name))
			found_of(l, name, xasprintf(_("%s: no compose file reads it"), name));
	}
}

/* A new name is one that the stack has, an old one is none. */
static void check_renames(struct lint *l)
{
	for (size_t i = 0; i < l->s->n_renames; i++) {
		const struct env_rename *r = &l->s->renames[i];
		const char *now = stack_renamed(l->s, r->from);

		if (settings_find(&l->s->settings, r->from))
			found_of(l, r->from,
				xasprintf(_("renames: %s is still a setting"), r->from));
		if (is_setting(l, now))
			continue;
		if (str_eq(now, r->from) || stack_renamed(l->s, now) != now)
			found_of(l, r->from,
				xasprintf(_("renames: %s leads in a circle"), r->from));
		else if (l->c || l->s->settings.n)
			unknown_setting(l, mentions_declared(&l->s->mentions, r->from), now,
				xasprintf(_("renames: %s becomes %s, which is neither a setting "
					    "nor used in the compose files"),
					r->from, now));
	}
}

static bool has_profile(const struct compose *c, const char *profile)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (strv_has(&c->services[i].profiles, profile))
			return true;
	return false;
}

/* What it gives a setting is a value of that setting. */
static void check_sets(struct lint *l, const struct stack_feature *f)
{
	for (size_t i = 0; i < f->n_sets; i++) {
		const struct setting *s = settings_find(&l->s->settings, f->sets[i].name);
		AUTO(error) struct error why = ERROR_INIT;

		if (!s || !*f->sets[i].value || strchr(f->sets[i].value, '$') ||
			setting_type_info(s->type)->check(s, f->sets[i].value, &why) == 0)
			continue;
		found_of(l, f->name, xasprintf("%s: %s", f->name, why.message));
	}
}

/* Of profiles and files one is enough: the others are those of the stack's repository. */
static void check_choice(struct lint *l, const struct stack_feature *f)
{
	bool profile = f->profiles.n == 0, file = f->files.n == 0;

	for (size_t i = 0; l->c && i < f->profiles.n; i++)
		profile = profile || has_profile(l->c, f->profiles.items[i]);
	for (size_t i = 0; i < f->files.n; i++)
		file = file || strv_has(&l->s->copy, f->files.items[i]) ||
		       strv_has(&l->s->files, f->files.items[i]);
	if (l->c && !profile)
		found_of(l, f->name,
			xasprintf(_("%s: no service has one of its profiles"), f->name));
	if (l->s->files.n && !file)
		found_of(l, f->name,
			xasprintf(_("%s: none of its files comes with the definition"), f->name));
	check_sets(l, f);
	if (!f->profiles.n && !f->files.n && !f->n_sets)
		found_of(l, f->name, xasprintf(_("%s: choosing it changes nothing"), f->name));
}

static int by_place(const void *a, const void *b)
{
	const struct stack_finding *x = a, *y = b;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : x->column - y->column;
}

void stack_lint(const struct stack *s, const struct compose *c, struct stack_findings *findings)
{
	struct lint l = {s, c, findings};

	check_mentions(&l);
	check_settings(&l);
	check_renames(&l);
	for (size_t i = 0; i < s->n_features; i++)
		check_choice(&l, &s->features[i]);
	for (size_t i = 0; i < s->n_environments; i++)
		check_choice(&l, &s->environments[i]);
	if (findings->n)
		qsort(findings->items, findings->n, sizeof(*findings->items), by_place);
}

/* The compose files and those that choosing something adds, as one project. */
static void all_files(const struct stack *s, struct strv *ret)
{
	const struct stack_feature *lists[] = {s->features, s->environments};
	const size_t counts[] = {s->n_features, s->n_environments};

	strv_extend(ret, &s->files);
	for (size_t n = 0; n < ARRAY_SIZE(lists); n++)
		for (size_t i = 0; i < counts[n]; i++)
			for (size_t k = 0; k < lists[n][i].files.n; k++)
				if (strv_has(&s->copy, lists[n][i].files.items[k]))
					strv_add_once(ret, lists[n][i].files.items[k]);
}

/* The definition that lies in a project is about the compose files beside it. */
static int load_project(
	struct host *h, const struct stack *s, struct compose **ret, struct error *err)
{
	const char *slash = strrchr(s->source, '/'), *name = slash ? slash + 1 : s->source;
	autofree char *dir = slash ? xstrndup(s->source, (size_t)(slash - s->source)) : xstrdup(".");
	autofree char *whole = NULL;
	AUTO(strv) struct strv profiles = STRV_INIT;
	AUTO(error) struct error why = ERROR_INIT;
	struct compose_options options = {.profiles = &profiles, .tolerant = true, .lenient = true};
	int code;

	*ret = NULL;
	if (strcmp(name, PROJECT_DEFINITION) != 0)
		return 0;
	code = host_realpath(h, *dir ? dir : "/", &whole, err);
	if (code)
		return code;
	options.dir = whole;
	strv_push(&profiles, "*");
	code = compose_load(h, &options, ret, &why);
	return code == ERR_NOT_FOUND ? 0 : code ? error_move(err, &why) : 0;
}

int stack_lint_compose(
	struct host *h, const struct stack *s, struct compose **ret, struct error *err)
{
	AUTO_PTR(host) struct host *stage = NULL;
	AUTO(strv) struct strv files = STRV_INIT, profiles = STRV_INIT, paths = STRV_INIT;
	/* Nowhere: nothing that lies around, an .env say, takes part. */
	static const char dir[] = "/nonexistent/stack";
	struct compose_options options = {
		.dir = dir, .files = &paths, .profiles = &profiles, .tolerant = true};
	int code;

	if (!s->files.n)
		return load_project(h, s, ret, err);
	stage = project_stage_new(h);
	code = project_stage_stack(stage, s, dir, err);
	all_files(s, &files);
	for (size_t i = 0; i < files.n; i++)
		strv_push_take(&paths, host_path(dir, files.items[i]));
	strv_push(&profiles, "*");
	return code ? code : compose_load(stage, &options, ret, err);
}
