/* SPDX-License-Identifier: MIT */
/*
 * COMPOSE_FILE and COMPOSE_PROFILES of a .env, edited as lists: what the user listed stays where it
 * is and as it was written.
 * https://docs.docker.com/compose/how-tos/environment-variables/envvars/
 */
#ifndef SLIPWAY_CONFIG_ENV_LIST_H
#define SLIPWAY_CONFIG_ENV_LIST_H

#include "base/strv.h"
#include "config/env_file.h"

/* What stands between two files: COMPOSE_PATH_SEPARATOR of the file, or ":". Caller frees. */
char *env_list_separator(const struct env_file *f);
/* Appends the items of a value; nothing for NULL and "". `separator` may have several bytes, as for
 * Compose; blanks around the items of profiles (separator ",") are no part of them. */
void env_list_split(const char *value, const char *separator, struct strv *ret);

/*
 * Puts the items of `with` into the list `key` and takes those of `without` out of it; one of
 * `with` that is there stays where it is. New ones go before `last` (NULL: to the end). `empty` is
 * what the list means while the key is not there (NULL: nothing), and where the outcome is the same
 * as that, the key is not written, or removed. Nothing changes when nothing is to change. A value
 * that holds variables is ERR_INPUT.
 */
struct env_list_edit {
	const char *key, *separator, *last, *comment;
	const struct strv *with, *without, *empty;
};
int env_list_edit(struct env_file *f, const struct env_list_edit *edit, struct error *err);

#endif
