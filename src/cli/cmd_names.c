/* SPDX-License-Identifier: MIT */
/* __names: what the completions ask for; one name a line, and nothing when it cannot be known. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/override.h"

#include <string.h>

static void print_services(struct cli *cli)
{
	if (cli_need(cli, NEED_PROJECT | NEED_TOLERANT, NULL))
		return;
	for (size_t i = 0; i < cli->workspace->project->compose->n_services; i++)
		cli_print(cli, "%s\n", cli->workspace->project->compose->services[i].name);
}

static void print_settings(struct cli *cli)
{
	if (cli_need(cli, NEED_PROJECT | NEED_TOLERANT, NULL))
		return;
	for (size_t i = 0; i < cli->workspace->project->settings.n; i++)
		cli_print(cli, "%s\n", cli->workspace->project->settings.items[i].name);
	for (size_t i = 0; i < cli->workspace->project->compose->n_services; i++)
		for (size_t k = 0; k < OVERRIDE_FEATURES; k++) {
			autofree char *name = override_name(
				cli->workspace->project->compose->services[i].name, k);

			cli_print(cli, "%s\n", name);
		}
}

static void print_stacks(struct cli *cli)
{
	AUTO(stack_refs) struct stack_refs refs = {0};

	if (stack_list(&refs, NULL))
		return;
	for (size_t i = 0; i < refs.n; i++)
		cli_print(cli, "%s\n", refs.items[i].name);
}

static void print_engines(struct cli *cli)
{
	size_t n;
	const struct engine_kind *kinds = engine_kinds(&n);

	for (size_t i = 0; i < n; i++)
		cli_print(cli, "%s\n", kinds[i].ops->name);
}

static void print_commands(struct cli *cli)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			cli_print(cli, "%s\n", (*c)->name);
}

static const struct {
	const char *kind;
	void (*print)(struct cli *cli);
} kinds[] = {
	{"services", print_services},
	{"settings", print_settings},
	{"stacks", print_stacks},
	{"engines", print_engines},
	{"commands", print_commands},
};

static int run_names(struct cli *cli, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && cli->args.n; i++)
		if (!strcmp(kinds[i].kind, cli->args.items[0])) {
			kinds[i].print(cli);
			return 0;
		}
	return error_set(err, ERR_INPUT, _("nothing is known by that name"));
}

const struct command cmd_names = {
	.name = "__names",
	.args = N_("KIND"),
	.summary = N_("print names for the completions"),
	.hidden = true,
	.run = run_names,
};
