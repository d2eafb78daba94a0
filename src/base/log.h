/* SPDX-License-Identifier: MIT */
/*
 * A log for those who look for a fault in the program itself: lines are appended to the file that
 * SLIPWAY_LOG names (made with mode 0600); unset, nothing happens. Never log secrets: what may hold
 * one, is left out. The one thing that is global, so that any code can use it; safe from any thread.
 */
#ifndef SLIPWAY_BASE_LOG_H
#define SLIPWAY_BASE_LOG_H

#include "base/mem.h"

#include <stdbool.h>

/* Whether anybody listens; for arguments that cost something to make. */
bool log_on(void);
/* Adds time, process and a newline; at most 4 KiB a line, safe for terminals. */
void log_debug(const char *fmt, ...) ATTR_PRINTF(1, 2);

#endif
