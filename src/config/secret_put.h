/* SPDX-License-Identifier: MIT */
/*
 * Giving a secret to the program of a store that writes (struct secret_store, `write`): an argv
 * array without a shell, the value on its stdin with a line end behind it. Then the program that
 * reads is asked: only what it says now counts.
 */
#ifndef SLIPWAY_CONFIG_SECRET_PUT_H
#define SLIPWAY_CONFIG_SECRET_PUT_H

#include "config/secret_store.h"

/* Runs in dir; store stays until done. done: ERR_FAILED with what a program said, or where the
 * store says another value than it was given; ERR_TIMEOUT; ERR_NOT_FOUND: there is no such program.
 */
struct op *secret_put_start(struct host *h, const char *dir, const struct secret_store *store,
	const char *name, const char *value, op_done_fn *done, void *arg);

#endif
