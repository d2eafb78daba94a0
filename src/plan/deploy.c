/* SPDX-License-Identifier: MIT */
#include "plan/deploy.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/runner.h"

#include <string.h>

/* What cannot start ends within moments, and is then started again by its policy. */
enum { STEADY_MS = 1000 };

/* A step that waits for its service; an op of its own. */
struct member {
	struct op op;
	struct deploy *deploy;
	struct step *step;
	char *service;
	struct member *next;
};

struct deploy {
	struct step_context *ctx;
	struct strv services; /* what the plan changes */
	struct strv restart;  /* those of them that run, and begin anew */
	struct rollout *rollout;
	struct member *members;
	bool ended;
	struct error outcome;
};

struct deploy *deploy_new(struct step_context *ctx, const struct plan *plan)
{
	struct deploy *d = xcalloc(1, sizeof(*d));

	d->ctx = ctx;
	for (size_t i = 0; i < plan->n_services; i++) {
		enum service_change change = plan->services[i].change;

		if (change != SERVICE_UNCHANGED && change != SERVICE_REMOVE)
			strv_push(&d->services, plan->services[i].name);
		if (change == SERVICE_RESTART)
			strv_push(&d->restart, plan->services[i].name);
	}
	return d;
}

void deploy_free(struct deploy *d)
{
	if (!d)
		return;
	if (d->rollout)
		op_free(rollout_op(d->rollout));
	strv_done(&d->services);
	strv_done(&d->restart);
	error_done(&d->outcome);
	free(d);
}

const struct rollout *deploy_rollout(const struct deploy *d)
{
	return d->rollout;
}

/* --- members */

static void leave(struct member *m)
{
	struct member **at = &m->deploy->members;

	while (*at && *at != m)
		at = &(*at)->next;
	if (*at)
		*at = m->next;
}

/* The rollout ends early when nobody waits for it any more. */
static void member_cancel(struct op *op)
{
	struct member *m = (struct member *)op;

	if (m->deploy->rollout && !m->deploy->ended)
		op_cancel(rollout_op(m->deploy->rollout));
	else
		op_finish(op, ERR_CANCELLED, NULL);
}

static void member_destroy(struct op *op)
{
	struct member *m = (struct member *)op;

	leave(m);
	free(m->service);
	free(m);
}

static const struct op_class member_class = {
	.name = "service", .cancel = member_cancel, .destroy = member_destroy};

static void fail(struct member *m, const struct rollout_service *s)
{
	AUTO(error) struct error e = ERROR_INIT;

	error_set(&e, ERR_UNHEALTHY,
		s->phase == ROLLOUT_SKIPPED ? _("%s was not started")
					    : _("%s did not become healthy"),
		m->service);
	if (s->reason)
		error_detail(&e, "%s", s->reason);
	error_hint(
		&e, _("\"slipway why %s\" and \"slipway logs %s\" tell more."), m->service, m->service);
	op_finish(&m->op, e.code, &e);
}

/* Ends the step when its service has come to an end of its own. */
static void judge(struct member *m, const struct rollout_service *s)
{
	if (s->phase == ROLLOUT_READY || s->phase == ROLLOUT_DONE)
		op_finish(&m->op, 0, NULL);
	else if (s->phase == ROLLOUT_FAILED || s->phase == ROLLOUT_SKIPPED)
		fail(m, s);
}

/* --- the rollout */

static void on_service(void *arg, const struct rollout_service *s)
{
	struct deploy *d = arg;
	const char *label = rollout_phase_label(s);
	bool more = s->reason && !str_eq(s->reason, label);

	run_emit(d->ctx->run,
		&(struct run_event){.kind = RUN_SERVICE, .service = s, .text = s->reason});
	for (struct member *m = d->members; m; m = m->next) {
		if (str_eq(m->service, s->name)) {
			step_progress(d->ctx, m->step, -1, "%s%s%s", label, more ? ": " : "",
				more ? s->reason : "");
			judge(m, s);
		}
	}
}

static void on_end(void *arg, int code, const struct error *err)
{
	struct deploy *d = arg;

	d->ended = true;
	error_copy(&d->outcome, err);
	for (struct member *m = d->members; m; m = m->next) {
		const struct rollout_service *s =
			d->rollout ? rollout_find(d->rollout, m->service) : NULL;
		AUTO(error) struct error e = ERROR_INIT;

		if (s)
			judge(m, s);
		/* No effect on those that have been judged. */
		if (code)
			error_copy(&e, err);
		op_finish(&m->op, code, &e);
	}
}

static void begin(struct deploy *d)
{
	struct workspace *w = d->ctx->workspace;
	struct rollout_options o = {
		.engine = w->engine,
		.live = run_live(d->ctx->run),
		.project = w->project,
		.services = &d->services,
		.restart = &d->restart,
		.steady_ms = STEADY_MS,
		.mask = run_mask(d->ctx->run),
		.event = on_service,
		.arg = d,
	};

	d->rollout = rollout_start(w->loop, &o, on_end, d);
}

struct op *deploy_join(
	struct deploy *d, struct step *s, const char *service, op_done_fn *done, void *arg)
{
	struct member *m = xcalloc(1, sizeof(*m));

	op_init(&m->op, &member_class, d->ctx->workspace->loop, done, arg);
	m->deploy = d;
	m->step = s;
	m->service = xstrdup(service);
	m->next = d->members;
	d->members = m;
	if (d->ended)
		op_finish(&m->op, d->outcome.code, NULL);
	else if (!d->rollout)
		begin(d);
	return &m->op;
}

struct json_object *deploy_phases(const struct deploy *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; d->rollout && i < rollout_count(d->rollout); i++) {
		const struct rollout_service *s = rollout_at(d->rollout, i);
		struct json_object *o = json_object_new_object();

		json_put_str(o, "service", s->name);
		json_put_str(o, "phase", rollout_phase_name(s->phase));
		json_put_int(o, "created_ms", s->created_ms);
		json_put_int(o, "started_ms", s->started_ms);
		json_put_int(o, "ready_ms", s->ready_ms);
		json_put_bool(o, "critical", s->critical);
		if (s->phase == ROLLOUT_FAILED || s->phase == ROLLOUT_SKIPPED)
			json_put_str(o, "reason", s->reason);
		json_push(all, o);
	}
	return all;
}
