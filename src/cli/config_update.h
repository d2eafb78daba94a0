/* SPDX-License-Identifier: MIT */
/* `slipway config update`. */
#ifndef SLIPWAY_CLI_CONFIG_UPDATE_H
#define SLIPWAY_CLI_CONFIG_UPDATE_H

#include "cli/command.h"
#include "config/update.h"

extern const struct option config_update_options[];
int config_update(struct cli *cli, struct error *err);

/* What changed, a line each, as it is decided now; and the same as a document. */
void config_update_print(struct cli *cli, const struct update *u);
struct json_object *config_update_json(const struct cli *cli, const struct update *u);

#endif
