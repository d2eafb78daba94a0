/* SPDX-License-Identifier: MIT */
/*
 * Opening the store of a project's secrets: a passphrase is asked on the terminal, or comes from the
 * environment (SLIPWAY_PASSPHRASE, or SLIPWAY_PASSPHRASE_FD, the number of a descriptor whose first line it
 * is); a key file is the one that the store or SLIPWAY_KEY_FILE names; a command is run.
 */
#ifndef SLIPWAY_CLI_UNLOCK_H
#define SLIPWAY_CLI_UNLOCK_H

#include "cli/command.h"

/* At the very beginning: takes the passphrase out of the environment, and out of what others can read
 * of it in /proc, so that no program that is started gets it. */
void unlock_take_environment(struct cli *cli);
/* Opens the store of cli->workspace and reads the project again; nothing where it is open. */
int unlock_project(struct cli *cli, struct error *err);
/* Asks the program of a command store once more, after it may have been told of other values;
 * whoever wants them reads the project again. Nothing for other stores. */
int unlock_again(struct cli *cli, struct error *err);

/* The key for a file of secrets. `fresh` asks for a new passphrase, twice on a terminal. key_file
 * NULL: a passphrase; or, on a terminal, a key file all the same, where ret_key_file takes its path
 * (caller frees). */
struct unlock {
	const char *what; /* "secrets.sealed" */
	const char *key_file;
	char **ret_key_file;
	bool fresh;
};
int unlock_key(struct cli *cli, const struct unlock *how, struct secret_key *ret, struct error *err);

#endif
