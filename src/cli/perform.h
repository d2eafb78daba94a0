/* SPDX-License-Identifier: MIT */
/* From a plan to its outcome, as every command that changes something goes: shown, confirmed, run.
 */
#ifndef SLIPWAY_CLI_PERFORM_H
#define SLIPWAY_CLI_PERFORM_H

#include "cli/command.h"

/* How somebody left the panel. */
enum perform_panel {
	PERFORM_NO_PANEL, /* it was not opened */
	PERFORM_PANEL_LEFT,
	PERFORM_PANEL_BACK, /* back to where the run came from */
};

struct perform {
	const char *title; /* for the journal: "setup", "deploy" */
	/* Asked about (without a terminal: refused, unless --yes) is what writes files, changes
	 * owners, or takes down what runs: recreates, restarts, removes. Creating and starting what
	 * is not there is what a deployment was asked for. With this, everything is. */
	bool ask_always;
	bool named;           /* the command's name says it all: what runs is not asked about */
	const char *question; /* NULL: "Do it?" */
	const char *done;     /* said at a good end; NULL: "Done.", and how it is undone */
	const char *next;      /* said after a good end: what comes now; NULL */
	const char *unchanged; /* said when there is nothing to do, after that; NULL */
	const char *failed;   /* said at a bad one, "" is nothing; NULL: how it is undone */
	bool brief;   /* new files are counted, not printed, unless --verbose */
	bool batch;   /* ask nothing: without --yes it is refused */
	bool *began;  /* set to whether a run was begun, however it ended; NULL */
	char **run;   /* set to the id of the run that was begun, the caller frees it; NULL */
	bool dry_run; /* show it and leave */
	bool shown;   /* a front end has shown and confirmed it */
	bool panel;   /* stay in the front end's panel */
	enum perform_panel *left; /* there is a way back from it, as it says; NULL: there is none */
	struct json_object *more; /* put into the document of --json under this name; taken */
	const char *more_name;
};

/* Makes a plan; the caller frees it. Without a reachable engine a plan that deploys is an error. */
int perform_plan(struct cli *cli, unsigned scope, struct plan **ret, struct error *err);
/* Shows, confirms and runs; takes the plan. */
int perform(struct cli *cli, struct plan *plan, const struct perform *how, struct error *err);
/* Takes out of a plan the steps that `keep` does not want, and what they were awaited for. */
void perform_filter(struct plan *plan, bool (*keep)(const struct step *s, void *arg), void *arg);
/* Prints a plan in the form asked for. */
void perform_show(struct cli *cli, const struct plan *plan);

#endif
