/* SPDX-License-Identifier: MIT */
/* What was inferred about a project, written down as a stack definition for its owner to refine. */
#ifndef SLIPWAY_CLI_STACK_DRAFT_H
#define SLIPWAY_CLI_STACK_DRAFT_H

#include "config/project.h"

/* Holds no value of a secret. Caller frees *ret. */
int stack_draft(const struct project *p, char **ret, struct error *err);

#endif
