/* SPDX-License-Identifier: MIT */
/* What the program says about itself, all of it made from the command table. */
#ifndef SLIPWAY_CLI_HELP_H
#define SLIPWAY_CLI_HELP_H

#include "cli/command.h"

#include "base/str.h"

/* `slipway --help`, and `slipway help COMMAND` (parent NULL unless command is a sub command). */
void help_program(struct str *out);
void help_command(const struct command *command, const struct command *parent, struct str *out);
/* slipway(1) in man(7) macros. */
void help_man(struct str *out);
/* Completion script for "bash", "zsh" or "fish"; ERR_INPUT for another shell. */
int help_completion(const char *shell, struct str *out, struct error *err);

/* One row an exit status. */
struct exit_row {
	int status;
	const char *meaning; /* N_() */
};
/* Ends with a NULL meaning. */
extern const struct exit_row exit_table[];

/* Pairs of name and meaning (N_()) for the man page and `slipway help`; end with a NULL name. */
struct help_row {
	const char *name, *meaning;
};
extern const struct help_row help_environment[], help_files[];

#endif
