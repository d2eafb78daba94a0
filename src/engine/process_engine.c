/* SPDX-License-Identifier: MIT */
#include "engine/process_engine.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_client.h"
#include "engine/process_job.h"
#include "engine/process_spec.h"
#include "engine/process_watch.h"
#include "loop/work.h"

#include <string.h>

static struct process_engine *of(struct engine *e)
{
	return (struct process_engine *)e;
}

/* --- the supervisor */

static void on_message(void *arg, struct json_object *o)
{
	struct process_engine *e = arg;

	if (e->watch)
		process_watch_message(e->watch, o);
}

static void on_closed(void *arg)
{
	struct process_engine *e = arg;

	process_client_free(take(e->client));
	if (e->watch)
		process_watch_lost(e->watch);
}

void process_engine_adopt(struct process_engine *e, struct op *connect)
{
	struct process_client_events events = {
		.message = on_message, .closed = on_closed, .arg = e};

	e->client = process_client_take(connect, &events);
	/* Whoever watched nothing so far watches the new supervisor. */
	if (e->watch)
		op_free(process_client_request(e->client, "watch", NULL, NULL, NULL));
}

/* --- finding the engine */

/* What must be known of the host, asked on a pool thread. */
struct facts {
	struct host *host;
	struct strv environ;
	char *self;
	struct process_engine *e;
};

static int facts_run(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct facts *f = data;
	AUTO(host_facts) struct host_facts facts = {0};
	int r = host_environ(f->host, &f->environ, err);

	(void)cancelled;
	if (r == 0)
		r = host_facts(f->host, &facts, err);
	if (r == 0)
		f->self = take(facts.self);
	return r;
}

static void facts_release(void *data)
{
	struct facts *f = data;

	strv_wipe(&f->environ);
	free(f->self);
	free(f);
}

struct finding {
	struct op op;
	struct facts *facts; /* the work's */
	struct work *work;
};

static void finding_destroy(struct op *op)
{
	struct finding *f = (struct finding *)op;
	struct work *work = take(f->work);

	if (work)
		op_free(work_op(work));
	free(f);
}

static const struct op_class finding_class = {"process-find", NULL, finding_destroy};

static void found(void *arg, int code, const struct error *err)
{
	struct finding *f = arg;
	struct process_engine *e = f->facts->e;
	AUTO(error) struct error copy = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	error_copy(&copy, err);
	if (code == 0) {
		strv_wipe(&e->environ);
		free(e->self);
		e->environ = f->facts->environ;
		e->self = take(f->facts->self);
		f->facts->environ = (struct strv)STRV_INIT;
		free(e->base.facts.name);
		e->base.facts.name = xstrdup("process");
	}
	op_finish(&f->op, code, &copy);
}

static struct op *process_connect(struct engine *e, op_done_fn *done, void *arg)
{
	struct finding *f = xcalloc(1, sizeof(*f));

	op_init(&f->op, &finding_class, e->loop, done, arg);
	f->facts = xcalloc(1, sizeof(*f->facts));
	f->facts->host = e->host;
	f->facts->e = of(e);
	f->work = work_start(e->loop, facts_run, f->facts, facts_release, found, f);
	return &f->op;
}

/* --- the operations */

static const struct job_spec no_requests = {.next = job_next_nothing};

static void process_free(struct engine *e)
{
	process_client_free(of(e)->client);
	strv_wipe(&of(e)->environ);
	free(of(e)->self);
	engine_done(e);
	free(of(e));
}

static struct op *process_resolve(struct engine *e, op_done_fn *done, void *arg)
{
	json_object_put(e->model);
	e->model = json_object_get(e->project->compose->model);
	return job_end(job_new(e, &no_requests, done, arg), NULL);
}

static struct op *process_images(struct engine *e, op_done_fn *done, void *arg)
{
	return job_end(job_new(e, &no_requests, done, arg), NULL);
}

static struct op *process_fetch(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	(void)services;
	(void)progress;
	return process_images(e, done, arg);
}

static struct op *process_create(struct engine *e, const struct strv *services,
	const struct strv *recreate, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	static const struct job_spec spec = {.next = job_next_define, .spawn = PROCESS_SPAWN};
	struct job *j = job_new(e, &spec, done, arg);
	const struct compose *c = e->project->compose;

	(void)progress;
	for (size_t i = 0; i < c->n_services; i++) {
		const char *name = c->services[i].name;

		if (services ? strv_has(services, name) : c->services[i].active)
			job_add(j, name, !recreate || !strv_has(recreate, name));
	}
	return job_start(j);
}

