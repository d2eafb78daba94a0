/* SPDX-License-Identifier: MIT */
/* What `slipway check` finds: rows of a subject, a verdict and a text. Shared by cmd_check.c,
 * check_host.c and check_secrets.c. */
#ifndef SLIPWAY_CLI_CHECKUP_H
#define SLIPWAY_CLI_CHECKUP_H

#include "cli/command.h"

enum check_verdict {
	CHECK_FINE,
	CHECK_NOTE, /* to be known; nothing fails of it */
	CHECK_BAD,  /* stands in the way: the exit status is 1 */
};

struct checkup {
	struct cli *cli;
	struct json_object *rows;
	struct setup *setup;              /* probed */
	const struct engine_facts *facts; /* NULL: no engine answers. Borrowed */
	bool bad;
};

/* what: N_(), one of the subjects in cmd_check.c. */
void checkup_say(struct checkup *c, const char *what, enum check_verdict v, const char *fmt, ...)
	ATTR_PRINTF(4, 5);

/* The host itself, and what the stack definition requires of it: processors, memory, disk, versions of
 * engine and Compose, kernel settings, commands. After the engine was asked. */
int check_host(struct checkup *c, struct error *err);
/* The files of top-level secrets. */
int check_secret_files(struct checkup *c, struct error *err);

#endif
