/* SPDX-License-Identifier: MIT */
/*
 * struct op: what all asynchronous operations have in common. A child process, an HTTP request, a
 * deployment: each embeds a struct op as its first member and is handed around as one.
 *
 * The law:
 *	- starting never calls back before it returns;
 *	- `done` runs exactly once, from the loop, with 0 or an error;
 *	- op_cancel() asks for an early end: done then runs later with ERR_CANCELLED (or with the real
 *	  outcome when that came first);
 *	- op_free() may be called any time. Of an unfinished operation it is a cancel whose done runs
 *	  inside op_free() with ERR_CANCELLED; done of a finished one has run already. Freeing inside
 *	  done is allowed. After op_free() nothing of the operation runs any more.
 */
#ifndef SLIPWAY_LOOP_OP_H
#define SLIPWAY_LOOP_OP_H

#include "loop/loop.h"

struct op;

/* err is never NULL; err->code == code. Borrowed for the call. */
typedef void op_done_fn(void *arg, int code, const struct error *err);

struct op_class {
	const char *name;
	/* Begins the early end; the class still calls op_finish(). NULL: op_cancel finishes at once. */
	void (*cancel)(struct op *op);
	/* Stops everything at once and releases what the class owns, the memory of op itself too. */
	void (*destroy)(struct op *op);
};

struct op {
	const struct op_class *class;
	struct loop *loop;
	op_done_fn *done;
	void *arg;
	struct error err;     /* outcome, valid when finished */
	/* Set by classes that run on other threads: first thing op_free() calls on an unfinished
	 * operation, before done; waits for them, so that done may look at their data. Else NULL. */
	void (*settle)(struct op *op);
	struct timer *finish; /* pending delivery of done */
	bool finished;        /* outcome is known */
	bool delivered;       /* done has run */
	bool freeing;
};

/* For implementers. */
void op_init(struct op *op, const struct op_class *class, struct loop *loop, op_done_fn *done, void *arg);
/* Records the outcome (code 0 or err's) and delivers done from the loop; the second call is ignored.
 * Takes the contents of err (may be NULL). */
void op_finish(struct op *op, int code, struct error *err);

/* For owners. NULL is accepted. */
void op_cancel(struct op *op);
void op_free(struct op *op);
bool op_finished(const struct op *op);

static inline void op_cleanup_ptr(struct op **op)
{
	op_free(*op);
}

/* Waits for the operation by running the loop (line-oriented commands only): its outcome, with err
 * filled. done still runs, before this returns. The operation stays the caller's to free. */
int op_wait(struct op *op, struct error *err);

#endif
