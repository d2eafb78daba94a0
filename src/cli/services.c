/* SPDX-License-Identifier: MIT */
#include "cli/services.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static int unknown_service(const struct compose *c, const char *name, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	autofree char *all = NULL;

	for (size_t i = 0; i < c->n_services; i++)
		strv_push(&names, c->services[i].name);
	all = strv_join(&names, ", ");
	error_set(err, ERR_INPUT, _("there is no service \"%s\""), name);
	return error_hint(err, _("One of: %s."), all);
}

int services_check(const struct cli *cli, struct error *err)
{
	const struct compose *c = cli->workspace->project->compose;

	for (size_t i = 0; i < cli->args.n; i++)
		if (!compose_find_service(c, cli->args.items[i]))
			return unknown_service(c, cli->args.items[i], err);
	return 0;
}

bool services_none_deployed(struct cli *cli)
{
	const struct live *live;

	if (cli_need(cli, NEED_PROJECT | NEED_TOLERANT | NEED_LIVE | NEED_LOOK, NULL))
		return false;
	live = cli->workspace->live;
	for (size_t i = 0; i < live->n_services; i++)
		if (live->services[i].n_instances)
			return false;
	return true;
}

void services_chosen(const struct cli *cli, struct strv *ret)
{
	const struct compose *c = cli->workspace->project->compose;

	strv_extend(ret, &cli->args);
	for (size_t i = 0; i < c->n_services && !cli->args.n; i++)
		if (c->services[i].active)
			strv_push(ret, c->services[i].name);
}

void services_close(const struct compose *c, struct strv *names)
{
	for (size_t i = 0; i < names->n; i++) {
		const struct compose_service *s = compose_find_service(c, names->items[i]);

		for (size_t k = 0; s && k < s->n_depends; k++)
			strv_add_once(names, s->depends[k].service);
	}
}
