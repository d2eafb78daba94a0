/* SPDX-License-Identifier: MIT */
/*
 * Which programs a user has let a project ask for its secrets (struct secret_store, STORE_COMMAND). What
 * .slipway/store.json names is run; but such a file may have come with a clone or an archive. So only what
 * this user named here is run: $XDG_STATE_HOME/slipway/programs (~/.local/state/slipway/programs), 0600,
 * a line with the SHA-256 of the project's directory and the argv for each.
 */
#ifndef SLIPWAY_CONFIG_SECRET_TRUST_H
#define SLIPWAY_CONFIG_SECRET_TRUST_H

#include "config/secret_store.h"

/* Whether both programs of the store may be run for the project in dir. Blocks on the host. */
bool secret_trust_has(struct host *h, const char *dir, const struct secret_store *store);
/* From now on they may. Blocks on the host. */
int secret_trust_add(
	struct host *h, const char *dir, const struct secret_store *store, struct error *err);

#endif
