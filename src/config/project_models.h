/* SPDX-License-Identifier: MIT */
/* What the models that are chosen need of the host, beside what the stack itself requires. */
#ifndef SLIPWAY_CONFIG_PROJECT_MODELS_H
#define SLIPWAY_CONFIG_PROJECT_MODELS_H

#include "config/project.h"

struct model_needs {
	int64_t memory; /* bytes, once loaded; of this machine, not of its GPU */
	int64_t disk;   /* bytes that are still to be downloaded here */
};

/* Optional models, and those of which nothing is known, need nothing. */
void project_model_needs(const struct project *p, struct model_needs *ret);

#endif
