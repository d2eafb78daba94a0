/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_CLI_SECRETS_ROTATE_H
#define SLIPWAY_CLI_SECRETS_ROTATE_H

#include "cli/command.h"

/* `secrets rotate NAME`. */
extern const struct option secrets_rotate_options[];
extern const char secrets_rotate_about[];
int secrets_rotate(struct cli *cli, struct error *err);

#endif
