/* SPDX-License-Identifier: MIT */
/* `slipway secrets list`. */
#ifndef SLIPWAY_CLI_SECRETS_LIST_H
#define SLIPWAY_CLI_SECRETS_LIST_H

#include "cli/command.h"

int run_secrets_list(struct cli *cli, struct error *err);

#endif
