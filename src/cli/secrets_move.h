/* SPDX-License-Identifier: MIT */
/* `slipway secrets move`. */
#ifndef SLIPWAY_CLI_SECRETS_MOVE_H
#define SLIPWAY_CLI_SECRETS_MOVE_H

#include "cli/command.h"

extern const struct option secrets_move_options[];
int run_secrets_move(struct cli *cli, struct error *err);
/* After a setup: where the definition suggests the encrypted store and the secrets stand in .env, asks
 * somebody at the terminal whether to move them; nothing where nobody is. */
int secrets_move_offer(struct cli *cli, struct error *err);

#endif
