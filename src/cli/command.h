/* SPDX-License-Identifier: MIT */
/*
 * The command table: dispatch, help, man page and completions read the same rows. One file per
 * command (cmd_NAME.c) holds its row.
 */
#ifndef SLIPWAY_CLI_COMMAND_H
#define SLIPWAY_CLI_COMMAND_H

#include "base/error.h"
#include "base/json.h"
#include "base/strv.h"
#include "cli/front.h"

#include <stdbool.h>
#include <stdio.h>

enum option_kind { OPTION_FLAG, OPTION_VALUE, OPTION_LIST /* may be given again */ };

enum option_complete {
	COMPLETE_NONE,
	COMPLETE_FILE,
	COMPLETE_DIR,
	COMPLETE_STACK,
	COMPLETE_SERVICE,
	COMPLETE_SETTING,
	COMPLETE_ENGINE,
	COMPLETE_COMMAND
};

struct option {
	const char *name; /* "answers": given as --answers */
	char letter;      /* 'C'; 0: none */
	enum option_kind kind;
	const char *value; /* N_("FILE"); NULL for a flag */
	const char *help;  /* N_() */
	enum option_complete complete;
};

struct cli;

enum command_needs {
	NEED_PROJECT = 1 << 0,  /* cli->workspace is open */
	NEED_TOLERANT = 1 << 1, /* required variables may be missing */
	NEED_ENGINE = 1 << 2,   /* and connected */
	NEED_LIVE = 1 << 3,     /* and watched: the first picture is there */
	NEED_LENIENT = 1 << 4,  /* values may be wrong: they are about to be mended */
	NEED_LOOK = 1 << 5,     /* the engine is only looked at: what acts on it need not be there */
	NEED_RECORDS = 1 << 6,  /* what was done here is enough: the files may be broken, or gone */
	NEED_SECRETS = 1 << 7,  /* their store is open; what makes a plan opens it by itself */
	NEED_PROFILES = 1 << 8, /* profiles of the command line are answers, not in force already */
};

struct command {
	const char *name;
	const char *args;             /* N_("[SERVICE...]"); NULL: none */
	const char *summary;          /* N_() one line */
	const char *about;            /* N_() paragraphs for help and man page; NULL */
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
	const struct command *command; /* NULL: none was named */
	const struct command *parent;  /* of a sub command; NULL */
	struct strv args;              /* positional, after the command */
	/* Global options; borrowed from argv. */
	const char *dir, *stack, *engine;
	struct strv files, profiles, env_files;
	const char *project_name;
	bool plain, json, events, yes, reveal, verbose, quiet;
	/* NAME=value of each SLIPWAY_SET_NAME. They are out of the environment: what is started does
	 * not inherit them. */
	struct strv answers;
	/* Everything given, in order, for command options: name and value in turn ("" for flags).
	 */
	struct strv given;
	FILE *out, *err;
	const struct front *screen; /* NULL: none built in */
	const struct front *lines;
	struct loop *loop;
	struct host *host;
	struct workspace *workspace; /* by needs */
	char *passphrase; /* of the environment; NULL; wiped */
	bool said_elsewhere; /* that the project is deployed on another engine */
	int exit_status; /* set by a command that succeeded but found something (2, 5) */
};

/* Value of an option (the last one), NULL when absent; "" for a flag that was given. */
const char *cli_option(const struct cli *cli, const char *name);
/* Appends every value given. */
void cli_options(const struct cli *cli, const char *name, struct strv *ret);
/* True when the terminal cannot do more than print lines, as TERM says. */
bool cli_dumb(void);
/* False where somebody asked for none (NO_COLOR). */
bool cli_colour(void);
/* The front end in force: the screen one only with a terminal on stdin and stdout, TERM not dumb,
 * and neither --plain nor --json, --events or --batch. */
const struct front *cli_front(const struct cli *cli);
/* Prints an error as message, detail, hint on stderr; with --json also as {"error": {...}} on
 * stdout. */
void cli_print_error(struct cli *cli, const struct error *err);
/* Prints one JSON document on stdout; takes ownership. */
void cli_print_json(struct cli *cli, struct json_object *o);
/* Prints text of ours and of others; what is not safe for a terminal has been made safe before. */
void cli_print(struct cli *cli, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* Cells of the terminal that `out` is; 0 when it is none: nothing is fitted then. */
int cli_width(const struct cli *cli);
/* Waits for an operation; SIGINT, SIGTERM and SIGHUP cancel it (ERR_CANCELLED). cli_wait() also
 * frees it. */
int cli_wait(struct cli *cli, struct op *op, struct error *err);
int cli_wait_keep(struct cli *cli, struct op *op, struct error *err);
/* cli->workspace, connected and watched as `needs` say (done before: nothing happens). */
int cli_need(struct cli *cli, unsigned needs, struct error *err);
/* Releases workspace, host and loop. */
void cli_close(struct cli *cli);
/* True when somebody can be asked: a terminal on stdin, and neither --json nor --events. */
bool cli_can_ask(const struct cli *cli);
/* Asks a question on the terminal; true only for a yes. */
bool cli_confirm(struct cli *cli, const char *question);
/* Whole program: parses, opens what the command needs, runs, prints errors; the exit status. */
int cli_main(int argc, char **argv, const struct front *screen);

#endif
