/* SPDX-License-Identifier: MIT */
/* `slipway config diff`. */
#ifndef SLIPWAY_CLI_CONFIG_DIFF_H
#define SLIPWAY_CLI_CONFIG_DIFF_H

#include "cli/command.h"

extern const char config_diff_about[];
int config_diff(struct cli *cli, struct error *err);

#endif
