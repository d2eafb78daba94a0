/* SPDX-License-Identifier: MIT */
/* The secrets that the compose files take from files (top-level `secrets:`), for `slipway secrets list`. */
#ifndef SLIPWAY_CLI_SECRETS_FILES_H
#define SLIPWAY_CLI_SECRETS_FILES_H

#include "cli/command.h"
#include "config/secret_age.h"

/* [{"name", "file", "mode": "0400" or null where there is none, "bytes", "since" (seconds since
 * 1970) or null where that is not known, "used_by"}]; caller frees. */
struct json_object *secrets_files(struct cli *cli, const struct secret_ages *ages);
/* The same in lines, with an empty one before where they stand `below` something; whether there are any. */
bool secrets_files_print(struct cli *cli, const struct secret_ages *ages, bool below);

#endif
