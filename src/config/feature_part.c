/* SPDX-License-Identifier: MIT */
#include "config/feature_part.h"

#include "base/str.h"
#include "config/env_list.h"

/* Those of the items that `known` has. */
static void common(const struct strv *items, const struct strv *known, struct strv *ret)
{
	for (size_t i = 0; i < items->n; i++)
		if (strv_has(known, items->items[i]))
			strv_push(ret, items->items[i]);
}

void feature_part_done(struct feature_part *part)
{
	free(part->sets);
	strv_done(&part->files);
	strv_done(&part->profiles);
}

void feature_part_init(
	struct feature_part *part, const struct project *p, const struct stack_feature *feature)
{
	AUTO(strv) struct strv profiles = STRV_INIT;

	*part = (struct feature_part){.feature = feature};
	part->sets = xcalloc(feature->n_sets + 1, sizeof(*part->sets));
	compose_profiles(p->compose, &profiles);
	common(&feature->files, &p->feature_files, &part->files);
	common(&feature->profiles, &profiles, &part->profiles);
	for (size_t i = 0; i < feature->n_sets; i++)
		if (settings_find(&p->settings, feature->sets[i].name))
			part->sets[part->n_sets++] = &feature->sets[i];
}

bool feature_part_matters(const struct feature_part *part)
{
	return part->files.n || part->profiles.n || part->n_sets;
}

void feature_listed(const struct project *p, struct strv *ret_files, struct strv *ret_profiles)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autofree char *separator = NULL, *files = NULL, *profiles = NULL;

	if (!p->dotenv_text ||
		env_file_parse_for_edit(".env", p->dotenv_text, p->dotenv_len, &f, NULL))
		return;
	separator = env_list_separator(f);
	files = env_file_literal(f, "COMPOSE_FILE");
	profiles = env_file_literal(f, "COMPOSE_PROFILES");
	env_list_split(files, separator, ret_files);
	env_list_split(profiles, ",", ret_profiles);
}

static bool has_all(const struct strv *list, const struct strv *items)
{
	for (size_t i = 0; i < items->n; i++)
		if (!strv_has(list, items->items[i]))
			return false;
	return true;
}

bool feature_part_is_on(const struct feature_part *part, const struct project *p,
	const struct strv *files, const struct strv *profiles)
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
