/* SPDX-License-Identifier: MIT */
/* COMPOSE_FILE as a list: our entry comes and goes, those of the user stay. */
#include "config/override.h"

#include "base/str.h"

#include <string.h>

void override_discovered(const struct compose *c, struct strv *list)
{
	static const char *const names[2][4] = {
		{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"},
		{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
			"docker-compose.override.yaml"},
	};

	for (size_t kind = 0; kind < 2; kind++)
		for (size_t n = 0; n < 4; n++) {
			bool found = false;

			for (size_t i = 0; i < c->n_files && !found; i++)
				found = c->files[i].role == COMPOSE_FILE_COMPOSE &&
					strcmp(c->files[i].path, names[kind][n]) == 0;
			if (!found)
				continue;
			strv_push(list, names[kind][n]);
			break;
		}
}

char *override_compose_file(
	const struct compose *c, const char *present, const char *separator, bool wanted)
{
	char mark = str_empty(separator) ? ':' : *separator;
	AUTO(strv) struct strv list = STRV_INIT, found = STRV_INIT;
	long ours;

	override_discovered(c, &found);
	if (str_empty(present))
		strv_extend(&list, &found);
	else
		strv_split(&list, present, mark);
	while ((ours = strv_find(&list, OVERRIDE_FILE)) >= 0)
		strv_remove(&list, (size_t)ours);
	if (wanted)
		strv_push(&list, OVERRIDE_FILE);
	else if (list.n == 0 || strv_equal(&list, &found))
		return NULL;
	return strv_join(&list, (char[]){mark, '\0'});
}
