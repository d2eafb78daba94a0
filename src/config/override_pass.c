/* SPDX-License-Identifier: MIT */
#include "config/override_pass.h"

#include "base/str.h"
#include "config/override_words.h"

#include <string.h>

bool override_pass_lacks(const struct compose *c, const char *service, const char *name)
{
	const struct compose_service *s = compose_find_service(c, service);

	return s && !json_object_object_get_ex(json_key(s->json, "environment"), name, NULL);
}

static bool has_variable(const struct strv *words, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < words->n; i++)
		if (strncmp(words->items[i], name, n) == 0 && words->items[i][n] == '=')
			return true;
	return false;
}

static void add(struct override *o, const char *service, const char *name, struct strv *ret)
{
	const char *present = override_get(o, service, OVERRIDE_ENVIRONMENT);
	AUTO(strv) struct strv words = STRV_INIT;
	autofree char *value = NULL;

	/* What somebody adjusted by hand stays. */
	if (words_split(present ? present : "", "", &words, NULL) || has_variable(&words, name))
		return;
	strv_pushf(&words, "%s=${%s}", name, name);
	value = words_join(&words, "");
	override_set(o, service, OVERRIDE_ENVIRONMENT, value);
	strv_add_once(ret, name);
}

void override_pass(struct override *o, const struct settings *all, const struct compose *base,
	struct strv *ret)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (!s->pass_to.n || str_empty(setting_effective(s)) || !setting_asked(all, s))
			continue;
		/* What holds in the program by itself need not be said. */
		if (s->implied && str_eq(setting_effective(s), s->default_value))
			continue;
		for (size_t k = 0; k < s->pass_to.n; k++)
			if (override_pass_lacks(base, s->pass_to.items[k], s->name))
				add(o, s->pass_to.items[k], s->name, ret);
	}
}
