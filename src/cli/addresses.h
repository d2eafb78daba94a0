/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_CLI_ADDRESSES_H
#define SLIPWAY_CLI_ADDRESSES_H

#include "cli/command.h"

/* After a deployment: where its services are found, one line each; nothing with --quiet, --json or
 * --events, and nothing of services that were not meant (workspace->only). */
void addresses_print(struct cli *cli);

#endif
