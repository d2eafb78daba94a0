/* SPDX-License-Identifier: MIT */
/* The whole of `slipway setup`, which `slipway` alone begins with too. */
#ifndef SLIPWAY_CLI_SETUP_FLOW_H
#define SLIPWAY_CLI_SETUP_FLOW_H

#include "cli/command.h"

int setup_flow(struct cli *cli, struct error *err);

#endif
