/* SPDX-License-Identifier: MIT */
#include "config/feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_list.h"
#include "config/override.h"
#include "config/project_parts.h"

#include <string.h>

/* --- what there is ------------------------------------------------------------------------------
 */

static bool comes_with(const struct stack *s, const char *file)
{
	return strv_has(&s->files, file) || strv_has(&s->copy, file);
}

static void look_for(struct project *p, const struct stack_feature *features, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < features[i].files.n; k++) {
			const char *file = features[i].files.items[k];
			autofree char *path = host_path(p->dir, file);

			if (p->fresh ? comes_with(p->stack, file) : host_exists(p->host, path))
				strv_add_once(&p->feature_files, file);
		}
}

void features_look(struct project *p)
{
	if (!p->stack)
		return;
	look_for(p, p->stack->features, p->stack->n_features);
	look_for(p, p->stack->environments, p->stack->n_environments);
	for (size_t i = 0; i < p->stack->n_features; i++)
		if (p->stack->features[i].needs_gpu)
			p->lacks_gpu = !host_has_nvidia(p->host);
}

/* Those of the items that `known` has. */
static void common(const struct strv *items, const struct strv *known, struct strv *ret)
{
	for (size_t i = 0; i < items->n; i++)
		if (strv_has(known, items->items[i]))
			strv_push(ret, items->items[i]);
}

static void known_profiles(const struct compose *c, struct strv *ret)
{
	for (size_t i = 0; i < c->n_services; i++)
		for (size_t k = 0; k < c->services[i].profiles.n; k++)
			strv_add_once(ret, c->services[i].profiles.items[k]);
}

/* A part of the stack as it applies to this project. */
struct part {
	const struct stack_feature *feature;
	struct strv files, profiles;
	const struct stack_set **sets; /* of variables the project has */
	size_t n_sets;
};

static void part_done(struct part *part)
{
	free(part->sets);
	strv_done(&part->files);
	strv_done(&part->profiles);
}
DEFINE_AUTO(part)

static void part_init(
	struct part *part, const struct project *p, const struct stack_feature *feature)
{
	AUTO(strv) struct strv profiles = STRV_INIT;

	*part = (struct part){.feature = feature};
	part->sets = xcalloc(feature->n_sets + 1, sizeof(*part->sets));
	known_profiles(p->compose, &profiles);
	common(&feature->files, &p->feature_files, &part->files);
	common(&feature->profiles, &profiles, &part->profiles);
	for (size_t i = 0; i < feature->n_sets; i++)
		if (settings_find(&p->settings, feature->sets[i].name))
			part->sets[part->n_sets++] = &feature->sets[i];
}

static bool part_matters(const struct part *part)
{
	return part->files.n || part->profiles.n || part->n_sets;
}

static bool has_all(const struct strv *list, const struct strv *items)
{
	for (size_t i = 0; i < items->n; i++)
		if (!strv_has(list, items->items[i]))
			return false;
	return true;
}

/* Profiles and files tell; only where there are none do the variables. */
static bool part_is_on(const struct part *part, const struct project *p, const struct strv *files,
	const struct strv *profiles)
{
	if (part->files.n || part->profiles.n)
		return has_all(files, &part->files) && has_all(profiles, &part->profiles);
	for (size_t i = 0; i < part->n_sets; i++) {
		const struct setting *s = settings_find(&p->settings, part->sets[i]->name);
		const char *is = s->current ? s->current : s->default_value;

		if (!str_eq(is, part->sets[i]->value))
			return false;
	}
	return part->n_sets > 0;
}

/* --- as settings --------------------------------------------------------------------------------
 */

/* What .env lists now. */
struct listed {
	struct strv files, profiles;
};

static void listed_done(struct listed *l)
{
	strv_done(&l->files);
	strv_done(&l->profiles);
}
DEFINE_AUTO(listed)

static void read_lists(const struct project *p, struct listed *ret)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autofree char *separator = NULL, *files = NULL, *profiles = NULL;

	if (!p->dotenv_text ||
		env_file_parse_for_edit(".env", p->dotenv_text, p->dotenv_len, &f, NULL))
		return;
	separator = env_list_separator(f);
	files = env_file_literal(f, "COMPOSE_FILE");
	profiles = env_file_literal(f, "COMPOSE_PROFILES");
	env_list_split(files, separator, &ret->files);
	env_list_split(profiles, ",", &ret->profiles);
}

