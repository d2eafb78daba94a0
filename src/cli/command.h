/* SPDX-License-Identifier: MIT */
/*
 * The command table: dispatch, help, man page and completions read the same rows. One file per command
 * (cmd_NAME.c) holds its row.
 */
#ifndef SLIPWAY_CLI_COMMAND_H
#define SLIPWAY_CLI_COMMAND_H

#include "base/error.h"
#include "base/strv.h"
#include "cli/front.h"

#include <stdbool.h>
#include <stdio.h>

enum option_kind { OPTION_FLAG, OPTION_VALUE, OPTION_LIST /* may be given again */ };

enum option_complete { COMPLETE_NONE, COMPLETE_FILE, COMPLETE_DIR, COMPLETE_STACK, COMPLETE_SERVICE,
	COMPLETE_SETTING, COMPLETE_HOST, COMPLETE_ENGINE };

struct option {
	const char *name;  /* "answers": given as --answers */
	char letter;       /* 'C'; 0: none */
	enum option_kind kind;
	const char *value; /* N_("FILE"); NULL for a flag */
	const char *help;  /* N_() */
	enum option_complete complete;
};

struct cli;

enum command_needs {
	NEED_PROJECT = 1 << 0, /* cli->workspace is open */
	NEED_TOLERANT = 1 << 1, /* required variables may be missing */
	NEED_ENGINE = 1 << 2,  /* and connected */
	NEED_LIVE = 1 << 3,    /* and watched: the first picture is there */
};

struct command {
	const char *name;
	const char *args;    /* N_("[SERVICE...]"); NULL: none */
	const char *summary; /* N_() one line */
	const char *about;   /* N_() paragraphs for help and man page; NULL */
	const struct option *options; /* ends with a NULL name; NULL: none beyond the global ones */
	const struct command *sub;    /* "config list": ends with a NULL name; NULL */
	unsigned needs;
	enum option_complete complete; /* of its arguments */
	bool hidden;
	int (*run)(struct cli *cli, struct error *err);
};

/* Ends with a NULL name. */
extern const struct command *const command_table[];
extern const struct option global_options[];

struct cli {
	const struct command *command;
	struct strv args; /* positional, after the command */
	/* Global options. */
	const char *dir, *host_name, *stack, *engine;
	struct strv files, profiles, env_files;
	const char *project_name;
	bool plain, json, events, yes, reveal, verbose, quiet;
	/* Everything given, in order, for command options: name and value in turn ("" for flags). */
	struct strv given;
	FILE *out, *err;
	const struct front *screen; /* NULL: none built in */
	const struct front *lines;
	struct loop *loop;
	struct host *host;
	struct workspace *workspace; /* by needs */
	int exit_status; /* set by a command that succeeded but found something (2, 5) */
};

/* Value of a command's option (the last one), NULL when absent; "" for a flag that was given. */
const char *cli_option(const struct cli *cli, const char *name);
void cli_options(const struct cli *cli, const char *name, struct strv *ret);
/* The front end in force: the screen one only with a terminal on stdin and stdout, TERM not dumb, and
 * neither --plain nor --json nor --batch. */
const struct front *cli_front(const struct cli *cli);
/* Prints an error as message, detail, hint on stderr (or as {"error": {...}} with --json). */
void cli_print_error(struct cli *cli, const struct error *err);
/* Prints one JSON document on stdout; takes ownership. */
void cli_print_json(struct cli *cli, struct json_object *o);
/* Whole program: parses, opens what the command needs, runs, prints errors; the exit status. */
int cli_main(int argc, char **argv, const struct front *screen);

#endif
