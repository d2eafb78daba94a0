/* SPDX-License-Identifier: MIT */
/* Every row of the command table; each is defined in the cmd_NAME.c it is named after. */
#ifndef SLIPWAY_CLI_COMMANDS_H
#define SLIPWAY_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command cmd_help;
extern const struct command cmd_man;
extern const struct command cmd_completion;
extern const struct command cmd_supervise;

#endif
