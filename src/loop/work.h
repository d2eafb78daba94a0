/* SPDX-License-Identifier: MIT */
/*
 * Work for the thread pool: what burns CPU or blocks (hashing, walking a tree, reading files of a
 * remote host while the screen is up). `run` runs on a pool thread, touches only what it was given,
 * and looks at *cancelled now and then; `done` runs on the loop.
 */
#ifndef SLIPWAY_LOOP_WORK_H
#define SLIPWAY_LOOP_WORK_H

#include "loop/op.h"

#include <stdatomic.h>

/* Returns 0 or a code with err filled. */
typedef int work_fn(void *data, const atomic_bool *cancelled, struct error *err);
/* Releases data after done has run (or inside op_free, once run has returned). */
typedef void work_release_fn(void *data);

struct work; /* begins with a struct op */

struct work *work_start(struct loop *loop, work_fn *run, void *data, work_release_fn *release,
	op_done_fn *done, void *arg);
struct op *work_op(struct work *w);

#endif