/* With a start of the supervisor where none runs, or without. */
static struct op *one_service(struct engine *e, const char *verb, const char *service, bool begins,
	op_done_fn *done, void *arg)
{
	struct job_spec spec = {
		.next = job_next_service,
		.spawn = begins ? PROCESS_SPAWN : PROCESS_SPAWN_NEVER,
		.verb = verb,
		.service = service,
		.define_unknown = begins,
	};

	return job_start(job_new(e, &spec, done, arg));
}

static struct op *process_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "start", service, true, done, arg);
}

static struct op *process_stop(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "stop", service, false, done, arg);
}

static struct op *process_restart(
	struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "restart", service, true, done, arg);
}

static struct op *next_shutdown(struct job *j)
{
	return job_first(j) ? job_ask(j, "shutdown", NULL) : NULL;
}

/* What a killed supervisor left behind is ended by the next one. */
static struct op *process_down(
	struct engine *e, bool volumes, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	static const struct job_spec spec = {
		.next = next_shutdown, .spawn = PROCESS_SPAWN_LEFT, .lost_is_ok = true};

	(void)volumes;
	(void)progress;
	return job_start(job_new(e, &spec, done, arg));
}

static struct op *process_scale(
	struct engine *e, const char *service, int replicas, op_done_fn *done, void *arg)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (replicas == 1)
		return process_start(e, service, done, arg);
	error_set(&err, ERR_INPUT, _("cannot run %d instances of %s"), replicas, service);
	error_hint(&err, _("Without containers a service runs once."));
	return job_end(job_new(e, &no_requests, done, arg), &err);
}

static struct op *process_exec(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	AUTO(process_spec) struct process_spec spec = {0};
	struct child *child = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec child_spec = {
		.argv = x->argv,
		.env = &spec.env,
		.output = x->output,
		.output_arg = x->output_arg,
		.inherit = x->terminal,
		.own_group = !x->terminal,
	};

	if (process_spec_make(e->project, &of(e)->environ, x->service, &spec, &err) == 0) {
		child_spec.cwd = spec.dir;
		if (x->env)
			strv_extend(&spec.env, x->env);
		if (host_exec(e->host, &child_spec, done, arg, &child, &err) == 0)
			return child_op(child);
	}
	return job_end(job_new(e, &no_requests, done, arg), &err);
}

static struct op *next_stats(struct job *j)
{
	return job_first(j) ? job_ask(j, "stats", NULL) : NULL;
}

static struct op *process_stats(struct engine *e, struct live *live, const struct strv *services,
	op_done_fn *done, void *arg)
{
	static const struct job_spec spec = {
		.next = next_stats, .spawn = PROCESS_SPAWN_NEVER, .lost_is_ok = true};

	(void)live;
	(void)services;
	return job_start(job_new(e, &spec, done, arg));
}

const struct engine_ops process_engine_ops = {
	.name = "process",
	.title = N_("processes, without containers"),
	.free = process_free,
	.connect = process_connect,
	.resolve = process_resolve,
	.images = process_images,
	.volumes = process_images,
	.pull = process_fetch,
	.build = process_fetch,
	.create = process_create,
	.start = process_start,
	.stop = process_stop,
	.restart = process_restart,
	.down = process_down,
	.scale = process_scale,
	.exec = process_exec,
	.watch = process_watch_start,
	.stats = process_stats,
	.logs = process_logs,
};

int process_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	struct process_engine *e;
	int code = host_facts(h, &facts, err);

	if (code < 0)
		return code;
	if (!facts.self) {
		error_set(err, ERR_UNREACHABLE, _("services without containers cannot run on %s"),
			h->label);
		return error_hint(
			err, _("Their supervisor is Slipway, which is not installed there."));
	}
	e = xcalloc(1, sizeof(*e));
	engine_init(&e->base, &process_engine_ops, h, loop, p);
	*ret = &e->base;
	return 0;
}

bool process_engine_suits(const struct project *p)
{
	if (!p->stack)
		return false;
	for (size_t i = 0; i < p->compose->n_services; i++) {
		const struct compose_service *s = &p->compose->services[i];
		const struct stack_service *def = stack_find_service(p->stack, s->name);

		if (s->active && (!def || !def->process))
			return false;
	}
	return true;
}
