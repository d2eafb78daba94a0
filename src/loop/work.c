/* SPDX-License-Identifier: MIT */
#include "loop/work.h"

#include "base/i18n.h"

/* What the pool thread and libuv hold on to; outlives the operation until libuv has let go. */
struct job {
	uv_work_t uv;
	uv_sem_t returned;
	struct work *owner; /* NULL: nobody waits any more; only the loop's thread looks at it */
	work_fn *run;
	void *data;
	atomic_bool cancelled;
	int code;
	struct error err;
};

struct work {
	struct op op;
	struct job *job; /* NULL once run has returned */
	void *data;
	work_release_fn *release;
};

/* What a job had on its stack, the next one might not reach, and a thread that has ended keeps its:
 * secrets are among it. */
enum { STACK_WIPED = 96 * 1024 };

__attribute__((noinline)) static void wipe_stack(void)
{
	char below[STACK_WIPED];

	mem_wipe(below, sizeof(below));
}

static void run_job(uv_work_t *uv)
{
	struct job *job = uv->data;

	job->code = job->run(job->data, &job->cancelled, &job->err);
	wipe_stack();
	uv_sem_post(&job->returned);
}

static void after_job(uv_work_t *uv, int status)
{
	struct job *job = uv->data;
	struct work *w = job->owner;

	(void)status;
	if (w) {
		w->job = NULL;
		if (job->code == 0 && status == UV_ECANCELED)
			job->code =
				error_set(&job->err, ERR_CANCELLED, _("the work was cancelled"));
		op_finish(&w->op, job->code, &job->err);
	}
	error_done(&job->err);
	uv_sem_destroy(&job->returned);
	free(job);
}

static void work_cancel(struct op *op)
{
	struct work *w = (struct work *)op;

	if (!w->job)
		return;
	atomic_store(&w->job->cancelled, true);
	uv_cancel((uv_req_t *)&w->job->uv);
}

static void work_settle(struct op *op)
{
	struct work *w = (struct work *)op;

	if (!w->job)
		return;
	atomic_store(&w->job->cancelled, true);
	if (uv_cancel((uv_req_t *)&w->job->uv) != 0)
		uv_sem_wait(&w->job->returned);
	w->job->owner = NULL;
	w->job = NULL;
}

static void work_destroy(struct op *op)
{
	struct work *w = (struct work *)op;

	if (w->release)
		w->release(w->data);
	free(w);
}

static const struct op_class work_class = {
	.name = N_("work"), .cancel = work_cancel, .destroy = work_destroy};

struct work *work_start(struct loop *loop, work_fn *run, void *data, work_release_fn *release,
	op_done_fn *done, void *arg)
{
	struct work *w = xcalloc(1, sizeof(*w));
	struct job *job = xcalloc(1, sizeof(*job));

	op_init(&w->op, &work_class, loop, done, arg);
	w->op.settle = work_settle;
	w->job = job;
	w->data = data;
	w->release = release;
	job->owner = w;
	job->run = run;
	job->data = data;
	job->uv.data = job;
	uv_sem_init(&job->returned, 0);
	uv_queue_work(loop_uv(loop), &job->uv, run_job, after_job);
	return w;
}

struct op *work_op(struct work *w)
{
	return w ? &w->op : NULL;
}
