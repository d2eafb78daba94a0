/* SPDX-License-Identifier: MIT */
#include "cli/addresses.h"

#include "base/text.h"

static void print_service(struct cli *cli, const char *service)
{
	AUTO(strv) struct strv addresses = STRV_INIT;
	autofree char *list = NULL, *name = NULL, *safe = NULL;

	workspace_addresses(cli->workspace, service, &addresses);
	if (!addresses.n)
		return;
	list = strv_join(&addresses, "  ");
	name = text_safe_dup(service);
	safe = text_safe_dup(list);
	cli_print(cli, "  %s  %s\n", name, safe);
}

void addresses_print(struct cli *cli)
{
	const struct workspace *w = cli->workspace;
	const struct compose *c = w->project->compose;

	if (cli->quiet || cli->json || cli->events)
		return;
	for (size_t i = 0; i < c->n_services; i++)
		if (c->services[i].active && (!w->only || strv_has(w->only, c->services[i].name)))
			print_service(cli, c->services[i].name);
}
