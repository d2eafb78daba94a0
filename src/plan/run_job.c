/* SPDX-License-Identifier: MIT */
/* Jobs of a run: work on the pool, one at a time, in the order they were asked for. */
#include "plan/run_job.h"

#include <stdlib.h>

struct job {
	struct op op;
	struct job_queue *queue;
	work_fn *fn;
	void *data;
	work_release_fn *release;
	struct work *work; /* when its turn has come */
	struct job *next;
};

static void start_head(struct job_queue *q);

static void unlink_job(struct job *j)
{
	struct job **at = &j->queue->head;

	while (*at && *at != j)
		at = &(*at)->next;
	if (*at)
		*at = j->next;
}

static void worked(void *arg, int code, const struct error *err)
{
	struct job *j = arg;
	struct job_queue *q = j->queue;
	struct error copy = ERROR_INIT;

	if (j->op.freeing)
		return;
	error_copy(&copy, err);
	unlink_job(j);
	op_finish(&j->op, code, &copy);
	start_head(q);
}

static void start_head(struct job_queue *q)
{
	struct job *j = q->head;

	if (!j || j->work)
		return;
	/* The work releases the data from here on. */
	j->work = work_start(q->loop, j->fn, take(j->data), j->release, worked, j);
}

static void job_cancel(struct op *op)
{
	struct job *j = (struct job *)op;

	if (j->work) {
		op_cancel(work_op(j->work));
		return;
	}
	unlink_job(j);
	op_finish(op, ERR_CANCELLED, NULL);
}

static void job_destroy(struct op *op)
{
	struct job *j = (struct job *)op;
	struct job_queue *q = j->queue;

	if (j->work)
		op_free(work_op(j->work));
	else if (j->release && j->data)
		j->release(j->data);
	unlink_job(j);
	free(j);
	if (!q->closing)
		start_head(q);
}

static const struct op_class job_class = {
	.name = "job", .cancel = job_cancel, .destroy = job_destroy};

struct op *job_queue_add(struct job_queue *q, work_fn *fn, void *data, work_release_fn *release,
	op_done_fn *done, void *arg)
{
	struct job *j = xcalloc(1, sizeof(*j));
	struct job **at = &q->head;

	op_init(&j->op, &job_class, q->loop, done, arg);
	j->queue = q;
	j->fn = fn;
	j->data = data;
	j->release = release;
	while (*at)
		at = &(*at)->next;
	*at = j;
	start_head(q);
	return &j->op;
}
