/* SPDX-License-Identifier: MIT */
#include "config/stack_lint_parts.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "config/project_parts.h"
#include "config/secret_file.h"
#include "config/setting_pattern.h"

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

struct stack_finding *stack_lint_add(struct stack_lint *l, const struct mention *at, char *message)
{
	VEC_GROW(l->findings->items, l->findings->n, l->findings->cap);
	l->findings->items[l->findings->n] = (struct stack_finding){
		at ? at->line : 0, at ? at->column : 0, text_safe_dup(message), NULL};
	free(message);
	return &l->findings->items[l->findings->n++];
}

struct stack_finding *stack_lint_add_of(struct stack_lint *l, const char *name, char *message)
{
	return stack_lint_add(l, mentions_declared(&l->s->mentions, name), message);
}

/* --- what is declared */

static bool is_read(const struct stack_lint *l, const char *name)
{
	if (str_starts(name, SECRET_FILE_PREFIX))
		return json_key(json_key(l->c->model, "secrets"),
			       name + strlen(SECRET_FILE_PREFIX)) != NULL;
	return compose_find_variable(l->c, name) != NULL;
}

/* Somebody must get what has such a name. */
static void check_patterns(struct stack_lint *l)
{
	const struct settings *all = &l->s->settings;

	for (size_t i = 0; l->c && l->s->files.n && i < all->n_patterns; i++) {
		const struct setting *pattern = &all->patterns[i];
		bool read = pattern->pass_to.n > 0;

		for (size_t k = 0; k < l->c->n_variables && !read; k++)
			read = settings_pattern(all, l->c->variables[k].name) == pattern;
		if (!read)
			stack_lint_add_of(l, pattern->name,
				xasprintf(_("%s: no compose file reads it"), pattern->name));
	}
}

/* In a project's own definition .env may be for other programs, too. */
static void check_settings(struct stack_lint *l)
{
	for (size_t i = 0; l->c && l->s->files.n && i < l->s->settings.n; i++) {
		const struct setting *setting = &l->s->settings.items[i];
		const char *name = setting->name;

		/* Or the override hands it over. */
		if (!setting->pass_to.n && !is_read(l, name))
			stack_lint_add_of(l, name, xasprintf(_("%s: no compose file reads it"), name));
	}
}

/* Reading has made a rule of what each model says. */
static void check_dimensions(struct stack_lint *l)
{
	for (size_t i = 0; i < l->s->settings.n; i++) {
		const struct setting *s = &l->s->settings.items[i];
		bool known = false;

		for (size_t k = 0; s->dimensions_of && k < s->n_rules; k++)
			known = known || (s->rules[k].when &&
						 str_starts(s->rules[k].when, s->dimensions_of));
		if (s->dimensions_of && !known)
			stack_lint_add_of(l, s->name,
				xasprintf(_("%s: no model says what dimensions it has"), s->name));
	}
}

/* A new name is one that the stack has, an old one is none. */
static void check_renames(struct stack_lint *l)
{
	for (size_t i = 0; i < l->s->n_renames; i++) {
		const struct env_rename *r = &l->s->renames[i];
		const char *now = stack_renamed(l->s, r->from);

		if (settings_find(&l->s->settings, r->from))
			stack_lint_add_of(l, r->from,
				xasprintf(_("renames: %s is still a setting"), r->from));
		if (stack_lint_is_setting(l, now))
			continue;
		if (str_eq(now, r->from) || stack_renamed(l->s, now) != now)
			stack_lint_add_of(l, r->from,
				xasprintf(_("renames: %s leads in a circle"), r->from));
		else if (l->c || l->s->settings.n)
			stack_lint_unknown_setting(l, mentions_declared(&l->s->mentions, r->from), now,
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
static void check_sets(struct stack_lint *l, const struct stack_feature *f)
{
	for (size_t i = 0; i < f->n_sets; i++) {
		const struct setting *s = settings_find(&l->s->settings, f->sets[i].name);
		AUTO(error) struct error why = ERROR_INIT;

		if (!s || !*f->sets[i].value || strchr(f->sets[i].value, '$') ||
			setting_type_info(s->type)->check(s, f->sets[i].value, &why) == 0)
			continue;
		stack_lint_add_of(l, f->name, xasprintf("%s: %s", f->name, why.message));
	}
}

/* Of profiles and files one is enough: the others are those of the stack's repository. */
static void check_choice(struct stack_lint *l, const struct stack_feature *f)
{
	bool profile = f->profiles.n == 0, file = f->files.n == 0;

	for (size_t i = 0; l->c && i < f->profiles.n; i++)
		profile = profile || has_profile(l->c, f->profiles.items[i]);
	for (size_t i = 0; i < f->files.n; i++)
		file = file || strv_has(&l->s->copy, f->files.items[i]) ||
		       strv_has(&l->s->files, f->files.items[i]);
	if (l->c && !profile)
		stack_lint_add_of(l, f->name,
			xasprintf(_("%s: no service has one of its profiles"), f->name));
	if (l->s->files.n && !file)
		stack_lint_add_of(l, f->name,
			xasprintf(_("%s: none of its files comes with the definition"), f->name));
	check_sets(l, f);
	if (!f->profiles.n && !f->files.n && !f->n_sets)
		stack_lint_add_of(l, f->name, xasprintf(_("%s: choosing it changes nothing"), f->name));
}

static int by_place(const void *a, const void *b)
{
	const struct stack_finding *x = a, *y = b;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : x->column - y->column;
}

void stack_lint(const struct stack *s, const struct compose *c, struct stack_findings *findings)
{
	struct stack_lint l = {s, c, findings};

	stack_lint_names(&l);
	check_settings(&l);
	check_patterns(&l);
	check_dimensions(&l);
	check_renames(&l);
	stack_lint_kept(&l);
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
