/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "config/interp.h"
#include "config/override_feature.h"
#include "config/override_words.h"
#include "config/setting_guess.h"

#include <string.h>

static bool is_name(const char *text, size_t n)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	if (!n || !strchr(first, *text))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!strchr(first, text[i]) && !strchr("0123456789.-", text[i]))
			return false;
	return true;
}

/* A secret in this file would be seen by whoever may read it; a reference is not one. */
static int check_secret(const char *item, size_t n, struct error *err)
{
	autofree char *name = xstrndup(item, n);
	struct setting s;
	bool secret;

	setting_init(&s, name);
	setting_guess(&s, item + n + 1);
	secret = setting_hides(&s, item + n + 1);
	setting_done(&s);
	if (!secret || !item[n + 1] || interp_needed(item + n + 1))
		return 0;
	error_set(
		err, ERR_INPUT, _("%s looks like a secret: it does not belong in this file"), name);
	return error_hint(err, _("Put it into .env, and write %s=${%s} here."), name, name);
}

int override_environment_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;
	int code = words_split(value, "", &items, err);

	for (size_t i = 0; i < items.n && code == 0; i++) {
		const char *item = items.items[i], *equals = strchr(item, '=');

		if (!equals || !is_name(item, (size_t)(equals - item))) {
			code = error_set(err, ERR_INPUT, _("expected NAME=VALUE"));
			error_hint(err, _("Several stand beside each other; a value with blanks "
					  "stands in quotes: A=1 B=\"two words\"."));
		} else {
			code = check_secret(item, (size_t)(equals - item), err);
		}
	}
	return code;
}

void override_environment_put(const struct override_put *p, const char *value)
{
	struct json_object *into = override_at(p->service, "environment");
	AUTO(strv) struct strv items = STRV_INIT;

	(void)words_split(value, "", &items, NULL);
	for (size_t i = 0; i < items.n; i++) {
		size_t n = strcspn(items.items[i], "=");
		autofree char *name = xstrndup(items.items[i], n);

		json_put_str(into, name, items.items[i] + n + 1);
	}
}
