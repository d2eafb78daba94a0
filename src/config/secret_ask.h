/* SPDX-License-Identifier: MIT */
/*
 * Asking a program for secrets (struct secret_store, STORE_COMMAND): one run for each, one after the
 * other, as an argv array without a shell. What it prints is the value, without the line end at its
 * end.
 */
#ifndef SLIPWAY_CONFIG_SECRET_ASK_H
#define SLIPWAY_CONFIG_SECRET_ASK_H

#include "config/secret_store.h"

enum { SECRET_ASK_MAX = 64 * 1024 /* bytes of a value */ };

/* Runs in dir; store and names stay until done. done: ERR_FAILED with what the program said where it did
 * not exit with status 0, or printed nothing; ERR_LIMIT for a value of more than SECRET_ASK_MAX bytes,
 * or one that holds a NUL; ERR_TIMEOUT; ERR_NOT_FOUND: there is no such program. */
struct op *secret_ask_start(struct host *h, const char *dir, const struct secret_store *store,
	const struct strv *names, op_done_fn *done, void *arg);
/* The words with the secret's name for "{name}", appended to ret. */
void secret_ask_argv(const struct strv *words, const char *name, struct strv *ret);
/* In done and later: moves what came into ret. */
void secret_ask_take(struct op *ask, struct secret_bag *ret);

#endif
