/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

const struct command *const command_table[] = {
	&cmd_help,
	&cmd_man,
	&cmd_completion,
	&cmd_supervise,
	NULL,
};
