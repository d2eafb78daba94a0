/* SPDX-License-Identifier: MIT */
/* A service's state as one line. */
#ifndef SLIPWAY_CLI_STATUS_H
#define SLIPWAY_CLI_STATUS_H

#include "base/str.h"
#include "cli/reveal.h"
#include "engine/live.h"

/* "web   [ok] healthy   12 s   127.0.0.1:8080->80/tcp\n": safe for a terminal, fitted to `width`
 * cells (0: not). */
void status_line(const struct reveal *r, const struct live_service *s, int width, struct str *out);

#endif
