/* SPDX-License-Identifier: MIT */
/* The words for a deployment that failed, at the services it did not start. For src/plan only; for
 * others run_note_failure() (run.h). */
#ifndef SLIPWAY_PLAN_RUN_FAILURE_H
#define SLIPWAY_PLAN_RUN_FAILURE_H

#include "engine/live.h"

/* A service that was never started. */
bool run_failure_concerns(const struct live_service *s);
/* "deploy 0002 failed: cannot pull redis:7 (cache): ..."; caller frees. */
char *run_failure_text(const char *title, const char *id, const char *message);

#endif
