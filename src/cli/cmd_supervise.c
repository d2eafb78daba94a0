/* SPDX-License-Identifier: MIT */
/* What the process engine starts itself as (engine/process_super.h). */
#include "cli/commands.h"
#include "engine/process_super.h"

#include "base/i18n.h"

static int run(struct cli *cli, struct error *err)
{
	if (cli->args.n != 1)
		return error_set(err, ERR_INPUT, _("__supervise takes the directory of a project"));
	return process_supervise(cli->args.items[0], err);
}

const struct command cmd_supervise = {
	.name = "__supervise",
	.args = N_("DIR"),
	.summary = N_("Keep the services of a project running without containers"),
	.hidden = true,
	.run = run,
};
