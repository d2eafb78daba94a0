/* SPDX-License-Identifier: MIT */
/* Steps that tell the engine to do one thing to what runs. For src/plan only. */
#ifndef SLIPWAY_PLAN_STEP_ACTION_H
#define SLIPWAY_PLAN_STEP_ACTION_H

#include "plan/plan.h"

/* name: "start", "stop", "restart", "recreate", "scale" (number: replicas) of a service, "down" of the project
 * (number: volumes too). Such a step has that kind. */
struct step *step_action_new(const char *name, const char *target, int number);

#endif
