/* SPDX-License-Identifier: MIT */
/* `slipway secrets import`: what an export holds, as answers of `config set`. */
#ifndef SLIPWAY_CLI_SECRETS_IMPORT_H
#define SLIPWAY_CLI_SECRETS_IMPORT_H

#include "cli/command.h"

extern const struct option secrets_import_options[];
int run_secrets_import(struct cli *cli, struct error *err);

#endif
