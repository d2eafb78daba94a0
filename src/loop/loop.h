/* SPDX-License-Identifier: MIT */
/*
 * The event loop (libuv). One per program; all state belongs to the thread that runs it.
 *
 * Work that burns CPU or blocks goes to the pool (work.h): it gets copies and comes back as an event.
 */
#ifndef SLIPWAY_LOOP_LOOP_H
#define SLIPWAY_LOOP_LOOP_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct loop;

/* Ignores SIGPIPE for the whole program: a peer that went away is an error of that write. NULL
 * without descriptors, with errno. */
struct loop *loop_new(void);
/* Closes every handle that is still open. All operations must have been freed. NULL is accepted. Waits
 * for pool threads, but not long for one that hangs in a name lookup. */
void loop_free(struct loop *loop);
DEFINE_AUTO_PTR(loop)
/* For the modules of this room only. */
uv_loop_t *loop_uv(struct loop *loop);
/* A buffer for one read, good until the callback that asked returns; *size is at least 64 KiB. */
char *loop_scratch(struct loop *loop, size_t *size);
/* Closes a uv handle of this room; handle->data, the block it lives in, is freed after that. */
void loop_close_handle(uv_handle_t *handle);

/* Runs until loop_stop(), or until there is nothing left that could ever call back. A stop that came
 * between two runs ends the next one. Not reentrant: callbacks never run the loop again. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Runs until *flag is true (or loop_stop): the bridge for line-oriented commands, which wait for one
 * operation at a time. Never called from a callback. */
void loop_run_until(struct loop *loop, const bool *flag);
/* Milliseconds of a clock that only goes forward, as of this turn of the loop. */
int64_t loop_now(struct loop *loop);
/* Milliseconds since 1970, UTC. */
int64_t loop_wall(void);

/*
 * Timers, deferred calls, signals, readable descriptors. Each is a handle that its owner frees;
 * freeing inside its own callback is allowed, and after *_free the callback does not run again.
 */
struct timer;
typedef void timer_fn(void *arg);
/* First after delay_ms, then each repeat_ms (0: once). */
struct timer *timer_start(struct loop *loop, int64_t delay_ms, int64_t repeat_ms, timer_fn *fn, void *arg);
void timer_free(struct timer *t);

/* Calls fn once, from the loop, not before this call returns. The handle may be freed to prevent it;
 * it must be freed in any case. */
struct timer *loop_defer(struct loop *loop, timer_fn *fn, void *arg);

struct loop_signal;
typedef void loop_signal_fn(void *arg, int signum);
struct loop_signal *loop_signal_start(struct loop *loop, int signum, loop_signal_fn *fn, void *arg);
void loop_signal_free(struct loop_signal *s);

struct loop_poll;
enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void loop_poll_fn(void *arg, int events);
/* The descriptor's flags stay as they are (a terminal is not made non-blocking). NULL when it cannot
 * be waited for: a plain file, which is always ready. An error or hang-up is reported as readable (or
 * writable, when only that was asked for). Free it before closing the descriptor. */
struct loop_poll *loop_poll_start(struct loop *loop, int fd, int events, loop_poll_fn *fn, void *arg);
/* NULL is accepted, also by loop_poll_free(). */
void loop_poll_change(struct loop_poll *p, int events);
void loop_poll_free(struct loop_poll *p);

#endif
