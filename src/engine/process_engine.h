/* SPDX-License-Identifier: MIT */
/* The process engine's row of the engine table; see engine.h. */
#ifndef SLIPWAY_ENGINE_PROCESS_ENGINE_H
#define SLIPWAY_ENGINE_PROCESS_ENGINE_H

#include "engine/engine.h"

extern const struct engine_ops process_engine_ops;

int process_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err);
/* True when the definition says a command for every active service. */
bool process_engine_suits(const struct project *p);

/* process_logs.c */
struct op *process_logs(struct engine *e, const struct engine_logs *l, op_done_fn *done, void *arg);

#endif
