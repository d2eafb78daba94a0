/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_CLI_SECRETS_ROTATE_H
#define SLIPWAY_CLI_SECRETS_ROTATE_H

#include "cli/command.h"

/* `secrets rotate NAME`. */
extern const struct option secrets_rotate_options[];
extern const char secrets_rotate_about[];
int secrets_rotate(struct cli *cli, struct error *err);
/* After a run failed with this code and error that a rotation was part of: puts the old value back,
 * or says how it goes on. Returns the code. */
int secrets_rotate_failed(struct cli *cli, int code, struct error *failure);

#endif
