/* SPDX-License-Identifier: MIT */
/* `slipway config edit`. */
#ifndef SLIPWAY_CLI_CONFIG_EDIT_H
#define SLIPWAY_CLI_CONFIG_EDIT_H

#include "cli/command.h"

extern const char config_edit_about[];
int config_edit(struct cli *cli, struct error *err);

#endif