/* What a stack is to be comes before what it is to be told. */
static size_t first_page(struct settings *all)
{
	const char *title = _("Features");
	struct setting_page page;

	if (all->n_pages && str_eq(all->pages[0].title, title))
		return 0;
	settings_page(all, title);
	page = all->pages[all->n_pages - 1];
	memmove(all->pages + 1, all->pages, (all->n_pages - 1) * sizeof(page));
	all->pages[0] = page;
	for (size_t i = 0; i < all->n; i++)
		all->items[i].page++;
	return 0;
}

static struct setting *add_choice(
	struct project *p, const char *name, const char *title, const char *help)
{
	size_t page = first_page(&p->settings);
	struct setting *s = settings_add(&p->settings, name);

	s->choice = true;
	s->title = xstrdup(title);
	s->help = xstrdup(help);
	s->page = page;
	s->source = p->dotenv_text ? COMPOSE_DOTENV : COMPOSE_DEFAULT;
	return s;
}

static void add_feature(struct project *p, const struct part *part, const struct listed *now)
{
	const struct stack_feature *feature = part->feature;
	bool lacks = feature->needs_gpu && p->lacks_gpu;
	bool on = p->dotenv_text ? part_is_on(part, p, &now->files, &now->profiles)
				 : feature->initial && !lacks;
	autofree char *help = lacks ? xasprintf("%s%s%s", feature->help ? feature->help : "",
					      feature->help ? "\n\n" : "",
					      _("This host has no NVIDIA GPU, or its driver is not "
						"loaded: what needs one does not start."))
				    : xstrdup(feature->help);
	struct setting *s = add_choice(p, feature->name, feature->title, help);

	s->type = SETTING_BOOL;
	s->default_value = xstrdup(on ? "true" : "false");
	if (!p->dotenv_text)
		return;
	s->current = xstrdup(s->default_value);
	s->dotenv = xstrdup(s->default_value);
}

/* One of several. Where .env fits none of them, none is chosen until somebody does. */
static void add_environment(struct project *p, const struct listed *now)
{
	const struct stack *stack = p->stack;
	const char *chosen = p->dotenv_text ? NULL : stack->environments[0].name;
	struct setting *s = NULL;

	for (size_t i = 0; i < stack->n_environments; i++) {
		AUTO(part) struct part part = {0};

		part_init(&part, p, &stack->environments[i]);
		if (!part_matters(&part))
			continue;
		if (!s)
			s = add_choice(p, FEATURE_ENVIRONMENT, _("Environment"),
				_("What this installation is for. It chooses files and variables "
				  "that belong together."));
		strv_push(&s->choices, stack->environments[i].name);
		/* The one that says most: another may list a subset of its files. */
		if (p->dotenv_text && part.n_sets &&
			part_is_on(&part, p, &now->files, &now->profiles))
			chosen = stack->environments[i].name;
	}
	if (!s)
		return;
	s->type = SETTING_ENUM;
	s->default_value = xstrdup(chosen);
	if (!p->dotenv_text)
		return;
	s->current = xstrdup(chosen);
	s->dotenv = xstrdup(chosen);
}

void features_join(struct project *p)
{
	AUTO(listed) struct listed now = {STRV_INIT, STRV_INIT};

	if (!p->stack || (!p->stack->n_features && !p->stack->n_environments))
		return;
	read_lists(p, &now);
	if (p->stack->n_environments)
		add_environment(p, &now);
	for (size_t i = 0; i < p->stack->n_features; i++) {
		AUTO(part) struct part part = {0};

		part_init(&part, p, &p->stack->features[i]);
		if (part_matters(&part) && !settings_find(&p->settings, part.feature->name))
			add_feature(p, &part, &now);
	}
}

/* --- in .env ------------------------------------------------------------------------------------
 */

static bool is_answered(const struct project *p, const char *name)
{
	const struct setting *s = settings_find(&p->settings, name);

	return s && (s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE);
}

/* What stands in .env, or else what holds without it. */
static bool says(const struct env_file *f, const struct setting *s, const char *value)
{
	autofree char *present = env_file_literal(f, s->name);

	return present ? str_eq(present, value)
		       : !env_file_find(f, s->name) && s->implied &&
				 str_eq(s->default_value, value);
}

static int set_variables(
	const struct project *p, struct env_file *f, const struct part *part, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < part->n_sets && code == 0; i++) {
		const struct stack_set *set = part->sets[i];
		const struct setting *s = settings_find(&p->settings, set->name);

		if (!is_answered(p, set->name) && !says(f, s, set->value))
			code = env_file_set(f, set->name, set->value, NULL, err);
	}
	return code;
}

