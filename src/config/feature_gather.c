/* SPDX-License-Identifier: MIT */
/*
 * What only the files of a feature or an environment read is asked for while that is chosen: the
 * files are read as if they were in force, and what is new in them gets it as its condition.
 */
#include "config/feature.h"

#include "base/str.h"
#include "config/feature_part.h"
#include "config/override.h"
#include "config/project_parts.h"

#include <string.h>

/* The files in force and those of the feature that are there; false: nothing is added. */
static bool files_with(
	const struct project *p, const struct stack_feature *feature, struct strv *ret)
{
	AUTO(strv) struct strv profiles = STRV_INIT;
	size_t n;

	feature_listed(p, ret, &profiles);
	if (!ret->n)
		override_discovered(p->compose, ret);
	n = ret->n;
	for (size_t i = 0; i < feature->files.n; i++)
		if (strv_has(&p->feature_files, feature->files.items[i]))
			strv_add_once(ret, feature->files.items[i]);
	return ret->n > n;
}

/* Moves a setting from what was found with the files to what was found without. */
static void add(struct settings *all, const struct settings *from, struct setting *found,
	const char *condition)
{
	const struct setting_page *page = &from->pages[found->page];
	struct setting *known = settings_find(all, found->name);
	size_t at = known ? known->page : settings_page(all, page->title);

	/* Several of them read it: it is asked for whichever is chosen. */
	if (known && known->when) {
		free(take(known->when));
		return;
	}
	if (!known)
		known = settings_add(all, found->name);
	setting_done(known);
	*known = *found;
	memset(found, 0, sizeof(*found));
	known->page = at;
	known->when = xstrdup(condition);
}

static void gather(const struct project *p, const struct stack_feature *feature,
	const char *condition, struct settings *all)
{
	AUTO(strv) struct strv files = STRV_INIT;
	AUTO_PTR(compose) struct compose *c = NULL;
	AUTO(settings) struct settings found = {0};

	/* Files that cannot be read together are refused when they are chosen. */
	if (!files_with(p, feature, &files) || project_read_files(p, &files, &c))
		return;
	settings_infer(&found, c);
	for (size_t i = 0; i < found.n; i++) {
		const struct compose_variable *v = compose_find_variable(c, found.items[i].name);

		if (v && !compose_find_variable(p->compose, v->name))
			add(all, &found, &found.items[i], condition);
	}
}

void features_gather(const struct project *p, struct settings *inferred)
{
	const struct stack *stack = p->stack;

	/* What comes from the definition is declared there. */
	if (!stack || p->fresh || p->files.n)
		return;
	for (size_t i = 0; i < stack->n_environments; i++) {
		autofree char *condition =
			xasprintf("%s=%s", FEATURE_ENVIRONMENT, stack->environments[i].name);

		gather(p, &stack->environments[i], condition, inferred);
	}
	for (size_t i = 0; i < stack->n_features; i++)
		gather(p, &stack->features[i], stack->features[i].name, inferred);
}
