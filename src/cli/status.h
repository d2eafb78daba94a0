/* SPDX-License-Identifier: MIT */
/* A service's state as one line. */
#ifndef SLIPWAY_CLI_STATUS_H
#define SLIPWAY_CLI_STATUS_H

#include "base/str.h"
#include "cli/command.h"
#include "cli/reveal.h"
#include "engine/live.h"

/* Cells for the names of these services. */
int status_cells(const struct live *live);
/* "web   [ok] healthy   12 s   127.0.0.1:8080->80/tcp\n": safe for a terminal, fitted to `width`
 * cells (0: not), the name to `names`. */
void status_line(const struct reveal *r, const struct live_service *s, int names, int width,
	struct str *out);

/* The first line of its log that speaks of an error, since it came to be as it is; NULL: none.
 * Caller frees. */
char *status_first_error(struct cli *cli, const struct live_service *s);

#endif
