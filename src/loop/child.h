/* SPDX-License-Identifier: MIT */
/*
 * Child processes: argv arrays, never a shell. A child is finished when its output has ended and its
 * exit status is known, both. Those of this machine are here (child_start()); a host that runs programs
 * elsewhere makes children of its own with the same operations.
 */
#ifndef SLIPWAY_LOOP_CHILD_H
#define SLIPWAY_LOOP_CHILD_H

#include "base/str.h"
#include "base/strv.h"
#include "loop/op.h"

enum child_stream { CHILD_OUT = 1, CHILD_ERR = 2 };

/* Called with chunks as they come; n > 0. */
typedef void child_output_fn(void *arg, enum child_stream stream, const char *data, size_t n);

struct child_spec {
	const struct strv *argv; /* argv->items[0] is looked up in PATH */
	const struct strv *env;  /* NAME=value, complete; NULL: the parent's */
	const char *cwd;         /* NULL: the parent's */
	const char *input;       /* bytes for stdin, copied; NULL: stdin is /dev/null */
	size_t input_len;
	/* stdin stays open after `input` (may be NULL): child_write(), child_close_input(). */
	bool stream_input;
	/* Runs on a terminal of its own, its controlling one: for a shell. Implies own_group and
	 * stream_input; all output comes as CHILD_OUT. A program that is not there then ends with
	 * status 127. rows 0: no terminal. */
	struct {
		int rows, cols;
	} tty;
	void (*drained)(void *output_arg); /* all of the input so far was written; may be NULL */
	child_output_fn *output; /* NULL: output is kept, see child_out() */
	void *output_arg;
	size_t keep;         /* ceiling of kept bytes for each stream; 0: STR_OUTPUT; more is dropped */
	int64_t timeout_ms;  /* 0: none; on expiry the child is killed, ERR_TIMEOUT */
	/* Three descriptors that become its stdin, stdout and stderr (a terminal that is lent to it);
	 * they stay the caller's. A host elsewhere copies between them and a terminal there, of the
	 * size of that one. NULL: pipes, as said above. */
	const int *inherit;
	bool own_group;      /* own session, without a terminal; signals then go to its whole group */
};

struct child;

/* For implementers: what differs between here and elsewhere. */
struct child_ops {
	void (*kill)(struct child *c, int signum);
	int (*write)(struct child *c, const char *data, size_t n, struct error *err);
	void (*close_input)(struct child *c);
	void (*resize)(struct child *c, int rows, int cols);
};

/* What every child begins with; for implementers, too: others use the functions below. */
struct child {
	struct op op;
	const struct child_ops *ops;
	int pid;    /* 0: not known */
	int status; /* as child_status() */
	struct str out, err;
};

/* Bytes of input that may wait for the child to read them. */
enum { CHILD_INPUT_MAX = 4 * 1024 * 1024 };

/*
 * Starts the program. done's code: 0 when it exited with status 0; ERR_FAILED when it did not (the
 * message says how, the detail holds the last lines of its stderr); ERR_TIMEOUT; ERR_CANCELLED.
 * ERR_NOT_FOUND at once when there is no such program. Cancel (and timeout): SIGTERM, after 3 s
 * SIGKILL; with own_group, done comes when nobody is left in the group. op_free() of a running child:
 * SIGKILL. A grandchild that keeps the output open is waited for 2 s after the exit.
 */
int child_start(struct loop *loop, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err);
struct op *child_op(struct child *c);
int child_pid(const struct child *c);
/* Sends a signal to the child (to its group with own_group); nothing when it has ended. */
void child_kill(struct child *c, int signum);
/* Writes to stdin (with stream_input) without waiting. ERR_LIMIT when too much waits already: nothing of
 * it was taken, `drained` says when there is room; ERR_FAILED when the input is closed. */
int child_write(struct child *c, const char *data, size_t n, struct error *err);
/* The end of the input, once what was written so far has gone. On a terminal: Ctrl-D. */
void child_close_input(struct child *c);
/* The terminal has another size now. */
void child_resize(struct child *c, int rows, int cols);
/* After the end: exit status 0-255, or 128 + signal. */
int child_status(const struct child *c);
const struct str *child_out(const struct child *c);
const struct str *child_err(const struct child *c);

/* "exit status 3", "killed by signal 9 (SIGKILL)": words for a status as child_status gives; free. */
char *child_status_text(int status);

#endif
