/* SPDX-License-Identifier: MIT */
#include "config/setting_pattern.h"

#include "base/str.h"

#include <fnmatch.h>
#include <string.h>

bool setting_is_pattern(const char *name)
{
	return name && strchr(name, '*') != NULL;
}

const struct setting *settings_pattern(const struct settings *all, const char *name)
{
	for (size_t i = 0; i < all->n_patterns; i++)
		if (fnmatch(all->patterns[i].name, name, 0) == 0)
			return &all->patterns[i];
	return NULL;
}

/* What stands for the first * of the pattern, as short as the rest allows. */
static char *matched(const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');
	size_t before = (size_t)(star - pattern), n = 0;

	while (name[before + n] && fnmatch(star + 1, name + before + n, 0) != 0)
		n++;
	return xstrndup(name + before, n);
}

static char *title_of(const struct setting *pattern, const char *name)
{
	const char *star = pattern->title ? strchr(pattern->title, '*') : NULL;
	autofree char *part = NULL;

	if (!star)
		return xstrdup(pattern->title);
	part = matched(pattern->name, name);
	return xasprintf("%.*s%s%s", (int)(star - pattern->title), pattern->title, part, star + 1);
}

static void copy_rules(const struct setting *from, struct setting *to)
{
	to->rules = xcalloc(from->n_rules + 1, sizeof(*to->rules));
	for (; to->n_rules < from->n_rules; to->n_rules++) {
		const struct setting_rule *r = &from->rules[to->n_rules];
		struct setting_rule *copy = &to->rules[to->n_rules];

		copy->kind = r->kind;
		copy->when = xstrdup(r->when);
		copy->message = xstrdup(r->message);
		strv_extend(&copy->args, &r->args);
	}
}

void setting_from_pattern(const struct setting *pattern, const char *name, struct setting *ret)
{
	setting_init(ret, name);
	ret->type = pattern->type;
	ret->title = title_of(pattern, name);
	ret->help = xstrdup(pattern->help);
	ret->example = xstrdup(pattern->example);
	ret->when = xstrdup(pattern->when);
	ret->separator = pattern->separator;
	ret->min = pattern->min;
	ret->max = pattern->max;
	ret->advanced = pattern->advanced;
	ret->page = pattern->page;
	strv_extend(&ret->choices, &pattern->choices);
	strv_extend(&ret->reject, &pattern->reject);
	strv_extend(&ret->used_by, &pattern->used_by);
	strv_extend(&ret->pass_to, &pattern->pass_to);
	copy_rules(pattern, ret);
}
