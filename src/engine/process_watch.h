/* SPDX-License-Identifier: MIT */
/* struct process_watch: keeps a live model true by what the supervisor tells; the op of
 * engine_ops.watch. */
#ifndef SLIPWAY_ENGINE_PROCESS_WATCH_H
#define SLIPWAY_ENGINE_PROCESS_WATCH_H

#include "engine/process_engine.h"

struct op *process_watch_start(struct engine *e, struct live *live, op_done_fn *done, void *arg);
/* A message that is no reply. */
void process_watch_message(struct process_watch *w, struct json_object *o);
/* The supervisor is gone: nothing runs, and that is the truth, not a loss of sight. Looks for
 * another one from time to time. */
void process_watch_lost(struct process_watch *w);

#endif
