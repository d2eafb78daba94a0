/* SPDX-License-Identifier: MIT */
#include "plan/run.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/mask.h"
#include "plan/deploy.h"
#include "plan/deployed.h"
#include "plan/run_failure.h"
#include "plan/run_job.h"
#include "plan/runner.h"

#include <stdio.h>
#include <string.h>

struct run_slot {
	struct run *run;
	struct step *step;
	struct op *op; /* job or operation in progress */
	bool begun;
	bool satisfied; /* done, or found done */
	int outcome;    /* of an asynchronous step, until its end is in the journal */
	struct error cause;
};

struct run_observer {
	run_event_fn *fn;
	void *arg;
};

struct run {
	struct op op;
	struct plan *plan;
	char *title;
	struct live *live;
	struct run_observer *observers;
	size_t n_observers, cap_observers;
	struct job_queue queue;
	struct ledger ledger;
	struct step_context ctx;
	struct run_slot *slots;
	struct op *books; /* opening or closing the ledger */
	struct deploy *deploy;
	struct json_object *phases; /* of the services, for the journal */
	struct error failure;       /* of the first step that failed */
	struct mask mask;           /* as of the start: the pool reads it, too */
	char *id;
	bool opened, closing, cancelled;
};

static void advance(struct run *r);

/* --- events */

void run_emit(struct run *r, const struct run_event *e)
{
	struct run_event event = *e;

	if (r->op.freeing)
		return;
	event.at_ms = event.at_ms ? event.at_ms : loop_wall();
	for (size_t i = 0; i < r->n_observers; i++)
		r->observers[i].fn(r->observers[i].arg, &event);
}

void run_observe(struct run *r, run_event_fn *fn, void *arg)
{
	VEC_GROW(r->observers, r->n_observers, r->cap_observers);
	r->observers[r->n_observers++] = (struct run_observer){fn, arg};
}

static void set_state(struct run *r, struct step *s, enum step_state state)
{
	s->state = state;
	if (state == STEP_RUNNING)
		s->started_ms = loop_wall();
	else if (s->started_ms)
		s->ended_ms = loop_wall();
	run_emit(r, &(struct run_event){.kind = RUN_STEP, .step = s});
}

void step_progress(struct step_context *ctx, struct step *s, double progress, const char *fmt, ...)
{
	va_list ap;
	autofree char *text = NULL, *masked = NULL;

	va_start(ap, fmt);
	text = fmt ? xvasprintf(fmt, ap) : NULL;
	va_end(ap);
	masked = mask_dup(&ctx->run->mask, text);
	free(s->status);
	s->status = masked ? text_safe_dup(masked) : NULL;
	s->progress = progress;
	run_emit(ctx->run, &(struct run_event){.kind = RUN_STEP, .step = s, .text = s->status});
}

void step_line(struct step_context *ctx, struct step *s, const char *text)
{
	autofree char *masked = mask_dup(&ctx->run->mask, text);
	autofree char *safe = text_safe_dup(masked);

	run_emit(ctx->run, &(struct run_event){.kind = RUN_LINE, .step = s, .text = safe});
}

/* --- what a blocking step changes */

int step_write_own(struct step_context *ctx, struct step *s, const char *name, const void *data,
	size_t n, struct error *err)
{
	autofree char *path = host_path(ctx->run->ledger.slipway, name);

	return ledger_write(&ctx->run->ledger, s->id, path, data, n, 0600, LEDGER_INTERNAL, err);
}

int step_make_dir(
	struct step_context *ctx, struct step *s, const char *path, int mode, struct error *err)
{
	return ledger_mkdir(&ctx->run->ledger, s->id, path, mode, err);
}

int step_own(struct step_context *ctx, struct step *s, const char *root,
	const struct host_own *want, const atomic_bool *cancelled, struct error *err)
{
	return ledger_own(&ctx->run->ledger, s->id, root, want, cancelled, err);
}

/* --- steps */

static int begin_step(struct run_slot *slot, struct error *err)
{
	struct step *s = slot->step;
	int code = s->ops->check ? s->ops->check(s, err) : 0;

	if (code != 0)
		return code;
	code = ledger_begin(&slot->run->ledger, s->id, err);
	slot->begun = code == 0;
	return code;
}

