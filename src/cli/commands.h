/* SPDX-License-Identifier: MIT */
/* Every row of the command table; each is defined in the cmd_NAME.c it is named after. */
#ifndef SLIPWAY_CLI_COMMANDS_H
#define SLIPWAY_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command cmd_apply;
extern const struct command cmd_check;
extern const struct command cmd_completion; /* help.c */
extern const struct command cmd_config;
extern const struct command cmd_default; /* cmd_panel.c: no command was named */
extern const struct command cmd_down;    /* cmd_up.c */
extern const struct command cmd_help;    /* help.c */
extern const struct command cmd_inspect;
extern const struct command cmd_logs;
extern const struct command cmd_man; /* help.c */
extern const struct command cmd_names;
extern const struct command cmd_panel;
extern const struct command cmd_perms;
extern const struct command cmd_plan;
extern const struct command cmd_restart; /* cmd_up.c */
extern const struct command cmd_runs;
extern const struct command cmd_scale; /* cmd_up.c */
extern const struct command cmd_secrets;
extern const struct command cmd_setup;
extern const struct command cmd_stack;
extern const struct command cmd_status;
extern const struct command cmd_supervise;
extern const struct command cmd_undo; /* cmd_runs.c */
extern const struct command cmd_up;
extern const struct command cmd_why; /* cmd_status.c */

#endif
