/* SPDX-License-Identifier: MIT */
#include "cli/setup_old_secret.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/setup_home.h"

#include <string.h>

bool setup_old_secret_given(const struct cli *cli)
{
	AUTO(strv) struct strv options = STRV_INIT;

	cli_options(cli, "old-secret", &options);
	return options.n > 0;
}

/* "wipe:shop_db" is wipe, of the volume shop_db. */
static int find_way(const char *text, enum home_way *ret, const char **ret_volume)
{
	size_t n = strcspn(text, ":");

	*ret_volume = text[n] ? text + n + 1 : NULL;
	for (size_t i = 0; i < HOME_WAYS; i++)
		if (strlen(home_ways[i].name) == n && strncmp(text, home_ways[i].name, n) == 0 &&
			!text[n] == (i != HOME_WIPE)) {
			*ret = (enum home_way)i;
			return 0;
		}
	return ERR_INPUT;
}

static int refuse(const char *assignment, struct error *err)
{
	error_set(err, ERR_INPUT, _("--old-secret was given \"%s\""), assignment);
	return error_hint(err, "%s",
		_("Write NAME=keep, NAME=restore, NAME=change, or NAME=wipe:VOLUME, which deletes "
		  "that volume."));
}

static int apply(struct setup *setup, const char *assignment, struct error *err)
{
	const char *equals = strchr(assignment, '='), *volume = NULL;
	autofree char *name = equals ? xstrndup(assignment, (size_t)(equals - assignment)) : NULL;
	enum home_way way = HOME_KEEP;
	int code;

	if (str_empty(name) || find_way(equals + 1, &way, &volume))
		return refuse(assignment, err);
	code = setup_home_choose(setup, name, way, volume, err);
	if (code && err && !err->detail)
		error_detail(err, "--old-secret %s", assignment);
	return code;
}

int setup_old_secret_apply(struct cli *cli, struct setup *setup, struct error *err)
{
	AUTO(strv) struct strv options = STRV_INIT;
	int code = 0;

	cli_options(cli, "old-secret", &options);
	for (size_t i = 0; i < options.n && !code; i++)
		code = apply(setup, options.items[i], err);
	return code;
}