/* Back to the default, unless somebody gave it another value meanwhile. */
static int unset_variables(
	const struct project *p, struct env_file *f, const struct part *part, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < part->n_sets && code == 0; i++) {
		const struct stack_set *set = part->sets[i];
		const struct setting *s = settings_find(&p->settings, set->name);

		if (is_answered(p, set->name) || !env_file_find(f, set->name) ||
			!says(f, s, set->value))
			continue;
		code = s->default_value && !s->implied
			       ? env_file_set(f, set->name, s->default_value, NULL, err)
			       : env_file_remove(f, set->name, err);
	}
	return code;
}

/* Gathers what is wanted in the lists and what not, while variables are set at once. */
struct wish {
	struct strv files, profiles, no_files, no_profiles;
};

static void wish_done(struct wish *w)
{
	strv_done(&w->files);
	strv_done(&w->profiles);
	strv_done(&w->no_files);
	strv_done(&w->no_profiles);
}
DEFINE_AUTO(wish)

static int wish_part(const struct project *p, struct env_file *f, struct wish *w,
	const struct stack_feature *feature, bool on, bool was, struct error *err)
{
	AUTO(part) struct part part = {0};

	part_init(&part, p, feature);
	strv_extend(on ? &w->files : &w->no_files, &part.files);
	strv_extend(on ? &w->profiles : &w->no_profiles, &part.profiles);
	if (on)
		return set_variables(p, f, &part, err);
	return was ? unset_variables(p, f, &part, err) : 0;
}

static int wish_features(
	const struct project *p, struct env_file *f, struct wish *w, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < p->stack->n_features && code == 0; i++) {
		const struct stack_feature *feature = &p->stack->features[i];
		const struct setting *s = settings_find(&p->settings, feature->name);
		bool on = false, was = false;

		if (!s || !s->choice || !setting_changes(s) ||
			setting_bool(setting_effective(s), &on))
			continue;
		if (s->current)
			setting_bool(s->current, &was);
		code = wish_part(p, f, w, feature, on, was, err);
	}
	return code;
}

static int wish_environment(
	const struct project *p, struct env_file *f, struct wish *w, struct error *err)
{
	const struct setting *s = settings_find(&p->settings, FEATURE_ENVIRONMENT);
	const char *chosen = s && s->choice && setting_changes(s) ? setting_effective(s) : NULL;
	int code = 0;

	for (size_t i = 0; chosen && i < p->stack->n_environments && code == 0; i++) {
		const struct stack_feature *e = &p->stack->environments[i];

		if (!str_eq(e->name, chosen))
			code = wish_part(p, f, w, e, false, false, err);
	}
	for (size_t i = 0; chosen && i < p->stack->n_environments && code == 0; i++) {
		const struct stack_feature *e = &p->stack->environments[i];

		if (str_eq(e->name, chosen))
			code = wish_part(p, f, w, e, true, false, err);
	}
	return code;
}

/* What one part needs stays, whatever another one gives up. */
static void keep_wanted(struct strv *unwanted, const struct strv *wanted)
{
	for (size_t i = 0; i < wanted->n; i++) {
		long at;

		while ((at = strv_find(unwanted, wanted->items[i])) >= 0)
			strv_remove(unwanted, (size_t)at);
	}
}

static int edit_lists(
	const struct project *p, struct env_file *f, struct wish *w, struct error *err)
{
	autofree char *separator = env_list_separator(f);
	AUTO(strv) struct strv found = STRV_INIT;
	struct env_list_edit files = {.key = "COMPOSE_FILE",
		.separator = separator,
		.comment = _("The compose files in force; later ones change earlier ones."),
		.with = &w->files,
		.without = &w->no_files,
		.empty = &found};
	struct env_list_edit profiles = {.key = "COMPOSE_PROFILES",
		.separator = ",",
		.comment = _("The profiles in force."),
		.with = &w->profiles,
		.without = &w->no_profiles};
	int code = 0;

	keep_wanted(&w->no_files, &w->files);
	keep_wanted(&w->no_profiles, &w->profiles);
	override_discovered(p->compose, &found);
	/* The user's own override has the last word, but for ours. */
	files.last = found.n > 1 ? found.items[1] : OVERRIDE_FILE;
	if (!p->files.n && !is_answered(p, files.key))
		code = env_list_edit(f, &files, err);
	if (code == 0 && !p->profiles.n && !is_answered(p, profiles.key))
		code = env_list_edit(f, &profiles, err);
	return code;
}

int features_apply(const struct project *p, struct env_file *f, struct error *err)
{
	AUTO(wish) struct wish wish = {STRV_INIT, STRV_INIT, STRV_INIT, STRV_INIT};
	int code = 0;

	if (!p->stack)
		return 0;
	code = wish_environment(p, f, &wish, err);
	if (code == 0)
		code = wish_features(p, f, &wish, err);
	return code ? code : edit_lists(p, f, &wish, err);
}
