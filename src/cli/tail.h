/* SPDX-License-Identifier: MIT */
/* The option --tail LINES|all of the commands that read logs. */
#ifndef SLIPWAY_CLI_TAIL_H
#define SLIPWAY_CLI_TAIL_H

#include "cli/command.h"

/* Lines of history of each service: *ret stays as it was without the option, -1 for all. */
int cli_tail(struct cli *cli, int *ret, struct error *err);

#endif
