/* SPDX-License-Identifier: MIT */
/* What a service is checked with in place of the compose files' own check. */
#include "config/override_feature.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "config/lint_parts.h"
#include "config/override_words.h"

int override_health_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv words = STRV_INIT;

	return words_split(value, "", &words, err);
}

void override_health_put(const struct override_put *p, const char *value)
{
	struct json_object *check = override_at(p->service, "healthcheck");
	struct json_object *test = json_object_new_array();
	AUTO(strv) struct strv words = STRV_INIT;

	(void)words_split(value, "", &words, NULL);
	json_put(check, "test", test);
	if (str_eq(value, "none")) {
		json_push_str(test, "NONE");
		return;
	}
	json_push_str(test, "CMD");
	for (size_t i = 0; i < words.n; i++)
		json_push_str(test, words.items[i]);
}

char *override_health_otherwise(const struct compose_service *base)
{
	autofree char *test = base->health_check ? lint_health_test(base) : NULL;

	return str_empty(test) ? NULL : take(test);
}
