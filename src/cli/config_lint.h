/* SPDX-License-Identifier: MIT */
/* `slipway config lint`. */
#ifndef SLIPWAY_CLI_CONFIG_LINT_H
#define SLIPWAY_CLI_CONFIG_LINT_H

#include "cli/command.h"

int config_lint(struct cli *cli, struct error *err);

#endif
