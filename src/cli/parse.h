/* SPDX-License-Identifier: MIT */
/*
 * Command lines. Options of the program and of the command may stand anywhere on the line, as
 * --name value, --name=value, -x value or -xvalue; "--" ends them. Names are never abbreviated.
 * Where a letter belongs to both, the command's own counts after the command's name.
 */
#ifndef SLIPWAY_CLI_PARSE_H
#define SLIPWAY_CLI_PARSE_H

#include "cli/command.h"

/* Fills the options, command and args of a zeroed cli. ERR_INPUT, with the nearest name as hint.
 * What cli holds afterwards points into argv and is released with cli_parse_done(). */
int cli_parse(struct cli *cli, int argc, char **argv, struct error *err);
void cli_parse_done(struct cli *cli);

/* Row of the table, or of subs; NULL. */
const struct command *command_find(const char *name);
const struct command *command_find_sub(const struct command *command, const char *name);
/* Row of an option table that ends with a NULL name (NULL: none). */
const struct option *option_find(const struct option *table, const char *name);

#endif