/* A blocking step from its check to its end, on the pool. */
static int work_step(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct run_slot *slot = data;
	struct step *s = slot->step;
	AUTO(error) struct error e = ERROR_INIT;
	int code = begin_step(slot, err);

	if (code != 0)
		return code < 0 ? code : 0;
	code = s->ops->run(s, &slot->run->ctx, cancelled, &e);
	if (code < 0) {
		mask_error(&slot->run->mask, &e);
		/* Its own failure is what people must hear of, not that of this line. */
		ledger_end(&slot->run->ledger, s->id, code, &e, NULL);
		return error_move(err, &e);
	}
	return ledger_end(&slot->run->ledger, s->id, 0, NULL, err);
}

static int work_begin(void *data, const atomic_bool *cancelled, struct error *err)
{
	int code = begin_step(data, err);

	(void)cancelled;
	return code < 0 ? code : 0;
}

static int work_end(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct run_slot *slot = data;

	(void)cancelled;
	return ledger_end(&slot->run->ledger, slot->step->id, slot->outcome, &slot->cause, err);
}

static void settle(struct run_slot *slot, int code, const struct error *err)
{
	struct run *r = slot->run;
	struct step *s = slot->step;

	slot->satisfied = code == 0;
	if (code == 0) {
		set_state(r, s, slot->begun ? STEP_DONE : STEP_SKIPPED);
	} else {
		error_copy(&s->err, err);
		mask_error(&r->mask, &s->err);
		if (code != ERR_CANCELLED && !r->failure.code)
			error_copy(&r->failure, &s->err);
		set_state(r, s, code == ERR_CANCELLED ? STEP_SKIPPED : STEP_FAILED);
		r->cancelled = r->cancelled || code == ERR_CANCELLED;
	}
	advance(r);
}

static void step_worked(void *arg, int code, const struct error *err)
{
	struct run_slot *slot = arg;

	if (slot->run->op.freeing)
		return;
	op_free(take(slot->op));
	settle(slot, code, err);
}

static void step_ended(void *arg, int code, const struct error *err)
{
	struct run_slot *slot = arg;

	if (slot->run->op.freeing)
		return;
	op_free(take(slot->op));
	if (slot->outcome)
		settle(slot, slot->outcome, &slot->cause);
	else
		settle(slot, code, err);
}

static void step_acted(void *arg, int code, const struct error *err)
{
	struct run_slot *slot = arg;

	if (slot->run->op.freeing)
		return;
	op_free(take(slot->op));
	slot->outcome = code;
	error_copy(&slot->cause, err);
	mask_error(&slot->run->mask, &slot->cause);
	slot->op = job_queue_add(&slot->run->queue, work_end, slot, NULL, step_ended, slot);
}

static void step_begun(void *arg, int code, const struct error *err)
{
	struct run_slot *slot = arg;
	struct run *r = slot->run;

	if (r->op.freeing)
		return;
	op_free(take(slot->op));
	if (code < 0 || !slot->begun || r->cancelled) {
		AUTO(error) struct error e = ERROR_INIT;

		if (code == 0 && slot->begun)
			code = error_set(&e, ERR_CANCELLED, "%s", _("cancelled"));
		settle(slot, code, e.code ? &e : err);
		return;
	}
	slot->op = slot->step->ops->start(slot->step, &r->ctx, step_acted, slot);
}

static void start_step(struct run *r, struct run_slot *slot)
{
	set_state(r, slot->step, STEP_RUNNING);
	slot->op = slot->step->ops->run
			   ? job_queue_add(&r->queue, work_step, slot, NULL, step_worked, slot)
			   : job_queue_add(&r->queue, work_begin, slot, NULL, step_begun, slot);
	/* Somebody who was told of its start may have asked for the end. */
	if (r->cancelled)
		op_cancel(slot->op);
}

static struct run_slot *find_slot(struct run *r, const char *id)
{
	for (size_t i = 0; i < r->plan->n; i++) {
		if (str_eq(r->plan->steps[i]->id, id))
			return &r->slots[i];
	}
	return NULL;
}

static bool ready(struct run *r, const struct step *s)
{
	for (size_t i = 0; i < s->after.n; i++) {
		struct run_slot *before = find_slot(r, s->after.items[i]);

		if (before && !before->satisfied)
			return false;
	}
	return true;
}

