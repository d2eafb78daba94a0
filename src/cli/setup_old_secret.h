/* SPDX-License-Identifier: MIT */
/* --old-secret NAME=WAY: what becomes of secrets that data remembers (plan/setup_home.h). */
#ifndef SLIPWAY_CLI_SETUP_OLD_SECRET_H
#define SLIPWAY_CLI_SETUP_OLD_SECRET_H

#include "cli/command.h"

/* Whether the command was given any: then it needs to know what is there first. */
bool setup_old_secret_given(const struct cli *cli);
/* After setup_probe(). ERR_INPUT, with the option as detail, for what is no choice; why one is not
 * possible. */
int setup_old_secret_apply(struct cli *cli, struct setup *setup, struct error *err);

#endif
