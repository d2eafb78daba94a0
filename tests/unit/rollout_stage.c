/* SPDX-License-Identifier: MIT */
#include "rollout_stage.h"

/* --- an operation that has happened already */

static void op_release(struct op *op)
{
	free(op);
}

static const struct op_class done_class = {"done", NULL, op_release};

static struct op *done_op(
	struct loop *loop, int code, const char *message, op_done_fn *done, void *arg)
{
	struct op *op = xcalloc(1, sizeof(*op));
	AUTO(error) struct error err = ERROR_INIT;

	op_init(op, &done_class, loop, done, arg);
	if (code)
		error_set(&err, code, "%s", message);
	op_finish(op, code, &err);
	return op;
}

static struct op *engine_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct fixture *f = (struct fixture *)((char *)e - offsetof(struct fixture, engine));

	strv_push(&f->started, service);
	if (str_eq(service, "late")) {
		f->late = xcalloc(1, sizeof(*f->late));
		op_init(f->late, &done_class, f->loop, done, arg);
		return f->late;
	}
	if (str_eq(service, "broken"))
		return done_op(f->loop, ERR_FAILED, "port is already allocated", done, arg);
	return done_op(f->loop, 0, NULL, done, arg);
}

static struct op *engine_restart(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	struct fixture *f = (struct fixture *)((char *)e - offsetof(struct fixture, engine));

	strv_push(&f->restarted, service);
	return done_op(f->loop, 0, NULL, done, arg);
}

const struct engine_ops stage_engine = {
	.name = "stub", .start = engine_start, .restart = engine_restart};

/* --- a gate that the test opens */

struct gate *the_gate;

static const struct op_class gate_class = {"gate", NULL, op_release};

struct gate *gate_start(
	struct loop *loop, const struct gate_options *o, op_done_fn *done, void *arg)
{
	(void)o;
	the_gate = xcalloc(1, sizeof(*the_gate));
	op_init(&the_gate->op, &gate_class, loop, done, arg);
	return the_gate;
}

struct op *gate_op(struct gate *g)
{
	return &g->op;
}

int gate_tries(const struct gate *g)
{
	(void)g;
	return 1;
}

const char *gate_last(const struct gate *g)
{
	(void)g;
	return "GET / answers 503";
}

bool gate_degraded(const struct gate *g)
{
	return g->degraded;
}

int64_t gate_next_ms(const struct gate *g)
{
	(void)g;
	return 0;
}

int64_t gate_deadline_ms(const struct gate *g)
{
	(void)g;
	return 0;
}

char *gate_text(const struct project *p, const struct stack_gate *spec)
{
	(void)p;
	(void)spec;
	return xstrdup("GET /");
}

/* --- the world */

int stage_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->loop = loop_new();
	f->live = live_new(f->loop, "t");
	f->compose.services = f->services;
	f->project.compose = &f->compose;
	f->engine.ops = &stage_engine;
	the_gate = NULL;
	*state = f;
	return 0;
}

int stage_teardown(void **state)
{
	struct fixture *f = *state;

	op_free(rollout_op(f->rollout));
	for (size_t i = 0; i < f->compose.n_services; i++) {
		for (size_t k = 0; k < f->services[i].n_depends; k++)
			free(f->services[i].depends[k].service);
		free(f->services[i].depends);
	}
	live_free(f->live);
	strv_done(&f->started);
	strv_done(&f->restarted);
	strv_done(&f->restart);
	strv_done(&f->named);
	free(f->detail);
	loop_free(f->loop);
	free(f);
	return 0;
}

struct compose_service *service(struct fixture *f, const char *name)
{
	struct compose_service *s = &f->services[f->compose.n_services++];

	s->name = (char *)name;
	s->active = true;
	return s;
}

void needs(struct compose_service *s, const char *name, enum compose_condition condition)
{
	size_t cap = s->n_depends;

	VEC_GROW(s->depends, s->n_depends, cap);
	s->depends[s->n_depends++] = (struct compose_depends){
		.service = xstrdup(name), .condition = condition, .required = true};
}

static void on_done(void *arg, int code, const struct error *err)
{
	struct fixture *f = arg;

	f->done_calls++;
	f->over = true;
	f->code = code;
	free(f->detail);
	f->detail = xstrdup(err->detail ? err->detail : "");
}

static void set_idle(void *arg)
{
	((struct fixture *)arg)->idle = true;
}

void settle(struct fixture *f)
{
	for (int turn = 0; turn < 12; turn++) {
		struct timer *t;

		f->idle = false;
		t = loop_defer(f->loop, set_idle, f);
		loop_run_until(f->loop, &f->idle);
		timer_free(t);
	}
}

void begin(struct fixture *f)
{
	struct rollout_options o = {.engine = &f->engine,
		.live = f->live,
		.project = &f->project,
		.services = f->named.n ? &f->named : NULL,
		.restart = &f->restart,
		.timeout_ms = f->timeout_ms,
		.steady_ms = f->steady_ms,
		.oneshot_ms = f->oneshot_ms};

	live_set_services(f->live, &f->compose);
	f->rollout = rollout_start(f->loop, &o, on_done, f);
	settle(f);
}

void exposes(struct fixture *f, const char *name)
{
	struct live_service *s = live_find(f->live, name);

	live_add_instance(s, name)->exposes = true;
}

void becomes(
	struct fixture *f, const char *name, enum live_state state, int64_t started, int exit_code)
{
	struct live_service *s = live_find(f->live, name);
	struct live_instance *i = s->n_instances ? &s->instances[0] : live_add_instance(s, name);

	i->state = state;
	i->started_ms = started;
	i->exit_code = exit_code;
	live_update(f->live, s);
	settle(f);
}

enum rollout_phase phase(struct fixture *f, const char *name)
{
	return rollout_find(f->rollout, name)->phase;
}

const char *reason(struct fixture *f, const char *name)
{
	return rollout_find(f->rollout, name)->reason;
}