/* --- the end */

static int work_close(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct run *r = data;
	AUTO(error) struct error e = ERROR_INIT;
	const char *outcome = r->failure.code ? "failed" : r->cancelled ? "cancelled" : "done";
	int code = 0, closed;

	(void)cancelled;
	if (r->phases)
		code = journal_append(&r->ledger.journal,
			json_put(journal_record("services"), "services", take(r->phases)), &e);
	closed = ledger_close(&r->ledger, outcome, &r->failure, code < 0 ? NULL : &e);
	return code < 0 || closed < 0 ? error_move(err, &e) : 0;
}

/* Who looks at a service that was not even begun with finds out why. */
static void note_failure(struct run *r)
{
	autofree char *text = NULL;

	if (!r->failure.code || !r->live)
		return;
	text = run_failure_text(r->title, r->id, r->failure.message);
	for (size_t i = 0; i < r->plan->n_services; i++) {
		const struct plan_service *p = &r->plan->services[i];
		const struct live_service *s = live_find(r->live, p->name);

		if (p->change != SERVICE_UNCHANGED && s && !s->note && run_failure_concerns(s))
			live_set_note(r->live, p->name, text);
	}
}

/* Consequences of another failure are none of their own. */
static bool failed_itself(struct run *r, const struct step *s)
{
	const struct rollout *rollout = run_rollout(r);
	const struct rollout_service *service =
		rollout && str_eq(s->ops->kind, "service") ? rollout_find(rollout, s->title) : NULL;

	return s->state == STEP_FAILED && s->err.message &&
	       (!service || service->phase == ROLLOUT_FAILED);
}

/* The first failure is the message; others are named below it. */
static void add_failures(struct run *r, struct error *outcome)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	bool first = true;

	str_add(&out, outcome->detail ? outcome->detail : "");
	for (size_t i = 0; i < r->plan->n; i++) {
		const struct step *s = r->plan->steps[i];

		if (!failed_itself(r, s) || (first && str_eq(s->err.message, outcome->message))) {
			first = first && !failed_itself(r, s);
			continue;
		}
		str_addf(&out, "%s%s%s%s", out.len ? "\n" : "", s->err.message,
			s->err.detail ? ": " : "", s->err.detail ? s->err.detail : "");
	}
	if (out.len)
		error_detail(outcome, "%s", str_text(&out));
}

static void closed(void *arg, int code, const struct error *err)
{
	struct run *r = arg;
	AUTO(error) struct error outcome = ERROR_INIT;

	if (r->op.freeing)
		return;
	op_free(take(r->books));
	note_failure(r);
	if (r->failure.code) {
		error_copy(&outcome, &r->failure);
		add_failures(r, &outcome);
	} else if (r->cancelled)
		error_set(&outcome, ERR_CANCELLED, "%s", _("the run was cancelled"));
	else if (code < 0)
		error_copy(&outcome, err);
	op_finish(&r->op, outcome.code, &outcome);
}

static void finish(struct run *r)
{
	if (r->closing)
		return;
	r->closing = true;
	r->phases = r->deploy ? deploy_phases(r->deploy) : NULL;
	for (size_t i = 0; i < r->plan->n; i++) {
		if (r->plan->steps[i]->state == STEP_WAITING)
			set_state(r, r->plan->steps[i], STEP_SKIPPED);
	}
	r->books = job_queue_add(&r->queue, work_close, r, NULL, closed, r);
}

/* Starts what can start; ends the run when nothing is left to wait for. */
static void advance(struct run *r)
{
	bool stopping = r->cancelled || r->failure.code;
	bool busy = false;

	for (size_t i = 0; i < r->plan->n; i++) {
		struct run_slot *slot = &r->slots[i];

		if (slot->step->state == STEP_WAITING && !stopping && ready(r, slot->step))
			start_step(r, slot);
		busy = busy || slot->step->state == STEP_RUNNING;
	}
	if (!busy)
		finish(r);
}

/* --- the beginning */

static int work_open(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct run *r = data;

	(void)cancelled;
	return ledger_open(&r->ledger, r->ctx.host, r->plan->workspace->project->dir, r->title,
		r->plan->changes, NULL, err);
}

