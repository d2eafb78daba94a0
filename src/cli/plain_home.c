/* SPDX-License-Identifier: MIT */
/* Questions as lines about a secret that data remembers. */
#include "cli/plain_home.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>

void plain_home_list(const struct setup *s, const char *name)
{
	for (size_t i = HOME_RESTORE; i < HOME_WAYS; i++) {
		AUTO(error) struct error err = ERROR_INIT;

		if (!setup_home_can(s, name, (enum home_way)i, &err)) {
			autofree char *text = setup_home_text(s, name, (enum home_way)i);
			autofree char *safe = text_safe_dup(text);

			printf("  %c  %s\n", home_ways[i].letter, safe);
		} else if (i != HOME_RESTORE) {
			autofree char *safe = text_safe_dup(err.message);

			printf("  %c  (%s)\n", home_ways[i].letter, safe);
		}
	}
}

bool plain_home_way(const struct setup *s, const char *name, const char *line, enum home_way *ret)
{
	for (size_t i = HOME_RESTORE; i < HOME_WAYS; i++)
		if (line[0] == home_ways[i].letter && !line[1] && setup_home_known(s, name)) {
			*ret = (enum home_way)i;
			return true;
		}
	return false;
}

char *plain_home_question(const struct setup *s, const char *name)
{
	const char *volume = setup_home_volume(s, name);
	autofree char *safe = text_safe_dup(volume ? volume : "");

	return xasprintf(_("The volume %s goes with EVERYTHING in it, for good. Type its name to "
			   "delete it, nothing to keep it:"),
		safe);
}
