/* SPDX-License-Identifier: MIT */
/* A host that hands everything on to another one and writes down what was asked, one line a call:
 * "read /project/.env", "exec docker compose up", "dial tcp localhost:5432". Tests compare that
 * with what the kernel saw, or forbid calls. */
#ifndef SLIPWAY_TESTS_RECORDING_HOST_H
#define SLIPWAY_TESTS_RECORDING_HOST_H

#include "host/host.h"

/* Takes `inner`. The label becomes "recorded". */
struct host *recording_host_new(struct host *inner);
/* The calls so far, in order. Calls may come from any thread, one at a time per host, as host.h
 * says. */
const struct strv *recording_host_calls(const struct host *h);
/* Whether a call is exactly this line / begins like this. */
bool recording_host_saw(const struct host *h, const char *line);
bool recording_host_saw_prefix(const struct host *h, const char *prefix);
void recording_host_clear(struct host *h);

#endif