static void opened(void *arg, int code, const struct error *err)
{
	struct run *r = arg;

	if (r->op.freeing)
		return;
	op_free(take(r->books));
	if (code < 0) {
		AUTO(error) struct error e = ERROR_INIT;

		error_copy(&e, err);
		op_finish(&r->op, code, &e);
		return;
	}
	r->id = xstrdup(r->ledger.id);
	/* What has nothing to do is there to be seen only. */
	for (size_t i = 0; i < r->plan->n; i++) {
		struct run_slot *slot = &r->slots[i];

		if (!slot->step->changes) {
			slot->satisfied = true;
			set_state(r, slot->step, STEP_SKIPPED);
		}
	}
	advance(r);
}

static void run_cancel(struct op *op)
{
	struct run *r = (struct run *)op;

	r->cancelled = true;
	if (r->closing)
		return;
	for (size_t i = 0; i < r->plan->n; i++)
		op_cancel(r->slots[i].op);
}

static void run_destroy(struct op *op)
{
	struct run *r = (struct run *)op;

	r->queue.closing = true;
	op_free(r->books);
	for (size_t i = 0; r->slots && i < r->plan->n; i++) {
		op_free(r->slots[i].op);
		error_done(&r->slots[i].cause);
	}
	deploy_free(r->deploy);
	ledger_done(&r->ledger);
	plan_free(r->plan);
	json_object_put(r->phases);
	error_done(&r->failure);
	mask_done(&r->mask);
	free(r->slots);
	free(r->observers);
	free(r->title);
	free(r->id);
	free(r);
}

static const struct op_class run_class = {
	.name = "run", .cancel = run_cancel, .destroy = run_destroy};

struct run *run_start(
	struct plan *plan, const struct run_options *options, op_done_fn *done, void *arg)
{
	struct run *r = xcalloc(1, sizeof(*r));
	struct workspace *w = plan->workspace;
	AUTO(error) struct error elsewhere = ERROR_INIT;

	op_init(&r->op, &run_class, w->loop, done, arg);
	r->plan = plan;
	r->title = xstrdup(options->title ? options->title : "run");
	r->live = options->live ? options->live : w->live;
	r->queue.loop = w->loop;
	mask_init(&r->mask);
	mask_add_settings(&r->mask, &w->project->settings);
	r->ledger.lock = -1;
	r->ctx = (struct step_context){.run = r, .workspace = w, .host = w->host};
	r->slots = xcalloc(plan->n ? plan->n : 1, sizeof(r->slots[0]));
	for (size_t i = 0; i < plan->n; i++)
		r->slots[i] = (struct run_slot){.run = r, .step = plan->steps[i]};
	if (options->event)
		run_observe(r, options->event, options->arg);
	/* Nothing to do leaves no trace: not even the lock's time changes. */
	if (!plan_acts(plan))
		op_finish(&r->op, 0, NULL);
	else if (deployed_check(plan, &elsewhere))
		op_finish(&r->op, elsewhere.code, &elsewhere);
	else
		r->books = job_queue_add(&r->queue, work_open, r, NULL, opened, r);
	return r;
}

struct op *run_op(struct run *r)
{
	return &r->op;
}

const struct plan *run_plan(const struct run *r)
{
	return r->plan;
}

const char *run_id(const struct run *r)
{
	return r->id;
}

struct ledger *run_ledger(struct run *r)
{
	return &r->ledger;
}

const struct mask *run_mask(const struct run *r)
{
	return &r->mask;
}

struct live *run_live(struct run *r)
{
	return r->live;
}

struct op *run_job(struct run *r, work_fn *fn, void *data, work_release_fn *release,
	op_done_fn *done, void *arg)
{
	return job_queue_add(&r->queue, fn, data, release, done, arg);
}

const struct rollout *run_rollout(const struct run *r)
{
	return r->deploy ? deploy_rollout(r->deploy) : NULL;
}

struct op *run_join_rollout(
	struct run *r, struct step *s, const char *service, op_done_fn *done, void *arg)
{
	if (!r->deploy)
		r->deploy = deploy_new(&r->ctx, r->plan);
	return deploy_join(r->deploy, s, service, done, arg);
}
