/* SPDX-License-Identifier: MIT */
/* The order is the one of help and man page: setting up, deploying, looking, the rest. */
#include "cli/commands.h"

const struct command *const command_table[] = {
	&cmd_setup,
	&cmd_inspect,
	&cmd_config,
	&cmd_secrets,
	&cmd_check,
	&cmd_perms,
	&cmd_plan,
	&cmd_apply,
	&cmd_undo,
	&cmd_runs,
	&cmd_up,
	&cmd_down,
	&cmd_restart,
	&cmd_scale,
	&cmd_status,
	&cmd_why,
	&cmd_logs,
	&cmd_panel,
	&cmd_stack,
	&cmd_help,
	&cmd_man,
	&cmd_completion,
	&cmd_supervise,
	&cmd_names,
	NULL,
};
