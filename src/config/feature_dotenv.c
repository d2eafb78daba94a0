/* SPDX-License-Identifier: MIT */
/* What was chosen, as .env says it: lists of files and profiles, and variables. */
#include "config/feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_list.h"
#include "config/feature_part.h"
#include "config/override.h"

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

static int set_variables(const struct project *p, struct env_file *f,
	const struct feature_part *part, struct error *err)
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
static int unset_variables(const struct project *p, struct env_file *f,
	const struct feature_part *part, struct error *err)
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
	AUTO(feature_part) struct feature_part part = {0};

	feature_part_init(&part, p, feature);
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

static int edit_profiles(const struct project *p, struct env_file *f, const struct strv *with,
	const struct strv *without, struct error *err)
{
	const struct env_list_edit edit = {.key = "COMPOSE_PROFILES",
		.separator = ",",
		.comment = _("The profiles in force."),
		.with = with,
		.without = without};

	/* Those of the command line are in force instead. */
	return p->profiles.n || (!with->n && !without->n) ? 0 : env_list_edit(f, &edit, err);
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
	int code = 0;

	keep_wanted(&w->no_files, &w->files);
	keep_wanted(&w->no_profiles, &w->profiles);
	override_discovered(p->compose, &found);
	/* The user's own override has the last word, but for ours. */
	files.last = found.n > 1 ? found.items[1] : OVERRIDE_FILE;
	if (!p->files.n && !is_answered(p, files.key))
		code = env_list_edit(f, &files, err);
	if (code == 0 && !is_answered(p, "COMPOSE_PROFILES"))
		code = edit_profiles(p, f, &w->profiles, &w->no_profiles, err);
	return code;
}

/* Profiles that are chosen by themselves. Where the whole list was answered they come to it only as
 * far as somebody said so. */
static int apply_profiles(const struct project *p, struct env_file *f, struct error *err)
{
	AUTO(strv) struct strv with = STRV_INIT, without = STRV_INIT;
	bool listed = is_answered(p, "COMPOSE_PROFILES");

	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];
		const char *profile = feature_profile_of(s);
		bool on;

		if (profile && (listed ? s->answer == ANSWER_VALUE : setting_changes(s)) &&
			!setting_bool(setting_effective(s), &on))
			strv_push(on ? &with : &without, profile);
	}
	return edit_profiles(p, f, &with, &without, err);
}

int features_apply(const struct project *p, struct env_file *f, struct error *err)
{
	AUTO(wish) struct wish wish = {STRV_INIT, STRV_INIT, STRV_INIT, STRV_INIT};
	int code = 0;

	if (p->stack)
		code = wish_environment(p, f, &wish, err);
	if (code == 0 && p->stack)
		code = wish_features(p, f, &wish, err);
	if (code == 0 && p->stack)
		code = edit_lists(p, f, &wish, err);
	return code ? code : apply_profiles(p, f, err);
}
