/* SPDX-License-Identifier: MIT */
/*
 * The accounts of an image that is on the Engine: read out of a container of it that is made for
 * this, never started, and removed again; nothing is pulled.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_ACCOUNTS_H
#define SLIPWAY_ENGINE_DOCKER_ACCOUNTS_H

#include "engine/accounts.h"
#include "engine/docker_api.h"

/* Such a container has this label; what a killed program left is removed with the next. */
#define DOCKER_ACCOUNTS_LABEL "slipway.accounts"

/*
 * image: the answer of GET /images/REF/json (borrowed for the call). done: 0, then *ret (borrowed)
 * has what there is of the two files; else why they could not be read. An early end waits for the
 * removal, 5 seconds at most. When the operation is freed instead, what removes the container is
 * put into *removal (freed first if there was one already), for whoever lives longer.
 */
struct op *docker_accounts(struct docker *d, struct json_object *image, struct accounts *ret,
	struct op **removal, op_done_fn *done, void *arg);

#endif
