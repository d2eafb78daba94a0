/* SPDX-License-Identifier: MIT */
/* `slipway secrets export`: all secrets of a project in one file, encrypted (config/secret_seal.h)
 * or as lines of a .env. */
#ifndef SLIPWAY_CLI_SECRETS_EXPORT_H
#define SLIPWAY_CLI_SECRETS_EXPORT_H

#include "cli/command.h"

extern const struct option secrets_export_options[];
int run_secrets_export(struct cli *cli, struct error *err);

#endif
