/* SPDX-License-Identifier: MIT */
#include "loop/op.h"

#include "base/i18n.h"

void op_init(
	struct op *op, const struct op_class *class, struct loop *loop, op_done_fn *done, void *arg)
{
	*op = (struct op){.class = class, .loop = loop, .done = done, .arg = arg};
}

/* With a copy: done may free the operation and still read its error. */
static void deliver(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;

	op->delivered = true;
	error_copy(&err, &op->err);
	if (op->done)
		op->done(op->arg, err.code, &err);
}

static void on_finish(void *arg)
{
	struct op *op = arg;

	timer_free(take(op->finish));
	deliver(op);
}

void op_finish(struct op *op, int code, struct error *err)
{
	AUTO(error) struct error outcome = ERROR_INIT;

	if (err)
		error_move(&outcome, err);
	if (op->finished)
		return;
	op->finished = true;
	if (code) {
		if (!outcome.message)
			error_set(&outcome, code, _("%s failed"), op->class->name);
		outcome.code = code;
		error_move(&op->err, &outcome);
	}
	if (!op->freeing)
		op->finish = loop_defer(op->loop, on_finish, op);
}

static void set_cancelled(struct op *op)
{
	error_set(&op->err, ERR_CANCELLED, _("%s was cancelled"), op->class->name);
}

void op_cancel(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (!op || op->finished)
		return;
	if (op->class->cancel) {
		op->class->cancel(op);
		return;
	}
	error_set(&err, ERR_CANCELLED, _("%s was cancelled"), op->class->name);
	op_finish(op, ERR_CANCELLED, &err);
}

void op_free(struct op *op)
{
	if (!op || op->freeing)
		return;
	op->freeing = true;
	timer_free(take(op->finish));
	if (!op->delivered) {
		if (op->settle)
			op->settle(op);
		op->finished = true;
		set_cancelled(op);
		deliver(op);
	}
	error_done(&op->err);
	op->class->destroy(op);
}

bool op_finished(const struct op *op)
{
	return op->delivered;
}

int op_wait(struct op *op, struct error *err)
{
	loop_run_until(op->loop, &op->delivered);
	if (!op->delivered)
		return error_set(err, ERR_CANCELLED, _("%s was interrupted"), op->class->name);
	if (op->err.code)
		return error_copy(err, &op->err);
	return 0;
}
